//! Trainings from beginning to end, and the rows of Levenberg-Marquardt against differences.

mod on_device;
mod ranks;

use std::path::Path;

use burn::tensor::Tensor;

use super::*;
use crate::iterate::Iterate;
use crate::loss::Measure;
use crate::model::{Dual, Trace, gradient, numbers, tracked, with_values};
use crate::optimise::levenberg_marquardt::{Normal, Space};
use crate::reduce::devices::Devices;
use crate::residual::States;
use crate::training::{Execution, Training};
use chem_emulator::checkpoint::{Checkpoint, Provenance};
use chem_emulator::config::{Activation, InitialCondition, Kind, Optimiser, Preconditioner};
use chem_emulator::predict::Pinn;
use chem_emulator::weights::find;
use chem_solver::bdf::Bdf;
use chem_solver::network::interpreted::Interpreted;

fn interpreted(name: &str) -> (Arc<dyn ChemNetwork>, Vec<f64>) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../networks").join(format!("{name}.net"));
    let network = Interpreted::load(path).unwrap();
    let initial = &network.initials()[0];
    let mut unknowns = initial.densities.clone();
    unknowns.push(initial.temperature);
    (Arc::new(network), unknowns)
}

fn benchmark(name: &str) -> Config {
    let text = format!(
        "network = '{name}'\nvariables = 'linear'\n[time]\naxis = 'linear'\nstart = '0 s'\nend = '5 s'\n\
         [model]\nwidth = 16\nfirst_scale = 2.0\n[points]\ncount = 120\n\
         [[stages]]\niterations = 100\noptimiser.levenberg_marquardt = {{}}\n"
    );
    Config::parse(&text, "benchmark.toml").unwrap()
}

/// The problem of a config, with points and a loss as the first stage has them.
fn problem(name: &str, config: &Config, micro_batch: usize) -> SingleState {
    let (network, initial) = interpreted(name);
    let (device, parallel) = (Device::flex(), Parallel::default());
    let mut problem = SingleState::new(network, &initial, config, &device, parallel).unwrap();
    problem.moment.measure = Measure { cost: Cost::Square, micro_batch };
    problem
}

fn training(name: &str, config: &Config) -> Training {
    let (network, initial) = interpreted(name);
    Training::of_state(network, &initial, config, &Execution::on(&Device::flex())).unwrap()
}

fn train(name: &str, config: &Config) -> Training {
    let mut training = training(name, config);
    while !training.step().unwrap().finished {}
    training
}

/// Trains on a benchmark of Branca & Pallottini 2023, sec. 2.3; the largest error against the BDF.
fn error_after_training(name: &str, config: Config) -> f64 {
    let training = train(name, &config);
    let (network, initial) = interpreted(name);
    let times: Vec<f64> = (1..=500).map(|i| 0.01 * f64::from(i)).collect();
    let mut reference = vec![0.0; 4 * times.len()];
    let solver = Bdf::new(network.as_ref()).rtol(1e-9).atol(1e-12).allow_negative(true);
    solver.integrate(&mut solver.workspace(), &initial, &times, &mut reference).unwrap();
    let predicted = prediction(&training, config, &times);
    predicted.iter().zip(&reference).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max)
}

/// States at times from the weights as they are.
fn prediction(training: &Training, config: Config, times: &[f64]) -> Vec<f64> {
    let (network, initial) = interpreted(&config.network);
    let checkpoint = Checkpoint {
        provenance: Provenance::new(network.structure(), config),
        low: initial.clone(),
        high: initial.clone(),
        weights: training.weights(),
        snapshot: None,
    };
    let mut out = vec![0.0; initial.len() * times.len()];
    Pinn::new(&checkpoint).unwrap().evaluate(&initial, times, &mut out).unwrap();
    out
}

/// The paper's mean errors are 1e-3 and 2e-3.
#[test]
fn benchmarks_are_learnt_to_four_digits() {
    for name in ["benchmark_const", "benchmark_tdep"] {
        let worst = error_after_training(name, benchmark(name));
        assert!(worst < 1e-4, "{name}: {worst:e}");
    }
}

#[test]
fn every_form_learns_a_benchmark_to_three_digits() {
    for kind in [Kind::Siren, Kind::Modified, Kind::Highway, Kind::Fourier, Kind::Dgm] {
        let mut config = benchmark("benchmark_const");
        (config.model.kind, config.model.width) = (kind, 8);
        let worst = error_after_training("benchmark_const", config);
        assert!(worst < 1e-3, "{kind:?}: {worst:e}");
    }
}

