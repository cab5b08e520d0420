//! Domains of gases with molecules: stated elements, charge, and how far the mixtures reach.

#![expect(clippy::unwrap_used, clippy::panic, reason = "tests fail by panicking")]

use std::path::Path;

use chem_grammar::compile::compile;
use chem_grammar::memory_files::MemoryFiles;
use chem_solver::network::domain::{DomainView, random_stream};
use chem_solver::runs::AnyNetwork;
use chem_solver::structure::Structure;

/// A cloud with molecules of two and three elements.
const CLOUD: &str = r#"network cloud version 1
"Carbon and oxygen in a cloud, with made-up rates."

species e-, H, H2, H+, C, C+, O, CO, H2O, HCO+, CO2
ph: H2 + photon -> 2 H           k = 1e-12  "made up"
gr: 2 H + grain -> H2 + grain    flux = 3e-17 * nuclei[H] * n[H]  "made up"
ci: H + cr -> H+ + e-            k = 1e-17  "made up"
rr: H+ + e- -> H + photon        k = 1e-12  "made up"
cp: C + photon -> C+ + e-        k = 1e-10  "made up"
cr: C+ + e- -> C + photon        k = 1e-11  "made up"
co: C + O -> CO + photon         k = 1e-17  "made up"
cd: CO + photon -> C + O         k = 1e-11  "made up"
hf: CO + H+ -> HCO+ + photon     k = 1e-15  "made up"
hr: HCO+ + e- -> CO + H          k = 1e-7   "made up"
wf: O + H2 -> H2O + photon       k = 1e-17  "made up"
wd: H2O + photon -> O + H2       k = 1e-10  "made up"
df: CO + O -> CO2 + photon       k = 1e-17  "made up"
dd: CO2 + photon -> CO + O       k = 1e-10  "made up"
"#;

fn network(statements: &str) -> AnyNetwork {
    let files = MemoryFiles::new().with("cloud.net", format!("{CLOUD}\n{statements}\n"));
    match compile(Path::new("cloud.net"), &files) {
        Ok(network) => AnyNetwork::interpreted(network),
        Err(report) => panic!("{report}"),
    }
}

fn index(structure: &Structure, name: &str) -> usize {
    structure.species.iter().position(|species| species == name).unwrap()
}

/// Nuclei of an element.
fn nuclei(structure: &Structure, element: &str, n: &[f64]) -> f64 {
    let elements = structure.elements.len();
    let element = structure.elements.iter().position(|e| e == element).unwrap();
    let count = |s: usize| f64::from(structure.composition[s * elements + element]);
    n.iter().enumerate().map(|(s, n)| count(s) * n).sum()
}

fn charge(structure: &Structure, n: &[f64]) -> (f64, f64) {
    let terms = n.iter().zip(structure.charges.iter()).map(|(n, q)| n * f64::from(*q));
    terms.fold((0.0, 0.0), |(sum, gross), q| (sum + q, gross + q.abs()))
}

const SHARES: [(&str, f64); 3] = [("H", 0.9995), ("C", 1.6e-4), ("O", 3.4e-4)];
const FIXED: &str = "domain fixed: T = 10 .. 100 [K] log, n_tot = 1 .. 1e4 [cm^-3] log,
    fraction H, H2, H+, C, C+, O, CO, H2O, HCO+, CO2 = 1e-6 .. 1 log,
    nuclei H = 0.9995, nuclei C = 1.6e-4, nuclei O = 3.4e-4, e- = neutral";

#[test]
fn elements_have_their_stated_shares_whatever_molecules_hold_them() {
    let network = network(FIXED);
    let (structure, domain) = (network.network.structure(), DomainView::from(&network.domains[0]));
    let species = structure.species_count();
    let (mut least, mut most) = (vec![f64::INFINITY; species], vec![0.0f64; species]);
    let mut random = random_stream(3, 0);
    let mut states: Vec<Vec<f64>> = (0..4000).map(|_| domain.draw(structure, &mut random).unwrap()).collect();
    for index in 0..1000 {
        states.push(domain.draw_near(structure, &states[index].clone(), 0.1, &mut random).unwrap());
    }
    for state in &states {
        let n = &state[..species];
        assert!(n.iter().all(|n| *n >= 0.0), "{state:?}");
        let all: f64 = SHARES.iter().map(|(element, _)| nuclei(structure, element, n)).sum();
        for (element, share) in SHARES {
            let found = nuclei(structure, element, n) / all;
            assert!((found / share - 1.0).abs() < 1e-13, "{element}: {found} in {state:?}");
        }
        let (net, gross) = charge(structure, n);
        assert!(net.abs() <= 1e-14 * gross, "{net} {gross}");
        assert!((1.0 - 1e-13..=1e4 * (1.0 + 1e-13)).contains(&n.iter().sum::<f64>()));
        assert!((10.0..=100.0).contains(&state[species]));
        for (s, n) in n.iter().enumerate() {
            // Of the nuclei that its scarcest element has for it.
            let greatest = SHARES.iter().filter_map(|(element, share)| {
                let mut one = vec![0.0; species];
                one[s] = 1.0;
                let held = nuclei(structure, element, &one);
                (held > 0.0).then(|| share / held)
            });
            let part = n / all / greatest.fold(f64::INFINITY, f64::min);
            (least[s], most[s]) = (least[s].min(part), most[s].max(part));
        }
    }
    for (s, name) in structure.species.iter().enumerate().filter(|(_, name)| *name != "e-") {
        assert!(least[s] < 1e-4, "{name}: from {}", least[s]);
        assert!(most[s] > 0.9, "{name}: to {}", most[s]);
        assert!(most[s] <= 1.0 + 1e-13, "{name}: to {}", most[s]);
    }
    // The same seed draws the same state.
    let draw = || domain.draw(structure, &mut random_stream(5, 17)).unwrap();
    assert_eq!(draw(), draw());
}

