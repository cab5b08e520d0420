//! Affine layers on a block of cells, and the arrays that they are taken from.

use pulp::Simd;

use super::real::Real;
use crate::checkpoint::Problem;
use crate::weights::{NamedArray, find};

/// Cells of a block.
pub(super) const BLOCK: usize = 32;
/// Outputs that are summed at once, so that an input is loaded once for all.
const ROWS: usize = 4;
/// Vectors of cells that are summed at once.
const PART: usize = 2;

/// One number for each cell of a block.
pub(super) type Column<R> = [R; BLOCK];

/// out_j = b_j + sum_i in_i w_ij: rows of weights in groups of [`ROWS`], the last one filled up with zeros.
#[derive(Clone, Debug)]
pub(super) struct Affine<R> {
    inputs: usize,
    outputs: usize,
    /// Group after group; within it input after input, the weights of its rows side by side.
    weights: Vec<[R; ROWS]>,
    bias: Vec<[R; ROWS]>,
}

impl<R: Real> Affine<R> {
    /// Takes `NAME.weight` and `NAME.bias` of a layer with so many inputs.
    pub(super) fn take(arrays: &[NamedArray], name: &str, inputs: usize) -> Result<Self, Problem> {
        let bias = vector(arrays, &format!("{name}.bias"), None)?;
        let weight = matrix(arrays, &format!("{name}.weight"), [inputs, bias.len()])?;
        Ok(Affine::new(inputs, weight, bias))
    }

    /// A layer with the weights `[inputs, outputs]`, last axis fastest.
    pub(super) fn new(inputs: usize, weight: &[f64], bias: &[f64]) -> Self {
        let outputs = bias.len();
        let groups = outputs.div_ceil(ROWS);
        let group = |values: &[f64], g: usize| {
            std::array::from_fn(|r| R::of(values.get(g * ROWS + r).copied().unwrap_or(0.0)))
        };
        let row = |i: usize| &weight[i * outputs..(i + 1) * outputs];
        Affine {
            inputs,
            outputs,
            weights: (0..groups).flat_map(|g| (0..inputs).map(move |i| group(row(i), g))).collect(),
            bias: (0..groups).map(|g| group(bias, g)).collect(),
        }
    }

    pub(super) fn outputs(&self) -> usize {
        self.outputs
    }

    /// Writes the rows of the result into `out` for the first `count` cells; others hold arbitrary numbers. Products are fused
    /// with sums or not: both give the same bits on every machine, but not the same as one another.
    #[inline(always)]
    pub(super) fn apply<S: Simd, const FUSED: bool>(
        &self,
        simd: S,
        count: usize,
        x: &[Column<R>],
        out: &mut [Column<R>],
    ) {
        let per_column = R::vectors::<S>(&[R::of(0.0); BLOCK]).len();
        let wanted = count.div_ceil(BLOCK / per_column);
        let x = R::vectors::<S>(x.as_flattened());
        for ((weights, bias), out) in
            self.weights.chunks_exact(self.inputs).zip(&self.bias).zip(out.chunks_mut(ROWS))
        {
            for part in (0..wanted).step_by(PART) {
                // Eight registers of sums: enough to hide how long a product takes, and few enough to be kept.
                let mut sums = bias.map(|bias| [bias.splat(simd); PART]);
                for (weights, x) in weights.iter().zip(x.chunks_exact(per_column)) {
                    let Some(x) = x.get(part..part + PART) else { continue };
                    for (sums, weight) in sums.iter_mut().zip(weights) {
                        let weight = weight.splat(simd);
                        for (sum, x) in sums.iter_mut().zip(x) {
                            *sum = R::multiply_add::<S, FUSED>(simd, weight, *x, *sum);
                        }
                    }
                }
                for (out, sums) in out.iter_mut().zip(&sums) {
                    R::vectors_mut::<S>(out)[part..part + PART].copy_from_slice(sums);
                }
            }
        }
    }
}

/// A vector of the length given, if one is.
pub(super) fn vector<'a>(
    arrays: &'a [NamedArray],
    name: &str,
    length: Option<usize>,
) -> Result<&'a [f64], Problem> {
    let array = present(arrays, name)?;
    match array.shape.as_slice() {
        [found] if length.is_none_or(|length| length == *found) && *found > 0 => Ok(&array.values),
        shape => Err(Problem::Inconsistent(format!("{name} has the shape {shape:?}"))),
    }
}

/// A matrix of the shape given, last axis fastest.
pub(super) fn matrix<'a>(
    arrays: &'a [NamedArray],
    name: &str,
    shape: [usize; 2],
) -> Result<&'a [f64], Problem> {
    let array = present(arrays, name)?;
    if array.shape == shape {
        return Ok(&array.values);
    }
    Err(Problem::Inconsistent(format!("{name} has the shape {:?} instead of {shape:?}", array.shape)))
}

fn present<'a>(arrays: &'a [NamedArray], name: &str) -> Result<&'a NamedArray, Problem> {
    let array =
        find(arrays, name).ok_or_else(|| Problem::Inconsistent(format!("there is no array {name}")))?;
    if array.is_consistent() && array.values.iter().all(|value| value.is_finite()) {
        return Ok(array);
    }
    Err(Problem::Inconsistent(format!("{name} holds numbers that are none")))
}
