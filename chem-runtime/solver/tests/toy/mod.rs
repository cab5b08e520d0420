//! Hand-written networks: equations over any scalar, everything else derived with dual numbers.
#![allow(dead_code, unreachable_pub, reason = "each test crate uses some of them")]

use chem_solver::linear::lu;
use chem_solver::network::{ChemNetwork, GenericNetwork, ParameterError, UnknownParameter};
use chem_solver::scalar::{Dual, Scalar};
use chem_solver::structure::{LuStructure, Structure};

/// The right-hand side of a network.
pub trait Equations: Clone + Send + Sync + 'static {
    const SPECIES: &'static [&'static str];
    const LAWS: &'static [(&'static str, &'static [i64])] = &[];
    const BREAKPOINTS: &'static [f64] = &[];
    const EVOLVES_TEMPERATURE: bool = false;

    fn rhs<V: Scalar>(&self, t: V, y: &[V], dydt: &mut [V]);
}

/// A network of hand-written equations with a dense Jacobian.
#[derive(Clone)]
pub struct Toy<E> {
    pub equations: E,
    structure: Structure,
}

impl<E: Equations> Toy<E> {
    pub fn new(equations: E) -> Self {
        let n = E::SPECIES.len() + 1;
        let starts: Vec<u32> = (0..=n).map(|c| (c * n) as u32).collect();
        let rows: Vec<u32> = (0..n * n).map(|i| (i % n) as u32).collect();
        let structure = Structure {
            name: "toy".into(),
            version: 1,
            hash: 0,
            species: E::SPECIES.iter().map(|s| (*s).into()).collect(),
            charges: vec![0; n - 1].into(),
            masses: vec![0.0; n - 1].into(),
            elements: vec![].into(),
            composition: vec![].into(),
            reactions: vec![].into(),
            equations: vec![].into(),
            processes: vec![].into(),
            stoichiometry_starts: vec![0].into(),
            stoichiometry: vec![].into(),
            heating: vec![].into(),
            cooling: vec![].into(),
            parameters: vec![].into(),
            scopes: vec![].into(),
            kinds: vec![].into(),
            bands: vec![].into(),
            band_edges: vec![].into(),
            absorbers: vec![].into(),
            evolves_temperature: E::EVOLVES_TEMPERATURE,
            temperature_floor: None,
            conservation_names: E::LAWS.iter().map(|l| l.0.into()).collect(),
            conservation: E::LAWS.iter().flat_map(|l| l.1).copied().collect(),
            breakpoints: E::BREAKPOINTS.into(),
            jacobian_columns: starts.clone().into(),
            jacobian_rows: rows.clone().into(),
            lu: LuStructure {
                order: (0..n as u32).collect(),
                columns: starts.into(),
                rows: rows.into(),
                from_jacobian: (0..(n * n) as u32).collect(),
                diagonal: (0..n).map(|i| (i * n + i) as u32).collect(),
                full_tail: n as u32,
            },
        };
        Toy { equations, structure }
    }
}

const MOST: usize = 8;

impl<E: Equations> ChemNetwork for Toy<E> {
    fn structure(&self) -> &Structure {
        &self.structure
    }
    fn rhs(&self, t: f64, y: &[f64], dydt: &mut [f64]) {
        self.rhs_generic(t, y, dydt);
    }
    fn time_derivative(&self, t: f64, y: &[f64], out: &mut [f64]) {
        self.time_derivative_generic(t, y, out);
    }
    fn jacobian(&self, t: f64, y: &[f64], values: &mut [f64]) {
        self.jacobian_generic(t, y, values);
    }
    fn factor(&self, c: f64, jacobian: &[f64], lu: &mut [f64]) -> f64 {
        self.factor_generic(c, jacobian, lu)
    }
    fn solve(&self, lu: &[f64], b: &mut [f64]) {
        self.solve_generic(lu, b);
    }
    fn rates(&self, _: f64, _: &[f64], _: &mut [f64]) {}
    fn fluxes(&self, _: f64, _: &[f64], _: &mut [f64]) {}
    fn heating(&self, _: f64, _: &[f64], _: &mut [f64]) {}
    fn cooling(&self, _: f64, _: &[f64], _: &mut [f64]) {}
    fn adiabatic_index(&self, _: f64, _: &[f64]) -> f64 {
        5.0 / 3.0
    }
    fn boltzmann(&self) -> f64 {
        1.380649e-16
    }
    fn parameter_values(&self) -> Vec<f64> {
        Vec::new()
    }
    fn set_parameter(&mut self, name: &str, _: f64) -> Result<(), ParameterError> {
        Err(UnknownParameter::new(self.structure(), name).into())
    }
    fn with_parameters(&self, _: &[f64]) -> Box<dyn ChemNetwork + '_> {
        Box::new(self.clone())
    }
}

