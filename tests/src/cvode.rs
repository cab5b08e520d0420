//! CVODE of SUNDIALS on the functions of a network: a solver that shares no code with ours.
//!
//! Its BDF with its dense linear solver, as is usual for small networks, and the generated Jacobian.
#![allow(unsafe_code)] // calls C

use std::ffi::{c_int, c_long, c_void};
use std::ptr::NonNull;

use chem_solver::network::ChemNetwork;

unsafe extern "C" {
    fn chem_cvode_new(
        n: usize,
        network: *mut c_void,
        rhs: unsafe extern "C" fn(*mut c_void, f64, *const f64, *mut f64),
        jacobian: unsafe extern "C" fn(*mut c_void, f64, *const f64, *mut f64),
        rtol: f64,
        atol: f64,
    ) -> *mut c_void;
    fn chem_cvode_solve(solver: *mut c_void, y: *mut f64, n: usize, end: f64, steps: *mut c_long) -> c_int;
    fn chem_cvode_free(solver: *mut c_void);
}

/// What the calls back need.
struct Functions<'n> {
    network: &'n dyn ChemNetwork,
    jacobian: Vec<f64>,
}

/// A solver of one network.
pub struct Cvode<'n> {
    solver: NonNull<c_void>,
    n: usize,
    /// Behind a pointer that C holds too.
    functions: *mut Functions<'n>,
}

/// SAFETY of both: called by CVODE on the thread that solves, with arrays of the network's length and the functions
/// that `Cvode` owns.
unsafe extern "C" fn rhs(functions: *mut c_void, t: f64, y: *const f64, dydt: *mut f64) {
    // SAFETY: handles and arrays are those that CVODE was given, and live as long.
    let Functions { network, .. } = unsafe { &mut *functions.cast::<Functions<'_>>() };
    let n = network.structure().unknown_count();
    // SAFETY: handles and arrays are those that CVODE was given, and live as long.
    let (y, dydt) = unsafe { (std::slice::from_raw_parts(y, n), std::slice::from_raw_parts_mut(dydt, n)) };
    network.rhs(t, y, dydt);
}

unsafe extern "C" fn jacobian(functions: *mut c_void, t: f64, y: *const f64, dense: *mut f64) {
    // SAFETY: handles and arrays are those that CVODE was given, and live as long.
    let Functions { network, jacobian } = unsafe { &mut *functions.cast::<Functions<'_>>() };
    let structure = network.structure();
    let n = structure.unknown_count();
    let (y, dense) =
        // SAFETY: handles and arrays are those that CVODE was given, and live as long.
        unsafe { (std::slice::from_raw_parts(y, n), std::slice::from_raw_parts_mut(dense, n * n)) };
    network.jacobian(t, y, jacobian);
    dense.fill(0.0);
    for (column, out) in dense.chunks_exact_mut(n).enumerate() {
        for (row, value) in structure.jacobian_values(column, jacobian) {
            out[row] = *value;
        }
    }
}

impl<'n> Cvode<'n> {
    /// A solver with these tolerances; `None` if SUNDIALS refuses.
    pub fn new(network: &'n dyn ChemNetwork, rtol: f64, atol: f64) -> Option<Self> {
        let structure = network.structure();
        let n = structure.unknown_count();
        let functions =
            Box::into_raw(Box::new(Functions { network, jacobian: vec![0.0; structure.jacobian_count()] }));
        // SAFETY: the functions live until `drop`.
        let solver = unsafe { chem_cvode_new(n, functions.cast(), rhs, jacobian, rtol, atol) };
        match NonNull::new(solver) {
            Some(solver) => Some(Cvode { solver, n, functions }),
            None => {
                // SAFETY: made above, and known to nobody else.
                drop(unsafe { Box::from_raw(functions) });
                None
            }
        }
    }

    /// Advances a state to `end` `[s]` and says in how many steps; or gives CVODE's error code.
    ///
    /// # Errors
    /// CVODE's code.
    ///
    /// # Panics
    /// If the state is not one of the network.
    pub fn solve(&mut self, y: &mut [f64], end: f64) -> Result<u64, i32> {
        assert_eq!(y.len(), self.n);
        let mut steps = 0;
        // SAFETY: `y` has `n` entries.
        match unsafe { chem_cvode_solve(self.solver.as_ptr(), y.as_mut_ptr(), self.n, end, &raw mut steps) } {
            0 => Ok(steps as u64),
            code => Err(code),
        }
    }
}

impl Drop for Cvode<'_> {
    fn drop(&mut self) {
        // SAFETY: both were made in `new`, and C forgets the functions first.
        unsafe {
            chem_cvode_free(self.solver.as_ptr());
            drop(Box::from_raw(self.functions));
        }
    }
}
