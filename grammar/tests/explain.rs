//! The pages of `chem explain`: each example has the finding that it is about, and its cure has none.
#![expect(clippy::expect_used, reason = "what is missing fails the test")]

use std::path::Path;

use chem_grammar::compile::compile;
use chem_grammar::diagnostic::{Code, Report};
use chem_grammar::memory_files::MemoryFiles;

/// All findings of the network in a part of a page, with the files that stand beside it there.
fn findings(part: &str) -> Report {
    let mut files = MemoryFiles::new();
    let mut networks = 0;
    for block in part.split("```").skip(1).step_by(2) {
        let (head, text) = block.split_once('\n').expect("a fenced block has a first line");
        let name = match head.split_once(' ') {
            Some((_, name)) => name,
            None => {
                networks += 1;
                assert_eq!(head, "net");
                "page.net"
            }
        };
        files = files.with(name, text);
    }
    assert_eq!(networks, 1, "{part}");
    compile(Path::new("page.net"), &files).map_or_else(|report| report, |network| network.report())
}

#[test]
fn every_example_has_its_finding_and_every_cure_none() {
    let mut faults = Vec::new();
    for code in Code::ALL {
        let (page, name) = (code.page(), code.as_str());
        let (before, cure) = page.split_once("\nCure").unwrap_or_else(|| panic!("no cure in {page}"));
        let (cause, example) =
            before.split_once("\nExample:").unwrap_or_else(|| panic!("no example in {page}"));
        assert!(cause.len() > 60, "{page}");
        let report = findings(example);
        if report.is_empty() || report.diagnostics.iter().any(|found| found.code != *code) {
            faults.push(format!("the example of {name}:\n{report}"));
        }
        let report = findings(cure);
        if !report.is_empty() {
            faults.push(format!("the cure of {name}:\n{report}"));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}
