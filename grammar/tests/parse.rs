//! Every construct of the language is parsed into what it means.

#![allow(clippy::unwrap_used, clippy::panic)] // in tests

use chem_grammar::ast::*;
use chem_grammar::diagnostic::{Diagnostic, Report};
use chem_grammar::source::{SourceFile, SourceMap};

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
    assert_eq!(file.items.len(), 24);
}

/// The value of `let x = ...`.
fn value(text: &str) -> Expr {
    let file = file(&format!("network v version 1\nlet x = {text}\n"));
    match &file.items[0].kind {
        ItemKind::Let(definition) => definition.value.clone(),
        other => panic!("{other:?}"),
    }
}

/// A value with all parentheses, as the tree says.
fn shape(expr: &Expr) -> String {
    match &expr.kind {
        ExprKind::Number { text, unit: None, .. } => text.clone(),
        ExprKind::Number { text, unit: Some(unit), .. } => format!("{text}[{}]", unit_shape(unit)),
        ExprKind::Name(name) => name.clone(),
        ExprKind::Indexed(base, index) => format!("{}[{}]", base.value, index.value),
        ExprKind::Negate(inner) => format!("(-{})", shape(inner)),
        ExprKind::Binary(operator, a, b) => {
            let sign = match operator {
                BinaryOperator::Add => "+",
                BinaryOperator::Subtract => "-",
                BinaryOperator::Multiply => "*",
                BinaryOperator::Divide => "/",
                BinaryOperator::Power => "^",
            };
            format!("({}{sign}{})", shape(a), shape(b))
        }
        ExprKind::Call { name, arguments, semicolon } => {
            let mut out = format!("{}(", name.value);
            for (i, argument) in arguments.iter().enumerate() {
                if i > 0 {
                    out.push(if Some(i) == *semicolon { ';' } else { ',' });
                }
                out.push_str(&shape(argument));
            }
            out + ")"
        }
        ExprKind::Piecewise { pieces, otherwise } => {
            let mut parts: Vec<String> =
                pieces.iter().map(|(c, v)| format!("{}:{}", condition_shape(c), shape(v))).collect();
            parts.extend(otherwise.as_ref().map(|v| format!("else:{}", shape(v))));
            format!("{{{}}}", parts.join(" "))
        }
    }
}

fn unit_shape(unit: &UnitExpr) -> String {
    unit.factors
        .iter()
        .map(|(name, exponent)| format!("{}^{exponent}", name.value))
        .collect::<Vec<_>>()
        .join(" ")
}

fn condition_shape(condition: &Condition) -> String {
    match &condition.kind {
        ConditionKind::Chain(terms, signs) => {
            let mut out = shape(&terms[0]);
            assert_eq!(terms.len(), signs.len() + 1);
            for (term, sign) in terms[1..].iter().zip(signs) {
                let sign = match sign {
                    Comparison::Less => "<",
                    Comparison::LessEqual => "<=",
                    Comparison::Greater => ">",
                    Comparison::GreaterEqual => ">=",
                    Comparison::Equal => "==",
                    Comparison::NotEqual => "!=",
                };
                out = format!("{out}{sign}{}", shape(term));
            }
            out
        }
        ConditionKind::And(a, b) => format!("({} and {})", condition_shape(a), condition_shape(b)),
        ConditionKind::Or(a, b) => format!("({} or {})", condition_shape(a), condition_shape(b)),
        ConditionKind::Not(a) => format!("(not {})", condition_shape(a)),
    }
}

#[test]
fn precedence() {
    for (text, expected) in [
        ("1 + 2 * 3", "(1+(2*3))"),
        ("1 - 2 - 3", "((1-2)-3)"),
        ("8 / 4 / 2", "((8/4)/2)"),
        ("8 / 4 * 2", "((8/4)*2)"),
        ("2^3^4", "(2^(3^4))"),
        ("2**3**4", "(2^(3^4))"),
        ("-T^2", "(-(T^2))"),
        ("T^-0.5", "(T^(-0.5))"),
        ("T^-a^2", "(T^(-(a^2)))"),
        ("a * -b", "(a*(-b))"),
        ("-a * b", "((-a)*b)"),
        ("- -a", "(-(-a))"),
        ("2^-a * b", "((2^(-a))*b)"),
        ("(1 + 2) * 3", "((1+2)*3)"),
        ("a-b", "(a-b)"),
        ("1-2", "(1-2)"),
        ("n[H]-n[H-]-n[e-]", "((n[H]-n[H-])-n[e-])"),
        ("exp(-1/T)^2", "(exp(((-1)/T))^2)"),
        ("nota + note / orbit", "(nota+(note/orbit))"),
    ] {
        assert_eq!(shape(&value(text)), expected, "{text}");
    }
}

