//! Each cell in its own environment: the batch against one call per cell with the network's parameters set so, against the
//! BDF and the interpreter; what does not fit is refused before anything changes.
#![allow(clippy::expect_used, clippy::unwrap_used, clippy::print_stdout)] // tests fail by panicking and print their figures

use std::path::Path;

use chem_networks::molecular::Molecular;
use chem_solver::batch::{Batch, BatchError, Instructions, Rows, Status, StepMeasure};
use chem_solver::bdf::Bdf;
use chem_solver::network::{
    ChemNetwork, Environment, EnvironmentError, GenericNetwork, Given, Interpreted, TypedNetwork,
};
use chem_solver::scalar::{Dual, Scalar};
use chem_solver::units::YEAR;
use chem_tests::states::{random, random_cells};

chem_runtime::chem_network!("networks/environment.net");
chem_runtime::chem_network!("networks/environment.net" as environment_looped, looped);

use environment::Environment as Made;
use environment_looped::Environment as Looped;

const COUNT: usize = 60;

/// Values of a parameter for each cell, over two decades about one.
fn spread(about: f64, phase: f64) -> Vec<f64> {
    (0..COUNT).map(|cell| about * 10f64.powf((cell as f64 * 0.7 + phase).sin())).collect()
}

fn cells_of<N: TypedNetwork>(name: &str) -> Vec<f64> {
    let network = N::default();
    let domain = N::DOMAINS.iter().find(|domain| domain.name == name).expect("the domain");
    let draw = |index| {
        let mut stream = chem_solver::network::domain::random_stream(5, index);
        domain.draw(network.structure(), &mut stream).expect("a neutral state")
    };
    (0..COUNT as u64).flat_map(draw).collect()
}

