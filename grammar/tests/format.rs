//! The formatter: idempotent, and true to the meaning, the comments and the digits.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a panic is how a test fails")]

use std::path::Path;

use chem_grammar::ast::File;
use chem_grammar::source::{SourceFile, SourceMap};
use proptest::prelude::*;
use proptest::strategy::Union;

fn parsed(text: &str) -> File {
    let mut sources = SourceMap::default();
    let id = sources.add(SourceFile::new("test.net", text));
    let (file, diagnostics) = chem_grammar::parse(id, sources.get(id).unwrap());
    assert!(diagnostics.is_empty(), "{diagnostics:?}\n{text}");
    file.unwrap()
}

/// The tree without places.
fn meaning(text: &str) -> String {
    let mut out = String::new();
    let tree = format!("{:#?}", parsed(text));
    for line in tree.lines() {
        let line = line.trim();
        let place = ["start: ", "end: "].iter().any(|p| line.starts_with(p));
        if !place {
            out.push_str(line);
            out.push('\n');
        }
    }
    out
}

/// All visible characters, comments included.
fn visible(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect::<String>().replace("**", "^")
}

/// Formats and checks everything that must hold of any format.
fn formatted(text: &str) -> String {
    let once = chem_grammar::format(text, Path::new("test.net")).unwrap_or_else(|e| panic!("{e}\n{text}"));
    let twice = chem_grammar::format(&once, Path::new("test.net")).unwrap_or_else(|e| panic!("{e}\n{once}"));
    assert_eq!(once, twice, "formatting again changes the text");
    assert_eq!(visible(text), visible(&once), "formatting changes visible characters");
    assert_eq!(meaning(text), meaning(&once), "formatting changes the meaning");
    assert!(
        once.ends_with('\n') && !once.ends_with("\n\n") && !once.contains("\n\n\n") && !once.contains(" \n")
    );
    once
}

#[test]
fn the_networks_keep_their_meaning() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../networks");
    let mut files = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|e| e == "net" || e == "rates") {
            formatted(&std::fs::read_to_string(&path).unwrap());
            files += 1;
        }
    }
    assert!(files >= 5, "found only {files} files");
}

#[test]
fn layout() {
    insta::assert_snapshot!(formatted(include_str!("fixtures/format/untidy.net")));
}

#[test]
fn line_ends_and_marks_of_other_systems() {
    let text = "\u{feff}network x version 1\r\n\"doc\"\r\n\r\n\r\nlet a = 1 # c\r\nlet b =\r\n  2\r\n";
    assert_eq!(
        formatted(text.trim_start_matches('\u{feff}')),
        "network x version 1\n\"doc\"\n\nlet a = 1  # c\nlet b = 2\n"
    );
    assert_eq!(
        chem_grammar::format(text, Path::new("x")).unwrap(),
        "network x version 1\n\"doc\"\n\nlet a = 1  # c\nlet b = 2\n"
    );
}

#[test]
fn the_comma_that_ends_a_long_list_ends_no_line() {
    let name = "I".repeat(100);
    for list in [
        format!("allow(W003) species {name}CO, #CO, #H2O\n"),
        format!("species {name},\n"),
        format!("species {name},  \"doc\"\n"),
        format!("initial a: e- = neutral, n[{name}] = 1e-3 [cm^-3], # comment\n"),
        format!("domain a: e- = neutral, n[{name}] = 1e-3 .. 1 [cm^-3], # comment\n"),
    ] {
        formatted(&format!(
            "network fixture version 1\n\n{list}allow(W003) species H, # hydrogen\n    H2, #H2O+\n"
        ));
    }
}

#[test]
fn a_file_with_errors_is_left_alone() {
    let report =
        chem_grammar::format("network x version 1\nlet = 1\nlet y 2\n", Path::new("x.net")).unwrap_err();
    assert_eq!(report.diagnostics.len(), 2);
    assert!(report.render().contains("x.net:2:5"));
}

// ---- generated files: tokens of random statements, separated by random blanks, line ends and comments

type Tokens = Vec<String>;

fn words(text: &str) -> Tokens {
    text.split(' ').map(str::to_owned).collect()
}

fn one_of(words: &'static [&'static str]) -> Union<Just<Tokens>> {
    Union::new(words.iter().map(|w| Just(w.split(' ').map(str::to_owned).collect::<Tokens>())))
}

fn joined(parts: Vec<Tokens>, between: &'static str) -> Tokens {
    let mut out = Tokens::new();
    for (i, part) in parts.into_iter().enumerate() {
        if i > 0 && !between.is_empty() {
            out.push(between.to_owned());
        }
        out.extend(part);
    }
    out
}

fn wrapped(open: &str, inner: Tokens, close: &str) -> Tokens {
    [words(open), inner, words(close)].concat()
}

fn condition(value: impl Strategy<Value = Tokens> + Clone) -> impl Strategy<Value = Tokens> + Clone {
    let chain = (value.clone(), one_of(&["<", "<=", ">", "=="]), value.clone())
        .prop_map(|(a, o, b)| [a, o, b].concat());
    prop_oneof![
        4 => chain.clone(),
        1 => (value, chain.clone()).prop_map(|(a, c)| [a, words(">="), c].concat()),
        1 => chain.clone().prop_map(|c| [words("not ("), c, words(")")].concat()),
        1 => (chain.clone(), one_of(&["and", "or"]), chain).prop_map(|(a, o, b)| [a, o, b].concat()),
    ]
}

