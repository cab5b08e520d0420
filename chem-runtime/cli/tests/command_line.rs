//! The command `chem`: columns, exit codes, and that wrong input leaves every file as it was.

#![allow(clippy::unwrap_used)]

use std::path::Path;
use std::process::{Command, Output};

/// dA/dt = -speed A + B: A relaxes to (A + B) / (1 + speed) at the rate 1 + speed.
const PAIR: &str = r#"network pair version 1
"Two forms of one made-up atom that turn into each other."

species A (X), B (X), C+ (X), e-
parameter speed = 2 [s^-1]    "made up"

forth: A -> B          k = speed                   "made up"
back:  B -> A          k = 1 [s^-1]                "made up"
ion:   A -> C+ + e-    k = 0 [s^-1]                "made up"
neutral: C+ + e- -> A  k = 1e-9 [cm^3 s^-1]        "made up"

initial start: T = 100 [K], n[A] = 3 [cm^-3]
initial other: T = 10 [K], n[B] = 1 [cm^-3]
"#;

struct Folder(tempfile::TempDir);

impl Folder {
    fn new() -> Self {
        let folder = Folder(tempfile::tempdir().unwrap());
        folder.write("pair.net", PAIR);
        folder
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn write(&self, name: &str, text: &str) {
        std::fs::write(self.path().join(name), text).unwrap();
    }

    fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.path().join(name)).unwrap()
    }

    /// Header and rows of a CSV file.
    fn table(&self, name: &str) -> (Vec<String>, Vec<Vec<f64>>) {
        let text = self.read(name);
        let mut lines = text.lines();
        let header = lines.next().unwrap().split(',').map(str::to_owned).collect();
        let number = |f: &str| f.parse().unwrap_or(f64::NAN);
        (header, lines.map(|l| l.split(',').map(number).collect()).collect())
    }

    fn chem(&self, arguments: &[&str]) -> Output {
        Command::new(env!("CARGO_BIN_EXE_chem")).args(arguments).current_dir(self.path()).output().unwrap()
    }

    #[track_caller]
    fn succeeds(&self, arguments: &[&str]) -> String {
        let output = self.chem(arguments);
        assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    }

    /// Wrong input: exit code 2, these words on standard error, no panic, and no file touched.
    #[track_caller]
    fn is_refused(&self, arguments: &[&str], words: &[&str]) {
        let before = self.files();
        let output = self.chem(arguments);
        let error = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{error}");
        for word in words {
            assert!(error.contains(word), "`{word}` is not in:\n{error}");
        }
        assert_eq!(self.files(), before, "files changed");
    }

    /// Names and contents of all files.
    fn files(&self) -> Vec<(String, String)> {
        let entries = std::fs::read_dir(self.path()).unwrap().map(|e| e.unwrap().file_name());
        let mut files: Vec<_> = entries
            .map(|name| name.into_string().unwrap())
            .map(|name| {
                let text = std::fs::read_to_string(self.path().join(&name)).unwrap_or_default();
                (name, text)
            })
            .collect();
        files.sort();
        files
    }
}

#[test]
fn solve_writes_exact_solution_with_all_digits() {
    let folder = Folder::new();
    folder.succeeds(&[
        "solve",
        "pair.net",
        "--times",
        "0 s, 0.5..4 s x 3 linear",
        "--rtol",
        "1e-9",
        "--out",
        "o.csv",
    ]);
    let (header, rows) = folder.table("o.csv");
    assert_eq!(header, ["id", "t_s", "t_yr", "T_K", "n_A", "n_B", "n_C+", "n_e-"]);
    assert_eq!(rows.iter().map(|r| r[1]).collect::<Vec<_>>(), [0.0, 0.5, 2.25, 4.0]);
    for row in &rows {
        let exact = 1.0 + 2.0 * (-3.0 * row[1]).exp();
        assert!((row[4] - exact).abs() < 1e-7, "{} instead of {exact} at {} s", row[4], row[1]);
        assert!((row[4] + row[5] - 3.0).abs() < 1e-14);
        assert_eq!(row[2], row[1] / 3.1536e7);
        assert_eq!(row[3], 100.0);
    }
    assert_eq!(rows[0][4..], [3.0, 0.0, 0.0, 0.0]);
    let digits = folder.read("o.csv").lines().nth(2).unwrap().split(',').nth(4).unwrap().len();
    assert!(digits >= 18, "{digits} characters hold fewer than 17 digits");
}

