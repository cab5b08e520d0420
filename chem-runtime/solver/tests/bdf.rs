//! The solver on problems with known solutions.

#![expect(clippy::unwrap_used, reason = "tests fail by panicking")]

mod toy;

use chem_solver::bdf::{Bdf, Cause, Workspace};
use chem_solver::network::ChemNetwork;
use toy::{Chain, Driven, Robertson, Sticky, Thermal, Toy};

fn solve(network: &dyn ChemNetwork, rtol: f64, atol: f64, y0: &[f64], times: &[f64]) -> Vec<Vec<f64>> {
    let mut rows = vec![0.0; y0.len() * times.len()];
    let solver = Bdf::new(network).rtol(rtol).atol(atol);
    let report = solver.integrate(&mut solver.workspace(), y0, times, &mut rows).unwrap();
    assert!(report.drift <= 1e-13, "drift {:e}", report.drift);
    rows.chunks(y0.len()).map(<[f64]>::to_vec).collect()
}

/// Powers of ten between two exponents.
fn decades(from: i32, to: i32) -> Vec<f64> {
    (from..=to).map(|e| 10f64.powi(e)).collect()
}

#[test]
fn decay_chains_are_as_accurate_as_asked() {
    for stiffness in [30.0, 1e6] {
        let chain = Chain { stiffness };
        let times: Vec<f64> = (1..60).map(|i| 0.1 * f64::from(i)).collect();
        let network = Toy::new(Chain { stiffness });
        for rtol in [1e-3, 1e-4, 1e-6, 1e-8] {
            let states = solve(&network, rtol, 1e-20, &[1.0, 0.0, 0.0, 10.0], &times);
            for (t, state) in times.iter().zip(&states) {
                for (n, exact) in state.iter().zip(chain.exact(*t)) {
                    let error = (n - exact).abs() / exact;
                    // Relative errors of a decay add up from e-folding to e-folding.
                    assert!(
                        error < 10.0 * rtol * t.max(1.0),
                        "stiffness {stiffness} rtol {rtol:e} t {t}: {error:e}"
                    );
                }
            }
        }
    }
}

#[test]
fn errors_shrink_with_the_tolerance() {
    let chain = Chain { stiffness: 30.0 };
    let exact = chain.exact(3.0);
    let error = |rtol: f64| {
        let state =
            &solve(&Toy::new(Chain { stiffness: 30.0 }), rtol, 1e-20, &[1.0, 0.0, 0.0, 10.0], &[3.0])[0];
        (0..3).map(|i| (state[i] - exact[i]).abs() / exact[i]).fold(0.0, f64::max)
    };
    assert!(error(1e-10) < 1e-4 * error(1e-4));
}

#[test]
fn robertson_reaches_its_literature_values() {
    // Reference at t = 1e11: Mazzia & Magherini 2008, Test Set for IVP Solvers, problem ROBER.
    let reference = [0.208_334_014_970_120_4e-7, 0.833_336_077_033_470_8e-13, 0.999_999_979_166_505];
    let network = Toy::new(Robertson);
    for rtol in [1e-4, 1e-6, 1e-8] {
        let state = &solve(&network, rtol, 1e-20, &[1.0, 0.0, 0.0, 10.0], &[1e11])[0];
        for (n, exact) in state.iter().zip(reference) {
            let error = (n - exact).abs() / exact;
            assert!(error < 10.0 * rtol, "rtol {rtol:e}: {n:e} instead of {exact:e}");
        }
    }
}

#[test]
fn results_between_steps_are_as_accurate_as_at_steps() {
    let network = Toy::new(Robertson);
    let times: Vec<f64> = (0..200).map(|i| 10f64.powf(-6.0 + 0.08 * f64::from(i))).collect();
    let tight = solve(&network, 1e-11, 1e-30, &[1.0, 0.0, 0.0, 10.0], &times);
    let loose = solve(&network, 1e-5, 1e-20, &[1.0, 0.0, 0.0, 10.0], &times);
    for ((t, a), b) in times.iter().zip(&loose).zip(&tight) {
        for (n, exact) in a.iter().zip(b) {
            assert!((n - exact).abs() < 1e-4 * exact.abs(), "t {t:e}: {n:e} instead of {exact:e}");
        }
    }
}

