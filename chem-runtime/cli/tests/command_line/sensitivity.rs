//! `sensitivity`: the exact derivatives of a linear network, ranks, files, and what is refused.

use crate::folder::{Folder, PAIR};

/// dA/dt = B - speed A with A + B = 3: in balance A = 3 / (1 + speed), so that d ln A / d ln speed = -2/3 for speed = 2, and
/// as much with the other sign for the reaction back.
#[test]
fn a_balance_has_its_exact_derivatives() {
    let folder = Folder::new();
    let arguments = ["sensitivity", "pair.net", "--species", "A,B", "--times", "100 s"];
    let text = folder.succeeds(&[&arguments[..], &["--out", "s.csv", "--plot", "s.svg"]].concat());
    for words in
        ["A = 1.000e0 cm^-3 at 1.000e2 s", "-0.667  reaction", "+0.667  reaction", "+1.000  initial value  A"]
    {
        assert!(text.contains(words), "`{words}` is not in:\n{text}");
    }
    let csv = folder.read("s.csv");
    let rows: Vec<Vec<&str>> = csv.lines().map(|line| line.split(',').collect()).collect();
    assert_eq!(rows[0], ["id", "t_s", "species", "kind", "name", "equation", "dlnn_dlnk"]);
    let value = |species: &str, name: &str| -> f64 {
        rows.iter().find(|row| row[2] == species && row[4] == name).unwrap()[6].parse().unwrap()
    };
    for (species, name, exact) in
        [("A", "forth", -2.0 / 3.0), ("A", "back", 2.0 / 3.0), ("B", "forth", 1.0 / 3.0), ("B", "ion", 0.0)]
    {
        assert!((value(species, name) - exact).abs() < 1e-4, "{species} {name}: {}", value(species, name));
    }
    assert!(folder.read("s.svg").contains("A → B"));
}

#[test]
fn wrong_input_is_refused() {
    let folder = Folder::new();
    folder.write("energy.net", &PAIR.replace("parameter speed", "conserve energy\nparameter speed"));
    folder.is_refused(&["sensitivity", "pair.net", "--species", "X", "--out", "s.csv"], &["no species `X`"]);
    folder.is_refused(&["sensitivity", "pair.net", "--species", "T"], &["T does not change"]);
    folder.is_refused(
        &["sensitivity", "pair.net", "--species", "A", "--times", "0 s"],
        &["not after the beginning"],
    );
    folder.is_refused(&["sensitivity", "energy.net", "--species", "A"], &["conserve"]);
    let output = folder.chem(&["sensitivity", "pair.net", "--species", "C+", "--times", "1 s"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8(output.stderr).unwrap().contains("`C+` is zero at the end"));
}
