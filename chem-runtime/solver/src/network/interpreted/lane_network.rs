//! What a generated network with loops over tables brings along for several cells side by side.

use chem_grammar::interpret::Tape;
use chem_grammar::lane_program::LaneProgram;

use super::lanes::{self, Inputs};
use super::large::Large;
use crate::network::Given;
use crate::scalar::{InterpolationTable, Scalar};
use crate::structure::Structure;

/// The functions of a large network over any scalar. Parameters are given as functions of them, never as they are.
#[derive(Debug)]
pub struct LaneNetwork {
    tables: Vec<InterpolationTable>,
    environment: Tape,
    by_time: Tape,
    large: Large,
}

impl LaneNetwork {
    /// Of a program as text; `None` if it is broken or has too many values.
    pub fn read(text: &str, tables: Vec<InterpolationTable>) -> Option<Self> {
        let program = LaneProgram::from_text(text).ok()?;
        let large = Large::of(&program)?;
        Some(LaneNetwork { tables, environment: program.environment, by_time: program.by_time, large })
    }

    /// Number of functions of the parameters.
    pub fn environment_count(&self) -> usize {
        self.environment.outputs().len()
    }

    /// The functions of the parameters.
    pub fn environment(&self, structure: &Structure, parameters: &[f64], e: &mut [f64]) {
        let y = vec![0.0; structure.unknown_count()];
        let inputs = Inputs { parameters, t: 0.0, y: &y, given: [&[]; 3] };
        lanes::run(&self.environment, &self.tables, inputs, [e, &mut []]);
    }

    /// dy/dt
    #[inline(always)] // SIMD instructions are those of the caller
    pub fn rhs<V: Scalar>(&self, t: V, y: &[V], given: Given<'_, V>, dydt: &mut [V]) {
        let inputs = Inputs { parameters: &[], t, y, given: [given.environment, &[], &[]] };
        self.large.rhs(&self.tables, inputs, dydt);
    }

    /// dy/dt and the Jacobian.
    #[inline(always)] // SIMD instructions are those of the caller
    pub fn jacobian<V: Scalar>(
        &self,
        structure: &Structure,
        (t, y): (V, &[V]),
        given: Given<'_, V>,
        out: [&mut [V]; 2],
    ) {
        let inputs = Inputs { parameters: &[], t, y, given: [given.environment, &[], &[]] };
        self.large.jacobian(structure, &self.tables, inputs, out);
    }

    /// The partial derivative of dy/dt by time.
    #[inline(always)] // SIMD instructions are those of the caller
    pub fn time_derivative<V: Scalar>(&self, t: V, y: &[V], environment: &[V], out: &mut [V]) {
        if self.by_time.is_zero() {
            return out.fill(V::constant(0.0));
        }
        let inputs = Inputs { parameters: &[], t, y, given: [environment, &[], &[]] };
        lanes::run(&self.by_time, &self.tables, inputs, [out, &mut []]);
    }
}
