//! Operations in an order in which few values wait for their use.
//!
//! A thread has some hundreds of registers, and the Jacobian of a network does not fit into them. So each flux is added to
//! the balances of its species, and its derivatives to the product, as soon as it is known; nothing but the sums is kept.
//!
//! ```text
//! f_s    = sum_j nu_sj R_j                                            R_j: fluxes
//! a_j    = sum_s nu_sj w_s
//! by x_i : sum_j a_j dR_j/dx_i + w_T d(dT/dt)/dx_i                    likewise by t
//! dT/dt  = C sum_i q_i        C = excess / capacity                   q_i: heating, cooling with a minus
//!          times the share of net cooling that acts, where there is a floor
//! ```
//! Where energy is conserved, dT/dt depends on f as well: [`energy`].

mod energy;
#[cfg(test)]
mod tests;

use std::collections::HashMap;

use chem_grammar::expr::{
    BinaryOp, Compare, Dag, Differentiator, ExprId, F64Bits, Node, ParameterId, SpeciesId, TableId, UnaryOp,
    Variable, polynomials_to_centre,
};
use chem_grammar::system::{System, TemperatureEquation};

use super::centred::Centred;
use super::late_products::late_products;
use super::program::Operation;
use super::sums::Sum;

/// Writes operations.
pub(super) struct Writer<'a> {
    system: &'a System,
    /// The system's graph, with derivatives of the thermal terms.
    dag: Dag,
    differentiator: Differentiator,
    /// Heating, and cooling with a minus, as this writes them.
    thermal: Vec<(i32, ExprId)>,
    /// Polynomials whose terms would cancel.
    centred: HashMap<ExprId, Centred>,
    places: HashMap<ExprId, usize>,
    /// What multiplies the derivatives of the balances of species; as they are if there are none.
    weights: Vec<usize>,
    pub(super) operations: Vec<Operation>,
}

/// The sums of a product.
struct Product {
    by_x: Vec<Sum>,
    /// By the density of third bodies, of which all species are.
    by_total: Sum,
    by_time: Sum,
}

impl<'a> Writer<'a> {
    pub(super) fn new(system: &'a System) -> Self {
        let network = &system.network;
        let mut dag = system.dag.clone();
        let mut differentiator = Differentiator::new(network.species.len(), &network.tables);
        let terms: Vec<ExprId> =
            network.heating.iter().chain(&network.cooling).map(|term| term.expr).collect();
        let signs = network.heating.iter().map(|_| 1).chain(network.cooling.iter().map(|_| -1));
        let thermal = signs.zip(late_products(&mut dag, &terms)).collect();
        let found = polynomials_to_centre(&mut dag, &mut differentiator).into_iter();
        Writer {
            system,
            dag,
            differentiator,
            thermal,
            centred: found.filter_map(|(id, polynomial)| Some((id, Centred::of(&polynomial)?))).collect(),
            places: HashMap::new(),
            weights: Vec::new(),
            operations: Vec::new(),
        }
    }

    /// f; returns its places.
    pub(super) fn right_hand_side(&mut self) -> Vec<usize> {
        let mut f = self.sums();
        for index in 0..self.system.fluxes.len() {
            self.add_flux(index, &mut f);
        }
        let mut results: Vec<usize> = f.iter().map(|sum| self.finish(*sum)).collect();
        if let (Some(slot), Some(equation)) = (results.last_mut(), self.system.temperature) {
            let factor = self.dag.div(equation.excess, equation.capacity);
            let factor = self.place(factor);
            let mut net = Sum::default();
            for (sign, term) in self.thermal.clone() {
                let place = self.place(term);
                self.add(&mut net, sign, place);
            }
            self.subtract_carried(&f, &mut net);
            let net = self.finish(net);
            let rate = self.binary(BinaryOp::Mul, factor, net);
            *slot = match equation.share {
                Some(share) => self.limited(share, rate),
                None => rate,
            };
        }
        results
    }

    /// f, the product of the weights and df/dx, that and df/dt; returns their places.
    pub(super) fn product(&mut self) -> Vec<usize> {
        let system = self.system;
        let mut f = self.sums();
        let mut product = self.empty_product();
        let mut conserved = None;
        if let Some(equation) = system.temperature.filter(|_| !system.carried.is_empty()) {
            (0..system.fluxes.len()).for_each(|index| self.add_flux(index, &mut f));
            conserved = Some(self.conserve(equation, &f));
        }
        for (index, &flux) in system.fluxes.iter().enumerate() {
            if conserved.is_none() {
                self.add_flux(index, &mut f);
            }
            let adjoint = self.adjoint(index);
            for &(_, column, derivative) in system.flux_derivatives.iter().filter(|d| d.0 == index) {
                self.add_times(&mut product.by_x[column], adjoint, derivative);
            }
            for &(_, derivative) in system.third_body_derivatives.iter().filter(|d| d.0 == index) {
                self.add_times(&mut product.by_total, adjoint, derivative);
            }
            if self.differentiator.dependencies(&self.dag).variables(flux).contains(&Variable::Time) {
                let derivative = self.differentiator.derivative(&mut self.dag, flux, Variable::Time);
                self.add_times(&mut product.by_time, adjoint, derivative);
            }
        }
        let last = system.unknown_count() - 1;
        if let Some(equation) = system.temperature {
            f[last] = Sum::from(match &conserved {
                Some(conserved) => self.add_conserved(conserved, &mut product),
                None => self.add_temperature(equation, &mut product),
            });
        }
        if let Some(total) = product.by_total.place() {
            for sum in &mut product.by_x[..last] {
                self.add(sum, 1, total);
            }
        }
        let sums = f.into_iter().chain(product.by_x).chain([product.by_time]);
        sums.map(|sum| self.finish(sum)).collect()
    }

