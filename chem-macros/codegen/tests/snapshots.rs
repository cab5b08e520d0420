//! The generated text of two networks, and of one with loops over tables, to be reviewed when it changes.
#![expect(clippy::panic, reason = "a panic is how a test fails")]

use std::path::Path;

use chem_codegen::Form;
use chem_grammar::network::Network;
use chem_grammar::system::System;

fn system(path: &str) -> System {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(path);
    System::new(Network::load(path).unwrap_or_else(|report| panic!("{}", report.render())))
}

fn expand(name: &str) -> String {
    chem_codegen::expand(&system(&format!("networks/{name}")), None)
}

/// Without the numbers of the tables.
fn without_tables(text: &str) -> String {
    let mut out = String::new();
    let mut inside = false;
    for line in text.lines() {
        if line.contains("values: rt::Cow::Borrowed(&[") {
            out.push_str(line);
            out.push_str(" ... ]),\n");
            inside = true;
        } else if inside {
            inside = !line.trim_start().starts_with("]),");
        } else {
            out.push_str(line);
            out.push('\n');
        }
    }
    out
}

#[test]
fn benchmark_tdep() {
    let text = expand("benchmark_tdep.net");
    syn::parse_file(&text).unwrap();
    insta::assert_snapshot!(text);
}

#[test]
fn molecular() {
    let text = expand("molecular.net");
    syn::parse_file(&text).unwrap();
    insta::assert_snapshot!(without_tables(&text));
}

#[test]
fn every_kind_in_loops() {
    let text = chem_codegen::expand_as(Form::Looped, &system("tests/networks/every_kind.net"), None);
    syn::parse_file(&text).unwrap();
    insta::assert_snapshot!(text);
}
