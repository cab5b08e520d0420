//! The BDF of the crate `diffsol` on the functions of a network: a solver that shares no code with ours.

use std::cell::RefCell;

use chem_solver::network::ChemNetwork;
use diffsol::{MatrixCommon, NalgebraLU, NalgebraMat, OdeBuilder, OdeSolverMethod};

/// The Jacobian at the last state that it was asked for: diffsol wants products with one vector after another.
struct Jacobian {
    t: f64,
    y: Vec<f64>,
    values: Vec<f64>,
}

impl Jacobian {
    fn multiply(&mut self, network: &dyn ChemNetwork, t: f64, y: &[f64], v: &[f64], out: &mut [f64]) {
        if self.t != t || self.y != y {
            network.jacobian(t, y, &mut self.values);
            self.t = t;
            self.y.clear();
            self.y.extend_from_slice(y);
        }
        let structure = network.structure();
        out.fill(0.0);
        for (column, v) in v.iter().enumerate().filter(|(_, v)| **v != 0.0) {
            for (row, value) in structure.jacobian_values(column, &self.values) {
                out[row] += value * v;
            }
        }
    }
}

/// Unknowns at each of the times, or what diffsol says.
///
/// # Errors
/// As diffsol says.
pub fn solve(
    network: &dyn ChemNetwork,
    (rtol, atol): (f64, f64),
    start: &[f64],
    times: &[f64],
) -> Result<Vec<Vec<f64>>, String> {
    let unknowns = start.len();
    let jacobian = RefCell::new(Jacobian {
        t: f64::NAN,
        y: Vec::new(),
        values: vec![0.0; network.structure().jacobian_count()],
    });
    let problem = OdeBuilder::<NalgebraMat<f64>>::new()
        .rtol(rtol)
        .atol(vec![atol; unknowns])
        .h0(1e-6 * times.first().copied().unwrap_or(1.0))
        .rhs_implicit(
            |y, _, t, out| network.rhs(t, y, out),
            |y, _, t, v, out| jacobian.borrow_mut().multiply(network, t, y, v, out),
        )
        .init(|_, _, y| y.copy_from_slice(start), unknowns)
        .build()
        .map_err(|error| error.to_string())?;
    let mut solver = problem.bdf::<NalgebraLU<f64>>().map_err(|error| error.to_string())?;
    let (states, _) = solver.solve_dense(times).map_err(|error| error.to_string())?;
    let column = |j: usize| (0..unknowns).map(|i| states.inner()[(i, j)]).collect();
    Ok((0..states.ncols()).map(column).collect())
}