impl<E: Equations> GenericNetwork for Toy<E> {
    fn rhs_generic<V: Scalar>(&self, t: V, y: &[V], dydt: &mut [V]) {
        self.equations.rhs(t, y, dydt);
    }
    fn jacobian_generic<V: Scalar>(&self, t: V, y: &[V], values: &mut [V]) {
        let n = y.len();
        for column in 0..n {
            let mut state = [Dual::<1, V>::constant(0.0); MOST];
            let mut slope = state;
            for (i, (s, y)) in state.iter_mut().zip(y).enumerate() {
                *s = if i == column { Dual::variable(*y, 0) } else { Dual::fixed(*y) };
            }
            self.equations.rhs(Dual::fixed(t), &state[..n], &mut slope[..n]);
            for (value, slope) in values[column * n..(column + 1) * n].iter_mut().zip(&slope) {
                *value = slope.derivatives[0];
            }
        }
    }
    fn time_derivative_generic<V: Scalar>(&self, t: V, y: &[V], out: &mut [V]) {
        let n = y.len();
        let mut state = [Dual::<1, V>::constant(0.0); MOST];
        let mut slope = state;
        for (s, y) in state.iter_mut().zip(y) {
            *s = Dual::fixed(*y);
        }
        self.equations.rhs(Dual::variable(t, 0), &state[..n], &mut slope[..n]);
        for (value, slope) in out.iter_mut().zip(&slope) {
            *value = slope.derivatives[0];
        }
    }
    fn factor_generic<V: Scalar>(&self, c: V, jacobian: &[V], factors: &mut [V]) -> V {
        lu::factor(&self.structure, c, jacobian, factors)
    }
    fn solve_generic<V: Scalar>(&self, factors: &[V], b: &mut [V]) {
        lu::solve(&self.structure, factors, b);
    }
    fn rates_generic<V: Scalar>(&self, _: V, _: &[V], _: &mut [V]) {}
    fn fluxes_generic<V: Scalar>(&self, _: V, _: &[V], _: &mut [V]) {}
    fn heating_generic<V: Scalar>(&self, _: V, _: &[V], _: &mut [V]) {}
    fn cooling_generic<V: Scalar>(&self, _: V, _: &[V], _: &mut [V]) {}
    fn at_parameters(&self, _: &[f64]) -> Self {
        self.clone()
    }
}

/// Robertson's problem (Hairer & Wanner 1996, sec. IV.1).
#[derive(Clone)]
pub struct Robertson;

impl Equations for Robertson {
    const SPECIES: &'static [&'static str] = &["A", "B", "C"];
    const LAWS: &'static [(&'static str, &'static [i64])] = &[("A + B + C", &[1, 1, 1])];

    fn rhs<V: Scalar>(&self, _: V, y: &[V], dydt: &mut [V]) {
        let slow = V::constant(0.04) * y[0];
        let fast = V::constant(1e4) * y[1] * y[2];
        let pair = V::constant(3e7) * y[1] * y[1];
        dydt[0] = fast - slow;
        dydt[1] = slow - fast - pair;
        dydt[2] = pair;
        dydt[3] = V::constant(0.0);
    }
}

/// A decays into B, B into C, with rates apart by `stiffness`.
#[derive(Clone)]
pub struct Chain {
    pub stiffness: f64,
}

