//! One iteration of training a DGM network of 8 layers of 64 with Adam: value and tangent forward, the generated
//! residual, backward, update.
//!
//! ```sh
//! RAYON_NUM_THREADS=1 cargo bench --bench training_step        # then 2
//! python3 tests/benches/training_step_torch.py 1               # the same graph in PyTorch, then 2
//! ```
#![allow(missing_docs, clippy::expect_used)]

use std::sync::Arc;

use chem_emulator::config::{Activation, Closure, Config, Kind, Optimiser, Precision, Preconditioner};
use chem_networks::atomic;
use chem_solver::network::TypedNetwork;
use chem_training::{Device, Execution, Iterate, Training};
use divan::{Bencher, counter::ItemsCount};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() {
    divan::main();
}

fn training(points: usize, precision: Precision) -> Training {
    let mut config = Config::new("atomic");
    config.model.kind = Kind::Dgm;
    (config.model.depth, config.model.width) = (8, 64);
    config.model.activation = Activation::AdaptiveSigmoid;
    config.model.precision = precision;
    config.model.first_scale = 1.0;
    config.points.count = points;
    config.closure = Closure::None;
    config.residual.preconditioner = Preconditioner::Diagonal;
    config.points.resample_every = 1000;
    config.stages[0].curriculum = None;
    config.stages[0].iterations = u64::MAX;
    config.stages[0].optimiser = Optimiser::Adam(Default::default());
    let network = atomic::Atomic::default();
    let mut initial = vec![0.0; 8];
    atomic::Atomic::initial("single").expect("the network declares it").write_unknowns(&mut initial);
    let execution = Execution::on(&Device::flex());
    Training::of_state(Arc::new(network), &initial, &config, &execution).expect("a config")
}

#[divan::bench(args = [1024, 8192], sample_count = 8, sample_size = 1)]
fn f64(bencher: Bencher<'_, '_>, points: usize) {
    let mut training = training(points, Precision::F64);
    bencher.counter(ItemsCount::new(points)).bench_local(|| training.step().expect("a step"));
}

#[divan::bench(args = [1024, 8192], sample_count = 8, sample_size = 1)]
fn f32(bencher: Bencher<'_, '_>, points: usize) {
    let mut training = training(points, Precision::F32);
    bencher.counter(ItemsCount::new(points)).bench_local(|| training.step().expect("a step"));
}
