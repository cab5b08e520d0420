//! `chem diff`: what two networks have not in common.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use chem_grammar::expr::{ExprId, SpeciesId};
use chem_grammar::network::{Network, Reaction};
use chem_report::aligned::aligned;
use clap::Args;

use super::Streams;
use super::coefficients::{composition, grid, temperature_range, values};
use super::exit::{Exit, Stop};
use super::network_file::load;
use super::reactions::range_and_rate;

/// Relative difference below which two values count as equal.
const EQUAL: f64 = 1e-12;

/// Options of `diff`.
#[derive(Args, Clone, Debug)]
pub struct DiffOptions {
    /// First network file
    #[arg(value_name = "A")]
    pub a: PathBuf,

    /// Second network file
    #[arg(value_name = "B")]
    pub b: PathBuf,

    /// Temperatures in K at which coefficients are compared; the limits and breakpoints of both networks if not given
    #[arg(long, value_name = "T", num_args = 1.., value_delimiter = ',')]
    pub at: Vec<f64>,

    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

/// Kind, what, and how it differs.
type Row = [String; 3];

/// Prints what differs. Exit code 0 if nothing does, 1 if something does, 2 if a file cannot be read.
///
/// # Errors
/// Findings of a network file; printing.
pub fn diff(options: &DiffOptions, streams: &mut Streams<'_>) -> Result<Exit, Stop> {
    let (a, b) = (load(&options.a)?, load(&options.b)?);
    let comparison = Comparison::new(&a, &b, &options.at);
    let mut rows = comparison.species();
    rows.extend(comparison.parameters());
    rows.extend(comparison.reactions());
    rows.extend(comparison.thermal());
    if rows.is_empty() && a.hash != b.hash {
        let text = "differ in order, names, or away from this composition and these parameters";
        rows.push(["digest".to_owned(), format!("{:016x} {:016x}", a.hash, b.hash), text.to_owned()]);
    }
    if options.json {
        write!(streams.out, "{}", json(&comparison.at, &rows))?;
    } else {
        writeln!(streams.out, "compared at {}", comparison.at)?;
        let cells: Vec<Vec<String>> = rows.iter().map(|row| row.to_vec()).collect();
        for row in aligned(&cells, 0, |_| false) {
            writeln!(streams.out, "{}", row.join("  ").trim_end())?;
        }
        writeln!(streams.out, "{} differences", rows.len())?;
    }
    Ok(if rows.is_empty() { Exit::Success } else { Exit::Failure })
}

struct Comparison<'a> {
    a: &'a Network,
    b: &'a Network,
    grid: Vec<f64>,
    densities: [Vec<f64>; 2],
    at: String,
}

impl<'a> Comparison<'a> {
    fn new(a: &'a Network, b: &'a Network, at: &[f64]) -> Self {
        let (name, densities) = composition(a);
        let of_name = |name: &str| a.find_species(name).and_then(|SpeciesId(i)| densities.get(i as usize));
        let others = b.species.iter().map(|s| of_name(&s.name).copied().unwrap_or(0.0)).collect();
        let (ra, rb) = (temperature_range(a), temperature_range(b));
        let range = (ra.0.min(rb.0), ra.1.max(rb.1));
        let mut temperatures = at.to_vec();
        if at.is_empty() {
            temperatures = grid(range, 97);
            let inner =
                a.breakpoints.iter().chain(&b.breakpoints).filter(|t| **t >= range.0 && **t <= range.1);
            temperatures.extend(inner.flat_map(|t| [t * (1.0 - 1e-9), *t, t * (1.0 + 1e-9)]));
            temperatures.sort_by(f64::total_cmp);
        }
        let ends = (temperatures.first().copied(), temperatures.last().copied());
        let (low, high) = (ends.0.unwrap_or(range.0), ends.1.unwrap_or(range.1));
        let at = format!(
            "{name} of A, default parameters, {} temperatures from {low:e} to {high:e} K",
            temperatures.len()
        );
        Comparison { a, b, grid: temperatures, densities: [densities, others], at }
    }

    fn species(&self) -> Vec<Row> {
        let all = |n: &Network| -> BTreeMap<String, String> {
            n.species
                .iter()
                .map(|s| (s.name.clone(), format!("charge {}, mass {:e} g", s.charge, s.mass)))
                .collect()
        };
        named("species", &all(self.a), &all(self.b))
    }

    fn parameters(&self) -> Vec<Row> {
        let all = |n: &Network| -> BTreeMap<String, String> {
            let text = |p: &chem_grammar::network::Parameter| {
                let unit = p.unit.clone().unwrap_or_default();
                let cell = if p.per_cell.is_some() { " per cell" } else { "" };
                format!("{:e} {unit}{cell}", p.default)
            };
            n.parameters.iter().map(|p| (p.name.clone(), text(p))).collect()
        };
        named("parameter", &all(self.a), &all(self.b))
    }

