//! The batch solver: against the BDF, against itself on other instructions, threads and layouts, and with input that
//! is wrong or extreme.
//!
//! The long run is `cargo test --release --test batch -- --ignored --nocapture`.
#![allow(clippy::expect_used, clippy::print_stdout)] // tests fail by panicking and print their figures

use chem_networks::{atomic::Atomic, molecular, molecular::Molecular};
use chem_solver::batch::{Batch, Columns, Instructions, Method, Rows, Status};
use chem_solver::network::{ChemNetwork, Given, TypedNetwork};
use chem_solver::scalar::Dual;
use chem_solver::units::YEAR;
use chem_tests::quantiles::Errors;
use chem_tests::states::random_cells;
use chem_tests::tight_bdf::errors;
use proptest::prelude::*;

const END: f64 = 1e6 * YEAR;

/// A function with its functions of T set apart is the function.
fn functions_at<N: TypedNetwork>() {
    let network = N::default();
    let structure = network.structure();
    let n = structure.unknown_count();
    let functions = network.temperature_functions().functions;
    assert!(functions > 0);
    let mut duals = vec![Dual::<1>::fixed(0.0); functions];
    let mut environment = vec![0.0; network.environment_count()];
    network.environment(&network.parameter_values(), &mut environment);
    let (mut rhs, mut rhs_at, mut beside) = (vec![0.0; n], vec![0.0; n], vec![0.0; n]);
    let entries = structure.jacobian_count();
    let (mut jacobian, mut jacobian_at) = (vec![0.0; entries], vec![0.0; entries]);
    for y in random_cells(&network, 200).chunks_exact(n) {
        network.t_functions_generic(Dual::variable(y[n - 1], 0), &mut duals);
        let g: Vec<f64> = duals.iter().map(|dual| dual.value).collect();
        let slopes: Vec<f64> = duals.iter().map(|dual| dual.derivatives[0]).collect();
        let given = Given { environment: &environment, functions: &g, slopes: &slopes };
        network.rhs_at_generic(0.0, y, given, &mut rhs_at);
        network.rhs(0.0, y, &mut rhs);
        network.jacobian_at_generic(0.0, y, given, [&mut beside, &mut jacobian_at]);
        network.jacobian(0.0, y, &mut jacobian);
        // Sums cancel: what counts is the size of the terms, which the diagonal of the Jacobian tells.
        for (row, (a, b)) in rhs.iter().zip(&rhs_at).chain(rhs.iter().zip(&beside)).enumerate() {
            let row = row % n;
            let diagonal = structure.lu.diagonal.len();
            assert_eq!(diagonal, n);
            let entry = structure.jacobian_diagonal(row).expect("a diagonal");
            let size = a.abs().max(jacobian[entry].abs() * y[row]);
            assert!((a - b).abs() <= 1e-11 * size, "row {row}: {a:e} {b:e}");
        }
        let largest = jacobian.iter().fold(0.0f64, |m, j| m.max(j.abs()));
        for (a, b) in jacobian.iter().zip(&jacobian_at) {
            assert!((a - b).abs() <= 1e-10 * a.abs() + 1e-14 * largest, "{a:e} {b:e}");
        }
    }
}

#[test]
fn functions_of_the_temperature_set_apart_change_nothing() {
    functions_at::<Molecular>();
    functions_at::<Atomic>();
}

fn agrees_with_the_bdf<N: TypedNetwork>(method: Method, rtol: f64, [median, p95]: [f64; 2]) {
    let network = N::default();
    let n = network.structure().unknown_count();
    let start = random_cells(&network, 64);
    let mut cells = start.clone();
    let report = Batch::new(&network)
        .method(method)
        .rtol(rtol)
        .advance(Rows::new(&mut cells, n), END)
        .expect("settings");
    assert_eq!(report.failures().count() + report.fallbacks(), 0, "{report}");
    let errors = errors(&network, &start, &[END], &cells);
    println!("{} {method:?} {rtol:e}: {report}; errors {errors}", network.structure().name);
    assert!(errors.quantile(0.5) < median && errors.quantile(0.95) < p95, "{errors}");
}

#[test]
fn results_agree_with_the_bdf() {
    agrees_with_the_bdf::<Molecular>(Method::Rodas5P, 1e-3, [2e-4, 3e-3]);
    agrees_with_the_bdf::<Molecular>(Method::Rodas5P, 1e-6, [1e-6, 1e-4]);
    agrees_with_the_bdf::<Molecular>(Method::Rodas4, 1e-4, [1e-4, 2e-3]);
    agrees_with_the_bdf::<Molecular>(Method::Rodas3, 1e-4, [5e-4, 1e-2]);
    agrees_with_the_bdf::<Atomic>(Method::Rodas5P, 1e-3, [2e-4, 3e-3]);
}

