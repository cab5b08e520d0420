//! What a user sees when a network does not compile. To renew the expected output after a change that is meant:
//! `TRYBUILD=overwrite cargo test --release -p chem-macros`.

#[test]
fn networks_with_findings() {
    let cases = trybuild::TestCases::new();
    cases.compile_fail("tests/ui/*.rs");
    cases.pass("tests/pass/*.rs");
}
