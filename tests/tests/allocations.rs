//! The loop of the batch solver allocates nothing: as many allocations for many steps as for few.
#![allow(unsafe_code, clippy::expect_used)] // counts what is allocated; tests fail by panicking

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicU64, Ordering};

use chem_networks::molecular::{self, Molecular};
use chem_solver::batch::Batch;
use chem_solver::units::YEAR;

struct Counting;

static ALLOCATIONS: AtomicU64 = AtomicU64::new(0);

// SAFETY: the system's allocator does the work.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ALLOCATIONS.fetch_add(1, Ordering::Relaxed);
        // SAFETY: what the caller says of the system's allocator holds.
        unsafe { System.alloc(layout) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        ALLOCATIONS.fetch_add(1, Ordering::Relaxed);
        // SAFETY: what the caller says of the system's allocator holds.
        unsafe { System.realloc(pointer, layout, size) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        // SAFETY: what the caller says of the system's allocator holds.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

#[test]
fn the_number_of_allocations_does_not_grow_with_the_steps() {
    let network = Molecular::default();
    let one = rayon::ThreadPoolBuilder::new().num_threads(1).build().expect("a thread");
    let batch = Batch::new(&network);
    let run = |dt: f64| {
        let mut cells = vec![molecular::initial::single(); 200];
        one.install(|| {
            let before = ALLOCATIONS.load(Ordering::Relaxed);
            let report = batch.advance(&mut cells[..], dt).expect("settings");
            (ALLOCATIONS.load(Ordering::Relaxed) - before, report.steps())
        })
    };
    // What is made once, such as the polynomials of tables, is made here.
    run(1.0);
    let (few, few_steps) = run(1e-3 * YEAR);
    let (many, many_steps) = run(1e6 * YEAR);
    assert!(many_steps > 5 * few_steps, "{many_steps} {few_steps}");
    assert_eq!(many, few);
}