/// States near others keep the shares, and are near.
#[test]
fn states_near_others_stay_near_where_molecules_share_elements() {
    let network = network(FIXED);
    let (structure, domain) = (network.network.structure(), DomainView::from(&network.domains[0]));
    let mut random = random_stream(4, 0);
    for _ in 0..500 {
        let state = domain.draw(structure, &mut random).unwrap();
        let near = domain.draw_near(structure, &state, 1e-3, &mut random).unwrap();
        for (a, b) in near.iter().zip(&state) {
            assert!((a - b).abs() < 0.03 * b, "{near:?} near {state:?}");
        }
    }
}

/// The draw as it is where no molecule holds two stated elements, written out: trained models depend on it.
#[test]
fn domains_without_such_molecules_are_drawn_element_by_element() {
    use rand::RngExt;
    for name in ["atomic", "molecular"] {
        let path = format!("{}/../../networks/{name}.net", env!("CARGO_MANIFEST_DIR"));
        let network = AnyNetwork::load(path.as_ref()).unwrap();
        let structure = network.network.structure();
        let domain = network.domains.iter().find(|domain| domain.name == "general").unwrap();
        let (elements, electron) = (structure.elements.len(), index(structure, "e-"));
        for cell in 0..200 {
            let random = &mut random_stream(11, cell);
            let state = DomainView::from(domain).draw(structure, &mut random_stream(11, cell)).unwrap();
            let expected = loop {
                let t_gas = domain.temperature.at(random.random());
                let total = domain.total_density.unwrap().at(random.random());
                let mut n: Vec<f64> =
                    domain.species.iter().map(|i| i.map_or(0.0, |i| i.at(random.random()))).collect();
                for _ in 0..100 {
                    let mut largest = 0.0f64;
                    for (element, share) in &domain.nuclei {
                        let count = |s: usize| f64::from(structure.composition[s * elements + element]);
                        let share = share.unwrap().low;
                        let factor = share / n.iter().enumerate().map(|(s, n)| count(s) * n).sum::<f64>();
                        largest = largest.max((factor - 1.0).abs());
                        n.iter_mut()
                            .enumerate()
                            .filter(|(s, _)| count(*s) > 0.0)
                            .for_each(|(_, n)| *n *= factor);
                    }
                    if largest < 1e-15 {
                        break;
                    }
                }
                let charges = structure.charges.iter().zip(&n).enumerate().filter(|(s, _)| *s != electron);
                let wanted = charges.map(|(_, (q, n))| f64::from(*q) * n).sum::<f64>();
                if wanted < 0.0 {
                    continue;
                }
                n[electron] = wanted;
                let sum: f64 = n.iter().sum();
                break n.iter().map(|n| n * (total / sum)).chain([t_gas]).collect::<Vec<f64>>();
            };
            assert_eq!(state, expected, "{name}, cell {cell}");
        }
    }
}

/// Shares with ranges fill them, one element takes what they leave, and the states near a state have shares near its own.
#[test]
fn shares_that_vary_leave_the_rest_to_one_element() {
    let network = network(
        "domain varied: T = 10 .. 100 [K] log, n_tot = 1 .. 1e4 [cm^-3] log,
    fraction H, H2, H+, C, C+, O, CO, H2O, HCO+, CO2 = 1e-6 .. 1 log,
    nuclei C = 1e-6 .. 1e-3 log, nuclei H = rest, nuclei O = 3.4e-4, e- = neutral",
    );
    let (structure, domain) = (network.network.structure(), DomainView::from(&network.domains[0]));
    let species = structure.species_count();
    let shares = |state: &[f64]| {
        let found = SHARES.map(|(element, _)| nuclei(structure, element, &state[..species]));
        let all: f64 = found.iter().sum();
        found.map(|nuclei| nuclei / all)
    };
    let mut random = random_stream(5, 0);
    let (mut least, mut most, mut moved, mut without) = (f64::INFINITY, 0.0f64, 0.0f64, 0);
    for _ in 0..2000 {
        let state = domain.draw(structure, &mut random).unwrap();
        // Where molecules hold all of an element, no species can take more of it.
        let Some(near) = domain.draw_near(structure, &state, 0.1, &mut random) else {
            without += 1;
            continue;
        };
        let [[_, carbon, _], [_, near_carbon, _]] = [&state, &near].map(|state| {
            let [hydrogen, carbon, oxygen] = shares(state);
            assert!((oxygen / 3.4e-4 - 1.0).abs() < 1e-12, "{oxygen}");
            assert!((1e-6 * (1.0 - 1e-12)..=1e-3 * (1.0 + 1e-12)).contains(&carbon), "{carbon}");
            assert!((hydrogen + carbon + oxygen - 1.0).abs() < 1e-15);
            [hydrogen, carbon, oxygen]
        });
        (least, most) = (least.min(carbon), most.max(carbon));
        moved = moved.max((near_carbon / carbon).log10().abs());
    }
    assert!(least < 1.1e-6 && most > 9e-4, "{least} {most}");
    assert!(without < 100, "{without}");
    assert!((0.05..=0.1 + 1e-12).contains(&moved), "{moved}");
}

