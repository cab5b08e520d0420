//! Runs: what is logged and kept, how they stop, and that they go on where they were.
#![allow(clippy::unwrap_used, clippy::panic)] // tests fail by panicking

#[path = "../../solver/tests/toy/mod.rs"]
mod toy;

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use chem_emulator::checkpoint::{Checkpoint, Provenance};
use chem_emulator::config::{Axis, Seconds, Stop, Variables};
use chem_emulator::{Config, NamedArray, Snapshot};
use chem_report::training_log::{self, Record};
use chem_solver::network::ChemNetwork;
use chem_training::error::NotFinite;
use chem_training::run::{Ending, Folder, Held, Judge, Observer, Report, Run, RunError, training_state};
use chem_training::{Iterate, Progress, TrainError};

/// A training whose weights follow a chaotic map: any bit lost in a snapshot changes the whole curve.
struct Chaos {
    weights: Vec<f64>,
    iteration: u64,
    last: u64,
    fail_at: Option<(u64, Failure)>,
}

#[derive(Clone, Copy, PartialEq)]
enum Failure {
    NotFinite,
    Loss,
    Weights,
    Divergence,
}

impl Chaos {
    fn new(last: u64) -> Self {
        Chaos { weights: vec![0.3, 0.7], iteration: 0, last, fail_at: None }
    }

    fn failing(last: u64, at: u64, failure: Failure) -> Self {
        Chaos { fail_at: Some((at, failure)), ..Chaos::new(last) }
    }

    fn restore(snapshot: &Snapshot, last: u64) -> Self {
        let weights = snapshot.arrays.iter().find(|a| a.name == "weights").unwrap().values.clone();
        Chaos { weights, iteration: snapshot.state["iteration"].as_u64().unwrap(), last, fail_at: None }
    }
}

impl Iterate for Chaos {
    fn step(&mut self) -> Result<Progress, TrainError> {
        self.iteration += 1;
        for w in &mut self.weights {
            *w = 3.99 * *w * (1.0 - *w);
        }
        let mut loss = self.weights[0] / self.iteration as f64;
        match self.fail_at.filter(|(at, _)| *at == self.iteration).map(|(_, failure)| failure) {
            Some(Failure::NotFinite) => {
                self.weights[0] = f64::NAN;
                return Err(NotFinite {
                    stage: 0,
                    iteration: self.iteration,
                    what: "the residual",
                    unknown: Some("H-".to_owned()),
                    time: Some(1e9),
                    state: vec![1.0, 300.0],
                }
                .into());
            }
            Some(Failure::Loss) => loss = f64::NAN,
            Some(Failure::Weights) => self.weights[1] = f64::NAN,
            Some(Failure::Divergence) => loss = 1e30,
            None => {}
        }
        Ok(Progress {
            stage: 0,
            iteration: self.iteration,
            loss,
            residuals: vec![loss, self.weights[1]],
            tau_max: 1.0,
            whole_range: true,
            finished: self.iteration == self.last,
        })
    }

    fn snapshot(&self) -> Snapshot {
        let arrays = vec![NamedArray::new("weights", [2], self.weights.clone())];
        Snapshot { arrays, state: serde_json::json!({ "iteration": self.iteration }) }
    }

    fn weights(&self) -> Vec<NamedArray> {
        vec![NamedArray::new("weights", [2], self.weights.clone())]
    }
}

static NEVER: AtomicBool = AtomicBool::new(false);

fn run<'a>(folder: &Path, stop: Stop, interrupt: &'a AtomicBool) -> Run<'a> {
    let network = toy::Toy::new(toy::Robertson);
    let config = Config { stop, ..Config::new("toy") };
    Run {
        lock: Folder(folder.to_path_buf()).lock().unwrap(),
        provenance: Provenance::new(network.structure(), config),
        trained: [vec![1.0; 4], vec![1.0; 4]],
        judge: None,
        checkpoint_every: Duration::ZERO,
        interrupt,
        reduction: chem_training::Reduction::default(),
    }
}

/// Sets a flag after an iteration.
struct InterruptAfter<'a>(u64, &'a AtomicBool);

impl Observer for InterruptAfter<'_> {
    fn iteration(&mut self, report: &Report<'_>) {
        if report.iterations == self.0 {
            self.1.store(true, Ordering::Relaxed);
        }
    }
}

