//! Rows of the databases: what UMIST, KIDA and UCLCHEM have in common.

use rustc_hash::{FxHashMap, FxHashSet};

use super::draft::{Bound, Draft, DraftReaction, DraftSpecies, DraftStatement, Piece};
use super::join::sorted;
use super::number;
use crate::species::Formula;

/// A row: a reaction with three numbers and a range of T.
#[derive(Clone, Debug)]
pub(super) struct Row {
    pub(super) reactants: Vec<String>,
    pub(super) products: Vec<String>,
    pub(super) law: Law,
    /// The three numbers of the formula.
    pub(super) numbers: [f64; 3],
    /// `[K]`
    pub(super) low: f64,
    pub(super) high: f64,
    pub(super) doc: Vec<String>,
    pub(super) line: u32,
    /// What the database calls this kind of reaction.
    pub(super) kind: String,
}

/// A formula of the databases, with numbers a, b, c.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Law {
    /// a (T/300 K)^b exp(-c/T)
    Arrhenius,
    /// a zeta: ionisation by cosmic rays
    CosmicRays,
    /// a (T/300 K)^b c / (1 - omega) zeta: light that cosmic rays make
    CosmicRayLight,
    /// a exp(-c Av) of the interstellar field
    Light,
    /// a b (0.62 + 0.4767 c sqrt(300 K/T)): ions and polar molecules
    Polar1,
    /// a b (1 + 0.0967 c sqrt(300 K/T) + c^2/10.526 300 K/T)
    Polar2,
}

/// How a database scales with what a host knows: factors behind `a`, and the statements of their parameters.
#[derive(Clone, Copy, Debug)]
pub(super) struct Scales {
    /// Behind the numbers of [`Law::CosmicRays`].
    pub(super) cosmic_rays: &'static str,
    /// Behind those of [`Law::CosmicRayLight`].
    pub(super) cosmic_ray_light: &'static str,
    /// Behind those of [`Law::Light`].
    pub(super) light: &'static str,
    /// If fits keep the value at the end of their range beyond it: the upper end that stands for none. Else they go on.
    pub(super) kept: Option<f64>,
    /// Their parameters.
    pub(super) parameters: &'static [(&'static str, &'static str)],
}

/// The temperature of a fit: within its range, or as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Within {
    /// `_10_300` behind `T` and `T300`, empty for T as it is.
    suffix: String,
    /// What the names mean.
    statements: Vec<String>,
}

impl Within {
    fn range(low: f64, high: f64) -> Within {
        let word = |value: f64| number::text(value).replace(['.', '-'], "_");
        let (from, to) = (number::text(low), number::text(high));
        let (suffix, t) = match (low > 0.0, high < f64::MAX) {
            (false, false) => return Within::default(),
            (true, false) => (format!("_from_{}", word(low)), format!("max(T, {from})")),
            (false, true) => (format!("_to_{}", word(high)), format!("min(T, {to})")),
            (true, true) => (format!("_{}_{}", word(low), word(high)), format!("clamp(T, {from}, {to})")),
        };
        let statements = vec![format!("let T{suffix} = {t}"), format!("let T300{suffix} = T{suffix} / 300")];
        Within { suffix, statements }
    }
}

/// The coefficient as an expression of our language; factors that are 1 are left out.
fn coefficient(law: Law, [a, b, c]: [f64; 3], scales: &Scales, within: &Within) -> String {
    let n = number::text;
    let s = &within.suffix;
    let power = if b == 0.0 { String::new() } else { format!(" * T300{s}^{}", signed(b)) };
    let decay = |by: &str, c: f64| match c {
        0.0 => String::new(),
        c if c < 0.0 => format!(" * exp({}{by})", n(-c)),
        c => format!(" * exp(-{}{by})", n(c)),
    };
    match law {
        Law::Arrhenius => format!("{}{power}{}", n(a), decay(&format!(" / T{s}"), c)),
        Law::CosmicRays => format!("{}{}", n(a), scales.cosmic_rays),
        Law::CosmicRayLight => format!("{}{power} * {}{}", n(a), n(c), scales.cosmic_ray_light),
        Law::Light => format!("{}{}{}", n(a), decay(" * Av", c), scales.light),
        Law::Polar1 => format!("{} * (0.62 + {} * sqrt(300 / T{s}))", n(a * b), n(0.4767 * c)),
        Law::Polar2 => {
            format!(
                "{} * (1 + {} * sqrt(300 / T{s}) + {} / T{s})",
                n(a * b),
                n(0.0967 * c),
                n(c * c / 10.526 * 300.0)
            )
        }
    }
}