#[test]
fn hydrogen_nuclei_and_abundances_are_as_stated() {
    let network = network(
        "domain shares: T = 10 .. 100 [K] log, n_H = 1 .. 1e4 [cm^-3] log,
    fraction H, H2, H+, C, C+, O, CO, H2O, HCO+, CO2 = 1e-6 .. 1 log,
    nuclei H = 0.9995, nuclei C = 1.6e-4, nuclei O = 3.4e-4, e- = neutral
domain abundances: T = 10 [K], n_H = 1 .. 1e4 [cm^-3] log, abundance H2 = 1e-6 .. 0.5 log, abundance H = rest,
    abundance C+ = 1e-8 .. 1e-4 log, abundance O = 3e-4, e- = neutral
domain crowded: T = 10 [K], n_H = 100 [cm^-3], abundance H2 = 0 .. 1, abundance H = rest
domain whole: T = 10 [K], n_H = 100 [cm^-3], abundance H2 = 0.3, abundance H = 0.4
initial dark: T = 10 [K], n_H = 2e4 [cm^-3], abundance H2 = 0.4, abundance H = rest, abundance C+ = 1e-4,
    abundance H+ = 1e-3, n[O] = 6 [cm^-3], e- = neutral",
    );
    let structure = network.network.structure();
    let species = structure.species_count();
    let at = |name: &str| index(structure, name);
    let (h, h2, c, o) = (at("H"), at("H2"), at("C+"), at("O"));
    let mut random = random_stream(1, 0);
    let [shares, abundances, crowded, whole] = &network.domains[..] else { panic!() };
    let (mut thinnest, mut densest) = (f64::INFINITY, 0.0f64);
    for _ in 0..500 {
        let view = DomainView::from(shares);
        let state = view.draw(structure, &mut random).unwrap();
        let n_h = nuclei(structure, "H", &state[..species]);
        assert!((1.0 - 1e-12..=1e4 + 1e-8).contains(&n_h), "{n_h}");
        (thinnest, densest) = (thinnest.min(n_h), densest.max(n_h));
        let carbon = nuclei(structure, "C", &state[..species]) / n_h;
        assert!((carbon * 0.9995 / 1.6e-4 - 1.0).abs() < 1e-13, "{carbon}");

        let view = DomainView::from(abundances);
        let state = view.draw(structure, &mut random).unwrap();
        for state in [view.draw_near(structure, &state, 0.1, &mut random).unwrap(), state] {
            let n_h = nuclei(structure, "H", &state[..species]);
            assert!((1.0 - 1e-12..=1e4 + 1e-8).contains(&n_h), "{n_h}");
            assert!((state[h] + 2.0 * state[h2] - n_h).abs() < 1e-14 * n_h);
            assert!(state[h] >= 0.0 && state[h2] <= 0.5 * n_h * (1.0 + 1e-14));
            assert!((0.999e-8..1.001e-4).contains(&(state[c] / n_h)));
            assert!((state[o] / n_h / 3e-4 - 1.0).abs() < 1e-13);
            assert_eq!(state[c], state[at("e-")]);
        }
        // Half of the draws would leave less than no atomic hydrogen.
        let state = DomainView::from(crowded).draw(structure, &mut random).unwrap();
        assert!(state[h] >= 0.0 && state[h2] <= 50.0 * (1.0 + 1e-14));
        let state = DomainView::from(whole).draw(structure, &mut random).unwrap();
        assert!((state[h] - 40.0).abs() < 1e-12 && (state[h2] - 30.0).abs() < 1e-12);
    }
    assert!(thinnest < 2.0 && densest > 5e3, "{thinnest} {densest}");
    let [dark] = &network.initials[..] else { panic!() };
    let n = &dark.unknowns;
    assert_eq!((n[h2], n[c], n[o]), (0.4 * 2e4, 1e-4 * 2e4, 6.0));
    assert!((n[h] - (0.2 - 1e-3) * 2e4).abs() < 1e-9 && n[at("e-")] == n[c] + n[at("H+")]);
    assert!((nuclei(structure, "H", &n[..species]) / 2e4 - 1.0).abs() < 1e-15);
}