fn curve(folder: &Path) -> Vec<(u64, u64, Vec<u64>)> {
    let bits = |record: Record| {
        let residuals = record.residuals.iter().map(|r| r.to_bits()).collect();
        (record.n, record.loss.to_bits(), residuals)
    };
    training_log::read(&folder.join("log.jsonl")).unwrap().into_iter().map(bits).collect()
}

fn load(folder: &Path) -> Checkpoint {
    Checkpoint::load(folder.join("checkpoint.safetensors")).unwrap()
}

#[test]
fn a_finished_run_leaves_config_log_checkpoint_and_model() {
    let folder = tempfile::tempdir().unwrap();
    let mut run = run(folder.path(), Stop::default(), &NEVER);
    assert_eq!(run.start(&mut Chaos::new(25), &mut ()).unwrap(), Ending::Finished);
    let config = Config::load(folder.path().join("config.toml")).unwrap();
    assert_eq!(config, run.provenance.config);
    let curve = curve(folder.path());
    assert_eq!(curve.len(), 25);
    assert!(curve.iter().zip(1..).all(|((n, ..), expected)| *n == expected));
    let outcome = load(folder.path()).provenance.outcome;
    assert_eq!((outcome.end.as_str(), outcome.iterations), ("finished", 25));
    let model = Checkpoint::load(folder.path().join("model.safetensors")).unwrap();
    assert!(model.snapshot.is_none() && model.weights == load(folder.path()).weights);
}

#[test]
fn an_interrupted_run_goes_on_with_the_same_curve_to_the_last_bit() {
    let (whole, parts) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    run(whole.path(), Stop::default(), &NEVER).start(&mut Chaos::new(60), &mut ()).unwrap();
    let interrupt = AtomicBool::new(false);
    let ending = run(parts.path(), Stop::default(), &interrupt)
        .start(&mut Chaos::new(60), &mut InterruptAfter(23, &interrupt))
        .unwrap();
    assert_eq!(ending, Ending::Interrupted);
    assert!(Folder(parts.path().to_path_buf()).is_unfinished());
    // What a killed run had logged after its checkpoint, with half a line.
    let log = parts.path().join("log.jsonl");
    let mut text = std::fs::read_to_string(&log).unwrap();
    let last = text.lines().last().unwrap().replace("\"n\":23", "\"n\":24");
    text.push_str(&format!("{last}\n{}", &last[..last.len() / 2]));
    std::fs::write(&log, text).unwrap();

    let checkpoint = load(parts.path());
    let mut training = Chaos::restore(&training_state(checkpoint.snapshot.as_ref().unwrap()).unwrap(), 60);
    let ending =
        run(parts.path(), Stop::default(), &NEVER).resume(&checkpoint, &mut training, &mut ()).unwrap();
    assert_eq!(ending, Ending::Finished);
    assert_eq!(curve(parts.path()), curve(whole.path()));
    assert_eq!(load(parts.path()).weights, load(whole.path()).weights);
    assert!(!Folder(parts.path().to_path_buf()).is_unfinished());
}

#[test]
fn a_new_run_does_not_destroy_another_one() {
    let folder = tempfile::tempdir().unwrap();
    let at = Folder(folder.path().to_path_buf());
    let interrupt = AtomicBool::new(true);
    run(folder.path(), Stop::default(), &interrupt).start(&mut Chaos::new(60), &mut ()).unwrap();
    assert_eq!(at.held(), Held::Unfinished(1));
    let files = || {
        let read = |path: std::path::PathBuf| std::fs::read(path).unwrap();
        [at.config(), at.log(), at.checkpoint(), at.model()].map(read)
    };
    let unfinished = files();
    let again = |training: &mut Chaos| run(folder.path(), Stop::default(), &NEVER).start(training, &mut ());
    let mut training = Chaos::new(9);
    let error = again(&mut training).unwrap_err();
    assert!(matches!(error, RunError::Taken { held: Held::Unfinished(1), .. }), "{error}");
    assert_eq!((training.iteration, files() == unfinished), (0, true));

    at.lock().unwrap().clear().unwrap();
    assert_eq!(at.held(), Held::Nothing);
    again(&mut Chaos::new(9)).unwrap();
    assert_eq!(at.held(), Held::Ended(9));
    let error = again(&mut Chaos::new(9)).unwrap_err();
    assert!(matches!(error, RunError::Taken { held: Held::Ended(9), .. }), "{error}");

    // Without its checkpoint it is still a network, and what cannot be read is not taken for nothing.
    std::fs::remove_file(at.checkpoint()).unwrap();
    assert_eq!(at.held(), Held::Ended(9));
    std::fs::write(at.checkpoint(), "half a checkpoint").unwrap();
    assert_eq!(at.held(), Held::Damaged);
}

