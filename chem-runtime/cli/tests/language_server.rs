//! `chem lsp`, driven over its standard streams as an editor does.

#![cfg(feature = "lsp")]
#![allow(clippy::unwrap_used, clippy::panic)]

use std::io::{BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use chem_lsp::{connection, uri};
use serde_json::{Value, json};

/// An editor with a server of its own.
struct Editor {
    server: Child,
    answers: BufReader<ChildStdout>,
    next: u64,
}

impl Editor {
    fn new() -> Editor {
        let mut command = Command::new(env!("CARGO_BIN_EXE_chem"));
        let mut server = command.arg("lsp").stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let answers = BufReader::new(server.stdout.take().unwrap());
        let mut editor = Editor { server, answers, next: 0 };
        let answer = editor.ask("initialize", json!({ "capabilities": {} }));
        assert_eq!(answer["capabilities"]["positionEncoding"], "utf-16");
        editor.tell("initialized", json!({}));
        editor
    }

    fn send(&mut self, message: &Value) {
        connection::write(self.server.stdin.as_mut().unwrap(), message).unwrap();
    }

    fn tell(&mut self, method: &str, parameters: Value) {
        self.send(&json!({ "jsonrpc": "2.0", "method": method, "params": parameters }));
    }

    fn ask(&mut self, method: &str, parameters: Value) -> Value {
        self.next += 1;
        let id = self.next;
        self.send(&json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": parameters }));
        loop {
            let message = connection::read(&mut self.answers).unwrap().unwrap();
            if message["id"] == id {
                return message["result"].clone();
            }
        }
    }

    fn at(&mut self, method: &str, path: &Path, text: &str, needle: &str) -> Value {
        let byte = text.find(needle).unwrap();
        let line = text[..byte].matches('\n').count();
        let start = text[..byte].rfind('\n').map_or(0, |n| n + 1);
        let character = text[start..byte].encode_utf16().count();
        let position = json!({ "line": line, "character": character });
        self.ask(method, json!({ "textDocument": { "uri": uri::of_path(path) }, "position": position }))
    }

    fn open(&mut self, path: &Path, text: &str) {
        let document = json!({ "uri": uri::of_path(path), "languageId": "chem", "version": 1, "text": text });
        self.tell("textDocument/didOpen", json!({ "textDocument": document }));
    }

    fn change(&mut self, path: &Path, version: u64, text: &str) {
        let document = json!({ "uri": uri::of_path(path), "version": version });
        let parameters = json!({ "textDocument": document, "contentChanges": [{ "text": text }] });
        self.tell("textDocument/didChange", parameters);
    }

    /// The next findings of a file.
    fn findings(&mut self, path: &Path) -> Vec<Value> {
        let uri = uri::of_path(path);
        loop {
            let message = connection::read(&mut self.answers).unwrap().unwrap();
            if message["method"] == "textDocument/publishDiagnostics" && message["params"]["uri"] == uri {
                return message["params"]["diagnostics"].as_array().unwrap().clone();
            }
        }
    }

    fn leave(mut self) {
        assert_eq!(self.ask("shutdown", Value::Null), Value::Null);
        self.tell("exit", Value::Null);
        assert!(self.server.wait().unwrap().success());
    }
}

fn codes(findings: &[Value]) -> Vec<&str> {
    findings.iter().map(|finding| finding["code"].as_str().unwrap()).collect()
}

const NETWORK: &str = r#"network small version 1
use "own.rates"
species e-, H, H+, `c-C3H2`
# é𝒜
ionise: H + e- -> H+ + 2 e-   k = own_rate "Me 2020"
allow(W011) recombine: H+ + e- -> H + photon   k = 1e-12 * T^-0.5 "Me 2020"
"#;

const LIBRARY: &str = "rates own version 1\nrate own_rate = 1e-10 * exp(-1.5e5 / T) \"Me 2020\"\n";

#[test]
fn an_editor_is_served() {
    let folder = tempfile::tempdir().unwrap();
    let (network, library) = (folder.path().join("small.net"), folder.path().join("own.rates"));
    std::fs::write(&library, LIBRARY).unwrap();
    let mut editor = Editor::new();
    editor.open(&network, NETWORK);
    let found = editor.findings(&network);
    assert!(found.iter().all(|finding| finding["severity"] != 1), "{found:?}");

    let hover = editor.at("textDocument/hover", &network, NETWORK, "e-, H");
    assert!(hover["contents"]["value"].as_str().unwrap().contains("charge: -1"), "{hover}");
    let hover = editor.at("textDocument/hover", &network, NETWORK, "`c-C3H2`");
    assert!(hover["contents"]["value"].as_str().unwrap().contains("H 2, C 3; charge: 0"), "{hover}");
    let hover = editor.at("textDocument/hover", &network, NETWORK, "recombine");
    let text = hover["contents"]["value"].as_str().unwrap();
    for part in ["H+ + e- -> H + photon", "[cm^3 s^-1]", "1.0000e-13 at 100 K", "Me 2020"] {
        assert!(text.contains(part), "{text}");
    }
    let hover = editor.at("textDocument/hover", &network, NETWORK, "W011");
    assert!(hover["contents"]["value"].as_str().unwrap().contains("**W011** (note)"), "{hover}");

    let place = editor.at("textDocument/definition", &network, NETWORK, "own_rate");
    assert_eq!(place["uri"], uri::of_path(&library));
    assert_eq!(place["range"]["start"], json!({ "line": 1, "character": 5 }));
    let place = editor.at("textDocument/definition", &network, NETWORK, "own.rates");
    assert_eq!(place["uri"], uri::of_path(&library));
    let uses = editor.at("textDocument/references", &network, NETWORK, "H+, ");
    assert_eq!(uses.as_array().unwrap().len(), 3, "{uses}");

    let labels = |answer: &Value| -> Vec<String> {
        answer["items"]
            .as_array()
            .unwrap()
            .iter()
            .map(|item| item["label"].as_str().unwrap().to_owned())
            .collect()
    };
    let proposed = labels(&editor.at("textDocument/completion", &network, NETWORK, "own_rate"));
    assert!(
        ["own_rate", "exp", "T", "k_B"].iter().all(|name| proposed.iter().any(|one| one == name)),
        "{proposed:?}"
    );
    let proposed = labels(&editor.at("textDocument/completion", &network, NETWORK, "use"));
    assert!(proposed.iter().any(|one| one == "species"), "{proposed:?}");
    let document = json!({ "textDocument": { "uri": uri::of_path(&network) } });
    let symbols = editor.ask("textDocument/documentSymbol", document.clone());
    assert_eq!(symbols.as_array().unwrap().len(), 6, "{symbols}");
    let edits = editor.ask("textDocument/formatting", document);
    let edited = edits[0]["newText"].as_str().map_or(NETWORK, |text| text);
    assert_eq!(edited, chem_grammar::format(NETWORK, &network).unwrap());

    let broken = NETWORK.replace("# é𝒜\nionise", "ionise").replace("Me 2020\"\nallow", "é𝒜\" \"x\nallow");
    editor.change(&network, 2, &broken);
    assert!(codes(&editor.findings(&network)).contains(&"E001"));
    // What the library lacks is told in the network, while the library is open and not yet saved.
    editor.change(&network, 3, NETWORK);
    assert!(!codes(&editor.findings(&network)).contains(&"E001"));
    editor.open(&library, &LIBRARY.replace("own_rate", "other_rate"));
    let found = editor.findings(&network);
    assert!(codes(&found).contains(&"E010"), "{found:?}");
    editor.leave();
}

#[test]
fn columns_count_utf_16() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("small.net");
    // Four bytes and two units of UTF-16, two bytes and one unit.
    let line = "table q(T [K]) from \"𝒜é.csv\" interpolate nonsense \"x\"";
    let text = format!(
        "network small version 1\nspecies A (X), B (X)\n# é𝒜 \n{line}\na: A -> B k = nothing \"é𝒜\"\n"
    );
    let mut editor = Editor::new();
    editor.open(&path, &text);
    let found = editor.findings(&path);
    let column = line[..line.find("nonsense").unwrap()].encode_utf16().count();
    assert_eq!(column, 42);
    let syntax =
        found.iter().find(|finding| finding["code"] == "E001").unwrap_or_else(|| panic!("{found:?}"));
    assert_eq!(syntax["range"]["start"], json!({ "line": 3, "character": column }));
    let text = text.replace("interpolate nonsense", "é");
    editor.change(&path, 2, &text);
    let hover = editor.at("textDocument/hover", &path, &text, "A -> B");
    assert_eq!(hover["range"]["start"], json!({ "line": 4, "character": 3 }));
    editor.leave();
}

#[test]
fn every_beginning_of_a_file_is_answered() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("small.net");
    std::fs::write(folder.path().join("own.rates"), LIBRARY).unwrap();
    let mut server = chem_lsp::server::Server::new();
    for end in (0..=NETWORK.len()).filter(|end| NETWORK.is_char_boundary(*end)) {
        let document = json!({ "uri": uri::of_path(&path), "version": end, "text": &NETWORK[..end] });
        let open = json!({ "method": "textDocument/didOpen", "params": { "textDocument": document } });
        assert!(server.handle(&open).is_none());
        assert!(!server.findings().is_empty());
        let lines = NETWORK[..end].matches('\n').count();
        let start = NETWORK[..end].rfind('\n').map_or(0, |n| n + 1);
        let position = json!({ "line": lines, "character": NETWORK[start..end].encode_utf16().count() });
        for method in ["hover", "completion", "definition", "references", "documentSymbol", "formatting"] {
            let parameters = json!({ "textDocument": { "uri": uri::of_path(&path) }, "position": position });
            let method = format!("textDocument/{method}");
            assert!(server.handle(&json!({ "id": 1, "method": method, "params": parameters })).is_some());
        }
    }
}

