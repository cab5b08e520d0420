//! Which derivative is not finite, and what it is a derivative of.

use std::fmt;

use crate::network::ChemNetwork;
use crate::structure::Structure;

/// A derivative that is not finite.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct InfiniteSlope {
    /// Names of the reactions, processes or thermal terms that it is a derivative of, with their equations: one, or all
    /// that it may be.
    pub of: Vec<String>,
    /// The unknown by which: `n[H2]`, or `T`.
    pub by: String,
    /// Densities that are not positive [cm^-3], by species; that of `by` first.
    pub absent: Vec<(String, f64)>,
}

/// How many are listed.
const LISTED: usize = 4;
/// Growth of the difference quotient, from a step to one some decades smaller, above which a slope counts as infinite.
const GROWTH: f64 = 1.5;
/// Smaller differences than this share of the value are rounding.
const ROUNDING: f64 = 1e-13;

impl fmt::Display for InfiniteSlope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let of = match &self.of[..] {
            [] => "a rate".to_owned(),
            [one] => one.clone(),
            several => format!("one of {}", several.join(", ")),
        };
        write!(f, "the derivative of {of} by {} is not finite", self.by)?;
        for (number, (species, density)) in self.absent.iter().enumerate() {
            let before = if number == 0 { ", where" } else { "," };
            write!(f, "{before} n[{species}] = {density} cm^-3")?;
        }
        Ok(())
    }
}

impl InfiniteSlope {
    /// The derivative behind the first column of a Jacobian that is not finite, if there is one.
    pub(super) fn find<N: ChemNetwork + ?Sized>(
        network: &N,
        t: f64,
        y: &[f64],
        jacobian: &[f64],
    ) -> Option<Self> {
        let structure = network.structure();
        let columns = structure.unknown_count();
        let rows = |column: usize| -> Vec<usize> {
            let of_column = structure.jacobian_values(column, jacobian);
            of_column.filter(|(_, value)| !value.is_finite()).map(|(row, _)| row).collect()
        };
        let bad: Vec<(usize, Vec<usize>)> =
            (0..columns).map(|column| (column, rows(column))).filter(|(_, rows)| !rows.is_empty()).collect();
        // Slopes by what is not there come first: slopes by others follow from them.
        let (column, rows) = bad.iter().find(|(column, _)| y[*column] <= 0.0).or(bad.first())?;
        let mut absent: Vec<usize> = (0..structure.species_count()).filter(|s| y[*s] <= 0.0).collect();
        absent.sort_by_key(|species| species != column);
        let of_species = |species: usize| (structure.species[species].to_string(), y[species]);
        Some(InfiniteSlope {
            of: Terms { network, t }.culprits(y, *column, rows),
            by: structure.species.get(*column).map_or("T".to_owned(), |name| format!("n[{name}]")),
            absent: absent.into_iter().take(LISTED).map(of_species).collect(),
        })
    }
}

/// The fluxes and thermal terms of a network at a time.
pub(super) struct Terms<'n, N: ?Sized> {
    pub(super) network: &'n N,
    pub(super) t: f64,
}

impl<N: ChemNetwork + ?Sized> Terms<'_, N> {
    /// Names of those that are not finite in a state.
    pub(super) fn not_finite(&self, y: &[f64]) -> Vec<String> {
        let values = self.values(y);
        let bad = (0..values.len()).filter(|index| !values[*index].is_finite());
        bad.take(LISTED).map(|index| self.name(index)).collect()
    }

    /// Fluxes, heating, cooling.
    fn values(&self, y: &[f64]) -> Vec<f64> {
        let structure = self.network.structure();
        let (mut fluxes, mut heating, mut cooling) = (
            vec![0.0; structure.equations.len()],
            vec![0.0; structure.heating.len()],
            vec![0.0; structure.cooling.len()],
        );
        self.network.fluxes(self.t, y, &mut fluxes);
        self.network.heating(self.t, y, &mut heating);
        self.network.cooling(self.t, y, &mut cooling);
        [fluxes, heating, cooling].concat()
    }

    fn name(&self, index: usize) -> String {
        let structure = self.network.structure();
        let names = [&structure.reactions, &structure.processes, &structure.heating, &structure.cooling];
        let name = names.into_iter().flat_map(|names| names.iter()).nth(index);
        let name = name.map_or("", |name| name.as_ref());
        match structure.equations.get(index) {
            Some(equation) => format!("`{name}` ({equation})"),
            None if index < structure.equations.len() + structure.heating.len() => {
                format!("the heating `{name}`")
            }
            None => format!("the cooling `{name}`"),
        }
    }

    /// What changes only unknowns whose derivatives by `column` are not finite; of these the ones whose difference quotients
    /// grow without bound, if there are such.
    fn culprits(&self, y: &[f64], column: usize, rows: &[usize]) -> Vec<String> {
        let structure = self.network.structure();
        let fluxes = structure.equations.len();
        let total = fluxes + structure.heating.len() + structure.cooling.len();
        let is_candidate = |index: usize| match index < fluxes {
            true => changes_only(structure, index, rows),
            false => rows.contains(&structure.species_count()),
        };
        let growths = self.growths(y, column);
        let mut candidates: Vec<(usize, f64)> = (0..total)
            .filter(|index| is_candidate(*index))
            .map(|index| (index, growths.get(index).copied().unwrap_or(0.0)))
            .collect();
        if candidates.iter().any(|(_, growth)| *growth > GROWTH) {
            candidates.retain(|(_, growth)| *growth > GROWTH);
        }
        candidates.sort_by(|a, b| b.1.total_cmp(&a.1));
        candidates.into_iter().take(LISTED).map(|(index, _)| self.name(index)).collect()
    }

    /// The largest growth of each term's difference quotient by an unknown, from one step to the next.
    fn growths(&self, y: &[f64], column: usize) -> Vec<f64> {
        let scale = if y[column] > 0.0 { y[column] } else { y.iter().rev().skip(1).sum::<f64>().max(1.0) };
        let decades: &[i32] = if y[column] > 0.0 { &[-3, -6, -9] } else { &[-4, -8, -12, -20, -40] };
        let before = self.values(y);
        let mut growths = vec![0.0f64; before.len()];
        let mut last = vec![f64::INFINITY; before.len()];
        let mut moved = y.to_vec();
        for decade in decades {
            let step = scale * 10f64.powi(*decade);
            moved[column] = y[column].max(0.0) + step;
            for (index, after) in self.values(&moved).into_iter().enumerate() {
                let change = (after - before[index]).abs();
                if !change.is_finite() {
                    growths[index] = f64::INFINITY;
                } else if change > ROUNDING * before[index].abs() {
                    growths[index] = growths[index].max(change / step / last[index]);
                    last[index] = change / step;
                }
            }
        }
        growths
    }
}

/// Whether a flux changes species, and only such whose rows are among these.
fn changes_only(structure: &Structure, flux: usize, rows: &[usize]) -> bool {
    let changes = structure.net_changes(flux);
    !changes.is_empty() && changes.iter().all(|(species, _)| rows.contains(&(*species as usize)))
}