#[test]
fn parameters_and_declared_states_are_taken_by_name() {
    let folder = Folder::new();
    let arguments =
        ["solve", "pair.net", "--initial", "other", "--set", "speed=0", "--times", "1 s", "--rtol", "1e-9"];
    folder.succeeds(&[&arguments[..], &["--out", "o.csv"]].concat());
    let (_, rows) = folder.table("o.csv");
    assert!((rows[0][4] - (1.0 - (-1.0f64).exp())).abs() < 1e-7);
    assert!(folder.read("o.csv").lines().nth(1).unwrap().starts_with("other,"));
    folder.is_refused(
        &["solve", "pair.net", "--set", "sped=1"],
        &["no parameter `sped`", "did you mean `speed`?"],
    );
    folder.is_refused(&["solve", "pair.net", "--set", "speed"], &["--set", "speed", "write for example"]);
    folder.is_refused(&["solve", "pair.net", "--initial", "othr"], &["`othr`", "did you mean `other`?"]);
}

#[test]
fn without_options_results_go_to_the_folder_out() {
    let folder = Folder::new();
    let text = folder.succeeds(&["solve", "pair.net"]);
    for word in
        ["steps", "right-hand sides", "Jacobians", "conserved", "charge", "n(A)", "wall time", "out/pair.csv"]
    {
        assert!(text.contains(word), "`{word}` is not in:\n{text}");
    }
    assert!(folder.read("out/pair.svg").contains("C⁺") || folder.read("out/pair.svg").contains("A"));
    assert_eq!(folder.table("out/pair.csv").1.len(), 200);
}

#[test]
fn columns_may_stand_in_any_order_and_others_are_passed_over() {
    let folder = Folder::new();
    folder.write("a.csv", "id,T_K,n_A,n_B,n_C+,n_e-\n7,1.0E+002,3,0.5,0.25,0.25\n8,50,1,0,0,0\n");
    folder.write(
        "b.csv",
        "# shuffled\nn_B,note,n_e-,T_K,n_A,id,n_C+\n.5,hot,0.25,100,3,7,0.25\n0,,0,50,1,8,0\n",
    );
    for (initial, out) in [("a.csv", "1.csv"), ("b.csv", "2.csv")] {
        folder.succeeds(&["solve", "pair.net", "--initial", initial, "--times", "1, 2 s", "--out", out]);
    }
    assert_eq!(folder.read("1.csv"), folder.read("2.csv"));
    assert_eq!(folder.table("1.csv").1.iter().map(|r| r[0]).collect::<Vec<_>>(), [7.0, 7.0, 8.0, 8.0]);
}

#[test]
fn times_come_from_a_file_for_each_id() {
    let folder = Folder::new();
    folder.write(
        "t.csv",
        "id,t_s,t_yr,T_K,n_A,n_B,n_C+,n_e-\n1,0.0E+000,0,100,3,0,0,0\n1,5.0E-001,0,1,1,1,0,0\n2,2,0,90,1,0,0,0\n2,3,0,1,1,1,0,0\n",
    );
    folder.succeeds(&["solve", "pair.net", "--initial", "t.csv", "--times-from", "t.csv", "--out", "o.csv"]);
    let (_, rows) = folder.table("o.csv");
    let times: Vec<_> = rows.iter().map(|r| (r[0], r[1], r[3])).collect();
    assert_eq!(times, [(1.0, 0.0, 100.0), (1.0, 0.5, 100.0), (2.0, 2.0, 90.0), (2.0, 3.0, 90.0)]);
    // A file with one id serves all cells.
    folder.write("one.csv", "id,t_s\n9,4\n");
    folder.succeeds(&[
        "solve",
        "pair.net",
        "--initial",
        "t.csv",
        "--times-from",
        "one.csv",
        "--out",
        "o.csv",
    ]);
    assert_eq!(folder.table("o.csv").1.len(), 2);
    folder.write("other.csv", "id,t_s\n1,4\n3,4\n");
    folder.is_refused(
        &["solve", "pair.net", "--initial", "t.csv", "--times-from", "other.csv", "--out", "o.csv"],
        &["other.csv", "no times for the cell `2`"],
    );
}

