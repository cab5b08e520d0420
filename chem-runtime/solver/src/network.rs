//! The trait that carries a network from the compiler to the solver, the trainer and the validator.

pub mod cell;
pub mod domain;
pub mod interpreted;

pub use cell::Cell;
pub use interpreted::Interpreted;

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

    /// Partial derivative of the right-hand side by time.
    fn time_derivative(&self, t: f64, y: &[f64], out: &mut [f64]);

    /// Entries of the Jacobian d(dy/dt)/dy in the order of the pattern.
    fn jacobian(&self, t: f64, y: &[f64], values: &mut [f64]);

    /// Factorises I - c J without pivoting in the generated order. Returns the growth: the largest entry of
    /// the factors over the largest of the matrix, infinite or NaN if a pivot vanished. Callers fall back to
    /// a pivoting factorisation when it is large.
    fn factor(&self, c: f64, jacobian: &[f64], lu: &mut [f64]) -> f64;

    /// Solves (I - c J) x = b in place with the factors.
    fn solve(&self, lu: &[f64], b: &mut [f64]);

    /// Rate coefficients of the reactions.
    fn rates(&self, t: f64, y: &[f64], k: &mut [f64]);

    /// Fluxes of reactions, then processes [cm^-3 s^-1].
    fn fluxes(&self, t: f64, y: &[f64], fluxes: &mut [f64]);

    /// Heating terms [erg cm^-3 s^-1].
    fn heating(&self, t: f64, y: &[f64], terms: &mut [f64]);

    /// Cooling terms [erg cm^-3 s^-1].
    fn cooling(&self, t: f64, y: &[f64], terms: &mut [f64]);

    /// Values of the parameters, in the order of [`Structure::parameters`].
    fn parameter_values(&self) -> Vec<f64>;

    /// Sets a parameter by name; `false` if there is none of that name.
    fn set_parameter(&mut self, name: &str, value: f64) -> bool;
}

/// The functions of a generated network over any scalar.
pub trait GenericNetwork: ChemNetwork {
    /// dy/dt over any scalar.
    fn rhs_generic<V: Scalar>(&self, t: V, y: &[V], dydt: &mut [V]);
    /// Entries of the Jacobian over any scalar.
    fn jacobian_generic<V: Scalar>(&self, t: V, y: &[V], values: &mut [V]);
    /// Partial time derivative over any scalar.
    fn time_derivative_generic<V: Scalar>(&self, t: V, y: &[V], out: &mut [V]);
    /// Factors of I - c J over any scalar.
    fn factor_generic<V: Scalar>(&self, c: V, jacobian: &[V], lu: &mut [V]) -> V;
    /// Solves with the factors over any scalar.
    fn solve_generic<V: Scalar>(&self, lu: &[V], b: &mut [V]);
    /// Rate coefficients over any scalar.
    fn rates_generic<V: Scalar>(&self, t: V, y: &[V], k: &mut [V]);
    /// Fluxes over any scalar.
    fn fluxes_generic<V: Scalar>(&self, t: V, y: &[V], fluxes: &mut [V]);
    /// Heating terms over any scalar.
    fn heating_generic<V: Scalar>(&self, t: V, y: &[V], terms: &mut [V]);
    /// Cooling terms over any scalar.
    fn cooling_generic<V: Scalar>(&self, t: V, y: &[V], terms: &mut [V]);

    /// Whether its functions are compiled for several cells side by side: where they are written out. Loops over tables
    /// are not, which would take the compiler long and gain little.
    const HAS_LANES: bool = false;

    /// Number of unknowns where the compiler is to know it, so that loops over them are written out; else 0.
    const UNKNOWNS: usize = 0;

    /// What depends on T alone in the right-hand side; nothing is set apart by default.
    fn temperature_functions(&self) -> TemperatureFunctions {
        TemperatureFunctions::default()
    }
    /// The functions of T alone that [`GenericNetwork::rhs_at_generic`] is given.
    #[allow(unused_variables)]
    fn t_functions_generic<V: Scalar>(&self, t_gas: V, g: &mut [V]) {}
    /// The comparisons by which they choose their formula.
    #[allow(unused_variables)]
    fn t_switches(&self, t_gas: f64, out: &mut [bool]) {}
    /// dy/dt, given its functions of T.
    #[allow(unused_variables)]
    #[inline(always)]
    fn rhs_at_generic<V: Scalar>(&self, t: V, y: &[V], g: &[V], dydt: &mut [V]) {
        self.rhs_generic(t, y, dydt);
    }
    /// dy/dt and the entries of the Jacobian, given the functions of T and their derivatives: `[g, slopes]` and
    /// `[dydt, values]`.
    #[allow(unused_variables)]
    #[inline(always)]
    fn jacobian_at_generic<V: Scalar>(
        &self,
        t: V,
        y: &[V],
        [g, slopes]: [&[V]; 2],
        [dydt, values]: [&mut [V]; 2],
    ) {
        self.rhs_generic(t, y, dydt);
        self.jacobian_generic(t, y, values);
    }
}

/// How much of the right-hand side depends on T alone.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TemperatureFunctions {
    /// Number of functions.
    pub functions: usize,
    /// Number of comparisons in them.
    pub switches: usize,
}

/// A network whose species are known at compile time.
pub trait TypedNetwork: GenericNetwork + Default {
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
