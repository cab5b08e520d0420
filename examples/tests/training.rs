//! The program `train`: real trainings that must reach small errors, and whatever can come between.

#![allow(clippy::unwrap_used)]

mod trainings;

use std::path::Path;

use chem_emulator::checkpoint::Checkpoint;
use trainings::*;

#[test]
fn a_benchmark_reaches_a_small_error_in_seconds() {
    let folder = tempfile::tempdir().unwrap();
    let text = succeed(folder.path(), &["benchmark_const", "--out", "run", WITH_REPORT]);
    for word in [
        "benchmark_const v1",
        "parameters, seed 0, on cpu",
        "largest absolute error",
        "run/model.safetensors",
    ] {
        assert!(text.contains(word), "`{word}` is not in:\n{text}");
    }
    let error = outcome(&folder.path().join("run")).provenance.outcome.error.unwrap();
    assert!(error < 1e-4, "{error}");
    for file in ["summary.json", "report.html"] {
        assert!(folder.path().join("run").join(file).is_file(), "{file} is missing");
    }
}

#[test]
fn a_network_file_can_be_trained_without_being_compiled() {
    let folder = tempfile::tempdir().unwrap();
    write_network(folder.path(), "0.8 [s^-1]");
    write_config(folder.path(), "decay.net", 60);
    succeed(folder.path(), &["small.toml"]);
    let error = outcome(&folder.path().join("out/small")).provenance.outcome.error.unwrap();
    assert!(error < 1e-4, "{error}");
}

#[test]
fn a_killed_training_goes_on_with_the_same_curve_to_the_last_bit() {
    let folder = tempfile::tempdir().unwrap();
    write_config(folder.path(), "benchmark_tdep", 200);
    let (whole, parts) = (folder.path().join("whole"), folder.path().join("parts"));
    succeed(folder.path(), &["small.toml", "--out", "whole"]);
    let arguments = ["small.toml", "--out", "parts", "--checkpoint-every", "0"];
    let mut child = start_and_wait(folder.path(), &arguments, &parts.join("log.jsonl"), 20);
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(outcome(&parts).provenance.outcome.iterations < 200, "killed too late");
    succeed(folder.path(), &["small.toml", "--out", "parts", "--resume"]);
    assert_eq!(curve(&parts), curve(&whole));
    assert_eq!(outcome(&parts).weights, outcome(&whole).weights);
    let text = fail(folder.path(), &["small.toml", "--out", "parts", "--resume"], 2);
    assert!(text.contains("has ended"), "{text}");
}

#[test]
fn a_stage_that_is_added_later_goes_on_as_if_it_had_been_there() {
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("small.toml");
    write_config(folder.path(), "benchmark_const", 20);
    let short = std::fs::read_to_string(&config).unwrap();
    let long = short.clone()
        + "[[stages]]\niterations = 5\noptimiser.levenberg_marquardt = { damping = 0.5 }\n\
           [[stages]]\niterations = 10\noptimiser.adam = {}\n";
    let (whole, parts) = (folder.path().join("whole"), folder.path().join("parts"));
    succeed(folder.path(), &["small.toml", "--out", "parts"]);
    std::fs::write(&config, &long).unwrap();
    succeed(folder.path(), &["small.toml", "--out", "parts", "--resume"]);
    succeed(folder.path(), &["small.toml", "--out", "whole"]);
    assert_eq!(curve(&whole).len(), 35);
    assert_eq!(curve(&parts), curve(&whole));
    assert_eq!(outcome(&parts).weights, outcome(&whole).weights);
    // Fewer stages than were trained, or others, are another training.
    for other in [short.clone(), long.replace("iterations = 20", "iterations = 21")] {
        std::fs::write(&config, other).unwrap();
        let text = fail(folder.path(), &["small.toml", "--out", "parts", "--resume"], 2);
        assert!(text.contains("has ended"), "{text}");
    }
}

