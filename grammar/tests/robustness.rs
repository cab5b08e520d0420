//! No text makes the parser or the formatter panic, exhaust the stack or take long.

#![expect(clippy::unwrap_used, reason = "a panic is how a test fails")]

use std::path::Path;

use chem_grammar::diagnostic::{Code, Diagnostic, Report};
use chem_grammar::source::{SourceFile, SourceMap};
use proptest::prelude::*;

/// Parses, renders all diagnostics and formats.
fn exercise(text: &str) -> Vec<Diagnostic> {
    let mut sources = SourceMap::default();
    let id = sources.add(SourceFile::new("mutated.net", text));
    let (file, diagnostics) = chem_grammar::parse(id, sources.get(id).unwrap());
    assert!(file.is_some() || !diagnostics.is_empty());
    for diagnostic in &diagnostics {
        let (start, end) = (diagnostic.span.start as usize, diagnostic.span.end as usize);
        assert!(start <= end && text.get(start..end).is_some(), "span {start}..{end} is not in the text");
    }
    assert_eq!(chem_grammar::format(text, Path::new("mutated.net")).is_ok(), diagnostics.is_empty());
    let report = Report { sources, diagnostics, species: Vec::new() };
    assert!(!report.render().is_empty());
    report.diagnostics
}

const NETWORK: &str = r#"network mutated version 1
"A small network with every statement: α, β and “quotes” in its documentation"

use "library.rates"
species e-, H-, H, H+, H2, A (X), Y2 (X2 Z)   # Å in a comment
parameter zeta = 3e-17 [s^-1]  "ionisation"
constant k_B = 1.380648e-16 [erg K^-1]
let Te = 8.617343e-5 [eV/K] * T
rate ci = exp(poly(ln(Te); -32.71, 13.5, -5.7))
function window(x, a, b) = { a <= x < b and not (x == 1) : -x^-2   x > 5 or x < 1 : 2   else : 0 }
table metal(log10 n_H [cm^-3], log10 T [K]) = log10 [erg cm^3 s^-1] from "m.csv" interpolate cubic outside zero
h_ci: H + e- -> H+ + 2 e-   k = ci  "doc"
allow(W008, W002) rr: H+ + e- -> H + photon  for 10 [K] < T <= 5500 [K]  k = {
    T < 1e3 [K] : 1
    else        : 2
}
dust: 2 H -> H2   flux = 3.5e-17 * nuclei[H] * n[H]
heating cr = 20 [eV] * zeta * (0.46 * n[H] + k[h_ci] - flux[dust])
adiabatic_index = 5/3
conserve energy
switch dusty = on per cell
limits T = 2.73 .. 1e9 [K]
seam_tolerance = 0.05
initial single: T = 1e3 [K], n_tot = 100 [cm^-3], fraction H = 0.6, n[H2] = 1e-3 [cm^-3], e- = neutral
domain general: T = 20 .. 1e6 [K] log, n_tot = 1e-2..1e3 [cm^-3] log,
    fraction H-, H = 1e-6 .. 1 log, nuclei H = 0.7, e- = neutral, t = 1e-2 .. 1e6 [yr] log
"#;

/// Pieces that mean something somewhere.
const PIECES: [&str; 44] = [
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    "\"",
    "#",
    "\n",
    "\r\n",
    " ",
    ":",
    ";",
    ",",
    "=",
    "->",
    "+",
    "-",
    "*",
    "/",
    "^",
    "<",
    "<=",
    "..",
    "1e999",
    "1d-9",
    "e-",
    "H+",
    "let ",
    "species ",
    "else",
    "not ",
    "and ",
    "for ",
    "k = ",
    "allow(W001)",
    "\u{feff}",
    "\0",
    "é",
    "→",
    "\\",
    "2n",
    "network x version 2\n",
    "\u{85}",
];

#[derive(Clone, Debug)]
enum Edit {
    Delete(usize, usize),
    Insert(usize, usize),
    Swap(usize, usize),
    Byte(usize, u8),
    Truncate(usize),
    Repeat(usize, usize),
}

fn edit() -> impl Strategy<Value = Edit> {
    let at = 0..NETWORK.len();
    prop_oneof![
        4 => (at.clone(), 1..40usize).prop_map(|(a, n)| Edit::Delete(a, n)),
        6 => (at.clone(), 0..PIECES.len()).prop_map(|(a, p)| Edit::Insert(a, p)),
        2 => (at.clone(), at.clone()).prop_map(|(a, b)| Edit::Swap(a, b)),
        4 => (at.clone(), any::<u8>()).prop_map(|(a, b)| Edit::Byte(a, b)),
        1 => at.clone().prop_map(Edit::Truncate),
        1 => (at, 1..200usize).prop_map(|(a, n)| Edit::Repeat(a, n)),
    ]
}

