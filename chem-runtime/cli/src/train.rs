//! `train`: a config in, a trained network out.

mod devices;
mod library;
mod options;
mod place;
mod ranks;

use std::sync::atomic::AtomicBool;
use std::time::Duration;

pub use library::Library;
pub use options::TrainOptions;

use super::Streams;
use super::exit::{Exit, Stop};
use super::network_file::print_findings;
use chem_emulator::checkpoint::{Checkpoint, CheckpointError, Problem};
use chem_emulator::config::Config;
use chem_emulator::weights;
use chem_solver::data::input_error::InputError;
use chem_training::device::Places;
use chem_training::run::{Ending, Folder, Lock, Observer, Run, take_part, training_state};
use chem_training::session::Session;
use chem_training::{Execution, Iterate, RankError, Reduction, TrainError, Training};
use ranks::Ranks;

/// What stands around a training: how it is watched and stopped.
pub struct Surroundings<'a> {
    /// Makes the observer of a training.
    pub observer: &'a mut dyn FnMut(&Session) -> Box<dyn Observer>,
    /// Set to end the training after the current iteration.
    pub interrupt: &'a AtomicBool,
}

impl std::fmt::Debug for Surroundings<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Surroundings")
    }
}

/// A training that has ended.
#[derive(Clone, Debug, PartialEq)]
pub struct Trained {
    /// Where its files are.
    pub folder: Folder,
    /// How it ended.
    pub ending: Ending,
}

/// Trains what the options say. `None` if they only asked for a list, and on all ranks but the first.
///
/// # Errors
/// Every mistake of the input; nothing is then written. Files that cannot be written.
pub fn train(
    options: &TrainOptions,
    library: &Library<'_>,
    surroundings: &mut Surroundings<'_>,
    streams: &mut Streams<'_>,
) -> Result<Option<Trained>, Stop> {
    if options.list {
        library.print(streams.out)?;
        return Ok(None);
    }
    let ranks = Ranks::begin()?;
    ranks.run(streams, |reduction, streams| train_along(options, library, surroundings, reduction, streams))
}

/// The same on one of the ranks.
fn train_along(
    options: &TrainOptions,
    library: &Library<'_>,
    surroundings: &mut Surroundings<'_>,
    reduction: &Reduction,
    streams: &mut Streams<'_>,
) -> Result<Option<Trained>, Stop> {
    let (name, mut config) = library.config(&options.config)?;
    if let Some(seed) = options.seed {
        config.seed = seed;
    }
    for unused in config.unused() {
        writeln!(streams.err, "warning: {} has no effect in {name}: {}", unused.key, unused.reason)?;
    }
    let place = place(options, &name, &mut config, reduction, streams)?;
    let checkpoint_every = Duration::try_from_secs_f64(options.checkpoint_every).map_err(|_| {
        let message = format!("{} is no time", options.checkpoint_every);
        InputError::new("--checkpoint-every", message, "give a number of seconds, 0 or more")
    })?;
    let places: Places = options.device.parse()?;
    let devices = places.devices()?;
    let network = (library.network)(&config.network)?;
    print_findings(&network.findings, streams)?;
    let session = Session::new(network, config)?;
    let execution = devices::execution(options, (&places, &devices), streams)?.among(reduction);
    let mut training = begin(&session, place.checkpoint.as_ref(), &place.folder, &execution)?;
    #[cfg(feature = "device")]
    if let Some(reason) = training.why_on_host() {
        writeln!(streams.err, "note: the residual is computed on the processor: {reason}")?;
    }
    let mut provenance = session.provenance();
    provenance.outcome.device = places.to_string();
    if !reduction.is_alone() {
        check_same(reduction, &session, place.checkpoint.as_ref())?;
        provenance.outcome.device = format!("{places}, {} ranks", reduction.ranks());
        let threads = rayon::current_num_threads();
        writeln!(streams.err, "note: {} ranks; threads of rank 0: {threads}", reduction.ranks())?;
    }
    if reduction.rank() > 0 {
        take_part(&mut training, reduction, surroundings.interrupt)?;
        return Ok(None);
    }
    let Place { folder, lock, checkpoint } = place;
    let lock = match lock {
        Some(lock) => lock,
        None => folder.lock()?,
    };
    let judge = session.judge()?;
    if options.overwrite {
        lock.clear()?;
    }
    let mut run = Run {
        lock,
        provenance,
        trained: session.trained(),
        judge: Some(judge),
        checkpoint_every,
        interrupt: surroundings.interrupt,
        reduction: reduction.clone(),
    };
    let mut observer = (surroundings.observer)(&session);
    let ending = match &checkpoint {
        None => run.start(&mut training, &mut *observer),
        Some(checkpoint) => run.resume(checkpoint, &mut training, &mut *observer),
    };
    drop(observer);
    let ending = ending?;
    summary(&name, &session, &run, &ending, weights::count(&training.weights()), streams)?;
    Ok(Some(Trained { folder, ending }))
}

/// Where a training runs.
struct Place {
    folder: Folder,
    /// Taken at once by a training that goes on.
    lock: Option<Lock>,
    /// From where it goes on.
    checkpoint: Option<Checkpoint>,
}

/// Where this training runs. Nothing is written yet; the `config` of one that goes on becomes that of its checkpoint.
fn place(
    options: &TrainOptions,
    name: &str,
    config: &mut Config,
    reduction: &Reduction,
    streams: &mut Streams<'_>,
) -> Result<Place, Stop> {
    let writes = reduction.rank() == 0;
    if !options.resume {
        let folder = if writes { place::of_new(options, name, streams)? } else { Folder::default() };
        return Ok(Place { folder, lock: None, checkpoint: None });
    }
    let mut folder = if writes { place::to_resume(options, name, streams)? } else { Folder::default() };
    let lock = if writes && folder.checkpoint().exists() { Some(folder.lock()?) } else { None };
    folder = Folder(reduction.told(&folder.0.to_string_lossy())?.into());
    let checkpoint = unfinished(&folder, config, options.seed.is_some())?;
    Ok(Place { folder, lock, checkpoint: Some(checkpoint) })
}

