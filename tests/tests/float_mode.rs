//! Hosts set modes of floating-point arithmetic of their own: rounding towards zero, traps (`-ffpe-trap`), subnormal
//! numbers as zero. Results do not depend on them, to the last bit, and the host's mode comes back from every call.
#![cfg(target_arch = "x86_64")]
#![allow(unsafe_code, clippy::expect_used)] // sets the mode; tests fail by panicking

use std::arch::asm;

use chem_emulator::Pinn;
use chem_emulator::config::Precision;
use chem_host::calls;
use chem_networks::molecular::Molecular;
use chem_solver::advance::Advance;
use chem_solver::batch::{Batch, BatchReport, Rows, Status};
use chem_solver::bdf::Bdf;
use chem_solver::network::ChemNetwork;
use chem_solver::units::YEAR;
use chem_tests::states::random_cells;

/// MXCSR: exceptions masked, rounding to the nearest, subnormal numbers as they are.
const USUAL: u32 = 0x1f80;

/// Modes of hosts.
const MODES: [(&str, u32); 7] = [
    ("usual", USUAL),
    ("subnormal numbers are zero", USUAL | 0x8040),
    ("rounding towards zero", USUAL | 0x6000),
    ("rounding up", USUAL | 0x4000),
    // -ffpe-trap=invalid,zero,overflow
    ("traps", USUAL & !(0x80 | 0x200 | 0x400)),
    ("traps, with exceptions that were before", USUAL & !0x200 | 0x3f),
    ("traps of subnormal numbers", USUAL & !(0x100 | 0x800)),
];

fn mode() -> u32 {
    let mut mode = 0u32;
    // SAFETY: stores the register in memory that is there.
    unsafe { asm!("stmxcsr [{}]", in(reg) &raw mut mode, options(nostack)) };
    mode
}

fn set_mode(mode: u32) {
    // SAFETY: no reserved bit is set; the work of the tests is calls alone, whose arithmetic has a mode of its own.
    unsafe { asm!("ldmxcsr [{}]", in(reg) &raw const mode, options(nostack)) };
}

/// Does the same in all modes, on the calling thread and on the workers of a pool: the same result, and the mode is
/// afterwards as before.
fn in_all_modes<T: PartialEq + Send + std::fmt::Debug>(work: impl Fn() -> T + Sync) {
    let usual = work();
    for (name, host) in MODES {
        set_mode(host);
        let result = work();
        let after = mode();
        set_mode(USUAL);
        assert_eq!(after, host, "{name}");
        assert!(result == usual, "{name}: other bits");
        let pool = rayon::ThreadPoolBuilder::new().num_threads(3).start_handler(move |_| set_mode(host));
        let pool = pool.build().expect("threads");
        let result = pool.install(&work);
        assert!(result == usual, "{name}: other bits on workers");
        assert_eq!(pool.broadcast(|_| mode()), [host; 3], "{name}");
    }
}

fn bits(values: &[f64]) -> Vec<u64> {
    values.iter().map(|value| value.to_bits()).collect()
}

fn statuses(report: &BatchReport) -> Vec<Status> {
    report.cells.iter().map(|cell| cell.status).collect()
}

/// Random cells, one of them without particles, one too hot for any network: both make numbers that are none.
fn cells(network: &Molecular, count: u64) -> Vec<f64> {
    let n = network.structure().unknown_count();
    let mut cells = random_cells(network, count);
    cells[n..2 * n - 1].fill(0.0);
    cells[3 * n - 1] = 1e300;
    cells
}

#[test]
fn the_batch_solver_has_a_mode_of_its_own() {
    let network = Molecular::default();
    let n = network.structure().unknown_count();
    let cells = cells(&network, 600);
    let times = [1e10, 1e11];
    in_all_modes(|| {
        let batch = Batch::new(&network);
        let mut ends = cells.clone();
        let report = batch.advance(Rows::new(&mut ends, n), 1e11).expect("settings");
        let mut states = vec![0.0; 2 * cells.len()];
        batch.advance_through(Rows::new(&mut ends, n), &times, &mut states).expect("settings");
        let refused = batch.clone().rtol(1.0).advance(Rows::new(&mut ends, n), 1e11).is_err();
        let error = batch.table_error_at([31.0, 1e4]).to_bits();
        (statuses(&report), bits(&ends), bits(&states), refused, error)
    });
}

