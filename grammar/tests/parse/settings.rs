//! Initial states and domains.

use chem_grammar::ast::*;

use crate::file;
use crate::shape::{shape, target};

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
