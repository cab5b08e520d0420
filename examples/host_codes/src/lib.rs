//! The molecular network for host codes in C and Fortran: a handle, and a step for many cells.
//!
//! Copy this crate, name your network file in `chem_network!`, and build with `cargo build --release`. The header
//! `chem_molecular.h` is made from this file by cbindgen, `chem_molecular.f90` has the same for Fortran.
// Units in brackets stand as they are in the C header.
#![allow(rustdoc::broken_intra_doc_links)]
#![allow(unsafe_code)] // called from C

use std::ffi::{CStr, CString, c_char};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::LazyLock;

use chem_runtime::batch::{BatchError, Host, HostError, Layout, Status};
use chem_runtime::network::{ChemNetwork, SpeciesSet};

chem_runtime::chem_network!("../../networks/molecular.net");

/// Number of species.
pub const CHEM_SPECIES_COUNT: usize = 9;
/// Order of densities: all species of cell 0, then those of cell 1, and so on.
pub const CHEM_CELL_BY_CELL: i32 = 0;
/// Order of densities: all cells of species 0, then those of species 1, and so on.
pub const CHEM_SPECIES_BY_SPECIES: i32 = 1;
/// A pointer is null.
pub const CHEM_NULL: i64 = -1;
/// A tolerance is out of range: rtol must lie in 1e-10 .. 0.1, atol in 1e-100 .. 1e100.
pub const CHEM_TOLERANCE: i64 = -2;
/// The layout is neither of the two.
pub const CHEM_LAYOUT: i64 = -3;
/// The network has no parameter of that name.
pub const CHEM_PARAMETER: i64 = -4;
/// The threads could not be started, or are more than 1024, or arrays do not fit.
pub const CHEM_OTHER: i64 = -5;
/// So many cells cannot be: their arrays are larger than what can be addressed, or there is no memory for the report.
pub const CHEM_CELLS: i64 = -6;
/// A pointer is not aligned as its numbers must be: 8 bytes, 4 for the status.
pub const CHEM_ALIGNMENT: i64 = -7;
/// A value is not finite.
pub const CHEM_VALUE: i64 = -8;
/// chem itself is at fault, and says on stderr where: the cells of this call are not to be used.
pub const CHEM_FAULT: i64 = -9;

const _: () = assert!(CHEM_SPECIES_COUNT == <molecular::Species as SpeciesSet>::COUNT);

/// A solver: what a host code holds between its steps. There is no other state.
pub struct ChemSolver(Host<molecular::Molecular>);

fn code(error: &HostError) -> i64 {
    match error {
        HostError::Batch(BatchError::Tolerance { .. }) => CHEM_TOLERANCE,
        HostError::Parameter { .. } => CHEM_PARAMETER,
        HostError::Batch(BatchError::Memory { .. }) | HostError::Cells { .. } => CHEM_CELLS,
        HostError::Value { .. } => CHEM_VALUE,
        _ => CHEM_OTHER,
    }
}

/// What a function returns; CHEM_FAULT for a panic, which must not go on into C.
fn caught(call: impl FnOnce() -> i64) -> i64 {
    catch_unwind(AssertUnwindSafe(call)).unwrap_or(CHEM_FAULT)
}

/// A solver with these tolerances (rtol 1e-3 is as exact as KROME's default; atol [cm^-3]) and threads of its own; 0
/// threads are as many as the machine has, ranks of an MPI code take 1. Writes CHEM_... into `error` on failure, and
/// returns NULL.
///
/// # Safety
/// `error` is NULL or can be written to.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn chem_new(rtol: f64, atol: f64, threads: usize, error: *mut i64) -> *mut ChemSolver {
    let new = catch_unwind(|| Host::new(rtol, atol, threads).map_err(|problem| code(&problem)));
    match new.unwrap_or(Err(CHEM_FAULT)) {
        Ok(host) => Box::into_raw(Box::new(ChemSolver(host))),
        Err(problem) => {
            if !error.is_null() && error.is_aligned() {
                // SAFETY: as promised by the caller.
                unsafe { *error = problem };
            }
            std::ptr::null_mut()
        }
    }
}

/// Gives a solver back; NULL does nothing.
///
/// # Safety
/// `solver` comes from `chem_new` and is not used any more.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn chem_free(solver: *mut ChemSolver) {
    if !solver.is_null() {
        // SAFETY: as promised by the caller.
        let solver = unsafe { Box::from_raw(solver) };
        let _ = catch_unwind(AssertUnwindSafe(|| drop(solver)));
    }
}

