//! The report as one page of HTML that needs no other file.

use std::fmt::Write as _;

use crate::validate::figures::{BATCH_SETTING, Picture, batch_seconds};
use crate::validate::summary::Summary;
use crate::validate::table::{self, RowKind, Table};
use crate::validate::validation::Validation;
use crate::validate::worst::worst;
use chem_solver::units::YEAR;

/// The page: what was reached, tables, a section per model with its pictures, and the command that made it.
pub(super) fn page(sections: &[(&Validation, Vec<Picture>)], overview: &[Picture], command: &str) -> String {
    let summaries: Vec<Summary> = sections.iter().map(|(v, _)| v.summary.clone()).collect();
    let title = match summaries.as_slice() {
        [one] => format!("Validation of {}", one.model),
        many => format!("Validation of {} trained networks", many.len()),
    };
    let mut body = String::new();
    let _ = writeln!(body, "<h1>{}</h1>", escaped(&title));
    body.push_str(
        "<p class=\"note\">Physics-informed networks, trained on the residual alone, judged against a procedural \
         solver. Comparisons are with Branca &amp; Pallottini 2023 (MNRAS 518, 5718).</p>\n",
    );
    if let [(one, _)] = sections {
        cards(&mut body, one);
    } else {
        body.push_str("<nav>");
        for summary in &summaries {
            let name = escaped(&summary.model);
            let _ = write!(body, "<a href=\"#{name}\">{name}</a>");
        }
        body.push_str("</nav>\n");
    }
    tables(&mut body, &summaries);
    for picture in overview {
        figure(&mut body, picture);
    }
    for (validation, pictures) in sections {
        section(&mut body, validation, pictures, sections.len() > 1);
    }
    let version = env!("CARGO_PKG_VERSION");
    let _ = writeln!(
        body,
        "<footer class=\"note\">Made by chem {version}: <code>{}</code></footer>",
        escaped(command)
    );
    format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>{}</title>\n\
         <style>\n{}</style>\n</head>\n<body>\n{body}</body>\n</html>\n",
        escaped(&title),
        include_str!("style.css"),
    )
}

/// What was reached, at a glance.
fn cards(body: &mut String, validation: &Validation) {
    let summary = &validation.summary;
    let mut cards: Vec<(String, String)> = Vec::new();
    let mut card = |value: String, name: &str| cards.push((value, name.to_owned()));
    if validation.logarithmic {
        let quantiles = summary.quantiles_log10_relative_error;
        card(power(quantiles.q50), "median relative error");
        card(power(quantiles.q90), "90 % of relative errors are smaller");
        let worst =
            worst(&validation.comparisons, &validation.species, validation.with_temperature, summary.after_s);
        let of = worst.map_or_else(String::new, |worst| format!(": {}", worst.sentence()));
        card(power(quantiles.max), &format!("largest relative error{of}"));
    } else {
        card(format!("{:.1e}", summary.absolute_error.mean), "mean absolute error [cm⁻³]");
        card(format!("{:.1e}", summary.absolute_error.max), "largest absolute error [cm⁻³]");
    }
    if let Some(seconds) = summary.train_cpu_seconds {
        card(format!("{seconds:.0} s"), "CPU time of the training");
    }
    card(summary.parameters.to_string(), "trained numbers");
    card(format!("{:.2} µs", 1e6 / summary.evaluations_per_second), "per state, on one core");
    body.push_str("<div class=\"cards\">");
    for (value, name) in cards {
        let name = escaped(&name);
        let _ = write!(body, "<div class=\"card\"><b>{value}</b><span>{name}</span></div>");
    }
    body.push_str("</div>\n");
}

fn tables(body: &mut String, summaries: &[Summary]) {
    let relative = table::relative_errors(summaries);
    if !relative.rows.is_empty() {
        let _ = writeln!(
            body,
            "<h3>Relative errors</h3>\n<p class=\"note\">log<sub>10</sub> of the quantiles of the relative error, \
             stacked over all species and T at {}.</p>",
            judged_times(summaries),
        );
        html_table(body, &relative);
    }
    let absolute = table::absolute_errors(summaries);
    if !absolute.rows.is_empty() {
        body.push_str(
            "<h3>Absolute errors</h3>\n<p class=\"note\">cm<sup>−3</sup>, over all species and times.</p>\n",
        );
        html_table(body, &absolute);
    }
}

/// The times at which errors count.
fn judged_times(summaries: &[Summary]) -> String {
    let last = summaries.iter().map(|summary| summary.after_s).fold(0.0, f64::max);
    if last == 0.0 {
        return "all judged times".to_owned();
    }
    let beyond = format!("times beyond {:.3} yr", last / YEAR);
    let beyond = beyond.replace(".000", "");
    match summaries.iter().all(|summary| summary.after_s == last) {
        true => beyond,
        false => format!("{beyond}, or all times of those that end before"),
    }
}