    fn reactions(&self) -> Vec<Row> {
        let all = |n: &'a Network| n.reactions.iter().chain(&n.processes).collect::<Vec<_>>();
        let mut groups: BTreeMap<String, [Vec<&Reaction>; 2]> = BTreeMap::new();
        for reaction in all(self.a) {
            groups.entry(sides(self.a, reaction)).or_default()[0].push(reaction);
        }
        for reaction in all(self.b) {
            groups.entry(sides(self.b, reaction)).or_default()[1].push(reaction);
        }
        let (mut rows, mut pairs) = (Vec::new(), Vec::new());
        for [mut left, mut right] in groups.into_values() {
            left.retain(|l| match right.iter().position(|r| r.name == l.name) {
                Some(at) => {
                    pairs.push((*l, right.remove(at)));
                    false
                }
                None => true,
            });
            let common = left.len().min(right.len());
            pairs.extend(left.drain(..common).zip(right.drain(..common)));
            let only = |r: &Reaction, side: &str| {
                ["reaction".to_owned(), r.equation.clone(), format!("only in {side} ({})", r.name)]
            };
            rows.extend(left.iter().map(|r| only(r, "A")));
            rows.extend(right.iter().map(|r| only(r, "B")));
        }
        let roots: Vec<_> = pairs.iter().map(|(l, r)| (l.rate, r.rate)).collect();
        for ((l, r), change) in pairs.iter().zip(self.changes(&roots)) {
            let (from, to) = (range_and_rate(&l.source).0, range_and_rate(&r.source).0);
            let range = (from != to).then(|| format!("range `{from}` -> `{to}`"));
            let texts: Vec<String> = change.into_iter().chain(range).collect();
            if !texts.is_empty() {
                rows.push(["coefficient".to_owned(), l.equation.clone(), texts.join("; ")]);
            }
        }
        rows
    }

    fn thermal(&self) -> Vec<Row> {
        let mut rows = Vec::new();
        for (kind, a, b) in
            [("heating", &self.a.heating, &self.b.heating), ("cooling", &self.a.cooling, &self.b.cooling)]
        {
            let only = |name: &str, side: &str| [kind.to_owned(), name.to_owned(), format!("only in {side}")];
            rows.extend(a.iter().filter(|t| !b.iter().any(|o| o.name == t.name)).map(|t| only(&t.name, "A")));
            rows.extend(b.iter().filter(|t| !a.iter().any(|o| o.name == t.name)).map(|t| only(&t.name, "B")));
            let both: Vec<_> =
                a.iter().filter_map(|t| Some((t, b.iter().find(|o| o.name == t.name)?))).collect();
            let roots: Vec<_> = both.iter().map(|(l, r)| (l.expr, r.expr)).collect();
            let changes = both.iter().zip(self.changes(&roots));
            rows.extend(changes.filter_map(|((l, _), text)| Some([kind.to_owned(), l.name.clone(), text?])));
        }
        rows
    }

    /// The largest ratio of each pair, and where it is; none where the values are equal everywhere.
    fn changes(&self, roots: &[(ExprId, ExprId)]) -> Vec<Option<String>> {
        let (left, right): (Vec<_>, Vec<_>) = roots.iter().copied().unzip();
        let a = values(self.a, &left, &self.densities[0], &self.grid);
        let b = values(self.b, &right, &self.densities[1], &self.grid);
        let mut worst = vec![(EQUAL, None); roots.len()];
        for ((temperature, a), b) in self.grid.iter().zip(&a).zip(&b) {
            for ((worst, a), b) in worst.iter_mut().zip(a).zip(b) {
                let apart = distance(*a, *b);
                if apart > worst.0 {
                    let text = format!("{a:.4e} -> {b:.4e} (x {:.6}) at {temperature:.4e} K", b / a);
                    *worst = (apart, Some(text));
                }
            }
        }
        worst.into_iter().map(|(_, text)| text).collect()
    }
}

/// |ln(b/a)|; infinite if one alone is zero, not a number, or of the other sign.
fn distance(a: f64, b: f64) -> f64 {
    if a == b || (a.is_nan() && b.is_nan()) {
        return 0.0;
    }
    let ratio = (b / a).ln().abs();
    if ratio.is_nan() { f64::INFINITY } else { ratio }
}

/// Both sides, whatever the order of the species.
fn sides(network: &Network, reaction: &Reaction) -> String {
    let side = |list: &[(SpeciesId, u32)], text: &str| {
        let names = list
            .iter()
            .filter_map(|(id, n)| Some(format!("{n} {}", network.species.get(id.0 as usize)?.name)));
        let words = text.split_whitespace().map(|word| word.trim_matches('`')).filter(|word| {
            *word != "+"
                && *word != "M"
                && word.parse::<u32>().is_err()
                && network.find_species(word).is_none()
        });
        names.chain(words.map(str::to_owned)).collect::<BTreeSet<_>>()
    };
    let (left, right) = reaction.equation.split_once("->").unwrap_or((&reaction.equation, ""));
    format!(
        "{:?} {} {:?}",
        side(&reaction.reactants, left),
        reaction.third_bodies,
        side(&reaction.products, right)
    )
}

fn named(kind: &str, a: &BTreeMap<String, String>, b: &BTreeMap<String, String>) -> Vec<Row> {
    let names: BTreeSet<&String> = a.keys().chain(b.keys()).collect();
    let row = |name: &String| {
        let text = match (a.get(name), b.get(name)) {
            (Some(_), None) => "only in A".to_owned(),
            (None, Some(_)) => "only in B".to_owned(),
            (Some(x), Some(y)) if x != y => format!("{x} -> {y}"),
            _ => return None,
        };
        Some([kind.to_owned(), name.clone(), text])
    };
    names.into_iter().filter_map(row).collect()
}

fn json(at: &str, rows: &[Row]) -> String {
    let rows: Vec<String> = rows
        .iter()
        .map(|[k, w, h]| {
            format!("  {{\"kind\": {}, \"what\": {}, \"how\": {}}}", quoted(k), quoted(w), quoted(h))
        })
        .collect();
    format!("{{\"compared_at\": {}, \"differences\": [\n{}\n]}}\n", quoted(at), rows.join(",\n"))
}

fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            c if c.is_control() => out.push_str(&format!("\\u{:04x}", u32::from(c))),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}
