//! `routes`: rates, shares, time scales, and what is refused.

use crate::folder::{Folder, PAIR};

/// dA/dt = B - 2 A: after a long time A = 1, B = 2; formation and destruction are 2, and n / destruction is a half second.
#[test]
fn rates_and_shares_are_those_of_the_equations() {
    let folder = Folder::new();
    let arguments = ["routes", "pair.net", "--species", "A", "--times", "0 s, 1 s, 100 s", "--rtol", "1e-9"];
    let text = folder.succeeds(&[&arguments[..], &["--out", "r.csv", "--plot", "r.svg"]].concat());
    let csv = folder.read("r.csv");
    let rows: Vec<Vec<&str>> = csv.lines().map(|line| line.split(',').collect()).collect();
    assert_eq!(rows[0], ["id", "t_s", "side", "name", "equation", "rate", "share"]);
    let rate = |name: &str, time: f64| {
        let of = |row: &&Vec<&str>| row[3] == name && row[1].parse() == Ok(time);
        let row = rows.iter().find(of).unwrap_or_else(|| panic!("{name} at {time} in {csv}"));
        (row[2].to_owned(), row[5].parse::<f64>().unwrap(), row[6].parse::<f64>().unwrap())
    };
    // A = 1 + 2 exp(-3 t), B = 2 - 2 exp(-3 t).
    for time in [0.0, 1.0, 100.0] {
        let decay = (-3.0f64 * time).exp();
        let (side, forms, _) = rate("back", time);
        assert!(side == "formation" && (forms - (2.0 - 2.0 * decay)).abs() < 1e-7, "{forms}");
        let (side, destroys, share) = rate("forth", time);
        assert!(side == "destruction" && (destroys - (2.0 + 4.0 * decay)).abs() < 1e-7, "{destroys}");
        assert_eq!(share, 1.0);
    }
    for word in ["n(A) [cm^-3]", "B -> A", "A -> B", "time scale of destruction [s]", "5.000e-1", "100.0"] {
        assert!(text.contains(word), "`{word}` is not in:\n{text}");
    }
    assert!(!text.contains("C+"), "a reaction without any share:\n{text}");
    let svg = folder.read("r.svg");
    assert!(svg.contains("formation") && svg.contains("A → B"));
}

/// A reaction counts by its net change: what catalyses neither forms nor is destroyed.
#[test]
fn what_is_on_both_sides_does_not_count() {
    let folder = Folder::new();
    folder.write(
        "catalysis.net",
        &PAIR.replace("forth: A -> B          k = speed ", "forth: A + B -> B + B   k = 2 [cm^3 s^-1] "),
    );
    let text = folder.succeeds(&[
        "routes",
        "catalysis.net",
        "--species",
        "B",
        "--initial",
        "other",
        "--times",
        "1 s",
    ]);
    assert!(text.contains("A + B -> B + B") && text.contains("B -> A"), "{text}");
    folder.write(
        "idle.net",
        &PAIR.replace("forth: A -> B          k = speed ", "forth: A + B -> A + B   k = 2 [cm^3 s^-1] "),
    );
    let text =
        folder.succeeds(&["routes", "idle.net", "--species", "B", "--initial", "other", "--times", "1 s"]);
    assert!(!text.contains("A + B"), "{text}");
}

#[test]
fn wrong_input_is_refused() {
    let folder = Folder::new();
    folder.is_refused(&["routes", "pair.net", "--species", "AB"], &["no species `AB`"]);
    folder.is_refused(&["routes", "pair.net", "--species", "T"], &["neither heats nor cools"]);
    folder.is_refused(&["routes", "pair.net", "--species", ""], &["names no species"]);
    folder.is_refused(
        &["routes", "pair.net", "--species", "A", "--rtol", "3", "--out", "r.csv"],
        &["--rtol", "out of range"],
    );
}

/// Heating and cooling of a thermal network balance dT/dt.
#[test]
fn heating_and_cooling_are_the_terms_of_the_temperature() {
    let folder = Folder::new();
    folder.write(
        "thermal.net",
        r#"network thermal version 1
species H, H+, e-
ion: H + e- -> H+ + e- + e-   k = 1e-11 [cm^3 s^-1]   "made up"
rec: H+ + e- -> H             k = 3e-13 [cm^3 s^-1]   "made up"
heating lamp = 1e-26 [erg s^-1] * n[H]       "made up"
cooling line = 1e-30 [erg s^-1 K^-1] * T * n[H]   "made up"
initial warm: T = 1e3 [K], n[H] = 10 [cm^-3], n[H+] = 0.1 [cm^-3], n[e-] = 0.1 [cm^-3]
"#,
    );
    let text = folder.succeeds(&["routes", "thermal.net", "--species", "T", "--times", "1 yr"]);
    for word in ["T [K]", "heating [erg cm^-3 s^-1]", "1.000e-25", "lamp", "line", "100.0"] {
        assert!(text.contains(word), "`{word}` is not in:\n{text}");
    }
}