#[test]
fn instructions_threads_layouts_and_neighbours_do_not_matter() {
    let network = Molecular::default();
    let n = network.structure().unknown_count();
    let start = random_cells(&network, 600);
    let batch = Batch::new(&network).rtol(1e-3);
    let solve = |batch: &Batch<Molecular>, cells: &[f64]| {
        let mut cells = cells.to_vec();
        batch.advance(Rows::new(&mut cells, n), 1e4 * YEAR).expect("settings");
        cells
    };
    let all = solve(&batch, &start);
    // To the last bit: one thread, other neighbours, other layouts.
    let one = rayon::ThreadPoolBuilder::new().num_threads(1).build().expect("a thread");
    assert_eq!(all, one.install(|| solve(&batch, &start)));
    assert_eq!(all[35 * n..78 * n], solve(&batch, &start[35 * n..78 * n]));
    let mut columns: Vec<Vec<f64>> =
        (0..n).map(|k| start[k..].iter().step_by(n).copied().collect()).collect();
    let views = columns.iter_mut().map(Vec::as_mut_slice).collect();
    batch.advance(Columns::new(views), 1e4 * YEAR).expect("settings");
    for (k, column) in columns.iter().enumerate() {
        assert!(all[k..].iter().step_by(n).eq(column));
    }
    // Lanes of any width, if they are there.
    if Instructions::Fma.are_there() {
        for instructions in [Instructions::Fma, Instructions::Avx2, Instructions::Avx512] {
            if instructions.are_there() {
                assert_eq!(all, solve(&batch.clone().instructions(instructions), &start), "{instructions:?}");
            }
        }
        assert_eq!(all[3 * n..4 * n], solve(&batch, &start[3 * n..4 * n]));
    }
    // To the tolerance: other instructions, no tables.
    let scalar = batch.clone().instructions(Instructions::Scalar);
    for batch in [scalar, batch.clone().without_tables()] {
        let mut errors = Errors::default();
        for (a, b) in solve(&batch, &start).iter().zip(&all) {
            errors.add((a - b) / b.max(1e-12), String::new);
        }
        assert!(errors.quantile(0.95) < 1e-4, "{errors}");
    }
}

#[test]
fn typed_cells_conserve_nuclei_and_stay_positive() {
    let network = Molecular::default();
    let structure = network.structure();
    let mut cells = vec![molecular::initial::single(); 10];
    for (k, cell) in cells.iter_mut().enumerate() {
        cell.t_gas *= 1.5f64.powi(k as i32);
    }
    let before = cells.clone();
    Batch::new(&network).advance(&mut cells[..], END).expect("settings");
    for (cell, before) in cells.iter().zip(&before) {
        assert!(cell.n.as_slice().iter().all(|n| *n >= 0.0 && n.is_finite()));
        for law in 0..structure.law_count() {
            let sum = |cell: &chem_solver::network::Cell<molecular::Species>, size: bool| -> f64 {
                let terms = structure.law(law).iter().zip(cell.n.as_slice()).map(|(c, n)| *c as f64 * n);
                if size { terms.map(f64::abs).sum() } else { terms.sum() }
            };
            assert!((sum(cell, false) - sum(before, false)).abs() <= 1e-13 * sum(cell, true));
        }
    }
}

#[test]
fn wrong_and_extreme_input_harms_no_neighbour() {
    let network = Molecular::default();
    let n = network.structure().unknown_count();
    let batch = Batch::new(&network);
    let good = random_cells(&network, 40);
    let mut alone = good.clone();
    batch.advance(Rows::new(&mut alone, n), END).expect("settings");
    let mut mixed = good.clone();
    let mut times = vec![END; 40];
    let set = |cells: &mut [f64], cell: usize, unknown: usize, value: f64| cells[cell * n + unknown] = value;
    set(&mut mixed, 3, 2, -1.0);
    set(&mut mixed, 4, 2, f64::NAN);
    set(&mut mixed, 5, n - 1, 0.0);
    set(&mut mixed, 6, n - 1, f64::INFINITY);
    (times[7], times[8], times[9]) = (-1.0, f64::NAN, 0.0);
    set(&mut mixed, 10, n - 1, 1.0);
    set(&mut mixed, 11, n - 1, 1e9);
    set(&mut mixed, 12, 4, 1e-40);
    set(&mut mixed, 13, 4, 0.0);
    times[14] = 1e20;
    mixed[15 * n..16 * n - 1].fill(0.0);
    set(&mut mixed, 16, n - 1, 1e12);
    let before = mixed.clone();
    let report = batch.advance_each(Rows::new(&mut mixed, n), &times).expect("settings");
    let status = |cell: usize| report.cells[cell].status;
    assert_eq!([3, 4].map(status), [Status::InvalidDensity; 2]);
    assert_eq!([5, 6].map(status), [Status::InvalidTemperature; 2]);
    assert_eq!([7, 8].map(status), [Status::InvalidTime; 2]);
    // No time, and no gas.
    assert_eq!([9, 15].map(status), [Status::Done; 2]);
    for cell in (0..40).filter(|cell| !status(*cell).is_ok() || [9, 15].contains(cell)) {
        let cell = cell * n..(cell + 1) * n;
        assert!(mixed[cell.clone()].iter().zip(&before[cell]).all(|(a, b)| a.to_bits() == b.to_bits()));
    }
    for cell in [10, 11, 12, 13, 14] {
        assert!(status(cell).is_ok(), "cell {cell}: {}", status(cell));
        assert!(mixed[cell * n..(cell + 1) * n].iter().all(|y| *y >= 0.0 && y.is_finite()), "cell {cell}");
    }
    for cell in (0..3).chain(17..40) {
        assert_eq!(mixed[cell * n..(cell + 1) * n], alone[cell * n..(cell + 1) * n], "cell {cell}");
    }
}

