//! The documentation shows the files as they are.
#![allow(clippy::expect_used)] // tests fail by panicking

const FOLDER: &str = env!("CARGO_MANIFEST_DIR");

#[test]
fn the_documentation_shows_the_whole_crate() {
    let read = |path: &str| std::fs::read_to_string(format!("{FOLDER}/{path}")).expect("a file");
    let page = read("../../docs/host_codes.md");
    for file in ["src/lib.rs", "step.c", "step.f90", "Makefile"] {
        assert!(page.contains(&read(file)), "docs/host_codes.md shows an older {file}");
    }
}
