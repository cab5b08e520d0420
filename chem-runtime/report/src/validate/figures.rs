//! The pictures of a validation: those of Branca & Pallottini 2023 for our models, and a few more.

use super::errors::{Comparison as Compared, UnknownErrors};
use super::kernel_density::density;
use super::quantile::{ascending, quantile};
use super::timing::{SOLVER_RTOL, spread};
use super::training_figures;
use super::validation::Validation;
use super::ways::Ways;
use crate::plot::{
    Comparison, Cumulative, Distribution, DistributionPanel, Distributions, ErrorMap, Format, WorkPrecision,
    WorkPrecisionLine, comparison, cumulative, distributions, error_map, work_precision,
};

/// A picture with what stands beside it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picture {
    /// Name of its file, without extension.
    pub name: &'static str,
    /// Heading.
    pub heading: String,
    /// What is seen, in a sentence or two.
    pub caption: String,
    /// For pages and talks, 1280 pixels wide.
    pub wide: String,
    /// For phones, 620 pixels wide.
    pub narrow: String,
}

impl Picture {
    pub(super) fn new(
        name: &'static str,
        heading: impl Into<String>,
        caption: impl Into<String>,
        draw: impl Fn(Format) -> String,
    ) -> Self {
        let (wide, narrow) = (draw(Format::Wide), draw(Format::Narrow));
        Picture { name, heading: heading.into(), caption: caption.into(), wide, narrow }
    }
}

/// All pictures of one model.
pub fn pictures(validation: &Validation) -> Vec<Picture> {
    let mut pictures = vec![trajectories(validation)];
    if validation.logarithmic {
        pictures.extend([cumulative_errors(validation), error_distributions(validation)]);
    } else {
        pictures.push(absolute_errors(validation));
    }
    if validation.comparisons.len() > 1 && validation.logarithmic {
        pictures.push(map(validation));
    }
    pictures.extend(validation.summary.ways.as_ref().map(|ways| costs(validation, ways)));
    pictures.push(residual_distributions(validation));
    pictures.extend(training_figures::pictures(validation));
    pictures.push(cell_times(validation));
    pictures
}

/// First line of every picture.
pub(super) fn title(validation: &Validation, what: &str) -> String {
    format!("{} · {what}", validation.summary.model)
}

/// What the model is and what judged it.
pub(super) fn subtitle(validation: &Validation) -> String {
    let summary = &validation.summary;
    let network = &summary.provenance.network;
    format!(
        "network {} v{} [{}] · {} trained numbers · seed {} · reference: {}",
        network.name,
        network.version,
        network.hash,
        summary.parameters,
        summary.provenance.seed,
        summary.provenance.reference,
    )
}

/// Figures 3 and 9, upper panels.
fn trajectories(validation: &Validation) -> Picture {
    let caption = if validation.logarithmic {
        "The trained network (dashed) over the reference (broad lines), and the relative error below. The like of \
         figure 9 of Branca & Pallottini 2023, upper panel."
    } else {
        "The trained network (dashed) over the reference (broad lines), and the absolute error below (eq. 16). The \
         like of figure 3 of Branca & Pallottini 2023."
    };
    let (title, subtitle) = (title(validation, "evolution and error"), subtitle(validation));
    Picture::new("evolution", "Evolution", caption, |format| {
        let Some(cell) = validation.comparisons.first() else { return String::new() };
        let data = Comparison {
            title: &title,
            subtitle: &subtitle,
            species: &validation.species,
            times: &cell.reference.times,
            reference: &cell.reference.states,
            predicted: &cell.predicted,
            names: ["reference", "trained network"],
            with_temperature: validation.with_temperature,
            after: validation.summary.after_s,
        };
        comparison(&data, format)
    })
}

/// Table 2 as a picture.
fn cumulative_errors(validation: &Validation) -> Picture {
    let of = |errors: &UnknownErrors| (errors.name.clone(), ascending(errors.relative.iter().copied()));
    let all = ascending(validation.errors.iter().flat_map(|e| e.relative.iter().copied()));
    let lines: Vec<_> =
        std::iter::once(("all".to_owned(), all)).chain(validation.errors.iter().map(of)).collect();
    let quantiles = validation.paper.and_then(|paper| paper.quantiles);
    let marks: Vec<(f64, f64)> = quantiles
        .map(|q| [0.5, 0.75, 0.9].into_iter().zip(q.map(|log| 10f64.powf(log))).collect())
        .unwrap_or_default();
    let mut caption =
        "How many of the relative errors are smaller than each value, for all species and T together \
                       and for each."
            .to_owned();
    if !marks.is_empty() {
        caption.push_str(" Points: the quantiles of Branca & Pallottini 2023, Table 2.");
    }
    let (title, subtitle) = (title(validation, "relative errors"), subtitle(validation));
    Picture::new("relative_errors", "Relative errors", caption, |format| {
        let data = Cumulative {
            title: &title,
            subtitle: &subtitle,
            label: "relative error  Δr",
            lines: &lines,
            marks: &marks,
            marked: "Branca & Pallottini 2023",
        };
        cumulative(&data, format)
    })
}

