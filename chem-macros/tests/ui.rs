//! What a user sees when a network does not compile. To renew the expected output after a change that is meant:
//! `TRYBUILD=overwrite cargo test --release -p chem-macros`.

#[test]
fn failing_networks() {
    let cases = trybuild::TestCases::new();
    cases.compile_fail("tests/ui/*.rs");
}
