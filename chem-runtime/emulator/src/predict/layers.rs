//! Networks of every form on a block of cells, in single or double precision: what emulators spend their time on.
//!
//! ```text
//! fnn, siren, fourier   phi' = sigma(phi W + b)
//! resnet                phi' = phi + sigma(phi W + b)
//! highway               phi' = T H + (1 - T) phi                  Srivastava et al. 2015, eq. 3
//! modified              phi' = (1 - Z) U + Z V                    Wang, Teng & Perdikaris 2021, sec. 2.6
//! dgm                   phi' = (1 - G) H + Z phi                  Branca & Pallottini 2023, eqs 26-28
//! ```
//! U and V see the network's input alone, gates of the deep Galerkin method (Sirignano & Spiliopoulos 2018) both it and phi.

use pulp::Simd;

use super::affine::{Affine, BLOCK, Column, matrix, vector};
use super::real::Real;
use super::unit::{Nonlinear, Units, mix};
use crate::checkpoint::Problem;
use crate::config::{Activation, Architecture, Kind};
use crate::weights::NamedArray;

/// A trained network without its training.
#[derive(Clone, Debug)]
pub(super) struct Layers<R> {
    inputs: usize,
    /// Units of phi.
    width: usize,
    hidden: Hidden<R>,
    output: Affine<R>,
}

/// From the input to the last phi.
#[derive(Clone, Debug)]
enum Hidden<R> {
    /// Layers one after another, of any widths.
    Plain(Vec<Units<R>>),
    /// The first; the others, which are added to their input.
    Residual(Units<R>, Vec<Units<R>>),
    /// The first; H and T of the others.
    Highway(Units<R>, Vec<[Units<R>; 2]>),
    /// U and V; Z of each layer.
    Modified([Units<R>; 2], Vec<Units<R>>),
    /// The first; Z, G, R and H of each layer, whose inputs are that of the network and phi.
    Galerkin(Units<R>, Vec<[Units<R>; 4]>),
}

/// Memory of one thread.
#[derive(Clone, Debug)]
pub(super) struct Scratch<R>(Vec<Vec<Column<R>>>);

impl<R: Real> Layers<R> {
    /// Takes a network from its arrays.
    ///
    /// # Errors
    /// Arrays that are missing, or do not fit.
    pub(super) fn take(form: &Architecture, arrays: &[NamedArray], inputs: usize) -> Result<Self, Problem> {
        let reader = Reader { arrays, activation: form.activation, inputs };
        let (width, hidden) = match form.kind {
            Kind::Fnn => reader.plain(&vec![form.activation; form.depth])?,
            Kind::Siren => reader.plain(&vec![Activation::Sine; form.depth])?,
            Kind::Fourier => {
                // Features are a layer of sines before the others.
                let others = std::iter::repeat_n(form.activation, form.depth);
                reader.plain(&std::iter::once(Activation::Sine).chain(others).collect::<Vec<_>>())?
            }
            Kind::Resnet => reader.residual(form.depth)?,
            Kind::Highway => reader.highway(form.depth)?,
            Kind::Modified => reader.modified(form.depth)?,
            Kind::Dgm => reader.galerkin(form.depth)?,
        };
        Ok(Layers { inputs, width, hidden, output: Affine::take(arrays, "output", width)? })
    }

    /// Number of outputs.
    pub(super) fn outputs(&self) -> usize {
        self.output.outputs()
    }

    /// Memory for [`Layers::apply`].
    pub(super) fn scratch(&self) -> Scratch<R> {
        let (count, widest) = match &self.hidden {
            Hidden::Plain(layers) => {
                (2, layers.iter().map(|units| units.affine.outputs()).max().unwrap_or(0))
            }
            Hidden::Residual(..) => (2, self.width),
            Hidden::Highway(..) => (3, self.width),
            Hidden::Modified(..) => (4, self.width),
            Hidden::Galerkin(..) => (6, self.inputs + self.width),
        };
        Scratch(vec![vec![[R::of(0.0); BLOCK]; widest.max(self.outputs())]; count])
    }