#[test]
fn a_config_of_the_user_is_not_overwritten() {
    let folder = tempfile::tempdir().unwrap();
    let at = Folder(folder.path().to_path_buf());
    std::fs::write(at.config(), "# mine").unwrap();
    assert_eq!(at.held(), Held::Config);
    let error = run(folder.path(), Stop::default(), &NEVER).start(&mut Chaos::new(9), &mut ()).unwrap_err();
    assert!(error.to_string().contains("that no training wrote"), "{error}");
    assert_eq!(std::fs::read_to_string(at.config()).unwrap(), "# mine");
}

#[test]
fn a_folder_belongs_to_one_run_at_a_time() {
    let parent = tempfile::tempdir().unwrap();
    let folder = Folder(parent.path().join("run"));
    assert!(!folder.is_in_use());
    let lock = folder.lock().unwrap();
    let error = folder.lock().unwrap_err();
    let process = std::process::id().to_string();
    assert!(matches!(&error, RunError::InUse { process: found, .. } if *found == process), "{error}");
    assert!(error.to_string().contains("run") && error.to_string().contains(&process), "{error}");
    assert!(folder.is_in_use());
    // A run that did not begin leaves nothing, one that did keeps its folder to itself until its end.
    drop(lock);
    assert!(!folder.0.exists());
    let mut running = run(&folder.0, Stop::default(), &NEVER);
    running.start(&mut Chaos::new(3), &mut ()).unwrap();
    assert!(folder.is_in_use() && folder.lock().is_err());
    drop(running);
    assert!(!folder.is_in_use() && folder.lock().is_ok() && folder.model().exists());
}

#[test]
fn a_run_sweeps_up_what_killed_ones_left_half_written() {
    let folder = tempfile::tempdir().unwrap();
    let left = [".checkpoint.safetensors.77-3.part", ".model.safetensors.77-4.part"];
    let count = || left.iter().filter(|name| folder.path().join(name).exists()).count();
    left.iter().for_each(|name| std::fs::write(folder.path().join(name), "half").unwrap());
    let interrupt = AtomicBool::new(true);
    run(folder.path(), Stop::default(), &interrupt).start(&mut Chaos::new(60), &mut ()).unwrap();
    assert_eq!(count(), 0);
    left.iter().for_each(|name| std::fs::write(folder.path().join(name), "half").unwrap());
    let checkpoint = load(folder.path());
    let state = training_state(checkpoint.snapshot.as_ref().unwrap()).unwrap();
    let mut training = Chaos::restore(&state, 60);
    run(folder.path(), Stop::default(), &NEVER).resume(&checkpoint, &mut training, &mut ()).unwrap();
    assert_eq!(count(), 0);
}

/// A network that has learnt nothing is none, and nothing is lost if another run begins there.
#[test]
fn a_run_that_fails_at_once_leaves_no_network() {
    let folder = tempfile::tempdir().unwrap();
    let at = Folder(folder.path().to_path_buf());
    let ending = run(folder.path(), Stop::default(), &NEVER)
        .start(&mut Chaos::failing(60, 1, Failure::NotFinite), &mut ())
        .unwrap();
    assert!(ending.is_failure());
    assert!(at.checkpoint().exists() && !at.model().exists());
    assert_eq!(at.held(), Held::Nothing);
    run(folder.path(), Stop::default(), &NEVER).start(&mut Chaos::new(4), &mut ()).unwrap();
    assert_eq!(at.held(), Held::Ended(4));
}

