//! Prediction against the same formulae written plainly.
#![allow(clippy::unwrap_used, clippy::panic)] // tests fail by panicking

#[path = "../../solver/tests/toy/mod.rs"]
mod toy;

use chem_emulator::checkpoint::{Checkpoint, Problem, Provenance};
use chem_emulator::config::{Activation, Axis, InitialCondition, Kind, Seconds, Variables};
use chem_emulator::{Config, EmulatorError, NamedArray, OutOfDomain, Pinn};
use chem_solver::advance::{Advance, AdvanceError, Outcome};
use chem_solver::network::ChemNetwork;

const INITIAL: [f64; 4] = [90.0, 0.25, 1e-4, 1000.0];

fn array(name: &str, shape: &[usize], phase: f64, scale: f64) -> NamedArray {
    let count = shape.iter().product::<usize>();
    NamedArray::new(name, shape, (0..count).map(|i| scale * (1.3 * i as f64 + phase).sin()).collect())
}

fn checkpoint(change: impl FnOnce(&mut Config)) -> Checkpoint {
    let network = toy::Toy::new(toy::Thermal);
    let mut config = Config::new("toy.net");
    (config.model.width, config.model.depth) = (7, 2);
    change(&mut config);
    let mut weights = vec![
        array("hidden.0.weight", &[1, 7], 0.1, 4.0),
        array("hidden.0.bias", &[7], 0.2, 2.0),
        array("hidden.1.weight", &[7, 7], 0.3, 0.6),
        array("hidden.1.bias", &[7], 0.4, 0.3),
        array("output.weight", &[7, 4], 0.5, 0.4),
        array("output.bias", &[4], 0.6, 0.2),
    ];
    if config.model.activation == Activation::AdaptiveSigmoid {
        weights.push(array("hidden.0.slope", &[7], 0.7, 1.5));
        weights.push(array("hidden.1.slope", &[7], 0.8, 1.5));
    }
    Checkpoint {
        provenance: Provenance::new(network.structure(), config),
        low: INITIAL.to_vec(),
        high: INITIAL.to_vec(),
        weights,
        snapshot: None,
    }
}

/// The network at one time, as the formulae say.
fn plain(checkpoint: &Checkpoint, t: f64) -> Vec<f64> {
    let config = &checkpoint.provenance.config;
    let values = |name: &str| &checkpoint.weights.iter().find(|a| a.name == name).unwrap().values;
    let dense = |name: &str, x: &[f64]| -> Vec<f64> {
        let (weight, bias) = (values(&format!("{name}.weight")), values(&format!("{name}.bias")));
        let sum = |j: usize| (0..x.len()).map(|i| x[i] * weight[i * bias.len() + j]).sum::<f64>();
        (0..bias.len()).map(|j| bias[j] + sum(j)).collect()
    };
    let activate = |layer: usize, units: Vec<f64>| -> Vec<f64> {
        let one = |(j, x): (usize, f64)| match config.model.activation {
            Activation::Tanh => x.tanh(),
            Activation::Silu => x / (1.0 + (-x).exp()),
            Activation::Sine => x.sin(),
            Activation::AdaptiveSigmoid => {
                1.0 / (1.0 + (-values(&format!("hidden.{layer}.slope"))[j] * x).exp())
            }
        };
        units.into_iter().enumerate().map(one).collect()
    };
    let (tau, start, end) = match config.time.axis {
        Axis::Log => {
            let shift = config.time.start.0;
            ((t + shift).log10(), shift.log10(), (config.time.end.0 + shift).log10())
        }
        Axis::Linear => (t, 0.0, config.time.end.0),
    };
    let x = (tau - start) / (end - start);
    let units = activate(0, dense("hidden.0", &[2.0 * x - 1.0]));
    let units = activate(1, dense("hidden.1", &units));
    let outputs = dense("output", &units);
    let log = config.variables == Variables::Log;
    let start = |k: usize| if log { INITIAL[k].log10() } else { INITIAL[k] };
    let value = |(k, y): (usize, f64)| {
        let y = if config.initial_condition == InitialCondition::Hard { start(k) + x * y } else { y };
        if log { 10f64.powf(y) } else { y }
    };
    outputs.into_iter().enumerate().map(value).collect()
}

