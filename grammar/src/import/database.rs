//! Rows of the databases: what UMIST, KIDA and UCLCHEM have in common.

use rustc_hash::FxHashMap;

use super::draft::{Bound, Draft, DraftReaction, DraftSpecies, DraftStatement, Piece};
use super::number;
use crate::species::Formula;

/// A row: a reaction with three numbers and a range of T.
#[derive(Clone, Debug)]
pub(super) struct Row {
    pub(super) reactants: Vec<String>,
    pub(super) products: Vec<String>,
    pub(super) law: Law,
    /// The three numbers of the formula, and as they are written.
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
    /// Their parameters.
    pub(super) parameters: &'static [(&'static str, &'static str)],
}

/// The coefficient as an expression of our language; factors that are 1 are left out.
pub(super) fn coefficient(law: Law, [a, b, c]: [f64; 3], scales: &Scales) -> String {
    let n = number::text;
    let power = if b == 0.0 { String::new() } else { format!(" * T300^{}", signed(b)) };
    let decay = |by: &str, c: f64| match c {
        0.0 => String::new(),
        c if c < 0.0 => format!(" * exp({}{by})", n(-c)),
        c => format!(" * exp(-{}{by})", n(c)),
    };
    match law {
        Law::Arrhenius => format!("{}{power}{}", n(a), decay(" / T", c)),
        Law::CosmicRays => format!("{}{}", n(a), scales.cosmic_rays),
        Law::CosmicRayLight => format!("{}{power} * {}{}", n(a), n(c), scales.cosmic_ray_light),
        Law::Light => format!("{}{}{}", n(a), decay(" * Av", c), scales.light),
        Law::Polar1 => format!("{} * (0.62 + {} * sqrt(300 / T))", n(a * b), n(0.4767 * c)),
        Law::Polar2 => {
            format!(
                "{} * (1 + {} * sqrt(300 / T) + {} / T)",
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

/// Puts rows into a draft. Rows of one reaction whose ranges follow each other share it: each holds up to the middle of a gap
/// to the next, and the outermost beyond their ranges, as the databases recommend. Rows whose ranges overlap add up.
pub(super) fn translate(rows: Vec<Row>, scales: &Scales, draft: &mut Draft) {
    let mut groups: FxHashMap<(Vec<String>, Vec<String>, String), usize> = FxHashMap::default();
    let mut families: Vec<Vec<Row>> = Vec::new();
    for row in rows {
        let sorted = |side: &[String]| {
            let mut side = side.to_vec();
            side.sort();
            side
        };
        let key = (sorted(&row.reactants), sorted(&row.products), row.kind.clone());
        let place = *groups.entry(key).or_insert_with(|| {
            families.push(Vec::new());
            families.len() - 1
        });
        families.extend((families.len()..=place).map(|_| Vec::new()));
        if let Some(family) = families.get_mut(place) {
            family.push(row);
        }
    }
    let mut number = 0;
    for mut family in families {
        family.sort_by(|a, b| a.low.total_cmp(&b.low));
        let follow = family.windows(2).all(|pair| matches!(pair, [a, b] if a.high <= b.low && a.low < b.low));
        let borders: Vec<f64> = family
            .windows(2)
            .filter_map(|pair| Some(f64::midpoint(pair.first()?.high, pair.get(1)?.low)))
            .collect();
        let bound = |value: f64, included| Bound { value, text: number::text(value), included };
        let count = family.len();
        let mut reactions: Vec<DraftReaction> = Vec::new();
        for (index, row) in family.into_iter().enumerate() {
            let low =
                if follow && index > 0 { borders.get(index - 1).map(|b| bound(*b, true)) } else { None };
            let high =
                if follow && index + 1 < count { borders.get(index).map(|b| bound(*b, false)) } else { None };
            let value = coefficient(row.law, row.numbers, scales);
            let piece = Piece { low, high, value, doc: row.doc, line: row.line };
            match reactions.last_mut().filter(|_| follow) {
                Some(reaction) => reaction.pieces.push(piece),
                None => {
                    number += 1;
                    reactions.push(DraftReaction {
                        name: format!("r{number}"),
                        reactants: row.reactants,
                        products: row.products,
                        pieces: vec![piece],
                        flux: false,
                        kind: row.kind,
                    });
                }
            }
        }
        draft.reactions.extend(reactions);
    }
    let text: String = draft.reactions.iter().flat_map(|r| &r.pieces).map(|p| p.value.as_str()).collect();
    for (statement, doc) in scales.parameters {
        let name = statement.split_whitespace().nth(1).unwrap_or("");
        if text.contains(name) {
            let doc = vec![(*doc).to_owned()];
            draft.statements.push(DraftStatement { text: (*statement).to_owned(), doc, line: 0 });
        }
    }
    if text.contains("T300") {
        draft.statements.push(DraftStatement {
            text: "let T300 = T / 300".to_owned(),
            doc: Vec::new(),
            line: 0,
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn coefficients_of_the_databases() {
        let scales =
            Scales { cosmic_rays: " * z", cosmic_ray_light: " * w", light: " * chi", parameters: &[] };
        for (law, numbers, text) in [
            (Law::Arrhenius, [1e-10, 0.0, 0.0], "1e-10"),
            (Law::Arrhenius, [1e-10, -0.5, 20.0], "1e-10 * T300^(-0.5) * exp(-20 / T)"),
            (Law::Arrhenius, [1e-10, 0.5, -20.0], "1e-10 * T300^0.5 * exp(20 / T)"),
            (Law::CosmicRays, [0.5, 0.0, 0.0], "0.5 * z"),
            (Law::CosmicRayLight, [1.3e-17, 0.0, 80.0], "1.3e-17 * 80 * w"),
            (Law::Light, [2e-10, 0.0, 3.0], "2e-10 * exp(-3 * Av) * chi"),
            (Law::Polar1, [1.0, 2e-9, 0.0], "2e-9 * (0.62 + 0 * sqrt(300 / T))"),
        ] {
            assert_eq!(coefficient(law, numbers, &scales), text);
        }
    }
}
