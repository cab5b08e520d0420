//! The error of a network in training, against the solver: quantiles and tolerances are those of the validation.

use std::sync::Arc;

use chem_grammar::network::Domain;
use rayon::prelude::*;

use crate::error::TrainError;
use chem_emulator::checkpoint::{Checkpoint, Provenance};
use chem_emulator::config::{Axis, Config, Variables};
use chem_emulator::emulator::Emulator;
use chem_emulator::predict::Pinn;
use chem_emulator::trained_domain::TrainedDomain;
use chem_emulator::weights::NamedArray;
use chem_report::validate::quantile::quantile;
use chem_report::validate::reference::{ATOL, RTOL};
use chem_solver::bdf::{Bdf, Options};
use chem_solver::data::times;
use chem_solver::many_cells::ManyCells;
use chem_solver::network::ChemNetwork;
use chem_solver::network::domain::{DomainView, random_stream};
use chem_solver::units::YEAR;

/// Compares a network with the solver at fixed times.
#[derive(Clone)]
pub struct Judge {
    times: Vec<f64>,
    cells: Vec<JudgedCell>,
    /// For networks that are told the slopes of initial states.
    equations: Option<Arc<dyn ManyCells>>,
    variables: Variables,
    /// Unknowns that count: a temperature that is constant does not.
    counted: usize,
    checkpoint: Checkpoint,
}

impl std::fmt::Debug for Judge {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Judge")
            .field("times", &self.times)
            .field("cells", &self.cells)
            .finish_non_exhaustive()
    }
}

/// What a judge finds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Errors {
    /// For logarithmic variables the 90 % quantile of the relative error, for linear ones the largest absolute error;
    /// NaN if the network predicts what is no number.
    pub error: f64,
    /// log10 of the 50, 75 and 90 % quantiles of the relative error, of logarithmic variables.
    pub quantiles: Option<[f64; 3]>,
}

/// An initial state and the states that the solver finds at all times.
#[derive(Clone, Debug)]
struct JudgedCell {
    initial: Vec<f64>,
    reference: Vec<f64>,
}

/// Times at which they are compared.
const TIMES: usize = 200;
/// The same for each of many cells.
const TIMES_OF_MANY: usize = 11;
/// Cells of a domain that are compared, and the seed that they are drawn from, which neither trainings nor the
/// validation use: what stops a training must not see what it is judged by.
const CELLS: usize = 200;
const SEED: u64 = u64::MAX;
/// A 90 % quantile of the relative error beyond which a network is of no use, and a largest absolute error over the
/// largest value.
const FAR: f64 = 1.0;
const FAR_OF_LARGEST: f64 = 0.1;
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
        let initial = vec![initial.to_vec()];
        let range = [initial[0].clone(), initial[0].clone()];
        Judge::of_cells(network, signed, (initial, TIMES), range, config)
    }

    /// The same for 200 cells of a domain, at 11 times; the cells are not among those that any seed trains. `trained` is
    /// the least and the largest trained state.
    ///
    /// # Errors
    /// If the solver fails.
    pub fn of_domain(
        equations: &Arc<dyn ManyCells>,
        domain: &Domain,
        trained: [Vec<f64>; 2],
        config: &Config,
    ) -> Result<Self, TrainError> {
        let network = equations.network();
        let draw =
            |index| DomainView::from(domain).draw(network.structure(), &mut random_stream(SEED, index));
        let cells: Vec<_> = (0..CELLS as u64).filter_map(draw).collect();
        let judge = Judge::of_cells(network, false, (cells, TIMES_OF_MANY), trained, config)?;
        let mut judge = Judge { equations: Some(equations.clone()), ..judge };
        judge.checkpoint.provenance.domain = TrainedDomain::of(domain, network.structure());
        Ok(judge)
    }

    fn of_cells(
        network: &dyn ChemNetwork,
        signed: bool,
        (cells, count): (Vec<Vec<f64>>, usize),
        [low, high]: [Vec<f64>; 2],
        config: &Config,
    ) -> Result<Self, TrainError> {
        let end = config.time.end.0;
        let times = match config.time.axis {
            Axis::Log => times::logarithmic(FIRST.min(end / 1e3), end, count),
            Axis::Linear => times::linear(config.time.start.0, end, count),
        };
        let options = Options { rtol: RTOL, atol: vec![ATOL], signed, ..Options::default() };
        let solver = Bdf::new(network).options(options);
        let solve = |workspace: &mut _, initial: Vec<f64>| {
            let mut reference = vec![0.0; times.len() * initial.len()];
            solver.integrate(workspace, &initial, &times, &mut reference)?;
            Ok(JudgedCell { initial, reference })
        };
        let cells = cells.into_par_iter().map_init(|| solver.workspace(), solve);
        let structure = network.structure();
        Ok(Judge {
            equations: None,
            cells: cells.collect::<Result<_, TrainError>>()?,
            variables: config.variables,
            counted: structure.species_count() + usize::from(structure.evolves_temperature),
            checkpoint: Checkpoint {
                provenance: Provenance::new(structure, config.clone()),
                low,
                high,
                weights: Vec::new(),
                snapshot: None,
            },
            times,
        })
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
        match error.is_nan() {
            true => Some(format!("this network predicts what is no number; {advice}")),
            false => is_far.then(|| format!("this network is far from the solver: {how}; {advice}")),
        }
    }

    /// The largest value that the solver finds, of what is compared.
    fn largest(&self) -> f64 {
        let rows = |cell: &JudgedCell| {
            let rows = cell.reference.chunks_exact(cell.initial.len().max(1));
            rows.flat_map(|row| row.iter().take(self.counted)).fold(0.0, |most: f64, x| most.max(x.abs()))
        };
        self.cells.iter().map(rows).fold(0.0, f64::max)
    }

    /// The errors with these weights. `None` if they make up no network.
    pub fn errors(&mut self, weights: &[NamedArray]) -> Option<Errors> {
        let errors = self.all_errors(weights)?;
        Some(match self.variables {
            Variables::Log => Errors {
                error: quantile(&errors, 0.9),
                quantiles: Some([0.5, 0.75, 0.9].map(|share| quantile(&errors, share).log10())),
            },
            Variables::Linear => Errors { error: quantile(&errors, 1.0), quantiles: None },
        })
    }

    /// All errors, ascending: relative ones of logarithmic variables, absolute ones of linear ones.
    fn all_errors(&mut self, weights: &[NamedArray]) -> Option<Vec<f64>> {
        self.checkpoint.weights = weights.to_vec();
        let mut pinn = Pinn::new(&self.checkpoint).ok()?;
        if let Some(equations) = &self.equations {
            pinn = pinn.with_equations(equations.clone()).ok()?;
        }
        let of_cell = |JudgedCell { initial, reference }: &JudgedCell| {
            let mut predicted = vec![0.0; reference.len()];
            pinn.evaluate(initial, &self.times, &mut predicted).ok()?;
            let rows = |values| <[f64]>::chunks_exact(values, initial.len());
            let pairs = rows(&predicted).zip(rows(reference));
            let pairs = pairs.flat_map(|(p, r)| p.iter().zip(r).take(self.counted));
            let error = |(p, r): (&f64, &f64)| match self.variables {
                Variables::Log => ((p - r) / r).abs(),
                Variables::Linear => (p - r).abs(),
            };
            Some(pairs.map(error).collect::<Vec<f64>>())
        };
        let errors: Option<Vec<_>> = self.cells.par_iter().map(of_cell).collect();
        let mut errors = errors?.concat();
        errors.par_sort_unstable_by(f64::total_cmp);
        Some(errors)
    }
}
