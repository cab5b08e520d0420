//! What a run did, as text for people.

use std::fmt::Write as _;
use std::time::Duration;

use super::cells::{FailedCell, SolvedCell};
use crate::bdf::{Counters, Options};
use crate::structure::Structure;
use crate::units::YEAR;

/// Steps, evaluations, conservation and, for a single cell, its last state. `wall` is the time from the first
/// cell to the last.
pub fn summary(
    structure: &Structure,
    options: &Options,
    results: &[Result<SolvedCell, FailedCell>],
    wall: Duration,
) -> String {
    let solved: Vec<&SolvedCell> = results.iter().filter_map(|r| r.as_ref().ok()).collect();
    let mut text = String::new();
    let _ = writeln!(text, "{}", headline(structure));
    let end = solved.iter().filter_map(|c| c.times.last()).fold(0.0f64, |a, b| a.max(*b));
    let (rtol, atol) = options.tolerances();
    let atol = atol.first().copied().unwrap_or(0.0);
    let _ = writeln!(
        text,
        "{} of {} cell{} solved to t = {} at rtol {:e}, atol {atol:e}\n",
        solved.len(),
        results.len(),
        if results.len() == 1 { "" } else { "s" },
        time_text(end),
        rtol,
    );
    if solved.is_empty() {
        return text;
    }
    costs(&mut text, &solved, wall);
    conservation(&mut text, structure, &solved);
    if let [cell] = solved.as_slice() {
        text.push('\n');
        last_state(&mut text, structure, cell);
    }
    text
}

/// Name, version, hash and size of a network in one line.
pub fn headline(structure: &Structure) -> String {
    format!(
        "{} v{} [{:016x}]: {}, {}, {}, {} and {} terms",
        structure.name,
        structure.version,
        structure.hash,
        counted(structure.species_count(), "species", "species"),
        counted(structure.reactions.len(), "reaction", "reactions"),
        counted(structure.processes.len(), "process", "processes"),
        counted(structure.heating.len(), "heating", "heating"),
        counted(structure.cooling.len(), "cooling", "cooling"),
    )
}

fn counted(count: usize, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}

fn time_text(seconds: f64) -> String {
    if seconds < 0.1 * YEAR {
        format!("{seconds} s")
    } else {
        format!("{:.6e} s = {:e} yr", seconds, rounded(seconds / YEAR))
    }
}

/// Six digits are enough for people.
fn rounded(value: f64) -> f64 {
    format!("{value:.5e}").parse().unwrap_or(value)
}

type Count = fn(&Counters) -> u64;

fn costs(text: &mut String, solved: &[&SolvedCell], wall: Duration) {
    let mut total = Counters::default();
    for cell in solved {
        total += cell.report.counters;
    }
    let rows: [(&str, Count); 7] = [
        ("steps", |c| c.steps),
        ("rejected steps", |c| c.rejected),
        ("Newton failures", |c| c.newton_failures),
        ("right-hand sides", |c| c.rhs),
        ("Jacobians", |c| c.jacobians),
        ("factorisations", |c| c.factorisations),
        ("  of them with pivoting", |c| c.pivoted),
    ];
    let many = solved.len() > 1;
    let _ = writeln!(text, "{:26}{:>12}{}", "", "total", if many { "      per cell       most" } else { "" });
    // The batch counts its steps alone.
    let rows = rows.into_iter().filter(|(_, count)| total.rhs > 0 || count(&total) > 0);
    for (name, count) in rows {
        let _ = write!(text, "{name:26}{:>12}", count(&total));
        if many {
            let most = solved.iter().map(|c| count(&c.report.counters)).max().unwrap_or(0);
            let _ = write!(text, "{:>14.1}{most:>11}", count(&total) as f64 / solved.len() as f64);
        }
        text.push('\n');
    }
    let core: Duration = solved.iter().map(|c| c.elapsed).sum();
    let _ = write!(text, "{:26}{:>9.3} ms", "core time", core.as_secs_f64() * 1e3);
    if many {
        let most = solved.iter().map(|c| c.elapsed).max().unwrap_or_default();
        let mean = core.as_secs_f64() * 1e3 / solved.len() as f64;
        let _ = write!(text, "{mean:>11.3} ms{:>8.3} ms", most.as_secs_f64() * 1e3);
    }
    let _ = writeln!(text, "\n{:26}{:>9.3} ms\n", "wall time", wall.as_secs_f64() * 1e3);
}

fn conservation(text: &mut String, structure: &Structure, solved: &[&SolvedCell]) {
    let _ = writeln!(text, "{:26}{:>12}", "conserved", "drift");
    for (law, name) in structure.conservation_names.iter().enumerate() {
        let drift = solved.iter().filter_map(|c| c.drift.get(law)).fold(0.0f64, |a, b| a.max(b.abs()));
        let _ = writeln!(text, "{name:26}{drift:>12.1e}");
    }
}

fn last_state(text: &mut String, structure: &Structure, cell: &SolvedCell) {
    let Some(last) = cell.unknowns.chunks_exact(structure.unknown_count()).next_back() else { return };
    let end = cell.times.last().copied().unwrap_or(0.0);
    let _ = writeln!(text, "cell {} at t = {}", cell.id, time_text(end));
    let names = structure.species.iter().map(|s| (format!("n({s})"), "cm^-3"));
    let rows = names.chain(std::iter::once(("T".to_owned(), "K"))).zip(last);
    for ((name, unit), value) in rows {
        let _ = writeln!(text, "  {name:24}{value:>12.6e} {unit}");
    }
}
