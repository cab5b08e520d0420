//! `summary.json`: a model and its errors in numbers, for other programs and the tables.

use std::collections::BTreeMap;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::error::ValidateError;
use super::errors::{self, UnknownErrors};
use super::quantile::{ascending, quantile};
use super::timing::{SOLVER_RTOL, Timing, spread};
use super::ways::Ways;
use chem_emulator::Config;
use chem_emulator::checkpoint::{NetworkIdentity, Provenance};
use chem_solver::data::atomic_file::AtomicFile;
use chem_solver::data::input_error::InputError;

/// A model and its errors in numbers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Summary {
    /// Name of the model.
    pub model: String,
    /// log10 of the quantiles of Delta_r, stacked over species and T.
    pub quantiles_log10_relative_error: Quantiles,
    /// The same without the states in which the reference has less than 1e-10 n_tot of the species; none in older files.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quantiles_log10_relative_error_abundant: Option<Quantiles>,
    /// log10 of the quantiles of Delta_f, stacked over species.
    pub quantiles_log10_fractional_error: Quantiles,
    /// Mean and largest Delta [cm^-3], over species; what models in linear variables are judged by.
    pub absolute_error: AbsoluteError,
    /// The same for each species and T.
    pub per_species: BTreeMap<String, SpeciesSummary>,
    /// Number of states that were compared.
    pub states: usize,
    /// States after this time count `[s]`.
    pub after_s: f64,
    /// CPU time of the training alone `[s]`.
    pub train_cpu_seconds: Option<f64>,
    /// Number of trained numbers.
    pub parameters: usize,
    /// States per second on one core.
    pub evaluations_per_second: f64,
    /// What one cell costs.
    pub timing: CellTimes,
    /// Error against cost of all ways to advance a cell, and rollouts; of emulators of a domain.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ways: Option<Ways>,
    /// What made the model, from what, and what judged it.
    pub provenance: SummaryProvenance,
}

/// Quantiles of log10 of an error.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Quantiles {
    /// Median.
    #[serde(rename = "50")]
    pub q50: f64,
    /// 75 %.
    #[serde(rename = "75")]
    pub q75: f64,
    /// 90 %.
    #[serde(rename = "90")]
    pub q90: f64,
    /// 99 %.
    #[serde(rename = "99")]
    pub q99: f64,
    /// Largest.
    pub max: f64,
}

impl Quantiles {
    /// log10 of the quantiles of errors, to four decimals; definition 7 of Hyndman & Fan 1996.
    pub fn of(errors: impl IntoIterator<Item = f64>) -> Self {
        let sorted = ascending(errors);
        // JSON has no infinity.
        let at = |share| (quantile(&sorted, share).log10().min(308.0) * 1e4).round() / 1e4;
        Quantiles { q50: at(0.5), q75: at(0.75), q90: at(0.9), q99: at(0.99), max: at(1.0) }
    }

    /// [`Quantiles::of`], if there are errors.
    pub fn of_any(errors: impl IntoIterator<Item = f64>) -> Option<Self> {
        let mut errors = errors.into_iter().peekable();
        errors.peek().is_some().then(|| Quantiles::of(errors))
    }

    /// 50, 75, 90, 99 % and the largest.
    pub fn all(&self) -> [f64; 5] {
        [self.q50, self.q75, self.q90, self.q99, self.max]
    }
}

/// Absolute errors.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct AbsoluteError {
    /// Mean.
    pub mean: f64,
    /// Largest.
    pub max: f64,
}

impl AbsoluteError {
    /// Mean and largest of errors, to four digits.
    pub fn of(errors: &[f64]) -> Self {
        let largest = errors.iter().copied().fold(0.0, f64::max);
        let mean = errors.iter().sum::<f64>() / errors.len().max(1) as f64;
        AbsoluteError { mean: digits(mean), max: digits(largest) }
    }
}

/// Errors of one species, or of T.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct SpeciesSummary {
    /// log10 of the quantiles of Delta_r.
    pub quantiles_log10_relative_error: Quantiles,
    /// log10 of the quantiles of Delta_f; none for T.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quantiles_log10_fractional_error: Option<Quantiles>,
    /// Delta [cm^-3 or K].
    pub absolute_error: AbsoluteError,
}

/// What one cell costs on one core.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct CellTimes {
    /// Number of cells that were timed.
    pub cells: usize,
    /// Median time by the model `[s]`.
    pub model_seconds: f64,
    /// Standard deviation over mean of these times.
    pub model_spread: f64,
    /// Median time by the BDF `[s]`.
    pub bdf_seconds: f64,
    /// Standard deviation over mean of these times.
    pub bdf_spread: f64,
    /// Relative tolerance of the BDF that was timed.
    pub bdf_rtol: f64,
}

