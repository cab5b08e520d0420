//! Messages over streams: a header with the length, then JSON.

use std::io::{self, BufRead, Write};
use std::sync::mpsc;
use std::time::Duration;

use serde_json::Value;

use crate::server::Server;

/// The client has stopped typing for so long when its text is checked.
const PAUSE: Duration = Duration::from_millis(40);
/// Longer messages are taken for a broken stream [bytes].
const LONGEST: usize = 1 << 30;

/// Reads one message; `None` at the end of the stream.
///
/// # Errors
/// As the stream says; a header without a length; a body that is no JSON.
pub fn read(input: &mut dyn BufRead) -> io::Result<Option<Value>> {
    let mut length = None;
    loop {
        let mut line = String::new();
        if input.read_line(&mut line)? == 0 {
            return Ok(None);
        }
        let line = line.trim_end();
        if line.is_empty() {
            break;
        }
        if let Some((name, value)) = line.split_once(':')
            && name.eq_ignore_ascii_case("content-length")
        {
            length = value.trim().parse::<usize>().ok();
        }
    }
    let invalid = |text: &str| io::Error::new(io::ErrorKind::InvalidData, text.to_owned());
    let length = length.filter(|length| *length <= LONGEST);
    let length = length
        .ok_or_else(|| invalid("a message without a Content-Length; start `chem lsp` from an editor"))?;
    let mut body = vec![0; length];
    input.read_exact(&mut body)?;
    serde_json::from_slice(&body).map(Some).map_err(io::Error::from)
}

/// Writes one message.
///
/// # Errors
/// As the stream says.
pub fn write(output: &mut dyn Write, message: &Value) -> io::Result<()> {
    let body = message.to_string();
    write!(output, "Content-Length: {}\r\n\r\n{body}", body.len())?;
    output.flush()
}

/// Serves one client until it says `exit` or ends the stream. Returns whether it said `shutdown` before.
///
/// # Errors
/// As the streams say.
pub fn serve(mut input: impl BufRead + Send + 'static, output: &mut dyn Write) -> io::Result<bool> {
    let (sender, receiver) = mpsc::channel();
    // The reader is not waited for: it may hang in a read that never ends.
    std::thread::spawn(move || {
        loop {
            let message = read(&mut input).transpose();
            let Some(message) = message else { return };
            let broken = message.is_err();
            if sender.send(message).is_err() || broken {
                return;
            }
        }
    });
    let mut server = Server::new();
    while !server.is_done() {
        let message = if server.has_changes() {
            match receiver.recv_timeout(PAUSE) {
                Ok(message) => message,
                Err(mpsc::RecvTimeoutError::Timeout) => {
                    server.findings().iter().try_for_each(|message| write(output, message))?;
                    continue;
                }
                Err(mpsc::RecvTimeoutError::Disconnected) => break,
            }
        } else {
            match receiver.recv() {
                Ok(message) => message,
                Err(mpsc::RecvError) => break,
            }
        };
        if let Some(answer) = server.handle(&message?) {
            write(output, &answer)?;
        }
    }
    Ok(server.was_shut_down())
}