#[test]
fn wrong_states_are_refused_and_nothing_is_written_over() {
    let folder = Folder::new();
    folder.write("o.csv", "precious\n");
    let cases = [
        ("id,n_A,n_B,n_e-\n1,1,0,0\n", vec!["s.csv:1", "column T_K is missing", "help: add T_K"]),
        ("id,T_K,speed\n1,100,1\n", vec!["s.csv:1", "no column holds a density", "such as n_A"]),
        ("T_K,n_A,n_B,n_C+,n_e-\n100,1,0,0,0\n", vec!["s.csv:1", "column id is missing"]),
        ("id,T_K,n_A,n_B,n_C+,n_E\n1,100,1,0,0,0\n", vec!["s.csv:1, column n_E", "did you mean `e-`?"]),
        ("id,T_K,n_A,n_B,n_C+,n_e-\n1,100,1,-2e-3,0,0\n", vec!["s.csv:2, column n_B", "negative", "-2e-3"]),
        ("id,T_K,n_A,n_B,n_C+,n_e-\n1,NaN,1,0,0,0\n", vec!["s.csv:2, column T_K", "not a finite number"]),
        (
            "id,T_K,n_A,n_B,n_C+,n_e-\n1,100,1,0,0.5,0\n",
            vec!["s.csv:2", "not neutral", "n_e- = 5.0000000000000000e-1"],
        ),
        ("id,T_K,n_A,n_B,n_C+,n_e-\n1,100,1,0,0\n", vec!["s.csv:2", "5 fields, the header 6"]),
        (
            "id,T_K,n_A,n_B,n_C+,n_e-\n1,9,1,0,0,0\n1,9,1,0,0,0\n",
            vec!["s.csv:3, column id", "stood already in line 2"],
        ),
        ("id,T_K,n_A,n_B,n_C+,n_e-\n", vec!["s.csv", "no states"]),
        ("", vec!["s.csv", "no header"]),
        ("%PDF-1.4\n\u{0}\u{1}", vec!["s.csv", "missing"]),
    ];
    for (text, words) in cases {
        folder.write("s.csv", text);
        folder.is_refused(
            &["solve", "pair.net", "--initial", "s.csv", "--times", "1 s", "--out", "o.csv"],
            &words,
        );
        if !text.contains("1,100,1,0,0.5,0") && !text.contains("1,9,1") {
            folder.is_refused(&["terms", "pair.net", "--states", "s.csv", "--out", "o.csv"], &words);
        }
    }
    folder.is_refused(
        &["solve", "pair.net", "--initial", "none.csv", "--out", "o.csv"],
        &["none.csv", "cannot be read"],
    );
}

#[test]
fn species_without_a_column_have_none_and_columns_that_nothing_uses_are_named() {
    let folder = Folder::new();
    folder.write("whole.csv", "id,T_K,n_A,n_B,n_C+,n_e-\n1,100,3,0,0,0\n");
    folder.write("few.csv", "speed,id,remark,T_K,n_A,nB\n5,1,x,100,3,0\n");
    let run = |states: &str, out: &str| {
        let solve = ["solve", "pair.net", "--initial", states, "--times", "1, 2 s", "--out", out];
        let terms = ["terms", "pair.net", "--states", states, "--out", &format!("terms_{out}")];
        [folder.chem(&solve), folder.chem(&terms)].map(|output| {
            let error = String::from_utf8(output.stderr).unwrap();
            assert_eq!(output.status.code(), Some(0), "{error}");
            error
        })
    };
    assert_eq!(run("whole.csv", "1.csv"), ["", ""]);
    for warnings in run("few.csv", "2.csv") {
        let lines: Vec<&str> = warnings.lines().collect();
        let expected = [
            "warning: few.csv:1: nothing uses the column `speed`",
            "  = help: a parameter has one value for all cells of a run: --set speed=VALUE",
            "warning: few.csv:1: nothing uses the column `nB`",
            "  = help: did you mean `n_B`?",
            "warning: few.csv:1: nothing uses the column `remark`",
        ];
        assert_eq!(lines, expected);
    }
    assert_eq!(folder.read("1.csv"), folder.read("2.csv"));
    assert_eq!(folder.read("terms_1.csv"), folder.read("terms_2.csv"));
}