    /// The outputs for the inputs of the first `count` cells of a block; `scratch` is this network's. Sums of products are fused or
    /// not, as [`Affine::apply`] says.
    #[inline(always)]
    pub(super) fn apply<'s, S: Simd, const FUSED: bool>(
        &self,
        simd: S,
        count: usize,
        scratch: &'s mut Scratch<R>,
        inputs: &[Column<R>],
    ) -> &'s mut [Column<R>] {
        let (one, width) = (R::of(1.0), self.width);
        let (phi, out) = match (&self.hidden, scratch.0.as_mut_slice()) {
            (Hidden::Plain(layers), [phi, next]) => {
                for (layer, units) in layers.iter().enumerate() {
                    units.apply::<S, FUSED>(simd, count, if layer == 0 { inputs } else { phi }, None, next);
                    std::mem::swap(phi, next);
                }
                (&phi[..], next)
            }
            (Hidden::Residual(first, layers), [phi, next]) => {
                first.apply::<S, FUSED>(simd, count, inputs, None, phi);
                for units in layers {
                    units.apply::<S, FUSED>(simd, count, phi, Some(phi), next);
                    std::mem::swap(phi, next);
                }
                (&phi[..], next)
            }
            (Hidden::Highway(first, layers), [phi, h, t]) => {
                first.apply::<S, FUSED>(simd, count, inputs, None, phi);
                for [units, gate] in layers {
                    units.apply::<S, FUSED>(simd, count, phi, None, h);
                    gate.apply::<S, FUSED>(simd, count, phi, None, t);
                    mix(count, &mut phi[..width], [h, t], |phi, [h, t]| t * h + (one - t) * phi);
                }
                (&phi[..], h)
            }
            (Hidden::Modified(encoders, layers), [u, v, phi, z]) => {
                encoders[0].apply::<S, FUSED>(simd, count, inputs, None, u);
                encoders[1].apply::<S, FUSED>(simd, count, inputs, None, v);
                for (layer, units) in layers.iter().enumerate() {
                    units.apply::<S, FUSED>(simd, count, if layer == 0 { inputs } else { phi }, None, z);
                    mix(count, &mut phi[..width], [z, u, v], |_, [z, u, v]| (one - z) * u + z * v);
                }
                (&phi[..], z)
            }
            (Hidden::Galerkin(first, layers), [state, gated, z, g, r, h]) => {
                // Two inputs of gates, (X, phi) and (X, phi R).
                for start in [&mut *state, &mut *gated] {
                    start[..self.inputs].copy_from_slice(&inputs[..self.inputs]);
                }
                let phi = self.inputs..self.inputs + width;
                first.apply::<S, FUSED>(simd, count, inputs, None, &mut state[phi.clone()]);
                for [gate_z, gate_g, gate_r, gate_h] in layers {
                    for (gate, out) in [(gate_z, &mut *z), (gate_g, &mut *g), (gate_r, &mut *r)] {
                        gate.apply::<S, FUSED>(simd, count, state, None, out);
                    }
                    let (product, factors) = (&mut gated[phi.clone()], [&state[phi.clone()], r]);
                    mix(count, product, factors, |_, [phi, r]| phi * r);
                    gate_h.apply::<S, FUSED>(simd, count, gated, None, h);
                    let phi = &mut state[phi.clone()];
                    mix(count, phi, [z, g, h], |phi, [z, g, h]| (one - g) * h + z * phi);
                }
                (&state[phi], z)
            }
            // Memory of another network.
            _ => return &mut [],
        };
        self.output.apply::<S, FUSED>(simd, count, phi, out);
        &mut out[..self.output.outputs()]
    }
}

/// Takes layers from arrays.
struct Reader<'a> {
    arrays: &'a [NamedArray],
    activation: Activation,
    /// Inputs of the network.
    inputs: usize,
}