#[test]
fn numbers_and_units() {
    for (text, expected) in [
        ("1", "1"),
        ("1.50", "1.50"),
        (".5e-3", ".5e-3"),
        ("3.e+05", "3.e+05"),
        ("1E9", "1E9"),
        ("1 [1]", "1[]"),
        ("2 [erg cm^3 s^-1]", "2[erg^1 cm^3 s^-1]"),
        ("2 [eV/K]", "2[eV^1 K^-1]"),
        ("2 [1/s]", "2[s^-1]"),
        ("2 [erg/cm^3/s]", "2[erg^1 cm^-3 s^-1]"),
        ("2 [erg/cm^3 s^-1]", "2[erg^1 cm^-3 s^-1]"),
        ("2 [erg * cm / s^-2]", "2[erg^1 cm^1 s^2]"),
        ("2[K]*3[K]", "(2[K^1]*3[K^1])"),
    ] {
        assert_eq!(shape(&value(text)), expected, "{text}");
    }
    match value("6.02214076e23").kind {
        ExprKind::Number { value, .. } => assert!((value - 6.02214076e23).abs() == 0.0),
        other => panic!("{other:?}"),
    }
}

#[test]
fn calls_and_indices() {
    for (text, expected) in [
        ("f()", "f()"),
        ("poly(ln(Te); -1, 2)", "poly(ln(Te);(-1),2)"),
        ("poly (x; 1)", "poly(x;1)"),
        ("max(a, b, c)", "max(a,b,c)"),
        ("n[He++] + n [ C(CH3)4 ]", "(n[He++]+n[C(CH3)4])"),
        ("k[h_ci] * flux[h_ci] * nuclei[H]", "((k[h_ci]*flux[h_ci])*nuclei[H])"),
    ] {
        assert_eq!(shape(&value(text)), expected, "{text}");
    }
}

#[test]
fn conditions_and_pieces() {
    for (text, expected) in [
        ("{ T < 1 : 2 }", "{T<1:2}"),
        ("{ T < 1 : 2 else : 3 }", "{T<1:2 else:3}"),
        ("{ T < 1 : 2, T < 3 : 4; else : 5, }", "{T<1:2 T<3:4 else:5}"),
        ("{ 1 <= T < 3 : a\n 3 <= T : b\n else : c\n}", "{1<=T<3:a 3<=T:b else:c}"),
        ("{ T < 1 or T > 2 and T != 3 : a }", "{(T<1 or (T>2 and T!=3)):a}"),
        ("{ (T < 1 or T > 2) and not T == 3 : a }", "{((T<1 or T>2) and (not T==3)):a}"),
        ("{ not (T < 1) : a }", "{(not T<1):a}"),
        ("{ T + 1 < 2 * a <= b^2 : -a }", "{(T+1)<(2*a)<=(b^2):(-a)}"),
        ("{ T < 1 : { T < 0.5 : a else : b } else : c }", "{T<1:{T<0.5:a else:b} else:c}"),
    ] {
        assert_eq!(shape(&value(text)), expected, "{text}");
    }
}

fn reaction(text: &str) -> Reaction {
    match file(&format!("network r version 1\n{text}\n")).items.remove(0).kind {
        ItemKind::Reaction(reaction) => reaction,
        other => panic!("{other:?}"),
    }
}

fn equation(text: &str) -> String {
    let reaction = reaction(text);
    let side = |terms: &[Term]| {
        terms.iter().map(|t| format!("{} {}", t.count.value, t.name.value)).collect::<Vec<_>>().join(" + ")
    };
    format!("{} -> {}", side(&reaction.reactants), side(&reaction.products))
}

#[test]
fn equations() {
    for (text, expected) in [
        ("a: H + e- -> H+ + 2 e-   k = 1", "1 H + 1 e- -> 1 H+ + 2 e-"),
        ("a: H->H-   k = 1", "1 H -> 1 H-"),
        ("a: H-->H   k = 1", "1 H- -> 1 H"),
        ("a: He++ + e- -> He+ + photon   k = 1", "1 He++ + 1 e- -> 1 He+ + 1 photon"),
        ("a: 2 H + M -> H2 + M   k = 1", "2 H + 1 M -> 1 H2 + 1 M"),
        ("a: C(CH3)4 -> C(CH3)3 + CH3   k = 1", "1 C(CH3)4 -> 1 C(CH3)3 + 1 CH3"),
        ("a: H2\n   + H2\n   -> 2 H + H2\n   k = 1", "2 H2 -> 2 H + 1 H2"),
    ] {
        let expected = expected.replace("2 H2 -> 2 H +", "1 H2 + 1 H2 -> 2 H +");
        assert_eq!(equation(text), expected, "{text}");
    }
}

