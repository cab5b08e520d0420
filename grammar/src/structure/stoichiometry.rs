//! The stoichiometric matrix.

use crate::network::{Network, Reaction};

/// Net stoichiometric matrix nu: one sparse column per reaction (reactions, then processes).
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Stoichiometry {
    /// Number of species.
    pub species_count: usize,
    /// For each reaction the (species index, net change) pairs, ascending, zero changes left out.
    pub columns: Vec<Vec<(usize, i32)>>,
}

impl Stoichiometry {
    /// Of reactions in the given order.
    pub fn new<'a>(species_count: usize, reactions: impl IntoIterator<Item = &'a Reaction>) -> Self {
        Stoichiometry { species_count, columns: reactions.into_iter().map(net_changes).collect() }
    }

    /// Of a network: reactions, then processes.
    pub fn of(network: &Network) -> Self {
        Stoichiometry::new(network.species.len(), network.reactions.iter().chain(&network.processes))
    }

    /// `sum_s weights[s] nu[s][reaction]`, exactly; `None` if it does not fit.
    pub fn weighted_sum(&self, weights: &[i64], reaction: usize) -> Option<i128> {
        let mut sum = 0i128;
        for &(species, change) in self.columns.get(reaction)? {
            let weight = i128::from(*weights.get(species)?);
            sum = sum.checked_add(weight.checked_mul(i128::from(change))?)?;
        }
        Some(sum)
    }

    /// Whether no reaction changes the sum with these weights.
    pub fn conserves(&self, weights: &[i64]) -> bool {
        (0..self.columns.len()).all(|reaction| self.weighted_sum(weights, reaction) == Some(0))
    }
}

fn net_changes(reaction: &Reaction) -> Vec<(usize, i32)> {
    let lost = reaction.reactants.iter().map(|&(s, count)| (s.0 as usize, -(count as i32)));
    let gained = reaction.products.iter().map(|&(s, count)| (s.0 as usize, count as i32));
    let mut changes: Vec<(usize, i32)> = lost.chain(gained).collect();
    changes.sort_unstable_by_key(|&(species, _)| species);
    let mut merged: Vec<(usize, i32)> = Vec::with_capacity(changes.len());
    for (species, change) in changes {
        match merged.last_mut() {
            Some(last) if last.0 == species => last.1 += change,
            _ => merged.push((species, change)),
        }
    }
    merged.retain(|&(_, change)| change != 0);
    merged
}