#[test]
fn wrong_options_are_refused() {
    let folder = Folder::new();
    let refused = |option: &[&str], words: &[&str]| {
        folder.is_refused(&[&["solve", "pair.net", "--out", "o.csv"], option].concat(), words);
    };
    refused(&["--times", "1e-2..1e6 x 20"], &["--times", "no unit", "Myr"]);
    refused(&["--times", "2, 1 yr"], &["--times", "increase"]);
    refused(&["--times", "-1 yr"], &["--times", "zero or positive"]);
    refused(&["--times", "1 yr", "--times-from", "x.csv"], &["cannot be used with"]);
    refused(&["--times-from", "x.csv"], &["x.csv", "cannot be read"]);
    refused(&["--rtol", "0"], &["--rtol", "1e-13"]);
    refused(&["--rtol", "NaN"], &["--rtol"]);
    refused(&["--atol", "-1"], &["--atol"]);
    refused(&["--threads", "0"], &["--threads"]);
    refused(&["--plot", "."], &[".", "cannot be written"]);
    folder.is_refused(
        &["solve", "pair.net", "--out", "pair.net/o.csv"],
        &["pair.net/o.csv", "cannot be written"],
    );
}

#[test]
fn terms_evaluates_every_row() {
    let folder = Folder::new();
    folder.write("s.csv", "id,T_K,n_A,n_B,n_C+,n_e-\n1,100,1,0.5,1,2\n1,100,2,0,0,0\n");
    folder.succeeds(&["terms", "pair.net", "--states", "s.csv", "--out", "o.csv"]);
    let (header, rows) = folder.table("o.csv");
    let expected = "id,dndt_A,dndt_B,dndt_C+,dndt_e-,dTdt,k1,k2,k3,k4,heat_total,cool_total,flux_forth,flux_back,flux_ion,flux_neutral";
    assert_eq!(header.join(","), expected);
    let near = |a: f64, b: f64| (a - b).abs() <= 1e-15 * b.abs();
    assert!(near(rows[0][1], -1.5 + 2e-9) && near(rows[0][2], 1.5), "{:?}", rows[0]);
    assert_eq!(rows[0][5..12], [0.0, 2.0, 1.0, 0.0, 1e-9, 0.0, 0.0]);
    assert_eq!(rows[1][12..], [4.0, 0.0, 0.0, 0.0]);
}

#[test]
fn failed_cells_are_named_and_the_others_written() {
    let folder = Folder::new();
    // At 1 K the coefficient is infinite.
    let runaway = PAIR
        .replace("forth:", "allow(W010) forth:")
        .replace("k = speed ", "k = speed * exp(1e4 * (1 - T / 100 [K])) ");
    folder.write("runaway.net", &runaway);
    folder.write("s.csv", "id,T_K,n_A,n_B,n_C+,n_e-\ngood,100,3,0,0,0\nbad,1,1,1,0,0\n");
    let output =
        folder.chem(&["solve", "runaway.net", "--initial", "s.csv", "--times", "1 s", "--out", "o.csv"]);
    let error = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1), "{error}");
    assert!(error.contains("cell bad") && error.contains("1 of 2 cells failed"), "{error}");
    let written = folder.read("o.csv");
    assert!(written.contains("\ngood,") && !written.contains("bad"), "{written}");
}

