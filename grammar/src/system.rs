//! The mathematics of a network: right-hand side, Jacobian, conservation laws, elimination order.
//!
//! Unknowns are the number densities in declared order, then T: `unknown_count = species + 1`. T is an unknown
//! of every network; without heating and cooling its derivative is zero, unless the network conserves energy.

mod temperature;

use std::collections::BTreeMap;

use crate::expr::{Dag, Differentiator, ExprId, SpeciesId, Variable};
use crate::network::{Network, Reaction};
use crate::structure::{ConservationLaw, Pattern, Stoichiometry, SymbolicLu, conservation_laws};

pub use temperature::TemperatureEquation;

/// Everything that is derived from a [`Network`], in one graph.
#[derive(Clone, Debug)]
pub struct System {
    /// The network it was derived from.
    pub network: Network,
    /// The network's graph, extended by all derived expressions.
    pub dag: Dag,
    /// Rate coefficients, one per reaction.
    pub rates: Vec<ExprId>,
    /// Fluxes [cm^-3 s^-1]: reactions, then processes.
    pub fluxes: Vec<ExprId>,
    /// Sum of the heating rates [erg cm^-3 s^-1].
    pub total_heating: ExprId,
    /// Sum of the cooling rates [erg cm^-3 s^-1].
    pub total_cooling: ExprId,
    /// What dT/dt is made of, if T changes.
    pub temperature: Option<TemperatureEquation>,
    /// The thermal energy that one more particle of each species brings, de/dn_s `[erg]`; none unless the network conserves
    /// energy.
    pub carried: Vec<ExprId>,
    /// d(unknown)/dt: densities [cm^-3 s^-1], then T [K/s].
    pub rhs: Vec<ExprId>,
    /// Partial derivative of the right-hand side by time, one per unknown (zero for autonomous networks).
    pub time_derivative: Vec<ExprId>,
    /// Net stoichiometry of reactions, then processes.
    pub stoichiometry: Stoichiometry,
    /// A basis of the exact integer left null space of the stoichiometric matrix.
    pub conservation: Vec<ConservationLaw>,
    /// Structurally non-zero entries of the Jacobian, diagonal included, by columns.
    pub pattern: Pattern,
    /// d(rhs_row)/d(unknown_column), aligned with the entries of `pattern`.
    pub jacobian: Vec<ExprId>,
    /// d(flux)/d(unknown): index of the flux, index of the unknown, derivative. Through third bodies a flux
    /// depends on all species alike; that part is in `third_body_derivatives` instead.
    pub flux_derivatives: Vec<(usize, usize, ExprId)>,
    /// Index of a reaction or process, a variable, and the derivative of the rate (the flux, for processes) by it;
    /// densities are held fixed.
    pub rate_derivatives: Vec<(usize, Variable, ExprId)>,
    /// Index of a flux and its derivative by n_tot as the density of its third bodies.
    pub third_body_derivatives: Vec<(usize, ExprId)>,
    /// Elimination order and pattern of the LU factors of I - c J.
    pub lu: SymbolicLu,
}

impl System {
    /// Derives everything from a network.
    pub fn new(network: Network) -> System {
        let stoichiometry = Stoichiometry::of(&network);
        let conservation = conservation_laws(&stoichiometry, &network.species, &network.elements);
        let mut dag = network.dag.clone();
        let mut builder = Builder::new(&network, &stoichiometry, &mut dag);
        builder.add_fluxes();
        builder.add_temperature();
        let (pattern, jacobian) = builder.jacobian();
        let rhs = builder.balances(|builder| &builder.rhs);
        let time_derivative = builder.balances(|builder| &builder.time_derivative);
        let Builder { fluxes, total_heating, total_cooling, temperature, carried, .. } = builder;
        let Builder { flux_derivatives, rate_derivatives, third_body_derivatives, .. } = builder;
        let lu = SymbolicLu::new(&pattern);
        System {
            rates: network.reactions.iter().map(|reaction| reaction.rate).collect(),
            network,
            dag,
            fluxes,
            total_heating,
            total_cooling,
            temperature,
            carried,
            rhs,
            time_derivative,
            stoichiometry,
            conservation,
            pattern,
            jacobian,
            flux_derivatives,
            rate_derivatives,
            third_body_derivatives,
            lu,
        }
    }

