//! Networks that are too large to be written out term by term, over any scalar: rates by operations in registers, and products of
//! rates and densities for the rest. Coefficients by the thousand are evaluated over all lanes faster than rows of a table are read.

use chem_grammar::interpret::Tape;
use chem_grammar::lane_program::{LaneProgram, Product};

use super::lanes::{Inputs, fill};
use super::registers::{RegisterTape, Results};
use super::scratch;
use super::terms::Terms;
use crate::scalar::{InterpolationTable, Scalar};
use crate::structure::Structure;

/// Results that are made before the next are looked at.
const SHARE: usize = 64;
/// Places that registers have.
const PLACES: usize = 1 << u16::BITS;

/// dy/dt and the Jacobian of a large network.
#[derive(Debug)]
pub(super) struct Large {
    /// Rates, and dT/dt.
    rates: RegisterTape,
    /// Rates, dT/dt, derivatives of the rates and of dT/dt.
    slopes: RegisterTape,
    /// dy/dt
    changes: Terms,
    /// Column after column.
    jacobian: Terms,
    /// What the total density does to each row, as that of third bodies.
    by_total: Terms,
}

impl Large {
    /// That of a program; `None` if it has more values than there are places.
    pub(super) fn of(program: &LaneProgram) -> Option<Self> {
        let registers = |tape: &Tape| RegisterTape::new(tape, Results::InARow(SHARE));
        let terms = |products: &[Product]| {
            let mut terms = Terms::default();
            for Product { rate, factors, sums } in products {
                terms.push(*rate, factors, sums)?;
            }
            Some(terms)
        };
        // Products find rates where slopes are.
        (program.rates.counts() == program.slopes.counts()).then_some(())?;
        Some(Large {
            rates: registers(&program.rates)?,
            slopes: registers(&program.slopes)?,
            changes: terms(&program.changes)?,
            jacobian: terms(&program.jacobian)?,
            by_total: terms(&program.by_total)?,
        })
    }

    /// dy/dt
    #[inline(always)] // SIMD instructions are those of the caller
    pub(super) fn rhs<V: Scalar>(
        &self,
        tables: &[InterpolationTable],
        inputs: Inputs<'_, V>,
        dydt: &mut [V],
    ) {
        let mut registers = scratch::take::<V, PLACES>();
        fill(&self.rates, tables, inputs, &mut registers);
        put_total(&self.rates, inputs, &mut registers);
        dydt.fill(V::constant(0.0));
        self.changes.add(&registers, dydt);
        scratch::give_back(registers);
    }

    /// dy/dt and the Jacobian.
    #[inline(always)] // SIMD instructions are those of the caller
    pub(super) fn jacobian<V: Scalar>(
        &self,
        structure: &Structure,
        tables: &[InterpolationTable],
        inputs: Inputs<'_, V>,
        [dydt, values]: [&mut [V]; 2],
    ) {
        let mut registers = scratch::take::<V, PLACES>();
        fill(&self.slopes, tables, inputs, &mut registers);
        put_total(&self.slopes, inputs, &mut registers);
        values.fill(V::constant(0.0));
        if !self.by_total.is_empty() {
            dydt.fill(V::constant(0.0));
            self.by_total.add(&registers, dydt);
            let end = structure.jacobian_column(structure.species_count()).start;
            for (row, value) in structure.jacobian_rows[..end].iter().zip(&mut *values) {
                *value = dydt[*row as usize];
            }
        }
        self.jacobian.add(&registers, values);
        dydt.fill(V::constant(0.0));
        self.changes.add(&registers, dydt);
        scratch::give_back(registers);
    }
}

/// The total density takes the place of T: rates are made, and the law of mass action asks for it.
#[inline(always)]
fn put_total<V: Scalar>(program: &RegisterTape, inputs: Inputs<'_, V>, registers: &mut [V; PLACES]) {
    let [parameters, unknowns, _] = program.counts;
    if let Some(place) = registers.get_mut(parameters + unknowns - 1) {
        let densities = inputs.y.get(..unknowns - 1).unwrap_or_default();
        *place = densities.iter().fold(V::constant(0.0), |sum, density| sum + *density);
    }
}