fn environment_of<'a>(fields: &'a [(&'a str, Vec<f64>)]) -> Environment<'a> {
    fields.iter().fold(Environment::new(), |all, (name, values)| all.each(*name, values))
}

/// The network with the values of a cell.
fn with<N: TypedNetwork>(fields: &[(&str, Vec<f64>)], cell: usize) -> N {
    let mut network = N::default();
    for (name, values) in fields {
        network.set_parameter(name, values[cell]).expect("a parameter");
    }
    network
}

fn assert_near(a: &[f64], b: &[f64], tolerance: f64, what: &str) {
    let least = 1e-20 * a[..a.len() - 1].iter().sum::<f64>();
    for (i, (a, b)) in a.iter().zip(b).enumerate() {
        assert!(
            (a - b).abs() <= tolerance * a.abs().max(b.abs()) + least,
            "{what}, unknown {i}: {a:e} {b:e}"
        );
    }
}

/// The batch with values per cell against a batch per cell with the network's parameters set so.
fn equals_one_call_per_cell<N: TypedNetwork>(start: &[f64], fields: &[(&str, Vec<f64>)], dt: f64) {
    let n = N::default().structure().unknown_count();
    for instructions in [Instructions::detect(), Instructions::Fma] {
        let batch = Batch::new(N::default()).rtol(1e-4).instructions(instructions);
        let mut all = start.to_vec();
        let report = batch.advance_with(Rows::new(&mut all, n), &environment_of(fields), dt).expect("fits");
        assert_eq!(report.failures().count(), 0, "{report}");
        let mut moved = 0;
        for cell in 0..COUNT {
            let mut alone = start[cell * n..(cell + 1) * n].to_vec();
            let single = Batch::new(with::<N>(fields, cell)).rtol(1e-4).instructions(instructions);
            let found = single.advance(Rows::new(&mut alone, n), dt).expect("fits");
            assert_eq!(found.cells[0], report.cells[cell]);
            assert_near(&alone, &all[cell * n..(cell + 1) * n], 1e-12, &format!("cell {cell}"));
            moved += usize::from(alone != start[cell * n..(cell + 1) * n]);
        }
        assert_eq!(moved, COUNT);
    }
}

fn molecular_fields() -> Vec<(&'static str, Vec<f64>)> {
    vec![
        ("zeta_cr", spread(3e-17, 0.0)),
        ("g0", spread(5e-3, 1.0)),
        ("metallicity", spread(0.5, 2.0)),
        ("dust_to_gas", spread(0.3, 3.0)),
    ]
}

fn made_fields() -> Vec<(&'static str, Vec<f64>)> {
    let mut depth = spread(1.0, 2.0);
    depth[7] = 0.0;
    let mut field = spread(1.0, 1.0);
    field[9] = 0.0;
    let shift =
        spread(0.1, 3.0).into_iter().enumerate().map(|(i, x)| if i % 2 == 0 { x } else { -x }).collect();
    vec![("zeta", spread(3e-17, 0.0)), ("field", field), ("depth", depth), ("shift", shift)]
}

#[test]
fn a_batch_equals_one_call_per_cell() {
    equals_one_call_per_cell::<Molecular>(
        &random_cells(&Molecular::default(), COUNT as u64),
        &molecular_fields(),
        1e5 * YEAR,
    );
    equals_one_call_per_cell::<Made>(&cells_of::<Made>("all"), &made_fields(), 1e4 * YEAR);
    // Without functions of parameters: the network is made anew for each cell.
    equals_one_call_per_cell::<Looped>(&cells_of::<Looped>("all"), &made_fields(), 1e4 * YEAR);
}

/// Against another solver, each cell with a network of its own.
#[test]
fn a_batch_agrees_with_the_bdf() {
    let (fields, start) = (made_fields(), cells_of::<Made>("all"));
    let n = Made::default().structure().unknown_count();
    let mut all = start.clone();
    let batch = Batch::new(Made::default()).rtol(1e-7).table_error(1e-8).least_abundance(0.0);
    batch.advance_with(Rows::new(&mut all, n), &environment_of(&fields), 1e4 * YEAR).expect("fits");
    for (cell, row) in all.chunks_exact(n).enumerate() {
        let network = with::<Made>(&fields, cell);
        let bdf = Bdf::new(&network).rtol(1e-9);
        let mut end = vec![0.0; n];
        bdf.integrate(&mut bdf.workspace(), &start[cell * n..][..n], &[1e4 * YEAR], &mut end)
            .expect("solves");
        assert_near(&end, row, 1e-4, &format!("cell {cell}"));
    }
}

/// One value for all, strides, defaults, time steps for each, output times: the same numbers.
#[test]
fn shapes_do_not_matter() {
    let n = Molecular::default().structure().unknown_count();
    let start = random_cells(&Molecular::default(), COUNT as u64);
    let batch = Batch::new(Molecular::default());
    let run = |environment: &Environment<'_>| {
        let mut cells = start.clone();
        batch.advance_with(Rows::new(&mut cells, n), environment, 1e4 * YEAR).expect("fits");
        cells
    };
    let zeta = spread(1e-16, 0.0);
    let each = run(&Environment::new().each("zeta_cr", &zeta));
    let wide: Vec<f64> = zeta.iter().flat_map(|value| [*value, f64::NAN, f64::NAN]).collect();
    assert_eq!(each, run(&Environment::new().strided("zeta_cr", &wide, 3)));
    let mut cells = start.clone();
    let environment = Environment::new().each("zeta_cr", &zeta);
    batch.advance_each_with(Rows::new(&mut cells, n), &environment, &[1e4 * YEAR; COUNT]).expect("fits");
    assert_eq!(each, cells);
    let (mut cells, mut states) = (start.clone(), vec![0.0; 2 * COUNT * n]);
    let times = [5e3 * YEAR, 1e4 * YEAR];
    batch.advance_through_with(Rows::new(&mut cells, n), &environment, &times, &mut states).expect("fits");
    assert_eq!(each, cells);
    let default = run(&Environment::new());
    assert_eq!(default, run(&Environment::new().all("zeta_cr", 3e-17)));
    assert_eq!(default, run(&Environment::new().each("zeta_cr", &[3e-17; COUNT])));
    assert_eq!(
        run(&Environment::new().all("zeta_cr", 1e-15)),
        run(&Environment::new().strided("zeta_cr", &[1e-15], 0))
    );
    assert_ne!(default, each);
}

#[test]
fn what_does_not_fit_is_refused_before_anything_changes() {
    let n = Molecular::default().structure().unknown_count();
    let start = random_cells(&Molecular::default(), COUNT as u64);
    let batch = Batch::new(Molecular::default());
    let refused = |environment: Environment<'_>, words: &[&str]| {
        let mut cells = start.clone();
        let error =
            batch.advance_with(Rows::new(&mut cells, n), &environment, YEAR).expect_err("does not fit");
        assert!(matches!(error, BatchError::Environment(_)), "{error}");
        for word in words {
            assert!(error.to_string().contains(word), "{error}");
        }
        assert_eq!(cells, start);
    };
    let with = |cell: usize, value: f64| {
        let mut values = vec![1e-17; COUNT];
        values[cell] = value;
        values
    };
    refused(Environment::new().all("zeta_c", 1.0), &["`zeta_c`", "did you mean `zeta_cr`?"]);
    refused(
        Environment::new().all("redshift", 1.0),
        &["`redshift`", "whole network `molecular`", "per cell"],
    );
    refused(Environment::new().all("g0", 1.0).each("g0", &[1.0; COUNT]), &["`g0`", "twice"]);
    refused(Environment::new().each("g0", &[1.0; COUNT + 1]), &["`g0`", "61", "60 cells"]);
    refused(Environment::new().strided("g0", &[1.0; 2 * COUNT - 2], 2), &["`g0`", "118", "119"]);
    refused(Environment::new().strided("g0", &[1.0; 9], usize::MAX), &["`g0`"]);
    refused(Environment::new().each("zeta_cr", &with(17, f64::NAN)), &["`zeta_cr`", "cell 17", "NaN"]);
    refused(
        Environment::new().each("zeta_cr", &with(59, f64::INFINITY)),
        &["`zeta_cr`", "cell 59", "finite"],
    );
    refused(Environment::new().each("zeta_cr", &with(0, -1e-17)), &["`zeta_cr`", "cell 0", "not negative"]);
    refused(Environment::new().all("zeta_cr", -1e-17), &["`zeta_cr`", "-1e-17;"]);
    let made = Batch::new(Made::default());
    let mut cells = cells_of::<Made>("all");
    let signed = Environment::new().all("shift", -0.5);
    assert!(made.advance_with(Rows::new(&mut cells, 5), &signed, YEAR).is_ok());
    let error = made.slopes_with(&Environment::new().each("zeta", &[1.0]), &cells, &mut [0.0; 10]);
    assert!(matches!(error, Err(EnvironmentError::Length { found: 1, expected: 2, .. })), "{error:?}");
}