    /// Number of unknowns: species and T.
    pub fn unknown_count(&self) -> usize {
        self.network.species.len() + 1
    }
}

/// Whole multiples of nodes, to be added up.
type Terms = Vec<(i32, ExprId)>;

/// Builds right-hand side and Jacobian reaction by reaction.
struct Builder<'a> {
    network: &'a Network,
    stoichiometry: &'a Stoichiometry,
    dag: &'a mut Dag,
    differentiator: Differentiator,
    n_tot: ExprId,
    fluxes: Vec<ExprId>,
    total_heating: ExprId,
    total_cooling: ExprId,
    temperature: Option<TemperatureEquation>,
    carried: Vec<ExprId>,
    rhs: Vec<Terms>,
    time_derivative: Vec<Terms>,
    /// Columns of the Jacobian: row to entry.
    columns: Vec<BTreeMap<u32, Terms>>,
    flux_derivatives: Vec<(usize, usize, ExprId)>,
    rate_derivatives: Vec<(usize, Variable, ExprId)>,
    third_body_derivatives: Vec<(usize, ExprId)>,
    /// For each row what is added to its entries in all columns of species, as n_tot depends on all alike.
    every_species: BTreeMap<u32, Terms>,
}

/// What a flux is made of, so far as the law of mass action tells.
struct MassAction {
    /// Rate coefficient, or the flux itself.
    rate: ExprId,
    /// Product of the reactants' densities.
    densities: ExprId,
    /// n_tot to the number of third bodies.
    third_bodies: ExprId,
}

impl<'a> Builder<'a> {
    fn new(network: &'a Network, stoichiometry: &'a Stoichiometry, dag: &'a mut Dag) -> Self {
        let count = network.species.len();
        let densities: Vec<ExprId> = (0..count).map(|s| dag.density(SpeciesId(s as u32))).collect();
        let n_tot = dag.sum(densities);
        // The diagonal is always there.
        let columns = (0..=count as u32).map(|i| BTreeMap::from([(i, Terms::new())])).collect();
        Builder {
            network,
            stoichiometry,
            differentiator: Differentiator::new(count, &network.tables),
            n_tot,
            fluxes: Vec::new(),
            total_heating: dag.sum(network.heating.iter().map(|term| term.expr)),
            total_cooling: dag.sum(network.cooling.iter().map(|term| term.expr)),
            temperature: None,
            carried: Vec::new(),
            rhs: vec![Terms::new(); count + 1],
            time_derivative: vec![Terms::new(); count + 1],
            columns,
            flux_derivatives: Vec::new(),
            rate_derivatives: Vec::new(),
            third_body_derivatives: Vec::new(),
            every_species: BTreeMap::new(),
            dag,
        }
    }

    fn add_fluxes(&mut self) {
        let network = self.network;
        for (index, reaction) in network.reactions.iter().enumerate() {
            let law = self.mass_action(reaction);
            self.add_flux(index, &law);
            self.add_partial_derivatives(index, reaction, &law);
        }
        for (index, process) in network.processes.iter().enumerate() {
            let one = self.dag.constant(1.0);
            let law = MassAction { rate: process.rate, densities: one, third_bodies: one };
            self.add_flux(network.reactions.len() + index, &law);
            self.add_rate_derivatives(network.reactions.len() + index, &law);
        }
        for (row, terms) in std::mem::take(&mut self.every_species) {
            let sum = self.dag.balance(&terms);
            for column in 0..network.species.len() {
                self.add_entry(row, column, 1, sum);
            }
        }
    }

    /// The entries of the Jacobian that are not identically zero, and the whole diagonal.
    fn jacobian(&mut self) -> (Pattern, Vec<ExprId>) {
        let zero = self.dag.constant(0.0);
        let mut rows = vec![Vec::new(); self.columns.len()];
        let mut entries = Vec::new();
        for (index, column) in self.columns.iter().enumerate() {
            for (&row, terms) in column {
                let entry = self.dag.balance(terms);
                if entry != zero || row as usize == index {
                    rows[index].push(row);
                    entries.push(entry);
                }
            }
        }
        (Pattern::from_columns(rows), entries)
    }