/// Residuals `[unknowns, points]` with the preconditioner as given, after a change of the parameters.
fn residual_at(problem: &SingleState, tau: &[f64], parameters: &[f64], preconditioner: &[f64]) -> Vec<f64> {
    let model = with_values(problem.model.clone(), parameters);
    let batch = problem.ansatz.batch(tau, &problem.device);
    let [y, slope] = problem.ansatz.evaluate(&model, &batch);
    let temperature = vec![problem.temperature; tau.len()];
    let states = States { tau, y: &y, slope: &slope, temperature: &temperature };
    let residual = problem.residual.with_preconditioner(states, preconditioner);
    let n = problem.residual.rows();
    (0..n).flat_map(|k| residual.iter().skip(k).step_by(n).copied().collect::<Vec<_>>()).collect()
}

/// G times a direction is the change of the residual along it, for every form and preconditioner.
#[test]
fn rows_are_derivatives_of_the_residual() {
    for (kind, activation) in [
        (Kind::Fnn, Activation::Tanh),
        (Kind::Fnn, Activation::Silu),
        (Kind::Fnn, Activation::AdaptiveSigmoid),
        (Kind::Siren, Activation::Sine),
        (Kind::Dgm, Activation::Tanh),
        (Kind::Modified, Activation::Tanh),
        (Kind::Highway, Activation::Silu),
        (Kind::Fourier, Activation::AdaptiveSigmoid),
        (Kind::Dgm, Activation::AdaptiveSigmoid),
    ] {
        for preconditioner in [Preconditioner::None, Preconditioner::Diagonal, Preconditioner::Full] {
            let mut config = Config::new("atomic");
            config.model.kind = kind;
            config.model.activation = activation;
            (config.model.width, config.model.first_scale) = (5, 2.0);
            config.residual.preconditioner = preconditioner;
            let problem = problem("atomic", &config, 128);
            let parameters = problem.initial_parameters();
            let (start, end) = (config.time.tau_start(), config.time.tau_end());
            let tau: Vec<f64> = (0..7).map(|i| start + (end - start) * f64::from(i) / 6.0).collect();
            let Linearised { rows, residual, held, .. } =
                problem.linearise(&parameters, &tau, Cost::Square).unwrap();
            assert_eq!(residual, residual_at(&problem, &tau, &parameters, &held));
            let direction: Vec<f64> = (0..rows.columns).map(|i| (1.0 + i as f64).sin()).collect();
            let along = |h: f64| {
                let moved: Vec<f64> = parameters.iter().zip(&direction).map(|(p, d)| p + h * d).collect();
                residual_at(&problem, &tau, &moved, &held)
            };
            let h = 1e-6;
            let (after, before) = (along(h), along(-h));
            for row in 0..rows.rows {
                let product: f64 =
                    direction.iter().enumerate().map(|(c, d)| rows.values[c * rows.rows + row] * d).sum();
                let difference = (after[row] - before[row]) / (2.0 * h);
                let scale = 1.0 + difference.abs().max(before[row].abs());
                assert!(
                    (product - difference).abs() < 1e-5 * scale,
                    "{kind:?} {activation:?} {preconditioner:?} row {row}: {product:e} {difference:e}"
                );
            }
        }
    }
}

/// Both spaces of the normal equations give the same step.
#[test]
fn steps_of_both_spaces_agree() {
    let training = training("benchmark_const", &benchmark("benchmark_const"));
    let rows =
        Explicit { rows: 4, columns: 3, values: (0..12).map(|i| (f64::from(i) * 1.7).cos()).collect() };
    let residual = [0.3, -1.0, 0.5, 2.0];
    let step = |space| Normal::new(space, &rows, &residual).step(0.1).unwrap();
    for (a, b) in step(Space::Parameters).iter().zip(step(Space::Rows)) {
        assert!((a - b).abs() < 1e-12, "{a} {b}");
    }
    assert_eq!(training.parameter_count(), 355);
}

#[test]
fn a_restored_training_goes_on_bit_for_bit() {
    let mut config = benchmark("benchmark_tdep");
    config.points.adaptive = 0.5;
    let begun = || training("benchmark_tdep", &config);
    let mut training = begun();
    for _ in 0..5 {
        training.step().unwrap();
    }
    let snapshot = training.snapshot();
    let mut restored = begun().restored(&snapshot).unwrap();
    for _ in 0..5 {
        assert_eq!(training.step().unwrap(), restored.step().unwrap());
    }
    assert_eq!(training.weights(), restored.weights());
    assert_eq!(training.snapshot(), restored.snapshot());
}

#[test]
fn a_snapshot_of_another_network_is_refused() {
    let config = benchmark("benchmark_const");
    let snapshot = training("benchmark_const", &config).snapshot();
    let mut wider = config;
    wider.model.width = 17;
    let error = training("benchmark_const", &wider).restored(&snapshot).unwrap_err();
    assert!(matches!(error, TrainError::Snapshot { .. }), "{error}");
}

