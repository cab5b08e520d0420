//! Ranges of axes that fit what is shown on them.

use super::axis::{Axis, Spacing};
use chem_solver::units::YEAR;

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

/// Values beyond the quantiles by less than this many decades widen an axis.
const NEAR: f64 = 0.7;

/// log10 of the ends of an axis that shows where the values are: from their 0.1 % to their 99.9 % quantile, at most
/// `depth` decades of them, but never so few that more than a twentieth of the values lies below. `None` without values.
pub(super) fn central(ascending: &[f64], depth: f64) -> Option<(f64, f64)> {
    let last = ascending.len().checked_sub(1)?;
    let at = |share: f64| ascending.get((share * last as f64).round() as usize).copied();
    // What lies little beyond is shown, too.
    let near = |end: f64, extreme: f64| if (extreme - end).abs() < NEAR { extreme } else { end };
    let high = near(at(0.999)?, at(1.0)?);
    let low = near(at(0.001)?, at(0.0)?);
    Some((low.max(high - depth).min(at(0.05)?), high))
}

/// Finite log10 of positive values, ascending.
pub(super) fn logarithms(values: impl Iterator<Item = f64>) -> Vec<f64> {
    let mut logs: Vec<f64> = values.map(f64::log10).filter(|log| log.is_finite()).collect();
    logs.sort_unstable_by(f64::total_cmp);
    logs
}

/// A logarithmic axis of whole decades over where the values are, as [`central`] says.
pub(super) fn central_decades(values: impl Iterator<Item = f64>, depth: f64, from: f64, to: f64) -> Axis {
    let (low, high) = central(&logarithms(values), depth).unwrap_or((-1.0, 0.0));
    whole_decades(low, high, from, to)
}

/// A logarithmic axis over positive values, whole decades, at most `depth` of them below the largest.
pub(super) fn decades(values: impl Iterator<Item = f64>, depth: f64, from: f64, to: f64) -> Axis {
    let positive = values.filter(|v| v.is_finite() && *v > 0.0).map(f64::log10);
    let (low, high) = positive.fold((f64::INFINITY, f64::NEG_INFINITY), |(a, b), v| (a.min(v), b.max(v)));
    let (low, high) = if low <= high { (low.max(high - depth), high) } else { (-1.0, 0.0) };
    whole_decades(low, high, from, to)
}

fn whole_decades(low: f64, high: f64, from: f64, to: f64) -> Axis {
    let (low, high) = ((low - 0.05).floor(), (high + 0.05).ceil());
    Axis {
        spacing: Spacing::Logarithmic,
        low: 10f64.powf(low),
        high: 10f64.powf(high.max(low + 1.0)),
        from,
        to,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn outliers_do_not_decide_the_axis() {
        let mut values: Vec<f64> = (0..5000).map(|i| -3.0 + 1e-4 * f64::from(i)).collect();
        values.push(13.0);
        let (low, high) = central(&values, 7.0).unwrap();
        assert!((low + 3.0).abs() < 0.01 && (high + 2.5).abs() < 0.01, "{low} {high}");
        assert_eq!(central(&[], 7.0), None);
        *values.last_mut().unwrap() = -2.0;
        assert_eq!(central(&values, 7.0).unwrap().1, -2.0, "little beyond");
    }

    #[test]
    fn most_values_are_seen_however_far_the_rest() {
        let values: Vec<f64> = (0..100).map(|i| if i < 90 { -15.0 } else { 11.0 }).collect();
        assert_eq!(central(&values, 7.0), Some((-15.0, 11.0)));
    }
}
