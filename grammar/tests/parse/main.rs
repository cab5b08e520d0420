//! Every construct of the language is parsed into what it means.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a panic is how a test fails")]

mod expressions;
mod reactions;
mod settings;
mod shape;

use chem_grammar::ast::*;
use chem_grammar::diagnostic::{Diagnostic, Report};
use chem_grammar::source::{SourceFile, SourceMap};

use crate::shape::unit_shape;

fn parsed(text: &str) -> (Option<File>, Vec<Diagnostic>, SourceMap) {
    let mut sources = SourceMap::default();
    let id = sources.add(SourceFile::new("test.net", text));
    let (file, diagnostics) = chem_grammar::parse(id, sources.get(id).unwrap());
    (file, diagnostics, sources)
}

fn file(text: &str) -> File {
    let (file, diagnostics, sources) = parsed(text);
    assert!(diagnostics.is_empty(), "{}", Report { sources, diagnostics, species: Vec::new() }.render());
    file.unwrap()
}

/// A selection of all statements, in the forms that the reference shows.
const EVERYTHING: &str = r#"
# a comment before the magic line
network molecular version 1
"ISM chemistry up to H2"
"Second paragraph"

use "hydrogen_helium.rates"                      # rate library
species e-, H-, H, He, H2, H+, He+, H2+, He++    # composition and charge
species A (X), B (X), Y2 (X2 Z)
parameter zeta_cr = 3e-17 [s^-1]   "cosmic-ray ionisation rate per H"
switch dusty = off per cell  "with dust"
constant k_B = 1.380648e-16 [erg K^-1]  "as in KROME"
let Te = 8.617343e-5 [eV K^-1] * T
rate janev_h_ci = exp(poly(ln(Te); -32.71396786, 13.5365560))  "Janev 1987"
function window(x, a, b) = { a <= x < b : 1 else : 0 }
table metal(log10 n_H [cm^-3], log10 T [K]) = log10 [erg cm^3 s^-1] from "metal.csv" interpolate linear outside extrapolate  "Shen 2013"
table photo(T [K]) from "photo.csv"

h_ci:  H + e- -> H+ + 2 e-                 k = janev_h_ci                        "doc / reference strings"
hp_rr: H+ + e- -> H + photon  for T <= 5500 [K]   k = 3.92e-13 * Te^-0.6353      "Abel et al. 1997"
hp_r2: H+ + e- -> H + photon  for 5500 [K] < T    k = { T < 1e6 [K] : Te   else : 2 }
allow(W008) h2_lw: H2 + photon -> 2 H      k = 4.4e-13 [s^-1]
h2_dust: 2 H -> H2                         flux = 3.5e-17 [cm^3 s^-1] * dust * nuclei[H] * n[H]
h3b: H + H + M -> H2 + M                   k = k[h_ci] * flux[h_ci]
tight: H->H-                               k = 1
heating CR = 20 [eV] * zeta_cr * (0.46 * n[H] + 0.5 * n[He])  "20 eV per event"
cooling compton = 1e-3 * (T - 2.73 [K])
adiabatic_index = 5/3
conserve energy  "docs"
limits T = 2.73 .. 1e9 [K]
seam_tolerance = 0.05
initial single: T = 1e3 [K], n_tot = 100 [cm^-3], fraction H = 0.6241, fraction H2 = 0.104, e- = neutral   "docs"
domain general: T = 20..1e6 [K] log, n_tot = 1e-2 .. 1e3 [cm^-3] log,
    fraction H-, H, H2, H+, H2+, He, He+, He++ = 1e-6 .. 1 log, nuclei H = 0.7, nuclei He = 0.3, e- = neutral, t = 1e-2 .. 1e6 [yr] log
"#;

#[test]
fn every_statement_is_accepted() {
    let file = file(EVERYTHING);
    assert_eq!(file.kind, FileKind::Network);
    assert_eq!(file.name.value, "molecular");
    assert_eq!(file.version.value, 1);
    assert_eq!(file.doc.len(), 2);
    assert_eq!(file.items.len(), 26);
}

#[test]
fn species_and_composition() {
    let file = file("network s version 1\nspecies e-, H2+, A (X), Y2 (X2 Z), W (X12, Long3),\n");
    let ItemKind::Species(list) = &file.items[0].kind else { panic!() };
    let names: Vec<&str> = list.iter().map(|s| s.name.value.as_str()).collect();
    assert_eq!(names, ["e-", "H2+", "A", "Y2", "W"]);
    let composition = |i: usize| -> Vec<(String, u32)> {
        let composition: &Vec<(Name, u32)> = list[i].composition.as_ref().unwrap();
        composition.iter().map(|(n, c)| (n.value.clone(), *c)).collect()
    };
    assert!(list[0].composition.is_none() && list[1].composition.is_none());
    assert_eq!(composition(3), [("X".to_owned(), 2), ("Z".to_owned(), 1)]);
    assert_eq!(composition(4), [("X".to_owned(), 12), ("Long".to_owned(), 3)]);
}