/// Makes sure that all ranks train the same, from the same state.
fn check_same(reduction: &Reduction, session: &Session, checkpoint: Option<&Checkpoint>) -> Result<(), Stop> {
    let config = session.config.to_toml().unwrap_or_default();
    let iterations = checkpoint.map_or(0, |checkpoint| checkpoint.provenance.outcome.iterations);
    let text = format!("{iterations} {} {config}", session.network.structure().hash);
    let numbers: Vec<f64> = text.bytes().map(f64::from).collect();
    Ok(reduction.same(&numbers)?)
}

/// How a program ends after a training.
pub fn exit(trained: Option<&Trained>) -> Exit {
    let incomplete = trained.is_some_and(|t| t.ending.is_failure() || t.ending.can_go_on());
    if incomplete { Exit::Failure } else { Exit::Success }
}

/// A training at its beginning, or as its checkpoint says.
fn begin(
    session: &Session,
    checkpoint: Option<&Checkpoint>,
    folder: &Folder,
    execution: &Execution,
) -> Result<Training, Stop> {
    let Some(checkpoint) = checkpoint else { return Ok(session.training(execution, None)?) };
    let path = folder.checkpoint();
    let at = |problem| Stop::from(CheckpointError { path: path.clone(), problem });
    checkpoint.check_network(session.network.structure()).map_err(at)?;
    if session.trained() != [checkpoint.low.as_slice(), &checkpoint.high] {
        let message = "this training was begun from other initial states";
        let remedy = "give the network file its initial state or domain back, or train anew with --overwrite";
        return Err(InputError::new(path, message, remedy).into());
    }
    let snapshot =
        checkpoint.snapshot.as_ref().and_then(training_state).ok_or_else(|| at(Problem::NoState))?;
    Ok(session.training(execution, Some(&snapshot))?)
}

/// The checkpoint to go on from. `config` becomes that of the checkpoint, but for when to stop and for stages that were added.
fn unfinished(folder: &Folder, config: &mut Config, with_seed: bool) -> Result<Checkpoint, Stop> {
    let path = folder.checkpoint();
    let checkpoint = Checkpoint::load(&path)?;
    let outcome = &checkpoint.provenance.outcome;
    let trained = &checkpoint.provenance.config;
    let added = config.stages.len() > trained.stages.len() && config.stages.starts_with(&trained.stages);
    if outcome.end == Ending::Finished.name() && !added {
        let message = "this training has ended: all stages are done";
        let remedy = "add a stage to the config and resume, or train anew with --overwrite";
        return Err(InputError::new(path, message, remedy).into());
    }
    if config.has_network_of(trained) {
        config.network.clone_from(&trained.network);
    }
    let given = Config {
        seed: if with_seed { config.seed } else { trained.seed },
        description: trained.description.clone(),
        stop: trained.stop,
        stages: if added { trained.stages.clone() } else { config.stages.clone() },
        ..config.clone()
    };
    if given != *trained {
        let keys = given.differences(trained).join(", ");
        let message = format!("this training was begun with another config; it differs in {keys}");
        let remedy = "resume with the config.toml beside it, or train anew with --overwrite";
        return Err(InputError::new(path, message, remedy).into());
    }
    config.seed = given.seed;
    Ok(checkpoint)
}

fn summary(
    name: &str,
    session: &Session,
    run: &Run<'_>,
    ending: &Ending,
    parameters: usize,
    streams: &mut Streams<'_>,
) -> Result<(), Stop> {
    let outcome = &run.provenance.outcome;
    let out = &mut *streams.out;
    writeln!(
        out,
        "{name}: network {}, {parameters} parameters, seed {}, on {}",
        run.provenance.network.headline(),
        session.config.seed,
        outcome.device,
    )?;
    writeln!(out, "{} iterations in {:.1} CPU s: {ending}", outcome.iterations, outcome.cpu_seconds)?;
    if let Some(loss) = outcome.loss {
        writeln!(out, "loss {loss:.2e}")?;
    }
    if let (Some(judge), Some(error)) = (&run.judge, outcome.error) {
        writeln!(out, "{}", judge.sentence(error))?;
        if let Some(warning) = judge.warning(error) {
            writeln!(streams.err, "warning: {warning}")?;
        }
    }
    let folder = run.folder();
    let files = [folder.model(), folder.checkpoint(), folder.log(), folder.config()];
    let files = files.iter().filter(|path| path.exists());
    let files: Vec<String> = files.map(|path| path.display().to_string()).collect();
    writeln!(out, "written: {}", files.join(", "))?;
    if ending.is_failure() || matches!(ending, Ending::RankFailed(_)) {
        writeln!(streams.err, "error: {ending}")?;
    }
    Ok(())
}

impl From<TrainError> for Stop {
    fn from(error: TrainError) -> Self {
        match error {
            TrainError::Config(errors) => Stop::Input(errors),
            other => Stop::Training(Box::new(other.into())),
        }
    }
}

impl From<RankError> for Stop {
    fn from(error: RankError) -> Self {
        TrainError::from(error).into()
    }
}

impl From<CheckpointError> for Stop {
    fn from(error: CheckpointError) -> Self {
        InputError::new(error.path, error.problem.to_string(), error.problem.help()).into()
    }
}
