#![allow(missing_docs, clippy::print_stdout, clippy::expect_used)]
use chem_networks::{atomic::Atomic, molecular::Molecular};
use chem_runtime::batch::{Batch, Instructions};
use chem_runtime::network::*;
use chem_tests::bench::{contender::*, problem::Problem};
fn go<N: TypedNetwork + 'static>() {
    let network = N::default();
    let p = Problem::general::<N>(1);
    let mut ends = vec![0.0; p.timed.starts.len()];
    let mut bs = vec![];
    for e in [1e-2, 1e-3, 1e-4, 1e-5, 1e-6, 1e-7] {
        let begin = std::time::Instant::now();
        let b = Batch::new(&network).table_error(e);
        println!(
            "{e:e}: {} MB, coverage {:.4} built in {:.2} s",
            b.table_size() as f64 / 1e6,
            b.table_coverage(),
            begin.elapsed().as_secs_f64()
        );
        bs.push((e, b));
    }
    let one = rayon::ThreadPoolBuilder::new().num_threads(1).build().expect("t");
    for instr in [Instructions::Avx512, Instructions::Avx2, Instructions::Scalar] {
        for (e, b) in &bs {
            let b = b.clone().instructions(instr);
            let mut best = f64::INFINITY;
            for _ in 0..3 {
                one.install(|| {
                    let begin = std::time::Instant::now();
                    b.solve(&p.timed, &mut ends);
                    best = best.min(begin.elapsed().as_secs_f64());
                });
            }
            println!("{instr:?} {e:e} {:.1} us", best / 500.0 * 1e6);
        }
    }
}
fn main() {
    go::<Molecular>();
    go::<Atomic>();
}
