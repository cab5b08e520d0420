//! Main routes as a table: a line for each, a column for each time.

use chem_report::aligned::aligned;
use chem_solver::runs::{Routed, Routes, Side, SolvedCell};
use chem_solver::structure::Structure;
use chem_solver::units::YEAR;

use super::sides;

/// Most times that have a column.
const COLUMNS: usize = 7;

/// The table of one cell: density, totals and time scale, then the first routes of each side with their shares in per cent.
pub(super) fn table(
    structure: &Structure,
    (of, name): (Routed, &str),
    cell: &SolvedCell,
    found: &Routes,
    top: usize,
) -> String {
    let columns = columns(cell.times.len());
    let in_years = cell.times.last().is_some_and(|last| *last >= 0.1 * YEAR);
    let (unit, unit_name) = if in_years { (YEAR, "yr") } else { (1.0, "s") };
    let rate = if of == Routed::Temperature { "[erg cm^-3 s^-1]" } else { "[cm^-3 s^-1]" };
    let n = structure.unknown_count();
    let line = |words: [&str; 2], value: &dyn Fn(usize) -> String| -> Vec<String> {
        words.iter().map(|word| (*word).to_owned()).chain(columns.iter().map(|time| value(*time))).collect()
    };
    let at = |values: &[f64], time: usize| values.get(time).map_or_else(String::new, |v| format!("{v:.3e}"));
    let unknown = |time: usize| {
        let species = if let Routed::Species(species) = of { species } else { n - 1 };
        cell.unknowns.get(time * n + species).map_or_else(String::new, |v| format!("{v:.3e}"))
    };
    let [forms, destroys] = sides(of);
    let what = if of == Routed::Temperature { "T [K]".to_owned() } else { format!("n({name}) [cm^-3]") };
    let scale =
        |time: usize| found.time_scales.get(time).map_or_else(String::new, |s| format!("{:.3e}", s / unit));
    let mut rows = vec![
        line(["", &format!("time [{unit_name}]")], &|time| {
            cell.times.get(time).map_or_else(String::new, |t| format!("{:.3e}", t / unit))
        }),
        line(["", &what], &unknown),
        line(["", &format!("{forms} {rate}")], &|time| at(&found.formation, time)),
        line(["", &format!("{destroys} {rate}")], &|time| at(&found.destruction, time)),
        line(["", &format!("time scale of {destroys} [{unit_name}]")], &scale),
    ];
    for (side, word) in Side::BOTH.into_iter().zip([forms, destroys]) {
        let ranked = found.ranked(side);
        let others = ranked.len().saturating_sub(top);
        rows.push(line([word, "share [%]"], &|_| String::new()));
        for (index, shares) in ranked.iter().take(top) {
            let Some(route) = found.routes.get(*index) else { continue };
            rows.push(line([&route.name, &route.equation], &|time| percent(shares.get(time).copied())));
        }
        if others > 0 {
            let rest = |time: usize| ranked.iter().skip(top).filter_map(|(_, shares)| shares.get(time)).sum();
            rows.push(line(["", &format!("{others} others")], &|time| percent(Some(rest(time)))));
        }
    }
    let mut text = format!("{} network, {}: {name}\n", structure.name, cell.id);
    for row in aligned(&rows, 0, |column| column > 1) {
        text.push_str(row.join("  ").trim_end());
        text.push('\n');
    }
    text.push('\n');
    text
}

fn percent(share: Option<f64>) -> String {
    match share {
        Some(0.0) | None => "-".to_owned(),
        Some(share) if share < 5e-4 => "<0.1".to_owned(),
        Some(share) => format!("{:.1}", 100.0 * share),
    }
}

/// The times that are shown: all, or so many evenly among them, the last included.
fn columns(times: usize) -> Vec<usize> {
    if times <= COLUMNS {
        return (0..times).collect();
    }
    (0..COLUMNS).map(|column| column * (times - 1) / (COLUMNS - 1)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_and_the_last_time_are_shown() {
        assert_eq!(columns(3), [0, 1, 2]);
        assert_eq!(columns(21), [0, 3, 6, 10, 13, 16, 20]);
        assert_eq!(columns(0), Vec::<usize>::new());
    }
}
