//! An emulator over its reference, and the error below.

use super::axis::{Axis, Panel, Spacing, draw_curve};
use super::chemical_label;
use super::end_labels::{EndLabel, end_labels};
use super::figure::{Anchor, Figure, Lettering, Stroke};
use super::format::{Format, Rectangle};
use super::palette::{GREY, INK};
use super::prominent::{Prominent, prominent};
use super::scales::{central_decades, density_axis, temperature_axis, time_axis, time_label};
use super::text_width::fitting_size;

/// What to draw: one cell's evolution, twice.
#[derive(Clone, Copy, Debug)]
pub struct Comparison<'a> {
    /// First line.
    pub title: &'a str,
    /// Second line.
    pub subtitle: &'a str,
    /// Names of the species.
    pub species: &'a [chem_solver::structure::Text],
    /// Times `[s]`, increasing.
    pub times: &'a [f64],
    /// Densities [cm^-3] and T `[K]` of the reference, time after time.
    pub reference: &'a [f64],
    /// The same of the emulator.
    pub predicted: &'a [f64],
    /// Names of both.
    pub names: [&'a str; 2],
    /// Whether T evolves.
    pub with_temperature: bool,
    /// Errors before this time `[s]` do not count.
    pub after: f64,
}

/// Most points of a curve: more cannot be seen.
const POINTS: usize = 270;
/// Decades of errors that are shown, unless a twentieth of them would lie below.
const ERROR_DEPTH: f64 = 7.0;

/// Draws temperature, densities, and the error of each: relative on a logarithmic axis of time, absolute on a
/// linear one.
pub fn comparison(data: &Comparison<'_>, format: Format) -> String {
    let (left, right) = (format.pick(114.0, 92.0), format.width() - format.pick(120.0, 76.0));
    let height = format.pick(800.0, 860.0);
    let mut figure = format.figure(height, left, data.title, data.subtitle);
    let (top, bottom) = (format.header() + 34.0, height - format.pick(80.0, 76.0));

    let (x, unit) = time_axis(data.times, left, right);
    let curves = Curves::new(data, unit);
    // The lowest tick of a linear axis stands at its end.
    let gap = if x.spacing == Spacing::Linear { 30.0 } else { 16.0 };
    let room = bottom - top;
    let shares = if data.with_temperature { [0.2, 0.66] } else { [0.0, 0.6] };
    let cuts = shares.map(|share| top + share * room);
    let panel = |top, bottom| Rectangle { left, right, top, bottom };
    let named = prominent(curves.species(), (cuts[0], cuts[1] - gap));
    legend(&mut figure, data, &named, (left, top - 20.0));
    if data.with_temperature {
        temperatures(&mut figure, &curves, x, panel(top, cuts[0] - gap), format);
    }
    densities(&mut figure, &curves, x, panel(cuts[0], cuts[1] - gap), (data, &named, format));
    errors(&mut figure, &curves, x, panel(cuts[1], bottom), (data, &named, unit, format));
    let label = Lettering::new(20.0, INK, Anchor::Middle);
    figure.text(((left + right) / 2.0, height - 28.0), time_label(unit), label);
    figure.finish()
}

/// The curves of each unknown, T last.
struct Curves {
    reference: Vec<Vec<(f64, f64)>>,
    predicted: Vec<Vec<(f64, f64)>>,
}

impl Curves {
    fn new(data: &Comparison<'_>, unit: f64) -> Self {
        let width = data.species.len() + 1;
        let every = data.times.len().div_ceil(POINTS).max(1);
        let last = data.times.len().saturating_sub(1);
        let of = |values: &[f64]| {
            let at = |row: usize, k: usize| values.get(row * width + k).copied().unwrap_or(f64::NAN);
            let curve = |k: usize| {
                let rows =
                    data.times.iter().enumerate().filter(|(row, _)| (last - row).is_multiple_of(every));
                rows.map(|(row, t)| (t / unit, at(row, k))).collect()
            };
            (0..width).map(curve).collect()
        };
        Curves { reference: of(data.reference), predicted: of(data.predicted) }
    }

