//! How the trainings went: figures 6 and 7 of Branca & Pallottini 2023.

use super::figures::{Picture, distribution, subtitle, title};
use super::validation::Validation;
use crate::plot::{DistributionPanel, Distributions, Format, History, HistoryLine, distributions, history};
use crate::training_log::Record;

/// The pictures of one training; none if there is no log.
pub(super) fn pictures(validation: &Validation) -> Vec<Picture> {
    if validation.history.is_empty() { Vec::new() } else { vec![losses(validation), residuals(validation)] }
}

/// Figure 6, upper panel, for one model, with its error beside the loss.
fn losses(validation: &Validation) -> Picture {
    let errors = points(&validation.history, |record| record.error);
    let mut lines = vec![HistoryLine {
        name: "loss".to_owned(),
        series: Some(2),
        points: points(&validation.history, |record| Some(record.loss)),
    }];
    let mut caption =
        "The loss of each iteration. The like of figure 6, upper panel, of Branca & Pallottini 2023; \
                       losses of different methods cannot be compared."
            .to_owned();
    if !errors.is_empty() {
        lines.push(HistoryLine { name: "error".to_owned(), series: Some(1), points: errors });
        let measure =
            if validation.logarithmic { "90 % quantile of the relative" } else { "largest absolute" };
        caption.push_str(&format!(" Beside it the {measure} error against the solver."));
    }
    let curriculum = curriculum(&validation.history);
    caption.push_str(grown(curriculum));
    let (title, subtitle) = (title(validation, "training"), training_subtitle(validation));
    Picture::new("training", "Training", caption, |format| {
        let label = if lines.len() > 1 { "loss, error" } else { "loss" };
        history(&History { title: &title, subtitle: &subtitle, label, lines: &lines, curriculum }, format)
    })
}

/// Figure 7.
fn residuals(validation: &Validation) -> Picture {
    let lines: Vec<_> = validation
        .unknowns()
        .into_iter()
        .enumerate()
        .map(|(k, name)| HistoryLine {
            name: name.to_owned(),
            series: (k < validation.species.len()).then_some(k),
            points: points(&validation.history, |record| record.residuals.get(k).copied()),
        })
        .collect();
    let curriculum = curriculum(&validation.history);
    let caption = format!(
        "Root mean square of the preconditioned residual of each unknown. The like of figure 7 of Branca & \
         Pallottini 2023.{}",
        grown(curriculum)
    );
    let (title, subtitle) = (title(validation, "training by species"), training_subtitle(validation));
    Picture::new("training_by_species", "Training by species", caption, |format| {
        let label = "root mean square residual";
        history(&History { title: &title, subtitle: &subtitle, label, lines: &lines, curriculum }, format)
    })
}

fn training_subtitle(validation: &Validation) -> String {
    match validation.summary.train_cpu_seconds {
        Some(seconds) => format!("{seconds:.1} s of CPU time · {}", subtitle(validation)),
        None => subtitle(validation),
    }
}

fn grown(curriculum: f64) -> &'static str {
    if curriculum > 0.0 { " Grey: the range of times that is trained still grows." } else { "" }
}

fn points(history: &[Record], value: impl Fn(&Record) -> Option<f64>) -> Vec<(f64, f64)> {
    history.iter().filter_map(|record| Some((record.n as f64, value(record)?))).collect()
}

/// The last iteration on part of the range of times.
fn curriculum(history: &[Record]) -> f64 {
    history.iter().rev().find(|record| !record.whole_range).map_or(0.0, |record| record.n as f64)
}

/// Figure 6 for several models.
pub(super) fn overview(validations: &[Validation]) -> Vec<Picture> {
    let mut pictures = Vec::new();
    let line = |(k, validation): (usize, &Validation)| HistoryLine {
        name: validation.summary.model.clone(),
        series: Some(k),
        points: points(&validation.history, |record| Some(record.loss)),
    };
    let lines: Vec<_> = validations.iter().filter(|v| !v.history.is_empty()).enumerate().map(line).collect();
    if lines.len() > 1 {
        let caption = "The loss of each iteration. The like of figure 6, upper panel, of Branca & Pallottini 2023; \
                       losses of different methods cannot be compared.";
        pictures.push(Picture::new("losses", "Training", caption, |format| {
            let data =
                History { title: "Training", subtitle: "", label: "loss", lines: &lines, curriculum: 0.0 };
            history(&data, format)
        }));
    }
    let sums = |validation: &Validation| -> Vec<f64> {
        let residuals = &validation.residuals;
        let points = residuals.first().map_or(0, Vec::len);
        (0..points).map(|i| residuals.iter().filter_map(|r| r.get(i)).sum()).collect()
    };
    let rows: Vec<_> = validations
        .iter()
        .enumerate()
        .map(|(k, v)| distribution(&v.summary.model, Some(k), &sums(v)))
        .collect();
    if rows.len() > 1 {
        let panels = [DistributionPanel { label: "sum of residuals  Σ|R|".to_owned(), rows, marks: None }];
        let caption = "Densities of the sum of the residuals of eq. 23. The like of figure 6, lower panel, of Branca \
                       & Pallottini 2023.";
        let draw = |format: Format| {
            distributions(&Distributions { title: "Residuals", subtitle: "", panels: &panels }, format)
        };
        pictures.push(Picture::new("sums_of_residuals", "Residuals", caption, draw));
    }
    pictures
}
