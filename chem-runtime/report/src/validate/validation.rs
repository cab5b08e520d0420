//! Judging one trained network.

use std::path::Path;
use std::sync::Arc;

use chem_grammar::network::Domain;

use super::error::ValidateError;
use super::errors::{Comparison, Evaluate, UnknownErrors, compare, errors};
use super::judged_times::{self, JudgedTimes};
use super::paper::{self, PaperModel};
use super::reference::{Draw, Reference};
use super::residual::residuals;
use super::rollout::{Contender, Rollout, rollout};
use super::sha256::sha256_of_file;
use super::summary::{Summary, SummaryProvenance};
use super::timing::{TimedCell, Timing, timing};
use super::ways::ways;
use crate::training_log::{self, Record};
use chem_emulator::checkpoint::Provenance;
use chem_emulator::config::{Axis, InitialConditions, Precision};
use chem_emulator::{Checkpoint, CheckpointError, Guarded, Pinn, weights};
use chem_solver::data::input_error::{InputError, InputWarning};
use chem_solver::data::states_csv::State;
use chem_solver::data::times;
use chem_solver::equations::Equations;
use chem_solver::network::ParameterError;
use chem_solver::runs::AnyNetwork;

/// Cells that are timed.
const TIMED_CELLS: usize = 60;

/// An emulator to be judged, with what is known of it.
pub struct Subject<'a> {
    /// Name of the model.
    pub name: String,
    /// The emulator.
    pub emulator: Evaluate<'a>,
    /// The emulator itself and its equations, if it knows a domain of initial states.
    pub general: Option<(&'a Pinn, &'a Arc<dyn Equations>)>,
    /// The network that it stands for, with the parameters it was trained with.
    pub network: &'a AnyNetwork,
    /// The initial state of the reference, if that is to be solved.
    pub initial: State,
    /// What made it.
    pub provenance: Provenance,
    /// Number of trained numbers.
    pub parameters: usize,
    /// The log of its training; may be empty.
    pub history: Vec<Record>,
}

/// A judged emulator.
#[derive(Clone, Debug)]
pub struct Validation {
    /// Its errors in numbers.
    pub summary: Summary,
    /// The paper's model of the same kind.
    pub paper: Option<&'static PaperModel>,
    /// Names of the species in declared order.
    pub species: Vec<chem_solver::structure::Text>,
    /// Whether T evolves.
    pub with_temperature: bool,
    /// Whether its axis of time is logarithmic.
    pub logarithmic: bool,
    /// Every cell, beside its reference.
    pub comparisons: Vec<Comparison>,
    /// Differences of each unknown that evolves.
    pub errors: Vec<UnknownErrors>,
    /// |R_k| of each unknown that evolves, of the first cell.
    pub residuals: Vec<Vec<f64>>,
    /// What cells cost.
    pub timing: Timing,
    /// The log of its training; may be empty.
    pub history: Vec<Record>,
    /// Columns of the reference's file that nothing uses.
    pub warnings: Vec<InputWarning>,
}

/// A trained network with its equations.
struct Loaded {
    name: String,
    checkpoint: Checkpoint,
    network: AnyNetwork,
    pinn: Pinn,
    cells: Arc<dyn Equations>,
}

impl Loaded {
    fn new<E: From<ValidateError>>(
        path: &Path,
        checkpoint: Checkpoint,
        network_of: impl Fn(&str) -> Result<AnyNetwork, E>,
    ) -> Result<Self, E> {
        let stop = |error: ValidateError| E::from(error);
        let config = &checkpoint.provenance.config;
        let mut network = network_of(&config.network)?;
        let at = |problem| stop(CheckpointError { path: path.to_path_buf(), problem }.into());
        checkpoint.check_network(network.network.structure()).map_err(at)?;
        let unknown = |error: ParameterError| {
            stop(InputError::new("parameters", error.to_string(), error.help()).into())
        };
        for (name, value) in &config.parameters {
            network.set_parameter(name, *value).map_err(unknown)?;
        }
        let cells = network.equations();
        let pinn = Pinn::new(&checkpoint).map_err(at)?;
        // Judged by itself.
        let pinn = pinn.with_equations(cells.clone()).map_err(at)?.without_step();
        Ok(Loaded { name: model_name(path, &config.network), checkpoint, network, pinn, cells })
    }
}