    /// The curves of the species in the reference.
    fn species(&self) -> &[Vec<(f64, f64)>] {
        self.reference.split_last().map_or(&[], |(_, species)| species)
    }

    /// Draws both curves of an unknown; where the reference ends.
    fn draw(
        &self,
        figure: &mut Figure,
        panel: &Panel,
        k: usize,
        style: (plotters::style::RGBColor, bool),
    ) -> Option<(f64, f64)> {
        let pieces = panel.curve(self.reference.get(k)?);
        for piece in &pieces {
            figure.line(piece, Stroke::faint(6.5, style.0, 0.3));
        }
        for piece in panel.curve(self.predicted.get(k)?) {
            figure.dashed(&piece, Stroke::new(2.2, style.0), 8.0, 4.0);
        }
        pieces.last().and_then(|piece| piece.last()).copied()
    }
}

fn legend(figure: &mut Figure, data: &Comparison<'_>, named: &Prominent, (x, y): (f64, f64)) {
    let [reference, predicted] = data.names;
    let lettering = Lettering::new(16.0, GREY, Anchor::Start);
    if named.count() < data.species.len() {
        let text = format!("grey: {} more", data.species.len() - named.count());
        figure.text((figure.width() - 20.0, y), text, Lettering { anchor: Anchor::End, ..lettering });
    }
    figure.line(&[(x, y), (x + 40.0, y)], Stroke::faint(6.5, INK, 0.3));
    figure.text((x + 48.0, y), reference, lettering);
    let x = x + 48.0 + 9.0 * reference.chars().count() as f64 + 30.0;
    figure.dashed(&[(x, y), (x + 40.0, y)], Stroke::new(2.2, INK), 8.0, 4.0);
    figure.text((x + 48.0, y), predicted, lettering);
}

/// What stands upright beside an axis.
fn upright(figure: &mut Figure, at: Rectangle, text: &str) {
    let x = at.left - if at.left > 100.0 { 84.0 } else { 74.0 };
    figure.text((x, at.middle().1), text, Lettering::new(19.0, INK, Anchor::Middle).upwards());
}

fn temperatures(figure: &mut Figure, curves: &Curves, x: Axis, at: Rectangle, format: Format) {
    let both = [&curves.reference, &curves.predicted];
    let values = both.iter().filter_map(|c| c.last()).flatten().map(|p| p.1);
    let Some(y) = temperature_axis(values, at.bottom, at.top) else { return };
    let panel = Panel { x, y };
    panel.draw(figure, format.letters(), false, (format.pick(9.0, 5.0) as usize, 3));
    let k = curves.reference.len().saturating_sub(1);
    if let Some((x, y)) = curves.draw(figure, &panel, k, (INK, false)) {
        figure.text((x + 14.0, y), "T", Lettering::new(19.0, INK, Anchor::Start).bold());
    }
    upright(figure, at, "T  [K]");
}

