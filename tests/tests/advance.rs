//! One trait advances cells by the BDF, the batch, an emulator, and an emulator with a solver behind it.
#![allow(clippy::expect_used)] // tests fail by panicking

use chem_emulator::{Guarded, Pinn};
use chem_networks::molecular::{self, Molecular};
use chem_solver::advance::{Advance, AdvanceError, Outcome};
use chem_solver::batch::Batch;
use chem_solver::bdf::Bdf;
use chem_solver::network::domain::{DomainView, random_stream};
use chem_solver::network::{Cell, ChemNetwork, TypedNetwork};
use chem_solver::units::YEAR;

const MODEL: &str =
    concat!(env!("CARGO_MANIFEST_DIR"), "/../networks/trained/general_molecular/model.safetensors");

fn model() -> Pinn {
    Pinn::load(MODEL).expect("a model").for_network(&Molecular::default()).expect("its network")
}

/// Cells of the domain that the model was trained on; rows and time steps.
fn cells(count: u64) -> (Vec<f64>, Vec<f64>) {
    let network = Molecular::default();
    let domain: &DomainView<'_> = Molecular::DOMAINS.first().expect("a domain");
    let draw = |cell| domain.draw(network.structure(), &mut random_stream(7, cell)).expect("a neutral state");
    let rows = (0..count).flat_map(draw).collect();
    (rows, (0..count).map(|cell| 10f64.powf(1.0 + cell as f64 / count as f64 * 4.0) * YEAR).collect())
}

/// Does the same with each of the four.
fn with_each(mut work: impl FnMut(&str, &dyn Advance)) {
    let network = Molecular::default();
    work("BDF", &Bdf::new(&network).rtol(1e-6));
    work("batch", &Batch::new(&network).rtol(1e-6));
    work("emulator", &model());
    work("guarded emulator", &Guarded::new(model(), Batch::new(Molecular::default())));
}

#[test]
fn each_advances_cells_to_about_the_same_end() {
    let n = Molecular::default().structure().unknown_count();
    let (rows, dt) = cells(40);
    let mut reference = Vec::new();
    with_each(|name, advance| {
        let mut ends = rows.clone();
        let report = advance.advance_rows_by(&mut ends, &dt).expect("a call that fits");
        let advanced = report.count(Outcome::Solved) + report.count(Outcome::Emulated);
        assert_eq!((advance.unknown_count(), advanced, report.reasons.len()), (n, 40, 0), "{name}: {report}");
        let emulated = report.count(Outcome::Emulated);
        assert_eq!(emulated > 0, name.contains("emulator"), "{name}: {report}");
        if reference.is_empty() {
            reference.clone_from(&ends);
        }
        let t_gas = |rows: &[f64]| rows.iter().skip(n - 1).step_by(n).copied().collect::<Vec<_>>();
        let mut errors: Vec<f64> = t_gas(&ends)
            .iter()
            .zip(t_gas(&reference))
            .map(|(found, exact)| (found / exact - 1.0).abs())
            .collect();
        errors.sort_by(f64::total_cmp);
        let most = if name.contains("emulator") { 0.1 } else { 1e-4 };
        assert!(errors[20] < most, "{name}: {errors:?}");
    });
}

#[test]
fn cells_that_cannot_be_advanced_are_named_and_unchanged() {
    let n = Molecular::default().structure().unknown_count();
    let (mut rows, dt) = cells(4);
    rows[n] = f64::NAN;
    rows[3 * n - 1] = -5.0;
    with_each(|name, advance| {
        let mut ends = rows.clone();
        let report = advance.advance_rows_by(&mut ends, &dt).expect("a call that fits");
        let named: Vec<usize> = report.reasons.iter().map(|(cell, _)| *cell).collect();
        assert_eq!(named, [1, 2], "{name}: {report}");
        assert!(report.cells[0].is_advanced() && report.cells[3].is_advanced(), "{name}: {report}");
        for cell in [1, 2] {
            let bits =
                |rows: &[f64]| rows[cell * n..(cell + 1) * n].iter().map(|v| v.to_bits()).collect::<Vec<_>>();
            assert_eq!(bits(&ends), bits(&rows), "{name}: cell {cell}");
        }
    });
}

#[test]
fn wrong_calls_are_errors_and_change_nothing() {
    let (rows, dt) = cells(3);
    with_each(|name, advance| {
        let mut ends = rows.clone();
        for dt in [&dt[..2], &[]] {
            let error = advance.advance_rows_by(&mut ends, dt).expect_err(name);
            assert!(matches!(error, AdvanceError::Rows { .. }), "{name}: {error}");
        }
        assert_eq!(ends, rows, "{name}");
    });
    let network = Molecular::default();
    let mut ends = rows.clone();
    for rtol in [0.0, 0.5, f64::NAN] {
        for advance in [&Bdf::new(&network).rtol(rtol) as &dyn Advance, &Batch::new(&network).rtol(rtol)] {
            let error = advance.advance_rows_by(&mut ends, &dt).expect_err("a tolerance that no solver has");
            assert!(matches!(error, AdvanceError::Setting(_)), "{error}");
        }
    }
    assert_eq!(ends, rows);
}

#[test]
fn cells_with_named_species_are_advanced_too() {
    let network = Molecular::default();
    let start = molecular::initial::single();
    let mut cells = [start; 3];
    let report =
        Batch::new(&network).rtol(1e-6).advance_cells_by(&mut cells, 1e3 * YEAR).expect("a call that fits");
    assert_eq!(report.count(Outcome::Solved), 3, "{report}");
    let exact = Bdf::new(&network).rtol(1e-8).solve(&start, [1e3 * YEAR]).expect("a solution");
    let error = cells[2].t_gas / exact.last().t_gas - 1.0;
    assert!(error.abs() < 1e-4, "{error}");
    // Cells of another network.
    let mut others = [chem_networks::atomic::initial::single()];
    let before: Cell<_> = others[0];
    let error = Batch::new(&network).advance_cells_by(&mut others, YEAR).expect_err("other species");
    assert!(matches!(error, AdvanceError::Unknowns { .. }) && others[0] == before, "{error}");
}
