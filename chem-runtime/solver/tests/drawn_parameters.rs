//! Cells of a domain with ranges of parameters: each is solved with its own.
#![cfg(all(feature = "csv", feature = "sampling"))]
#![allow(missing_docs)]

use chem_solver::batch::{Batch, Rows};
use chem_solver::bdf::Bdf;
use chem_solver::network::domain::{DomainView, random_stream};
use chem_solver::network::{ChemNetwork, Interpreted};
use chem_solver::units::YEAR;

const TEXT: &str = "network slab version 1
species e-, H, H+
parameter zeta = 3e-17 [s^-1] per cell
parameter g0 = 1 per cell
h_cr: H + cr -> H+ + e-       k = zeta + 1e-16 * g0    \"made up\"
h_rr: H+ + e- -> H + photon   k = 2.6e-13 * (T / 1e4)^-0.7   \"made up\"
domain slab: T = 100 .. 1e4 [K] log, n_tot = 1 .. 100 [cm^-3] log, fraction H, H+ = 1e-3 .. 1 log, e- = neutral,
    parameter zeta = 1e-17 .. 1e-12 [s^-1] log, parameter g0 = 0 .. 2e4
";

#[test]
fn each_cell_is_solved_with_what_was_drawn_for_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("slab.net");
    std::fs::write(&path, TEXT).unwrap();
    let network = Interpreted::load(&path).unwrap();
    let domain = DomainView::from(&network.domains()[0]);
    let structure = network.structure();
    let count = 150;
    let drawn = domain.draw_cells(structure, 7, count).unwrap();
    let n = structure.unknown_count();
    let [(zeta, zetas), (g0, fields)] = &drawn.parameters[..] else { panic!("{drawn:?}") };
    assert_eq!((zeta.as_str(), g0.as_str(), zetas.len(), drawn.rows.len()), ("zeta", "g0", 150, 150 * n));
    let within =
        |values: &[f64], [low, high]: [f64; 2]| values.iter().all(|value| (low..=high).contains(value));
    assert!(within(zetas, [1e-17, 1e-12]) && within(fields, [0.0, 2e4]));
    let spread =
        |values: &[f64]| values.iter().fold(0.0, |most, value| value.max(most)) / values.iter().sum::<f64>();
    assert!(
        zetas.iter().any(|zeta| *zeta < 1e-16)
            && zetas.iter().any(|zeta| *zeta > 1e-13)
            && spread(fields) < 0.1
    );
    // The state of a cell does not depend on the ranges of parameters.
    let alone = DomainView { parameters: &[], ..domain };
    let rows: Vec<f64> =
        (0..count).flat_map(|cell| alone.draw(structure, &mut random_stream(7, cell)).unwrap()).collect();
    assert_eq!(rows, drawn.rows);

    let mut rows = drawn.rows.clone();
    let batch = Batch::new(network.clone()).rtol(1e-8).atol(1e-20);
    batch.advance_with(Rows::new(&mut rows, n), &drawn.environment(), 1e4 * YEAR).unwrap();
    for (cell, (row, start)) in rows.chunks_exact(n).zip(drawn.rows.chunks_exact(n)).enumerate() {
        let own = network.with_parameters(&[zetas[cell], fields[cell]]);
        let bdf = Bdf::new(&*own).rtol(1e-10).atol(1e-20);
        let mut end = vec![0.0; n];
        bdf.integrate(&mut bdf.workspace(), start, &[1e4 * YEAR], &mut end).unwrap();
        for (found, expected) in row.iter().zip(&end) {
            assert!((found - expected).abs() <= 1e-6 * expected, "cell {cell}: {row:?} {end:?}");
        }
    }
}
