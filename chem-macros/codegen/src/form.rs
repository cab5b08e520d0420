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

    /// The form that suits a network's size.
    pub fn of(system: &System) -> Form {
        let is_small = system.network.species.len() <= Form::UNROLLED_SPECIES
            && system.fluxes.len() <= Form::UNROLLED_FLUXES;
        if is_small { Form::Unrolled } else { Form::Looped }
    }
}