#[test]
fn early_stops() {
    let end = |stop: Stop| {
        let folder = tempfile::tempdir().unwrap();
        let ending = run(folder.path(), stop, &NEVER).start(&mut Chaos::new(100_000), &mut ()).unwrap();
        let outcome = load(folder.path()).provenance.outcome;
        assert_eq!(outcome.end, ending.name());
        (ending, outcome)
    };
    let (ending, outcome) = end(Stop { loss: Some(1e-3), ..Stop::default() });
    assert!(ending == Ending::Loss && outcome.loss.unwrap() < 1e-3);
    let (ending, outcome) = end(Stop { stall: Some(40), ..Stop::default() });
    assert!(ending == Ending::Stalled && outcome.iterations > 40);
    let (ending, outcome) = end(Stop { cpu_seconds: Some(1e-4), ..Stop::default() });
    assert!(ending == Ending::Budget && outcome.cpu_seconds >= 1e-4);
}

#[test]
fn what_is_no_number_ends_the_run_and_the_last_good_state_is_kept() {
    for failure in [Failure::NotFinite, Failure::Loss, Failure::Weights, Failure::Divergence] {
        let folder = tempfile::tempdir().unwrap();
        let ending = run(folder.path(), Stop::default(), &NEVER)
            .start(&mut Chaos::failing(60, 20, failure), &mut ())
            .unwrap();
        let mut good = Chaos::new(60);
        (0..19).for_each(|_| drop(good.step().unwrap()));
        let kept = load(folder.path());
        assert_eq!(kept.weights, good.weights(), "{ending}");
        assert_eq!(kept.provenance.outcome.end, ending.name());
        assert_eq!(Checkpoint::load(folder.path().join("model.safetensors")).unwrap().weights, kept.weights);
        let text = ending.to_string();
        match failure {
            Failure::NotFinite => assert!(
                text.contains("the residual is not finite")
                    && text.contains("for H-, at t = 1e9 s, T = 3e2 K"),
                "{text}"
            ),
            Failure::Loss => assert!(text.contains("the loss is not finite") && text.contains("for A")),
            Failure::Weights => assert!(text.contains("a weight is not finite"), "{text}"),
            Failure::Divergence => assert!(matches!(ending, Ending::Diverged { .. })),
        }
    }
}

#[test]
fn a_folder_that_cannot_be_written_is_an_error_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    std::fs::write(&file, "").unwrap();
    let error = Folder(file).lock().unwrap_err();
    assert!(matches!(error, RunError::File { .. }));
    assert!(error.help().unwrap().contains("--out"), "{error}");
}

#[test]
fn a_checkpoint_without_the_state_of_a_run_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    run(folder.path(), Stop::default(), &NEVER).start(&mut Chaos::new(5), &mut ()).unwrap();
    let model = load(folder.path()).model();
    let again = &mut Chaos::new(5);
    let error = run(folder.path(), Stop::default(), &NEVER).resume(&model, again, &mut ()).unwrap_err();
    assert!(error.to_string().contains("state of the run is missing"), "{error}");
}

#[test]
fn the_judge_measures_the_distance_to_the_solver() {
    let network = toy::Toy::new(toy::Chain { stiffness: 50.0 });
    let mut config = Config::new("toy.net");
    config.variables = Variables::Linear;
    config.time.axis = Axis::Linear;
    (config.time.start, config.time.end) = (Seconds(0.0), Seconds(5.0));
    (config.model.width, config.model.depth) = (1, 1);
    let mut judge = Judge::new(&network, false, &[1.0, 0.0, 0.0, 300.0], &config).unwrap();
    let zeros = |name: &str, shape: &[usize]| NamedArray::new(name, shape, vec![0.0; shape.iter().product()]);
    let weights = vec![
        zeros("hidden.0.weight", &[1, 1]),
        zeros("hidden.0.bias", &[1]),
        zeros("output.weight", &[1, 4]),
        zeros("output.bias", &[4]),
    ];
    // The network says that nothing happens; A and C are wrong by what happens up to t = 5.
    let error = judge.errors(&weights).unwrap().error;
    let exact = toy::Chain { stiffness: 50.0 }.exact(5.0);
    assert!((error - (1.0 - exact[0])).abs() < 1e-6, "{error}");
    assert_eq!(judge.errors(&weights[1..]), None);
    // It says so in the end.
    let warning = judge.warning(error).unwrap();
    assert!(warning.contains("far from the solver") && warning.contains("of 1.0e0"), "{warning}");
    assert_eq!(judge.warning(1e-3), None);
    assert!(judge.warning(f64::NAN).unwrap().contains("no number"));
}
