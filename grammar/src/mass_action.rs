//! The law of mass action as tables: reactants, third bodies, net changes, and where derivatives go. For networks that are too large to
//! be written out term by term.

use crate::expr::{ExprId, Variable};
use crate::system::System;

/// (index, factor) pairs of each column.
pub type Columns = Vec<Vec<(usize, i32)>>;

/// Tables of a network, and the expressions that go with them in which order.
#[derive(Clone, Debug)]
pub struct MassActionTables {
    /// (species, count) of the reactants of each flux (reactions, then processes, which have none).
    pub reactants: Columns,
    /// Number of third bodies of each flux.
    pub third_bodies: Vec<u32>,
    /// (species, net change) of each flux.
    pub changes: Columns,
    /// (entry of the Jacobian, net change) of each reactant of each flux, in the order of `reactants`.
    pub by_reactant: Columns,
    /// Derivatives of rates by unknowns: flux, expression.
    pub slopes: Vec<(usize, ExprId)>,
    /// (entry of the Jacobian, net change) of each of these derivatives.
    pub by_slope: Columns,
    /// Derivatives of rates by time: flux, expression.
    pub time_slopes: Vec<(usize, ExprId)>,
    /// Distinct derivatives of dT/dt, and the unknowns by which.
    pub temperature_slopes: Vec<(ExprId, Vec<usize>)>,
    /// (entry of the Jacobian, 1) of each of these derivatives.
    pub by_temperature_slope: Columns,
}

impl MassActionTables {
    /// Those of a system.
    pub fn new(system: &System) -> Self {
        let network = &system.network;
        let all = || network.reactions.iter().chain(&network.processes);
        // Processes state their flux: their reactants play no part in it.
        let is_reaction = |flux: usize| flux < network.reactions.len();
        let reactants: Columns = all()
            .enumerate()
            .map(|(flux, reaction)| {
                let reactants = if is_reaction(flux) { &reaction.reactants[..] } else { &[] };
                reactants.iter().map(|&(species, count)| (species.0 as usize, count as i32)).collect()
            })
            .collect();
        let third_bodies =
            all().enumerate().map(|(f, r)| if is_reaction(f) { r.third_bodies } else { 0 }).collect();
        let mut tables = MassActionTables {
            third_bodies,
            changes: system.stoichiometry.columns.clone(),
            by_reactant: Vec::new(),
            slopes: Vec::new(),
            by_slope: Vec::new(),
            time_slopes: Vec::new(),
            temperature_slopes: Vec::new(),
            by_temperature_slope: Vec::new(),
            reactants,
        };
        for (flux, reactants) in tables.reactants.iter().enumerate() {
            tables.by_reactant.extend(reactants.iter().map(|&(species, _)| entries(system, flux, species)));
        }
        tables.add_slopes(system);
        tables.add_temperature_slopes(system);
        tables
    }

    fn add_slopes(&mut self, system: &System) {
        for &(flux, variable, slope) in &system.rate_derivatives {
            let column = match variable {
                Variable::Density(species) => species.0 as usize,
                Variable::Temperature => system.network.species.len(),
                Variable::Time => {
                    self.time_slopes.push((flux, slope));
                    continue;
                }
            };
            // A rate that depends on a sum of densities has the same derivative by all of them.
            let first = self.slopes.partition_point(|&(other, _)| other < flux);
            let known = self.slopes[first..].iter().position(|&(_, other)| other == slope);
            let index = first + known.unwrap_or(self.slopes.len() - first);
            if known.is_none() {
                self.slopes.push((flux, slope));
                self.by_slope.push(Vec::new());
            }
            self.by_slope[index].extend(entries(system, flux, column));
        }
    }

    fn add_temperature_slopes(&mut self, system: &System) {
        let row = system.network.species.len();
        let mut indices = rustc_hash::FxHashMap::default();
        for column in 0..=row {
            let Some(entry) = system.pattern.find(row, column) else { continue };
            let slope = system.jacobian[entry];
            if system.dag.as_constant(slope) == Some(0.0) {
                continue;
            }
            let index = *indices.entry(slope).or_insert_with(|| {
                self.temperature_slopes.push((slope, Vec::new()));
                self.by_temperature_slope.push(Vec::new());
                self.temperature_slopes.len() - 1
            });
            self.temperature_slopes[index].1.push(column);
            self.by_temperature_slope[index].push((entry, 1));
        }
    }

    /// Derivatives of a flux's rate, in the order of the tables.
    pub fn slopes_of(&self, flux: usize) -> Vec<ExprId> {
        let start = self.slopes.partition_point(|&(other, _)| other < flux);
        self.slopes[start..]
            .iter()
            .take_while(|&&(other, _)| other == flux)
            .map(|&(_, slope)| slope)
            .collect()
    }

    /// Distinct derivatives of dT/dt, each with the unknowns by which.
    pub fn temperature_slopes(&self) -> impl Iterator<Item = (ExprId, &[usize])> {
        self.temperature_slopes.iter().map(|(slope, columns)| (*slope, &columns[..]))
    }

    /// Flux and derivative of the rates that depend on time.
    pub fn time_slopes(&self) -> impl Iterator<Item = (usize, ExprId)> {
        self.time_slopes.iter().copied()
    }

    /// Whether any flux has third bodies.
    pub fn has_third_bodies(&self) -> bool {
        self.third_bodies.iter().any(|&count| count > 0)
    }
}

/// The entries of a column of the Jacobian that a flux changes. Where all terms of an entry cancel it is not in the
/// pattern, and left out.
fn entries(system: &System, flux: usize, column: usize) -> Vec<(usize, i32)> {
    let changes = system.stoichiometry.columns[flux].iter();
    changes.filter_map(|&(row, change)| Some((system.pattern.find(row, column)?, change))).collect()
}
