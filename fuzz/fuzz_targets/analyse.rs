//! Any text through the whole front end: no panic, from the text of a network to generated code, or that of a library to
//! its findings. The rate libraries and tables of the folder `networks` are there to be used.
#![no_main]

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use chem_codegen::Form;
use chem_grammar::compile::{Files, check_library, compile};
use chem_grammar::system::System;
use libfuzzer_sys::fuzz_target;

const NAME: &str = "fuzzed.net";

/// The files of the folder `networks`, under the names by which networks use them.
static LIBRARIES: LazyLock<BTreeMap<PathBuf, String>> = LazyLock::new(|| {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../networks");
    let entries = std::fs::read_dir(&folder).into_iter().flatten().flatten();
    entries
        .filter_map(|entry| {
            Some((PathBuf::from(entry.file_name()), std::fs::read_to_string(entry.path()).ok()?))
        })
        .collect()
});

struct Fuzzed<'t>(&'t str);

impl Files for Fuzzed<'_> {
    fn read(&self, path: &Path) -> io::Result<String> {
        if path == Path::new(NAME) {
            return Ok(self.0.to_owned());
        }
        LIBRARIES.get(path).cloned().ok_or_else(|| io::Error::from(io::ErrorKind::NotFound))
    }
}

fuzz_target!(|data: &[u8]| {
    let text = String::from_utf8_lossy(data);
    let (path, files) = (Path::new(NAME), Fuzzed(&text));
    if text.starts_with("rates") {
        let (Ok(report) | Err(report)) = check_library(path, &files);
        report.render();
        return;
    }
    match compile(path, &files) {
        Ok(network) => {
            network.report().render();
            let system = System::new(network);
            for form in [Form::Unrolled, Form::Looped] {
                chem_codegen::expand_as(form, &system, None);
            }
        }
        Err(report) => {
            assert!(!report.render().is_empty());
            chem_codegen::fallback(&report, "fuzzed");
        }
    }
});
