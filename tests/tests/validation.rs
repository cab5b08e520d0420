//! Judging emulators: one whose errors are known, and a loose solver in place of a trained network.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::path::Path;

use chem_emulator::EmulatorError;
use chem_emulator::checkpoint::Provenance;
use chem_emulator::config::{Axis, Config, Seconds};
use chem_networks::{atomic::Atomic, benchmark_const::BenchmarkConst};
use chem_report::training_log::Record;
use chem_report::validate::errors::{compare, errors};
use chem_report::validate::residual::residuals;
use chem_report::validate::table;
use chem_report::validate::{Reference, ReferenceCell, Subject, Summary, Validation, rollout, write_report};
use chem_solver::advance::{Advance, AdvanceError, AdvanceReport, Outcome};
use chem_solver::bdf::Bdf;
use chem_solver::equations::Equations;
use chem_solver::runs::AnyNetwork;
use chem_solver::units::YEAR;

/// A solver that takes the part of a trained network.
struct LooseSolver<'a> {
    network: &'a AnyNetwork,
    rtol: f64,
}

impl LooseSolver<'_> {
    fn evaluate(&self, initial: &[f64], times: &[f64], out: &mut [f64]) -> Result<(), EmulatorError> {
        let mut sorted = times.to_vec();
        sorted.sort_by(f64::total_cmp);
        let solver = Bdf::new(&*self.network.network).rtol(self.rtol);
        let mut states = out.to_vec();
        solver.integrate(&mut solver.workspace(), initial, &sorted, &mut states).expect("the solver solves");
        for (time, row) in times.iter().zip(out.chunks_exact_mut(initial.len())) {
            let place = sorted.partition_point(|t| t < time);
            row.copy_from_slice(&states[place * initial.len()..(place + 1) * initial.len()]);
        }
        Ok(())
    }
}

/// n = exp(-rate t) of A, the rest is B.
fn decay_by(rate: f64) -> impl Fn(&[f64], &[f64], &mut [f64]) -> Result<(), EmulatorError> {
    move |initial, times, out| {
        for (t, row) in times.iter().zip(out.chunks_exact_mut(3)) {
            let a = (-rate * t).exp();
            row.copy_from_slice(&[a, 1.0 - a + 1e-3, initial[2]]);
        }
        Ok(())
    }
}

fn decay() -> AnyNetwork {
    let text = "network decay version 1\n\"A decays.\"\n\nallow(W003) species A (X)\nallow(W004) species B (X)\n\n\
                decay: A -> B  k = 0.8 [s^-1]  \"made up\"\n\n\
                initial single: T = 300 [K], n[A] = 1 [cm^-3], n[B] = 0.001 [cm^-3]  \"made up\"\n";
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("decay.net");
    std::fs::write(&path, text).unwrap();
    AnyNetwork::load(&path).unwrap_or_else(|report| panic!("{report}"))
}

#[test]
fn errors_are_those_that_were_made() {
    let network = decay();
    let times: Vec<f64> = (1..=5).map(f64::from).collect();
    let states: Vec<f64> =
        times.iter().flat_map(|t| [(-0.8 * t).exp(), 1.0 - (-0.8 * t).exp() + 1e-3, 300.0]).collect();
    let cell =
        ReferenceCell { id: "1".into(), initial: vec![1.0, 1e-3, 300.0], times: times.clone(), states };
    let reference = Reference { name: "by hand".into(), cells: vec![cell], warnings: Vec::new() };
    let comparisons = compare(&decay_by(0.7), reference).unwrap();
    let errors = errors(&comparisons, network.network.structure(), 0.0);
    assert_eq!(errors.len(), 2, "T is constant");
    for (k, t) in times.iter().enumerate() {
        let (absolute, exact) = ((-0.7 * t).exp() - (-0.8 * t).exp(), (-0.8 * t).exp());
        assert!((errors[0].absolute[k] - absolute).abs() < 1e-15);
        assert!((errors[0].relative[k] - absolute / exact).abs() < 1e-14);
        assert!((errors[1].fractional[k] - absolute / 1.001).abs() < 1e-15);
    }
}

#[test]
fn residuals_are_those_of_the_equations() {
    let network = decay();
    let of = |rate, logarithmic| {
        let start = [1.0, 1e-3, 300.0];
        residuals(&decay_by(rate), &*network.network, ("1", &start), (0.01, 5.0), logarithmic).unwrap()
    };
    for logarithmic in [false, true] {
        let exact = of(0.8, logarithmic);
        assert_eq!(exact.len(), 2, "T is constant");
        let largest = exact.iter().flatten().copied().fold(0.0, f64::max);
        assert!(largest < 1e-9, "{largest:e} for the exact solution");
    }
    // d log10 A / d log10 t + 0.8 t = 0.1 t; and 0.1 exp(-0.7 t) on the linear axis.
    let last = *of(0.7, true)[0].last().unwrap();
    assert!((last - 0.1 * 5.0 * 10f64.powf(-2e-3)).abs() < 1e-9, "{last}");
    let first = of(0.7, false)[0][0];
    assert!((first - 0.1 * (-0.7f64 * (0.01 + 2e-3 * 4.99)).exp()).abs() < 1e-9, "{first}");
}

