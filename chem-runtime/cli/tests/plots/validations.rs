//! Pictures of errors and costs.

use chem_report::plot::{
    Comparison, Cumulative, Distribution, DistributionPanel, Distributions, ErrorMap, Format, WorkPrecision,
    WorkPrecisionLine, comparison, cumulative, distributions, error_map, work_precision,
};
use chem_solver::structure::Text;

use crate::boxes::{no_texts_overlap, texts_are_within};

const FORMATS: [Format; 2] = [Format::Wide, Format::Narrow];

#[track_caller]
fn is_legible(svg: &str) {
    assert!(!svg.contains("NaN") && !svg.contains("inf"));
    texts_are_within(svg);
    no_texts_overlap(svg);
}

/// Names of a number of species.
fn names(count: usize) -> Vec<String> {
    (0..count).map(|k| format!("C{k}H{}+", 2 * k)).collect()
}

/// Errors of a species, ascending, one of them far off.
fn errors(k: usize) -> Vec<f64> {
    let mut errors: Vec<f64> = (0..1000).map(|i| 1e-5 * (1 + k) as f64 * 1.006f64.powi(i)).collect();
    if k == 1 {
        errors.push(3e12);
    }
    errors
}

#[test]
fn distributions_are_legible() {
    for count in [2, 10] {
        let row = |(k, name): (usize, &String)| {
            let values: Vec<f64> = errors(k).iter().map(|e| e.log10()).collect();
            let median = values[values.len() / 2];
            let density =
                (-40..=40).map(|i| median + 0.05 * f64::from(i)).map(|x| (x, (-(x - median).powi(2)).exp()));
            Distribution { name: name.clone(), series: Some(k), values, density: density.collect(), median }
        };
        let names = names(count);
        let panel = |marks| DistributionPanel {
            label: "error".into(),
            rows: names.iter().enumerate().map(row).collect(),
            marks,
        };
        let marks = Some((vec![-2.0, -1.5], "Branca & Pallottini 2023: 50, 75 %".to_owned()));
        let panels = [panel(marks), panel(None)];
        for format in FORMATS {
            is_legible(&distributions(
                &Distributions { title: "title", subtitle: "subtitle", panels: &panels },
                format,
            ));
        }
    }
}

#[test]
fn cumulative_errors_are_legible() {
    for count in [1, 9, 60] {
        let mut lines: Vec<(String, Vec<f64>)> =
            names(count).into_iter().enumerate().map(|(k, name)| (name, errors(k))).collect();
        let mut all: Vec<f64> = lines.iter().flat_map(|l| l.1.clone()).collect();
        all.sort_by(f64::total_cmp);
        lines.insert(0, ("all".into(), all));
        let data = Cumulative {
            title: "title",
            subtitle: "subtitle",
            label: "relative error",
            lines: &lines,
            marks: &[(0.5, 1e-3), (0.75, 1e-2), (0.9, 3e-2)],
            marked: "Branca & Pallottini 2023",
        };
        for format in FORMATS {
            is_legible(&cumulative(&data, format));
        }
    }
}

#[test]
fn comparisons_are_legible() {
    for count in [3, 12, 60] {
        let species: Vec<Text> = names(count).into_iter().map(Into::into).collect();
        let times: Vec<f64> = (0..300).map(|i| 3.2e5 * 1.08f64.powi(i)).collect();
        let row = |i: usize, factor: f64| {
            let n = move |k: usize| factor * 10f64.powf(3.0 - 0.1 * k as f64 - 0.001 * (i * k) as f64);
            (0..count).map(n).chain([factor * 100.0]).collect::<Vec<f64>>()
        };
        let reference: Vec<f64> = (0..300).flat_map(|i| row(i, 1.0)).collect();
        let mut predicted: Vec<f64> = (0..300).flat_map(|i| row(i, 1.01)).collect();
        predicted[200 * (count + 1) + 1] *= 1e9;
        let data = Comparison {
            title: "title",
            subtitle: "subtitle",
            species: &species,
            times: &times,
            reference: &reference,
            predicted: &predicted,
            names: ["reference", "trained network"],
            with_temperature: true,
            after: 3.2e8,
        };
        for format in FORMATS {
            is_legible(&comparison(&data, format));
        }
    }
}

#[test]
fn costs_are_legible_and_their_points_named() {
    let line = |name: &str, points: &[(f64, f64)], settings: &[&str]| WorkPrecisionLine {
        name: name.to_owned(),
        points: points.to_vec(),
        spreads: points.iter().map(|(error, _)| (0.2 * error, 9.0 * error)).collect(),
        settings: settings.iter().map(|s| (*s).to_owned()).collect(),
    };
    let lines = [
        line("emulator", &[(0.03, 1.4), (0.03, 3.2)], &["f32", "f64"]),
        line("general_molecular_in_the_loop", &[(0.05, 2.0), (0.05, 3.3)], &["f32", "f64"]),
        line(
            "batch solver",
            &[(1e-2, 20.0), (1e-3, 30.0), (1e-4, 60.0)],
            &["rtol 1e-1", "rtol 1e-2", "rtol 1e-3"],
        ),
    ];
    let data = WorkPrecision {
        title: "title",
        subtitle: "subtitle",
        x_label: "error",
        y_label: "time",
        lines: &lines,
        mark: Some(("KROME on a like machine", (1e-4, 300.0))),
    };
    for format in FORMATS {
        let svg = work_precision(&data, format);
        is_legible(&svg);
        for text in ["f32", "f64", "general_molecular_in_the_loop"] {
            assert!(svg.contains(text), "{text}");
        }
    }
}

#[test]
fn error_maps_are_legible() {
    let cells: Vec<[f64; 3]> = (0..200)
        .map(|i| f64::from(i) / 199.0)
        .map(|u| {
            [10f64.powf(-2.0 + 5.0 * u), 10f64.powf(1.3 + 4.7 * (7.3 * u).fract()), 3e-3 * 100f64.powf(u)]
        })
        .collect();
    for format in FORMATS {
        is_legible(&error_map(&ErrorMap { title: "title", subtitle: "subtitle", cells: &cells }, format));
    }
}