fn log10(values: &[f64]) -> impl Iterator<Item = f64> {
    values.iter().map(|v| v.log10())
}

/// The density of log10 of values.
pub(super) fn distribution(name: &str, series: Option<usize>, values: &[f64]) -> Distribution {
    let logs = ascending(log10(values).filter(|log| !log.is_nan()));
    let (median, density) = (quantile(&logs, 0.5), density(logs.iter().copied()));
    Distribution { name: name.to_owned(), series, values: logs, density, median }
}

/// One row for all, then one for each unknown that has values.
fn rows(validation: &Validation, values: impl Fn(usize, &UnknownErrors) -> Vec<f64>) -> Vec<Distribution> {
    let each: Vec<_> = validation
        .errors
        .iter()
        .enumerate()
        .map(|(k, errors)| (k, &errors.name, values(k, errors)))
        .collect();
    let all: Vec<f64> = each.iter().flat_map(|(_, _, values)| values.iter().copied()).collect();
    let mut rows = vec![distribution("all", None, &all)];
    for (k, name, values) in each.iter().filter(|(_, _, values)| !values.is_empty()) {
        let series = (*k < validation.species.len()).then_some(*k);
        rows.push(distribution(name, series, values));
    }
    rows
}

/// Figures 9, lower panels, and 10.
fn error_distributions(validation: &Validation) -> Picture {
    let marks = validation
        .paper
        .and_then(|paper| paper.quantiles)
        .map(|q| (q.to_vec(), "Branca & Pallottini 2023: 50, 75, 90 %".to_owned()));
    let relative = DistributionPanel {
        label: "relative error  Δr".to_owned(),
        rows: rows(validation, |_, errors| errors.relative.clone()),
        marks,
    };
    let fractional = DistributionPanel {
        label: "error over total density  Δf".to_owned(),
        rows: rows(validation, |_, errors| errors.fractional.clone()),
        marks: None,
    };
    let panels = [relative, fractional];
    let (title, subtitle) = (title(validation, "distribution of errors"), subtitle(validation));
    let caption = "Densities of the errors of eq. 30 (Gaussian kernels on their logarithm, each scaled to its \
                   peak), from the 0.1 % to the 99.9 % quantile; triangles: values lie beyond, to the right \
                   with their number and the largest. The like of figures 9, lower panels, and 10 of Branca & Pallottini 2023.";
    Picture::new("error_distributions", "Distribution of errors", caption, |format| {
        distributions(&Distributions { title: &title, subtitle: &subtitle, panels: &panels }, format)
    })
}

fn absolute_errors(validation: &Validation) -> Picture {
    let marks = validation
        .paper
        .and_then(|paper| paper.mean_absolute_error)
        .map(|mean| (vec![mean.log10()], "Branca & Pallottini 2023: mean".to_owned()));
    let panels = [DistributionPanel {
        label: "absolute error  |Δ|  [cm⁻³]".to_owned(),
        rows: rows(validation, |k, errors| {
            let values = if k < validation.species.len() { &errors.absolute[..] } else { &[] };
            values.iter().copied().filter(|v| *v > 0.0).collect()
        }),
        marks,
    }];
    let (title, subtitle) = (title(validation, "distribution of errors"), subtitle(validation));
    let caption = "Densities of the absolute error of eq. 16 (Gaussian kernels on its logarithm, each scaled to \
                   its peak); point: the mean that Branca & Pallottini 2023 quote.";
    Picture::new("error_distributions", "Distribution of errors", caption, |format| {
        distributions(&Distributions { title: &title, subtitle: &subtitle, panels: &panels }, format)
    })
}

/// Figures 11 and 12.
fn map(validation: &Validation) -> Picture {
    let unknowns = validation.species.len() + usize::from(validation.with_temperature);
    let cells: Vec<[f64; 3]> = validation
        .comparisons
        .iter()
        .filter_map(|Compared { reference, predicted }| {
            let (t_gas, n) = reference.initial.split_last()?;
            let last = reference.states.len().checked_sub(reference.initial.len())?;
            let pairs = predicted[last..].iter().zip(&reference.states[last..]).take(unknowns);
            let errors = ascending(pairs.map(|(p, r)| ((p - r) / r).abs()));
            Some([n.iter().sum(), *t_gas, quantile(&errors, 0.5)])
        })
        .collect();
    let (title, subtitle) = (title(validation, "errors by initial state"), subtitle(validation));
    let caption = "Each disc is a cell: median of the relative error over species and T at its last time. The like of \
                   figures 11 and 12 of Branca & Pallottini 2023.";
    Picture::new("error_map", "Where errors are large", caption, |format| {
        error_map(&ErrorMap { title: &title, subtitle: &subtitle, cells: &cells }, format)
    })
}

