//! Pictures and tables of a network.

use crate::folder::{Folder, PAIR};

#[test]
fn breakpoints_are_listed() {
    let folder = Folder::new();
    let breakpoint = "k = { T < 100 [K] : 1 [s^-1]  else : 1.02 [s^-1] }";
    folder.write("breakpoint.net", &PAIR.replace("k = 1 [s^-1]  ", breakpoint));
    let text = folder.succeeds(&["check", "--breakpoints", "breakpoint.net"]);
    assert_eq!(folder.succeeds(&["check", "--seams", "breakpoint.net"]), text, "as it was called before");
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

#[test]
fn differences_have_their_exit_codes() {
    let folder = Folder::new();
    folder.succeeds(&["diff", "pair.net", "pair.net"]);
    folder.write("other.net", &PAIR.replace("k = 1 [s^-1]  ", "k = 3 [s^-1]  "));
    let output = folder.chem(&["diff", "pair.net", "other.net"]);
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert_eq!(output.status.code(), Some(1), "{text}");
    assert!(text.contains("(x 3.000000)"), "{text}");
    assert_eq!(folder.chem(&["diff", "pair.net", "missing.net"]).status.code(), Some(2));
}

#[test]
fn a_page_runs_no_text_of_the_network() {
    let folder = Folder::new();
    folder.write("evil.net", &format!("{PAIR}\nparameter evil = 1  \"<script>alert(1)</script>\"\n"));
    folder.succeeds(&["report", "evil.net", "--out", "r.html"]);
    let page = folder.read("r.html");
    assert!(page.contains("&lt;script&gt;") && !page.contains("<script"), "{page}");
    assert!(!page.contains("http://") && !page.contains("https://"), "{page}");
}
