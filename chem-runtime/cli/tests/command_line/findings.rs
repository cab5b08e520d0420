//! What is wrong or odd about a network, and its layout.

use crate::folder::{Folder, PAIR};

#[test]
fn findings_of_the_network_are_exit_code_two() {
    let folder = Folder::new();
    folder.write("bad.net", &PAIR.replace("back:  B -> A ", "back:  B -> A + e-"));
    folder.is_refused(&["check", "bad.net"], &["error[E012]", "bad.net:8", "charge"]);
    folder.is_refused(&["solve", "bad.net"], &["error[E012]"]);
    folder.is_refused(&["graph", "bad.net"], &["error[E012]"]);
    folder.is_refused(&["check", "pair.net", "gone.net"], &["gone.net"]);
    folder.is_refused(&["explain", "E999"], &["no such code"]);
    assert!(folder.succeeds(&["check", "pair.net"]).contains("no findings"));
    folder.write("x.rates", "rates x version 1\nrate a = 2 * T\n");
    assert!(folder.succeeds(&["check", "x.rates"]).contains("no findings"));
    folder.write("y.rates", "rates y version 1\nrate a = 2 * unknown\n");
    folder.is_refused(&["check", "y.rates"], &["E010", "y.rates:2"]);
    let page = folder.succeeds(&["explain", "e012"]);
    for word in ["E012 (error): Charge is not conserved", "Example:", "Cure", "cannot be allowed"] {
        assert!(page.contains(word), "{page}");
    }
    assert!(folder.succeeds(&["explain", "W009"]).contains("`allow(W009) everywhere`"));
    assert!(folder.succeeds(&["explain"]).contains("W009  note     A reaction"));
}

/// One document whatever is found; places are those that the text shows, in a file of another program too.
#[test]
fn findings_as_json_have_place_and_remedy() {
    let folder = Folder::new();
    folder.write("bad.net", &PAIR.replace("back:  B -> A ", "back:  B -> A + e-"));
    folder.write("rough.net", ROUGH);
    folder.write("react", "@format:idx,R,R,P,P,rate\n1,H,E,H+,E,1d-9\n2,H,E,H+,E,2d-9*x\n");
    let output = folder.chem(&[
        "check",
        "--json",
        "--deny",
        "W008",
        "bad.net",
        "rough.net",
        "react",
        "gone.net",
        "pair.net",
    ]);
    assert_eq!(output.status.code(), Some(2));
    let json: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let files = json["files"].as_array().unwrap();
    let paths: Vec<&str> = files.iter().map(|file| file["path"].as_str().unwrap()).collect();
    assert_eq!(paths, ["bad.net", "rough.net", "react", "gone.net", "pair.net"]);
    let found = |file: usize, code: &str| {
        let list = files[file]["findings"].as_array().unwrap();
        list.iter()
            .find(|finding| finding["code"] == code)
            .unwrap_or_else(|| panic!("{code} in {list:?}"))
            .clone()
    };
    let charge = found(0, "E012");
    assert_eq!(
        (&charge["line"], &charge["file"], &charge["severity"]),
        (&8.into(), &"bad.net".into(), &"error".into())
    );
    assert!(files[0]["headline"].is_null() && files[0]["errors"] == 1);
    let double = found(1, "W008");
    assert_eq!((&double["line"], &double["column"], &double["denied"]), (&4.into(), &1.into(), &true.into()));
    assert_eq!((&double["end_line"], &double["others"][0]["line"]), (&4.into(), &3.into()));
    assert_eq!((&files[1]["denied"], &files[1]["warnings"]), (&3.into(), &5.into()));
    let unread = files[2]["findings"].as_array().unwrap().iter().find(|finding| finding["line"] == 3);
    assert_eq!(unread.unwrap()["file"], "react");
    assert_eq!(files[3]["errors"], 1);
    assert_eq!((&files[4]["errors"], &files[4]["findings"]), (&0.into(), &serde_json::json!([])));
    let output = folder.chem(&["check", "--json", "pair.net"]);
    assert!(output.status.success() && output.stderr.is_empty());
}

