//! What generated code calls by name. Not meant to be used by hand.

pub use std::borrow::Cow;

pub use chem_grammar::ast::{Interpolation, Outside};
pub use chem_grammar::interpolation::Grid;

pub use crate::__select as select;
pub use crate::cells::Cells;
pub use crate::linear::lu::{factor, solve};
pub use crate::linear::mass_action::{Columns, Gas, MassAction, add_to_species_columns, sum, total_density};
pub use crate::network::cell::Cell;
pub use crate::network::domain::{Domain, HydrogenNuclei, Interval};
pub use crate::network::{
    ChemNetwork, GenericNetwork, Given, LaneNetwork, ParameterError, SpeciesSet, TemperatureFunctions,
    TypedNetwork, UnknownParameter, settable,
};
pub use crate::scalar::{Choice, InterpolationTable, Scalar};
pub use crate::structure::{Absorber, LuStructure, ParameterKind, ParameterScope, Structure};

/// A name that is no species of the network.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the network has no species `{name}`; it has {species}")]
pub struct UnknownSpecies {
    /// The name.
    pub name: String,
    /// The names there are.
    pub species: String,
}

/// The species of a name as written in the network file.
///
/// # Errors
/// If the network has no such species.
pub fn find_species<S: SpeciesSet>(name: &str) -> Result<S, UnknownSpecies> {
    S::ALL.iter().copied().find(|species| species.name() == name).ok_or_else(|| {
        let species: Vec<&str> = S::ALL.iter().map(|species| species.name()).collect();
        UnknownSpecies { name: name.to_string(), species: species.join(", ") }
    })
}

/// `c0 + c1 x + c2 x^2 + ...` by Horner's scheme, which rounds as the interpreter does.
#[inline(always)]
pub fn polynomial<V: Scalar, const N: usize>(x: V, coefficients: [f64; N]) -> V {
    let Some((&last, others)) = coefficients.split_last() else { return V::constant(0.0) };
    others.iter().rev().fold(V::constant(last), |value, &coefficient| value * x + V::constant(coefficient))
}

/// Sum of the magnitudes, in four strands.
#[inline(always)]
pub fn magnitude<V: Scalar, const N: usize>(values: &[V; N]) -> V {
    let mut strands = [V::constant(0.0); 4];
    let (chunks, rest) = values.as_chunks::<4>();
    for chunk in chunks {
        for (strand, value) in strands.iter_mut().zip(chunk) {
            *strand = *strand + value.abs();
        }
    }
    for (strand, value) in strands.iter_mut().zip(rest) {
        *strand = *strand + value.abs();
    }
    let [a, b, c, d] = strands;
    (a + b) + (c + d)
}

/// Growth of factors whose diagonal holds reciprocals: their magnitude over that of the matrix.
#[inline(always)]
pub fn growth<V: Scalar, const N: usize>(before: V, lu: &[V; N], diagonal: &[u32]) -> V {
    // The reciprocals stand in for the pivots: a vanishing pivot makes them infinite, and 0 * infinity is NaN.
    let mut pivots = V::constant(0.0);
    for &entry in diagonal {
        if let Some(&reciprocal) = lu.get(entry as usize) {
            pivots = pivots + V::constant(0.0) * reciprocal;
        }
    }
    magnitude(lu) / before + pivots
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn polynomials_of_any_length() {
        assert_eq!(polynomial(2.0, []), 0.0);
        assert_eq!(polynomial(2.0, [3.0]), 3.0);
        assert_eq!(polynomial(2.0, [1.0, 10.0]), 21.0);
        assert_eq!(polynomial(2.0, [1.0, 10.0, 100.0]), 421.0);
        assert_eq!(polynomial(-2.0, [1.0, 2.0, 3.0, 4.0, 5.0]), 1.0 - 4.0 + 12.0 - 32.0 + 80.0);
        assert_eq!(polynomial(2.0, [1.0; 9]), 511.0);
    }

    #[test]
    fn a_vanishing_pivot_is_noticed() {
        assert!(growth(1.0, &[f64::INFINITY, 1.0], &[0]).is_nan());
        assert!(growth(1.0, &[2.0, 1.0], &[0]).is_finite());
    }
}