/// The gradient of the loss against differences, with micro-batches, both initial conditions and unequal weights.
#[test]
fn gradients_are_derivatives_of_the_loss() {
    for initial_condition in [InitialCondition::Hard, InitialCondition::Soft] {
        for (kind, activation) in [(Kind::Fnn, Activation::Silu), (Kind::Dgm, Activation::AdaptiveSigmoid)] {
            let mut config = benchmark("benchmark_tdep");
            config.initial_condition = initial_condition;
            (config.model.kind, config.model.activation, config.model.width) = (kind, activation, 4);
            // The others are held fixed where the loss is differentiated.
            config.residual.preconditioner = Preconditioner::None;
            config.stages[0].optimiser = Optimiser::Adam(Default::default());
            let problem = problem("benchmark_tdep", &config, 2);
            let parameters = problem.initial_parameters();
            let tau = [0.0, 0.4, 1.1, 2.9, 5.0];
            let weights: Vec<f64> = (0..problem.term_count()).map(|i| 1.0 + i as f64).collect();
            let at = |h: f64, direction: &[f64]| {
                let moved: Vec<f64> = parameters.iter().zip(direction).map(|(p, d)| p + h * d).collect();
                problem.evaluate(&moved, &tau, &weights).unwrap()
            };
            let direction: Vec<f64> = (0..parameters.len()).map(|i| (1.0 + i as f64).cos()).collect();
            let product: f64 = at(0.0, &direction).gradient.iter().zip(&direction).map(|(g, d)| g * d).sum();
            let h = 1e-6;
            let difference = (at(h, &direction).value - at(-h, &direction).value) / (2.0 * h);
            assert!(
                (product - difference).abs() < 1e-5 * (1.0 + difference.abs()),
                "{initial_condition:?} {kind:?}: {product:e} {difference:e}"
            );
        }
    }
}

/// The gradient through the network's own functions is the one that burn finds when the equations are written down in
/// its operations; the tangent is the derivative by tau.
#[test]
fn gradients_are_those_of_the_equations_in_burns_operations() {
    for kind in [Kind::Fnn, Kind::Dgm, Kind::Modified, Kind::Highway] {
        let mut config = benchmark("benchmark_const");
        (config.closure, config.residual.preconditioner) = (Closure::None, Preconditioner::None);
        (config.model.kind, config.model.activation) = (kind, Activation::AdaptiveSigmoid);
        config.model.width = 6;
        config.stages[0].optimiser = Optimiser::Adam(Default::default());
        let problem = problem("benchmark_const", &config, 4);
        let tau = [0.1, 0.4, 1.1, 2.0, 2.9, 5.0];
        let found = problem.evaluate(&problem.initial_parameters(), &tau, &[1.0; 3]).unwrap();

        let model = tracked(problem.model.clone());
        let batch = problem.ansatz.batch(&tau, &problem.device);
        let Dual { value, tangent } = problem.ansatz.states(&model, &batch, &mut Trace::off());
        let [a, b, c] = [0, 1, 2].map(|k| value.clone().narrow(1, k, 1));
        // A -> B, B -> C, A + C -> 2 B with k of (14b)
        let (decay_a, decay_b, merge) =
            (a.clone().mul_scalar(0.8), b.mul_scalar(0.5), (a * c).mul_scalar(0.2));
        let by_time = Tensor::cat(
            vec![
                (decay_a.clone() + merge.clone()).neg(),
                decay_a - decay_b.clone() + merge.clone().mul_scalar(2.0),
                decay_b - merge,
            ],
            1,
        );
        let residual = tangent.unwrap() - by_time;
        // Not divided here: burn 0.22 rounds the divisor's inverse to single precision.
        let count = tau.len() as f64;
        let loss = (residual.clone() * residual).sum();
        let [value] = numbers(loss.clone())[..] else { panic!("one number") };
        let sum: f64 = found.squares.iter().sum();
        let value = value / count;
        assert!((sum - value).abs() < 1e-12 * value, "{kind:?}: {sum:e} {value:e}");
        let expected = gradient(&model, &loss.backward());
        let largest = expected.iter().fold(0.0, |m: f64, g| m.max(g.abs()));
        assert_eq!(found.gradient.len(), expected.len());
        for (a, b) in found.gradient.iter().zip(&expected) {
            assert!((count * a - b).abs() < 1e-12 * largest, "{kind:?}: {a:e} {b:e}");
        }

        let h = 1e-5;
        let at = |shift: f64| {
            let moved = tau.map(|tau| tau + shift);
            problem.ansatz.evaluate(&problem.model, &problem.ansatz.batch(&moved, &problem.device))
        };
        let ([after, _], [before, _], [_, slope]) = (at(h), at(-h), at(0.0));
        for ((after, before), slope) in after.iter().zip(&before).zip(&slope) {
            let difference = (after - before) / (2.0 * h);
            assert!(
                (difference - slope).abs() < 1e-7 * (1.0 + slope.abs()),
                "{kind:?}: {difference:e} {slope:e}"
            );
        }
    }
}

