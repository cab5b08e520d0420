//! The server: messages in, messages out.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use chem_grammar::network::Network;
use serde_json::{Value, json};

use crate::completion::complete;
use crate::documents::{Document, Documents, plain};
use crate::findings::check;
use crate::hover::hover;
use crate::position::{Lines, Position};
use crate::program::{Parsed, Program};
use crate::protocol::{answer, capabilities, notification, refusal};
use crate::scan::{string_at, word_at};
use crate::uri::to_path;

/// Codes of the protocol for requests that cannot be answered.
const NO_SUCH_METHOD: i32 = -32601;
const AFTER_SHUTDOWN: i32 = -32600;

/// State of one session with an editor.
#[derive(Debug, Default)]
pub struct Server {
    documents: Documents,
    parsed: Parsed,
    /// The last version without errors of each open network.
    networks: Vec<(PathBuf, Arc<Network>)>,
    /// Files for which findings are shown.
    shown: BTreeSet<PathBuf>,
    changed: bool,
    shut_down: bool,
    done: bool,
}

impl Server {
    /// No files are open.
    pub fn new() -> Self {
        Server::default()
    }

    /// Whether the client said `exit`.
    pub fn is_done(&self) -> bool {
        self.done
    }

    /// Whether the client said `shutdown`.
    pub fn was_shut_down(&self) -> bool {
        self.shut_down
    }

    /// Whether a file changed since [`Server::findings`] was called last.
    pub fn has_changes(&self) -> bool {
        self.changed
    }

    /// Takes one message; returns the answer if it is a request.
    pub fn handle(&mut self, message: &Value) -> Option<Value> {
        let method = message.get("method")?.as_str()?;
        let parameters = message.get("params").unwrap_or(&Value::Null);
        let Some(id) = message.get("id") else {
            self.notified(method, parameters);
            return None;
        };
        if self.shut_down {
            return Some(refusal(id, AFTER_SHUTDOWN, "the server was shut down"));
        }
        let result = match method {
            "initialize" => capabilities(),
            "shutdown" => {
                self.shut_down = true;
                Value::Null
            }
            "textDocument/hover" => self.hover(parameters).unwrap_or_default(),
            "textDocument/definition" => self.definition(parameters).unwrap_or_default(),
            "textDocument/references" => self.references(parameters).unwrap_or_default(),
            "textDocument/completion" => self.completion(parameters).unwrap_or_default(),
            "textDocument/documentSymbol" => self.symbols(parameters).unwrap_or_default(),
            "textDocument/formatting" => self.formatting(parameters).unwrap_or_default(),
            _ => return Some(refusal(id, NO_SUCH_METHOD, &format!("`{method}` is not supported"))),
        };
        Some(answer(id, &result))
    }

    fn notified(&mut self, method: &str, parameters: &Value) {
        let document = parameters.get("textDocument").unwrap_or(&Value::Null);
        match method {
            "textDocument/didOpen" => self.put(document, document.get("text")),
            "textDocument/didChange" => {
                let changes = parameters.get("contentChanges").and_then(Value::as_array);
                let last = changes.and_then(|changes| changes.last());
                self.put(document, last.and_then(|change| change.get("text")));
            }
            "textDocument/didClose" => {
                let Some(path) = path_of(parameters) else { return };
                self.documents.close(&path);
                self.networks.retain(|(other, _)| *other != path);
                self.changed = true;
            }
            // Files that are not open may have changed too.
            "textDocument/didSave" | "workspace/didChangeWatchedFiles" => self.changed = true,
            "exit" => self.done = true,
            _ => {}
        }
    }

    fn put(&mut self, document: &Value, text: Option<&Value>) {
        let uri = document.get("uri").and_then(Value::as_str);
        let (Some(uri), Some(text)) = (uri, text.and_then(Value::as_str)) else { return };
        let version = document.get("version").and_then(Value::as_i64).unwrap_or(0);
        let path = plain(&to_path(uri));
        self.documents.put(path, Document { uri: uri.to_owned(), version, text: text.to_owned() });
        self.changed = true;
    }

    /// Checks what is open; returns the notifications that show the findings, and clear those that are gone.
    pub fn findings(&mut self) -> Vec<Value> {
        self.changed = false;
        let checked = check(&self.documents, &self.parsed);
        for (path, network) in checked.networks {
            self.networks.retain(|(other, _)| *other != path);
            self.networks.push((path, network));
        }
        let shown: BTreeSet<PathBuf> = checked
            .findings
            .iter()
            .filter(|(path, found)| !found.is_empty() || self.documents.get(path).is_some())
            .map(|(path, _)| path.clone())
            .collect();
        let gone = self.shown.difference(&shown).map(|path| (path, &[][..]));
        let found = checked.findings.iter().filter(|(path, _)| shown.contains(*path));
        let all = found.map(|(path, found)| (path, found.as_slice())).chain(gone);
        let messages = all.map(|(path, found)| self.publish(path, found)).collect();
        self.shown = shown;
        messages
    }

