//! Small pictures as SVG inside the page.

use std::fmt::Write as _;

use chem_grammar::structure::Pattern;

/// k(T) on two logarithmic axes, 120 by 32; several curves' gaps where k is zero.
pub(super) fn sparkline(values: &[f64]) -> String {
    let logs: Vec<Option<f64>> =
        values.iter().map(|k| (*k > 0.0 && k.is_finite()).then(|| k.log10())).collect();
    let known = || logs.iter().flatten().copied();
    let (low, high) = (known().fold(f64::INFINITY, f64::min), known().fold(f64::NEG_INFINITY, f64::max));
    let height = (high - low).max(0.1);
    let mut path = String::new();
    let mut pen = 'M';
    for (i, log) in logs.iter().enumerate() {
        match log {
            Some(log) => {
                let x = 118.0 * i as f64 / (logs.len().max(2) - 1) as f64 + 1.0;
                let _ = write!(path, "{pen}{x:.0} {:.1}", 30.0 - 28.0 * (log - low) / height);
                pen = 'L';
            }
            None => pen = 'M',
        }
    }
    format!("<svg class=\"k\" viewBox=\"0 0 120 32\" role=\"img\"><path d=\"{path}\"/></svg>")
}

/// One square per entry; rows downwards.
pub(super) fn pattern(pattern: &Pattern) -> String {
    let order = pattern.order();
    let mut path = String::new();
    for (row, column) in pattern.entries() {
        let _ = write!(path, "M{column} {row}h1v1h-1z");
    }
    format!("<svg class=\"pattern\" viewBox=\"0 0 {order} {order}\" role=\"img\"><path d=\"{path}\"/></svg>")
}
