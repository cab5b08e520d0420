//! The equation of the temperature of networks that conserve energy.
//!
//! ```text
//! r   = C (sum_i q_i - sum_s e_s f_s)                  e_s: thermal energy that a particle of species s carries
//! by f: w_s becomes w_s - w_T C e_s                    all else by x_i with f held fixed
//! ```
//! The weights must be known before any flux is differentiated, so all of f comes first here.

use chem_grammar::expr::{BinaryOp, ExprId, UnaryOp, Variable};
use chem_grammar::system::TemperatureEquation;

use super::{Operation, Product, Sum, Writer};

/// What is known of dT/dt before its derivatives are.
pub(super) struct Conserved {
    equation: TemperatureEquation,
    /// C
    factor: ExprId,
    /// The e_s that differ, and the sum of f over the species that have it.
    carried: Vec<(ExprId, usize)>,
    /// r over C
    net: usize,
    /// r
    rate: usize,
    /// Share of r that acts, where there is a floor.
    acting: Option<usize>,
    /// w_T times that share
    weight: usize,
}

impl Writer<'_> {
    /// Subtracts from the net heating what particles carry; f is complete for all species. Returns e_s and sums of f.
    pub(super) fn subtract_carried(&mut self, f: &[Sum], net: &mut Sum) -> Vec<(ExprId, usize)> {
        let mut sums: Vec<(ExprId, Sum)> = Vec::new();
        for (&carried, change) in self.system.carried.iter().zip(f) {
            let Some(change) = change.place() else { continue };
            match sums.iter().position(|(other, _)| *other == carried) {
                Some(known) => {
                    let mut sum = sums[known].1;
                    self.add(&mut sum, 1, change);
                    sums[known].1 = sum;
                }
                None => sums.push((carried, Sum::from(change))),
            }
        }
        let mut found = Vec::new();
        for (carried, sum) in sums {
            let change = self.finish(sum);
            let each = self.place(carried);
            let all = self.binary(BinaryOp::Mul, each, change);
            self.add(net, -1, all);
            found.push((carried, change));
        }
        found
    }

    /// dT/dt of a complete f, and the weights that go with it.
    pub(super) fn conserve(&mut self, equation: TemperatureEquation, f: &[Sum]) -> Conserved {
        let mut net = Sum::default();
        for (sign, term) in self.thermal.clone() {
            let place = self.place(term);
            self.add(&mut net, sign, place);
        }
        let carried = self.subtract_carried(f, &mut net);
        let net = self.finish(net);
        let factor = self.dag.div(equation.excess, equation.capacity);
        let factor_place = self.place(factor);
        let rate = self.binary(BinaryOp::Mul, factor_place, net);
        let acting = equation.share.map(|share| self.acting(share, rate));
        let weight = self.write(Operation::Weight(self.system.unknown_count() - 1));
        let weight = acting.map_or(weight, |acting| self.binary(BinaryOp::Mul, weight, acting));
        let power = self.binary(BinaryOp::Mul, weight, factor_place);
        let system = self.system;
        for (species, &each) in system.carried.iter().enumerate() {
            let each = self.place(each);
            let taken = self.binary(BinaryOp::Mul, power, each);
            let own = self.write(Operation::Weight(species));
            let weight = self.binary(BinaryOp::Sub, own, taken);
            self.weights.push(weight);
        }
        Conserved { equation, factor, carried, net, rate, acting, weight }
    }

    /// Adds w_T d(dT/dt), f held fixed, to the product and returns dT/dt.
    pub(super) fn add_conserved(&mut self, known: &Conserved, product: &mut Product) -> usize {
        let factor = self.place(known.factor);
        let heating_weight = self.binary(BinaryOp::Mul, known.weight, factor);
        let cooling_weight = self.write(Operation::Unary(UnaryOp::Neg, heating_weight));
        for (sign, term) in self.thermal.clone() {
            self.add_derivatives(term, if sign > 0 { heating_weight } else { cooling_weight }, product);
        }
        for &(carried, change) in &known.carried {
            let adjoint = self.binary(BinaryOp::Mul, cooling_weight, change);
            self.add_derivatives(carried, adjoint, product);
        }
        let adjoint = self.binary(BinaryOp::Mul, known.weight, known.net);
        self.add_derivatives(known.factor, adjoint, product);
        let (Some(share), Some(acting)) = (known.equation.share, known.acting) else { return known.rate };
        let slope = self.differentiator.derivative(&mut self.dag, share, Variable::Temperature);
        self.add_share(slope, known.rate, product);
        self.binary(BinaryOp::Mul, acting, known.rate)
    }
}