/// A DGM of one layer and two units, with other gates for each.
fn deep_galerkin(slope: f64) -> (Checkpoint, impl Fn(f64) -> Vec<f64>) {
    let mut checkpoint = checkpoint(|config| {
        config.model.kind = Kind::Dgm;
        (config.model.width, config.model.depth) = (2, 1);
        config.model.activation = Activation::AdaptiveSigmoid;
        config.variables = Variables::Linear;
        config.time.axis = Axis::Linear;
        (config.time.start, config.time.end) = (Seconds(0.0), Seconds(1.0));
        config.initial_condition = InitialCondition::Soft;
    });
    checkpoint.weights = vec![
        array("first.weight", &[1, 2], 0.1, 2.0),
        array("first.bias", &[2], 0.2, 1.0),
        NamedArray::new("first.slope", [2], vec![slope; 2]),
        array("output.weight", &[2, 4], 0.3, 1.0),
        array("output.bias", &[4], 0.4, 1.0),
    ];
    for (letter, phase) in [("z", 1.0), ("g", 2.0), ("r", 3.0), ("h", 4.0)] {
        let name = |part: &str| format!("layers.0.{letter}.{part}");
        checkpoint.weights.extend([
            array(&name("input"), &[1, 2], phase + 0.1, 1.0),
            array(&name("weight"), &[2, 2], phase + 0.2, 1.0),
            array(&name("bias"), &[2], phase + 0.3, 1.0),
            NamedArray::new(name("slope"), [2], vec![slope; 2]),
        ]);
    }
    let weights = checkpoint.weights.clone();
    let formula = move |t: f64| {
        let w = |name: &str, i: usize| weights.iter().find(|a| a.name == name).unwrap().values[i];
        let x = 2.0 * t - 1.0;
        let sigma = |x: f64| 1.0 / (1.0 + (-slope * x).exp());
        let two = |f: &dyn Fn(usize) -> f64| [f(0), f(1)];
        // Eqs 26-28 of Branca & Pallottini 2023.
        let phi = two(&|j| sigma(x * w("first.weight", j) + w("first.bias", j)));
        let gate = |letter: &str, phi: [f64; 2]| {
            let name = |part: &str| format!("layers.0.{letter}.{part}");
            two(&|j| {
                let state = phi[0] * w(&name("weight"), j) + phi[1] * w(&name("weight"), 2 + j);
                sigma(x * w(&name("input"), j) + state + w(&name("bias"), j))
            })
        };
        let (z, g, r) = (gate("z", phi), gate("g", phi), gate("r", phi));
        let h = gate("h", [phi[0] * r[0], phi[1] * r[1]]);
        let phi = two(&|j| (1.0 - g[j]) * h[j] + z[j] * phi[j]);
        let out = |k: usize| phi[0] * w("output.weight", k) + phi[1] * w("output.weight", 4 + k);
        (0..4).map(|k| out(k) + w("output.bias", k)).collect()
    };
    (checkpoint, formula)
}

#[test]
fn the_gates_of_a_deep_galerkin_network_follow_their_formula() {
    let (checkpoint, formula) = deep_galerkin(1.7);
    let pinn = Pinn::new(&checkpoint).unwrap();
    for i in 0..=20 {
        let t = f64::from(i) / 20.0;
        let mut row = [0.0; 4];
        pinn.evaluate(&INITIAL, &[t], &mut row).unwrap();
        for (value, exact) in row.iter().zip(formula(t)) {
            assert!((value - exact).abs() < 1e-13, "{t}: {value} {exact}");
        }
    }
    let mut broken = checkpoint;
    broken.weights.retain(|array| array.name != "layers.0.r.input");
    assert!(matches!(Pinn::new(&broken).unwrap_err(), Problem::Inconsistent(_)));
}

fn compare(checkpoint: &Checkpoint, times: &[f64]) {
    let pinn = Pinn::new(checkpoint).unwrap();
    let mut out = vec![0.0; 4 * times.len()];
    pinn.evaluate(&INITIAL, times, &mut out).unwrap();
    for (t, row) in times.iter().zip(out.chunks_exact(4)) {
        for (value, exact) in row.iter().zip(plain(checkpoint, *t)) {
            assert!((value - exact).abs() <= 1e-13 * exact.abs().max(1e-3), "t = {t}: {value} {exact}");
        }
    }
}

#[test]
fn every_activation_follows_its_formula() {
    let mut times = vec![0.0];
    times.extend((0..101).map(|i| 10f64.powf(3.0 + 10.0 * f64::from(i) / 100.0)));
    for activation in [Activation::Tanh, Activation::Silu, Activation::Sine, Activation::AdaptiveSigmoid] {
        compare(&checkpoint(|config| config.model.activation = activation), &times);
    }
    compare(&checkpoint(|config| config.initial_condition = InitialCondition::Soft), &times);
}

#[test]
fn linear_variables_and_times_follow_their_formula() {
    let times: Vec<f64> = (0..40).map(|i| f64::from(i) / 8.0).collect();
    compare(
        &checkpoint(|config| {
            config.variables = Variables::Linear;
            config.time.axis = Axis::Linear;
            (config.time.start, config.time.end) = (Seconds(0.0), Seconds(5.0));
        }),
        &times,
    );
}