/// A network that nobody would ship: one reaction twice, one species that is never destroyed, no reference.
const ROUGH: &str = r#"network rough version 1
species A (X), B (X)
first:  A -> B   k = 1 [s^-1]
second: A -> B   k = 2 [s^-1]
allow(W010) third: A -> B   k = 2 [s^-1]
initial start: T = 100 [K], n[A] = 1 [cm^-3]
"#;

#[test]
fn warnings_and_notes_are_told_and_stop_no_explorer() {
    let folder = Folder::new();
    folder.write("rough.net", ROUGH);
    folder.write("s.csv", "id,T_K,n_A,n_B\n1,100,1,0.5\n");
    let commands: [&[&str]; 6] = [
        &["solve", "rough.net", "--times", "1 s", "--out", "o.csv"],
        &["graph", "rough.net", "--out", "g.svg"],
        &["rates", "rough.net", "--plot", "k.svg", "--out", "k.csv"],
        &["reactions", "rough.net"],
        &["terms", "rough.net", "--states", "s.csv", "--out", "t.csv"],
        &["expand", "rough.net"],
    ];
    for arguments in commands {
        let output = folder.chem(arguments);
        let error = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(0), "{arguments:?}\n{error}");
        for word in [
            "rough.net:4:1: warning[W008]: `first` and `second` are the same reaction",
            "note[W009]: 3 statements have no reference",
            "note[W011]",
            "`chem check rough.net`",
        ] {
            assert!(error.contains(word), "{arguments:?}: `{word}` is not in:\n{error}");
        }
    }
    let row = folder.read("o.csv").lines().nth(1).unwrap().to_owned();
    let density: f64 = row.split(',').nth(4).unwrap().parse().unwrap();
    assert!((density / (-5.0f64).exp() - 1.0).abs() < 1e-3, "{row}");
}

#[test]
fn check_stops_at_warnings_and_notes_only_if_they_are_denied() {
    let folder = Folder::new();
    folder.write("rough.net", ROUGH);
    let output = folder.chem(&["check", "rough.net"]);
    assert_eq!(output.status.code(), Some(0));
    let error = String::from_utf8(output.stderr).unwrap();
    assert!(error.contains("warning[W008]") && error.contains("= help: "), "{error}");
    assert!(String::from_utf8(output.stdout).unwrap().contains("warnings, 2 notes"));
    let denied = &["rough.net", "denied by `--deny"];
    folder.is_refused(&["check", "rough.net", "--deny", "warnings"], denied);
    folder.is_refused(&["check", "--deny", "W004,W005", "rough.net"], &["1 finding is denied"]);
    folder.is_refused(&["check", "rough.net", "--deny", "W999"], &["`W999` cannot be denied"]);
    folder.succeeds(&["check", "rough.net", "--deny", "W005"]);
    let quiet = ROUGH.replace("species", "allow(W008, W003, W004) everywhere\nspecies");
    folder.write("quiet.net", &quiet);
    folder.succeeds(&["check", "quiet.net", "--deny", "warnings"]);
    folder.is_refused(&["check", "quiet.net", "--deny", "notes"], &["2 findings are denied"]);
    folder.write("bad.net", &ROUGH.replace("A -> B", "A -> 2 B"));
    folder.is_refused(&["solve", "bad.net"], &["stopped by errors: 3 errors"]);
}

#[test]
fn formatting_is_idempotent_and_only_checks_if_asked() {
    let folder = Folder::new();
    folder.write("ugly.net", &PAIR.replace("k = speed     ", "k=speed"));
    let before = folder.files();
    assert_eq!(folder.chem(&["fmt", "--check", "ugly.net"]).status.code(), Some(1));
    assert_eq!(folder.files(), before);
    folder.succeeds(&["fmt", "ugly.net"]);
    folder.succeeds(&["fmt", "--check", "ugly.net"]);
    folder.write("broken.net", "network x version 1\nspecies ,,\n");
    folder.is_refused(&["fmt", "broken.net"], &["E001", "broken.net:2"]);
}

#[test]
fn expand_prints_the_generated_module() {
    let folder = Folder::new();
    let text = folder.succeeds(&["expand", "pair.net", "--module", "my_gas"]);
    for word in ["pub mod my_gas", "enum Species", "A -> B", "speed"] {
        assert!(text.contains(word), "`{word}` is not in:\n{text}");
    }
}