/// Where a function of the parameters is infinite the BDF, which evaluates expressions as they are, takes the cell: what is
/// infinite at other temperatures only does not matter to it.
#[test]
fn cells_with_infinite_factors_fall_back() {
    let mut cells = cells_of::<Made>("all");
    let depth: Vec<f64> = (0..COUNT).map(|cell| if cell == 3 { 0.0 } else { 1.0 }).collect();
    let field: Vec<f64> = (0..COUNT).map(|cell| if cell == 4 { 1e100 } else { 1.0 }).collect();
    let environment = Environment::new().each("depth", &depth).each("field", &field);
    let report = Batch::new(Made::default()).advance_with(Rows::new(&mut cells, 5), &environment, 1e-60);
    for (cell, report) in report.expect("fits").cells.iter().enumerate() {
        let expected = match cell {
            3 => report.status == Status::Fallback,
            4 => report.steps == 0,
            _ => report.status == Status::Done && report.steps > 0,
        };
        assert!(expected, "cell {cell}: {report:?}");
    }
    assert!(cells.iter().all(|value| value.is_finite()));
}

/// Right-hand sides and productions of many rows, steps: each row in its own environment.
#[test]
fn rows_are_evaluated_in_their_environment() {
    rows_of::<Made>();
    rows_of::<Looped>();
}