/// Rollouts of so many cells of a checkpoint's domain, in sequences of up to so many calls.
///
/// # Errors
/// A checkpoint that cannot be read, is of another network, or of one initial state.
pub fn rollout_of_checkpoint<E: From<ValidateError>>(
    path: &Path,
    network_of: impl Fn(&str) -> Result<AnyNetwork, E>,
    limits: (usize, usize),
) -> Result<Rollout, E> {
    let checkpoint = Checkpoint::load(path).map_err(|e| E::from(ValidateError::from(e)))?;
    let loaded = Loaded::new(path, checkpoint, network_of)?;
    let Some(domain) = domain_of(&loaded.network, &loaded.checkpoint.provenance.config.initial) else {
        let message = "it knows one initial state, from which there is no rollout";
        let remedy = "give a network that was trained on a domain, or leave --rollout out";
        return Err(ValidateError::from(InputError::new(path, message, remedy)).into());
    };
    let Loaded { pinn, cells, .. } = &loaded;
    // Steps are in double precision, whatever that of the network.
    let single = |pinn: &Pinn| pinn.clone().with_precision(Precision::F32);
    let blended = single(&pinn.clone().with_equations(cells.clone()).map_err(|problem| {
        E::from(ValidateError::from(CheckpointError { path: path.to_path_buf(), problem }))
    })?);
    let last_time = pinn.last_time();
    let emulators: Vec<Contender<'_>> = vec![
        ("emulator with step".to_owned(), Box::new(blended.clone())),
        ("network alone".to_owned(), Box::new(single(pinn))),
        ("guarded".to_owned(), Box::new(Guarded::new(blended, cells.clone()))),
    ];
    Ok(rollout(&loaded.name, (emulators, last_time), cells, domain, limits)?)
}

impl Validation {
    /// Judges a checkpoint. `network_of` gives the network of a config's name; the reference is solved by the BDF
    /// unless a CSV file is given.
    ///
    /// # Errors
    /// A checkpoint that cannot be read or is of another network, a reference that cannot be had.
    pub fn of_checkpoint<E: From<ValidateError>>(
        path: &Path,
        network_of: impl Fn(&str) -> Result<AnyNetwork, E>,
        reference: Option<&Path>,
    ) -> Result<Self, E> {
        let checkpoint = Checkpoint::load(path).map_err(|e| E::from(ValidateError::from(e)))?;
        let mut validation = Validation::of_model(path, &checkpoint, network_of, reference)?;
        validation.summary.provenance.model_sha256 = Some(sha256_of_file(path)?);
        Ok(validation)
    }

    /// Judges a checkpoint that stands, or is to stand, at a path.
    ///
    /// # Errors
    /// As [`Validation::of_checkpoint`].
    pub fn of_model<E: From<ValidateError>>(
        path: &Path,
        checkpoint: &Checkpoint,
        network_of: impl Fn(&str) -> Result<AnyNetwork, E>,
        reference: Option<&Path>,
    ) -> Result<Self, E> {
        let stop = |error: ValidateError| E::from(error);
        let loaded = Loaded::new(path, checkpoint.clone(), network_of)?;
        let Loaded { name, checkpoint, network, pinn, cells } = loaded;
        let config = &checkpoint.provenance.config;
        let folder = path.parent().unwrap_or(Path::new("."));
        let subject = Subject {
            name,
            emulator: &|initial, times, out| pinn.evaluate(initial, times, out),
            general: domain_of(&network, &config.initial).map(|_| (&pinn, &cells)),
            network: &network,
            initial: State {
                id: initial_name(&config.initial).to_owned(),
                unknowns: pinn.initial().to_vec(),
                time: 0.0,
                environment: Vec::new(),
            },
            provenance: checkpoint.provenance.clone(),
            parameters: weights::count(&checkpoint.weights),
            history: training_log::read(&folder.join("log.jsonl")).unwrap_or_default(),
        };
        let structure = network.network.structure();
        let reference = reference.map(|path| Reference::read(path, structure)).transpose().map_err(stop)?;
        Validation::new(subject, reference).map_err(stop)
    }

