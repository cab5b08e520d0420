//! The program `train` in a folder, and small trainings for it.
#![allow(dead_code, unreachable_pub, clippy::unwrap_used)] // not every test uses all; tests fail by panicking

use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use chem_emulator::checkpoint::Checkpoint;

pub const TRAIN: &str = env!("CARGO_BIN_EXE_train");
pub const WITH_REPORT: &str = "with report";

/// The program, which validates only where a test says so: that takes longer than these trainings.
pub fn command(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(TRAIN);
    let with_report = arguments.contains(&WITH_REPORT);
    command.args(arguments.iter().filter(|argument| **argument != WITH_REPORT)).current_dir(folder);
    if !with_report {
        command.arg("--no-report");
    }
    command
}

pub fn run(folder: &Path, arguments: &[&str]) -> Output {
    command(folder, arguments).output().unwrap()
}

#[track_caller]
pub fn succeed(folder: &Path, arguments: &[&str]) -> String {
    let output = run(folder, arguments);
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

#[track_caller]
pub fn fail(folder: &Path, arguments: &[&str], code: i32) -> String {
    let output = run(folder, arguments);
    let text = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(code), "{text}");
    text
}

/// Three synthetic species from a file; `rate` is the coefficient of the first reaction.
pub fn write_network(folder: &Path, rate: &str) {
    let text = format!(
        "network decay version 1\n\"A decays into B, B into C\"\n\n\
         allow(W003, W004) species A (X), B (X), C (X)\n\n\
         decay_a: A -> B   k = {rate}  \"made up\"\n\
         decay_b: B -> C   k = 0.5 [s^-1]  \"made up\"\n\n\
         initial single: T = 300 [K], n[A] = 0.001 [cm^-3], n[B] = 0.001 [cm^-3], n[C] = 0.001 [cm^-3]\n    \"made up\"\n"
    );
    std::fs::write(folder.join("decay.net"), text).unwrap();
}

/// A config for `decay.net` or a shipped network with linear variables.
pub fn write_config(folder: &Path, network: &str, iterations: u32) {
    let text = format!(
        "network = \"{network}\"\nvariables = \"linear\"\ntime = {{ axis = \"linear\", start = \"0 s\", end = \"5 s\" }}\n\
         model = {{ width = 12, first_scale = 2.0 }}\nresidual.preconditioner = \"none\"\npoints.count = 60\n\
         [[stages]]\niterations = {iterations}\noptimiser.levenberg_marquardt = {{}}\n"
    );
    std::fs::write(folder.join("small.toml"), text).unwrap();
}

pub fn outcome(folder: &Path) -> Checkpoint {
    Checkpoint::load(folder.join("checkpoint.safetensors")).unwrap()
}

/// The log without its times.
pub fn curve(folder: &Path) -> Vec<String> {
    let text = std::fs::read_to_string(folder.join("log.jsonl")).unwrap();
    text.lines().map(|line| line.split(",\"cpu_s\"").next().unwrap().to_owned()).collect()
}

/// Starts a training and waits until its log has so many lines.
pub fn start_and_wait(folder: &Path, arguments: &[&str], log: &Path, lines: usize) -> Child {
    let mut child = command(folder, arguments).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let begin = Instant::now();
    while !std::fs::read_to_string(log).is_ok_and(|text| text.lines().count() >= lines) {
        assert!(child.try_wait().unwrap().is_none(), "the training ended too early");
        assert!(begin.elapsed() < Duration::from_secs(60), "the log does not grow");
        std::thread::sleep(Duration::from_millis(5));
    }
    child
}
