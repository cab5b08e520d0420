//! Ranges of axes that fit what is shown on them.

use super::axis::{Axis, Spacing};
use crate::bdf::YEAR;

/// Densities below this share of the largest are not shown.
const DEPTH: f64 = 1e-16;

/// The axis of time between two pixels, and the length of its unit `[s]`: logarithmic if the times are spread
/// over more than two decades, linear otherwise.
pub(super) fn time_axis(times: &[f64], from: f64, to: f64) -> (Axis, f64) {
    let last = times.last().copied().unwrap_or(1.0);
    let first = times.iter().copied().find(|t| *t > 0.0).unwrap_or(1.0);
    let unit = if last >= 0.1 * YEAR { YEAR } else { 1.0 };
    let axis = if is_logarithmic(times, first, last) {
        Axis { spacing: Spacing::Logarithmic, low: first / unit, high: last / unit, from, to }
    } else {
        let low = times.first().copied().unwrap_or(0.0) / unit;
        let high = if last / unit > low { last / unit } else { low + 1.0 };
        Axis { spacing: Spacing::Linear, low, high, from, to }
    };
    (axis, unit)
}

/// What stands below an axis of time with this unit `[s]`.
pub(super) fn time_label(unit: f64) -> String {
    format!("time  [{}]", if unit == YEAR { "yr" } else { "s" })
}

/// Whether the times span more than two decades and lie more evenly on a logarithmic axis than on a linear one.
fn is_logarithmic(times: &[f64], first: f64, last: f64) -> bool {
    let middle = times.get(times.len() / 2).copied().unwrap_or(last);
    last > 100.0 * first && (middle / first).ln() < 0.75 * (last / first).ln()
}

/// The axis of densities beside an axis of time of this spacing.
pub(super) fn density_axis(curves: &[Vec<(f64, f64)>], spacing: Spacing, from: f64, to: f64) -> Axis {
    let values = || curves.iter().flatten().map(|p| p.1).filter(|v| v.is_finite());
    let largest = values().fold(0.0f64, f64::max);
    let largest = if largest > 0.0 { largest } else { 1.0 };
    if spacing == Spacing::Linear {
        let smallest = values().fold(0.0f64, f64::min);
        return Axis { spacing, low: 1.1 * smallest, high: 1.08 * largest, from, to };
    }
    let floor = largest * DEPTH;
    let smallest = values().filter(|v| *v > floor).fold(largest, f64::min);
    Axis { spacing, low: 10f64.powf((smallest.log10() - 0.3).floor()), high: largest * 4.0, from, to }
}

/// The logarithmic axis of temperatures; `None` if there are none. At least a factor of two is shown, lest
/// rounding look like an evolution.
pub(super) fn temperature_axis(values: impl Iterator<Item = f64>, from: f64, to: f64) -> Option<Axis> {
    let finite = values.filter(|v| v.is_finite() && *v > 0.0);
    let (low, high) = finite.fold((f64::INFINITY, 0.0f64), |(a, b), v| (a.min(v), b.max(v)));
    let widen = (2.0 * low / high).max(1.0).sqrt() * 1.18;
    (low <= high).then(|| Axis {
        spacing: Spacing::Logarithmic,
        low: low / widen,
        high: high * widen,
        from,
        to,
    })
}

/// A logarithmic axis over positive values, whole decades, at most `depth` of them below the largest.
pub(super) fn decades(values: impl Iterator<Item = f64>, depth: f64, from: f64, to: f64) -> Axis {
    let positive = values.filter(|v| v.is_finite() && *v > 0.0).map(f64::log10);
    let (low, high) = positive.fold((f64::INFINITY, f64::NEG_INFINITY), |(a, b), v| (a.min(v), b.max(v)));
    let (low, high) = if low <= high { (low.max(high - depth), high) } else { (-1.0, 0.0) };
    let (low, high) = ((low - 0.05).floor(), (high + 0.05).ceil());
    Axis {
        spacing: Spacing::Logarithmic,
        low: 10f64.powf(low),
        high: 10f64.powf(high.max(low + 1.0)),
        from,
        to,
    }
}
