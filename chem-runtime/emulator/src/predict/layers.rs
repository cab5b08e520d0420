//! Layers on many cells at once, in single or double precision: what an emulator of a domain spends its time on.

use pulp::Simd;

use super::real::Real;
use crate::checkpoint::Problem;
use crate::config::{Activation, Architecture, Kind};
use crate::weights::NamedArray;

/// Cells of a block.
pub(super) const BLOCK: usize = 32;
/// Outputs that are summed at once, so that an input is loaded once for all.
const ROWS: usize = 4;

/// Vectors of cells that are summed at once.
const PART: usize = 2;

/// One number for each cell of a block.
pub(super) type Column<R> = [R; BLOCK];

/// An affine layer: rows of weights in groups of [`ROWS`], the last one filled up with zeros.
#[derive(Clone, Debug)]
struct Affine<R> {
    inputs: usize,
    outputs: usize,
    /// Group after group; within it input after input, the weights of its rows side by side.
    weights: Vec<[R; ROWS]>,
    bias: Vec<[R; ROWS]>,
}

impl<R: Real> Affine<R> {
    fn take(arrays: &[NamedArray], name: &str, inputs: usize) -> Result<Self, Problem> {
        let bias = super::dense::vector(arrays, &format!("{name}.bias"), None)?;
        let outputs = bias.len();
        let weight = super::dense::matrix(arrays, &format!("{name}.weight"), [inputs, outputs])?;
        let groups = outputs.div_ceil(ROWS);
        let entry =
            |values: &[f64], j: usize| R::of(values.get(j).copied().filter(|_| j < outputs).unwrap_or(0.0));
        let group = |values: &[f64], g: usize| std::array::from_fn(|r| entry(values, g * ROWS + r));
        let row = |i: usize| &weight[i * outputs..(i + 1) * outputs];
        Ok(Affine {
            inputs,
            outputs,
            weights: (0..groups).flat_map(|g| (0..inputs).map(move |i| group(row(i), g))).collect(),
            bias: (0..groups).map(|g| group(&bias, g)).collect(),
        })
    }

    /// Writes the rows of the result into `out`.
    #[inline(always)]
    fn apply<S: Simd>(&self, simd: S, x: &[Column<R>], out: &mut [Column<R>]) {
        let per_column = R::vectors::<S>(&[R::of(0.0); BLOCK]).len();
        let x = R::vectors::<S>(x.as_flattened());
        for ((weights, bias), out) in
            self.weights.chunks_exact(self.inputs).zip(&self.bias).zip(out.chunks_mut(ROWS))
        {
            for part in (0..per_column).step_by(PART) {
                // Eight registers of sums: enough to hide how long a product takes, and few enough to be kept.
                let mut sums = bias.map(|bias| [bias.splat(simd); PART]);
                for (weights, x) in weights.iter().zip(x.chunks_exact(per_column)) {
                    let Some(x) = x.get(part..part + PART) else { continue };
                    for (sums, weight) in sums.iter_mut().zip(weights) {
                        let weight = weight.splat(simd);
                        for (sum, x) in sums.iter_mut().zip(x) {
                            *sum = R::fused_vectors(simd, weight, *x, *sum);
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

/// A network of layers, each added to its input or not.
#[derive(Clone, Debug)]
pub(super) struct Layers<R> {
    hidden: Vec<Affine<R>>,
    output: Affine<R>,
    activation: Activation,
    /// Whether layers but the first are added to their input.
    adds: bool,
}

/// Memory of one thread.
#[derive(Clone, Debug)]
pub(super) struct Scratch<R> {
    now: Vec<Column<R>>,
    next: Vec<Column<R>>,
}

impl<R: Real> Layers<R> {
    /// Takes the layers of a `resnet` or `fnn`; `None` for networks of other forms.
    pub(super) fn take(
        form: &Architecture,
        arrays: &[NamedArray],
        inputs: usize,
    ) -> Result<Option<Self>, Problem> {
        let name: &dyn Fn(usize) -> String = match form.kind {
            Kind::Resnet => &|i| if i == 0 { "first".to_owned() } else { format!("layers.{}", i - 1) },
            Kind::Fnn => &|i| format!("hidden.{i}"),
            _ => return Ok(None),
        };
        if form.activation == Activation::AdaptiveSigmoid {
            return Ok(None);
        }
        let mut width = inputs;
        let mut hidden = Vec::with_capacity(form.depth);
        for i in 0..form.depth {
            let layer = Affine::take(arrays, &name(i), width)?;
            width = layer.outputs;
            hidden.push(layer);
        }
        let output = Affine::take(arrays, "output", width)?;
        Ok(Some(Layers { hidden, output, activation: form.activation, adds: form.kind == Kind::Resnet }))
    }

    pub(super) fn scratch(&self) -> Scratch<R> {
        let widest = self.hidden.iter().map(|layer| layer.outputs).max().unwrap_or(0);
        let columns = vec![[R::of(0.0); BLOCK]; widest.max(self.output.outputs).next_multiple_of(ROWS)];
        Scratch { now: columns.clone(), next: columns }
    }

    /// The outputs for the inputs of one block.
    #[inline(always)]
    pub(super) fn apply<'s, S: Simd>(
        &self,
        simd: S,
        scratch: &'s mut Scratch<R>,
        inputs: &[Column<R>],
    ) -> &'s [Column<R>] {
        let Scratch { now, next } = scratch;
        let nothing = [R::of(0.0); BLOCK];
        for (number, layer) in self.hidden.iter().enumerate() {
            layer.apply(simd, if number == 0 { inputs } else { now }, next);
            for (unit, x) in next.iter_mut().zip(&*now).take(layer.outputs) {
                bend(self.activation, unit, if self.adds && number > 0 { x } else { &nothing });
            }
            std::mem::swap(now, next);
        }
        self.output.apply(simd, now, next);
        &next[..self.output.outputs]
    }
}

/// The activation of a column, and another added.
#[inline(always)]
fn bend<R: Real>(activation: Activation, column: &mut Column<R>, added: &Column<R>) {
    match activation {
        Activation::Silu => each(column, added, R::silu),
        Activation::Tanh => each(column, added, R::tanh),
        Activation::Sine => each(column, added, R::sine),
        // Refused when the layers were taken.
        Activation::AdaptiveSigmoid => each(column, added, R::sigmoid),
    }
}

#[inline(always)]
fn each<R: Real>(column: &mut Column<R>, added: &Column<R>, function: impl Fn(R) -> R) {
    for (x, added) in column.iter_mut().zip(added) {
        *x = function(*x) + *added;
    }
}