    fn empty_product(&self) -> Product {
        Product { by_x: self.sums(), by_total: Sum::default(), by_time: Sum::default() }
    }

    fn sums(&self) -> Vec<Sum> {
        vec![Sum::default(); self.system.unknown_count()]
    }

    /// Adds a flux to the balances of its species.
    fn add_flux(&mut self, index: usize, f: &mut [Sum]) {
        let flux = self.place(self.system.fluxes[index]);
        for &(species, change) in &self.system.stoichiometry.columns[index] {
            self.add(&mut f[species], change, flux);
        }
    }

    /// sum_s nu_sj w_s
    fn adjoint(&mut self, index: usize) -> usize {
        let mut sum = Sum::default();
        for &(species, change) in &self.system.stoichiometry.columns[index] {
            let own = self.weights.get(species).copied();
            let weight = own.unwrap_or_else(|| self.write(Operation::Weight(species)));
            self.add(&mut sum, change, weight);
        }
        self.finish(sum)
    }

    /// What net cooling is multiplied with near the floor: the share where the rate of a place is negative, else one.
    fn acting(&mut self, share: ExprId, rate: usize) -> usize {
        let share = self.place(share);
        let (zero, one) = (self.constant(0.0), self.constant(1.0));
        self.write(Operation::Select(Compare::Less, [rate, zero, share, one]))
    }

    fn limited(&mut self, share: ExprId, rate: usize) -> usize {
        let acting = self.acting(share, rate);
        self.binary(BinaryOp::Mul, acting, rate)
    }

    /// Adds w_T d(dT/dt) to the product and returns dT/dt.
    fn add_temperature(&mut self, equation: TemperatureEquation, product: &mut Product) -> usize {
        let Some(share) = equation.share else { return self.add_unlimited(equation, product) };
        let mut own = self.empty_product();
        let rate = self.add_unlimited(equation, &mut own);
        let acting = self.acting(share, rate);
        let sums = product.by_x.iter_mut().chain([&mut product.by_time]);
        for (sum, own) in sums.zip(own.by_x.into_iter().chain([own.by_time])) {
            if let Some(place) = own.place() {
                let place = self.binary(BinaryOp::Mul, acting, place);
                self.add(sum, 1, place);
            }
        }
        let slope = self.differentiator.derivative(&mut self.dag, share, Variable::Temperature);
        self.add_share(slope, rate, product);
        self.binary(BinaryOp::Mul, acting, rate)
    }

    /// Adds w_T r times the derivative of the share by T, where net cooling acts.
    fn add_share(&mut self, slope: ExprId, rate: usize, product: &mut Product) {
        let (slope, zero) = (self.place(slope), self.constant(0.0));
        let slope = self.write(Operation::Select(Compare::Less, [rate, zero, slope, zero]));
        let last = self.system.unknown_count() - 1;
        let weight = self.write(Operation::Weight(last));
        let adjoint = self.binary(BinaryOp::Mul, weight, rate);
        let by_temperature = self.binary(BinaryOp::Mul, adjoint, slope);
        if let Some(sum) = product.by_x.get_mut(last) {
            self.add(sum, 1, by_temperature);
        }
    }

    /// Adds w_T d(dT/dt) without a floor to the product, term by term, and returns dT/dt.
    fn add_unlimited(&mut self, equation: TemperatureEquation, product: &mut Product) -> usize {
        let factor = self.dag.div(equation.excess, equation.capacity);
        let factor_place = self.place(factor);
        let weight = self.write(Operation::Weight(self.system.unknown_count() - 1));
        let heating_weight = self.binary(BinaryOp::Mul, weight, factor_place);
        let cooling_weight = self.write(Operation::Unary(UnaryOp::Neg, heating_weight));
        let mut net = Sum::default();
        for (sign, term) in self.thermal.clone() {
            let place = self.place(term);
            self.add(&mut net, sign, place);
            let adjoint = if sign > 0 { heating_weight } else { cooling_weight };
            self.add_derivatives(term, adjoint, product);
        }
        let net = self.finish(net);
        let adjoint = self.binary(BinaryOp::Mul, weight, net);
        self.add_derivatives(factor, adjoint, product);
        self.binary(BinaryOp::Mul, factor_place, net)
    }

