//! The functions of the C interface that advance cells by a trained network. What they do and return is said in the header
//! that `chem host --emulator` writes.
#![expect(unsafe_code, reason = "called from C")]

use std::ffi::{CStr, c_char};
use std::path::Path;

use chem_solver::network::GenericNetwork;

use crate::block::Block;
use crate::calls::block_at;
use crate::error::HostError;
use crate::guard::{entered, entered_or};
use crate::solver::{Emulator, Solver};

/// A trained network with a solver behind it, or NULL and why in `error`.
///
/// # Safety
/// `solver` comes from `new` and no other thread changes it now; `path` ends with 0; `error` is NULL or can be written to.
pub unsafe fn emulator_new<N: GenericNetwork + Clone + Default + 'static>(
    solver: *const Solver<N>,
    path: *const c_char,
    tolerance: f64,
    error: *mut i64,
) -> *mut Emulator<N> {
    let mut emulator = std::ptr::null_mut();
    let code = entered(|| {
        // SAFETY: as promised by the caller.
        let solver = unsafe { solver.as_ref() }.ok_or(HostError::Null { what: "the solver" })?;
        if path.is_null() {
            return Err(HostError::Null { what: "the path of the trained network" });
        }
        // SAFETY: as promised by the caller.
        let path = unsafe { CStr::from_ptr(path) }.to_string_lossy();
        emulator = Box::into_raw(Box::new(Emulator::new(solver, Path::new(path.trim_end()), tolerance)?));
        Ok(0)
    });
    if !error.is_null() && error.is_aligned() {
        // SAFETY: as promised by the caller.
        unsafe { *error = code };
    }
    emulator
}

/// Gives an emulator back; NULL does nothing.
///
/// # Safety
/// `emulator` comes from `emulator_new` and is not used any more.
pub unsafe fn emulator_free<N>(emulator: *mut Emulator<N>) {
    if !emulator.is_null() {
        // SAFETY: as promised by the caller.
        let emulator = unsafe { Box::from_raw(emulator) };
        entered_or((), || drop(emulator));
    }
}

/// Advances the cells of a block.
///
/// # Safety
/// `emulator` comes from `emulator_new`; the block is one, its arrays have room for its cells, and no other thread uses them
/// now.
pub unsafe fn emulator_advance<N: GenericNetwork + Clone + Default + 'static>(
    emulator: *const Emulator<N>,
    block: *mut Block,
) -> i64 {
    entered(|| {
        // SAFETY: as promised by the caller.
        let emulator = unsafe { emulator.as_ref() }.ok_or(HostError::Null { what: "the emulator" })?;
        // SAFETY: as promised by the caller.
        let mut copy = unsafe { block_at(block) }?;
        let failed = emulator.advance(&mut copy)?;
        // SAFETY: as promised by the caller; looked at by `block_at`.
        unsafe { (*block).total_added = copy.total_added };
        Ok(failed)
    })
}