fn mutated(edits: &[Edit]) -> String {
    let mut bytes = NETWORK.as_bytes().to_vec();
    for edit in edits {
        let length = bytes.len();
        if length == 0 {
            break;
        }
        match *edit {
            Edit::Delete(at, n) => {
                let at = at % length;
                bytes.drain(at..(at + n).min(length));
            }
            Edit::Insert(at, piece) => {
                let at = at % length;
                bytes.splice(at..at, PIECES[piece].bytes());
            }
            Edit::Swap(a, b) => bytes.swap(a % length, b % length),
            Edit::Byte(at, byte) => bytes[at % length] = byte,
            Edit::Truncate(at) => bytes.truncate(at % length),
            Edit::Repeat(at, n) => {
                let at = at % length;
                let part = bytes[at..(at + n).min(length)].to_vec();
                bytes.splice(at..at, part);
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, ..ProptestConfig::default() })]

    #[test]
    fn mutated_networks(edits in prop::collection::vec(edit(), 1..12)) {
        exercise(&mutated(&edits));
    }

    #[test]
    fn pieces_in_any_order(pieces in prop::collection::vec(0..PIECES.len(), 0..60)) {
        let text: String = pieces.iter().map(|&i| PIECES[i]).collect();
        exercise(&format!("network x version 1\nlet x = {text}"));
        exercise(&format!("rates x version 1\n{text}"));
        exercise(&text);
    }

    #[test]
    fn any_text(text in "\\PC{0,200}") {
        exercise(&text);
        exercise(&format!("network x version 1\nr: H -> H2   k = {text}"));
    }
}

#[test]
fn the_text_itself_is_sound() {
    assert_eq!(exercise(NETWORK), Vec::new());
}

#[test]
fn truncation_at_every_character() {
    for (at, _) in NETWORK.char_indices() {
        exercise(&NETWORK[..at]);
    }
}

/// The only complaint is one syntax error.
fn refused(value: &str) {
    let diagnostics = exercise(&format!("network deep version 1\nlet x = {value}\nlet y = 1"));
    let codes: Vec<Code> = diagnostics.iter().map(|d| d.code).collect();
    assert_eq!(codes, [Code::E001]);
}

#[test]
fn depth_is_bounded() {
    const DEPTH: usize = 100_000;
    refused(&"(".repeat(DEPTH));
    refused(&format!("{}1{}", "(".repeat(DEPTH), ")".repeat(DEPTH)));
    refused(&format!("{}1{}", "exp(".repeat(DEPTH), ")".repeat(DEPTH)));
    refused(&format!("{}1", "{ T < ".repeat(DEPTH)));
    refused(&format!("{}1", "{ ((T) < 1 : ".repeat(DEPTH)));
    refused(&format!("{}1", "-".repeat(DEPTH)));
    refused(&format!("{{ {} T < 1 : 1 }}", "not ".repeat(DEPTH)));
    refused(&format!("{}1", "2 ^ ".repeat(DEPTH)));
    refused(&format!("{}1", "2 ^ -".repeat(DEPTH)));
    refused(&format!("{}1", "2 + ".repeat(DEPTH)));
    refused(&format!("{}1", "2 * 3 - ".repeat(DEPTH)));
    refused(&format!("n[{}]", "(".repeat(DEPTH)));
    refused(&format!("n[{}", "H(".repeat(DEPTH)));
}

#[test]
fn what_is_deep_but_allowed_is_parsed() {
    let nested = format!("{}1{}", "exp(".repeat(40), ")".repeat(40));
    let sum = vec!["2 * 3"; 200].join(" + ");
    let pieces = vec!["T < 5 : { T < 2 : 1 }"; 500].join("\n    ");
    let arguments = vec!["1"; 5000].join(", ");
    // piecewise values in conditions of piecewise values: 2^20 steps if each were laid out twice
    let conditions = (0..20).fold("T".to_owned(), |inner, _| format!("{{ {inner} < 1 : 2 }}"));
    for value in [nested, sum, format!("{{ {pieces} }}"), format!("max({arguments})"), conditions] {
        assert_eq!(exercise(&format!("network deep version 1\nlet x = {value}\n")), Vec::new());
    }
}