fn signed(x: f64) -> String {
    if x < 0.0 { format!("({})", number::text(x)) } else { number::text(x) }
}

/// A species by its name in the database, if its name is a formula or a grain.
pub(super) fn species(name: &str, line: u32) -> Option<DraftSpecies> {
    let name = match name {
        "E-" | "e" | "E" | "ELECTR" => "e-",
        name => name,
    };
    let composition = match name {
        "GRAIN0" | "GRAIN-" | "GRAIN+" => vec![("Grain".to_owned(), 1)],
        "PAH" | "PAH-" | "PAH+" | "PAH0" => vec![("Pah".to_owned(), 1)],
        "XH" => vec![("H".to_owned(), 1)],
        _ => Formula::parse(name)?.composition,
    };
    Some(DraftSpecies { name: name.to_owned(), composition, mass: None, line })
}

/// A coefficient with its reaction and the range of T of its fit.
#[derive(Clone, Debug)]
pub(super) struct Fit {
    pub(super) reactants: Vec<String>,
    pub(super) products: Vec<String>,
    /// An expression of our language.
    pub(super) value: String,
    /// `[K]`
    pub(super) low: f64,
    pub(super) high: f64,
    pub(super) doc: Vec<String>,
    pub(super) line: u32,
    /// What the original calls this kind of reaction.
    pub(super) kind: String,
}

impl Fit {
    /// Whether `later` takes over at a higher temperature. Ranges within one row may overlap, they are one coefficient.
    fn hands_over(&self, later: &Fit) -> bool {
        let apart = self.high <= later.low || (self.line == later.line && self.high < later.high);
        apart && self.low < later.low
    }

    fn piece(self, borders: (Option<f64>, Option<f64>)) -> (Piece, Vec<String>, Vec<String>, String) {
        let bound = |value: f64, included| Bound { value, text: number::text(value), included };
        let (low, high) = (borders.0.map(|b| bound(b, true)), borders.1.map(|b| bound(b, false)));
        let piece = Piece { low, high, value: self.value, doc: self.doc, line: self.line };
        (piece, self.reactants, self.products, self.kind)
    }
}

/// Puts fits into a draft. Those of one reaction whose ranges follow each other share it: each holds up to the middle between
/// the end of its range and the beginning of the next, and the outermost hold beyond their ranges. Others add up.
pub(super) fn settle(fits: Vec<Fit>, draft: &mut Draft) {
    let mut places: FxHashMap<(Vec<String>, Vec<String>, String), usize> = FxHashMap::default();
    let mut families: Vec<Vec<Fit>> = Vec::new();
    for fit in fits {
        let key = (sorted(&fit.reactants), sorted(&fit.products), fit.kind.clone());
        let place = *places.entry(key).or_insert(families.len());
        match families.get_mut(place) {
            Some(family) => family.push(fit),
            None => families.push(vec![fit]),
        }
    }
    for mut family in families {
        family.sort_by(|a, b| a.low.total_cmp(&b.low));
        let follow = family.windows(2).all(|pair| matches!(pair, [a, b] if a.hands_over(b)));
        let borders: Vec<f64> = family
            .windows(2)
            .filter_map(|pair| Some(f64::midpoint(pair.first()?.high, pair.get(1)?.low)))
            .collect();
        let mut joined = false;
        for (index, fit) in family.into_iter().enumerate() {
            let border = |at: Option<usize>| at.and_then(|at| borders.get(at)).copied().filter(|_| follow);
            let ends = (border(index.checked_sub(1)), border(Some(index)));
            let (piece, reactants, products, kind) = fit.piece(ends);
            match draft.reactions.last_mut().filter(|_| joined) {
                Some(reaction) => reaction.pieces.push(piece),
                None => {
                    let name = format!("r{}", draft.reactions.len() + 1);
                    let pieces = vec![piece];
                    draft.reactions.push(DraftReaction {
                        name,
                        reactants,
                        products,
                        pieces,
                        flux: false,
                        kind,
                    });
                }
            }
            joined = follow;
        }
    }
}

