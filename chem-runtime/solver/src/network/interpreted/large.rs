//! Networks that are too large to be written out term by term: lists of operations for the rates, and products of rates and densities
//! for the rest. Nothing is gathered, and nothing tabulated: coefficients by the thousand are evaluated over all lanes faster than
//! their rows are read.

use chem_grammar::environment_functions::EnvironmentFunctions;
use chem_grammar::expr::{ExprId, separate};
use chem_grammar::interpret::Tape;
use chem_grammar::mass_action::MassActionTables;
use chem_grammar::system::System;

use super::lanes::{Inputs, fill};
use super::program::given_tape;
use super::registers::{RegisterTape, Results};
use super::scratch;
use super::terms::Terms;
use crate::scalar::{InterpolationTable, Scalar};
use crate::structure::Structure;

/// Networks with more species than this are large.
const SPECIES: usize = 64;
/// Networks with more reactions and processes than this are large.
const FLUXES: usize = 400;
/// Results that are made before the next are looked at.
const SHARE: usize = 64;
/// Places that registers have.
const PLACES: usize = 1 << u16::BITS;

/// dy/dt and the Jacobian of a large network.
#[derive(Debug)]
pub(super) struct Large {
    /// Rates, and dT/dt.
    rates: RegisterTape,
    /// Rates, dT/dt, derivatives of the rates and of dT/dt.
    slopes: RegisterTape,
    /// dy/dt
    changes: Terms,
    /// Column after column.
    jacobian: Terms,
    /// What the total density does to each row, as that of third bodies.
    by_total: Terms,
}

impl Large {
    /// With the functions of the parameters that it is given, and the derivative by time. `None` if the network is small, or cannot be expressed so.
    pub(super) fn of(system: &System) -> Option<(Self, [Tape; 2])> {
        let network = &system.network;
        if network.species.len() <= SPECIES && system.fluxes.len() <= FLUXES {
            return None;
        }
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
        let by_time = given_tape(system, &dag, by_time, (&taken_in_time, count), &[]);
        let tape = |roots: &[ExprId]| {
            let tape = given_tape(system, &dag, roots, (&taken, count), &[]);
            RegisterTape::new(&tape, Results::InARow(SHARE))
        };
        let (rates, slopes) = (tape(&roots[..of_rates])?, tape(&roots)?);
        let products =
            Products { system, tables: &tables, first: rates.first_result(), unknowns: network.parameters.len() };
        let (changes, jacobian, by_total) =
            (products.changes()?, products.jacobian(of_rates)?, products.by_total()?);
        let functions = Tape::new(&environment.dag, &environment.functions, system);
        Some((Large { rates, slopes, changes, jacobian, by_total }, [functions, by_time]))
    }

    /// dy/dt
    #[inline(always)] // SIMD instructions are those of the caller
    pub(super) fn rhs<V: Scalar>(&self, tables: &[InterpolationTable], inputs: Inputs<'_, V>, dydt: &mut [V]) {
        let mut registers = scratch::take::<V, PLACES>();
        fill(&self.rates, tables, inputs, &mut registers);
        put_total(&self.rates, inputs, &mut registers);
        dydt.fill(V::constant(0.0));
        self.changes.add(&registers, dydt);
        scratch::give_back(registers);
    }

    /// dy/dt and the Jacobian.
    #[inline(always)] // SIMD instructions are those of the caller
    pub(super) fn jacobian<V: Scalar>(
        &self,
        structure: &Structure,
        tables: &[InterpolationTable],
        inputs: Inputs<'_, V>,
        [dydt, values]: [&mut [V]; 2],
    ) {
        let mut registers = scratch::take::<V, PLACES>();
        fill(&self.slopes, tables, inputs, &mut registers);
        put_total(&self.slopes, inputs, &mut registers);
        values.fill(V::constant(0.0));
        if !self.by_total.is_empty() {
            dydt.fill(V::constant(0.0));
            self.by_total.add(&registers, dydt);
            let end = structure.jacobian_column(structure.species_count()).start;
            for (row, value) in structure.jacobian_rows[..end].iter().zip(&mut *values) {
                *value = dydt[*row as usize];
            }
        }
        self.jacobian.add(&registers, values);
        dydt.fill(V::constant(0.0));
        self.changes.add(&registers, dydt);
        scratch::give_back(registers);
    }
}