/// As many reactions as large databases have.
fn large(reactions: usize) -> String {
    let mut text = String::from("network large version 1\nspecies A0 (X)");
    let species = 500;
    (1..species).for_each(|s| text.push_str(&format!(", A{s} (X)")));
    text.push('\n');
    for r in 0..reactions {
        let (from, to) = (r % species, (r * 7 + 1 + r / species) % species);
        text.push_str(&format!(
            "r{r}: A{from} + A0 -> A{to} + A0   k = {}e-10 * (T / 300 [K])^-0.5 * exp(-{r} / T) \"x\"\n",
            r % 9 + 1
        ));
    }
    text
}

#[test]
fn large_files_are_checked_while_typing() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("large.net");
    let text = large(8800);
    let mut editor = Editor::new();
    let begin = Instant::now();
    editor.open(&path, &text);
    editor.findings(&path);
    let opened = begin.elapsed();
    let begin = Instant::now();
    editor.change(&path, 2, &text.replace("r8799: A", "r8799: Q"));
    let found = editor.findings(&path);
    let changed = begin.elapsed();
    assert!(codes(&found).iter().any(|code| code.starts_with('E')));
    let begin = Instant::now();
    let hover = editor.at("textDocument/hover", &path, &text, "r4000:");
    assert!(hover["contents"]["value"].as_str().unwrap().contains("r4000"));
    let _ = writeln!(std::io::stderr(), "open {opened:?}, change {changed:?}, hover {:?}", begin.elapsed());
    // Debug builds and busy machines take longer.
    let most = if cfg!(debug_assertions) { 60 } else { 10 };
    assert!(
        opened < Duration::from_secs(most) && changed < Duration::from_secs(most),
        "{opened:?} {changed:?}"
    );
    editor.leave();
}
