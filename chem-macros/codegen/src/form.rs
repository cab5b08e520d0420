//! Written out line by line, or loops over tables.

use chem_grammar::system::System;

/// How the functions of a network are generated.
///
/// Rate coefficients, heating and cooling are formulas in both forms. Fluxes, right-hand side, Jacobian and LU
/// factors are written out line by line where the network is small, which is faster to run, and are loops over
/// constant tables where it is large, which is faster to compile; formulas then stand in functions of bounded
/// length.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// Line by line.
    Unrolled,
    /// Loops over tables.
    Looped,
}

impl Form {
    /// Networks up to this number of species are written out, unless they have too many reactions.
    pub const UNROLLED_SPECIES: usize = 64;
    /// Networks up to this number of reactions and processes are written out, unless they have too many species.
    pub const UNROLLED_FLUXES: usize = 400;

    /// Factors with up to this number of multiplications are written out where the network is: beyond, the compiler needs
    /// minutes for them (`tests/tests/compile_budget.rs`).
    pub const UNROLLED_ELIMINATION: usize = 8_000;

    /// The form of the LU factors of a network of a form.
    pub fn of_factors(form: Form, system: &System) -> Form {
        let is_small = elimination(system) <= Form::UNROLLED_ELIMINATION;
        if form == Form::Unrolled && is_small { Form::Unrolled } else { Form::Looped }
    }

    /// The form that suits a network's size.
    pub fn of(system: &System) -> Form {
        let is_small = system.network.species.len() <= Form::UNROLLED_SPECIES
            && system.fluxes.len() <= Form::UNROLLED_FLUXES;
        if is_small { Form::Unrolled } else { Form::Looped }
    }
}

/// Multiplications that the factors take.
fn elimination(system: &System) -> usize {
    let (lu, pattern) = (&system.lu, &system.lu.pattern);
    let below = |column: usize| pattern.column(column).end - lu.diagonal[column] as usize - 1;
    let of_column = |column: usize| {
        let above = pattern.column(column).start..lu.diagonal[column] as usize;
        below(column) + above.map(|entry| below(pattern.rows[entry] as usize)).sum::<usize>()
    };
    (0..pattern.order()).map(of_column).sum()
}
