//! What a network is when several cells go side by side and it is too large to be written out term by term: lists of operations for
//! the rates, and products of rates and densities for the rest. Nothing is gathered, and nothing tabulated.

mod text;

use rustc_hash::FxHashMap;

use crate::environment_functions::EnvironmentFunctions;
use crate::expr::{ExprId, separate};
use crate::interpret::Tape;
use crate::mass_action::MassActionTables;
use crate::system::System;

pub use text::BrokenText;

/// Lists of operations and products of a network. Values are those of the lists: parameters, unknowns, time and functions of the
/// parameters, then their results.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LaneProgram {
    /// Functions of the parameters alone, which the others are given.
    pub environment: Tape,
    /// Rates of the reactions and fluxes of the processes, then dT/dt.
    pub rates: Tape,
    /// The same, then derivatives of rates and of dT/dt.
    pub slopes: Tape,
    /// Partial derivative of the right-hand side by time.
    pub by_time: Tape,
    /// What makes dy/dt of the rates; the total density stands in the place of T.
    pub changes: Vec<Product>,
    /// What makes the Jacobian of rates and slopes, column after column, but for the following.
    pub jacobian: Vec<Product>,
    /// What the total density does to each row, as that of third bodies.
    pub by_total: Vec<Product>,
}

/// Factors that a product may have beside its rate.
pub const MOST_FACTORS: usize = 4;
/// Places that values have which are no results.
const SPARE_PLACES: usize = 8192;

/// A product that goes into sums.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Product {
    /// Place of the rate among the values.
    pub rate: u32,
    /// Places of the densities by which it is multiplied.
    pub factors: Vec<u32>,
    /// Numbers of the sums, and how often it goes into each.
    pub sums: Vec<(u32, i32)>,
}

impl LaneProgram {
    /// Whether all values have a place among those that 16 bits can name, and all products are short.
    pub fn is_compact(&self) -> bool {
        let are_few = |tape: &Tape| {
            let [parameters, unknowns, given] = tape.counts();
            let values = parameters + unknowns + 1 + given + tape.outputs().len() + SPARE_PLACES;
            tape.constants().len().max(values) <= usize::from(u16::MAX)
        };
        let mut products = self.changes.iter().chain(&self.jacobian).chain(&self.by_total);
        are_few(&self.rates) && are_few(&self.slopes) && products.all(|p| p.factors.len() <= MOST_FACTORS)
    }

    /// That of a system.
    pub fn of(system: &System) -> Self {
        let network = &system.network;
        let tables = MassActionTables::new(system);
        let mut roots: Vec<ExprId> =
            network.reactions.iter().chain(&network.processes).map(|reaction| reaction.rate).collect();
        roots.extend(system.rhs.last());
        let of_rates = roots.len();
        roots.extend(tables.slopes.iter().map(|(_, slope)| *slope));
        roots.extend(tables.temperature_slopes().map(|(slope, _)| slope));
        let mut dag = system.dag.clone();
        let separated = separate(network, &mut dag, &roots);
        let roots = separated.roots;
        let mut environment = EnvironmentFunctions::new(&dag, &separated.classes);
        let taken = environment.take(&dag, &roots, |_| false);
        let by_time = &system.time_derivative;
        let taken_in_time = environment.take(&dag, by_time, |_| false);
        let count = environment.functions.len();
        let tape = |roots: &[ExprId], taken: &FxHashMap<ExprId, usize>| {
            Tape::with_given(&dag, roots, system, &given(taken, count))
        };
        let (rates, slopes) = (tape(&roots[..of_rates], &taken), tape(&roots, &taken));
        // Both lists are given the same.
        let [parameters, unknowns, given] = slopes.counts();
        let first = parameters + unknowns + 1 + given;
        let products = Products { system, tables: &tables, first, unknowns: parameters };
        LaneProgram {
            changes: products.changes(),
            jacobian: products.jacobian(of_rates),
            by_total: products.by_total(),
            environment: Tape::new(&environment.dag, &environment.functions, system),
            by_time: tape(by_time, &taken_in_time),
            rates,
            slopes,
        }
    }
}

/// Functions of the parameters in the order in which they are given.
fn given(taken: &FxHashMap<ExprId, usize>, count: usize) -> Vec<Option<ExprId>> {
    let mut given = vec![None; count];
    for (id, place) in taken {
        given[*place] = Some(*id);
    }
    given
}

/// The products of a network.
struct Products<'a> {
    system: &'a System,
    tables: &'a MassActionTables,
    /// Where the first rate is.
    first: usize,
    /// Where the first unknown is.
    unknowns: usize,
}

impl Products<'_> {
    /// Places of the particles of a flux, of one species or of third bodies (`None`) one less.
    fn particles(&self, flux: usize, without: Option<Option<usize>>) -> Vec<u32> {
        let mut places = Vec::new();
        for &(species, count) in &self.tables.reactants[flux] {
            let left = count - i32::from(without == Some(Some(species)));
            places.extend((0..left).map(|_| (self.unknowns + species) as u32));
        }
        let third_bodies = self.tables.third_bodies[flux] - u32::from(without == Some(None));
        let total = self.unknowns + self.system.unknown_count() - 1;
        places.extend((0..third_bodies).map(|_| total as u32));
        places
    }

    fn product(rate: usize, factors: Vec<u32>, sums: &[(usize, i32)], times: i32) -> Product {
        let sums = sums.iter().map(|(sum, change)| (*sum as u32, change * times)).collect();
        Product { rate: rate as u32, factors, sums }
    }

    fn changes(&self) -> Vec<Product> {
        let fluxes = self.tables.changes.iter().enumerate();
        let mut products: Vec<Product> = fluxes
            .map(|(flux, sums)| Products::product(self.first + flux, self.particles(flux, None), sums, 1))
            .collect();
        let temperature = self.system.unknown_count() - 1;
        products.push(Products::product(self.first + products.len(), Vec::new(), &[(temperature, 1)], 1));
        // Those with as many factors in a row, which is easier to foresee.
        products.sort_by_key(|product| product.factors.len());
        products
    }

    fn jacobian(&self, slopes: usize) -> Vec<Product> {
        let mut products = Vec::new();
        let mut reactant = 0;
        for (flux, reactants) in self.tables.reactants.iter().enumerate() {
            for &(species, count) in reactants {
                let others = self.particles(flux, Some(Some(species)));
                let entries = &self.tables.by_reactant[reactant];
                products.push(Products::product(self.first + flux, others, entries, count));
                reactant += 1;
            }
        }
        let first = self.first + slopes;
        for (index, (flux, _)) in self.tables.slopes.iter().enumerate() {
            let entries = &self.tables.by_slope[index];
            products.push(Products::product(first + index, self.particles(*flux, None), entries, 1));
        }
        let first = first + self.tables.slopes.len();
        for (index, entries) in self.tables.by_temperature_slope.iter().enumerate() {
            products.push(Products::product(first + index, Vec::new(), entries, 1));
        }
        products.retain(|product| !product.sums.is_empty());
        products.sort_by_key(|product| product.sums.iter().map(|(entry, _)| *entry).min());
        products
    }

    fn by_total(&self) -> Vec<Product> {
        let with = self.tables.third_bodies.iter().enumerate().filter(|(_, count)| **count > 0);
        with.map(|(flux, count)| {
            let others = self.particles(flux, Some(None));
            Products::product(self.first + flux, others, &self.tables.changes[flux], *count as i32)
        })
        .collect()
    }
}