    /// Adds the derivatives of an expression by all that it depends on, times `adjoint`.
    fn add_derivatives(&mut self, of: ExprId, adjoint: usize, product: &mut Product) {
        for variable in self.differentiator.dependencies(&self.dag).variables(of) {
            let derivative = self.differentiator.derivative(&mut self.dag, of, variable);
            let last = self.system.unknown_count() - 1;
            let sum = match variable {
                Variable::Density(SpeciesId(species)) => &mut product.by_x[species as usize],
                Variable::Temperature => &mut product.by_x[last],
                Variable::Time => &mut product.by_time,
            };
            self.add_times(sum, adjoint, derivative);
        }
    }

    fn add_times(&mut self, sum: &mut Sum, factor: usize, term: ExprId) {
        if self.dag.as_constant(term) == Some(0.0) {
            return;
        }
        let term = self.place(term);
        let term = self.binary(BinaryOp::Mul, factor, term);
        self.add(sum, 1, term);
    }

    /// Adds a whole multiple of a value to a sum.
    fn add(&mut self, sum: &mut Sum, count: i32, value: usize) {
        let size = count.unsigned_abs();
        let value = match size {
            0 => return,
            1 => value,
            _ => {
                let size = self.constant(f64::from(size));
                self.binary(BinaryOp::Mul, size, value)
            }
        };
        let place = match (sum.place(), count > 0) {
            (None, true) => value,
            (None, false) => self.write(Operation::Unary(UnaryOp::Neg, value)),
            (Some(before), true) => self.binary(BinaryOp::Add, before, value),
            (Some(before), false) => self.binary(BinaryOp::Sub, before, value),
        };
        *sum = Sum::from(place);
    }

    /// The place of a sum that is complete.
    fn finish(&mut self, sum: Sum) -> usize {
        sum.place().unwrap_or_else(|| self.constant(0.0))
    }

    fn binary(&mut self, function: BinaryOp, a: usize, b: usize) -> usize {
        self.write(Operation::Binary(function, a, b))
    }

    fn write(&mut self, operation: Operation) -> usize {
        self.operations.push(operation);
        self.operations.len() - 1
    }

    /// The place of a node, which is written with all that it needs.
    fn place(&mut self, root: ExprId) -> usize {
        let mut stack = vec![root];
        while let Some(&id) = stack.last() {
            if self.places.contains_key(&id) {
                stack.pop();
                continue;
            }
            let before = stack.len();
            let centred = self.centred.get(&id).cloned();
            let operands: Vec<ExprId> = match &centred {
                Some(centred) => std::iter::once(centred.base).chain(centred.factor).collect(),
                None => self.dag.node(id).operands().collect(),
            };
            stack.extend(operands.into_iter().rev().filter(|id| !self.places.contains_key(id)));
            if stack.len() == before {
                let place = match &centred {
                    Some(centred) => self.write_polynomial(centred),
                    None => self.write(self.operation(self.dag.node(id))),
                };
                self.places.insert(id, place);
                stack.pop();
            }
        }
        self.at(root)
    }

    /// Horner's scheme about the centre.
    fn write_polynomial(&mut self, centred: &Centred) -> usize {
        let centre = self.constant(centred.centre);
        let place = self.binary(BinaryOp::Sub, self.at(centred.base), centre);
        let mut coefficients = centred.coefficients.iter().rev();
        let mut value = self.constant(coefficients.next().copied().unwrap_or(0.0));
        for coefficient in coefficients {
            let product = self.binary(BinaryOp::Mul, value, place);
            let coefficient = self.constant(*coefficient);
            value = self.binary(BinaryOp::Add, product, coefficient);
        }
        match centred.factor {
            Some(factor) => self.binary(BinaryOp::Mul, self.at(factor), value),
            None => value,
        }
    }

    fn constant(&mut self, value: f64) -> usize {
        self.write(Operation::Constant(F64Bits::new(value)))
    }

    fn at(&self, id: ExprId) -> usize {
        self.places.get(&id).copied().unwrap_or_default()
    }

    fn operation(&self, node: Node) -> Operation {
        let at = |id| self.at(id);
        match node {
            Node::Constant(value) => Operation::Constant(value),
            Node::Parameter(ParameterId(index)) => Operation::Parameter(index as usize),
            Node::Variable(Variable::Density(SpeciesId(index))) => Operation::Unknown(index as usize),
            Node::Variable(Variable::Temperature) => Operation::Unknown(self.system.unknown_count() - 1),
            Node::Variable(Variable::Time) => Operation::Time,
            Node::Unary(function, a) => Operation::Unary(function, at(a)),
            Node::Binary(function, a, b) => Operation::Binary(function, at(a), at(b)),
            Node::PowInt(a, exponent) => Operation::PowInt(at(a), exponent),
            Node::Select { compare, left, right, then, otherwise } => {
                Operation::Select(compare, [left, right, then, otherwise].map(at))
            }
            Node::Table { table: TableId(table), arguments, orders } => {
                Operation::Table(table as usize, arguments.map(at), orders)
            }
        }
    }
}