/// Error against cost.
fn costs(validation: &Validation, ways: &Ways) -> Picture {
    let mut lines: Vec<WorkPrecisionLine> = Vec::new();
    for way in &ways.ways {
        let error = |log: f64| 10f64.powf(log);
        let point = (error(way.quantiles.q90), 1e6 * way.seconds_per_cell);
        let spread = (error(way.quantiles.q50), error(way.quantiles.q99));
        let setting = way.setting.clone();
        match lines.iter_mut().find(|line| line.name == way.name) {
            Some(line) => {
                line.points.push(point);
                line.spreads.push(spread);
                line.settings.push(setting);
            }
            None => lines.push(WorkPrecisionLine {
                name: way.name.clone(),
                points: vec![point],
                spreads: vec![spread],
                settings: vec![setting],
            }),
        }
    }
    let (title, subtitle) = (title(validation, "what accuracy costs"), subtitle(validation));
    let caption = "All judged states as cells of their own, on one core in one run: the emulator in single and double \
                   precision, the same behind its guard at three tolerances, the batch solver and the BDF at several. \
                   Bars: from the median to the 99 % quantile over initial states, times and unknowns.";
    Picture::new("costs", "What accuracy costs", caption, |format| {
        let data = WorkPrecision {
            title: &title,
            subtitle: &subtitle,
            x_label: "relative error: 90 % quantile; bars from 50 to 99 %",
            y_label: "time per cell  [µs]",
            lines: &lines,
            mark: None,
        };
        work_precision(&data, format)
    })
}

/// Figure 8, and 6, lower panel.
fn residual_distributions(validation: &Validation) -> Picture {
    let residuals = &validation.residuals;
    let points = residuals.first().map_or(0, Vec::len);
    let sums: Vec<f64> = (0..points).map(|i| residuals.iter().filter_map(|r| r.get(i)).sum()).collect();
    let mut rows = vec![distribution("sum", None, &sums)];
    for (k, (name, residuals)) in validation.unknowns().into_iter().zip(residuals).enumerate() {
        rows.push(distribution(name, (k < validation.species.len()).then_some(k), residuals));
    }
    let panels = [DistributionPanel { label: "residual  |R|".to_owned(), rows, marks: None }];
    let (title, subtitle) = (title(validation, "residuals of the trained network"), subtitle(validation));
    let caption = "How well the trained network obeys the equations, without preconditioner (eq. 23): densities \
                   of |R| for each unknown and of their sum. The like of figures 8 and 6, lower panel, of Branca & \
                   Pallottini 2023. Fast species have large residuals even where they are right: the residual is \
                   the error times the rate at which they relax.";
    Picture::new("residuals", "Residuals", caption, |format| {
        distributions(&Distributions { title: &title, subtitle: &subtitle, panels: &panels }, format)
    })
}

/// The setting of the batch solver that stands beside the others.
pub(super) const BATCH_SETTING: &str = "rtol 1e-3";

/// Time of the batch solver per cell `[s]`, if it was measured.
pub(super) fn batch_seconds(validation: &Validation) -> Option<f64> {
    let ways = &validation.summary.ways.as_ref()?.ways;
    let batch = ways.iter().find(|way| way.name == "batch solver" && way.setting == BATCH_SETTING)?;
    Some(batch.seconds_per_cell)
}

/// Time per cell.
fn cell_times(validation: &Validation) -> Picture {
    let timing = &validation.timing;
    let percent = |seconds: &[f64]| 100.0 * spread(seconds);
    let cells = match validation.comparisons.len() {
        1 => "one initial state, end times over the judged span".to_owned(),
        many => format!("{many} initial states"),
    };
    let mut caption = format!(
        "Time per cell on one core: {cells}. Standard deviation over mean: {:.1} % for the trained network, {:.0} % \
         for the BDF at rtol {SOLVER_RTOL:e} (Branca & Pallottini 2023: below 10⁻⁵ % and 24 to 30 %). The network \
         does the same operations for every cell; what spread it has is the clock's. A solver gives all earlier \
         times along with the last, so that for one initial state this ratio is no speed-up.",
        percent(&timing.emulator),
        percent(&timing.solver),
    );
    let mut rows = vec![
        distribution("network", Some(2), &timing.emulator),
        distribution("BDF", Some(1), &timing.solver),
    ];
    if let Some(seconds) = batch_seconds(validation) {
        caption.push_str(&format!(
            " Line: the batch solver at {BATCH_SETTING}, which works on many cells at once, {:.1} µs a cell in the mean.",
            1e6 * seconds
        ));
        let median = seconds.log10();
        rows.push(Distribution {
            name: "Batch".to_owned(),
            series: Some(3),
            values: vec![median],
            density: Vec::new(),
            median,
        });
    }
    let panels = [DistributionPanel { label: "time per cell  [s]".to_owned(), rows, marks: None }];
    let (title, subtitle) = (title(validation, "time per cell"), subtitle(validation));
    Picture::new("timing", "Time per cell", caption, |format| {
        distributions(&Distributions { title: &title, subtitle: &subtitle, panels: &panels }, format)
    })
}
