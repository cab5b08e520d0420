//! Rollouts as tables, as CSV and as a picture.

use std::fmt::Write as _;

use super::collapse::CLOUDS;
use super::{Collapse, CollapseWay, Errors, Motion, Rollout, RolloutWay, Sequence, SequenceRun};
use crate::plot::{Format, WorkPrecision, WorkPrecisionLine, work_precision};
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
        for sentence in self.verdict() {
            let _ = write!(text, "\n{sentence}\n");
        }
        text
    }

    /// Names of the ways.
    fn ways(&self) -> Vec<&str> {
        let first = self.runs.first();
        first.iter().flat_map(|run| &run.ways).map(|way| way.name.as_str()).collect()
    }

    /// One row for each sequence.
    fn sequences(&self) -> Table {
        let mut header = vec!["calls".to_owned()];
        for way in self.ways() {
            header.extend([way, "left", "µs"].map(str::to_owned));
        }
        let row = |run: &SequenceRun| {
            let mut cells = vec![name(run.sequence)];
            for way in &run.ways {
                let last = way.marks.last()?;
                cells.extend([three(last.errors), last.left.to_string(), micro(way.seconds)]);
            }
            Some(Row { cells, kind: RowKind::Model })
        };
        Table { header, rows: self.runs.iter().filter_map(row).collect() }
    }

    /// Every unknown by the first way after a thousand calls, or after the last call of the longest sequence.
    fn by_species(&self) -> Option<Table> {
        let run = self.runs.iter().filter(|run| run.sequence.motion == Motion::Still).max_by(|a, b| {
            let key = |run: &SequenceRun| (run.sequence.calls, run.sequence.years.unwrap_or(0.0));
            key(a).partial_cmp(&key(b)).unwrap_or(std::cmp::Ordering::Equal)
        })?;
        let way = run.ways.first()?;
        let mut header = vec![format!("{}, {}", way.name, name(run.sequence))];
        header.extend(way.marks.iter().map(|mark| format!("after {}", mark.calls)));
        let row = |(k, unknown): (usize, &String)| {
            let mut cells = vec![unknown.clone()];
            cells.extend(
                way.marks.iter().map(|mark| mark.unknowns.get(k).map_or_else(String::new, |e| three(*e))),
            );
            Row { cells, kind: RowKind::Model }
        };
        Some(Table { header, rows: self.unknowns.iter().enumerate().map(row).collect() })
    }

    /// One row for each length of steps and way.
    fn falls(&self) -> Table {
        let mut header = vec!["dt / t_ff".to_owned(), "by".to_owned()];
        let first = self.collapses.first().and_then(|collapse| collapse.ways.first());
        for mark in first.iter().flat_map(|way| &way.marks) {
            header.push(format!("n = {:.0}: T, species", mark.nuclei));
        }
        header.extend(["left", "µs"].map(str::to_owned));
        let row = |(collapse, way): (&Collapse, &CollapseWay)| {
            let mut cells = vec![format!("{:.0e}", collapse.step), way.name.clone()];
            for mark in &way.marks {
                let (error, species) = &mark.species;
                cells.push(match mark.left {
                    CLOUDS => "–".to_owned(),
                    _ => format!("{}, {} ({species})", short(mark.temperature), short(*error)),
                });
            }
            cells.push(way.marks.last().map_or(0, |mark| mark.left).to_string());
            cells.push(micro(way.seconds));
            Row { cells, kind: RowKind::Model }
        };
        let rows =
            self.collapses.iter().flat_map(|collapse| collapse.ways.iter().map(move |way| (collapse, way)));
        Table { header, rows: rows.map(row).collect() }
    }

    /// Where the first way is the better choice, and where the last, the solver at its larger error.
    pub fn verdict(&self) -> Vec<String> {
        let (mut cheaper, mut dearer) = (Vec::new(), Vec::new());
        for run in &self.runs {
            let (Some(emulator), Some(solver)) = (run.ways.first(), run.ways.last()) else { continue };
            let error = |way: &RolloutWay| way.marks.last().map_or(f64::NAN, |mark| mark.errors.0[1]);
            let ratio = solver.seconds / emulator.seconds;
            if ratio > GAIN {
                cheaper.push(format!("{} ({ratio:.1}, {})", name(run.sequence), short(error(emulator))));
            } else {
                dearer.push(format!("{} ({ratio:.1}, {})", name(run.sequence), short(error(solver))));
            }
        }
        let ways = self.ways();
        let (Some(emulator), Some(solver)) = (ways.first(), ways.last()) else { return Vec::new() };
        let mut sentences = Vec::new();
        if !cheaper.is_empty() {
            let list = cheaper.join("; ");
            sentences.push(format!(
                "The {emulator} is cheaper than the {solver} (how many times, its error at 90 %) in: {list}."
            ));
        }
        if !dearer.is_empty() {
            let list = dearer.join("; ");
            sentences.push(format!(
                "Take the {solver}, which is more exact and about as cheap (how many times dearer, its error at 90 %), in: \
                 {list}."
            ));
        }
        sentences
    }

    /// The sequences at all marks, one line each; errors are relative, times in seconds.
    pub fn csv(&self) -> String {
        let mut text =
            String::from("way,calls,dt_yr,motion,after,left,q50,q90,q99,T_q50,T_q90,T_q99,seconds");
        for name in &self.unknowns {
            let _ = write!(text, ",{name}_q50,{name}_q90,{name}_q99");
        }
        text.push('\n');
        for (run, way) in self.runs.iter().flat_map(|run| run.ways.iter().map(move |way| (run, way))) {
            let Sequence { calls, years, motion } = run.sequence;
            let motion = motion.key();
            let years = years.map_or_else(|| "cycle".to_owned(), |years| format!("{years}"));
            for mark in &way.marks {
                let _ = write!(text, "{},{calls},{years},{motion},{},{}", way.name, mark.calls, mark.left);
                push(&mut text, mark.errors);
                push(&mut text, mark.temperature);
                let _ = write!(text, ",{:.4e}", way.seconds);
                mark.unknowns.iter().for_each(|errors| push(&mut text, *errors));
                text.push('\n');
            }
        }
        text
    }

    /// Errors at 90 % against the number of calls, of the sequences with steps of 1 kyr and 10 yr, by every way but the first
    /// solver; `None` where there are none.
    pub fn picture(&self, format: Format) -> Option<String> {
        let drawn = |run: &&SequenceRun| {
            let Sequence { calls, years, motion } = run.sequence;
            calls == DRAWN_CALLS
                && motion == Motion::Still
                && years.is_some_and(|years| DRAWN_YEARS.contains(&years))
        };
        let mut lines = Vec::new();
        for run in self.runs.iter().filter(drawn) {
            let step = name(Sequence { calls: 1, ..run.sequence });
            for way in &run.ways {
                lines.push(WorkPrecisionLine {
                    name: format!("{}, {}", way.name, step.trim_start_matches("1 x ")),
                    points: way.marks.iter().map(|mark| (mark.calls as f64, mark.errors.0[1])).collect(),
                    spreads: Vec::new(),
                    settings: Vec::new(),
                });
            }
        }
        (!lines.is_empty()).then(|| {
            let data = WorkPrecision {
                title: &self.model,
                subtitle: "relative error of T and species above 1e-10 n_tot, at 90 %, of repeated calls",
                x_label: "calls",
                y_label: "error",
                lines: &lines,
                mark: None,
            };
            work_precision(&data, format)
        })
    }
}

/// Least ratio of costs from which on an emulator is worth its errors.
const GAIN: f64 = 1.5;
/// The sequences that are drawn: number of calls, and their time steps [yr].
const DRAWN_CALLS: usize = 1000;
const DRAWN_YEARS: [f64; 2] = [1e3, 1e1];

/// Appends three columns.
fn push(text: &mut String, Errors(errors): Errors) {
    for error in errors {
        let _ = write!(text, ",{error:.4e}");
    }
}

fn name(Sequence { calls, years, motion }: Sequence) -> String {
    let step = match years {
        None => "10 yr, 100 yr, ... 100 kyr".to_owned(),
        Some(years) if years >= 1e6 => format!("{} Myr", years / 1e6),
        Some(years) if years >= 1e3 => format!("{} kyr", years / 1e3),
        Some(years) => format!("{years} yr"),
    };
    format!("{calls} x {step}{}", motion.suffix())
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