/// What would only be found out in hours, or never.
#[test]
fn what_cannot_be_trained_is_said_before_it_begins() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
    write_network(folder.path(), "0.8 [s^-1]");
    let network = std::fs::read_to_string(folder.path().join("decay.net")).unwrap();
    write("zero.net", &network.replace("n[B] = 0.001", "n[B] = 0").replace("n[C] = 0.001", "n[C] = 0"));
    write("zero.toml", "network = \"zero.net\"\n");
    write("wide.toml", "network = \"atomic\"\nmodel.width = 4096\n");
    write("links.toml", "network = \"atomic\"\nresidual.kind = \"discrete_time\"\n");
    write(
        "soft.toml",
        "network = \"atomic\"\ninitial_condition = \"soft\"\n[[stages]]\niterations = 3\noptimiser.spring = {}\n",
    );
    write(
        "tolerance.toml",
        "network = \"atomic\"\ninitial.domain = \"general\"\n[residual]\ntolerance = 0.5\nlink = [1.5, 0.5]\n",
    );
    write("parameter.toml", "network = \"atomic\"\nparameters = { zeta_cr = -1 }\n");
    write("name.toml", "network = \"hydrogen\"\n");
    for (config, code, words) in [
        ("zero.toml", 2, &["density of B, C is zero", "1e-20 of the total", "variables = \"linear\""][..]),
        ("wide.toml", 2, &["levenberg_marquardt: needs at least", "GB are free", "lbfgs"]),
        ("links.toml", 2, &["discrete-time residual needs a domain"]),
        ("soft.toml", 2, &["spring does not know the soft initial condition", "optimiser.lbfgs"]),
        ("tolerance.toml", 2, &["tolerance.toml:4", "from 1e-10 to 0.1", "tolerance.toml:5", "[0.5, 1.5]"]),
        ("parameter.toml", 1, &["zeta_cr = -1", "out of range"]),
        ("name.toml", 2, &["no network of this name", "; or give the path"]),
    ] {
        let text = fail(folder.path(), &[config], code);
        for word in words {
            assert!(text.contains(word), "`{word}` is not in:\n{text}");
        }
    }
}

#[test]
fn a_useless_network_is_not_praised() {
    let folder = tempfile::tempdir().unwrap();
    write_config(folder.path(), "benchmark_const", 1);
    let path = folder.path().join("small.toml");
    let text = std::fs::read_to_string(&path).unwrap();
    let text = text.replace("levenberg_marquardt", "adam") + "[loss]\nalpha = 0.5\n";
    std::fs::write(&path, text).unwrap();
    let output = run(folder.path(), &["small.toml"]);
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(0), "{text}");
    assert!(text.contains("warning: loss.alpha has no effect"), "{text}");
    assert!(text.contains("warning: this network is far from the solver"), "{text}");
}

#[test]
fn checkpoints_that_do_not_fit_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    write_network(folder.path(), "0.8 [s^-1]");
    write_config(folder.path(), "decay.net", 4);
    let checkpoint = folder.path().join("out/small/checkpoint.safetensors");
    let resume = || fail(folder.path(), &["small.toml", "--resume"], 2);
    assert!(resume().contains("cannot be read"));

    succeed(folder.path(), &["small.toml"]);
    let mut unfinished = Checkpoint::load(&checkpoint).unwrap();
    unfinished.provenance.outcome.end.clear();
    unfinished.save(&checkpoint).unwrap();
    let bytes = std::fs::read(&checkpoint).unwrap();
    std::fs::write(&checkpoint, &bytes[..bytes.len() / 2]).unwrap();
    assert!(resume().contains("not a whole checkpoint"));
    let mut damaged = bytes.clone();
    *damaged.last_mut().unwrap() ^= 1;
    std::fs::write(&checkpoint, damaged).unwrap();
    assert!(resume().contains("is damaged"));

    std::fs::write(&checkpoint, &bytes).unwrap();
    write_network(folder.path(), "0.9 [s^-1]");
    let text = resume();
    assert!(
        text.contains("belongs to the network decay v1") && text.contains("help: use the network"),
        "{text}"
    );
    write_network(folder.path(), "0.8 [s^-1]");
    let file = folder.path().join("decay.net");
    let network = std::fs::read_to_string(&file).unwrap();
    std::fs::write(&file, network.replace("n[A] = 0.001", "n[A] = 0.002")).unwrap();
    let text = resume();
    assert!(
        text.contains("from other initial states") && text.contains("help: give the network file"),
        "{text}"
    );
    // What does not touch the equations or the beginning does not matter.
    std::fs::write(&file, network.replace("\"made up\"", "\"made up by hand\"  # twice")).unwrap();
    let text = fail(folder.path(), &["small.toml", "--resume", "--seed", "3"], 2);
    assert!(text.contains("another config"), "{text}");
    succeed(folder.path(), &["small.toml", "--resume"]);
}