/// Sets a parameter of the network, for example `zeta_cr` [s^-1]. Returns 0, or a negative CHEM_...: it then keeps its
/// value.
///
/// # Safety
/// `solver` comes from `chem_new` and no other thread uses it now; `name` ends with 0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn chem_set_parameter(solver: *mut ChemSolver, name: *const c_char, value: f64) -> i64 {
    // SAFETY: as promised by the caller.
    let Some(ChemSolver(host)) = (unsafe { solver.as_mut() }) else { return CHEM_NULL };
    if name.is_null() {
        return CHEM_NULL;
    }
    // SAFETY: as promised by the caller.
    let name = unsafe { CStr::from_ptr(name) }.to_string_lossy();
    caught(|| host.set_parameter(&name, value).map_or_else(|error| code(&error), |()| 0))
}

/// Advances `cells` cells by `dt` [s]. `n` holds CHEM_SPECIES_COUNT * cells number densities [cm^-3] in the order that
/// `layout` names, `t_gas` the temperatures [K], `status` (or NULL) takes what became of each cell: 0 or 1 advanced,
/// else unchanged, see `chem_status_text`. Returns the number of cells that were not advanced, or a negative CHEM_...,
/// and then, but for CHEM_FAULT, nothing was changed. Without cells nothing is looked at, and 0 returned.
///
/// # Safety
/// `solver` comes from `chem_new`; the arrays have these lengths and no other thread uses them now.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn chem_step(
    solver: *const ChemSolver,
    cells: usize,
    n: *mut f64,
    t_gas: *mut f64,
    layout: i32,
    dt: f64,
    status: *mut i32,
) -> i64 {
    // SAFETY: as promised by the caller.
    let Some(ChemSolver(host)) = (unsafe { solver.as_ref() }) else { return CHEM_NULL };
    let layout = match layout {
        CHEM_CELL_BY_CELL => Layout::CellByCell,
        CHEM_SPECIES_BY_SPECIES => Layout::SpeciesBySpecies,
        _ => return CHEM_LAYOUT,
    };
    if cells == 0 {
        return 0;
    }
    if n.is_null() || t_gas.is_null() {
        return CHEM_NULL;
    }
    if !n.is_aligned() || !t_gas.is_aligned() || !status.is_aligned() {
        return CHEM_ALIGNMENT;
    }
    let densities = match host.densities(cells) {
        Ok(count) => count,
        Err(error) => return code(&error),
    };
    // SAFETY: as promised by the caller; no array is larger than what can be addressed.
    let (n, t_gas) = unsafe {
        (std::slice::from_raw_parts_mut(n, densities), std::slice::from_raw_parts_mut(t_gas, cells))
    };
    caught(|| {
        let report = match host.step(n, t_gas, layout, dt) {
            Ok(report) => report,
            Err(error) => return code(&error),
        };
        if !status.is_null() {
            // SAFETY: as promised by the caller.
            let status = unsafe { std::slice::from_raw_parts_mut(status, cells) };
            for (status, cell) in status.iter_mut().zip(&report.cells) {
                *status = cell.status as i32;
            }
        }
        report.failures().count() as i64
    })
}

static SPECIES: LazyLock<Vec<CString>> = LazyLock::new(|| {
    let structure = molecular::Molecular::default();
    let names = structure.structure().species.iter();
    names.map(|name| CString::new(name.as_bytes()).unwrap_or_default()).collect()
});

/// Name of a species, from 0 on in the order of the densities; NULL beyond the last.
#[unsafe(no_mangle)]
pub extern "C" fn chem_species_name(species: usize) -> *const c_char {
    SPECIES.get(species).map_or(std::ptr::null(), |name| name.as_ptr())
}

static STATUS: LazyLock<Vec<CString>> = LazyLock::new(|| {
    let all = [
        Status::Done,
        Status::Fallback,
        Status::InvalidDensity,
        Status::InvalidTemperature,
        Status::InvalidTime,
        Status::Failed,
        Status::SlopeNotFinite,
    ];
    all.iter().map(|status| CString::new(status.to_string()).unwrap_or_default()).collect()
});

/// What a status of a cell means; NULL if there is no such status.
#[unsafe(no_mangle)]
pub extern "C" fn chem_status_text(status: i32) -> *const c_char {
    usize::try_from(status)
        .ok()
        .and_then(|status| STATUS.get(status))
        .map_or(std::ptr::null(), |text| text.as_ptr())
}
