//! Any text: parser and formatter do not panic, and what was formatted is parsed and formatted to itself.
#![no_main]

use std::path::Path;

use chem_grammar::source::{SourceFile, SourceMap};
use libfuzzer_sys::fuzz_target;

const NAME: &str = "fuzzed.net";

fuzz_target!(|data: &[u8]| {
    let text = String::from_utf8_lossy(data);
    let mut sources = SourceMap::default();
    let source = SourceFile::new(NAME, &*text);
    let id = sources.add(source.clone());
    let (_, diagnostics) = chem_grammar::parse(id, &source);
    for diagnostic in &diagnostics {
        let (start, end) = (diagnostic.span.start as usize, diagnostic.span.end as usize);
        assert!(text.get(start..end).is_some(), "the place {start}..{end} is not in the text");
    }
    match chem_grammar::format(&text, Path::new(NAME)) {
        Ok(formatted) => {
            assert!(diagnostics.is_empty(), "formatted in spite of errors");
            match chem_grammar::format(&formatted, Path::new(NAME)) {
                Ok(again) => assert_eq!(again, formatted, "formatting is not idempotent"),
                Err(report) => panic!("what was formatted is refused: {}\n{formatted}", report.render()),
            }
        }
        Err(report) => {
            assert!(!diagnostics.is_empty(), "not formatted without an error");
            assert!(!report.render().is_empty());
        }
    }
});
