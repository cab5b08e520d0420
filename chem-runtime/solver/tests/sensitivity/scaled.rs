//! A network with one flux or one thermal term multiplied by a number; its Jacobian is that of the network as it is.

use chem_solver::network::{ChemNetwork, ParameterError};
use chem_solver::structure::Structure;

#[derive(Clone, Copy, Debug)]
pub(crate) enum Factor {
    Flux(usize),
    Heating(usize),
    Cooling(usize),
}

pub(crate) struct Scaled<'a> {
    pub(crate) network: &'a dyn ChemNetwork,
    pub(crate) factor: Factor,
    pub(crate) by: f64,
}

impl ChemNetwork for Scaled<'_> {
    fn structure(&self) -> &Structure {
        self.network.structure()
    }

    fn rhs(&self, t: f64, y: &[f64], dydt: &mut [f64]) {
        self.network.rhs(t, y, dydt);
        let structure = self.structure();
        let more = self.by - 1.0;
        let term = |count: usize, index: usize, evaluate: &dyn Fn(&mut [f64])| {
            let mut terms = vec![0.0; count];
            evaluate(&mut terms);
            let total: f64 = y[..y.len() - 1].iter().sum();
            more * terms[index] * (self.network.adiabatic_index(t, y) - 1.0)
                / (total * self.network.boltzmann())
        };
        let last = dydt.len() - 1;
        match self.factor {
            Factor::Flux(flux) => {
                let mut fluxes = vec![0.0; structure.reactions.len() + structure.processes.len()];
                self.network.fluxes(t, y, &mut fluxes);
                for (species, net) in structure.net_changes(flux) {
                    dydt[*species as usize] += more * f64::from(*net) * fluxes[flux];
                }
            }
            Factor::Heating(index) => {
                dydt[last] += term(structure.heating.len(), index, &|v| self.network.heating(t, y, v));
            }
            Factor::Cooling(index) => {
                dydt[last] -= term(structure.cooling.len(), index, &|v| self.network.cooling(t, y, v));
            }
        }
    }

    fn time_derivative(&self, t: f64, y: &[f64], out: &mut [f64]) {
        self.network.time_derivative(t, y, out);
    }

    fn jacobian(&self, t: f64, y: &[f64], values: &mut [f64]) {
        self.network.jacobian(t, y, values);
    }

    fn factor(&self, c: f64, jacobian: &[f64], lu: &mut [f64]) -> f64 {
        self.network.factor(c, jacobian, lu)
    }

    fn solve(&self, lu: &[f64], b: &mut [f64]) {
        self.network.solve(lu, b);
    }

    fn rates(&self, t: f64, y: &[f64], k: &mut [f64]) {
        self.network.rates(t, y, k);
    }

    fn fluxes(&self, t: f64, y: &[f64], fluxes: &mut [f64]) {
        self.network.fluxes(t, y, fluxes);
    }

    fn heating(&self, t: f64, y: &[f64], terms: &mut [f64]) {
        self.network.heating(t, y, terms);
    }

    fn cooling(&self, t: f64, y: &[f64], terms: &mut [f64]) {
        self.network.cooling(t, y, terms);
    }

    fn adiabatic_index(&self, t: f64, y: &[f64]) -> f64 {
        self.network.adiabatic_index(t, y)
    }

    fn boltzmann(&self) -> f64 {
        self.network.boltzmann()
    }

    fn parameter_values(&self) -> Vec<f64> {
        self.network.parameter_values()
    }

    fn set_parameter(&mut self, _: &str, value: f64) -> Result<(), ParameterError> {
        Err(ParameterError::Switch { name: "none can be set".to_owned(), value })
    }

    fn with_parameters(&self, values: &[f64]) -> Box<dyn ChemNetwork + '_> {
        self.network.with_parameters(values)
    }
}
