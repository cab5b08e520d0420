//! Any text as a file of another program: it is read or refused, what is written is in our language, and compiles or says why not.
#![no_main]

use std::path::Path;

use chem_grammar::compile::compile_as;
use chem_grammar::import::{FileFormat, ImportOptions, import};
use chem_grammar::memory_files::MemoryFiles;
use chem_grammar::recognise;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let Some((choice, data)) = data.split_first() else { return };
    let text = String::from_utf8_lossy(data);
    let format = FileFormat::ALL.get(usize::from(*choice) % 8).copied();
    let how = ImportOptions { format, fortran_literals: choice & 8 != 0 };
    let Some(format) = format.or_else(|| recognise(&text)) else { return };
    let imported = import(Path::new("fuzzed"), &text, format, how);
    assert_eq!(imported.origins.len(), imported.text.lines().count());
    assert!(!imported.report.render().is_empty());
    if let Err(report) = chem_grammar::format(&imported.text, Path::new("fuzzed.net")) {
        panic!("what was written is refused: {}\n{}", report.render(), imported.text);
    }
    match compile_as(Path::new("fuzzed"), how, &MemoryFiles::new().with("fuzzed", text)) {
        Ok(network) => assert!(!network.report().render().is_empty()),
        Err(report) => assert!(!report.render().is_empty()),
    }
});