#[test]
fn results_do_not_depend_on_the_number_of_threads() {
    let folder = Folder::new();
    let rows: String = (1..60).map(|i| format!("{i},100,{i},0.5,{i},{i}\n")).collect();
    folder.write("s.csv", &format!("id,T_K,n_A,n_B,n_C+,n_e-\n{rows}"));
    for threads in ["1", "2", "5"] {
        let out = format!("{threads}.csv");
        let arguments =
            ["solve", "pair.net", "--initial", "s.csv", "--times", "1..1e6 s x 5", "--threads", threads];
        folder.succeeds(&[&arguments[..], &["--out", &out]].concat());
    }
    assert_eq!(folder.read("1.csv"), folder.read("2.csv"));
    assert_eq!(folder.read("1.csv"), folder.read("5.csv"));
}

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

#[test]
fn seams_are_listed() {
    let folder = Folder::new();
    let seam = "k = { T < 100 [K] : 1 [s^-1]  else : 1.02 [s^-1] }";
    folder.write("seam.net", &PAIR.replace("k = 1 [s^-1]  ", seam));
    let text = folder.succeeds(&["check", "--seams", "seam.net"]);
    let line = text.lines().find(|l| l.ends_with("k of back")).unwrap();
    assert_eq!(line.split_whitespace().next(), Some("100"), "{line}");
}

#[test]
fn pictures_and_tables_of_a_network() {
    let folder = Folder::new();
    folder.succeeds(&["graph", "pair.net", "--out", "g.svg"]);
    assert!(folder.read("g.svg").contains("C⁺"));
    folder.succeeds(&[
        "rates", "pair.net", "--plot", "k.svg", "--out", "k.csv", "--t-min", "10", "--t-max", "1e3",
    ]);
    let (header, rows) = folder.table("k.csv");
    assert_eq!(header, ["T_K", "k1", "k2", "k3", "k4"]);
    assert_eq!((rows[0][0], rows[399][0]), (10.0, 1e3));
    assert_eq!(rows[7][1..], [2.0, 1.0, 0.0, 1e-9]);
    assert!(folder.read("k.svg").contains("A → B"));
    folder.is_refused(&["rates", "pair.net", "--t-min", "5", "--t-max", "2"], &["--t-min", "empty"]);
    let table = folder.succeeds(&["reactions", "pair.net", "--format", "markdown"]);
    assert!(table.contains("| k4 | `neutral` | C+ + e- -> A |"), "{table}");
    let table = folder.succeeds(&["reactions", "pair.net", "--format", "latex"]);
    assert!(table.contains("\\ce{C+ + e- -> A}"), "{table}");
}

#[test]
fn graphs_show_what_is_chosen_of_a_network() {
    let folder = Folder::new();
    let around = ["graph", "pair.net", "--species", "A", "--depth", "1", "--at", "start", "--out", "g.svg"];
    folder.succeeds(&around);
    let svg = folder.read("g.svg");
    assert!(svg.contains("pair network around A") && svg.contains("flux at start"), "{svg}");
    folder.succeeds(&["graph", "pair.net", "--reactions", "ion,k4", "--out", "g.svg"]);
    let svg = folder.read("g.svg");
    assert!(svg.contains("C⁺") && !svg.contains(">\nB\n<"), "{svg}");

    folder.succeeds(&["solve", "pair.net", "--times", "0..4 s x 5 linear", "--out", "t.csv"]);
    for at in ["t.csv", "t.csv:5"] {
        folder.succeeds(&["graph", "pair.net", "--at", at, "--top", "1", "--out", "g.svg"]);
        assert!(folder.read("g.svg").contains("t = 4.000e0 s"), "{at}");
    }
    folder.is_refused(&["graph", "pair.net", "--at", "t.csv:6"], &["t.csv", "no row 6", "from 1 to 5"]);
    folder.is_refused(&["graph", "pair.net", "--at", "strt"], &["`strt`", "did you mean `start`?"]);
    folder.is_refused(&["graph", "pair.net", "--species", "a"], &["--species", "`a`", "did you mean `A`?"]);
    folder.is_refused(&["graph", "pair.net", "--species", "e-"], &["electrons", "choose other species"]);
    folder.is_refused(&["graph", "pair.net", "--depth", "2"], &["--species"]);
    folder.is_refused(&["graph", "pair.net", "--reactions", "k9"], &["no reaction `k9`"]);
}