fn rows_of<N: TypedNetwork>() {
    let (fields, rows) = (made_fields(), cells_of::<N>("all"));
    let environment = environment_of(&fields);
    let n = N::default().structure().unknown_count();
    let batch = Batch::new(N::default());
    let mut slopes = vec![0.0; rows.len()];
    batch.slopes_with(&environment, &rows, &mut slopes).expect("fits");
    let mut production = vec![[0.0; 2]; COUNT];
    batch.production_and_loss_with(&environment, &rows, 1, &mut production).expect("fits");
    let (dt, mut ends, mut sizes) = (vec![1e3 * YEAR; COUNT], rows.clone(), vec![0.0; COUNT]);
    let measure = StepMeasure::Error;
    batch.one_step_with(&environment, measure, (&rows, &dt), (&mut ends, &mut sizes)).expect("fits");
    for (cell, row) in rows.chunks_exact(n).enumerate() {
        let own = Batch::new(with::<N>(&fields, cell));
        let mut alone = vec![0.0; n];
        own.slopes(row, &mut alone);
        assert_eq!(alone, slopes[cell * n..][..n], "cell {cell}");
        let mut of_row = [[0.0; 2]];
        own.production_and_loss(row, 1, &mut of_row);
        assert_eq!(of_row[0], production[cell]);
        let (mut end, mut size) = (row.to_vec(), [0.0]);
        own.one_step(measure, row, &dt[..1], &mut end, &mut size);
        assert_near(&end, &ends[cell * n..][..n], 1e-12, "the end of a step");
    }
}

/// The generated functions against the interpreter, whatever the parameters, and the Jacobian against dual numbers.
#[test]
fn generated_functions_agree_with_the_interpreter_and_dual_numbers() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("networks/environment.net");
    let interpreted = Interpreted::load(path).expect("a network");
    let (made, looped) = (Made::default(), Looped::default());
    let n = made.structure().unknown_count();
    for (index, y) in random(n - 1, &made.structure().breakpoints, 300, 9).iter().enumerate() {
        let scale = 10f64.powf((index as f64).sin());
        let parameters = [3e-17 * scale, scale, 0.3 / scale, -0.4 * scale, 50.0 * scale, 1.5];
        let t = 1e8 * scale;
        let reference = interpreted.with_parameters(&parameters);
        let values = |network: &dyn ChemNetwork| {
            let network = network.with_parameters(&parameters);
            assert_eq!(network.parameter_values(), parameters);
            let (mut rhs, mut jacobian) = (vec![0.0; n], vec![0.0; network.structure().jacobian_count()]);
            network.rhs(t, y, &mut rhs);
            network.jacobian(t, y, &mut jacobian);
            (rhs, jacobian)
        };
        let (rhs, jacobian) = values(&*reference);
        let (size, steepest) = (largest(&rhs), largest(&jacobian));
        for network in [&made as &dyn ChemNetwork, &looped] {
            let (found, found_jacobian) = values(network);
            assert!(differences(&rhs, &found) <= 1e-11 * size, "{rhs:?} {found:?} at {y:?}");
            assert!(
                differences(&jacobian, &found_jacobian) <= 1e-11 * steepest,
                "{jacobian:?} {found_jacobian:?}"
            );
        }
        set_apart(&made, &parameters, (t, y), (&rhs, &jacobian));
    }
}

fn largest(values: &[f64]) -> f64 {
    values.iter().fold(0.0, |largest, value| value.abs().max(largest))
}

fn differences(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).fold(0.0, |largest, (a, b)| (a - b).abs().max(largest))
}

