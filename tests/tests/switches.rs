//! Switches are on or off, wherever parameters are set; any other value is refused by name and changes nothing.
#![allow(clippy::expect_used, clippy::panic)] // tests fail by panicking
#![expect(unsafe_code, reason = "calls what a host calls")]

use std::ffi::CStr;
use std::path::Path;

use chem_host::calls;
use chem_solver::batch::{Batch, BatchError, Rows};
use chem_solver::data::states_csv::{self, NeutralityCheck, read_states};
use chem_solver::network::{
    ChemNetwork, Environment, EnvironmentError, Interpreted, ParameterError, TypedNetwork,
};
use chem_solver::structure::ParameterKind;
use chem_solver::units::YEAR;

chem_runtime::chem_network!("networks/energy.net");
chem_runtime::chem_network!("networks/energy.net" as energy_looped, looped);

use energy::Energy;
use energy_looped::Energy as Looped;

const WRONG: [f64; 6] = [0.5, 2.0, -1.0, 1e-300, f64::NAN, f64::INFINITY];
const MOLECULES: [f64; 5] = [1e-3, 1e2, 1e-3, 5e3, 40.0];

fn interpreted() -> Interpreted {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("networks/energy.net");
    Interpreted::load(file).unwrap_or_else(|report| panic!("{report}"))
}

fn accepts_on_and_off_alone(network: &mut dyn ChemNetwork) {
    assert_eq!(*network.structure().kinds, [ParameterKind::Switch; 3]);
    assert_eq!(network.parameter_values(), [1.0, 1.0, 0.0]);
    for value in WRONG {
        let error = network.set_parameter("heated", value).expect_err("neither on nor off");
        assert!(matches!(&error, ParameterError::Switch { name, .. } if name == "heated"), "{error:?}");
        let text = format!("{error}; {}", error.help());
        assert!(["`heated`", "on", "off"].iter().all(|word| text.contains(word)), "{text}");
        assert_eq!(network.parameter_values(), [1.0, 1.0, 0.0]);
    }
    for value in [0.0, 1.0, 0.0] {
        network.set_parameter("heated", value).expect("a position");
        assert_eq!(network.parameter_values(), [value, 1.0, 0.0]);
    }
    let unknown = network.set_parameter("heatd", 1.0).expect_err("a slip");
    assert!(matches!(unknown, ParameterError::Unknown(_)));
    let mut heating = [f64::NAN];
    network.heating(0.0, &MOLECULES, &mut heating);
    assert_eq!(heating, [0.0], "what is off does not heat");
}

#[test]
fn networks_accept_on_and_off_alone() {
    accepts_on_and_off_alone(&mut Energy::default());
    accepts_on_and_off_alone(&mut Looped::default());
    accepts_on_and_off_alone(&mut interpreted());
}

#[test]
fn batches_refuse_what_networks_refuse() {
    let mut batch = Batch::new(Energy::default());
    for value in WRONG {
        assert!(matches!(batch.set_parameter("cooled", value), Err(ParameterError::Switch { .. })));
    }
    batch.set_parameter("cooled", 0.0).expect("off");
    assert_eq!(batch.network().parameter_values(), [1.0, 0.0, 0.0]);
}

/// Cells in the light lose their molecules, the others keep them.
fn each_cell_has_its_own<N: TypedNetwork>() {
    let batch = Batch::new(N::default());
    let start = [MOLECULES; 4].concat();
    let mut cells = start.clone();
    let lit = [0.0, 1.0, 0.0, 1.0];
    let environment = Environment::new().each("lit", &lit);
    let report = batch.advance_with(Rows::new(&mut cells, 5), &environment, 1e3 * YEAR).expect("fits");
    assert_eq!(report.failures().count(), 0, "{report}");
    for (lit, cell) in lit.iter().zip(cells.chunks_exact(5)) {
        assert_eq!(cell[3] < 0.1 * MOLECULES[3], *lit == 1.0, "{lit}: {cell:?}");
    }
    for wrong in WRONG {
        let mut cells = start.clone();
        let values = [0.0, 1.0, wrong, 0.0];
        for (environment, place) in
            [(Environment::new().each("lit", &values), Some(2)), (Environment::new().all("lit", wrong), None)]
        {
            match batch.advance_with(Rows::new(&mut cells, 5), &environment, YEAR) {
                Err(BatchError::Environment(error)) => {
                    let (EnvironmentError::Switch { cell, .. } | EnvironmentError::Value { cell, .. }) =
                        &error
                    else {
                        panic!("{error}")
                    };
                    assert_eq!(*cell, place);
                    assert!(error.to_string().contains("`lit`"), "{error}");
                }
                other => panic!("{other:?}"),
            }
            assert_eq!(cells, start);
        }
    }
    let whole = Environment::new().all("heated", 1.0);
    let refused = batch.advance_with(Rows::new(&mut cells, 5), &whole, YEAR);
    assert!(matches!(refused, Err(BatchError::Environment(EnvironmentError::WholeNetwork { .. }))));
}

#[test]
fn cells_are_on_or_off_each() {
    each_cell_has_its_own::<Energy>();
    each_cell_has_its_own::<Looped>();
}

#[test]
fn columns_hold_on_or_off() {
    let folder = tempfile::tempdir().expect("a folder");
    let network = Energy::default();
    let read = |values: [&str; 4]| {
        let rows: Vec<String> =
            values.iter().enumerate().map(|(id, value)| format!("{id},40,{value},1")).collect();
        let file = folder.path().join("states.csv");
        std::fs::write(&file, format!("id,T_K,lit,n_H2\n{}\n", rows.join("\n"))).expect("a file");
        read_states(&file, network.structure(), states_csv::Rows::FirstOfEachId, NeutralityCheck::Required)
    };
    let states = read(["on", "off", "1", "0"]).unwrap_or_else(|errors| panic!("{errors}")).states;
    let values: Vec<_> = states.iter().map(|state| state.environment.clone()).collect();
    assert_eq!(values, [1.0, 0.0, 1.0, 0.0].map(|value| vec![(2, value)]));
    let errors = read(["on", "0.5", "ON", ""]).expect_err("three of no position");
    assert_eq!(errors.0.len(), 3, "{errors}");
    for (error, line) in errors.0.iter().zip(3..) {
        assert_eq!((error.line, error.column.as_deref()), (Some(line), Some("lit")));
        assert!(error.remedy.contains("on") && error.remedy.contains("off"), "{error}");
    }
}

#[test]
fn hosts_turn_them_on_and_off() {
    let mut error = 0;
    // SAFETY: the place of the error is there; the solver is given back once, the names end with 0.
    unsafe {
        let solver = calls::new::<Energy>(4, 1e-4, 1e-20, 1, &raw mut error);
        assert_eq!(error, 0);
        for value in WRONG {
            assert_eq!(calls::set_parameter(solver, c"heated".as_ptr(), value), -8);
            let text = CStr::from_ptr(calls::last_error()).to_string_lossy();
            assert!(text.contains("`heated`"), "{text}");
        }
        for value in [0.0, 1.0] {
            assert_eq!(calls::set_parameter(solver, c"heated".as_ptr(), value), 0);
            let mut found = f64::NAN;
            assert_eq!(calls::get_parameter(solver, c"heated".as_ptr(), &raw mut found), 0);
            assert_eq!(found, value);
        }
        calls::free(solver);
    }
}
