//! Conservation laws: the exact integer left null space of the stoichiometric matrix.

use super::modular::{Echelon, reconstruct};
use super::stoichiometry::Stoichiometry;
use crate::network::Species;

/// One conserved sum over the species: `sum_s coefficients[s] n_s` does not change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConservationLaw {
    /// What it is, if it is an element's nuclei (`"H"`) or `"charge"`; otherwise a sum of species such as
    /// `"A + B + C"`, or `"n[H]"` where the name of a single species is also that of an element.
    pub name: String,
    /// Integer coefficient of each species, with no common divisor.
    pub coefficients: Vec<i64>,
}

/// More unnamed laws than this are given as elimination leaves them.
const SHORTEN_AT_MOST: usize = 32;

/// Finds a basis of all conservation laws of a stoichiometric matrix.
///
/// The nuclei of each element and the charge come first, where the reactions do conserve them; then what else
/// is conserved, with small coefficients. Elimination is done modulo a prime; every law is then checked in
/// exact integers against every reaction, and as the nullity over the rationals cannot exceed that modulo a
/// prime, the basis is complete if all candidates pass. (A candidate could only fail with coefficients beyond
/// 2^29, and is then left out.)
pub fn conservation_laws(
    stoichiometry: &Stoichiometry,
    species: &[Species],
    elements: &[String],
) -> Vec<ConservationLaw> {
    let count = stoichiometry.species_count;
    let mut laws: Vec<ConservationLaw> = Vec::new();
    let mut independent = Echelon::new(count);
    for law in named_laws(species, elements) {
        if stoichiometry.conserves(&law.coefficients) && independent.insert(&sparse(&law.coefficients)) {
            laws.push(law);
        }
    }
    let mut reactions = Echelon::new(count);
    for column in &stoichiometry.columns {
        if reactions.rank() + laws.len() == count {
            return laws;
        }
        let entries: Vec<(usize, i64)> = column.iter().map(|&(s, change)| (s, i64::from(change))).collect();
        reactions.insert(&entries);
    }
    let mut candidates: Vec<Vec<i64>> = (reactions.null_space().iter())
        .filter_map(|vector| reconstruct(vector))
        .filter(|coefficients| stoichiometry.conserves(coefficients))
        .collect();
    if candidates.len() <= SHORTEN_AT_MOST {
        shorten(&mut candidates, &laws);
    }
    candidates.sort_by_key(|coefficients| simplicity(coefficients));
    for coefficients in candidates {
        if independent.insert(&sparse(&coefficients)) {
            let mut name = sum_name(&coefficients, species);
            if laws.iter().any(|law| law.name == name) {
                // A species that is conserved by itself may be called as an element is.
                name = format!("n[{name}]");
            }
            laws.push(ConservationLaw { name, coefficients });
        }
    }
    laws
}

/// The nuclei of each element, and the charge.
fn named_laws(species: &[Species], elements: &[String]) -> Vec<ConservationLaw> {
    let nuclei = |element: usize| {
        species.iter().map(|s| s.composition.get(element).copied().unwrap_or(0).into()).collect()
    };
    let mut laws: Vec<ConservationLaw> = elements
        .iter()
        .enumerate()
        .map(|(i, name)| ConservationLaw { name: name.clone(), coefficients: primitive(nuclei(i)) })
        .collect();
    let charges = species.iter().map(|s| s.charge.into()).collect();
    laws.push(ConservationLaw { name: "charge".into(), coefficients: primitive(charges) });
    laws.retain(|law| law.coefficients.iter().any(|&c| c != 0));
    laws
}

fn sparse(coefficients: &[i64]) -> Vec<(usize, i64)> {
    coefficients.iter().copied().enumerate().filter(|&(_, c)| c != 0).collect()
}

fn gcd(a: i64, b: i64) -> i64 {
    let (mut a, mut b) = (a.unsigned_abs(), b.unsigned_abs());
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a as i64
}

/// Divides by the common divisor.
fn primitive(mut coefficients: Vec<i64>) -> Vec<i64> {
    let divisor = coefficients.iter().copied().fold(0, gcd);
    if divisor > 1 {
        coefficients.iter_mut().for_each(|c| *c /= divisor);
    }
    coefficients
}

/// Smaller is easier to read: no negative coefficients, then few terms, then small ones.
fn simplicity(coefficients: &[i64]) -> (usize, usize, i64, Vec<i64>) {
    let negative = coefficients.iter().filter(|c| **c < 0).count();
    let terms = coefficients.iter().filter(|c| **c != 0).count();
    let size = coefficients.iter().fold(0i64, |sum, c| sum.saturating_add(c.saturating_abs()));
    (negative, terms, size, coefficients.iter().map(|c| -c).collect())
}

/// Adds multiples of one another and of the known laws as long as that makes the vectors simpler.
fn shorten(vectors: &mut [Vec<i64>], laws: &[ConservationLaw]) {
    for _ in 0..16 {
        let mut improved = false;
        for i in 0..vectors.len() {
            let others: Vec<Vec<i64>> = (vectors.iter().enumerate())
                .filter(|&(j, _)| j != i)
                .map(|(_, v)| v.clone())
                .chain(laws.iter().map(|law| law.coefficients.clone()))
                .collect();
            let negated = combine(&vectors[i], -1, None);
            let sums = others.iter().flat_map(|other| {
                [(1, 1), (1, -1), (-1, 1)].map(|(a, b)| combine(&vectors[i], a, Some((other, b))))
            });
            let best = sums
                .chain([negated])
                .filter(|v| v.iter().any(|&c| c != 0))
                .map(primitive)
                .min_by_key(|v| simplicity(v));
            if let Some(best) = best.filter(|best| simplicity(best) < simplicity(&vectors[i])) {
                vectors[i] = best;
                improved = true;
            }
        }
        if !improved {
            break;
        }
    }
}

fn combine(v: &[i64], factor: i64, other: Option<(&Vec<i64>, i64)>) -> Vec<i64> {
    match other {
        None => v.iter().map(|x| factor.saturating_mul(*x)).collect(),
        Some((w, g)) => v.iter().zip(w).map(|(x, y)| factor * x + g * y).collect(),
    }
}

/// `A + 2 B - C`
fn sum_name(coefficients: &[i64], species: &[Species]) -> String {
    let mut name = String::new();
    for (&coefficient, species) in coefficients.iter().zip(species) {
        let sign = match (coefficient, name.is_empty()) {
            (0, _) => continue,
            (1.., true) => "",
            (1.., false) => " + ",
            (_, true) => "-",
            (_, false) => " - ",
        };
        name.push_str(sign);
        if coefficient.abs() != 1 {
            name.push_str(&format!("{} ", coefficient.abs()));
        }
        name.push_str(&species.name);
    }
    name
}
