//! Table 2 of Branca & Pallottini 2023 for our models, beside theirs.

use super::paper::{self, PaperModel};
use super::quantile::{ascending, quantile};
use super::summary::Summary;
use super::ways::{Iterated, Way, Ways};
use crate::aligned::aligned;
use chem_emulator::config::{InitialConditions, Variables};

/// What the row of abundant species and T is called; the share is [`super::errors::ABUNDANT`].
const ABUNDANT_NAME: &str = "– species above 1e-10 n_tot, T";
/// The same as a column.
const ABUNDANT_99: &str = "99 % above 1e-10 n_tot";

/// A table of text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    /// Names of the columns.
    pub header: Vec<String>,
    /// The rows.
    pub rows: Vec<Row>,
}

/// One row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Its cells.
    pub cells: Vec<String>,
    /// What it is.
    pub kind: RowKind,
}

/// What a row is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RowKind {
    /// One of our models.
    Model,
    /// The median over trainings that differ in nothing but the seed.
    Median,
    /// What the paper says of the model above.
    Paper,
}

/// Models that are judged by relative errors: log10 of the quantiles, cost and speed; each followed by the
/// paper's. Models that differ in nothing but the seed stand together, with their median.
pub fn relative_errors(summaries: &[Summary]) -> Table {
    let header = ["model", "50 %", "75 %", "90 %", "99 %", "max", "trained numbers", "training", "states/s"];
    let mut rows = Vec::new();
    for group in groups(summaries.iter().filter(|s| is_logarithmic(s))) {
        let row = |name: String, quantiles: [f64; 5], cost: Option<f64>, size: usize, speed: f64| {
            let mut cells = vec![name];
            cells.extend(quantiles.map(signed));
            cells.extend([size.to_string(), cost.map_or_else(dash, cpu_time), scientific(speed)]);
            cells
        };
        for summary in &group {
            let quantiles = summary.quantiles_log10_relative_error.all();
            let speed = summary.evaluations_per_second;
            let name = model_name(summary, group.len() > 1);
            let cells = row(name, quantiles, summary.train_cpu_seconds, summary.parameters, speed);
            rows.push(Row { cells, kind: RowKind::Model });
            rows.extend(abundant(summary, header.len()));
        }
        let Some(first) = group.first() else { continue };
        if group.len() > 1 {
            let median = |of: &dyn Fn(&Summary) -> f64| {
                quantile(&ascending(group.iter().map(|summary| of(summary))), 0.5)
            };
            let quantiles: [f64; 5] =
                std::array::from_fn(|i| median(&|s| s.quantiles_log10_relative_error.all()[i]));
            let cost = Some(median(&|s| s.train_cpu_seconds.unwrap_or(f64::NAN))).filter(|c| c.is_finite());
            let name = format!("{}, median of {} seeds", first.model, group.len());
            let cells = row(name, quantiles, cost, first.parameters, median(&|s| s.evaluations_per_second));
            rows.push(Row { cells, kind: RowKind::Median });
        }
        if let Some(paper) = paper_of(first)
            && let Some(quantiles) = paper.quantiles
        {
            let mut cells = vec![paper_name(paper)];
            cells.extend(quantiles.map(signed));
            cells.extend([dash(), dash(), dash(), hours(paper), dash()]);
            rows.push(Row { cells, kind: RowKind::Paper });
        }
    }
    Table { header: header.map(str::to_owned).to_vec(), rows }
}

/// The row of abundant species below that of all.
fn abundant(summary: &Summary, columns: usize) -> Option<Row> {
    let mut cells = vec![ABUNDANT_NAME.to_owned()];
    cells.extend(summary.quantiles_log10_relative_error_abundant?.all().map(signed));
    cells.resize_with(columns, String::new);
    Some(Row { cells, kind: RowKind::Model })
}