impl Equations for Chain {
    const SPECIES: &'static [&'static str] = &["A", "B", "C"];
    const LAWS: &'static [(&'static str, &'static [i64])] = &[("A + B + C", &[1, 1, 1])];

    fn rhs<V: Scalar>(&self, _: V, y: &[V], dydt: &mut [V]) {
        let (first, second) = (y[0], V::constant(self.stiffness) * y[1]);
        dydt[0] = -first;
        dydt[1] = first - second;
        dydt[2] = second;
        dydt[3] = V::constant(0.0);
    }
}

impl Chain {
    /// The exact state from A = 1.
    pub fn exact(&self, t: f64) -> [f64; 3] {
        let k = self.stiffness;
        let a = (-t).exp();
        let b = (a - (-k * t).exp()) / (k - 1.0);
        [a, b, 1.0 - a - b]
    }
}

/// A relaxes to cos t fast: explicit time.
#[derive(Clone)]
pub struct Driven;

impl Equations for Driven {
    const SPECIES: &'static [&'static str] = &["A"];

    fn rhs<V: Scalar>(&self, t: V, y: &[V], dydt: &mut [V]) {
        dydt[0] = V::constant(1e4) * (V::constant(1.5) + t.cos() - y[0]) - t.sin();
        dydt[1] = V::constant(0.0);
    }
}

/// Heating below a breakpoint at 100 K and cooling above it, until A has decayed: the gas sticks to the breakpoint.
///
/// dT/dt is +1 K/s below and 1 - 3 A above, dA/dt = -0.1 A: from T = 101 and A = 1 the gas cools to 100 K, sticks
/// there until A = 1/3, that is t = 10 ln 3, and then warms.
#[derive(Clone)]
pub struct Sticky;

impl Equations for Sticky {
    const SPECIES: &'static [&'static str] = &["A"];
    const BREAKPOINTS: &'static [f64] = &[100.0];
    const EVOLVES_TEMPERATURE: bool = true;

    fn rhs<V: Scalar>(&self, _: V, y: &[V], dydt: &mut [V]) {
        let one = V::constant(1.0);
        dydt[0] = V::constant(-0.1) * y[0];
        dydt[1] = V::blend(y[1].less(V::constant(100.0)), one, one - V::constant(3.0) * y[0]);
    }
}

impl Sticky {
    /// The exact temperature from T = 101, A = 1.
    pub fn exact(t: f64) -> f64 {
        let above =
            |t: f64, t0: f64, start: f64| start + (t - t0) + 30.0 * ((-0.1 * t).exp() - (-0.1 * t0).exp());
        // The breakpoint is reached where 101 + t - 30 (1 - e^(-t/10)) = 100.
        let free = above(t, 0.0, 101.0);
        let leaves = 10.0 * 3f64.ln();
        if t >= leaves {
            above(t, leaves, 100.0)
        } else if t < 1.0 && free > 100.0 {
            free
        } else {
            100.0
        }
    }
}

/// A thermal toy: collisional excitation cools, ionisation by cosmic rays heats; stiff in T.
#[derive(Clone)]
pub struct Thermal;

impl Equations for Thermal {
    const SPECIES: &'static [&'static str] = &["H", "H+", "e-"];
    const LAWS: &'static [(&'static str, &'static [i64])] = &[("H", &[1, 1, 0]), ("charge", &[0, 1, -1])];
    const EVOLVES_TEMPERATURE: bool = true;

    fn rhs<V: Scalar>(&self, _: V, y: &[V], dydt: &mut [V]) {
        let [h, hp, e, t] = [y[0], y[1], y[2], y[3]];
        let root = t.sqrt();
        let ionisation = V::constant(5.85e-11) * root * (V::constant(-157809.1) / t).exp() * h * e
            + V::constant(1e-16) * h;
        let recombination = V::constant(2.6e-11) / root * hp * e;
        dydt[0] = recombination - ionisation;
        dydt[1] = ionisation - recombination;
        dydt[2] = ionisation - recombination;
        let cooling = V::constant(7.5e-19) * (V::constant(-118348.0) / t).exp() * h * e;
        let heating = V::constant(3.2e-27) * h;
        dydt[3] = V::constant(2.0 / (3.0 * 1.380649e-16)) * (heating - cooling) / (h + hp + e);
    }
}
