//! What the bench prints.

use std::fmt::Write as _;

use chem_report::plot::{Format, WorkPrecision, WorkPrecisionLine, work_precision};
use chem_report::validate::table::{Row, RowKind, Table};

use super::measurement::{Measurement, errors};
use super::problem::Problem;

/// The solver that others are measured by: CVODE where it takes part, else our own scalar BDF.
const RIVALS: [&str; 2] = ["CVODE", "BDF"];
/// Its relative tolerance: KROME's default.
const RIVAL_RTOL: f64 = 1e-4;

/// All of one problem.
#[derive(Clone, Debug, serde::Serialize)]
pub struct ProblemReport {
    /// Name of the network.
    pub network: String,
    /// Name of the problem.
    pub problem: String,
    /// What it is.
    pub description: String,
    /// KROME with default tolerances: median, 95 % quantile and maximum of its errors.
    pub krome_errors: [f64; 3],
    /// KROME's CPU time of a cell on a like machine, as noted in `tests/reference/krome_timings.csv` `[s]`.
    pub krome_seconds: Option<f64>,
    /// What was measured.
    pub measurements: Vec<Measurement>,
}

impl ProblemReport {
    /// Puts together what was measured and what is known of KROME.
    pub fn new(network: &str, names: &[String], problem: &Problem, measurements: Vec<Measurement>) -> Self {
        let krome = errors(problem, &problem.krome, names);
        ProblemReport {
            network: network.to_owned(),
            problem: problem.name.to_owned(),
            description: problem.description.clone(),
            krome_errors: [krome.median(), krome.quantile(0.95), krome.maximum()],
            krome_seconds: problem.krome_seconds,
            measurements,
        }
    }

    /// The measurement that others are compared with.
    fn rival(&self) -> Option<&Measurement> {
        RIVALS.iter().find_map(|name| {
            self.measurements.iter().find(|m| m.solver == *name && m.rtol == Some(RIVAL_RTOL))
        })
    }

    /// The table, as Markdown.
    pub fn table(&self) -> String {
        let rival = self.rival();
        let per_rival = rival.map_or("-".to_owned(), |rival| format!("x {}", rival.solver));
        let header = [
            "solver",
            "rtol",
            "us/cell",
            &per_rival,
            "x KROME*",
            "cells/s/core",
            "cells/s",
            "steps",
            "failed",
            "error 50 %",
            "95 %",
            "max",
        ];
        let row = |m: &Measurement| {
            let ratio = |seconds: Option<f64>| {
                seconds.map_or_else(dash, |seconds| three_digits(seconds / m.cpu_seconds))
            };
            let cells = vec![
                m.solver.clone(),
                m.rtol.map_or_else(dash, |rtol| format!("{rtol:e}")),
                three_digits(1e6 * m.cpu_seconds),
                ratio(rival.map(|rival| rival.cpu_seconds)),
                ratio(self.krome_seconds),
                scientific(1.0 / m.cpu_seconds),
                scientific(m.cells_per_second),
                m.steps.map_or_else(dash, |steps| format!("{steps:.1}")),
                m.failures.to_string(),
                scientific(m.error_median),
                scientific(m.error_p95),
                scientific(m.error_max),
            ];
            Row { cells, kind: RowKind::Model }
        };
        let mut rows: Vec<Row> = self.measurements.iter().map(row).collect();
        let [median, p95, max] = self.krome_errors.map(scientific);
        let us = self.krome_seconds.map_or_else(dash, |seconds| three_digits(1e6 * seconds));
        if self.krome_seconds.is_some() {
            let krome = ["KROME*", "1e-4", &us, "", "1", "", "", "", "", &median, &p95, &max];
            rows.push(Row { cells: krome.map(str::to_owned).into(), kind: RowKind::Paper });
        }
        Table { header: header.map(str::to_owned).into(), rows }.markdown()
    }

    /// The fastest that is no worse than KROME with default tolerances.
    pub fn at_the_accuracy_of_krome(&self) -> String {
        let [median, p95, max] = self.krome_errors;
        let by_two = |m: &&Measurement| m.error_median <= median && m.error_p95 <= p95 && m.failures == 0;
        let by_three = |m: &&Measurement| by_two(m) && m.error_max <= max;
        let mut text = String::new();
        let all = || self.measurements.iter().filter(|m| m.rtol.is_some());
        let fastest = |text: &mut String, what: &str, found: Vec<&Measurement>| {
            let Some(m) = found.into_iter().min_by(|a, b| a.cpu_seconds.total_cmp(&b.cpu_seconds)) else {
                let _ = writeln!(text, "{what}: none");
                return;
            };
            let _ = write!(
                text,
                "{what}: {} at rtol {:.1e}, {} us a cell",
                m.solver,
                m.rtol.unwrap_or(f64::NAN),
                three_digits(1e6 * m.cpu_seconds)
            );
            if let Some(rival) = self.rival() {
                let ratio = rival.cpu_seconds / m.cpu_seconds;
                let _ = write!(text, ", {ratio:.1} times as fast as {} at 1e-4", rival.solver);
            }
            if let Some(seconds) = self.krome_seconds {
                let _ = write!(text, ", {:.1} times as fast as KROME*", seconds / m.cpu_seconds);
            }
            text.push('\n');
        };
        let lanes = |m: &&Measurement| {
            !["Batch, scalar", "Batch, one cell"].iter().any(|one| m.solver.starts_with(one))
        };
        fastest(
            &mut text,
            "no worse than KROME in the median and at 95 %",
            all().filter(by_two).filter(lanes).collect(),
        );
        fastest(&mut text, "nor in the maximum", all().filter(by_three).filter(lanes).collect());
        fastest(
            &mut text,
            "in the median and at 95 %, one cell at a time",
            all().filter(by_two).filter(|m| !lanes(m)).collect(),
        );
        text
    }

    /// The plot of work against precision, as SVG.
    pub fn plot(&self) -> String {
        let mut lines: Vec<WorkPrecisionLine> = Vec::new();
        for m in &self.measurements {
            let point = (m.error_p95, 1e6 * m.cpu_seconds);
            match lines.iter_mut().find(|line| line.name == m.solver) {
                Some(line) => line.points.push(point),
                None => lines.push(WorkPrecisionLine {
                    name: m.solver.clone(),
                    points: vec![point],
                    spreads: Vec::new(),
                    settings: Vec::new(),
                }),
            }
        }
        let krome = self.krome_seconds.map(|seconds| (self.krome_errors[1], 1e6 * seconds));
        work_precision(
            &WorkPrecision {
                title: &format!("Cost of a cell of the {} network", self.network),
                subtitle: &format!("{}; one thread; tolerances fall from right to left", self.description),
                x_label: "relative error of T and abundances above 10⁻¹⁰, 95 % quantile",
                y_label: "CPU time of a cell  [µs]",
                lines: &lines,
                mark: krome.map(|point| ("KROME on a like machine", point)),
            },
            Format::Wide,
        )
    }
}

pub(super) fn three_digits(value: f64) -> String {
    let digits = (2.0 - value.abs().log10().floor()).clamp(0.0, 4.0);
    if value.is_finite() { format!("{value:.*}", digits as usize) } else { dash() }
}

pub(super) fn scientific(value: f64) -> String {
    format!("{value:.1e}")
}

fn dash() -> String {
    "-".to_owned()
}
