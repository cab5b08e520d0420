//! The header is the one that cbindgen makes from the functions.
#![allow(clippy::expect_used)] // tests fail by panicking

const FOLDER: &str = env!("CARGO_MANIFEST_DIR");

/// With `UPDATE_HEADER=1` the file is written anew.
#[test]
fn the_header_is_that_of_the_functions() {
    let config = cbindgen::Config::from_root_or_default(FOLDER);
    let source = format!("{FOLDER}/src/lib.rs");
    let bindings =
        cbindgen::Builder::new().with_config(config).with_src(source).generate().expect("a header");
    let mut text = Vec::new();
    bindings.write(&mut text);
    let path = format!("{FOLDER}/chem_molecular.h");
    if std::env::var_os("UPDATE_HEADER").is_some() {
        std::fs::write(&path, &text).expect("written");
    }
    let kept = std::fs::read(&path).expect("the header");
    assert_eq!(
        String::from_utf8_lossy(&kept),
        String::from_utf8_lossy(&text),
        "UPDATE_HEADER=1 makes it anew"
    );
}
