//! Evaluates a network without generating code.

mod tape;

pub use tape::{Instruction, Tape};

use crate::expr::ExprId;
use crate::interpolation::Grid;
use crate::system::System;

/// Everything of a [`System`] that has a value, ready to be evaluated at many states.
///
/// In all functions `y` holds the unknowns (number densities [cm^-3] in declared order, then T `[K]`), `t` is the
/// time `[s]` and `parameters` the values of the parameters in declared order. Where a slice is shorter than it
/// has to be, the output is left untouched.
#[derive(Clone, Debug)]
pub struct Interpreter {
    /// Tables, by number.
    pub tables: Vec<Grid>,
    /// Rate coefficients of the reactions.
    pub rates: Tape,
    /// Fluxes of reactions, then processes [cm^-3 s^-1].
    pub fluxes: Tape,
    /// Heating terms [erg cm^-3 s^-1].
    pub heating: Tape,
    /// Cooling terms [erg cm^-3 s^-1].
    pub cooling: Tape,
    /// Densities of what absorbs radiation [cm^-3], see [`crate::network::Absorber`].
    pub absorbers: Tape,
    /// Adiabatic index (dimensionless): one number.
    pub adiabatic_index: Tape,
    /// dy/dt [cm^-3 s^-1, K s^-1].
    pub rhs: Tape,
    /// Partial derivative of the right-hand side by time.
    pub time_derivative: Tape,
    /// Entries of the Jacobian, in the order of [`System::pattern`].
    pub jacobian: Tape,
}

impl Interpreter {
    /// Prepares all tapes.
    pub fn new(system: &System) -> Self {
        let tape = |roots: &[ExprId]| Tape::new(&system.dag, roots, system);
        let network = &system.network;
        let terms = |terms: &[crate::network::ThermalTerm]| -> Vec<ExprId> {
            terms.iter().map(|term| term.expr).collect()
        };
        Interpreter {
            tables: network.tables.iter().map(|table| table.grid.clone()).collect(),
            rates: tape(&system.rates),
            fluxes: tape(&system.fluxes),
            heating: tape(&terms(&network.heating)),
            cooling: tape(&terms(&network.cooling)),
            absorbers: tape(&network.absorbers.iter().map(|absorber| absorber.density).collect::<Vec<_>>()),
            adiabatic_index: tape(&[network.adiabatic_index]),
            rhs: tape(&system.rhs),
            time_derivative: tape(&system.time_derivative),
            jacobian: tape(&system.jacobian),
        }
    }

    /// Rate coefficients of the reactions.
    pub fn rates(&self, t: f64, y: &[f64], parameters: &[f64], out: &mut [f64]) {
        self.rates.run(&self.tables, t, y, parameters, out);
    }

    /// Fluxes of reactions, then processes [cm^-3 s^-1].
    pub fn fluxes(&self, t: f64, y: &[f64], parameters: &[f64], out: &mut [f64]) {
        self.fluxes.run(&self.tables, t, y, parameters, out);
    }

    /// Heating terms [erg cm^-3 s^-1].
    pub fn heating(&self, t: f64, y: &[f64], parameters: &[f64], out: &mut [f64]) {
        self.heating.run(&self.tables, t, y, parameters, out);
    }

    /// Cooling terms [erg cm^-3 s^-1].
    pub fn cooling(&self, t: f64, y: &[f64], parameters: &[f64], out: &mut [f64]) {
        self.cooling.run(&self.tables, t, y, parameters, out);
    }

    /// Densities of what absorbs radiation [cm^-3].
    pub fn absorbers(&self, t: f64, y: &[f64], parameters: &[f64], out: &mut [f64]) {
        self.absorbers.run(&self.tables, t, y, parameters, out);
    }

    /// Adiabatic index (dimensionless): one number.
    pub fn adiabatic_index(&self, t: f64, y: &[f64], parameters: &[f64], out: &mut [f64]) {
        self.adiabatic_index.run(&self.tables, t, y, parameters, out);
    }

    /// dy/dt [cm^-3 s^-1, K s^-1].
    pub fn rhs(&self, t: f64, y: &[f64], parameters: &[f64], out: &mut [f64]) {
        self.rhs.run(&self.tables, t, y, parameters, out);
    }

    /// Partial derivative of the right-hand side by time.
    pub fn time_derivative(&self, t: f64, y: &[f64], parameters: &[f64], out: &mut [f64]) {
        self.time_derivative.run(&self.tables, t, y, parameters, out);
    }

    /// Entries of the Jacobian, in the order of [`System::pattern`].
    pub fn jacobian(&self, t: f64, y: &[f64], parameters: &[f64], out: &mut [f64]) {
        self.jacobian.run(&self.tables, t, y, parameters, out);
    }
}