#[test]
fn settings_and_arrays_that_do_not_fit_are_refused() {
    let network = Molecular::default();
    let mut values = [0.0; 24];
    let batch = Batch::new(&network);
    let text =
        |result: Result<_, chem_solver::batch::BatchError>| result.map(|_| ()).unwrap_err().to_string();
    assert!(text(batch.clone().rtol(0.0).advance(Rows::new(&mut values, 10), 1.0)).contains("rtol is 0e0"));
    assert!(text(batch.advance(Rows::new(&mut values, 8), 1.0)).contains("8 unknowns"));
    assert!(
        text(batch.advance_each(Rows::new(&mut values, 10), &[1.0])).contains("1 time steps for 2 cells")
    );
}

/// What is wrong with the final states, if anything.
fn complaints<N: TypedNetwork>(count: u64) -> (String, Vec<String>) {
    let network = N::default();
    let structure = network.structure();
    let n = structure.unknown_count();
    let start = random_cells(&network, count);
    let mut cells = start.clone();
    let report = Batch::new(&network).advance(Rows::new(&mut cells, n), END).expect("settings");
    let mut complaints: Vec<String> =
        report.failures().map(|(cell, status)| format!("cell {cell}: {status}")).collect();
    for (number, (start, end)) in start.chunks_exact(n).zip(cells.chunks_exact(n)).enumerate() {
        if !end.iter().all(|y| *y >= 0.0 && y.is_finite()) {
            complaints.push(format!("cell {number}: {end:?}"));
        }
        for law in 0..structure.law_count() {
            let sum = |y: &[f64], size: bool| -> f64 {
                let terms = structure.law(law).iter().zip(y).map(|(c, n)| *c as f64 * n);
                if size { terms.map(f64::abs).sum() } else { terms.sum() }
            };
            let drift = (sum(end, false) - sum(start, false)).abs() / sum(end, true);
            if drift > 1e-12 {
                complaints.push(format!(
                    "cell {number}: {} drifts by {drift:e}",
                    structure.conservation_names[law]
                ));
            }
        }
    }
    (report.to_string(), complaints)
}

fn no_complaints<N: TypedNetwork>(count: u64) {
    let (report, complaints) = complaints::<N>(count);
    println!("{report}");
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
}

#[test]
fn thousands_of_random_cells() {
    no_complaints::<Molecular>(3000);
    no_complaints::<Atomic>(3000);
}

#[test]
#[ignore = "minutes: a million cells of each network"]
fn a_million_random_cells() {
    no_complaints::<Molecular>(1_000_000);
    no_complaints::<Atomic>(1_000_000);
}

/// The table is as exact as it says, between its samples too.
fn table_is_exact<N: TypedNetwork>() {
    let network = N::default();
    for error in [1e-4, 1e-6, 1e-8] {
        let batch = Batch::new(&network).table_error(error);
        let breakpoints = [2.73, 10.0, 30.0, 100.0, 617.0, 1160.0, 5500.0, 9284.0, 1e4, 1e5, 1e7];
        // At a breakpoint itself the value may be that of either side.
        let breakpoints = breakpoints.iter().flat_map(|t| [t - 1e-9 * t, t + 1e-9 * t]);
        let places = (0..100_000).map(|i| 10f64.powf(9.32 * (f64::from(i) + 0.31) / 1e5));
        let found = batch.table_error_at(places.chain(breakpoints));
        println!(
            "{}: table to {error:e} has {found:.1e}, {:.1} MB, {:.3} % covered",
            network.structure().name,
            1e-6 * batch.table_size() as f64,
            100.0 * batch.table_coverage()
        );
        assert!(found <= error && batch.table_coverage() > 0.98);
    }
}

