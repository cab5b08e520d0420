//! The logarithmic form against dual numbers.

mod toy;

use chem_solver::log_form::{Cotangents, LogForm, LogScratch};
use chem_solver::network::{ChemNetwork, GenericNetwork};
use chem_solver::scalar::{Dual, Scalar};
use toy::{Driven, Robertson, Thermal, Toy};

/// u, du/dtau and cotangents that are of no special form.
fn arguments<const N: usize>() -> ([f64; N], [f64; N], [f64; N]) {
    let wave = |i: usize, phase: f64| (1.7 * i as f64 + phase).sin();
    (
        std::array::from_fn(|i| if i == N - 1 { 4.1 } else { wave(i, 0.3) - 1.0 }),
        std::array::from_fn(|i| wave(i, 1.1)),
        std::array::from_fn(|i| wave(i, 2.3)),
    )
}

fn close(a: f64, b: f64, scale: f64) -> bool {
    (a - b).abs() <= 1e-13 * scale
}

/// Largest absolute value.
fn size(values: &[f64]) -> f64 {
    values.iter().fold(0.0, |m, v| m.max(v.abs()))
}

fn check<const N: usize>(network: &impl GenericNetwork, tau: f64) {
    let structure = network.structure();
    let (u, slopes, cotangent) = arguments::<N>();
    let mut scratch = LogScratch::new(structure);

    // g by its definition.
    let x = u.map(|u| 10f64.powf(u));
    let mut f = [0.0; N];
    network.rhs(10f64.powf(tau), &x, &mut f);
    let mut g = [0.0; N];
    network.rhs_log(tau, &u, &mut g, &mut scratch);
    for k in 0..N {
        assert!(close(g[k], 10f64.powf(tau) * f[k] / x[k], size(&g)));
    }

    // Derivatives of g by u and tau.
    let mut dual_scratch = LogScratch::<Dual<1>>::new(structure);
    let mut gradient = |direction: usize| {
        let dual: [_; N] = std::array::from_fn(|i| {
            if i == direction { Dual::<1>::variable(u[i], 0) } else { Dual::fixed(u[i]) }
        });
        let tau = if direction == N { Dual::variable(tau, 0) } else { Dual::fixed(tau) };
        let mut out = [Dual::<1>::constant(0.0); N];
        network.rhs_log(tau, &dual, &mut out, &mut dual_scratch);
        out.map(|g| g.derivatives[0])
    };
    let mut values = vec![0.0; structure.jacobian_count()];
    network.jacobian_log(tau, &u, &mut values, &mut scratch);
    let mut by_tau = [0.0; N];
    network.time_derivative_log(tau, &u, &mut by_tau, &mut scratch);
    let columns: Vec<[f64; N]> = (0..=N).map(&mut gradient).collect();
    for (column, expected) in columns.iter().enumerate().take(N) {
        for row in 0..N {
            let value = values[column * N + row];
            assert!(close(value, expected[row], size(expected)), "{row} {column}: {value} {}", expected[row]);
        }
    }
    for k in 0..N {
        assert!(close(by_tau[k], columns[N][k], size(&columns[N])));
    }

    // The residual and its vector-Jacobian product.
    let mut residual = [0.0; N];
    network.residual_log(tau, &u, &slopes, &mut residual, &mut scratch);
    for k in 0..N {
        assert!(close(residual[k], slopes[k] - g[k], size(&g)));
    }
    let (mut by_u, mut by_slope, mut by_tau) = ([0.0; N], [0.0; N], 0.0);
    let out = Cotangents { u: &mut by_u, dudtau: &mut by_slope, tau: &mut by_tau };
    network.residual_log_vjp(tau, &u, &cotangent, out, &mut scratch);
    let product =
        |column: &[f64; N]| -> f64 { -column.iter().zip(&cotangent).map(|(g, c)| g * c).sum::<f64>() };
    for j in 0..N {
        assert!(close(by_u[j], product(&columns[j]), N as f64 * size(&columns[j])));
    }
    assert!(close(by_tau, product(&columns[N]), N as f64 * size(&columns[N])));
    assert_eq!(by_slope, cotangent);
}

#[test]
fn logarithmic_form_agrees_with_dual_numbers() {
    for tau in [-2.0, 0.4, 7.0] {
        check::<4>(&Toy::new(Robertson), tau);
        check::<4>(&Toy::new(Thermal), tau);
    }
    check::<2>(&Toy::new(Driven), 0.4);
}

#[test]
fn second_derivatives_of_the_residual_exist() {
    // Training differentiates the product once more: nested dual numbers must pass through.
    let network = Toy::new(Thermal);
    let (u, _, cotangent) = arguments::<4>();
    let mut scratch = LogScratch::<Dual<1>>::new(network.structure());
    let mut product = |u: [Dual<1>; 4]| {
        let zero = Dual::constant(0.0);
        let (mut by_u, mut by_slope, mut by_tau) = ([zero; 4], [zero; 4], zero);
        let out = Cotangents { u: &mut by_u, dudtau: &mut by_slope, tau: &mut by_tau };
        network.residual_log_vjp(Dual::constant(7.0), &u, &cotangent.map(Dual::fixed), out, &mut scratch);
        by_u[3]
    };
    let dual = product(std::array::from_fn(|i| Dual::variable(u[i], 0))).derivatives[0];
    let mut shifted = |h: f64| product(u.map(|u| Dual::fixed(u + h))).value;
    let difference = (shifted(1e-6) - shifted(-1e-6)) / 2e-6;
    assert!((dual - difference).abs() < 1e-6 * dual.abs(), "{dual} {difference}");
}
