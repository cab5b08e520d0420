//! Addresses of files: `file:///home/me/my%20cloud.net`.

use std::path::{Path, PathBuf};

/// The path of a file's address; other addresses stand for themselves.
pub fn to_path(uri: &str) -> PathBuf {
    let Some(rest) = uri.strip_prefix("file://") else { return PathBuf::from(uri) };
    let mut bytes = Vec::with_capacity(rest.len());
    let mut at = 0;
    while let Some(byte) = rest.as_bytes().get(at) {
        let code = rest.get(at + 1..at + 3).and_then(|digits| u8::from_str_radix(digits, 16).ok());
        let (byte, length) = code.filter(|_| *byte == b'%').map_or((*byte, 1), |code| (code, 3));
        bytes.push(byte);
        at += length;
    }
    let path = String::from_utf8_lossy(&bytes).into_owned();
    // `/C:/cloud.net`
    let drive = path.strip_prefix('/').filter(|rest| rest.as_bytes().get(1) == Some(&b':'));
    PathBuf::from(drive.unwrap_or(&path))
}

/// The address of a path.
pub fn of_path(path: &Path) -> String {
    let path = path.to_string_lossy().replace('\\', "/");
    let mut uri = String::from(if path.starts_with('/') { "file://" } else { "file:///" });
    for byte in path.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'-' | b'_' | b'.' | b'~' => {
                uri.push(char::from(byte))
            }
            _ => uri.push_str(&format!("%{byte:02X}")),
        }
    }
    uri
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_and_paths() {
        let path = Path::new("/home/me/my cloud \u{e9}.net");
        assert_eq!(of_path(path), "file:///home/me/my%20cloud%20%C3%A9.net");
        assert_eq!(to_path(&of_path(path)), path);
        assert_eq!(to_path("file:///C%3A/cloud.net"), Path::new("C:/cloud.net"));
        assert_eq!(to_path("file:///a%"), Path::new("/a%"));
    }
}
