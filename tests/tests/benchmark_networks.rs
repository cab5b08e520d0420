//! The two synthetic networks against their equations written by hand.
#![allow(missing_docs)]

use chem_networks::benchmark_const::BenchmarkConst;
use chem_networks::benchmark_tdep::BenchmarkTdep;
use chem_solver::network::TypedNetwork;

/// A -> B (k1), B -> C (k2), A + C -> 2 B (k3).
fn by_hand([k1, k2, k3]: [f64; 3], y: &[f64]) -> [f64; 4] {
    let merging = k3 * y[0] * y[2];
    [-k1 * y[0] - merging, k1 * y[0] - k2 * y[1] + 2.0 * merging, k2 * y[1] - merging, 0.0]
}

fn compare<N: TypedNetwork>(coefficients: impl Fn(f64) -> [f64; 3]) {
    let network = N::default();
    let mut initial = [f64::NAN; 4];
    if let Some(cell) = N::initial("single") {
        cell.write_unknowns(&mut initial);
    }
    assert_eq!(initial[..3], [1.0, 0.001, 0.1]);
    for (y, t) in
        [(initial, 0.0), (initial, 2.5), ([0.3, 0.5, 0.301, 300.0], 1.0), ([0.7, 0.02, 4.0, 10.0], 4.9)]
    {
        let mut rhs = [f64::NAN; 4];
        network.rhs(t, &y, &mut rhs);
        for (found, expected) in rhs.iter().zip(by_hand(coefficients(t), &y)) {
            assert!((found - expected).abs() <= 1e-15, "t = {t} s: {rhs:?}");
        }
    }
}

#[test]
fn constant_coefficients() {
    compare::<BenchmarkConst>(|_| [0.8, 0.5, 0.2]);
}

#[test]
fn time_dependent_coefficients() {
    compare::<BenchmarkTdep>(|t| [0.8 - t.sin(), 0.5 + t.cos(), 0.2 + (2.0 * t).sin()]);
}