fn history(unknowns: usize) -> Vec<Record> {
    let record = |n: u64| Record {
        n,
        stage: 0,
        iteration: n,
        loss: 10f64.powf(-(n as f64) / 60.0) * (1.0 + 0.3 * (n as f64).sin()),
        residuals: (0..unknowns).map(|k| 10f64.powf(-(n as f64) / 80.0 - k as f64 / 3.0)).collect(),
        tau_max: 1.0,
        whole_range: n > 90,
        error: n.is_multiple_of(10).then(|| 10f64.powf(-(n as f64) / 50.0)),
        quantiles: None,
        cpu_s: n as f64 / 10.0,
    };
    (1..=240).map(record).collect()
}

/// A validation of a solver, under a name.
fn validation(name: &str, emulator: &LooseSolver<'_>, config: Config) -> Validation {
    let structure = emulator.network.network.structure();
    let mut provenance = Provenance::new(structure, config);
    provenance.outcome.cpu_seconds = 24.0;
    let subject = Subject {
        general: None,
        name: name.to_owned(),
        emulator: &|initial, times, out| emulator.evaluate(initial, times, out),
        network: emulator.network,
        initial: emulator.network.initials[0].clone(),
        parameters: 0,
        history: history(structure.unknown_count()),
        provenance,
    };
    Validation::new(subject, None).unwrap()
}

#[test]
fn loose_solvers_are_judged_and_reported() {
    let atomic = AnyNetwork::typed::<Atomic>();
    let loose = LooseSolver { network: &atomic, rtol: 1e-2 };
    let of_atomic = validation("stand_in_atomic", &loose, Config::new("atomic"));
    let quantiles = of_atomic.summary.quantiles_log10_relative_error;
    assert!((-5.0..-1.0).contains(&quantiles.q50), "{quantiles:?}");
    assert!(quantiles.all().is_sorted(), "{quantiles:?}");
    assert_eq!(of_atomic.paper.map(|p| p.name), Some("single atomic"));

    let benchmark = AnyNetwork::typed::<BenchmarkConst>();
    let loose = LooseSolver { network: &benchmark, rtol: 1e-3 };
    let mut config = Config::new("benchmark_const");
    config.time.axis = Axis::Linear;
    (config.time.start, config.time.end) = (Seconds(0.0), Seconds(5.0));
    let linear = validation("stand_in_benchmark", &loose, config);
    assert!((1e-6..1e-2).contains(&linear.summary.absolute_error.max), "{:?}", linear.summary.absolute_error);

    let out = Path::new(env!("CARGO_TARGET_TMPDIR")).join("validation");
    let written = write_report(&[of_atomic, linear], &out, "validate a b").unwrap();
    assert!(written.iter().all(|path| path.exists()));
    let summary = Summary::read(&out.join("stand_in_atomic/summary.json")).unwrap();
    assert_eq!(summary.quantiles_log10_relative_error, quantiles);
    let page = std::fs::read_to_string(out.join("report.html")).unwrap();
    for outside in ["src=", "<link", "url(", "@import", "<script"] {
        assert!(!page.contains(outside), "the page needs {outside}");
    }
    for word in ["<code>validate a b</code>", "largest relative error: ", " of n_tot", "times beyond 10 yr"] {
        assert!(page.contains(word), "`{word}` is not on the page");
    }
    assert!(!page.contains("NaN"), "the page shows what is no number");
}

#[test]
fn our_solver_agrees_with_the_reference_figures() {
    let atomic = AnyNetwork::typed::<Atomic>();
    let tight = LooseSolver { network: &atomic, rtol: 1e-8 };
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("reference/single_atomic.csv");
    let reference = Reference::read(&path, atomic.network.structure()).unwrap();
    assert_eq!(reference.state_count(), 200);
    let comparisons = compare(&|initial, times, out| tight.evaluate(initial, times, out), reference).unwrap();
    let errors = errors(&comparisons, atomic.network.structure(), 10.0 * YEAR);
    let largest = errors.iter().flat_map(|e| &e.relative).copied().fold(0.0, f64::max);
    assert!((1e-9..1e-3).contains(&largest), "{largest:e}");
}

