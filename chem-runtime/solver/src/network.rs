//! The trait that carries a network from the compiler to the solver, the trainer and the validator.

pub mod absorption;
pub mod cell;
pub mod domain;
pub mod environment;
pub mod interpreted;
mod parameter;

pub use crate::switch::position_of;
pub use cell::Cell;
pub use environment::{Environment, EnvironmentError};
pub use interpreted::Interpreted;
#[doc(hidden)]
pub use interpreted::LaneNetwork;
pub use parameter::{ParameterError, UnknownParameter, settable};

use crate::scalar::Scalar;
use crate::structure::Structure;

/// A network with the values of its parameters, as the solver sees it.
///
/// Implemented by generated code and by the interpreter. The state `y` has
/// [`Structure::unknown_count`] entries: number densities [cm^-3] in declared order, then T `[K]`.
/// All slices must have the lengths stated; a shorter one leaves the output untouched.
pub trait ChemNetwork: Send + Sync {
    /// Names, patterns and laws.
    fn structure(&self) -> &Structure;

    /// dy/dt [cm^-3 s^-1, K s^-1] at time `t` `[s]`.
    fn rhs(&self, t: f64, y: &[f64], dydt: &mut [f64]);

    /// Partial derivative of dy/dt by time, at constant y [cm^-3 s^-2, K s^-2]; `out` has an entry for each unknown.
    fn time_derivative(&self, t: f64, y: &[f64], out: &mut [f64]);

    /// Entries of the Jacobian d(dy_i/dt)/dy_j [unit of y_i / (unit of y_j s)] in the order of the pattern:
    /// [`Structure::jacobian_count`] values, column after column.
    fn jacobian(&self, t: f64, y: &[f64], values: &mut [f64]);

    /// Factorises I - c J without pivoting in the generated order; `c` is a time `[s]`, `jacobian` is what
    /// [`jacobian`](ChemNetwork::jacobian) writes, and `lu` has an entry for each row of
    /// [`LuStructure::rows`](crate::structure::LuStructure::rows). Returns the growth: the largest entry of
    /// the factors over the largest of the matrix, infinite or NaN if a pivot vanished. Callers fall back to
    /// a pivoting factorisation when it is large.
    fn factor(&self, c: f64, jacobian: &[f64], lu: &mut [f64]) -> f64;

    /// Solves (I - c J) x = b in place with the factors; `b` has an entry for each unknown.
    fn solve(&self, lu: &[f64], b: &mut [f64]);

    /// Rate coefficients of the reactions in declared order [cm^(3 (m - 1)) s^-1], of m particles that collide: s^-1 for
    /// one, cm^3 s^-1 for two.
    fn rates(&self, t: f64, y: &[f64], k: &mut [f64]);

    /// Fluxes of reactions, then processes [cm^-3 s^-1]: how often each happens.
    fn fluxes(&self, t: f64, y: &[f64], fluxes: &mut [f64]);

    /// Heating terms [erg cm^-3 s^-1].
    fn heating(&self, t: f64, y: &[f64], terms: &mut [f64]);

    /// Cooling terms [erg cm^-3 s^-1].
    fn cooling(&self, t: f64, y: &[f64], terms: &mut [f64]);

    /// Number densities of what absorbs radiation [cm^-3], as many as [`Structure::absorbers`], times all by which its reactions
    /// multiply their rates, such as shielding; see [`absorption`](absorption::absorption).
    fn absorbers(&self, _t: f64, _y: &[f64], _densities: &mut [f64]) {}

    /// Adiabatic index (dimensionless) of the equation of the temperature.
    fn adiabatic_index(&self, t: f64, y: &[f64]) -> f64;

    /// The Boltzmann constant [erg/K] of the equation of the temperature, which a network may state to other digits.
    fn boltzmann(&self) -> f64;

    /// Values of the parameters, in the order of [`Structure::parameters`].
    fn parameter_values(&self) -> Vec<f64>;

    /// Sets a parameter by name, in the unit of its declaration.
    ///
    /// # Errors
    /// If the network has no parameter of that name, and for a switch that is not to be 1 or 0.
    fn set_parameter(&mut self, name: &str, value: f64) -> Result<(), ParameterError>;

    /// The same network with other values of the parameters, in the order of [`Structure::parameters`] and in the units of
    /// their declarations; the defaults if there are not as many.
    fn with_parameters(&self, values: &[f64]) -> Box<dyn ChemNetwork + '_>;
}

/// The functions of a generated network over any scalar. Units and lengths are those of [`ChemNetwork`].
pub trait GenericNetwork: ChemNetwork {
    /// dy/dt [cm^-3 s^-1, K s^-1] over any scalar.
    fn rhs_generic<V: Scalar>(&self, t: V, y: &[V], dydt: &mut [V]);
    /// Entries of the Jacobian, [`Structure::jacobian_count`], over any scalar.
    fn jacobian_generic<V: Scalar>(&self, t: V, y: &[V], values: &mut [V]);
    /// Partial derivative of dy/dt by time [cm^-3 s^-2, K s^-2] over any scalar.
    fn time_derivative_generic<V: Scalar>(&self, t: V, y: &[V], out: &mut [V]);
    /// Factors of I - c J over any scalar, `c` in `[s]`; returns the growth, as [`ChemNetwork::factor`].
    fn factor_generic<V: Scalar>(&self, c: V, jacobian: &[V], lu: &mut [V]) -> V;
    /// Solves (I - c J) x = b in place over any scalar; `b` has an entry for each unknown.
    fn solve_generic<V: Scalar>(&self, lu: &[V], b: &mut [V]);
    /// Rate coefficients over any scalar, in the units of [`ChemNetwork::rates`].
    fn rates_generic<V: Scalar>(&self, t: V, y: &[V], k: &mut [V]);
    /// Fluxes of reactions, then processes [cm^-3 s^-1] over any scalar.
    fn fluxes_generic<V: Scalar>(&self, t: V, y: &[V], fluxes: &mut [V]);
    /// Heating terms [erg cm^-3 s^-1] over any scalar.
    fn heating_generic<V: Scalar>(&self, t: V, y: &[V], terms: &mut [V]);
    /// Cooling terms [erg cm^-3 s^-1] over any scalar.
    fn cooling_generic<V: Scalar>(&self, t: V, y: &[V], terms: &mut [V]);