    fn balances(&mut self, terms: impl Fn(&Self) -> &Vec<Terms>) -> Vec<ExprId> {
        let terms = terms(self).clone();
        terms.iter().map(|terms| self.dag.balance(terms)).collect()
    }

    fn mass_action(&mut self, reaction: &Reaction) -> MassAction {
        let densities = self.density_product(&reaction.reactants, None);
        let third_bodies = self.dag.powi(self.n_tot, reaction.third_bodies as i32);
        MassAction { rate: reaction.rate, densities, third_bodies }
    }

    /// Product of the reactants' densities, with one particle of `without` left out.
    fn density_product(&mut self, reactants: &[(SpeciesId, u32)], without: Option<SpeciesId>) -> ExprId {
        let mut product = self.dag.constant(1.0);
        for &(species, count) in reactants {
            let count = count - u32::from(without == Some(species));
            let density = self.dag.density(species);
            let power = self.dag.powi(density, count as i32);
            product = self.dag.mul(product, power);
        }
        product
    }

    fn add_flux(&mut self, index: usize, law: &MassAction) {
        let flux = self.flux_of(law.rate, law.densities, law.third_bodies);
        self.fluxes.push(flux);
        for &(species, change) in &self.stoichiometry.columns[index] {
            self.rhs[species].push((change, flux));
        }
    }

    /// rate * densities * third bodies, where the rate stays the node that it is: gathering its numerical factor
    /// in front would hide that flux and Jacobian use the rate coefficient itself.
    fn flux_of(&mut self, rate: ExprId, densities: ExprId, third_bodies: ExprId) -> ExprId {
        let particles = self.dag.mul(densities, third_bodies);
        if self.dag.as_constant(rate).is_some() || self.dag.as_constant(particles).is_some() {
            return self.dag.mul(rate, particles);
        }
        self.dag.plain_product(rate, particles)
    }

    /// Derivatives of a flux through the reactants, the third bodies and the rate coefficient.
    fn add_partial_derivatives(&mut self, index: usize, reaction: &Reaction, law: &MassAction) {
        for &(species, count) in &reaction.reactants {
            let others = self.density_product(&reaction.reactants, Some(species));
            let derivative = self.flux_of(law.rate, others, law.third_bodies);
            let derivative = self.dag.multiple(count, derivative);
            self.add_column(index, species.0 as usize, derivative);
        }
        if reaction.third_bodies > 0 {
            let others = self.dag.powi(self.n_tot, reaction.third_bodies as i32 - 1);
            let derivative = self.flux_of(law.rate, law.densities, others);
            let derivative = self.dag.multiple(reaction.third_bodies, derivative);
            self.third_body_derivatives.push((index, derivative));
            for &(species, change) in &self.stoichiometry.columns[index] {
                self.every_species.entry(species as u32).or_default().push((change, derivative));
            }
        }
        self.add_rate_derivatives(index, law);
    }

    /// Derivatives through what the rate depends on.
    fn add_rate_derivatives(&mut self, index: usize, law: &MassAction) {
        let particles = self.dag.mul(law.densities, law.third_bodies);
        for variable in self.differentiator.dependencies(self.dag).variables(law.rate) {
            let rate = self.differentiator.of_rate(self.dag, law.rate, variable, particles);
            self.rate_derivatives.push((index, variable, rate));
            let derivative = self.flux_of(rate, law.densities, law.third_bodies);
            match variable {
                Variable::Density(species) => self.add_column(index, species.0 as usize, derivative),
                Variable::Temperature => self.add_column(index, self.network.species.len(), derivative),
                Variable::Time => {
                    for &(species, change) in &self.stoichiometry.columns[index] {
                        self.time_derivative[species].push((change, derivative));
                    }
                }
            }
        }
    }

    /// Adds a flux's derivative to the rows of all species that it changes.
    fn add_column(&mut self, index: usize, column: usize, derivative: ExprId) {
        self.flux_derivatives.push((index, column, derivative));
        let stoichiometry = self.stoichiometry;
        for &(species, change) in &stoichiometry.columns[index] {
            self.add_entry(species as u32, column, change, derivative);
        }
    }

    fn add_entry(&mut self, row: u32, column: usize, factor: i32, term: ExprId) {
        let zero = self.dag.constant(0.0);
        if term != zero {
            self.columns[column].entry(row).or_default().push((factor, term));
        }
    }
}