/// The functions that lanes are given the functions of T and of the parameters of, and their Jacobian by dual numbers.
fn set_apart(network: &Made, parameters: &[f64], (t, y): (f64, &[f64]), (rhs, jacobian): (&[f64], &[f64])) {
    let n = y.len();
    let network = network.at_parameters(parameters);
    let mut environment = vec![0.0; network.environment_count()];
    network.environment(parameters, &mut environment);
    let mut duals = vec![Dual::<1>::fixed(0.0); network.temperature_functions().functions];
    network.t_functions_generic(Dual::variable(y[n - 1], 0), &mut duals);
    let functions: Vec<f64> = duals.iter().map(|dual| dual.value).collect();
    let slopes: Vec<f64> = duals.iter().map(|dual| dual.derivatives[0]).collect();
    let given = Given { environment: &environment, functions: &functions, slopes: &slopes };
    let (mut at, mut beside, mut jacobian_at) = (vec![0.0; n], vec![0.0; n], vec![0.0; jacobian.len()]);
    network.rhs_at_generic(t, y, given, &mut at);
    network.jacobian_at_generic(t, y, given, [&mut beside, &mut jacobian_at]);
    let (size, steepest) = (largest(rhs), largest(jacobian));
    assert!(
        differences(rhs, &at) <= 1e-11 * size && differences(rhs, &beside) <= 1e-11 * size,
        "{rhs:?} {at:?}"
    );
    assert!(differences(jacobian, &jacobian_at) <= 1e-10 * steepest, "{jacobian:?} {jacobian_at:?}");
    let (mut by_time, mut by_time_at) = (vec![0.0; n], vec![0.0; n]);
    network.time_derivative(t, y, &mut by_time);
    network.time_derivative_at_generic(t, y, &environment, &mut by_time_at);
    assert!(differences(&by_time, &by_time_at) <= 1e-13 * largest(&by_time));
    let structure = network.structure();
    for column in 0..n {
        let dual = |values: &[f64]| values.iter().map(|value| Dual::<1>::fixed(*value)).collect::<Vec<_>>();
        let mut state = dual(y);
        state[column] = Dual::variable(y[column], 0);
        let by_t = if column + 1 == n { duals.clone() } else { dual(&functions) };
        let (environment, slopes) = (dual(&environment), dual(&slopes));
        let given = Given { environment: &environment, functions: &by_t, slopes: &slopes };
        let mut out = vec![Dual::constant(0.0); n];
        network.rhs_at_generic(Dual::fixed(t), &state, given, &mut out);
        for (row, value) in structure.jacobian_values(column, &jacobian_at) {
            let expected = out[row].derivatives[0];
            assert!(
                (value - expected).abs() <= 1e-11 * steepest,
                "J[{row}, {column}] {value:e} {expected:e}"
            );
        }
    }
}

/// A factor leaves the table as it is, which clones then share; what is tabulated makes it anew.
#[test]
fn setting_a_factor_makes_no_table() {
    let of = |name: &str, value: f64| {
        let batch = Batch::new(Made::default());
        let mut other = batch.clone();
        other.set_parameter(name, value).expect("a parameter");
        assert_eq!(other.network().parameter_values(), with_value(name, value));
        let shares = batch.shares_table_with(&other);
        // Whatever was done, the results are those of a batch made for these parameters.
        let mut network = Made::default();
        network.set_parameter(name, value).expect("a parameter");
        let (mut a, mut b) = (cells_of::<Made>("all"), cells_of::<Made>("all"));
        other.advance(Rows::new(&mut a, 5), 1e3 * YEAR).expect("fits");
        Batch::new(network).advance(Rows::new(&mut b, 5), 1e3 * YEAR).expect("fits");
        assert_eq!(a, b, "{name}");
        shares
    };
    for (name, value) in [("zeta", 1e-15), ("field", 3.0), ("depth", 2.0), ("shift", -0.4), ("scale", 7.0)] {
        assert!(of(name, value), "{name}");
    }
    assert!(!of("barrier", 70.0));
    // Of the networks of this project, all parameters are factors and terms.
    let batch = Batch::new(Molecular::default());
    for name in Molecular::default().structure().parameters.iter() {
        let mut other = batch.clone();
        other.set_parameter(name, 0.25).expect("a parameter");
        assert!(batch.shares_table_with(&other), "{name}");
    }
}

fn with_value(name: &str, value: f64) -> Vec<f64> {
    let mut network = Made::default();
    network.set_parameter(name, value).expect("a parameter");
    network.parameter_values()
}