/// Models that are judged by absolute errors: mean and largest, cost and speed; each followed by the paper's.
pub fn absolute_errors(summaries: &[Summary]) -> Table {
    let header = ["model", "mean error", "largest error", "trained numbers", "training", "states/s"];
    let mut rows = Vec::new();
    for group in groups(summaries.iter().filter(|s| !is_logarithmic(s))) {
        for summary in &group {
            let cells = vec![
                model_name(summary, group.len() > 1),
                scientific(summary.absolute_error.mean),
                scientific(summary.absolute_error.max),
                summary.parameters.to_string(),
                summary.train_cpu_seconds.map_or_else(dash, cpu_time),
                scientific(summary.evaluations_per_second),
            ];
            rows.push(Row { cells, kind: RowKind::Model });
        }
        if let Some(paper) = group.first().and_then(|first| paper_of(first)) {
            let error = paper.mean_absolute_error.map_or_else(dash, scientific);
            let cells = vec![paper_name(paper), error, dash(), dash(), hours(paper), dash()];
            rows.push(Row { cells, kind: RowKind::Paper });
        }
    }
    Table { header: header.map(str::to_owned).to_vec(), rows }
}

/// log10 of the quantiles of the relative error, by species and T.
pub fn by_species(summary: &Summary, unknowns: &[&str]) -> Table {
    let header = ["", "50 %", "75 %", "90 %", "99 %", "max", "largest |Δ|"];
    let row = |name: &&str| {
        let species = summary.per_species.get(*name)?;
        let mut cells = vec![(*name).to_owned()];
        cells.extend(species.quantiles_log10_relative_error.all().map(signed));
        cells.push(scientific(species.absolute_error.max));
        Some(Row { cells, kind: RowKind::Model })
    };
    let rows = unknowns.iter().filter_map(row).chain(abundant(summary, header.len()));
    Table { header: header.map(str::to_owned).to_vec(), rows: rows.collect() }
}

/// The tables of `networks/trained/README.md`, as Markdown: relative errors, then absolute ones. Empty tables are
/// left out.
pub fn markdown(summaries: &[Summary]) -> String {
    let mut tables = vec![relative_errors(summaries), absolute_errors(summaries)];
    for summary in summaries {
        if let Some(measured) = &summary.ways {
            tables.extend([ways(&summary.model, measured), iterated(&summary.model, measured)]);
        }
    }
    let texts = tables.iter().filter(|table| !table.rows.is_empty()).map(Table::markdown);
    texts.collect::<Vec<_>>().join("\n")
}

/// Ways to advance a cell of a domain: error and cost.
fn ways(model: &str, measured: &Ways) -> Table {
    let header =
        [model, "setting", "50 %", "75 %", "90 %", "99 %", ABUNDANT_99, "µs/cell", "by the emulator"];
    let row = |way: &Way| {
        let [q50, q75, q90, q99, _] = way.quantiles.all();
        let mut cells = vec![way.name.clone(), way.setting.clone()];
        cells.extend([q50, q75, q90, q99].map(signed));
        cells.push(way.abundant.map_or_else(dash, |abundant| signed(abundant.q99)));
        cells.push(format!("{:.2}", 1e6 * way.seconds_per_cell));
        cells.push(way.emulated.map_or_else(dash, |share| format!("{:.0} %", 100.0 * share)));
        Row { cells, kind: RowKind::Model }
    };
    Table { header: header.map(str::to_owned).to_vec(), rows: measured.ways.iter().map(row).collect() }
}

/// Rollouts.
fn iterated(model: &str, measured: &Ways) -> Table {
    let name = format!("{model}: rollout");
    let header =
        [name.as_str(), "50 %", "75 %", "90 %", "99 %", ABUNDANT_99, "left the domain", "nuclei and charge"];
    let row = |iterated: &Iterated| {
        let [q50, q75, q90, q99, _] = iterated.quantiles.all();
        let mut cells = vec![iterated.calls.to_string()];
        cells.extend([q50, q75, q90, q99].map(signed));
        cells.push(iterated.abundant.map_or_else(dash, |abundant| signed(abundant.q99)));
        cells.push(format!("{:.1} %", 100.0 * iterated.left_domain));
        cells.push(scientific(iterated.drift));
        Row { cells, kind: RowKind::Model }
    };
    Table { header: header.map(str::to_owned).to_vec(), rows: measured.iterated.iter().map(row).collect() }
}

