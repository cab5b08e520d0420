//! The error of a network in training, against the solver.

use crate::bdf::{Bdf, Options, YEAR};
use crate::network::ChemNetwork;
use crate::pinn::checkpoint::{Checkpoint, Provenance};
use crate::pinn::config::{Axis, Config, Variables};
use crate::pinn::emulator::Emulator;
use crate::pinn::error::TrainError;
use crate::pinn::predict::Pinn;
use crate::pinn::weights::NamedArray;
use crate::times;

/// Compares a network with the solver at fixed times.
#[derive(Clone, Debug)]
pub struct Judge {
    times: Vec<f64>,
    reference: Vec<f64>,
    predicted: Vec<f64>,
    variables: Variables,
    /// Unknowns that count: a temperature that is constant does not.
    counted: usize,
    checkpoint: Checkpoint,
}

/// Times at which they are compared.
const TIMES: usize = 200;
/// Relative tolerance of the solver.
const RTOL: f64 = 1e-8;
/// The first time that is compared on the logarithmic axis: the paper looks at times beyond 10 yr.
const FIRST: f64 = 10.0 * YEAR;

impl Judge {
    /// Solves the network from `initial` (densities [cm^-3], then T `[K]`) at 200 times of the config's span,
    /// those on the logarithmic axis from 10 yr. `signed` is that of the solver's options.
    ///
    /// # Errors
    /// If the solver fails.
    pub fn new(
        network: &dyn ChemNetwork,
        signed: bool,
        initial: &[f64],
        config: &Config,
    ) -> Result<Self, TrainError> {
        let end = config.time.end.0;
        let times = match config.time.axis {
            Axis::Log => times::logarithmic(FIRST.min(end / 1e3), end, TIMES),
            Axis::Linear => times::linear(config.time.start.0, end, TIMES),
        };
        let mut reference = vec![0.0; times.len() * initial.len()];
        let options = Options { rtol: RTOL, signed, ..Options::default() };
        let solver = Bdf::new(network).options(options);
        solver.integrate(&mut solver.workspace(), initial, &times, &mut reference)?;
        let structure = network.structure();
        Ok(Judge {
            predicted: vec![0.0; reference.len()],
            variables: config.variables,
            counted: structure.species_count() + usize::from(structure.evolves_temperature),
            checkpoint: Checkpoint {
                provenance: Provenance::new(structure, config.clone()),
                low: initial.to_vec(),
                high: initial.to_vec(),
                weights: Vec::new(),
                snapshot: None,
            },
            times,
            reference,
        })
    }

    /// An error of [`Judge::error`] in words.
    pub fn sentence(&self, error: f64) -> String {
        match self.variables {
            Variables::Log => {
                format!("90 % of the relative errors against BDF (rtol {RTOL:e}) are below {error:.1e}")
            }
            Variables::Linear => {
                format!("the largest absolute error against BDF (rtol {RTOL:e}) is {error:.1e}")
            }
        }
    }

    /// The error with these weights: for logarithmic variables the 90 % quantile of the relative error, for
    /// linear ones the largest absolute error. `None` if the weights make up no network, NaN if it predicts what
    /// is no number.
    pub fn error(&mut self, weights: &[NamedArray]) -> Option<f64> {
        self.checkpoint.weights = weights.to_vec();
        let pinn = Pinn::new(&self.checkpoint).ok()?;
        let initial = &self.checkpoint.low;
        pinn.evaluate(initial, &self.times, &mut self.predicted).ok()?;
        let rows = |values| <[f64]>::chunks_exact(values, initial.len());
        let pairs = rows(&self.predicted).zip(rows(&self.reference));
        let pairs = pairs.flat_map(|(p, r)| p.iter().zip(r).take(self.counted));
        let mut errors: Vec<f64> = match self.variables {
            Variables::Log => pairs.map(|(p, r)| ((p - r) / r).abs()).collect(),
            Variables::Linear => pairs.map(|(p, r)| (p - r).abs()).collect(),
        };
        errors.sort_unstable_by(f64::total_cmp);
        let rank = match self.variables {
            Variables::Log => (errors.len() * 9).div_ceil(10).saturating_sub(1),
            Variables::Linear => errors.len().saturating_sub(1),
        };
        errors.get(rank).copied()
    }
}