    fn publish(&self, path: &Path, found: &[Value]) -> Value {
        let mut parameters = json!({ "uri": self.documents.uri(path), "diagnostics": found });
        if let (Some(document), Some(map)) = (self.documents.get(path), parameters.as_object_mut()) {
            map.insert("version".to_owned(), json!(document.version));
        }
        notification("textDocument/publishDiagnostics", &parameters)
    }

    /// The file of a request with all that holds in it, and the byte of its position.
    fn place(&self, parameters: &Value) -> Option<(Program, usize)> {
        let path = path_of(parameters)?;
        let mut program = Program::read(&path, &self.documents, &self.parsed);
        // In a library the names of the networks that use it may be of interest too: their species, for example.
        for user in self.documents.paths().filter(|user| **user != path) {
            let other = Program::read(user, &self.documents, &self.parsed);
            if other.reads(&path) {
                let new: Vec<_> = other.parts.into_iter().filter(|part| !program.reads(&part.path)).collect();
                program.parts.extend(new);
            }
        }
        let text = &program.parts.first()?.text;
        let position = parameters.get("position").and_then(Position::of);
        let byte = position.map_or(0, |position| Lines::new(text).byte(position));
        Some((program, byte))
    }

    fn network_of(&self, path: &Path) -> Option<&Network> {
        let own = self.networks.iter().find(|(other, _)| other == path);
        let uses = |network: &Network| network.files.iter().any(|file| plain(file) == path);
        let user = || self.networks.iter().find(|(_, network)| uses(network));
        own.or_else(user).map(|(_, network)| network.as_ref())
    }

    fn hover(&self, parameters: &Value) -> Option<Value> {
        let (program, byte) = self.place(parameters)?;
        let part = program.parts.first()?;
        let (text, start, end) = hover(&program, byte, self.network_of(&part.path))?;
        let range = Lines::new(&part.text).range(start, end);
        Some(json!({ "contents": { "kind": "markdown", "value": text }, "range": range }))
    }

    fn location(&self, path: &Path, text: &str, start: usize, end: usize) -> Value {
        json!({ "uri": self.documents.uri(path), "range": Lines::new(text).range(start, end) })
    }

    fn definition(&self, parameters: &Value) -> Option<Value> {
        let (program, byte) = self.place(parameters)?;
        let part = program.parts.first()?;
        if let Some((name, _, _)) = string_at(&part.text, byte) {
            let path = plain(&part.path.parent()?.join(name));
            let text = self.documents.text(&path);
            return (!text.is_empty()).then(|| self.location(&path, &text, 0, 0));
        }
        let word = word_at(&part.text, byte)?;
        let (part, found) = program.meaning(&part.text, &word)?;
        Some(self.location(&part.path, &part.text, found.span.start as usize, found.span.end as usize))
    }

    fn references(&self, parameters: &Value) -> Option<Value> {
        let (program, byte) = self.place(parameters)?;
        let text = &program.parts.first()?.text;
        let word = word_at(text, byte)?;
        let (home, sought) = program.meaning(text, &word)?;
        let context = parameters.get("context").and_then(|context| context.get("includeDeclaration"));
        let declared = context.and_then(Value::as_bool).unwrap_or(true);
        let mut found = Vec::new();
        for part in &program.parts {
            for place in program.places(part, sought) {
                let is_declaration = part.path == home.path && place.start == sought.span.start as usize;
                if declared || !is_declaration {
                    found.push(self.location(&part.path, &part.text, place.start, place.end));
                }
            }
        }
        Some(Value::Array(found))
    }

    fn completion(&self, parameters: &Value) -> Option<Value> {
        let (program, byte) = self.place(parameters)?;
        Some(json!({ "isIncomplete": false, "items": complete(&program, byte) }))
    }

    fn symbols(&self, parameters: &Value) -> Option<Value> {
        let (program, _) = self.place(parameters)?;
        let part = program.parts.first()?;
        let lines = Lines::new(&part.text);
        let symbol = |one: &crate::definitions::Definition| {
            json!({
                "name": one.name,
                "kind": one.kind.symbol(),
                "detail": one.kind.word(),
                "range": lines.range(one.whole.start as usize, one.whole.end as usize),
                "selectionRange": lines.range(one.span.start as usize, one.span.end as usize),
            })
        };
        Some(part.definitions.iter().map(symbol).collect())
    }

    fn formatting(&self, parameters: &Value) -> Option<Value> {
        let path = path_of(parameters)?;
        let text = &self.documents.get(&path)?.text;
        // A file with syntax errors stays as it is; they are shown as findings.
        let laid_out = chem_grammar::format(text, &path).ok()?;
        if laid_out == *text {
            return Some(json!([]));
        }
        Some(json!([{ "range": Lines::new(text).range(0, text.len()), "newText": laid_out }]))
    }
}

fn path_of(parameters: &Value) -> Option<PathBuf> {
    let uri = parameters.get("textDocument")?.get("uri")?.as_str()?;
    Some(plain(&to_path(uri)))
}
