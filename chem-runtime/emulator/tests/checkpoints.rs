//! Checkpoints: what is written is read; what is damaged, foreign or of another network is refused.
#![expect(clippy::unwrap_used, reason = "tests fail by panicking")]

#[path = "../../solver/tests/toy/mod.rs"]
mod toy;

use chem_emulator::checkpoint::{Checkpoint, Problem, Provenance};
use chem_emulator::config::Precision;
use chem_emulator::{Config, NamedArray, Snapshot};
use chem_solver::network::ChemNetwork;

fn checkpoint() -> Checkpoint {
    let network = toy::Toy::new(toy::Robertson);
    let mut config = Config::new("toy.net");
    config.seed = 42;
    config.points.adaptive = 1.0 / 3.0;
    let mut provenance = Provenance::new(network.structure(), config);
    provenance.outcome.cpu_seconds = 12.5;
    let array = |name: &str, shape: &[usize], seed: f64| {
        let count = shape.iter().product::<usize>();
        NamedArray::new(name, shape, (0..count).map(|i| (i as f64 + seed).sin() / 3.0).collect())
    };
    let odd = NamedArray::new("odd", [4], vec![f64::NAN, f64::NEG_INFINITY, -0.0, f64::MIN_POSITIVE / 8.0]);
    Checkpoint {
        provenance,
        low: vec![1.0, 0.1, 1e-30, 300.0],
        high: vec![1.0, 0.1, 1e-30, 300.0],
        weights: vec![array("layers.0.weight", &[1, 20], 0.5), NamedArray::scalar("slope", 0.1 + 0.2)],
        snapshot: Some(Snapshot {
            arrays: vec![array("moments", &[3, 4], 7.0), odd],
            state: serde_json::json!({ "stage": 1, "random": u64::MAX, "text": "ü \"quoted\"" }),
        }),
    }
}

/// Equal to the last bit, which `==` cannot say of NaN.
fn bits(checkpoint: &Checkpoint) -> Vec<u8> {
    checkpoint.to_bytes().unwrap()
}

#[test]
fn what_is_written_is_read_to_the_last_bit() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("run/checkpoint.safetensors");
    let written = checkpoint();
    written.save(&path).unwrap();
    let read = Checkpoint::load(&path).unwrap();
    assert_eq!(bits(&read), bits(&written));
    assert_eq!(read.provenance, written.provenance);
    assert_eq!(read.snapshot.unwrap().state, written.snapshot.as_ref().unwrap().state);
    assert!(written.model().snapshot.is_none());
    assert!(bits(&written.model()).len() < bits(&written).len());
}

/// A model that was evaluated in single precision is stored in it: the same numbers, half the bytes. What is trained on is not.
#[test]
fn models_keep_the_digits_that_they_were_evaluated_with() {
    let mut written = checkpoint();
    written.provenance.config.model.precision = Precision::F32;
    assert_eq!(Checkpoint::from_bytes(&bits(&written)).unwrap().weights, written.weights);
    let read = Checkpoint::from_bytes(&bits(&written.model())).unwrap();
    for (read, written) in read.weights.iter().zip(&written.weights) {
        let rounded: Vec<f64> = written.values.iter().map(|value| f64::from(*value as f32)).collect();
        assert_eq!((&read.name, &read.shape, &read.values), (&written.name, &written.shape, &rounded));
    }
    assert_eq!(read.low, written.low, "only trained numbers");
    assert_eq!(bits(&read), bits(&written.model()));
}

#[test]
fn a_file_cut_short_anywhere_is_refused() {
    let bytes = bits(&checkpoint());
    for length in 0..bytes.len() {
        let problem = Checkpoint::from_bytes(&bytes[..length]).unwrap_err();
        assert!(matches!(problem, Problem::NotWhole(_)), "{length}: {problem}");
    }
    let mut longer = bytes;
    longer.push(0);
    assert!(matches!(Checkpoint::from_bytes(&longer).unwrap_err(), Problem::NotWhole(_)));
}

#[test]
fn a_change_of_any_byte_is_refused() {
    let bytes = bits(&checkpoint());
    let data = 8 + u64::from_le_bytes(bytes[..8].try_into().unwrap()) as usize;
    for at in 0..bytes.len() {
        for flip in [0x01, 0x80] {
            let mut damaged = bytes.clone();
            damaged[at] ^= flip;
            // Blanks that fill up the header carry nothing.
            if at < data && Checkpoint::from_bytes(&damaged).is_ok_and(|c| bits(&c) == bytes) {
                continue;
            }
            let problem = Checkpoint::from_bytes(&damaged).expect_err(&format!("byte {at} ^ {flip:#x}"));
            assert!(at < data || problem == Problem::Damaged, "byte {at}: {problem}");
        }
    }
}

#[test]
fn foreign_files_are_named_as_such() {
    for (bytes, word) in [
        (b"".to_vec(), "not a whole checkpoint"),
        (b"network atomic version 1\n".to_vec(), "not a whole checkpoint"),
        (vec![0xff; 4096], "not a whole checkpoint"),
    ] {
        let problem = Checkpoint::from_bytes(&bytes).unwrap_err();
        assert!(problem.to_string().contains(word), "{problem}");
    }
    let none: [(&str, &safetensors::tensor::TensorView<'_>); 0] = [];
    let other = safetensors::serialize(none, None).unwrap();
    assert!(matches!(Checkpoint::from_bytes(&other).unwrap_err(), Problem::Foreign(_)));
    let later = [("chem".to_owned(), "{\"format\": 2}".to_owned())].into_iter().collect();
    let later = safetensors::serialize(none, Some(later)).unwrap();
    assert_eq!(Checkpoint::from_bytes(&later).unwrap_err(), Problem::Format { found: 2, known: 1 });
}

#[test]
fn another_network_is_refused_by_name_and_hash() {
    let checkpoint = checkpoint();
    let network = toy::Toy::new(toy::Robertson);
    assert_eq!(checkpoint.check_network(network.structure()), Ok(()));
    let mut changed = network.structure().clone();
    changed.hash ^= 1;
    let problem = checkpoint.check_network(&changed).unwrap_err();
    assert!(problem.to_string().contains("toy v1"), "{problem}");
    assert!(problem.help().contains("trained for"));
}

#[test]
fn errors_name_the_file_and_a_remedy() {
    let folder = tempfile::tempdir().unwrap();
    let missing = folder.path().join("none.safetensors");
    let error = Checkpoint::load(&missing).unwrap_err();
    assert!(matches!(error.problem, Problem::Unreadable(_)));
    assert!(error.to_string().contains("none.safetensors") && error.help().starts_with("give"));
    let file = folder.path().join("file");
    std::fs::write(&file, "a file where a folder should be").unwrap();
    let error = checkpoint().save(file.join("checkpoint.safetensors")).unwrap_err();
    assert!(matches!(error.problem, Problem::Unwritable(_)), "{error}");
}

#[test]
fn arrays_that_do_not_hold_together_are_refused() {
    let mut wrong = checkpoint();
    wrong.weights[0].shape = vec![3, 3];
    assert!(matches!(wrong.to_bytes().unwrap_err(), Problem::Inconsistent(_)));
    let mut twice = checkpoint();
    twice.weights[0].name = "slope".to_owned();
    assert!(matches!(twice.to_bytes().unwrap_err(), Problem::Inconsistent(_)));
    let mut short = checkpoint();
    short.low.pop();
    let bytes = short.to_bytes().unwrap();
    assert!(matches!(Checkpoint::from_bytes(&bytes).unwrap_err(), Problem::Inconsistent(_)));
}