    /// Whether it is evaluated for several cells side by side: where its functions are written out, or where it has a program for it.
    const HAS_LANES: bool = false;

    /// Number of unknowns where the compiler is to know it, so that loops over them are written out; else 0.
    const UNKNOWNS: usize = 0;

    /// The same network with other values of the parameters, as [`ChemNetwork::with_parameters`].
    #[must_use]
    fn at_parameters(&self, values: &[f64]) -> Self
    where
        Self: Sized;

    /// Number of functions of the parameters alone that [`GenericNetwork::rhs_at_generic`] is given; without any, parameters
    /// are those of the network.
    fn environment_count(&self) -> usize {
        0
    }
    /// Values of these functions, each in a unit of its own, for values of the parameters in the order of
    /// [`Structure::parameters`].
    fn environment(&self, _parameters: &[f64], _e: &mut [f64]) {}
    /// What depends on T alone in the right-hand side; nothing is set apart by default.
    fn temperature_functions(&self) -> TemperatureFunctions<'_> {
        TemperatureFunctions::default()
    }
    /// The functions of T `[K]` alone that [`GenericNetwork::rhs_at_generic`] is given, as many as
    /// [`TemperatureFunctions::functions`] says, each in a unit of its own.
    fn t_functions_generic<V: Scalar>(&self, _t_gas: V, _g: &mut [V]) {}
    /// The comparisons by which they choose their formula at T `[K]`, as many as [`TemperatureFunctions::switches`].
    fn t_switches(&self, _t_gas: f64, _out: &mut [bool]) {}
    /// dy/dt [cm^-3 s^-1, K s^-1], given its functions of T and of the parameters.
    #[inline(always)]
    fn rhs_at_generic<V: Scalar>(&self, t: V, y: &[V], _: Given<'_, V>, dydt: &mut [V]) {
        self.rhs_generic(t, y, dydt);
    }
    /// dy/dt and the entries of the Jacobian as `[dydt, values]`, given the functions of T, their derivatives and the
    /// functions of the parameters.
    #[inline(always)]
    fn jacobian_at_generic<V: Scalar>(&self, t: V, y: &[V], _: Given<'_, V>, [dydt, values]: [&mut [V]; 2]) {
        self.rhs_generic(t, y, dydt);
        self.jacobian_generic(t, y, values);
    }
    /// [`GenericNetwork::time_derivative_generic`], given the functions of the parameters.
    #[inline(always)]
    fn time_derivative_at_generic<V: Scalar>(&self, t: V, y: &[V], _environment: &[V], out: &mut [V]) {
        self.time_derivative_generic(t, y, out);
    }
}

/// What right-hand side and Jacobian are given beside the state; every value in a unit of its own.
#[derive(Clone, Copy, Debug)]
pub struct Given<'a, V> {
    /// Functions of the parameters alone.
    pub environment: &'a [V],
    /// Functions of T alone.
    pub functions: &'a [V],
    /// Their derivatives by T `[1/K]`; the right-hand side does not look at them.
    pub slopes: &'a [V],
}

/// How much of the right-hand side depends on T alone.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TemperatureFunctions<'a> {
    /// Number of functions.
    pub functions: usize,
    /// Number of comparisons in them.
    pub switches: usize,
    /// Numbers of the parameters that go into them: a table holds the functions for the values of these.
    pub parameters: &'a [u32],
}

/// A network whose species are known at compile time.
pub trait TypedNetwork: GenericNetwork + Clone + Default {
    /// The enumeration of its species.
    type Species: SpeciesSet;

    /// Initial states that the network file declares, by name.
    fn initial(name: &str) -> Option<Cell<Self::Species>>;

    /// Names of the declared initial states.
    const INITIALS: &'static [&'static str];

    /// Domains that the network file declares.
    const DOMAINS: &'static [crate::network::domain::Domain];
}

/// An enumeration of species, generated from a network.
pub trait SpeciesSet: Copy + Eq + std::fmt::Debug + Send + Sync + 'static {
    /// Number of species.
    const COUNT: usize;
    /// All species in declared order.
    const ALL: &'static [Self];
    /// `[f64; COUNT]`
    type Array: Copy + AsRef<[f64]> + AsMut<[f64]> + std::fmt::Debug + PartialEq + Send + Sync;
    /// An array of zeros.
    const ZEROS: Self::Array;
    /// Index in declared order.
    fn index(self) -> usize;
    /// Name as written in the network file (`He++`).
    fn name(self) -> &'static str;
}