fn densities(
    figure: &mut Figure,
    curves: &Curves,
    x: Axis,
    at: Rectangle,
    (data, named, format): (&Comparison<'_>, &Prominent, Format),
) {
    let panel = Panel { x, y: density_axis(curves.species(), x.spacing, at.bottom, at.top) };
    panel.draw(figure, format.letters(), false, (format.pick(9.0, 5.0) as usize, 6));
    let mut ends = Vec::new();
    for k in named.order() {
        let style = named.style(k);
        if !named.is_named(k) {
            let line = curves.reference.get(k).map_or(&[][..], Vec::as_slice);
            draw_curve(figure, &panel.curve(line), 1.0, style);
            continue;
        }
        if let Some(end) = curves.draw(figure, &panel, k, style)
            && let Some(name) = data.species.get(k)
        {
            ends.push(EndLabel { name: chemical_label::species(name), colour: style.0, end });
        }
    }
    end_labels(figure, ends, at.right, (at.top, at.bottom));
    upright(figure, at, "n  [cm⁻³]");
}

fn errors(
    figure: &mut Figure,
    curves: &Curves,
    x: Axis,
    at: Rectangle,
    (data, named, unit, format): (&Comparison<'_>, &Prominent, f64, Format),
) {
    let is_relative = x.spacing == Spacing::Logarithmic;
    let species = data.species.len();
    let error = |(r, p): (&(f64, f64), &(f64, f64))| {
        let difference = (p.1 - r.1).abs();
        let error = if is_relative { difference / r.1.abs() } else { difference };
        (r.0, if error > 0.0 { error } else { f64::NAN })
    };
    let pairs = curves.reference.iter().zip(&curves.predicted);
    let shown = species + usize::from(data.with_temperature && is_relative);
    let lines: Vec<Vec<_>> = pairs.take(shown).map(|(r, p)| r.iter().zip(p).map(error).collect()).collect();
    let counted = || lines.iter().flatten().filter(|p| p.0 * unit > data.after).map(|p| p.1);
    let y = central_decades(counted(), ERROR_DEPTH, at.bottom, at.top);
    let panel = Panel { x, y };
    if data.after / unit > x.low {
        let edge = x.pixel(data.after / unit);
        let corners = [(at.left, at.top), (edge, at.top), (edge, at.bottom), (at.left, at.bottom)];
        figure.area(&corners, Stroke::faint(1.0, GREY, 0.12).colour);
        // Above the panel: within it curves would cross it.
        let text = "not counted";
        let size = fitting_size(text, 13.0, false, (edge - at.left).max(60.0));
        figure.text((at.left, at.top - 8.0), text, Lettering::new(size, GREY, Anchor::Start));
    }
    panel.draw(figure, format.letters(), true, (format.pick(9.0, 5.0) as usize, 6));
    for k in named.order().into_iter().chain(species..lines.len()) {
        let style = if k < species { named.style(k) } else { (INK, true) };
        if let Some(line) = lines.get(k) {
            let width = if k < species && !named.is_named(k) { 0.8 } else { 1.8 };
            draw_curve(figure, &panel.curve(line), width, style);
        }
    }
    let largest = counted().filter(|v| v.is_finite()).fold(0.0, f64::max);
    if largest > y.high {
        let culprit = lines.iter().position(|line| line.iter().any(|p| p.1 == largest));
        let name =
            culprit.and_then(|k| data.species.get(k)).map_or("T".to_owned(), |s| chemical_label::species(s));
        let text = format!("{name} up to {} ▲", chemical_label::rounded(largest));
        figure.text((at.right, at.top - 8.0), text, Lettering::new(13.0, GREY, Anchor::End));
    }
    upright(figure, at, if is_relative { "relative error" } else { "|error|  [cm⁻³]" });
}

#[cfg(test)]
mod tests {
    use super::*;
    use chem_solver::structure::Text;

    #[test]
    fn one_wrong_species_does_not_hide_the_errors_of_the_others() {
        let times: Vec<f64> = (0..810).map(|i| 3.2e5 * 1.03f64.powi(i)).collect();
        let species: Vec<Text> = ["e-", "H-", "H"].map(Into::into).to_vec();
        let reference: Vec<f64> = times.iter().flat_map(|_| [1e-3, 1e-20, 1.0, 100.0]).collect();
        let mut predicted: Vec<f64> = times.iter().flat_map(|_| [1.01e-3, 1.02e-20, 1.001, 101.0]).collect();
        predicted[4 * 599 + 1] = 1e-8;
        let data = Comparison {
            title: "",
            subtitle: "",
            species: &species,
            times: &times,
            reference: &reference,
            predicted: &predicted,
            names: ["a", "b"],
            with_temperature: true,
            after: 3.2e8,
        };
        let svg = comparison(&data, Format::Wide);
        for text in ["H⁻ up to 10¹² ▲", "10⁻⁴", "not counted"] {
            assert!(svg.contains(text), "{text}");
        }
    }
}