#[test]
fn rates_and_reactions_are_chosen_by_name_species_and_kind() {
    let folder = Folder::new();
    let files = ["--plot", "k.svg", "--out", "k.csv", "--points", "3"];
    folder.succeeds(&[&["rates", "pair.net", "--reactions", "back,k1"], &files[..]].concat());
    assert_eq!(folder.table("k.csv").0, ["T_K", "k2", "k1"]);
    folder.succeeds(&[&["rates", "pair.net", "--species", "e-"], &files[..]].concat());
    assert_eq!(folder.table("k.csv").0, ["T_K", "k3", "k4"]);
    let svg = folder.read("k.svg");
    assert!(svg.contains("k independent of T") && svg.contains("10⁻⁹  cm³ s⁻¹"), "{svg}");
    folder.is_refused(&["rates", "pair.net", "--reactions", "bak"], &["`bak`", "did you mean `back`?"]);
    folder.is_refused(&["rates", "pair.net", "--reactions", "k1", "--species", "e-"], &["none of these"]);

    let table = folder.succeeds(&["reactions", "pair.net", "--species", "C+"]);
    assert!(table.contains("ion") && !table.contains("forth"), "{table}");
    let table = folder.succeeds(&["reactions", "pair.net", "--type", "collision"]);
    assert!(table.contains("neutral") && !table.contains("forth"), "{table}");
    folder.is_refused(&["reactions", "pair.net", "--species", "D"], &["no species `D`"]);
}

#[test]
fn rates_of_many_reactions_take_several_files() {
    let folder = Folder::new();
    let names: Vec<String> = (0..100).map(|i| format!("S{i} (X)")).collect();
    let mut text =
        format!("network many version 1\n\"Each becomes the next.\"\n\nspecies {}\n", names.join(", "));
    for i in 0..100 {
        text.push_str(&format!("r{i}: S{i} -> S{}  k = 1e-9*(T/300)^0.5  \"made up\"\n", (i + 1) % 100));
    }
    folder.write("many.net", &text);
    let output = folder.chem(&["rates", "many.net", "--pages", "2", "--plot", "k.svg", "--out", "k.csv"]);
    let error = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(0), "{error}");
    assert!(error.contains("2 of 3 pages were drawn"), "{error}");
    let names: Vec<String> = folder.files().into_iter().map(|file| file.0).collect();
    assert_eq!(names, ["k-1.svg", "k-2.svg", "k.csv", "many.net", "pair.net"]);
}

#[test]
fn pictures_of_cells_are_smooth_and_show_what_is_chosen() {
    let folder = Folder::new();
    let plot = ["solve", "pair.net", "--times", "0, 1 s, 4 s", "--out", "o.csv", "--plot", "o.svg"];
    folder.succeeds(&plot);
    assert_eq!(folder.table("o.csv").1.len(), 3, "the file has the times asked for");
    let longest = |svg: &str| {
        let lines = svg.split("<polyline").skip(1).filter_map(|line| line.split("points=\"").nth(1));
        lines.map(|points| points.split('"').next().unwrap().split_whitespace().count()).max().unwrap()
    };
    let svg = folder.read("o.svg");
    assert!(longest(&svg) > 10, "{} points: the curves have corners", longest(&svg));
    folder.succeeds(&[&plot[..], &["--species", "B"]].concat());
    let svg = folder.read("o.svg");
    assert!(svg.contains(">\nB\n<") && !svg.contains(">\nA\n<"), "{svg}");
    folder.is_refused(&[&plot[..], &["--species", "Bb"]].concat(), &["--species", "`Bb`"]);
    folder.is_refused(&[&plot[..], &["--plot-abundances"]].concat(), &["no hydrogen", "leave it out"]);
}