#[test]
fn the_start_is_the_initial_state_and_results_do_not_depend_on_the_batch() {
    let pinn = Pinn::new(&checkpoint(|_| {})).unwrap();
    let times: Vec<f64> = (0..37).map(|i| 1e11 * f64::from(i)).collect();
    let mut all = vec![0.0; 4 * times.len()];
    pinn.evaluate(&INITIAL, &times, &mut all).unwrap();
    for (value, initial) in all.iter().zip(&INITIAL) {
        assert!((value - initial).abs() <= 1e-14 * initial, "{value} {initial}");
    }
    for (t, row) in times.iter().zip(all.chunks_exact(4)) {
        let mut one = [0.0; 4];
        pinn.evaluate(&INITIAL, &[*t], &mut one).unwrap();
        assert_eq!(one, row);
    }
    pinn.evaluate(&INITIAL, &[], &mut []).unwrap();
}

#[test]
fn what_it_was_not_trained_for_is_refused() {
    let pinn = Pinn::new(&checkpoint(|_| {})).unwrap();
    let mut out = [7.0; 4];
    let mut evaluate = |initial: &[f64], t: f64| pinn.evaluate(initial, &[t], &mut out).unwrap_err();
    let cold = [90.0, 0.25, 1e-4, 900.0];
    let outside = |error: EmulatorError| match error {
        EmulatorError::Outside(reason) => reason,
        other => panic!("{other}"),
    };
    assert!(matches!(outside(evaluate(&cold, 1.0)), OutOfDomain::State { unknown, .. } if unknown == "T"));
    let nan = [f64::NAN, 0.25, 1e-4, 1e3];
    assert!(matches!(outside(evaluate(&nan, 1.0)), OutOfDomain::State { unknown, .. } if unknown == "n(H)"));
    for time in [-1.0, 1e30, f64::NAN] {
        assert!(matches!(outside(evaluate(&INITIAL, time)), OutOfDomain::Time { .. }));
    }
    assert!(matches!(evaluate(&INITIAL[..3], 1.0), EmulatorError::Length { .. }));
    assert_eq!(out, [7.0; 4], "nothing is written");
}

/// Every cell gets what it gets alone; one that is refused stays as it is, and is named.
#[test]
fn one_wrong_cell_among_many_is_refused_alone() {
    let pinn = Pinn::new(&checkpoint(|_| {})).unwrap();
    let count = 3000;
    let times: Vec<f64> = (0..count).map(|i| if i == 2500 { -1.0 } else { 1e9 * i as f64 }).collect();
    let mut initial = INITIAL.repeat(count);
    initial[4 * 7 + 3] = f64::NAN;
    let mut out = initial.clone();
    let report = pinn.advance_rows_by(&mut out, &times).unwrap();
    let refused: Vec<usize> = report.reasons.iter().map(|(cell, _)| *cell).collect();
    assert_eq!((refused.as_slice(), report.cells.len()), (&[7, 2500][..], count));
    assert_eq!((report.count(Outcome::Refused), report.count(Outcome::Emulated)), (2, 2998));
    let words = "3000 cells: 0 solved, 2998 emulated, 2 not advanced; the first is cell 7: T = NaN";
    assert!(report.to_string().starts_with(words), "{report}");
    for (i, (row, time)) in out.chunks_exact(4).zip(&times).enumerate() {
        let mut alone = INITIAL;
        if !refused.contains(&i) {
            pinn.evaluate(&INITIAL, &[*time], &mut alone).unwrap();
        }
        assert!(row[..3] == alone[..3] && (row[3] == alone[3] || i == 7), "cell {i}");
    }
    let error = pinn.advance_rows_by(&mut out[4..], &times).unwrap_err();
    assert!(matches!(error, AdvanceError::Rows { .. }), "{error}");
}

#[test]
fn arrays_that_make_up_no_network_are_refused() {
    let broken = |change: fn(&mut Checkpoint)| {
        let mut checkpoint = checkpoint(|_| {});
        change(&mut checkpoint);
        Pinn::new(&checkpoint).unwrap_err()
    };
    for problem in [
        broken(|c| c.weights.clear()),
        broken(|c| c.weights.retain(|a| a.name != "hidden.1.bias")),
        broken(|c| c.weights[2].shape = vec![49]),
        broken(|c| c.weights[3].values[1] = f64::NAN),
        broken(|c| c.weights[5] = array("output.bias", &[2], 0.0, 1.0)),
        broken(|c| c.weights[1] = array("hidden.0.bias", &[0], 0.0, 1.0)),
    ] {
        assert!(matches!(problem, Problem::Inconsistent(_)), "{problem}");
    }
}

#[test]
fn another_network_is_refused() {
    let network = toy::Toy::new(toy::Robertson);
    let pinn = Pinn::new(&checkpoint(|_| {})).unwrap();
    assert!(matches!(pinn.for_network(&network), Err(Problem::OtherNetwork { .. })));
}