#[test]
fn ranges_and_laws_of_reactions() {
    let ranged = reaction("a: H -> H+   for 10 [K] < T <= 1e4 [K]   k = 2");
    assert_eq!(condition_shape(&ranged.range.unwrap()), "10[K^1]<T<=1e4[K^1]");
    assert!(matches!(ranged.law, RateLaw::Coefficient(_)));
    let process = reaction("a: 2 H -> H2   flux = 3 * n[H]");
    assert!(process.range.is_none());
    assert!(matches!(process.law, RateLaw::Flux(_)));
    // `k` also begins other names
    let other = reaction("a: H -> kH   for k_x < T   k = kk");
    assert_eq!(other.products[0].name.value, "kH");
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
fn initial_states_and_domains() {
    let file = file(
        "network i version 1\n\
         initial a: T = 1e3 [K], n_tot = 100 [cm^-3], fraction H = 0.6, n[H-] = 1e-3 [cm^-3], e- = neutral, t = 0 [s]\n\
         domain d: T = 20 .. 1e6 [K] log, fraction H-, H, He++ = 1e-6 .. 1 log, nuclei H = 0.7, n[H] = -5 .. 5 [cm^-3], e- = neutral,\n",
    );
    let ItemKind::Initial(initial) = &file.items[0].kind else { panic!() };
    let targets: Vec<String> = initial.settings.iter().map(|s| target(&s.target)).collect();
    assert_eq!(targets, ["T", "n_tot", "fraction H", "n H-", "neutral e-", "t"]);
    assert!(initial.settings[4].value.is_none());
    let ItemKind::Domain(domain) = &file.items[1].kind else { panic!() };
    let ranges: Vec<String> = domain
        .settings
        .iter()
        .map(|s| {
            let range = s.value.as_ref().map(|r| format!("{}..{} {}", shape(&r.low), shape(&r.high), r.log));
            format!("{}: {}", target(&s.target), range.unwrap_or_default())
        })
        .collect();
    // a unit after the upper end holds for the lower end too
    assert_eq!(
        ranges,
        [
            "T: 20[K^1]..1e6[K^1] true",
            "fraction H- H He++: 1e-6..1 true",
            "nuclei H: 0.7..0.7 false",
            "n H: (-5[cm^-3])..5[cm^-3] false",
            "neutral e-: ",
        ]
    );
}

fn target(target: &Target) -> String {
    match target {
        Target::Temperature => "T".to_owned(),
        Target::Time => "t".to_owned(),
        Target::TotalDensity => "n_tot".to_owned(),
        Target::HydrogenDensity => "n_H".to_owned(),
        Target::Density(name) => format!("n {}", name.value),
        Target::Fraction(names) => {
            format!("fraction {}", names.iter().map(|n| n.value.as_str()).collect::<Vec<_>>().join(" "))
        }
        Target::Abundance(names) => {
            format!("abundance {}", names.iter().map(|n| n.value.as_str()).collect::<Vec<_>>().join(" "))
        }
        Target::Rest(name) => format!("rest {}", name.value),
        Target::Nuclei(name) => format!("nuclei {}", name.value),
        Target::Neutral(name) => format!("neutral {}", name.value),
    }
}

#[test]
fn settings_per_hydrogen_nucleus() {
    let file = file(
        "network i version 1\n\
         initial a: n_H = 1e4 [cm^-3], abundance He, H2 = 0.1, abundance H = rest, e- = neutral\n\
         domain d: n_H = 1 .. 1e4 [cm^-3] log, abundance CO = 1e-8 .. 1e-4 log, abundance H=rest\n",
    );
    let ItemKind::Initial(initial) = &file.items[0].kind else { panic!() };
    let targets: Vec<String> = initial.settings.iter().map(|s| target(&s.target)).collect();
    assert_eq!(targets, ["n_H", "abundance He H2", "rest H", "neutral e-"]);
    assert!(initial.settings[2].value.is_none());
    let ItemKind::Domain(domain) = &file.items[1].kind else { panic!() };
    let targets: Vec<String> = domain.settings.iter().map(|s| target(&s.target)).collect();
    assert_eq!(targets, ["n_H", "abundance CO", "rest H"]);
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

#[test]
fn keywords_may_name_reactions() {
    assert_eq!(equation("cooling: H -> H+   k = 1"), "1 H -> 1 H+");
}
