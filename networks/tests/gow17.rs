//! `gow17.net`: a photodissociation region, nuclei and charge in it, shielding of CO, many zones at once.
#![allow(clippy::expect_used, clippy::panic, clippy::print_stdout)] // tests fail by panicking and print their figures

#[path = "../examples/pdr/slab.rs"]
mod slab;

use chem_networks::gow17::{self, Gow17, Species};
use chem_runtime::network::{Environment, SpeciesSet};
use chem_runtime::{Batch, Bdf, Cell, ChemNetwork, YEAR};
use slab::{Zone, slab};

/// A_V of the first zone from which on `more` is more than `less`.
fn transition(
    zones: &[Zone],
    more: impl Fn(&Cell<Species>) -> f64,
    less: impl Fn(&Cell<Species>) -> f64,
) -> f64 {
    zones.iter().find(|zone| more(&zone.cell) > less(&zone.cell)).expect("a transition").a_v
}

#[test]
fn hydrogen_and_carbon_change_where_they_do_in_photodissociation_regions() {
    use Species::*;
    let network = Gow17::default();
    let structure = network.structure();
    let elements = structure.elements.len();
    for (n_h, h2_from, c_from, co_from) in
        [(100.0, 0.03..0.3, 0.7..1.6, 1.5..3.5), (1000.0, 1e-3..0.02, 0.2..0.8, 0.5..1.3)]
    {
        let zones = slab(n_h, 1.0, 40, 1e-6).expect("equilibrium");
        let h2 = transition(&zones, |cell| 2.0 * cell.n(H2), |cell| cell.n(H));
        let carbon = transition(&zones, |cell| cell.n(C), |cell| cell.n(CPlus));
        let co = transition(&zones, |cell| cell.n(CO), |cell| cell.n(CPlus));
        println!("n_H {n_h}: H2 from A_V {h2:.4}, C from {carbon:.3}, CO from {co:.3}");
        assert!(h2_from.contains(&h2) && c_from.contains(&carbon) && co_from.contains(&co));
        for zone in &zones {
            let cell = &zone.cell;
            assert!((10.0..100.0).contains(&cell.t_gas), "A_V {}: {} K", zone.a_v, cell.t_gas);
            let n = cell.n.as_slice();
            let charge: f64 = n.iter().zip(structure.charges.iter()).map(|(n, q)| n * f64::from(*q)).sum();
            assert!(charge.abs() < 1e-12 * cell.n(Electron), "charge {charge:e}");
            for element in 0..elements {
                let nuclei: f64 = n
                    .iter()
                    .enumerate()
                    .map(|(s, n)| n * f64::from(structure.composition[s * elements + element]))
                    .sum();
                let name = structure.elements[element].as_ref();
                let share = match name {
                    "H" => 1.0,
                    "He" => 0.1,
                    "C" => 1.6e-4,
                    "O" => 3.2e-4,
                    _ => 1.7e-6,
                };
                assert!((nuclei / (n_h * share) - 1.0).abs() < 1e-10, "{name}: {nuclei:e}");
            }
        }
    }
}

#[test]
fn a_slab_is_that_of_the_authors_program() {
    let zones = slab(100.0, 1.0, 400, 1e-5).expect("equilibrium");
    let mut lines = include_str!("reference/gow17_slab.csv").lines().filter(|line| !line.starts_with('#'));
    let names: Vec<&str> = lines.next().expect("names").split(',').collect();
    let mut worst = [0f64; 2];
    for line in lines {
        let expected: Vec<f64> = line.split(',').map(|text| text.parse().expect("a number")).collect();
        let column = 10f64.powf(expected[0]) / 1.87e21;
        let zone = zones.iter().find(|zone| zone.a_v > 0.999 * column).expect("the zone");
        let surface = usize::from(expected[0] > 17.0);
        let allowed = [0.003, 0.3][surface];
        let mut compare = |name: &str, found: f64, expected: f64| {
            let error = (found / expected - 1.0).abs();
            assert!(error < allowed, "N_H = 1e{}, {name}: {found:e}, theirs {expected:e}", line);
            worst[surface] = worst[surface].max(error);
        };
        compare("T", zone.cell.t_gas, expected[1]);
        for (name, expected) in names.iter().zip(&expected).skip(2) {
            let species = (0..Species::COUNT).find(|s| Gow17::default().structure().species[*s] == **name);
            let density = zone.cell.n.as_slice()[species.expect("a species")];
            compare(name, density / 100.0, *expected);
        }
    }
    println!("worst differences: at the surface {:.1e}, inside {:.1e}", worst[0], worst[1]);
}

