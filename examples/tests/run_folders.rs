//! The folders of the program `train`: what ends a training leaves it whole, and no other one destroys it.

#![allow(clippy::unwrap_used)]

mod trainings;

use std::path::Path;
#[cfg(unix)]
use std::process::{Child, Command, Stdio};
#[cfg(unix)]
use std::time::{Duration, Instant};

use trainings::*;

#[cfg(unix)]
fn send(signal: &str, child: &Child) {
    assert!(Command::new("kill").args([signal, &child.id().to_string()]).status().unwrap().success());
}

/// Ctrl-C, and what batch systems and terminals send before they kill.
#[cfg(unix)]
#[test]
fn an_interrupt_ends_a_training_with_a_checkpoint() {
    // Tests that were started with `nohup` hand that on, and the training then rightly goes on at SIGHUP.
    let signals = ["-INT", "-TERM", "-HUP"];
    for signal in signals.into_iter().filter(|signal| *signal != "-HUP" || !ignores_hang_ups()) {
        let folder = tempfile::tempdir().unwrap();
        write_config(folder.path(), "benchmark_const", 100_000);
        let run = folder.path().join("out/small");
        // Checkpoints are written without end, so that the log grows in view.
        let arguments = ["small.toml", "--checkpoint-every", "0"];
        let mut child = start_and_wait(folder.path(), &arguments, &run.join("log.jsonl"), 5);
        send(signal, &child);
        assert_eq!(child.wait().unwrap().code(), Some(1), "{signal}");
        let checkpoint = outcome(&run);
        assert_eq!(checkpoint.provenance.outcome.end, "");
        assert_eq!(checkpoint.provenance.outcome.iterations as usize, curve(&run).len());
        assert!(run.join("model.safetensors").is_file());
    }
}

/// Whether this process was started to ignore SIGHUP; only Linux says so.
#[cfg(unix)]
fn ignores_hang_ups() -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let ignored = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    ignored.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).is_some_and(|mask| mask & 1 == 1)
}

/// Whoever starts a training with `nohup` wants it to go on when the terminal is closed.
#[cfg(unix)]
#[test]
fn a_training_that_was_started_with_nohup_outlives_its_terminal() {
    let folder = tempfile::tempdir().unwrap();
    write_config(folder.path(), "benchmark_const", 100_000);
    let log = folder.path().join("out/small/log.jsonl");
    let script = format!("trap '' HUP; exec {TRAIN} small.toml --no-report --checkpoint-every 0");
    let mut shell = Command::new("sh");
    let shell = shell.args(["-c", &script]).current_dir(folder.path());
    let mut child = shell.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let lines = || std::fs::read_to_string(&log).map_or(0, |text| text.lines().count());
    let wait_for = |count: usize| {
        let begin = Instant::now();
        while lines() < count {
            assert!(begin.elapsed() < Duration::from_secs(60), "the log does not grow");
            std::thread::sleep(Duration::from_millis(5));
        }
    };
    wait_for(5);
    send("-HUP", &child);
    wait_for(lines() + 20);
    assert!(child.try_wait().unwrap().is_none());
    send("-TERM", &child);
    assert_eq!(child.wait().unwrap().code(), Some(1));
}

/// All files of a folder that a training wrote, with their bytes.
fn files(folder: &Path) -> Vec<Vec<u8>> {
    ["config.toml", "log.jsonl", "checkpoint.safetensors", "model.safetensors"]
        .map(|name| std::fs::read(folder.join(name)).unwrap())
        .to_vec()
}