/// The method of the paper, small: soft initial condition, annealed weights, Adam with warm-up, then L-BFGS.
#[test]
fn the_method_of_the_paper_learns_and_is_resumed_bit_for_bit() {
    let text = "network = 'benchmark_const'\nvariables = 'linear'\ninitial_condition = 'soft'\nclosure = 'none'\n\
        residual.preconditioner = 'none'\n[time]\naxis = 'linear'\nstart = '0 s'\nend = '5 s'\n\
        [model]\nwidth = 12\nfirst_scale = 1.0\n[points]\ncount = 40\nresample_every = 100\n\
        [loss]\nweights = 'annealed'\nrefresh_every = 20\n\
        [[stages]]\niterations = 300\noptimiser.adam = { learning_rate = 1e-2, warm_up = 20, decay = 0.997 }\n\
        [[stages]]\niterations = 40\noptimiser.lbfgs = {}\n";
    let config = Config::parse(text, "paper.toml").unwrap();
    let begun = || training("benchmark_const", &config);
    let mut training = begun();
    let first = training.step().unwrap();
    let unweighted = problem("benchmark_const", &config, 50);
    let relative = |training: &Training| {
        let tau: Vec<f64> = (0..50).map(|i| 0.1 * f64::from(i)).collect();
        let parameters = find(&training.snapshot().arrays, "parameters").unwrap().values.clone();
        unweighted.evaluate(&parameters, &tau, &vec![1.0; unweighted.term_count()]).unwrap().value
    };
    let before = relative(&training);
    assert!(!first.finished && first.whole_range);
    while training.step().unwrap().stage == 0 {}
    assert!(relative(&training) < 1e-2 * before, "{} {before}", relative(&training));
    let after_adam = relative(&training);
    for _ in 0..5 {
        training.step().unwrap();
    }
    let snapshot = training.snapshot();
    let mut restored = begun().restored(&snapshot).unwrap();
    loop {
        let progress = training.step().unwrap();
        assert_eq!(progress, restored.step().unwrap());
        if progress.finished {
            break;
        }
    }
    assert_eq!(training.snapshot(), restored.snapshot());
    assert!(relative(&training) < after_adam);
}

/// Long before the network is good.
#[test]
fn the_closure_holds_elements_and_charge_to_rounding() {
    let (network, initial) = interpreted("atomic");
    let structure = network.structure();
    for kind in [Kind::Fnn, Kind::Dgm] {
        let mut config = Config::new("atomic");
        config.closure = Closure::Conservation;
        config.model.kind = kind;
        (config.model.width, config.model.first_scale, config.points.count) = (8, 2.0, 30);
        let mut training = training("atomic", &config);
        for _ in 0..5 {
            training.step().unwrap();
        }
        let times: Vec<f64> = (0..40).map(|i| 10f64.powf(4.0 + 9.0 * f64::from(i) / 40.0)).collect();
        for row in prediction(&training, config, &times).chunks_exact(initial.len()) {
            for law in (0..structure.law_count()).map(|index| structure.law(index)) {
                let sum = |x: &[f64]| law.iter().zip(x).map(|(c, n)| *c as f64 * n).sum::<f64>();
                let size = |x: &[f64]| law.iter().zip(x).map(|(c, n)| (*c as f64 * n).abs()).sum::<f64>();
                // The sum of the initial state is itself known to rounding only.
                let drift = (sum(row) - sum(&initial)).abs() / size(row).max(size(&initial));
                assert!(drift < 1e-14, "{kind:?}: {drift:e}");
            }
        }
    }
}

/// Parts of a batch that take turns among devices give the gradient of one device, bit for bit where these are alike.
#[test]
fn a_batch_on_two_devices_has_the_gradient_of_one() {
    let mut config = benchmark("benchmark_const");
    config.stages[0].optimiser = Optimiser::Adam(Default::default());
    let mut problem = problem("benchmark_const", &config, 3);
    let parameters = problem.initial_parameters();
    let tau: Vec<f64> = (0..11).map(|i| 0.45 * f64::from(i)).collect();
    let weights = vec![1.0; problem.term_count()];
    let one = problem.evaluate(&parameters, &tau, &weights).unwrap();
    problem.parallel.devices = Devices::over(&[Device::flex(), Device::flex()]);
    assert_eq!(one, problem.evaluate(&parameters, &tau, &weights).unwrap());
}