#[test]
fn trainings_that_differ_in_their_seed_have_a_median() {
    let atomic = AnyNetwork::typed::<Atomic>();
    let loose = LooseSolver { network: &atomic, rtol: 1e-2 };
    let validation = validation("m", &loose, Config::new("atomic"));
    let summaries: Vec<Summary> = [(0, -2.0), (1, -5.0), (2, -3.0)]
        .into_iter()
        .map(|(seed, q50)| {
            let mut summary = validation.summary.clone();
            summary.provenance.seed = seed;
            summary.provenance.config.seed = seed;
            summary.quantiles_log10_relative_error.q50 = q50;
            summary
        })
        .collect();
    let table = table::relative_errors(&summaries);
    let abundant = validation.summary.quantiles_log10_relative_error_abundant.unwrap();
    // What is rare is less exact.
    assert!(abundant.max <= validation.summary.quantiles_log10_relative_error.max);
    let abundant = format!("{:+.2}", abundant.q50);
    let cells: Vec<_> = table.rows.iter().map(|row| (row.cells[0].as_str(), row.cells[1].as_str())).collect();
    assert_eq!(
        cells,
        [
            ("m, seed 0", "-2.00"),
            ("– species above 1e-10 n_tot, T", abundant.as_str()),
            ("m, seed 1", "-5.00"),
            ("– species above 1e-10 n_tot, T", abundant.as_str()),
            ("m, seed 2", "-3.00"),
            ("– species above 1e-10 n_tot, T", abundant.as_str()),
            ("m, median of 3 seeds", "-3.00"),
            ("Branca & Pallottini 2023, single atomic", "-1.51")
        ]
    );
    assert!(table.markdown().contains("| **m, median of 3 seeds** "), "{}", table.markdown());
}

/// A solver that is exact but for T, and knows no gas below 30 K.
struct Warmer<'a> {
    solver: &'a dyn Equations,
    factor: f64,
}

impl Advance for Warmer<'_> {
    fn unknown_count(&self) -> usize {
        self.solver.network().structure().unknown_count()
    }

    fn advance_rows_by(&self, rows: &mut [f64], dt: &[f64]) -> Result<AdvanceReport, AdvanceError> {
        let n = self.unknown_count();
        let solved = self.solver.solver(1e-6);
        let mut report = AdvanceReport::default();
        for (row, dt) in rows.chunks_exact_mut(n).zip(dt) {
            if row[n - 1] < 30.0 {
                report.push(Outcome::Refused, || "it is cold".to_owned());
                continue;
            }
            assert!(solved.advance_rows_by(row, &[*dt])?.reasons.is_empty());
            row[n - 1] *= self.factor;
            report.push(Outcome::Emulated, String::new);
        }
        Ok(report)
    }
}

#[test]
fn calls_in_a_row_are_judged_against_the_same_calls_of_the_solver() {
    let network = AnyNetwork::typed::<Atomic>();
    let domain = network.domains.iter().find(|domain| domain.name == "general").unwrap();
    let solver = network.equations();
    let run = |factor| {
        let warmer = Warmer { solver: &solver, factor };
        let emulators: Vec<rollout::Contender<'_>> = vec![("warmer".to_owned(), Box::new(warmer))];
        rollout::rollout("warmer", (emulators, 1e6 * YEAR), &solver, domain, (40, 10)).unwrap()
    };
    for factor in [1.0, 1.01] {
        let found = run(factor);
        let calls: Vec<usize> = found.runs.iter().map(|run| run.sequence.calls).collect();
        assert_eq!((calls.as_slice(), found.collapses.len()), (&[1, 10][..], 0), "up to ten calls");
        let last = &found.runs[0].ways[0].marks[0];
        assert!((1..40).contains(&last.left), "{} cells are cold", last.left);
        for error in last.temperature.0 {
            assert!((error - (factor - 1.0)).abs() < 1e-12, "{error} {factor}");
        }
        if factor == 1.0 {
            assert!(
                found.runs.iter().flat_map(|run| &run.ways[0].marks).all(|mark| mark.errors.0[2] < 1e-12)
            );
        }
        let marks: Vec<usize> = found.runs[1].ways[0].marks.iter().map(|mark| mark.calls).collect();
        assert_eq!(marks, [1, 10]);
        assert!(
            found
                .runs
                .iter()
                .all(|run| run.ways[2].marks.last().unwrap().errors.0[0] < 1e-3 && run.ways[2].seconds > 0.0)
        );
        assert_eq!(found.csv().lines().count(), 10, "{}", found.csv());
        let text = found.markdown();
        assert!(text.contains("10 x 100 kyr") && text.contains("after 10"), "{text}");
    }
}