fn value() -> impl Strategy<Value = Tokens> + Clone {
    let leaf = one_of(&[
        "1",
        "2.50",
        "1e-9",
        "3.10e+05",
        "T",
        "zeta_cr",
        "a_rather_long_name_of_a_quantity",
        "1.5e3 [ K ]",
        "2 [ cm ^ 3 s ^ -1 ]",
        "1 [ 1 / s ]",
        "7 [ erg * cm / K ]",
        "n [ H+ ]",
        "nuclei [ H ]",
        "k [ h_ci ]",
        "flux [ h_ci ]",
    ]);
    leaf.prop_recursive(4, 40, 6, |inner| {
        let inner = inner.boxed();
        let list = prop::collection::vec(inner.clone(), 1..6);
        let pieces = prop::collection::vec((condition(inner.clone()), inner.clone()), 1..4);
        prop_oneof![
            4 => (inner.clone(), one_of(&["+", "-", "*", "/", "^", "**"]), inner.clone())
                .prop_map(|(a, o, b)| [a, o, b].concat()),
            1 => inner.clone().prop_map(|a| [words("-"), a].concat()),
            2 => inner.clone().prop_map(|a| wrapped("(", a, ")")),
            2 => list.clone().prop_map(|l| wrapped("f (", joined(l, ","), ")")),
            1 => (inner.clone(), list).prop_map(|(a, l)| wrapped("poly (", [a, words(";"), joined(l, ",")].concat(), ")")),
            1 => (pieces, prop::option::of(inner)).prop_map(|(pieces, rest)| {
                let pieces = pieces.into_iter().map(|(c, v)| [c, words(":"), v].concat()).collect();
                let rest = rest.map_or(Tokens::new(), |v| [words(", else :"), v].concat());
                wrapped("{", [joined(pieces, ","), rest].concat(), "}")
            }),
        ]
    })
}

fn statement() -> impl Strategy<Value = Tokens> {
    let docs = prop_oneof![
        3 => Just(Tokens::new()),
        2 => Just(vec!["\"Abel et al. 1997, with # and \\\" inside\"".to_owned()]),
        1 => Just(vec!["\"first\"".to_owned(), "\"a second, much longer paragraph of documentation ending here\"".to_owned()]),
    ];
    let allow = prop_oneof![3 => Just(Tokens::new()), 1 => Just(words("allow ( W002 , W008 )"))];
    let head = one_of(&[
        "let x =",
        "parameter zeta_cr =",
        "constant k_B =",
        "rate janev =",
        "heating CR =",
        "cooling compton =",
        "adiabatic_index =",
        "function g ( x , y ) =",
        "h_ci : H + e- -> H+ + 2 e- k =",
        "h2_dust : 2 H -> H2 flux =",
        "a_long_name_of_a_reaction : H + He++ + M -> H2 + He+ + photon k =",
        "rr : H+ + e- -> H + photon for T <= 5500 [ K ] k =",
        "r2 : H+ + e- -> H for 10 [ K ] < T and T < 1e4 k =",
    ]);
    let fixed = one_of(&[
        "species e- , H- , H , He++ , A ( X ) , Y2 ( X2 Z )",
        "species H , a_species_with_a_name_of_so_many_letters_that_the_line_is_full_of_it_and_has_no_room_for_more ,",
        "use \"hydrogen_helium.rates\"",
        "limits T = 2.73 .. 1e9 [ K ]",
        "limits T = 10 .. 1e8 [ K ] , floor",
        "conserve energy",
        "switch dusty = on",
        "switch dusty = off per cell",
        "seam_tolerance = 0.05",
        "table metal ( log10 n_H [ cm ^ -3 ] , log10 T [ K ] ) = log10 [ erg cm ^ 3 s ^ -1 ] from \"m.csv\" interpolate cubic outside zero",
        "initial single : T = 1e3 [ K ] , n_tot = 100 [ cm ^ -3 ] , fraction H = 0.6241 , n [ H2 ] = 1e-3 [ cm ^ -3 ] , e- = neutral",
        "domain general : T = 20 .. 1e6 [ K ] log , fraction H- , H , H2 = 1e-6 .. 1 log , nuclei He = 0.1 .. 0.3 , nuclei H = rest , e- = neutral , t = 1e-2 .. 1e6 [ yr ] log",
    ]);
    let free = (head, value()).prop_map(|(h, v)| [h, v].concat());
    (allow, prop_oneof![3 => free, 1 => fixed], docs).prop_map(|(a, s, d)| [a, s, d].concat())
}

/// What stands between two tokens of a statement.
fn gap() -> impl Strategy<Value = &'static str> {
    prop_oneof![
        20 => Just(" "),
        2 => Just("   "),
        2 => Just("\n  "),
        1 => Just("\n\n      "),
        1 => Just("  # a comment\n  "),
        1 => Just("\n  # a line of comment\n\t"),
    ]
}

fn between() -> impl Strategy<Value = &'static str> {
    prop_oneof![
        6 => Just("\n"),
        2 => Just("\n\n"),
        1 => Just("\n\n\n\n"),
        1 => Just("   # behind\n"),
        1 => Just("\n# above\n"),
        1 => Just("\n    # indented\n\n# and not\n"),
    ]
}

fn file() -> impl Strategy<Value = String> {
    let gaps = prop::collection::vec(gap(), 64);
    prop::collection::vec((statement(), gaps, between()), 1..8).prop_map(|statements| {
        let mut out = "network generated version 3\n\"doc\"\n".to_owned();
        for (tokens, gaps, after) in statements {
            for (i, token) in tokens.iter().enumerate() {
                if i > 0 {
                    out.push_str(gaps[i % gaps.len()]);
                }
                out.push_str(token);
            }
            out.push_str(after);
        }
        out
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn generated_files_keep_their_meaning(text in file()) {
        formatted(&text);
    }
}