#[test]
fn tables_are_as_exact_as_they_say() {
    table_is_exact::<Molecular>();
    table_is_exact::<Atomic>();
}

#[test]
fn cells_come_from_a_file_and_go_to_one() {
    let reference = concat!(env!("CARGO_MANIFEST_DIR"), "/reference/bench500_molecular.csv");
    let mut cells = molecular::Cells::from_csv(reference).expect("the file");
    let network = Molecular::default();
    let report = Batch::new(&network).advance(&mut cells, 1e3 * YEAR).expect("settings");
    assert_eq!((cells.len(), report.failures().count()), (500, 0));
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("later.csv");
    cells.to_csv(&path, 1e3 * YEAR).expect("written");
    let again = molecular::Cells::from_csv(&path).expect("the file");
    assert_eq!((&again[..], again.ids()), (&cells[..], cells.ids()));
    std::fs::write(&path, "id,T_K,n_Hx\n1,10,1\n").expect("written");
    let error = molecular::Cells::from_csv(&path).expect_err("no such species").to_string();
    assert!(error.contains("Hx"), "{error}");
    std::fs::write(&path, "id,T_K,n_H2,zeta_cr,redshift\n1,10,1e3,1e-16,2\n").expect("written");
    let few = molecular::Cells::from_csv(&path).expect("the file");
    let [cell] = &few[..] else { panic!("{few:?}") };
    assert_eq!((cell.n(molecular::Species::H2), cell.n.total()), (1e3, 1e3), "species without a column");
    let [warning] = few.warnings() else { panic!("{few:?}") };
    assert!(warning.to_string().contains("redshift"), "{warning}");
    assert!(
        format!("{few:?}").contains("(\"zeta_cr\", [1e-16])"),
        "a column of a parameter per cell: {few:?}"
    );
}

/// Numbers that simulations have, and those that they should not.
fn any_number() -> impl Strategy<Value = f64> {
    prop_oneof![
        8 => (-40.0..12.0f64).prop_map(|log| 10f64.powf(log)),
        1 => prop_oneof![Just(0.0), Just(1e-40), Just(1e-320), Just(f64::MAX)],
        1 => prop_oneof![Just(-1.0), Just(f64::NAN), Just(f64::INFINITY), Just(-0.0)],
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    /// Whatever is in a cell: it ends sound, or unchanged with the reason.
    #[test]
    fn any_cell_ends_sound_or_unchanged(
        densities in proptest::collection::vec(any_number(), 9),
        t_gas in prop_oneof![4 => (0.0..9.5f64).prop_map(|log| 10f64.powf(log)), 1 => any_number()],
        dt in prop_oneof![4 => (-5.0..20.0f64).prop_map(|log| 10f64.powf(log)), 1 => any_number()],
    ) {
        let network = Molecular::default();
        let n = network.structure().unknown_count();
        let mut y = densities;
        y.push(t_gas);
        let before = y.clone();
        let report = Batch::new(&network).max_steps(3000).advance(Rows::new(&mut y, n), dt).expect("settings");
        let status = report.cells[0].status;
        let valid_n = before[..9].iter().all(|n| *n >= 0.0 && *n <= 1e100);
        let valid_t = t_gas > 0.0 && t_gas.is_finite();
        let valid_dt = dt >= 0.0 && dt.is_finite();
        match status {
            Status::InvalidDensity => prop_assert!(!valid_n),
            Status::InvalidTemperature => prop_assert!(valid_n && !valid_t),
            Status::InvalidTime => prop_assert!(valid_n && valid_t && !valid_dt),
            _ => prop_assert!(valid_n && valid_t && valid_dt),
        }
        if !status.is_ok() {
            prop_assert!(y.iter().zip(&before).all(|(a, b)| a.to_bits() == b.to_bits()));
            return Ok(());
        }
        prop_assert!(y.iter().all(|y| *y >= 0.0 && y.is_finite()), "{y:?}");
        let structure = network.structure();
        for law in 0..structure.law_count() {
            let sum = |y: &[f64], size: bool| -> f64 {
                let terms = structure.law(law).iter().zip(y).map(|(c, n)| *c as f64 * n);
                if size { terms.map(f64::abs).sum() } else { terms.sum() }
            };
            let size = sum(&before, true).max(sum(&y, true));
            // Subnormal densities count as zero.
            let least = 100.0 * f64::MIN_POSITIVE;
            prop_assert!((sum(&y, false) - sum(&before, false)).abs() <= 1e-12 * size + least, "{y:?}");
        }
    }
}
