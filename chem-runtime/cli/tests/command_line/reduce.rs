//! `reduce`: what is not needed goes, what is stays, and what is left is a network.

use crate::folder::Folder;

/// A -> B -> C with a slow way from A to D, a tracer that nothing needs, and a coefficient that names a density.
const CHAIN: &str = r#"network chain version 1
"A chain."

species A (X), B (X), C (X)     # the chain
species D (X), E (X), Y (Z), W (Z)  "beside it"
parameter speed = 2 [s^-1]    "made up"

ab: A -> B        k = speed                          "made up"   # first
bc: B -> C        k = 1 [s^-1]                       "made up"
ad: A -> D        k = 1e-6 [s^-1]                    "made up"
de: D -> E        k = 1 [s^-1]                       "made up"
yw: Y -> W        k = 1 [s^-1]                       "made up"
cb: C -> B        k = 1e-9 [cm^3 s^-1] * n[E]        "made up"

initial start: T = 100 [K], n[A] = 3 [cm^-3], n[E] = 0 [cm^-3], n[C] = 0 [cm^-3]
"#;

#[test]
fn what_no_species_asked_for_needs_is_left_out() {
    let folder = Folder::new();
    folder.write("chain.net", CHAIN);
    let arguments = ["reduce", "chain.net", "--species", "B,C", "--times", "0.1..10 s x 5", "--rtol", "1e-8"];
    let output = folder.chem(&[&arguments[..], &["--tolerance", "0.01", "--out", "small.net"]].concat());
    let error = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(0), "{error}");
    for words in
        ["3 of 7 species and 2 of 6 reactions are left", "B: at most 0.00 % off", "written: small.net"]
    {
        assert!(error.contains(words), "`{words}` is not in:\n{error}");
    }
    let small = folder.read("small.net");
    for kept in ["ab:", "bc:", "\"A chain.\"", "# the chain", "# first", "n[A] = 3", "parameter speed"] {
        assert!(small.contains(kept), "`{kept}` is not in:\n{small}");
    }
    for gone in ["ad:", "de:", "yw:", "cb:", "beside it", "n[E]"] {
        assert!(!small.contains(gone), "`{gone}` is in:\n{small}");
    }
    folder.succeeds(&[
        "solve",
        "small.net",
        "--times",
        "0.1..10 s x 5",
        "--rtol",
        "1e-8",
        "--out",
        "small.csv",
    ]);
    folder.succeeds(&[
        "solve",
        "chain.net",
        "--times",
        "0.1..10 s x 5",
        "--rtol",
        "1e-8",
        "--out",
        "whole.csv",
    ]);
    let column = |file: &str, name: &str| -> Vec<f64> {
        let (header, rows) = folder.table(file);
        let at = header.iter().position(|column| column == name).unwrap();
        rows.iter().map(|row| row[at]).collect()
    };
    for name in ["n_B", "n_C"] {
        for (a, b) in column("small.csv", name).iter().zip(column("whole.csv", name)) {
            assert!((a - b).abs() <= 0.01 * b, "{name}: {a} {b}");
        }
    }
    // A tight tolerance on what the slow way makes keeps the slow way.
    let output = folder.chem(&["reduce", "chain.net", "--species", "E", "--times", "10 s", "--rtol", "1e-8"]);
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(
        text.contains("ad:") && text.contains("de:") && text.contains("ab:") && !text.contains("yw:"),
        "{text}"
    );
}

/// A reaction whose name an expression uses stays, and so does a species of which the cells have some.
#[test]
fn what_others_name_stays() {
    let folder = Folder::new();
    folder.write("chain.net", &CHAIN.replace("n[C] = 0 [cm^-3]", "n[Y] = 1 [cm^-3]"));
    let output = folder.chem(&["reduce", "chain.net", "--species", "C", "--times", "1 s", "--rtol", "1e-8"]);
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.contains("Y (Z)") && !text.contains("W (Z)") && text.contains("n[Y] = 1"), "{text}");
}

#[test]
fn wrong_input_is_refused() {
    let folder = Folder::new();
    folder.is_refused(&["reduce", "pair.net", "--species", "X", "--out", "o.net"], &["no species `X`"]);
    folder.is_refused(
        &["reduce", "pair.net", "--species", "A", "--tolerance", "2"],
        &["--tolerance", "between 0 and 1"],
    );
}