    /// Judges an emulator against a reference; if there is none, against the BDF at rtol 1e-8.
    ///
    /// # Errors
    /// Cells and times that the emulator was not made for, cells that the solver gives up.
    pub fn new(subject: Subject<'_>, reference: Option<Reference>) -> Result<Self, ValidateError> {
        let Subject { name, emulator, general, network, initial, provenance, parameters, history } = subject;
        let (equations, allow_negative) = (&*network.network, network.allows_negative());
        let structure = equations.structure();
        let time = &provenance.config.time;
        let (logarithmic, last) = (time.axis == Axis::Log, time.end.0);
        let after = judged_times::after(time, last);
        let reference = match reference {
            Some(reference) => reference,
            None => match domain_of(network, &provenance.config.initial) {
                Some(domain) => {
                    let times = JudgedTimes::of_domain(time, last).times;
                    Reference::of_domain(equations, domain, Draw::VALIDATION, &times)?
                }
                None => {
                    let times = JudgedTimes::of_state(time, last).times;
                    Reference::solve(equations, allow_negative, std::slice::from_ref(&initial), &times)?
                }
            },
        };
        let (reference_name, warnings) = (reference.name.clone(), reference.warnings.clone());
        let ways = general.map(|(pinn, cells)| ways(pinn, cells, &reference, after)).transpose()?;
        let comparisons = compare(emulator, reference)?;
        let errors = errors(&comparisons, structure, after);
        if errors.iter().all(|e| e.relative.is_empty()) {
            return Err(ValidateError::NothingToJudge { reference: reference_name, after });
        }
        let first = if logarithmic { after.max(10.0 * time.start.0).min(last) } else { 0.0 };
        let start = comparisons.first().map_or((initial.id.as_str(), initial.unknowns.as_slice()), |c| {
            (c.reference.id.as_str(), c.reference.initial.as_slice())
        });
        let residuals = residuals(emulator, equations, start, (first, last), logarithmic)?;
        let timing = timing(
            emulator,
            equations,
            allow_negative,
            &timed_cells(&comparisons, (first, last), logarithmic),
        )?;
        let paper = paper::model(&structure.name, initial_name(&provenance.config.initial));
        let provenance_of = SummaryProvenance::new(&provenance, &reference_name);
        let cost = (parameters, provenance.outcome.cpu_seconds);
        Ok(Validation {
            summary: Summary { ways, ..Summary::new(&name, &errors, &timing, cost, after, provenance_of) },
            paper,
            species: structure.species.to_vec(),
            with_temperature: structure.evolves_temperature,
            logarithmic,
            comparisons,
            errors,
            residuals,
            timing,
            history,
            warnings,
        })
    }

    /// Names of the unknowns that evolve.
    pub fn unknowns(&self) -> Vec<&str> {
        self.errors.iter().map(|e| e.name.as_str()).collect()
    }
}

fn domain_of<'n>(network: &'n AnyNetwork, initial: &InitialConditions) -> Option<&'n Domain> {
    let InitialConditions::Domain(name) = initial else { return None };
    network.domains.iter().find(|domain| domain.name == *name)
}

fn initial_name(initial: &InitialConditions) -> &str {
    match initial {
        InitialConditions::State(name) | InitialConditions::Domain(name) => name,
    }
}

/// Name of a model: that of its folder, or of its file, or of its network.
fn model_name(path: &Path, network: &str) -> String {
    let folder = path.parent().and_then(Path::file_name).map(|name| name.display().to_string());
    let file = path.file_stem().map(|name| name.display().to_string());
    let generic = |name: &String| !["model", "checkpoint", "out", "."].contains(&name.as_str());
    file.filter(generic).or(folder.filter(generic)).unwrap_or_else(|| network.to_owned())
}

/// The cells of the reference; of a single one, many end times.
fn timed_cells(comparisons: &[Comparison], (first, last): (f64, f64), logarithmic: bool) -> Vec<TimedCell> {
    let cell = |comparison: &Comparison, end: f64| TimedCell {
        id: comparison.reference.id.clone(),
        initial: comparison.reference.initial.clone(),
        end,
    };
    match comparisons {
        [one] if logarithmic => {
            times::logarithmic(first, last, TIMED_CELLS).into_iter().map(|end| cell(one, end)).collect()
        }
        [one] => (1..=TIMED_CELLS).map(|i| cell(one, last * i as f64 / TIMED_CELLS as f64)).collect(),
        many => many
            .iter()
            .take(TIMED_CELLS)
            .map(|c| cell(c, c.reference.times.last().copied().unwrap_or(last)))
            .collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn models_are_named_for_their_folder() {
        for (path, name) in [
            ("networks/trained/single_atomic/model.safetensors", "single_atomic"),
            ("runs/a/checkpoint.safetensors", "a"),
            ("a/mine.safetensors", "mine"),
            ("model.safetensors", "atomic"),
        ] {
            assert_eq!(model_name(Path::new(path), "atomic"), name);
        }
    }
}