impl Table {
    /// As Markdown, columns aligned.
    pub fn markdown(&self) -> String {
        let emphasised = |row: &Row| -> Vec<String> {
            let mark = |cell: &String| match row.kind {
                RowKind::Model => cell.clone(),
                RowKind::Median => format!("**{cell}**"),
                RowKind::Paper => format!("*{cell}*"),
            };
            row.cells.iter().map(mark).collect()
        };
        let rows: Vec<Vec<String>> =
            std::iter::once(self.header.clone()).chain(self.rows.iter().map(emphasised)).collect();
        // Numbers to the right.
        let rows = aligned(&rows, 3, |column| column > 0);
        let line = |cells: &[String]| format!("| {} |\n", cells.join(" | "));
        let Some((header, body)) = rows.split_first() else { return String::new() };
        let rule = header.iter().enumerate().map(|(k, cell)| {
            let width = cell.chars().count();
            if k == 0 { "-".repeat(width) } else { format!("{}:", "-".repeat(width - 1)) }
        });
        let rule: Vec<String> = rule.collect();
        let body: String = body.iter().map(|row| line(row)).collect();
        format!("{}{}{body}", line(header), line(&rule))
    }
}

fn is_logarithmic(summary: &Summary) -> bool {
    summary.provenance.config.variables == Variables::Log
}

/// Summaries that differ in nothing but the seed, in the order of the first of each.
fn groups<'a>(summaries: impl Iterator<Item = &'a Summary>) -> Vec<Vec<&'a Summary>> {
    let same = |a: &Summary, b: &Summary| {
        let (a, b) = (&a.provenance, &b.provenance);
        let mut config = a.config.clone();
        config.seed = b.config.seed;
        a.seed != b.seed && a.network == b.network && config == b.config
    };
    let mut groups: Vec<Vec<&Summary>> = Vec::new();
    for summary in summaries {
        let group = groups.iter_mut().find(|group| group.iter().all(|other| same(other, summary)));
        match group {
            Some(group) => group.push(summary),
            None => groups.push(vec![summary]),
        }
    }
    groups
}

fn paper_of(summary: &Summary) -> Option<&'static PaperModel> {
    let config = &summary.provenance.config;
    let (InitialConditions::State(initial) | InitialConditions::Domain(initial)) = &config.initial;
    paper::model(&summary.provenance.network.name, initial)
}

/// The name of a model; of one for a domain also what it was taught by, so that no table mixes them up.
fn model_name(summary: &Summary, with_seed: bool) -> String {
    let config = &summary.provenance.config;
    let mut name = summary.model.clone();
    if let InitialConditions::Domain(_) = config.initial {
        name.push_str(&format!(" ({})", config.residual.kind.name()));
    }
    if with_seed {
        name.push_str(&format!(", seed {}", summary.provenance.seed));
    }
    name
}

fn paper_name(paper: &PaperModel) -> String {
    format!("Branca & Pallottini 2023, {}", paper.name)
}

fn hours(paper: &PaperModel) -> String {
    format!("{} {} h", paper.hours, paper.processor)
}

fn cpu_time(seconds: f64) -> String {
    if seconds < 10.0 {
        format!("{seconds:.1} CPU s")
    } else if seconds < 600.0 {
        format!("{seconds:.0} CPU s")
    } else {
        format!("{:.0} CPU min", seconds / 60.0)
    }
}

fn signed(log: f64) -> String {
    if log.is_finite() { format!("{log:+.2}") } else { dash() }
}

fn scientific(value: f64) -> String {
    format!("{value:.1e}")
}

fn dash() -> String {
    "–".to_owned()
}