#[test]
fn co_is_shielded_as_in_the_table_of_visser() {
    // log10 N(H2), log10 N(CO), share: nodes of table 5 of Visser et al. 2009 that are not shipped.
    for (h2, co, share) in
        [(20.2, 14.2, 0.2898), (21.0, 16.4, 1.073e-2), (18.0, 15.4, 0.1140), (22.2, 12.2, 2.355e-3)]
    {
        let mut network = Gow17::default();
        (network.parameters.n_h2, network.parameters.n_co) = (10f64.powf(h2), 10f64.powf(co));
        let names = &network.structure().reactions;
        let mut k = vec![0.0; names.len()];
        let mut y = vec![1.0; Species::COUNT + 1];
        y[Species::COUNT] = 30.0;
        network.rates(0.0, &y, &mut k);
        let found = k[names.iter().position(|name| name == "co_pd").expect("a reaction")] / 2.4e-10;
        assert!((found / share - 1.0).abs() < 0.06, "N(H2) 1e{h2}, N(CO) 1e{co}: {found:e}, table {share:e}");
    }
}

#[test]
fn zones_with_their_own_columns_are_advanced_together() {
    let zones = slab(1000.0, 1.0, 8, 1e-6).expect("equilibrium");
    let a_v: Vec<f64> = zones.iter().map(|zone| zone.a_v).collect();
    let mut columns = [vec![0.0; 1], vec![0.0; 1], vec![0.0; 1]];
    for pair in zones.windows(2) {
        let length = (pair[1].a_v - pair[0].a_v) * 1.87e21 / 1000.0;
        for (column, species) in columns.iter_mut().zip([Species::H2, Species::CO, Species::C]) {
            let before = column.last().copied().unwrap_or(0.0);
            column.push(before + length * pair[0].cell.n(species));
        }
    }
    let environment = Environment::new()
        .each("A_V", &a_v)
        .each("N_H2", &columns[0])
        .each("N_CO", &columns[1])
        .each("N_C", &columns[2]);
    let start = gow17::initial::cloud();
    let mut cells = vec![start; zones.len()];
    let time = 1e5 * YEAR;
    let report = Batch::new(Gow17::default())
        .rtol(1e-4)
        .advance_with(&mut cells[..], &environment, time)
        .expect("input");
    assert_eq!(report.failures().count(), 0);
    for (zone, cell) in cells.iter().enumerate() {
        let mut network = Gow17::default();
        let p = &mut network.parameters;
        (p.a_v, p.n_h2, p.n_co, p.n_c) = (a_v[zone], columns[0][zone], columns[1][zone], columns[2][zone]);
        let tight = *Bdf::new(&network).rtol(1e-8).solve(&start, [time]).expect("the BDF").last();
        assert!((cell.t_gas / tight.t_gas - 1.0).abs() < 1e-3, "zone {zone}: {} K", cell.t_gas);
        for species in [Species::H2, Species::CPlus, Species::C, Species::CO, Species::OHx, Species::Electron]
        {
            let error = cell.n(species) / tight.n(species) - 1.0;
            assert!(error.abs() < 5e-3, "zone {zone}, {}: {error:e}", species.name());
        }
    }
}