#[test]
fn explicit_time_is_followed() {
    let times: Vec<f64> = (1..50).map(|i| 0.2 * f64::from(i)).collect();
    for rtol in [1e-4, 1e-7] {
        for (t, state) in times.iter().zip(solve(&Toy::new(Driven), rtol, 1e-20, &[2.5, 10.0], &times)) {
            let exact = 1.5 + t.cos();
            assert!((state[0] - exact).abs() < 10.0 * rtol * exact, "t {t}: {} not {exact}", state[0]);
        }
    }
}

#[test]
fn gas_sticks_to_a_breakpoint_and_leaves_it() {
    let network = Toy::new(Sticky);
    let times: Vec<f64> = (1..80).map(|i| 0.25 * f64::from(i)).collect();
    for rtol in [1e-3, 1e-4, 1e-6, 1e-8, 1e-10] {
        let solver = Bdf::new(&network).rtol(rtol);
        let mut rows = vec![0.0; 2 * times.len()];
        let report = solver.integrate(&mut solver.workspace(), &[1.0, 101.0], &times, &mut rows).unwrap();
        assert!(report.counters.steps < 1000, "rtol {rtol:e}: {}", report.counters);
        for (t, row) in times.iter().zip(rows.chunks(2)) {
            let exact = Sticky::exact(*t);
            assert!(
                (row[1] - exact).abs() < 10.0 * rtol * exact,
                "rtol {rtol:e} t {t}: {} not {exact}",
                row[1]
            );
        }
    }
}

#[test]
fn thermal_runaway_agrees_with_a_tight_run() {
    let network = Toy::new(Thermal);
    let y0 = [1.0, 1e-3, 1e-3, 3e4];
    let times = decades(8, 17);
    let tight = solve(&network, 1e-11, 1e-30, &y0, &times);
    for rtol in [1e-4, 1e-6, 1e-8] {
        let states = solve(&network, rtol, 1e-20, &y0, &times);
        for ((t, a), b) in times.iter().zip(&states).zip(&tight) {
            for (n, exact) in a.iter().zip(b) {
                let error = (n - exact).abs() / exact;
                assert!(error < 10.0 * rtol, "rtol {rtol:e} t {t:e}: {error:e}");
            }
        }
    }
}

#[test]
fn no_density_is_ever_negative() {
    let network = Toy::new(Chain { stiffness: 1e3 });
    let times: Vec<f64> = (0..3000).map(|i| 0.1 * f64::from(i)).collect();
    for atol in [1e-20, 1e-10, 1e-6, 1e-3] {
        for state in solve(&network, 1e-3, atol, &[1.0, 0.0, 0.0, 10.0], &times) {
            assert!(state.iter().all(|n| *n >= 0.0), "{state:?}");
            assert!((state[..3].iter().sum::<f64>() - 1.0).abs() < 1e-13, "{state:?}");
        }
    }
}

#[test]
fn a_used_workspace_gives_the_same_bits() {
    let network = Toy::new(Robertson);
    let solver = Bdf::new(&network);
    let times = decades(-3, 6);
    let run = |workspace: &mut Workspace, a: f64| {
        let mut rows = vec![0.0; 4 * times.len()];
        let report = solver.integrate(workspace, &[a, 0.0, 0.0, 10.0], &times, &mut rows).unwrap();
        (rows, report)
    };
    let mut used = solver.workspace();
    run(&mut used, 3.0);
    run(&mut used, 1e-3);
    assert_eq!(run(&mut used, 1.0), run(&mut solver.workspace(), 1.0));
    // Also one that was made for another network.
    let mut foreign = Workspace::new(Toy::new(Thermal).structure());
    assert_eq!(run(&mut foreign, 1.0), run(&mut solver.workspace(), 1.0));
}