impl Reader<'_> {
    fn units<R: Real>(&self, name: &str, inputs: usize) -> Result<Units<R>, Problem> {
        Units::take(self.activation, self.arrays, name, inputs)
    }

    /// A layer from phi to phi.
    fn square<R: Real>(&self, name: &str, width: usize) -> Result<Units<R>, Problem> {
        of_width(name, self.units(name, width)?, width)
    }

    /// Layers `hidden.0`, `hidden.1`, ... with these activations.
    fn plain<R: Real>(&self, activations: &[Activation]) -> Result<(usize, Hidden<R>), Problem> {
        let (mut width, mut layers) = (self.inputs, Vec::with_capacity(activations.len()));
        for (layer, activation) in activations.iter().enumerate() {
            let units = Units::take(*activation, self.arrays, &format!("hidden.{layer}"), width)?;
            width = units.affine.outputs();
            layers.push(units);
        }
        match layers.is_empty() {
            true => Err(Problem::Inconsistent("it has no layers".to_owned())),
            false => Ok((width, Hidden::Plain(layers))),
        }
    }

    /// Layers `first`, `layers.0`, `layers.1`, ...
    fn residual<R: Real>(&self, depth: usize) -> Result<(usize, Hidden<R>), Problem> {
        let first = self.units("first", self.inputs)?;
        let width = first.affine.outputs();
        let layer = |i: usize| self.square(&format!("layers.{i}"), width);
        let layers = (0..depth.saturating_sub(1)).map(layer).collect::<Result<_, _>>()?;
        Ok((width, Hidden::Residual(first, layers)))
    }

    /// `first`, then H and T of each layer: `layers.0.units`, `layers.0.gate`, ...
    fn highway<R: Real>(&self, depth: usize) -> Result<(usize, Hidden<R>), Problem> {
        let first = self.units("first", self.inputs)?;
        let width = first.affine.outputs();
        let layer = |i: usize| {
            let (name, gate) = (format!("layers.{i}.units"), format!("layers.{i}.gate"));
            let affine = Affine::take(self.arrays, &gate, width)?;
            let gate = of_width(&gate, Units { affine, bend: Nonlinear::Sigmoid }, width)?;
            Ok([self.square(&name, width)?, gate])
        };
        let layers = (0..depth.saturating_sub(1)).map(layer).collect::<Result<_, Problem>>()?;
        Ok((width, Hidden::Highway(first, layers)))
    }

    /// Encoders `u` and `v`, then Z of each layer: `layers.0`, `layers.1`, ...
    fn modified<R: Real>(&self, depth: usize) -> Result<(usize, Hidden<R>), Problem> {
        let u = self.units("u", self.inputs)?;
        let width = u.affine.outputs();
        let v = of_width("v", self.units("v", self.inputs)?, width)?;
        let layer = |i: usize| {
            let name = format!("layers.{i}");
            of_width(&name, self.units(&name, if i == 0 { self.inputs } else { width })?, width)
        };
        let layers = (0..depth).map(layer).collect::<Result<_, _>>()?;
        Ok((width, Hidden::Modified([u, v], layers)))
    }

    /// `first`, then the gates `z`, `g`, `r` and `h` of `layers.0`, `layers.1`, ...
    fn galerkin<R: Real>(&self, depth: usize) -> Result<(usize, Hidden<R>), Problem> {
        let first = self.units("first", self.inputs)?;
        let width = first.affine.outputs();
        let gate = |layer: usize, letter: &str| self.gate(&format!("layers.{layer}.{letter}"), width);
        let layer = |i: usize| Ok([gate(i, "z")?, gate(i, "g")?, gate(i, "r")?, gate(i, "h")?]);
        let layers = (0..depth).map(layer).collect::<Result<_, Problem>>()?;
        Ok((width, Hidden::Galerkin(first, layers)))
    }

    /// sigma(X U + phi W + b): the weights U and W of a gate, one below the other.
    fn gate<R: Real>(&self, name: &str, width: usize) -> Result<Units<R>, Problem> {
        let bias = vector(self.arrays, &format!("{name}.bias"), Some(width))?;
        let of_input = matrix(self.arrays, &format!("{name}.input"), [self.inputs, width])?;
        let of_phi = matrix(self.arrays, &format!("{name}.weight"), [width, width])?;
        let affine = Affine::new(self.inputs + width, &[of_input, of_phi].concat(), bias);
        let bend = Nonlinear::take(self.activation, self.arrays, name, width)?;
        Ok(Units { affine, bend })
    }
}

/// Refuses a layer that is not as wide as phi.
fn of_width<R: Real>(name: &str, units: Units<R>, width: usize) -> Result<Units<R>, Problem> {
    if units.affine.outputs() == width {
        return Ok(units);
    }
    Err(Problem::Inconsistent(format!("{name} has {} units, not {width}", units.affine.outputs())))
}
