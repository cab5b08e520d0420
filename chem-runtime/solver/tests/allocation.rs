//! An integration with a workspace allocates nothing.

mod toy;

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicU64, Ordering};

use chem_solver::bdf::Bdf;
use toy::{Robertson, Sticky, Toy};

/// Counts what it hands out.
struct Counting;

static ALLOCATIONS: AtomicU64 = AtomicU64::new(0);

#[expect(unsafe_code, reason = "an allocator is")]
// SAFETY: forwards to the system's allocator.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ALLOCATIONS.fetch_add(1, Ordering::Relaxed);
        // SAFETY: what the caller says of the system's allocator holds.
        unsafe { System.alloc(layout) }
    }
    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        // SAFETY: what the caller says of the system's allocator holds.
        unsafe { System.dealloc(pointer, layout) }
    }
    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        ALLOCATIONS.fetch_add(1, Ordering::Relaxed);
        // SAFETY: what the caller says of the system's allocator holds.
        unsafe { System.realloc(pointer, layout, size) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

// One test only: another would allocate on a second thread meanwhile.
#[test]
fn integrations_do_not_allocate() {
    let (robertson, sticky) = (Toy::new(Robertson), Toy::new(Sticky));
    let (first, second) = (Bdf::new(&robertson).rtol(1e-8), Bdf::new(&sticky));
    let (mut for_first, mut for_second) = (first.workspace(), second.workspace());
    let (mut rows, mut row) = ([0.0; 8], [0.0; 2]);
    let before = ALLOCATIONS.load(Ordering::Relaxed);
    assert!(before > 0, "the allocator does not count");
    let mut steps = 0;
    for a in [1.0, 0.1] {
        let times = [1.0, 1e8];
        let report = first.integrate(&mut for_first, &[a, 0.0, 0.0, 10.0], &times, &mut rows);
        steps += report.map_or(0, |r| r.counters.steps);
        let report = second.integrate(&mut for_second, &[a, 101.0], &[20.0], &mut row);
        steps += report.map_or(0, |r| r.counters.steps);
    }
    let after = ALLOCATIONS.load(Ordering::Relaxed);
    assert!(steps > 500, "only {steps} steps");
    assert_eq!(after - before, 0);
}
