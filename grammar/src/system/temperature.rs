//! The equation of the temperature, and its row of the Jacobian.

use super::Builder;
use crate::expr::{BinaryOp, Compare, Dag, ExprId, Node, SpeciesId, Variable};

/// What dT/dt is made of.
///
/// ```text
/// r     = excess net / capacity
/// dT/dt = r                    without a floor, or where r >= 0
///         share r              where the network has a floor T0 and r < 0
/// share = (T - T0) / (0.01 T0), within -1 .. 1
/// ```
/// So net cooling fades within 1 % above the floor and becomes as much heating below it, as that by a background of
/// radiation does; everywhere else it is r to the last bit. dT/dt is continuous.
///
/// With e = k n_tot T / (gamma - 1) the energy density, gamma of composition and T:
/// ```text
///            unless the network conserves energy    if it does
/// net        heating - cooling                      heating - cooling - sum_s de/dn_s dn_s/dt
/// capacity   k n_tot                                k n_tot - e dgamma/dT = (gamma - 1) de/dT
/// ```
/// so that r is net / (de/dT) and de/dt is heating less cooling, whatever particles are lost and made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TemperatureEquation {
    /// Adiabatic index less one.
    pub excess: ExprId,
    /// Heating less cooling, and less what changes of composition take along [erg cm^-3 s^-1].
    pub net: ExprId,
    /// Boltzmann's constant times the density of all particles [erg cm^-3 K^-1], where gamma does not depend on T.
    pub capacity: ExprId,
    /// Share of net cooling that acts, for networks with a floor.
    pub share: Option<ExprId>,
}

/// Distance from the floor, relative to it, within which net cooling fades: wide enough for a solver to see, narrow enough
/// not to matter.
const FLOOR_WIDTH: f64 = 0.01;

impl TemperatureEquation {
    /// r: dT/dt if there is no floor.
    pub fn unlimited(&self, dag: &mut Dag) -> ExprId {
        let power = dag.mul(self.excess, self.net);
        dag.div(power, self.capacity)
    }

    /// dT/dt of r, however that is written.
    pub fn limited(&self, dag: &mut Dag, rate: ExprId) -> ExprId {
        match self.acting(dag, rate) {
            Some(acting) => dag.plain_product(acting, rate),
            None => rate,
        }
    }

    /// dT/dt over r, for networks with a floor: 1 unless the gas cools near it or below.
    pub fn acting(&self, dag: &mut Dag, rate: ExprId) -> Option<ExprId> {
        let share = self.share?;
        let (zero, one) = (dag.constant(0.0), dag.constant(1.0));
        Some(dag.select(Compare::Less, rate, zero, share, one))
    }
}

/// Share of net cooling that acts above, near and below a floor `[K]`.
fn share(dag: &mut Dag, floor: f64) -> ExprId {
    let [at, width, one, minus] = [floor, FLOOR_WIDTH * floor, 1.0, -1.0].map(|number| dag.constant(number));
    let t = dag.temperature();
    let above = dag.sub(t, at);
    let share = dag.div(above, width);
    let below_one = dag.min(share, one);
    dag.max(below_one, minus)
}

impl Builder<'_> {
    /// dT/dt, and its row of the Jacobian.
    pub(super) fn add_temperature(&mut self) {
        let network = self.network;
        if !network.evolves_temperature() {
            return;
        }
        let dag = &mut *self.dag;
        let one = dag.constant(1.0);
        let excess = dag.sub(network.adiabatic_index, one);
        let net = dag.sub(self.total_heating, self.total_cooling);
        let boltzmann = dag.constant(network.boltzmann);
        let capacity = dag.mul(boltzmann, self.n_tot);
        let share = network.temperature_floor.map(|floor| share(dag, floor));
        let mut equation = TemperatureEquation { excess, net, capacity, share };
        if network.conserves_energy {
            self.conserve_energy(&mut equation);
        }
        let unlimited = equation.unlimited(self.dag);
        let rate = equation.limited(self.dag, unlimited);
        self.temperature = Some(equation);
        let row = network.species.len();
        self.rhs[row].push((1, rate));
        for variable in self.differentiator.dependencies(self.dag).variables(rate) {
            let derivative = self.differentiator.derivative(self.dag, rate, variable);
            match variable {
                Variable::Density(species) => self.add_entry(row as u32, species.0 as usize, 1, derivative),
                Variable::Temperature => self.add_entry(row as u32, row, 1, derivative),
                Variable::Time => self.time_derivative[row].push((1, derivative)),
            }
        }
    }

    /// Takes into account that e changes with the composition, and with T through gamma as well.
    fn conserve_energy(&mut self, equation: &mut TemperatureEquation) {
        let gamma = self.network.adiabatic_index;
        let species = 0..self.network.species.len();
        let t_gas = self.dag.temperature();
        let boltzmann = self.dag.constant(self.network.boltzmann);
        let per_particle = self.dag.mul(boltzmann, t_gas);
        let pressure = self.dag.mul(equation.capacity, t_gas);
        let energy = self.dag.div(pressure, equation.excess);
        // (k n_tot T)' / (gamma - 1) - e gamma' / (gamma - 1)
        let slope = |builder: &mut Self, of_pressure: ExprId, variable: Variable| {
            let of_gamma = builder.differentiator.derivative(builder.dag, gamma, variable);
            let by_gamma = builder.dag.mul(energy, of_gamma);
            builder.dag.sub(of_pressure, by_gamma)
        };
        equation.capacity = slope(self, equation.capacity, Variable::Temperature);
        for s in species.clone() {
            let numerator = slope(self, per_particle, Variable::Density(SpeciesId(s as u32)));
            let carried = self.dag.div(numerator, equation.excess);
            self.carried.push(carried);
        }
        let changes: Vec<ExprId> = species.map(|s| self.change(s)).collect();
        // Species that carry the same are added up first.
        let mut groups: Vec<(ExprId, ExprId)> = Vec::new();
        for (&carried, change) in self.carried.iter().zip(changes) {
            if self.dag.as_constant(change) == Some(0.0) {
                continue;
            }
            match groups.iter_mut().find(|(other, _)| *other == carried) {
                Some((_, sum)) => *sum = self.dag.intern(Node::Binary(BinaryOp::Add, *sum, change)),
                None => groups.push((carried, change)),
            }
        }
        for (carried, change) in groups {
            let lost = self.dag.plain_product(carried, change);
            equation.net = self.dag.sub(equation.net, lost);
        }
    }

    /// dn/dt of a species. Its derivatives are those that its row of the Jacobian has: all that depends on it is to share them.
    fn change(&mut self, species: usize) -> ExprId {
        let change = self.dag.balance(&self.rhs[species]);
        for column in 0..self.columns.len() {
            let terms = self.columns[column].get(&(species as u32)).cloned().unwrap_or_default();
            let derivative = self.dag.balance(&terms);
            let variable = match column < self.network.species.len() {
                true => Variable::Density(SpeciesId(column as u32)),
                false => Variable::Temperature,
            };
            self.differentiator.know(change, variable, derivative);
        }
        let by_time = self.dag.balance(&self.time_derivative[species]);
        self.differentiator.know(change, Variable::Time, by_time);
        change
    }
}
