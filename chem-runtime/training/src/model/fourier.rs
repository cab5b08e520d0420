//! Fully connected networks on Fourier features.

use super::dense::{Dense, Units, glorot};
use super::fnn::{Fnn, OUTPUT_SCALE};
use super::initial::Initial;
use chem_emulator::config::Architecture;

/// sin(2 pi x B) and cos(2 pi x B) with random frequencies B (Tancik et al. 2020), then a fully connected network.
///
/// The features are a layer of sines with phases of nought and a quarter, and are trained with the rest; `first_scale`
/// is the standard deviation of the first 2 pi B.
pub(crate) fn new(initial: &mut Initial, form: &Architecture, [inputs, outputs]: [usize; 2]) -> Fnn {
    let (width, features) = (form.width, 2 * form.features);
    let mut hidden = vec![Units::waves(initial, [inputs, form.features], form.first_scale)];
    let widths = std::iter::once(features).chain(std::iter::repeat(width)).take(form.depth);
    hidden.extend(widths.map(|before| Units::new(initial, form.activation, [before, width])));
    let output = Dense::new(initial, [width, outputs], OUTPUT_SCALE * glorot([width, outputs]));
    Fnn::of_layers(hidden, output)
}
