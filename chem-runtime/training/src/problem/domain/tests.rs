//! Gradients, steps and snapshots of the training on a domain.

use burn::tensor::Tensor;

use super::*;
use crate::iterate::Iterate;
use crate::loss::Measure;
use crate::optimise::{Optimiser as _, Place, spring};
use crate::reduce::Reduction;
use crate::reduce::devices::Devices;
use crate::residual::StandIn;
use crate::training::{Execution, Training};
use chem_emulator::Pinn;
use chem_emulator::checkpoint::{Checkpoint, Provenance};
use chem_emulator::config::{Closure, InitialConditions, Kind, Precision, Spring, Stage};
use chem_emulator::config::{Optimiser, Soap as SoapSettings};
use chem_emulator::snapshot::Snapshot;
use chem_emulator::trained_domain::TrainedDomain;
use chem_solver::advance::Advance;
use chem_solver::runs::AnyNetwork;

mod molecules;
mod ranks;
mod rows;

/// The atomic network, interpreted.
fn atomic() -> (Pair, Domain) {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../networks/atomic.net");
    let network = AnyNetwork::load(path.as_ref()).unwrap();
    let domain = network.domains.iter().find(|domain| domain.name == "general").unwrap().clone();
    let cells = network.equations();
    let network: Arc<dyn ChemNetwork> = Arc::from(network.network);
    ((network, cells), domain)
}

/// A small network of a small domain: cool and thin gas, in which little happens, so that links are cheap.
fn small(kind: ResidualKind, optimiser: Optimiser) -> (Pair, Domain, Config) {
    let (equations, mut domain) = atomic();
    (domain.temperature.low, domain.temperature.high) = (300.0, 3000.0);
    let mut config = Config::new("atomic");
    config.initial = InitialConditions::Domain("general".to_owned());
    (config.model.kind, config.model.activation) = (Kind::Resnet, chem_emulator::config::Activation::Silu);
    (config.model.width, config.model.depth, config.model.first_scale) = (6, 3, 1.0);
    config.model.precision = Precision::F64;
    config.residual.kind = kind;
    config.points.count = 6;
    config.stages = vec![Stage { iterations: 6, curriculum: None, optimiser }];
    (equations, domain, config)
}

fn soap() -> Optimiser {
    Optimiser::Soap(SoapSettings { warm_up: 1, micro_batch: 4, ..SoapSettings::default() })
}

fn problem(equations: Pair, domain: &Domain, config: &Config) -> DomainStates {
    DomainStates::new(equations, domain, config, &Device::flex(), Parallel::default()).unwrap()
}

fn training(equations: Pair, domain: &Domain, config: &Config) -> Training {
    Training::of_domain(equations, domain, config, &Execution::on(&Device::flex())).unwrap()
}

/// What the config asks for and cannot have.
fn refusal(equations: Pair, domain: &Domain, config: &Config) -> String {
    let found = DomainStates::new(equations, domain, config, &Device::flex(), Parallel::default());
    found.unwrap_err().to_string()
}

fn huber(huber: f64, micro_batch: usize) -> Measure {
    Measure { cost: Cost::Huber(huber), micro_batch }
}

impl DomainStates {
    /// Samples as in the first iteration.
    fn first_samples(&mut self, tau_max: f64) -> Samples {
        let parameters = self.initial_parameters();
        self.new_samples(&parameters, &mut self.random(0), tau_max).unwrap()
    }
}