#[test]
fn what_is_no_number_is_diagnosed_and_the_last_good_state_kept() {
    let folder = tempfile::tempdir().unwrap();
    // The solver never makes A negative, an untrained network does.
    write_network(folder.path(), "1 [s^-1] * sqrt(n[A] / 1 [cm^-3])");
    write_config(folder.path(), "decay.net", 50);
    let text = fail(folder.path(), &["small.toml"], 1);
    for word in
        ["error: the residual is not finite in iteration", "for A, at t = ", "the last good state is kept"]
    {
        assert!(text.contains(word), "`{word}` is not in:\n{text}");
    }
    let kept = outcome(&folder.path().join("out/small"));
    assert_eq!(kept.provenance.outcome.end, "not finite");
    assert!(kept.weights.iter().all(|array| array.values.iter().all(|value| value.is_finite())));
}

#[test]
fn mistakes_are_named_with_a_remedy_and_nothing_is_written() {
    let folder = tempfile::tempdir().unwrap();
    write_config(folder.path(), "benchmark_const", 5);
    let unknown_key =
        std::fs::read_to_string(folder.path().join("small.toml")).unwrap().replace("width", "widht");
    std::fs::write(folder.path().join("slip.toml"), unknown_key).unwrap();
    let other_state = "network = \"atomic\"\ninitial.state = \"singel\"\nparameters = { zeta = 1.0 }\n";
    std::fs::write(folder.path().join("state.toml"), other_state).unwrap();
    for (arguments, words) in [
        (&["slip.toml"][..], ["slip.toml:4", "did you mean `width`?"]),
        (&["state.toml"], ["no parameter `zeta`", "did you mean `single`?"]),
        (&["single_atomc"], ["no training of this name", "did you mean `single_atomic`?"]),
        (&["none.toml"], ["cannot be read", "train --list"]),
        (&["small.toml", "--device", "gpu"], ["no device `gpu`", "cpu, cuda, or cuda:0"]),
        (&["small.toml", "--device", "cuda:9"], ["cuda", "--device cpu"]),
        (&["small.toml", "--checkpoint-every", "nan"], ["--checkpoint-every", "0 or more"]),
    ] {
        let text = fail(folder.path(), arguments, 2).to_lowercase();
        assert!(words.iter().all(|word| text.contains(word)), "{arguments:?}: {text}");
    }
    assert!(!folder.path().join("out").exists());
    // A file stands where the folder should be.
    std::fs::write(folder.path().join("taken"), "").unwrap();
    let text = fail(folder.path(), &["small.toml", "--out", "taken"], 1);
    assert!(text.contains("cannot be written") && text.contains("--out"), "{text}");
}

#[test]
fn the_trainings_that_come_with_chem_are_listed() {
    let text = succeed(Path::new("."), &["--list"]);
    for name in ["benchmark_const", "benchmark_tdep", "single_atomic", "single_molecular"] {
        assert!(text.lines().any(|line| line.starts_with(name)), "{name} is not in:\n{text}");
    }
    assert!(!text.contains("error"), "{text}");
}

/// Without MPI in the program `mpirun` would start several trainings, each for itself.
#[cfg(not(feature = "mpi"))]
#[test]
fn a_program_without_mpi_is_not_for_mpirun() {
    let folder = tempfile::tempdir().unwrap();
    write_config(folder.path(), "benchmark_const", 5);
    let started = |ranks: &str| {
        let mut command = command(folder.path(), &["small.toml"]);
        command.env("OMPI_COMM_WORLD_SIZE", ranks).output().unwrap()
    };
    let output = started("2");
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(2), "{text}");
    assert!(text.contains("without MPI") && text.contains("--features mpi"), "{text}");
    assert!(!folder.path().join("out").exists());
    assert_eq!(started("1").status.code(), Some(0));
}
