//! The error of a network in training, against the solver, by the definition of the validation: the same tolerances, times,
//! unknowns and quantiles. Only the cells of a domain are others, drawn from a seed of their own.

use std::sync::Arc;

use chem_grammar::network::Domain;
use rayon::prelude::*;

use crate::error::TrainError;
use chem_emulator::checkpoint::{Checkpoint, Provenance};
use chem_emulator::config::{Config, Variables};
use chem_emulator::predict::Pinn;
use chem_emulator::trained_domain::TrainedDomain;
use chem_emulator::weights::NamedArray;
use chem_report::validate::errors::{self, UnknownErrors};
use chem_report::validate::judged_times::JudgedTimes;
use chem_report::validate::quantile::{ascending, quantile};
use chem_report::validate::reference::{Draw, RTOL, Reference};
use chem_solver::data::states_csv::State;
use chem_solver::equations::Equations;
use chem_solver::network::ChemNetwork;
use chem_solver::structure::Structure;

/// Compares a network with the solver at fixed times.
#[derive(Clone)]
pub struct Judge {
    reference: Reference,
    /// Errors after this time count `[s]`.
    after: f64,
    /// For networks that are told the slopes of initial states.
    equations: Option<Arc<dyn Equations>>,
    variables: Variables,
    structure: Structure,
    checkpoint: Checkpoint,
}

impl std::fmt::Debug for Judge {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Judge")
            .field("reference", &self.reference)
            .field("after", &self.after)
            .finish_non_exhaustive()
    }
}

/// What a judge finds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Errors {
    /// For logarithmic variables the 90 % quantile of the relative error over species and T, for linear ones the
    /// largest absolute error over species [cm^-3]; infinite if the network predicts what is no number.
    pub error: f64,
    /// log10 of the 50, 75 and 90 % quantiles of the relative error, of logarithmic variables.
    pub quantiles: Option<[f64; 3]>,
}

/// A 90 % quantile of the relative error beyond which a network is of no use, and a largest absolute error over the
/// largest value.
const FAR: f64 = 1.0;
const FAR_OF_LARGEST: f64 = 0.1;

impl Judge {
    /// Solves the network from `initial` (densities [cm^-3], then T `[K]`) at the times of a validation. `allow_negative` is
    /// that of the solver's options.
    ///
    /// # Errors
    /// If the solver fails.
    pub fn new(
        network: &dyn ChemNetwork,
        allow_negative: bool,
        initial: &[f64],
        config: &Config,
    ) -> Result<Self, TrainError> {
        let JudgedTimes { times, after } = JudgedTimes::of_state(&config.time, config.time.end.0);
        let state =
            State { id: "1".to_owned(), unknowns: initial.to_vec(), time: 0.0, environment: Vec::new() };
        let reference = Reference::solve(network, allow_negative, &[state], &times)?;
        let trained = [initial.to_vec(), initial.to_vec()];
        Ok(Judge::against(reference, after, network.structure(), trained, config))
    }

    /// The same for 200 cells of a domain, which are not among those that any seed trains, nor among those of the
    /// validation. `trained` is the least and the largest trained state.
    ///
    /// # Errors
    /// If the solver fails.
    pub fn of_domain(
        equations: &Arc<dyn Equations>,
        domain: &Domain,
        trained: [Vec<f64>; 2],
        config: &Config,
    ) -> Result<Self, TrainError> {
        let network = equations.network();
        let structure = network.structure();
        let JudgedTimes { times, after } = JudgedTimes::of_domain(&config.time, config.time.end.0);
        let reference = Reference::of_domain(network, domain, Draw::TRAINING, &times)?;
        let judge = Judge::against(reference, after, structure, trained, config);
        let mut judge = Judge { equations: Some(equations.clone()), ..judge };
        judge.checkpoint.provenance.domain = TrainedDomain::of(domain, structure);
        Ok(judge)
    }

    fn against(
        reference: Reference,
        after: f64,
        structure: &Structure,
        [low, high]: [Vec<f64>; 2],
        config: &Config,
    ) -> Self {
        let provenance = Provenance::new(structure, config.clone());
        Judge {
            reference,
            after,
            equations: None,
            variables: config.variables,
            structure: structure.clone(),
            checkpoint: Checkpoint { provenance, low, high, weights: Vec::new(), snapshot: None },
        }
    }

    /// An error of [`Judge::errors`] in words.
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

    /// What is to be said of an error that makes the network useless.
    pub fn warning(&self, error: f64) -> Option<String> {
        let (is_far, how) = match self.variables {
            Variables::Log => {
                let how = format!("a tenth of its values is wrong by more than {:.0} %", 100.0 * error);
                (error > FAR, how)
            }
            Variables::Linear => {
                let largest = self.largest();
                (
                    error > FAR_OF_LARGEST * largest,
                    format!("its largest error is {error:.1e}, of {largest:.1e}"),
                )
            }
        };
        let advice = "do not use it as it is: train it longer or over a shorter time, or look at the figures of the \
                      report for where it fails";
        match error.is_finite() {
            false => Some(format!("this network predicts what is no number; {advice}")),
            true => is_far.then(|| format!("this network is far from the solver: {how}; {advice}")),
        }
    }

    /// The largest density [cm^-3] that the solver finds.
    fn largest(&self) -> f64 {
        let species = self.structure.species_count();
        let states = self.reference.cells.iter().flat_map(|cell| cell.states.chunks_exact(species + 1));
        states.flat_map(|state| state.iter().take(species)).fold(0.0, |most: f64, n| most.max(n.abs()))
    }

    /// The errors with these weights. `None` if they make up no network.
    pub fn errors(&mut self, weights: &[NamedArray]) -> Option<Errors> {
        let found = self.by_unknown(weights)?;
        Some(match self.variables {
            Variables::Log => {
                let sorted = ascending(errors::relative(&found));
                let quantiles = [0.5, 0.75, 0.9].map(|share| quantile(&sorted, share).log10());
                Errors { error: quantile(&sorted, 0.9), quantiles: Some(quantiles) }
            }
            Variables::Linear => {
                let sorted = ascending(errors::absolute(&found));
                Errors { error: quantile(&sorted, 1.0), quantiles: None }
            }
        })
    }

    fn by_unknown(&mut self, weights: &[NamedArray]) -> Option<Vec<UnknownErrors>> {
        self.checkpoint.weights = weights.to_vec();
        let mut pinn = Pinn::new(&self.checkpoint).ok()?;
        if let Some(equations) = &self.equations {
            pinn = pinn.with_equations(equations.clone()).ok()?.without_step();
        }
        let cells = self.reference.cells.par_iter();
        let comparisons = cells.map(|cell| {
            errors::compare_cell(&|initial, times, out| pinn.evaluate(initial, times, out), cell.clone()).ok()
        });
        let comparisons: Option<Vec<_>> = comparisons.collect();
        Some(errors::errors(&comparisons?, &self.structure, self.after))
    }
}