#[test]
fn tables() {
    let file = file(
        "rates t version 1\n\
         table a(T [K]) from \"a.csv\"\n\
         table b(log10 n_H [cm^-3], log10 T [K]) = log10 [erg cm^3 s^-1] from \"b.csv\" outside zero interpolate cubic\n\
         table log10_c(log10) = [s^-1] from \"c.csv\" outside extrapolate\n",
    );
    assert_eq!(file.kind, FileKind::Rates);
    let table = |i: usize| match &file.items[i].kind {
        ItemKind::Table(table) => table.clone(),
        other => panic!("{other:?}"),
    };
    let (a, b, c) = (table(0), table(1), table(2));
    assert_eq!(
        (a.interpolation, a.outside, a.value_scale),
        (Interpolation::Linear, Outside::Clamp, Scale::Linear)
    );
    assert!(a.value_unit.is_none());
    assert_eq!(a.axes[0].scale, Scale::Linear);
    assert_eq!(
        (b.interpolation, b.outside, b.value_scale),
        (Interpolation::Cubic, Outside::Zero, Scale::Log10)
    );
    assert_eq!(b.axes.iter().map(|x| x.name.value.as_str()).collect::<Vec<_>>(), ["n_H", "T"]);
    assert!(b.axes.iter().all(|x| x.scale == Scale::Log10));
    assert_eq!(unit_shape(b.value_unit.as_ref().unwrap()), "erg^1 cm^3 s^-1");
    // an axis that is itself called log10
    assert_eq!((c.axes[0].scale, c.axes[0].name.value.as_str()), (Scale::Linear, "log10"));
    assert_eq!((c.outside, c.path.value.as_str()), (Outside::Extrapolate, "c.csv"));
}

#[test]
fn documentation_and_allow() {
    let file = file(
        "network d version 12 \"on the line\"\n\"below \\\"it\\\" and \\\\ and \\x\"\n\n\
         allow(W002, W008) # why\n\
         let a = 1 \"first\"\n  \"second\" # with a comment\n\
         allow(W001) allow(W003)\n\nlet b = 2\n",
    );
    assert_eq!(file.version.value, 12);
    let docs: Vec<&str> = file.doc.iter().map(|d| d.value.as_str()).collect();
    assert_eq!(docs, ["on the line", "below \"it\" and \\ and \\x"]);
    let codes = |i: usize| file.items[i].allow.iter().map(|c| c.value.clone()).collect::<Vec<_>>();
    assert_eq!(codes(0), ["W002", "W008"]);
    assert_eq!(codes(1), ["W001", "W003"]);
    assert_eq!(file.items[0].doc.len(), 2);
    assert_eq!(file.items.len(), 2);
}

#[test]
fn spans_are_bytes_of_the_file() {
    let text = "\u{feff}network é_ version 1\n".replace("é_", "e")
        + "# α β γ\r\nlet ψ = 1\r\nlet x = 2 * n[H+] + foo   # ö\r\n";
    let (file, diagnostics, sources) = parsed(&text);
    assert_eq!(diagnostics.len(), 1);
    assert_eq!(sources.text(diagnostics[0].span), "ψ");
    let file = file.unwrap();
    let ItemKind::Let(definition) = &file.items[0].kind else { panic!() };
    assert_eq!(sources.text(definition.name.span), "x");
    assert_eq!(sources.text(definition.value.span), "2 * n[H+] + foo");
    assert_eq!(sources.text(file.items[0].span), "let x = 2 * n[H+] + foo");
    let ExprKind::Binary(_, left, right) = &definition.value.kind else { panic!() };
    assert_eq!((sources.text(left.span), sources.text(right.span)), ("2 * n[H+]", "foo"));
}

#[test]
fn statements_beside_errors_are_kept() {
    let (file, diagnostics, _) = parsed(
        "network e version 1\nlet a = (1\nlet b = 2\nr: H -> \nspecies H, H2\nlet c = { T < 1 : 2\nh: 2 H -> H2   k = 1\n",
    );
    assert_eq!(diagnostics.len(), 3);
    let kinds: Vec<bool> =
        file.unwrap().items.iter().map(|i| matches!(i.kind, ItemKind::Reaction(_))).collect();
    assert_eq!(kinds, [false, false, true]);
}

#[test]
fn brackets_join_lines_in_the_first_column() {
    let file =
        file("network b version 1\nlet a = max(\n1,\n# note\n2\n)\nlet b = {\nT < 1 : 2\nelse : 3\n}\n");
    assert_eq!(file.items.len(), 2);
}
