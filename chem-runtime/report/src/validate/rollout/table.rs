//! Calls in a row as tables and as CSV.

use std::fmt::Write as _;

use super::collapse::CLOUDS;
use super::{Collapse, Errors, Rollout, Sequence, SequenceRun};
use crate::validate::table::{Row, RowKind, Table};

impl Rollout {
    /// All tables as Markdown, with what they ran on.
    pub fn markdown(&self) -> String {
        let mut text = format!(
            "{}: {} cells; relative errors of species above 1e-10 n_tot and T at 50 / 90 / 99 %;\nµs of CPU time per \
             cell and call on one core of {}\n\n{}",
            self.model,
            self.cells,
            self.processor,
            self.sequences().markdown()
        );
        if let Some(species) = self.by_species() {
            let _ = write!(text, "\n{}", species.markdown());
        }
        if !self.collapses.is_empty() {
            let _ = write!(text, "\nFree fall, the worst of {CLOUDS} clouds:\n\n{}", self.falls().markdown());
        }
        text
    }

    /// One row for each sequence.
    fn sequences(&self) -> Table {
        let solver = self.runs.first().map_or(Vec::new(), |run| run.solvers.clone());
        let mut header: Vec<String> =
            ["calls", "emulator", "T alone", "left", "µs"].map(str::to_owned).to_vec();
        for solver in &solver {
            header.push(format!("solver at {:.0e}", solver.rtol));
            header.push("µs".to_owned());
        }
        let row = |run: &SequenceRun| {
            let last = run.marks.last()?;
            let mut cells = vec![
                name(run.sequence),
                three(last.errors),
                three(last.temperature),
                last.left.to_string(),
                micro(run.seconds),
            ];
            for solver in &run.solvers {
                cells.extend([three(solver.errors), micro(solver.seconds)]);
            }
            Some(Row { cells, kind: RowKind::Model })
        };
        Table { header, rows: self.runs.iter().filter_map(row).collect() }
    }

    /// Every unknown after a thousand calls, or after the last call of the longest sequence.
    fn by_species(&self) -> Option<Table> {
        let run = self.runs.iter().filter(|run| !run.sequence.shaken).max_by(|a, b| {
            let key = |run: &SequenceRun| (run.sequence.calls, run.sequence.years.unwrap_or(0.0));
            key(a).partial_cmp(&key(b)).unwrap_or(std::cmp::Ordering::Equal)
        })?;
        let mut header = vec![name(run.sequence)];
        header.extend(run.marks.iter().map(|mark| format!("after {}", mark.calls)));
        let row = |(k, unknown): (usize, &String)| {
            let mut cells = vec![unknown.clone()];
            cells.extend(
                run.marks.iter().map(|mark| mark.unknowns.get(k).map_or_else(String::new, |e| three(*e))),
            );
            Row { cells, kind: RowKind::Model }
        };
        Some(Table { header, rows: self.unknowns.iter().enumerate().map(row).collect() })
    }

    /// One row for each length of steps.
    fn falls(&self) -> Table {
        let mut header = vec!["dt / t_ff".to_owned()];
        let first = self.collapses.first();
        for mark in first.iter().flat_map(|collapse| &collapse.marks) {
            header.push(format!("n = {:.0}: T, species", mark.nuclei));
        }
        header.extend(["left", "µs", "solver at 1e-2: T, species", "µs"].map(str::to_owned));
        let row = |collapse: &Collapse| {
            let mut cells = vec![format!("{:.0e}", collapse.step)];
            for mark in &collapse.marks {
                let (error, species) = &mark.species;
                cells.push(match mark.left {
                    CLOUDS => "–".to_owned(),
                    _ => format!("{}, {} ({species})", short(mark.temperature), short(*error)),
                });
            }
            let [t_gas, species] = collapse.solver_errors;
            cells.extend([
                collapse.marks.last().map_or(0, |mark| mark.left).to_string(),
                micro(collapse.seconds),
                format!("{}, {}", short(t_gas), short(species)),
                micro(collapse.solver_seconds),
            ]);
            Row { cells, kind: RowKind::Model }
        };
        Table { header, rows: self.collapses.iter().map(row).collect() }
    }

    /// The sequences at all marks, one line each; errors are relative, times in seconds.
    pub fn csv(&self) -> String {
        let mut text = String::from("calls,dt_yr,shaken,after,left,q50,q90,q99,T_q50,T_q90,T_q99,seconds");
        for name in &self.unknowns {
            let _ = write!(text, ",{name}_q50,{name}_q90,{name}_q99");
        }
        text.push('\n');
        for run in &self.runs {
            let Sequence { calls, years, shaken } = run.sequence;
            let years = years.map_or_else(|| "cycle".to_owned(), |years| format!("{years}"));
            for mark in &run.marks {
                let _ = write!(text, "{calls},{years},{shaken},{},{}", mark.calls, mark.left);
                push(&mut text, mark.errors);
                push(&mut text, mark.temperature);
                let _ = write!(text, ",{:.4e}", run.seconds);
                mark.unknowns.iter().for_each(|errors| push(&mut text, *errors));
                text.push('\n');
            }
        }
        text
    }
}

/// Appends three columns.
fn push(text: &mut String, Errors(errors): Errors) {
    for error in errors {
        let _ = write!(text, ",{error:.4e}");
    }
}

fn name(Sequence { calls, years, shaken }: Sequence) -> String {
    let step = match years {
        None => "10 yr, 100 yr, ... 100 kyr".to_owned(),
        Some(years) if years >= 1e6 => format!("{} Myr", years / 1e6),
        Some(years) if years >= 1e3 => format!("{} kyr", years / 1e3),
        Some(years) => format!("{years} yr"),
    };
    format!("{calls} x {step}{}", if shaken { ", T +-10 %" } else { "" })
}

/// Three errors, or a dash if there are none.
fn three(Errors(errors): Errors) -> String {
    if errors.iter().any(|error| error.is_nan()) {
        return "–".to_owned();
    }
    errors.map(short).join(" / ")
}

/// Two digits, as people write them.
fn short(error: f64) -> String {
    match error {
        0.0 => "0".to_owned(),
        small if !(0.01..100.0).contains(&small) => format!("{small:.1e}"),
        error if error < 0.1 => format!("{error:.3}"),
        error if error < 1.0 => format!("{error:.2}"),
        error => format!("{error:.1}"),
    }
}

fn micro(seconds: f64) -> String {
    let micro = 1e6 * seconds;
    if micro < 10.0 { format!("{micro:.2}") } else { format!("{micro:.1}") }
}