/// Puts rows into a draft, with the parameters and functions of T that their coefficients need.
pub(super) fn translate(rows: Vec<Row>, scales: &Scales, draft: &mut Draft) {
    let mut functions: Vec<String> = Vec::new();
    let mut known: FxHashSet<String> = FxHashSet::default();
    let mut fits = Vec::with_capacity(rows.len());
    for row in rows {
        let within = scales.kept.map_or_else(Within::default, |none| {
            Within::range(row.low, if row.high == none { f64::MAX } else { row.high })
        });
        let value = coefficient(row.law, row.numbers, scales, &within);
        let words = value.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
        let is_used = |name: &str| words.clone().any(|word| word == name);
        let (t, t300) = (format!("T{}", within.suffix), format!("T300{}", within.suffix));
        let used = [is_used(&t) || is_used(&t300), is_used(&t300)];
        for (statement, _) in within.statements.iter().zip(used).filter(|(_, used)| *used) {
            if known.insert(statement.clone()) {
                functions.push(statement.clone());
            }
        }
        fits.push(Fit {
            reactants: row.reactants,
            products: row.products,
            value,
            low: row.low,
            high: row.high,
            doc: row.doc,
            line: row.line,
            kind: row.kind,
        });
    }
    settle(fits, draft);
    let text: String = draft.reactions.iter().flat_map(|r| &r.pieces).map(|p| p.value.as_str()).collect();
    let statement = |text: String, doc: Vec<String>| DraftStatement { text, doc, line: 0 };
    for (parameter, doc) in scales.parameters {
        let name = parameter.split_whitespace().nth(1).unwrap_or("");
        if text.contains(name) {
            draft.statements.push(statement((*parameter).to_owned(), vec![(*doc).to_owned()]));
        }
    }
    if text.contains("T300 ") || text.contains("T300^") {
        draft.statements.push(statement("let T300 = T / 300".to_owned(), Vec::new()));
    }
    draft.statements.extend(functions.into_iter().map(|text| statement(text, Vec::new())));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn coefficients_of_the_databases() {
        let scales = Scales {
            cosmic_rays: " * z",
            cosmic_ray_light: " * w",
            light: " * chi",
            kept: None,
            parameters: &[],
        };
        for (law, numbers, text) in [
            (Law::Arrhenius, [1e-10, 0.0, 0.0], "1e-10"),
            (Law::Arrhenius, [1e-10, -0.5, 20.0], "1e-10 * T300^(-0.5) * exp(-20 / T)"),
            (Law::Arrhenius, [1e-10, 0.5, -20.0], "1e-10 * T300^0.5 * exp(20 / T)"),
            (Law::CosmicRays, [0.5, 0.0, 0.0], "0.5 * z"),
            (Law::CosmicRayLight, [1.3e-17, 0.0, 80.0], "1.3e-17 * 80 * w"),
            (Law::Light, [2e-10, 0.0, 3.0], "2e-10 * exp(-3 * Av) * chi"),
            (Law::Polar1, [1.0, 2e-9, 0.0], "2e-9 * (0.62 + 0 * sqrt(300 / T))"),
        ] {
            assert_eq!(coefficient(law, numbers, &scales, &Within::default()), text);
        }
        let within = Within::range(10.0, 300.5);
        let text = coefficient(Law::Arrhenius, [1.0, -0.5, 7.0], &scales, &within);
        assert_eq!(text, "1 * T300_10_300_5^(-0.5) * exp(-7 / T_10_300_5)");
        assert_eq!(
            within.statements.first().map(String::as_str),
            Some("let T_10_300_5 = clamp(T, 10, 300.5)")
        );
    }
}