impl CellTimes {
    fn of(timing: &Timing) -> Self {
        let median = |seconds: &[f64]| digits(quantile(&ascending(seconds.iter().copied()), 0.5));
        CellTimes {
            cells: timing.emulator.len(),
            model_seconds: median(&timing.emulator),
            model_spread: digits(spread(&timing.emulator)),
            bdf_seconds: median(&timing.solver),
            bdf_spread: digits(spread(&timing.solver)),
            bdf_rtol: SOLVER_RTOL,
        }
    }
}

/// What made the model, from what, and what judged it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SummaryProvenance {
    /// The network.
    pub network: NetworkIdentity,
    /// Program and version that trained it.
    pub generator: String,
    /// Seed of its training.
    pub seed: u64,
    /// Iterations over all stages.
    pub iterations: u64,
    /// Why its training ended.
    pub end: String,
    /// Where it was trained.
    pub device: String,
    /// How it was trained.
    pub config: Config,
    /// SHA-256 of the model's file as 64 hexadecimal digits; none in older files.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub model_sha256: Option<String>,
    /// What judged it.
    pub reference: String,
    /// Program and version that judged it.
    pub judge: String,
}

impl SummaryProvenance {
    /// That of a checkpoint judged against `reference` by this version.
    pub fn new(provenance: &Provenance, reference: &str) -> Self {
        SummaryProvenance {
            network: provenance.network.clone(),
            generator: provenance.generator.clone(),
            seed: provenance.config.seed,
            iterations: provenance.outcome.iterations,
            end: provenance.outcome.end.clone(),
            device: provenance.outcome.device.clone(),
            config: provenance.config.clone(),
            model_sha256: None,
            reference: reference.to_owned(),
            judge: concat!("chem ", env!("CARGO_PKG_VERSION")).to_owned(),
        }
    }
}

impl Summary {
    /// Sums up.
    pub fn new(
        model: &str,
        errors: &[UnknownErrors],
        timing: &Timing,
        (parameters, train_cpu_seconds): (usize, f64),
        after: f64,
        provenance: SummaryProvenance,
    ) -> Self {
        let stacked = |of: fn(&UnknownErrors) -> &[f64]| errors.iter().flat_map(of).copied();
        let absolute: Vec<f64> = errors::absolute(errors).collect();
        let species = |e: &UnknownErrors| SpeciesSummary {
            quantiles_log10_relative_error: Quantiles::of(e.relative.iter().copied()),
            quantiles_log10_fractional_error: (!e.fractional.is_empty())
                .then(|| Quantiles::of(e.fractional.iter().copied())),
            absolute_error: AbsoluteError::of(&e.absolute),
        };
        Summary {
            model: model.to_owned(),
            quantiles_log10_relative_error: Quantiles::of(errors::relative(errors)),
            quantiles_log10_relative_error_abundant: Quantiles::of_any(stacked(|e| &e.abundant)),
            quantiles_log10_fractional_error: Quantiles::of(stacked(|e| &e.fractional)),
            absolute_error: AbsoluteError::of(&absolute),
            per_species: errors.iter().map(|e| (e.name.clone(), species(e))).collect(),
            states: errors.first().map_or(0, |e| e.relative.len()),
            after_s: after,
            train_cpu_seconds: Some(train_cpu_seconds).filter(|s| *s > 0.0).map(digits),
            parameters,
            evaluations_per_second: digits(timing.evaluations_per_second),
            timing: CellTimes::of(timing),
            ways: None,
            provenance,
        }
    }

    /// Reads a summary.
    ///
    /// # Errors
    /// If the file cannot be read or is not a summary.
    pub fn read(path: &Path) -> Result<Self, ValidateError> {
        let file = |source| ValidateError::File { path: path.to_path_buf(), source };
        let text = std::fs::read_to_string(path).map_err(file)?;
        Ok(serde_json::from_str(&text).map_err(|error| {
            let remedy = "make it anew: validate CHECKPOINT";
            InputError::new(path, format!("this is no summary of a model: {error}"), remedy)
        })?)
    }

    /// Writes a summary whole or not at all.
    ///
    /// # Errors
    /// If the file cannot be written.
    pub fn write(&self, path: &Path) -> Result<(), ValidateError> {
        let write = || {
            let text = serde_json::to_string_pretty(self).map_err(std::io::Error::other)?;
            AtomicFile::write_text(path, &(text + "\n"))
        };
        write().map_err(|source| ValidateError::File { path: path.to_path_buf(), source })
    }
}

/// Four digits are enough for people.
fn digits(value: f64) -> f64 {
    // JSON has no infinity.
    format!("{value:.3e}").parse().unwrap_or(value).clamp(-1e308, 1e308)
}
