//! Steps that begin at another time than 0, in the caller's thread or in others: n = n0 exp(-(t^2 - start^2)), m = m0 + t - start.
#![allow(clippy::unwrap_used)]

mod toy;

use chem_solver::batch::{Batch, Rows, Status};
use chem_solver::scalar::Scalar;
use toy::{Equations, Toy};

/// Decays ever faster; a made-up species comes from nothing.
#[derive(Clone)]
struct Faster;

impl Equations for Faster {
    const SPECIES: &'static [&'static str] = &["n", "m"];

    fn rhs<V: Scalar>(&self, t: V, y: &[V], dydt: &mut [V]) {
        dydt[0] = V::constant(-2.0) * t * y[0];
        dydt[1] = V::constant(1.0);
        dydt[2] = V::constant(0.0);
    }
}

fn right(n: f64, start: f64, end: f64) -> f64 {
    n * (start * start - end * end).exp()
}

#[test]
fn rates_see_the_time_at_which_steps_begin() {
    let batch = Batch::new(Toy::new(Faster)).rtol(1e-8).atol(1e-12).start_time(1.5);
    // The BDF, too, to which cells fall back that are given up.
    for (batch, status) in [(batch.clone(), Status::Done), (batch.clone().max_steps(1), Status::Fallback)] {
        let mut rows = [2.0, 0.0, 100.0, 3.0, 1.0, 100.0];
        let report = batch.advance(Rows::new(&mut rows, 3), 0.75).unwrap();
        assert!(report.cells.iter().all(|cell| cell.status == status), "{report}");
        for (row, [n, m]) in rows.chunks(3).zip([[2.0, 0.0], [3.0, 1.0]]) {
            assert!((row[0] / right(n, 1.5, 2.25) - 1.0).abs() < 1e-6, "{row:?}");
            assert!((row[1] - m - 0.75).abs() < 1e-6, "{row:?}");
        }
        let (mut rows, mut states) = ([2.0, 0.0, 100.0], [0.0; 6]);
        batch.advance_through(Rows::new(&mut rows, 3), &[0.25, 0.75], &mut states).unwrap();
        for (state, end) in states.chunks(3).zip([1.75, 2.25]) {
            assert!((state[0] / right(2.0, 1.5, end) - 1.0).abs() < 1e-5, "{state:?}");
        }
    }
}

#[test]
fn the_callers_thread_gives_the_same_bits() {
    let start: Vec<f64> = (0..1000).flat_map(|cell| [1.0 + f64::from(cell), 0.5, 100.0]).collect();
    let batch = Batch::new(Toy::new(Faster));
    let ends = [batch.clone(), batch.in_callers_thread(true)].map(|batch| {
        let mut rows = start.clone();
        let report = batch.advance(Rows::new(&mut rows, 3), 0.5).unwrap();
        (report, rows)
    });
    assert_eq!(ends[0], ends[1]);
}