#[test]
fn a_training_is_never_overwritten_without_being_told() {
    let folder = tempfile::tempdir().unwrap();
    write_config(folder.path(), "benchmark_const", 5);
    let [first, second] = ["out/small", "out/small-2"].map(|name| folder.path().join(name));
    succeed(folder.path(), &["small.toml"]);
    let before = files(&first);
    // The same command again: another folder, and it says so.
    let output = run(folder.path(), &["small.toml", "--seed", "1"]);
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(0), "{text}");
    assert!(
        text.contains("out/small holds a trained network") && text.contains("goes to out/small-2"),
        "{text}"
    );
    assert_eq!(outcome(&second).provenance.config.seed, 1);
    // A folder that was asked for is refused.
    let text = fail(folder.path(), &["small.toml", "--out", "out/small"], 2);
    for word in ["out/small", "holds a trained network, of 5 iterations", "--overwrite", "--out"] {
        assert!(text.contains(word), "`{word}` is not in:\n{text}");
    }
    assert_eq!(files(&first), before);
    // Told to, it replaces the training as a whole, and what was begun with another config does not remain beside.
    std::fs::write(first.join("report.html"), "of the old one").unwrap();
    succeed(folder.path(), &["small.toml", "--out", "out/small", "--seed", "2", "--overwrite"]);
    assert_eq!(outcome(&first).provenance.config.seed, 2);
    assert!(!first.join("report.html").exists());

    // The last one that has not ended goes on.
    let mut unfinished = outcome(&second);
    unfinished.provenance.outcome.end.clear();
    unfinished.save(second.join("checkpoint.safetensors")).unwrap();
    let text = fail(folder.path(), &["small.toml", "--out", "out/small-2"], 2);
    assert!(text.contains("has not ended") && text.contains("--resume"), "{text}");
    let output = run(folder.path(), &["small.toml", "--resume"]);
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!((output.status.code(), text.contains("goes on in out/small-2")), (Some(0), true), "{text}");
    // Nothing was left to do, and nothing was done: no iteration with a loss of 0.
    assert_eq!((curve(&second).len(), outcome(&second).provenance.outcome.iterations), (5, 5));
    assert_eq!(outcome(&second).provenance.outcome.end, "finished");
}

#[test]
fn two_trainings_do_not_write_into_one_folder() {
    let folder = tempfile::tempdir().unwrap();
    write_config(folder.path(), "benchmark_const", 100_000);
    let run_folder = folder.path().join("out/small");
    let arguments = ["small.toml", "--checkpoint-every", "0"];
    let mut child = start_and_wait(folder.path(), &arguments, &run_folder.join("log.jsonl"), 5);
    for option in ["--overwrite", "--resume"] {
        let text = fail(folder.path(), &["small.toml", "--out", "out/small", option], 2);
        let process = format!("another training writes there (process {})", child.id());
        assert!(text.contains("out/small") && text.contains(&process) && text.contains("--out"), "{text}");
    }
    // A killed process keeps nobody out.
    child.kill().unwrap();
    child.wait().unwrap();
    write_config(folder.path(), "benchmark_const", 5);
    succeed(folder.path(), &["small.toml", "--out", "out/small", "--overwrite"]);
    assert_eq!(curve(&run_folder).len(), 5);
}

#[test]
fn a_network_is_looked_for_beside_its_config() {
    let folder = tempfile::tempdir().unwrap();
    let project = folder.path().join("project");
    std::fs::create_dir(&project).unwrap();
    write_network(&project, "0.8 [s^-1]");
    write_config(&project, "decay.net", 5);
    succeed(folder.path(), &["project/small.toml"]);
    // The config that the run wrote is as good, from anywhere, and the network of a model is found again.
    let run_folder = folder.path().join("out/small");
    let text = std::fs::read_to_string(run_folder.join("config.toml")).unwrap();
    assert!(text.contains("network = \"../../project/decay.net\""), "{text}");
    let elsewhere = folder.path().join("elsewhere");
    std::fs::create_dir(&elsewhere).unwrap();
    succeed(&elsewhere, &["../out/small/config.toml", "--out", "again"]);
    let text = fail(folder.path(), &["out/small/config.toml", "--out", "out/small", "--resume"], 2);
    assert!(text.contains("has ended"), "{text}");
    // One that is not there is named where it was looked for.
    std::fs::remove_file(project.join("decay.net")).unwrap();
    let text = fail(folder.path(), &["project/small.toml", "--out", "new"], 2);
    assert!(text.contains("cannot read `project/decay.net`"), "{text}");
}