#[test]
fn any_end_time_will_do() {
    let network = Toy::new(Robertson);
    let y0 = [1.0, 0.0, 0.0, 10.0];
    assert_eq!(solve(&network, 1e-4, 1e-20, &y0, &[0.0])[0], y0);
    assert_eq!(solve(&network, 1e-4, 1e-20, &y0, &[]).len(), 0);
    let end = &solve(&network, 1e-4, 1e-20, &y0, &[0.0, 0.0, 1e-30, 1e20])[3];
    assert!((end[2] - 1.0).abs() < 1e-9);
}

#[test]
fn a_constant_state_takes_few_steps() {
    let network = Toy::new(Chain { stiffness: 10.0 });
    let solver = Bdf::new(&network);
    let mut row = [0.0; 4];
    let y0 = [0.0, 0.0, 1.0, 10.0];
    let report = solver.integrate(&mut solver.workspace(), &y0, &[1e20], &mut row).unwrap();
    assert_eq!(row, y0);
    assert!(report.counters.steps < 30, "{}", report.counters);
}

#[test]
fn bad_input_is_named() {
    let network = Toy::new(Robertson);
    let message = |y0: &[f64], times: &[f64], rtol: f64, atol: &[f64]| {
        let solver = Bdf::new(&network).rtol(rtol).atol_per_unknown(atol);
        let mut rows = vec![7.0; y0.len() * times.len()];
        let error = solver.integrate(&mut solver.workspace(), y0, times, &mut rows).unwrap_err();
        assert!(matches!(error.cause, Cause::InvalidInput(_)), "{error:?}");
        assert!(rows.iter().all(|x| *x == 7.0), "output was written");
        error.to_string()
    };
    let good = [1.0, 0.0, 0.0, 10.0];
    assert!(message(&[1.0, f64::NAN, 0.0, 10.0], &[1.0], 1e-4, &[1e-20]).contains("n(B) is NaN"));
    assert!(message(&[1.0, 0.0, -1e-3, 10.0], &[1.0], 1e-4, &[1e-20]).contains("n(C) is -0.001"));
    assert!(message(&[1.0, 0.0, 0.0, 0.0], &[1.0], 1e-4, &[1e-20]).contains("T is 0"));
    assert!(message(&[1.0, 0.0, 10.0], &[1.0], 1e-4, &[1e-20]).contains("3 entries"));
    assert!(message(&good, &[2.0, 1.0], 1e-4, &[1e-20]).contains("ascend"));
    assert!(message(&good, &[-1.0], 1e-4, &[1e-20]).contains("ascend"));
    assert!(message(&good, &[f64::INFINITY], 1e-4, &[1e-20]).contains("finite"));
    assert!(message(&good, &[1.0], 0.0, &[1e-20]).contains("rtol"));
    assert!(message(&good, &[1.0], 1e-4, &[0.0]).contains("atol"));
    assert!(message(&good, &[1.0], 1e-4, &[1e-20, 1e-20]).contains("one per unknown"));
}

#[test]
fn too_few_steps_are_diagnosed() {
    let network = Toy::new(Robertson);
    let solver = Bdf::new(&network).max_steps(20);
    let mut row = [0.0; 4];
    let error =
        solver.integrate(&mut solver.workspace(), &[1.0, 0.0, 0.0, 10.0], &[1e11], &mut row).unwrap_err();
    assert_eq!(error.cause, Cause::TooManySteps(20));
    let diagnosis = error.diagnosis.as_ref().unwrap();
    assert!(diagnosis.time > 0.0 && diagnosis.time < 1e11 && diagnosis.t_gas == 10.0);
    assert_eq!(diagnosis.worst.len(), 3);
    assert!(error.to_string().contains("20 steps were not enough at t = "), "{error}");
}