/// The derivative of a function of parameters along a direction, by differences.
fn along(parameters: &[f64], direction: &[f64], h: f64, value: impl Fn(&[f64]) -> f64) -> f64 {
    let at = |h: f64| {
        let moved: Vec<f64> = parameters.iter().zip(direction).map(|(p, d)| p + h * d).collect();
        value(&moved)
    };
    (at(h) - at(-h)) / (2.0 * h)
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

/// With every option that changes how outputs become states.
#[test]
fn gradients_of_the_loss_are_those_of_differences() {
    for (closure, quasi_steady, experts, least_share) in [
        (Closure::None, false, [1, 1], None),
        (Closure::Residual, false, [2, 2], None),
        (Closure::Residual, true, [1, 1], None),
        // Some of the outputs and targets are rarer.
        (Closure::Residual, false, [1, 1], Some(1e-2)),
    ] {
        let (equations, domain, mut config) = small(ResidualKind::DiscreteTime, soap());
        config.closure = closure;
        config.model.slopes = quasi_steady;
        config.model.least_share = least_share;
        config.model.experts = experts;
        let mut problem = problem(equations, &domain, &config);
        let samples = problem.first_samples(config.time.tau_end());
        assert!(samples.known.iter().all(|known| *known));
        let parameters = problem.initial_parameters();
        let loss = |parameters: &[f64]| problem.loss_of_targets(parameters, &samples, huber(0.1, 4)).unwrap();
        let direction: Vec<f64> = (0..parameters.len()).map(|i| (1.0 + i as f64).cos()).collect();
        let difference = along(&parameters, &direction, 1e-6, |parameters| loss(parameters).value);
        let product = dot(&loss(&parameters).gradient, &direction);
        assert!((product - difference).abs() < 1e-6 * (1.0 + difference.abs()), "{product:e} {difference:e}");
    }
}

/// The gradient of the derivative residual's loss, with the preconditioner as it is at each point, and the slope that it
/// holds the network to.
#[test]
fn derivative_residuals_of_a_domain_are_differentiated() {
    let (equations, domain, mut config) = small(ResidualKind::Derivative, soap());
    assert!(refusal(equations.clone(), &domain, &config).contains("closure"));
    config.closure = Closure::None;
    config.residual.preconditioner = chem_emulator::config::Preconditioner::None;
    let mut problem = problem(equations, &domain, &config);
    // Early, when residuals are of the size of one.
    let points = problem.first_samples(config.time.tau_start() + 1.0).points;
    let parameters = problem.initial_parameters();
    let loss = |parameters: &[f64]| problem.derivative_loss(parameters, &points, huber(1.0, 4)).unwrap();
    let direction: Vec<f64> = (0..parameters.len()).map(|i| (1.0 + i as f64).cos()).collect();
    let difference = along(&parameters, &direction, 1e-5, |parameters| loss(parameters).value);
    let product = dot(&loss(&parameters).gradient, &direction);
    assert!((product - difference).abs() < 1e-5 * (1.0 + difference.abs()), "{product:e} {difference:e}");
}

/// The derivative residual as an operation of a device has the loss and gradient of the host.
#[test]
fn derivative_residuals_on_the_device_are_those_of_the_host() {
    let (equations, domain, mut config) = small(ResidualKind::Derivative, soap());
    config.closure = Closure::None;
    config.residual.preconditioner = chem_emulator::config::Preconditioner::None;
    let mut problem = problem(equations.clone(), &domain, &config);
    let points = problem.first_samples(config.time.tau_end()).points;
    let parameters = problem.initial_parameters();
    let loss = |problem: &DomainStates| problem.derivative_loss(&parameters, &points, huber(0.1, 4)).unwrap();
    let host = loss(&problem);
    problem.compute_on(&StandIn(equations.0), &[Device::flex()]).unwrap();
    let device = loss(&problem);
    let largest = host.gradient.iter().fold(0.0, |m: f64, g| m.max(g.abs()));
    assert!(largest > 0.0);
    assert!((host.value - device.value).abs() < 1e-9 * host.value, "{} {}", host.value, device.value);
    for (a, b) in host.gradient.iter().zip(&device.gradient) {
        assert!((a - b).abs() < 1e-9 * largest, "{a:e} {b:e}");
    }
    for (a, b) in host.squares.iter().zip(&device.squares) {
        assert!((a - b).abs() < 1e-9 * a, "{a:e} {b:e}");
    }
}

/// Devices that add up their gradients themselves have the sum of the host.
#[test]
fn gradients_that_devices_add_up_are_those_of_the_host() {
    for experts in [[1, 1], [2, 2]] {
        let (equations, domain, mut config) = small(ResidualKind::DiscreteTime, soap());
        config.model.experts = experts;
        let mut problem = problem(equations, &domain, &config);
        let samples = problem.first_samples(config.time.tau_end());
        let parameters = problem.initial_parameters();
        let host = problem.loss_of_targets(&parameters, &samples, huber(0.1, 3)).unwrap();
        let both = Devices::over(&[Device::flex(), Device::flex()]);
        problem.parallel.devices = both.reduced_by(|tensors| {
            assert_eq!(tensors.len(), 2);
            tensors.into_iter().reduce(|a, b| a + b).unwrap()
        });
        let devices = problem.loss_of_targets(&parameters, &samples, huber(0.1, 3)).unwrap();
        assert_eq!(host.value, devices.value);
        let largest = host.gradient.iter().fold(0.0, |m: f64, g| m.max(g.abs()));
        for (a, b) in host.gradient.iter().zip(&devices.gradient) {
            assert!((a - b).abs() < 1e-12 * largest, "{experts:?}: {a:e} {b:e}");
        }
    }
}

/// What is learnt relative to a balance counts the balance as fixed: there the step is a good one, not a gradient.
#[test]
fn species_in_balance_follow_production_and_loss() {
    let (equations, domain, mut config) = small(ResidualKind::DiscreteTime, soap());
    config.model.quasi_steady = vec!["H-".to_owned()];
    let mut problem = problem(equations.clone(), &domain, &config);
    // A network that says nought.
    let parameters = vec![0.0; problem.initial_parameters().len()];
    let samples = problem.new_samples(&parameters, &mut random_stream(0, 0), config.time.tau_end()).unwrap();
    let points = Points { starts: samples.points.starts.clone(), tau: vec![config.time.tau_end(); 6] };
    let y = problem.evaluate(&parameters, &points);
    for y in y.chunks_exact(problem.ansatz.outputs()) {
        let row: Vec<f64> = y.iter().map(|y| 10f64.powf(*y)).collect();
        let mut found = [[0.0; 2]];
        equations.1.production_and_loss(&row, 1, &mut found);
        let [[production, loss]] = found;
        assert!((row[1] * loss / production - 1.0).abs() < 0.05, "{} {}", row[1], production / loss);
    }
    config.model.quasi_steady = vec!["H2".to_owned()];
    assert!(refusal(equations, &domain, &config).contains("no species `H2`"));
}

/// Interrupted and gone on from a snapshot, a training makes the same steps bit for bit.
#[test]
fn snapshots_go_on_as_if_nothing_had_happened() {
    for (kind, optimiser, experts) in [
        (ResidualKind::DiscreteTime, soap(), [1, 1]),
        (ResidualKind::DiscreteTime, soap(), [2, 2]),
        (ResidualKind::IntegratorInTheLoop, soap(), [1, 1]),
        (ResidualKind::DiscreteTime, Optimiser::Spring(Spring::default()), [1, 1]),
        (ResidualKind::DiscreteTime, Optimiser::Lbfgs(Default::default()), [2, 2]),
        (ResidualKind::IntegratorInTheLoop, Optimiser::LevenbergMarquardt(Default::default()), [1, 1]),
    ] {
        let (equations, domain, mut config) = small(kind, optimiser);
        config.model.experts = experts;
        config.points.adaptive = if experts == [2, 2] { 0.5 } else { 0.0 };
        let mut whole = training(equations.clone(), &domain, &config);
        let mut begun = training(equations.clone(), &domain, &config);
        for _ in 0..3 {
            whole.step().unwrap();
            begun.step().unwrap();
        }
        let snapshot = begun.snapshot();
        let mut resumed = training(equations, &domain, &config).restored(&snapshot).unwrap();
        for _ in 3..6 {
            assert_eq!(whole.step().unwrap(), resumed.step().unwrap());
        }
        assert_eq!(whole.weights(), resumed.weights());
        assert!(resumed.step().unwrap().finished);
    }
}

/// Prediction, in columns or not, in single or double precision, is the forward pass of the training, and conserves.
#[test]
fn prediction_is_the_forward_pass_of_training() {
    let (equations, domain, mut config) = small(ResidualKind::DiscreteTime, soap());
    // Not so small that nothing happens.
    config.model.first_scale = 3.0;
    for (activation, experts, least_share) in [
        (Activation::Silu, [1, 1], None),
        (Activation::AdaptiveSigmoid, [1, 1], Some(1e-3)),
        (Activation::Silu, [2, 3], Some(1e-3)),
    ] {
        (config.model.activation, config.model.experts) = (activation, experts);
        config.model.least_share = least_share;
        let mut problem = problem(equations.clone(), &domain, &config);
        let samples = problem.first_samples(config.time.tau_end());
        let parameters = problem.initial_parameters();
        let y = problem.evaluate(&parameters, &samples.points);
        let structure = equations.1.network().structure();
        let [low, high] = trained_range(&domain, structure).unwrap();
        let trained = TrainedDomain::of(&domain, structure);
        let provenance = Provenance { domain: trained, ..Provenance::new(structure, config.clone()) };
        let weights = problem.weights(&parameters);
        let pinn = Pinn::new(&Checkpoint { provenance, low, high, weights, snapshot: None }).unwrap();
        let n = structure.unknown_count();
        // The members that were visited are renewed: the starts themselves are asked again.
        let times: Vec<f64> = samples.points.tau.iter().map(|tau| config.time.seconds(*tau)).collect();
        let initial: Vec<f64> =
            samples.points.starts.iter().flat_map(chem_emulator::ansatz::Start::state).collect();
        for (precision, tolerance) in [(Precision::F64, 1e-9), (Precision::F32, 1e-4)] {
            let pinn = pinn.clone().with_precision(precision);
            let mut out = initial.clone();
            pinn.advance_rows_by(&mut out, &times).unwrap();
            for ((found, y), start) in out.chunks_exact(n).zip(y.chunks_exact(n)).zip(initial.chunks_exact(n))
            {
                // Where anions outnumber cations, prediction puts right what the training leaves.
                let states: Vec<f64> = y.iter().map(|y| 10f64.powf(*y)).collect();
                let charge = structure.law(0).iter().zip(&states).map(|(c, n)| *c as f64 * n);
                let (defect, size) = charge.fold((0.0, 0.0), |(sum, size), q| (sum + q, size + q.abs()));
                let is_neutral = f64::abs(defect) < 1e-12 * size;
                for (found, y) in found.iter().zip(y).filter(|_| is_neutral) {
                    assert!(
                        (found.log10() - y).abs() < tolerance,
                        "{precision:?}: {found} {}",
                        10f64.powf(*y)
                    );
                }
                for law in 0..structure.law_count() {
                    let sum = |y: &[f64]| -> f64 {
                        structure.law(law).iter().zip(y).map(|(c, n)| *c as f64 * n).sum()
                    };
                    let size: f64 =
                        structure.law(law).iter().zip(found).map(|(c, n)| (*c as f64 * n).abs()).sum();
                    assert!((sum(found) - sum(start)).abs() < 1e-14 * size.max(sum(start).abs()));
                }
                let mut alone = vec![0.0; n];
                let place = out.chunks_exact(n).position(|row| row == found).unwrap();
                pinn.evaluate(start, &times[place..=place], &mut alone).unwrap();
                assert_eq!(alone, found, "alone and beside others");
            }
        }
        assert!(pinn.knows(&vec![1e9; n], 1.0).is_err(), "densities beyond the domain");
        // A species that is not told from an absent one may be absent.
        let mut without = initial[..n].to_vec();
        let at = |name: &str| structure.species.iter().position(|other| other == name).unwrap();
        for product in ["e-", "H"] {
            without[at(product)] += without[at("H-")];
        }
        without[at("H-")] = 0.0;
        assert_eq!(pinn.knows(&without, 1.0).is_ok(), least_share.is_some(), "{without:?}");
        let shares = problem.parts(&samples.points.starts, 512);
        assert!(shares.len() > 1 || experts == [1, 1], "{shares:?}");
    }
}

/// Pairs of times of a trajectory say what the solver says from the first to the second.
#[test]
fn pairs_go_from_one_time_of_a_trajectory_to_the_next() {
    let (equations, domain, mut config) = small(ResidualKind::IntegratorInTheLoop, soap());
    (config.residual.pairs, config.residual.tolerance, config.residual.evolved) = (1.0, 1e-5, 0.0);
    config.model.experts = [2, 2];
    let mut problem = problem(equations.clone(), &domain, &config);
    let (n, tau_end) = (equations.1.network().structure().unknown_count(), config.time.tau_end());
    let mut pairs = 0;
    // Every member of the pool is visited three times.
    for stream in 1..=3 * BUFFER as u64 {
        let samples = problem.new_samples(&[], &mut problem.random(stream), tau_end).unwrap();
        let mut rows: Vec<f64> =
            samples.points.starts.iter().flat_map(chem_emulator::ansatz::Start::state).collect();
        let times: Vec<f64> = samples.points.tau.iter().map(|tau| config.time.seconds(*tau)).collect();
        assert!(equations.1.solver(1e-6).advance_rows_by(&mut rows, &times).unwrap().reasons.is_empty());
        for ((row, target), start) in
            rows.chunks_exact(n).zip(samples.targets.chunks_exact(n)).zip(&samples.points.starts)
        {
            for (k, (x, log)) in
                row.iter().zip(target).enumerate().filter(|(k, _)| target[*k] > start.floor(*k))
            {
                assert!((x.log10() - log).abs() < 1e-3, "{k}: {} {log}", x.log10());
            }
        }
        let pool_starts: Vec<&[f64]> = problem.pool.starts.chunks_exact(n).collect();
        pairs +=
            samples.points.starts.iter().filter(|s| !pool_starts.contains(&s.state().as_slice())).count();
        let experts: Vec<usize> = samples.points.starts.iter().map(|s| s.expert(&problem.ansatz)).collect();
        assert!(experts.is_sorted(), "one graph for each network");
    }
    assert!(pairs > BUFFER * config.points.count, "{pairs}");
}

/// A loss over no cell at all is no loss: a training would otherwise seem to be perfect.
#[test]
fn a_batch_of_which_nothing_is_known_is_an_error() {
    for optimiser in [soap(), Optimiser::Spring(Spring::default())] {
        let (equations, domain, config) = small(ResidualKind::DiscreteTime, optimiser.clone());
        let mut problem = problem(equations, &domain, &config);
        let parameters = &mut problem.initial_parameters();
        let ranks = Reduction::default();
        let mut optimiser = crate::optimise::begin(&optimiser, problem.shapes(), parameters, &ranks);
        // No solver advances such cells.
        problem.pool.starts.fill(f64::NAN);
        problem.pool.states.fill(f64::NAN);
        let moment = Moment { range: [0.0, config.time.tau_end()], ..Moment::begin() };
        problem.draw(&moment, parameters).unwrap();
        let place = Place { iteration: 0, iterations: 1 };
        let error = optimiser.step(&mut problem, place, parameters).unwrap_err();
        assert!(matches!(error, TrainError::NothingKnown { .. }), "{error}");
        assert!(error.to_string().contains("no cell of the batch could be advanced"), "{error}");
        problem.config.residual.tolerance = 0.5;
        let error = problem.draw(&moment, parameters).unwrap_err();
        assert!(matches!(error, TrainError::Cells(_)), "{error}");
    }
}