#[test]
fn the_batch_solver_behind_a_handle_has_a_mode_of_its_own() {
    let network = Molecular::default();
    let n = network.structure().unknown_count();
    let cells = cells(&network, 40);
    let densities: Vec<f64> = cells.chunks_exact(n).flat_map(|cell| cell[..n - 1].iter().copied()).collect();
    let t_gas: Vec<f64> = cells.chunks_exact(n).map(|cell| cell[n - 1]).collect();
    in_all_modes(|| {
        let (mut densities, mut t_gas, mut status) =
            (densities.clone(), t_gas.clone(), vec![-1; t_gas.len()]);
        // SAFETY: the arrays have these lengths.
        let failed = unsafe {
            let solver = calls::new::<Molecular>(n - 1, 1e-3, 1e-20, 2, std::ptr::null_mut());
            let (densities, t_gas, status) =
                (densities.as_mut_ptr(), t_gas.as_mut_ptr(), status.as_mut_ptr());
            let failed = calls::step(solver, n - 1, 40, densities, t_gas, 0, 1e11, status);
            calls::free(solver);
            failed
        };
        (failed, status, bits(&densities), bits(&t_gas))
    });
}

#[test]
fn equations_of_many_states_are_evaluated_in_a_mode_of_their_own() {
    let network = Molecular::default();
    let cells = random_cells(&network, 100);
    in_all_modes(|| {
        let owned = Batch::new(Molecular::default());
        let (mut slopes, mut rates) = (vec![0.0; cells.len()], vec![[0.0; 2]; 100]);
        owned.slopes(&cells, &mut slopes);
        owned.production_and_loss(&cells, 1, &mut rates);
        (bits(&slopes), bits(rates.as_flattened()))
    });
}

#[test]
fn the_bdf_has_a_mode_of_its_own() {
    let network = Molecular::default();
    let n = network.structure().unknown_count();
    let cells = cells(&network, 6);
    in_all_modes(|| {
        let bdf = Bdf::new(&network);
        let mut workspace = bdf.workspace();
        let mut ends = vec![0.0; cells.len()];
        let solve = |(start, end): (&[f64], &mut [f64])| {
            bdf.integrate(&mut workspace, start, &[1e13], end).map(|report| report.counters.steps).ok()
        };
        let steps: Vec<_> = cells.chunks_exact(n).zip(ends.chunks_exact_mut(n)).map(solve).collect();
        (steps, bits(&ends))
    });
}

#[test]
fn trained_networks_have_a_mode_of_their_own() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../networks/trained");
    let load = |name: &str| Pinn::load(format!("{folder}/{name}/model.safetensors")).expect("a model");
    let single = load("single_molecular");
    let times = [1e9, 1e10, 1e11, 1e12, 1e13];
    in_all_modes(|| {
        let mut states = vec![0.0; times.len() * single.unknown_count()];
        single.evaluate(single.initial(), &times, &mut states).expect("what it knows");
        bits(&states)
    });
    let cells = random_cells(&Molecular::default(), 50);
    let times = vec![1e3 * YEAR; 50];
    for precision in [Precision::F64, Precision::F32] {
        let general = load("general_molecular").with_precision(precision);
        in_all_modes(|| {
            let mut states = cells.clone();
            general.advance_rows_by(&mut states, &times).expect("what it knows");
            bits(&states)
        });
    }
}

/// Subnormal numbers count as zero in a step, but no input is changed or taken for another because of that.
#[test]
fn subnormal_input_is_left_alone_where_nothing_happens() {
    let network = Molecular::default();
    let n = network.structure().unknown_count();
    let mut cells = random_cells(&network, 4);
    (cells[0], cells[3], cells[n + 1]) = (5e-324, 1e-310, f64::MIN_POSITIVE / 2.0);
    cells[2 * n + 4] = -5e-324;
    let batch = Batch::new(&network);
    let mut after = cells.clone();
    let times = [0.0, 0.0, 0.0, -5e-324];
    let report = batch.advance_each(Rows::new(&mut after, n), &times).expect("settings");
    assert_eq!(statuses(&report), [Status::Done, Status::Done, Status::InvalidDensity, Status::InvalidTime]);
    assert_eq!(bits(&after), bits(&cells));
    let bdf = Bdf::new(&network);
    let mut end = vec![0.0; n];
    bdf.integrate(&mut bdf.workspace(), &cells[..n], &[0.0], &mut end).expect("no step");
    assert_eq!(bits(&end), bits(&cells[..n]));
    assert!(bdf.integrate(&mut bdf.workspace(), &cells[2 * n..3 * n], &[1.0], &mut end).is_err());
    let report = batch.advance(Rows::new(&mut after[..2 * n], n), 1e10).expect("settings");
    assert_eq!(report.failures().count(), 0, "{report}");
}