fn section(body: &mut String, validation: &Validation, pictures: &[Picture], one_of_many: bool) {
    let summary = &validation.summary;
    if one_of_many {
        let name = escaped(&summary.model);
        let _ = writeln!(body, "<h2 id=\"{name}\">{name}</h2>");
        cards(body, validation);
    }
    for picture in pictures {
        figure(body, picture);
    }
    body.push_str("<h3>Errors by species</h3>\n<p class=\"note\">log<sub>10</sub> of the quantiles of the relative error; \
                   the last column in cm<sup>−3</sup> or K.</p>\n");
    html_table(body, &table::by_species(summary, &validation.unknowns()));
    provenance(body, summary, batch_seconds(validation));
}

fn figure(body: &mut String, picture: &Picture) {
    let _ = writeln!(
        body,
        "<figure><h3>{heading}</h3>\n<div class=\"wide\" role=\"img\" aria-label=\"{heading}\">{}</div>\n\
         <div class=\"narrow\" role=\"img\" aria-label=\"{heading}\">{}</div>\n<figcaption>{}</figcaption></figure>",
        picture.wide,
        picture.narrow,
        escaped(&picture.caption),
        heading = escaped(&picture.heading),
    );
}

fn provenance(body: &mut String, summary: &Summary, batch_seconds: Option<f64>) {
    let batch = batch_seconds.map_or_else(String::new, |seconds| {
        format!("; {seconds:.2e} s by the batch solver at {BATCH_SETTING} (mean)")
    });
    let made = &summary.provenance;
    let times = &summary.timing;
    let rows = [
        ("network", made.network.headline()),
        ("species", made.network.species.join(", ")),
        ("trained by", format!("{}, seed {}, on {}", made.generator, made.seed, or_dash(&made.device))),
        ("iterations", format!("{} ({})", made.iterations, or_dash(&made.end))),
        ("reference", format!("{}, {} states", made.reference, summary.states)),
        ("judged by", made.judge.clone()),
        (
            "time per cell",
            format!(
                "{:.2e} s by the network, {:.2e} s by the BDF at rtol {:e} (medians of {} cells){batch}",
                times.model_seconds, times.bdf_seconds, times.bdf_rtol, times.cells
            ),
        ),
    ];
    body.push_str("<h3>Provenance</h3>\n<dl>");
    for (name, value) in rows {
        let _ = write!(body, "<dt>{name}</dt><dd>{}</dd>", escaped(&value));
    }
    body.push_str("</dl>\n");
    if let Ok(config) = made.config.to_toml() {
        let _ = writeln!(body, "<details><summary>Config</summary><pre>{}</pre></details>", escaped(&config));
    }
}

/// Longest first cell `[letters]` of a table that stays one on a phone; in others each row becomes a block with the
/// names of the columns above its cells.
const SHORT: usize = 7;

fn html_table(body: &mut String, table: &Table) {
    let is_short = |cell: &String| cell.chars().count() <= SHORT;
    let is_narrow = table.rows.iter().all(|row| row.cells.first().is_some_and(is_short));
    let class = if is_narrow { "compact" } else { "blocks" };
    let _ = write!(body, "<div class=\"scroll\"><table class=\"{class}\"><thead><tr>");
    for name in &table.header {
        let _ = write!(body, "<th>{}</th>", escaped(name));
    }
    body.push_str("</tr></thead><tbody>\n");
    for row in &table.rows {
        let class = match row.kind {
            RowKind::Model => "",
            RowKind::Median => " class=\"median\"",
            RowKind::Paper => " class=\"paper\"",
        };
        let _ = write!(body, "<tr{class}>");
        for (k, cell) in row.cells.iter().enumerate() {
            let column = table.header.get(k).filter(|_| k > 0).map_or("", String::as_str);
            let _ = write!(body, "<td data-label=\"{}\">{}</td>", escaped(column), escaped(cell));
        }
        body.push_str("</tr>\n");
    }
    body.push_str("</tbody></table></div>\n");
}

fn power(log: f64) -> String {
    format!("{:.1e}", 10f64.powf(log))
}

fn or_dash(text: &str) -> &str {
    if text.is_empty() { "–" } else { text }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_report_says_which_times_count() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../networks/trained/single_atomic/summary.json");
        let long = Summary::read(path.as_ref()).unwrap();
        // A span that ends before 10 yr is judged as a whole.
        let short = Summary { after_s: 0.0, ..long.clone() };
        assert_eq!(judged_times(std::slice::from_ref(&long)), "times beyond 10 yr");
        assert_eq!(judged_times(std::slice::from_ref(&short)), "all judged times");
        assert_eq!(judged_times(&[short, long]), "times beyond 10 yr, or all times of those that end before");
    }
}
