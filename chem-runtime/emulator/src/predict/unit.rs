//! Units of a layer: an affine map and what bends it.

use pulp::Simd;

use super::affine::{Affine, BLOCK, Column, vector};
use super::real::Real;
use crate::checkpoint::Problem;
use crate::config::Activation;
use crate::weights::NamedArray;

/// sigma(x W + b)
#[derive(Clone, Debug)]
pub(super) struct Units<R> {
    pub(super) affine: Affine<R>,
    pub(super) bend: Nonlinear<R>,
}

/// The non-linearity of a layer, with its trained slopes if it has any.
#[derive(Clone, Debug)]
pub(super) enum Nonlinear<R> {
    Tanh,
    Silu,
    Sine,
    Sigmoid,
    AdaptiveSigmoid(Vec<R>),
}

impl<R: Real> Units<R> {
    /// Takes the layer `name` with so many inputs.
    pub(super) fn take(
        activation: Activation,
        arrays: &[NamedArray],
        name: &str,
        inputs: usize,
    ) -> Result<Self, Problem> {
        let affine = Affine::take(arrays, name, inputs)?;
        let bend = Nonlinear::take(activation, arrays, name, affine.outputs())?;
        Ok(Units { affine, bend })
    }

    /// Writes the units of the first `count` cells, perhaps with other columns added; cells beyond hold arbitrary numbers.
    #[inline(always)]
    pub(super) fn apply<S: Simd, const FUSED: bool>(
        &self,
        simd: S,
        count: usize,
        x: &[Column<R>],
        added: Option<&[Column<R>]>,
        out: &mut [Column<R>],
    ) {
        self.affine.apply::<S, FUSED>(simd, count, x, out);
        let out = &mut out[..self.affine.outputs()];
        match &self.bend {
            Nonlinear::Tanh => each(count, out, added, |_, x| x.tanh()),
            Nonlinear::Silu => each(count, out, added, |_, x| x.silu()),
            Nonlinear::Sine => each(count, out, added, |_, x| x.sine()),
            Nonlinear::Sigmoid => each(count, out, added, |_, x| x.sigmoid()),
            Nonlinear::AdaptiveSigmoid(slopes) => {
                each(count, out, added, |k, x| (slopes[k] * x).sigmoid());
            }
        }
    }
}

impl<R: Real> Nonlinear<R> {
    /// That of the layer `name` with so many units.
    pub(super) fn take(
        activation: Activation,
        arrays: &[NamedArray],
        name: &str,
        units: usize,
    ) -> Result<Self, Problem> {
        Ok(match activation {
            Activation::Tanh => Nonlinear::Tanh,
            Activation::Silu => Nonlinear::Silu,
            Activation::Sine => Nonlinear::Sine,
            Activation::AdaptiveSigmoid => {
                let slopes = vector(arrays, &format!("{name}.slope"), Some(units))?;
                Nonlinear::AdaptiveSigmoid(slopes.iter().map(|slope| R::of(*slope)).collect())
            }
        })
    }
}

/// Cells that are worked on for so many: more than a few, and a number that the compiler does not know, which keeps it from
/// unrolling loops that it then would not vectorise.
#[inline(always)]
fn rounded(count: usize) -> usize {
    count.next_multiple_of(BLOCK / 2).min(BLOCK)
}

/// A function of the number of a column and each of its numbers, for the first `count` cells; others perhaps added. Loops, where
/// closures of iterators would not always be compiled for the SIMD of their caller.
#[inline(always)]
pub(super) fn each<R: Real>(
    count: usize,
    columns: &mut [Column<R>],
    added: Option<&[Column<R>]>,
    function: impl Fn(usize, R) -> R,
) {
    for (k, column) in columns.iter_mut().enumerate() {
        let column = &mut column[..rounded(count)];
        match added {
            Some(added) => {
                for (x, added) in column.iter_mut().zip(&added[k]) {
                    *x = function(k, *x) + *added;
                }
            }
            None => {
                for x in column {
                    *x = function(k, *x);
                }
            }
        }
    }
}

/// Makes each number of columns from it and those at the same place of others, for the first `count` cells.
#[inline(always)]
pub(super) fn mix<R: Real, const N: usize>(
    count: usize,
    columns: &mut [Column<R>],
    others: [&[Column<R>]; N],
    function: impl Fn(R, [R; N]) -> R,
) {
    for (k, column) in columns.iter_mut().enumerate() {
        let others = others.map(|other| &other[k][..rounded(count)]);
        for (lane, x) in column[..rounded(count)].iter_mut().enumerate() {
            *x = function(*x, others.map(|other| other[lane]));
        }
    }
}
