//! Derivatives of rows, as factors and in memory.

use super::*;

/// The step of SPRING from tiles of the Gram matrix is that from the derivatives of all rows, taken by differences.
#[test]
fn steps_in_sample_space_are_those_of_the_whole_jacobian() {
    let settings = Spring { damping: 1e-2, momentum: 0.5, longest: 1e9, huber: 1e9, ..Spring::default() };
    let (equations, domain, config) = small(ResidualKind::DiscreteTime, Optimiser::Spring(settings));
    let mut problem = problem(equations, &domain, &config);
    problem.samples = problem.first_samples(config.time.tau_end());
    let parameters = problem.initial_parameters();
    let count = parameters.len();
    let momentum: Vec<f64> = (0..count).map(|i| 1e-2 * (0.3 * i as f64).sin()).collect();
    let rows_at = |parameters: Vec<f64>| -> Vec<f64> {
        let (samples, n) = (&problem.samples, problem.ansatz.outputs());
        let y = problem.evaluate(&parameters, &samples.points);
        let row = |i: usize| problem.learnt.iter().map(move |k| (i, *k)).collect::<Vec<_>>();
        (0..6).flat_map(row).map(|(i, k)| samples.residual(i, k, n, y[i * n + k])).collect()
    };
    let r = rows_at(parameters.clone());
    let mut g = faer::Mat::<f64>::zeros(r.len(), count);
    for j in 0..count {
        let shifted = |h: f64| {
            let mut p = parameters.clone();
            p[j] += h;
            p
        };
        let (up, down) = (rows_at(shifted(1e-5)), rows_at(shifted(-1e-5)));
        for i in 0..r.len() {
            g[(i, j)] = (up[i] - down[i]) / 2e-5;
        }
    }
    use faer::prelude::*;
    let gram = &g * g.transpose();
    let mean = (0..r.len()).map(|i| gram[(i, i)]).sum::<f64>() / r.len() as f64;
    let damped =
        faer::Mat::from_fn(r.len(), r.len(), |i, j| gram[(i, j)] + if i == j { 1e-2 * mean } else { 0.0 });
    let m = faer::Mat::from_fn(count, 1, |i, _| momentum[i]);
    let along = &g * &m;
    let right = faer::Mat::from_fn(r.len(), 1, |i, _| -(r[i] + 0.5 * along[(i, 0)]));
    let c = damped.llt(faer::Side::Lower).unwrap().solve(&right);
    let expected = faer::Scale(0.5) * &m + g.transpose() * c;
    let mut spring = spring::Spring::new(settings, count);
    spring.momentum = momentum;
    let place = Place { iteration: 0, iterations: 100 };
    spring.step(&mut problem, place, &mut parameters.clone()).unwrap();
    let size = (0..count).map(|i| expected[(i, 0)].powi(2)).sum::<f64>().sqrt();
    for (i, found) in spring.momentum.iter().enumerate() {
        assert!((found - expected[(i, 0)]).abs() < 2e-3 * size, "{i}: {found} {}", expected[(i, 0)]);
    }
}

/// Rows of every residual of a domain, with slopes of activations too, are derivatives: along any direction they change as
/// differences say. What Levenberg-Marquardt compares steps by begins at the loss.
#[test]
fn rows_are_derivatives_of_the_residual() {
    for (kind, activation) in [
        (ResidualKind::DiscreteTime, Activation::Silu),
        (ResidualKind::IntegratorInTheLoop, Activation::AdaptiveSigmoid),
        (ResidualKind::Derivative, Activation::Silu),
    ] {
        let (equations, domain, mut config) = small(kind, soap());
        config.model.activation = activation;
        if kind == ResidualKind::Derivative {
            config.closure = Closure::None;
            config.residual.preconditioner = chem_emulator::config::Preconditioner::None;
        }
        let mut problem = problem(equations, &domain, &config);
        problem.samples = problem.first_samples(config.time.tau_start() + 1.0);
        let parameters = problem.initial_parameters();
        let found = problem.rows(&parameters, Cost::Square).unwrap();
        let value = problem.loss_held(&parameters, &found.held);
        assert!((value / found.loss.value - 1.0).abs() < 1e-12, "{kind:?}: {value} {}", found.loss.value);
        let direction: Vec<f64> = (0..parameters.len()).map(|i| (1.0 + i as f64).cos()).collect();
        let product = found.rows.times(&direction);
        let h = 1e-6;
        let at = |h: f64| {
            let moved: Vec<f64> = parameters.iter().zip(&direction).map(|(p, d)| p + h * d).collect();
            problem.rows(&moved, Cost::Square).unwrap().residual
        };
        for (row, (after, before)) in at(h).iter().zip(at(-h)).enumerate() {
            let difference = (after - before) / (2.0 * h);
            assert!(
                (product[row] - difference).abs() < 1e-5 * (1.0 + difference.abs()),
                "{kind:?} row {row}: {} {difference}",
                product[row]
            );
        }
        let c: Vec<f64> = (0..product.len()).map(|i| (0.5 * i as f64).sin()).collect();
        let mut transposed = vec![0.0; parameters.len()];
        found.rows.add_transposed(&c, &mut transposed);
        let (left, right) = (dot(&transposed, &direction), dot(&c, &product));
        assert!((left - right).abs() < 1e-10 * (1.0 + right.abs()), "{left} {right}");
    }
}