/// The total density takes the place of T: rates are made, and the law of mass action asks for it.
#[inline(always)]
fn put_total<V: Scalar>(program: &RegisterTape, inputs: Inputs<'_, V>, registers: &mut [V; PLACES]) {
    let [parameters, unknowns, _] = program.counts;
    if let Some(place) = registers.get_mut(parameters + unknowns - 1) {
        let densities = inputs.y.get(..unknowns - 1).unwrap_or_default();
        *place = densities.iter().fold(V::constant(0.0), |sum, density| sum + *density);
    }
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
    fn particles(&self, flux: usize, without: Option<Option<usize>>) -> Vec<usize> {
        let mut places = Vec::new();
        for &(species, count) in &self.tables.reactants[flux] {
            let left = count - i32::from(without == Some(Some(species)));
            places.extend((0..left).map(|_| self.unknowns + species));
        }
        let third_bodies = self.tables.third_bodies[flux] - u32::from(without == Some(None));
        let total = self.unknowns + self.system.unknown_count() - 1;
        places.extend((0..third_bodies).map(|_| total));
        places
    }

    /// Sums to which a product goes, so many times.
    fn times(sums: &[(usize, i32)], count: i32) -> impl Iterator<Item = (usize, i32)> + '_ {
        sums.iter().map(move |(sum, change)| (*sum, change * count))
    }

    /// The rates of change of all unknowns.
    fn changes(&self) -> Option<Terms> {
        let mut terms = Terms::default();
        let mut fluxes: Vec<(Vec<usize>, usize)> =
            (0..self.tables.changes.len()).map(|flux| (self.particles(flux, None), flux)).collect();
        // Those with as many factors in a row, which is easier to foresee.
        fluxes.sort_by_key(|(particles, flux)| (particles.len(), *flux));
        for (particles, flux) in fluxes {
            terms.push(self.first + flux, particles, self.tables.changes[flux].iter().copied())?;
        }
        let temperature = self.system.unknown_count() - 1;
        terms.push(self.first + self.tables.changes.len(), [], [(temperature, 1)])?;
        Some(terms)
    }

    /// The entries of the Jacobian but for what third bodies do.
    fn jacobian(&self, slopes: usize) -> Option<Terms> {
        // Rate, particles, entries.
        let mut products: Vec<(usize, Vec<usize>, Vec<(usize, i32)>)> = Vec::new();
        let mut reactant = 0;
        for (flux, reactants) in self.tables.reactants.iter().enumerate() {
            for &(species, count) in reactants {
                let entries = Products::times(&self.tables.by_reactant[reactant], count).collect();
                products.push((self.first + flux, self.particles(flux, Some(Some(species))), entries));
                reactant += 1;
            }
        }
        let first = self.first + slopes;
        for (index, (flux, _)) in self.tables.slopes.iter().enumerate() {
            let entries = self.tables.by_slope[index].clone();
            products.push((first + index, self.particles(*flux, None), entries));
        }
        let first = first + self.tables.slopes.len();
        for (index, entries) in self.tables.by_temperature_slope.iter().enumerate() {
            products.push((first + index, Vec::new(), entries.clone()));
        }
        products.sort_by_key(|(_, _, entries)| entries.iter().map(|(entry, _)| *entry).min());
        let mut terms = Terms::default();
        for (rate, particles, entries) in products {
            terms.push(rate, particles, entries)?;
        }
        Some(terms)
    }

    /// The derivatives of all densities by the total density.
    fn by_total(&self) -> Option<Terms> {
        let mut terms = Terms::default();
        for (flux, count) in self.tables.third_bodies.iter().enumerate().filter(|(_, count)| **count > 0) {
            let rows = Products::times(&self.tables.changes[flux], *count as i32);
            terms.push(self.first + flux, self.particles(flux, Some(None)), rows)?;
        }
        Some(terms)
    }
}
