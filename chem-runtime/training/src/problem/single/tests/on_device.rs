//! The residual as an operation on tensors against the residual of the host.

use super::*;
use crate::residual::StandIn;

fn paper() -> Config {
    let text = "network = 'atomic'\nclosure = 'none'\nresidual.preconditioner = 'none'\n[model]\nkind = 'dgm'\n\
        width = 5\nfirst_scale = 1.0\n[[stages]]\niterations = 3\noptimiser.adam = {}\n";
    Config::parse(text, "paper.toml").unwrap()
}

fn one(network: Arc<dyn ChemNetwork>, initial: &[f64], config: &Config, device: &Device) -> SingleState {
    let mut problem = SingleState::new(network, initial, config, device, Parallel::default()).unwrap();
    problem.moment.measure = Measure { cost: Cost::Square, micro_batch: 4 };
    problem
}

/// Loss and gradient are those of the host, at t = 0 as well, in several parts on several devices.
#[test]
fn a_residual_on_the_device_has_the_loss_and_gradient_of_the_host() {
    let (network, initial) = interpreted("atomic");
    for initial_condition in [InitialCondition::Hard, InitialCondition::Soft] {
        let config = Config { initial_condition, ..paper() };
        let mut problem = one(network.clone(), &initial, &config, &Device::flex());
        let parameters = problem.initial_parameters();
        let (start, end) = (config.time.tau_start(), config.time.tau_end());
        let tau: Vec<f64> = (0..7).map(|i| start + (end - start) * f64::from(i) / 6.0).collect();
        let weights: Vec<f64> = (0..problem.term_count()).map(|i| 1.0 + i as f64).collect();
        let host = problem.evaluate(&parameters, &tau, &weights).unwrap();
        let devices = [Device::flex()];
        problem.compute_on(&StandIn(network.clone()), &devices).unwrap();
        let device = problem.evaluate(&parameters, &tau, &weights).unwrap();
        let largest = host.gradient.iter().fold(0.0, |m: f64, g| m.max(g.abs()));
        assert!(largest > 0.0);
        for (a, b) in host.gradient.iter().zip(&device.gradient) {
            assert!((a - b).abs() < 1e-12 * largest, "{initial_condition:?}: {a:e} {b:e}");
        }
        for (a, b) in host.squares.iter().zip(&device.squares) {
            assert!((a - b).abs() < 1e-9 * a.abs(), "{initial_condition:?}: {a:e} {b:e}");
        }
    }
}

/// The host says where a number is none, whoever computes.
#[test]
fn a_number_that_is_none_on_the_device_is_named_by_the_host() {
    let (network, initial) = interpreted("atomic");
    let mut problem = one(network.clone(), &initial, &paper(), &Device::flex());
    problem.compute_on(&StandIn(network), &[Device::flex()]).unwrap();
    let parameters = vec![1e3; problem.initial_parameters().len()];
    let tau = [problem.ansatz.time.tau_end()];
    let weights = vec![1.0; problem.term_count()];
    let error = problem.evaluate(&parameters, &tau, &weights).unwrap_err();
    assert!(matches!(&error, TrainError::NotFinite(found) if found.time.is_some()), "{error}");
}

#[test]
fn what_a_device_cannot_compute_says_why() {
    let refused = |config: &Config, name: &str| {
        let (network, initial) = interpreted(name);
        let mut problem = one(network.clone(), &initial, config, &Device::flex());
        problem.compute_on(&StandIn(network), &[Device::flex()]).unwrap_err()
    };
    let with = |change: fn(&mut Config)| {
        let mut config = paper();
        change(&mut config);
        refused(&config, "atomic")
    };
    assert!(
        with(|config| config.residual.preconditioner = Preconditioner::Diagonal).contains("preconditioned")
    );
    assert!(with(|config| config.closure = Closure::Residual).contains("laws"));
    let benchmark = Config { network: "benchmark_const".to_owned(), ..paper() };
    assert!(refused(&benchmark, "benchmark_const").contains("temperature"));
    assert!(refused(&super::benchmark("benchmark_const"), "benchmark_const").contains("logarithmic"));
}

/// The kernels, through burn and its gradients, on whatever device wgpu finds. Single precision: wgpu has no other.
#[cfg(feature = "wgpu")]
mod with_kernels {
    use burn::tensor::DType;
    use chem_grammar::network::Network;
    use chem_grammar::system::System;

    use super::*;
    use crate::DeviceResidual;
    use chem_emulator::config::Precision;

    #[test]
    fn the_kernels_have_the_loss_and_gradient_of_the_host() {
        compare("atomic");
        compare("molecular");
    }

    fn compare(name: &str) {
        let (network, initial) = interpreted(name);
        let mut config = paper();
        config.network = name.to_owned();
        config.model.precision = Precision::F32;
        let device = Device::wgpu(Default::default());
        let mut problem = one(network, &initial, &config, &device);
        let parameters = problem.initial_parameters();
        let (start, end) = (config.time.tau_start(), config.time.tau_end());
        let tau: Vec<f64> = (0..7).map(|i| start + (end - start) * f64::from(i) / 6.0).collect();
        let weights: Vec<f64> = (0..problem.term_count()).map(|i| 1.0 + i as f64).collect();
        let host = problem.evaluate(&parameters, &tau, &weights).unwrap();
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../networks").join(format!("{name}.net"));
        let system = System::new(Network::load(path).unwrap());
        let kernels = DeviceResidual::new(&system, &device, DType::F32);
        problem.compute_on(&kernels, std::slice::from_ref(&device)).unwrap();
        let found = problem.evaluate(&parameters, &tau, &weights).unwrap();
        let norm = |values: &[f64]| values.iter().map(|v| v * v).sum::<f64>().sqrt();
        let gap: Vec<f64> = host.gradient.iter().zip(&found.gradient).map(|(a, b)| a - b).collect();
        println!("{name}: gradient {:e}, {:e} apart", norm(&host.gradient), norm(&gap));
        assert!(norm(&gap) < 1e-4 * norm(&host.gradient), "{:e} {:e}", norm(&gap), norm(&host.gradient));
        for (a, b) in host.squares.iter().zip(&found.squares) {
            assert!((a - b).abs() < 1e-4 * a.abs(), "{a:e} {b:e}");
        }
    }
}
