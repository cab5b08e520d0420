//! The functions of the C interface, for any network. What they do and return is said in the header that `chem host` writes.
//!
//! Pointers are looked at for NULL and alignment; that they point to what the header says is the caller's promise.
#![expect(unsafe_code, reason = "called from C")]

use std::ffi::{CStr, c_char};

use chem_solver::network::GenericNetwork;

use crate::array::{Array, aligned};
use crate::block::{Block, check_size, check_species};
use crate::catalogue::Catalogue;
use crate::error::HostError;
use crate::guard::{self, entered, entered_or};
use crate::solver::{Solver, items};

/// Version of the interface: grows when a host must be built anew.
pub const ABI_VERSION: i32 = 1;

/// Species of a cell together.
const CELL_BY_CELL: i32 = 0;
/// Cells of a species together.
const SPECIES_BY_SPECIES: i32 = 1;

/// [`ABI_VERSION`].
pub fn abi_version() -> i32 {
    ABI_VERSION
}

/// A solver, or NULL and why in `error`.
///
/// # Safety
/// `error` is NULL or can be written to.
pub unsafe fn new<N: GenericNetwork + Clone + Default>(
    species: usize,
    rtol: f64,
    atol: f64,
    threads: usize,
    error: *mut i64,
) -> *mut Solver<N> {
    let mut solver = std::ptr::null_mut();
    let code = entered(|| {
        check_species(species, N::default().structure())?;
        solver = Box::into_raw(Box::new(Solver::new(rtol, atol, threads)?));
        Ok(0)
    });
    if !error.is_null() && error.is_aligned() {
        // SAFETY: as promised by the caller.
        unsafe { *error = code };
    }
    solver
}

/// Gives a solver back; NULL does nothing.
///
/// # Safety
/// `solver` comes from `new` and is not used any more.
pub unsafe fn free<N>(solver: *mut Solver<N>) {
    if !solver.is_null() {
        // SAFETY: as promised by the caller.
        let solver = unsafe { Box::from_raw(solver) };
        entered_or((), || drop(solver));
    }
}

/// Sets an option of the solver.
///
/// # Safety
/// `solver` comes from `new` and no other thread uses it now.
pub unsafe fn set_option<N: GenericNetwork + Clone + Default>(
    solver: *mut Solver<N>,
    option: i32,
    value: f64,
) -> i64 {
    entered(|| {
        // SAFETY: as promised by the caller.
        let solver = unsafe { solver.as_mut() }.ok_or(HostError::Null { what: "the solver" })?;
        solver.set_option(option, value).map(|()| 0)
    })
}

/// Sets a parameter.
///
/// # Safety
/// `solver` comes from `new` and no other thread uses it now; `name` ends with 0.
pub unsafe fn set_parameter<N: GenericNetwork + Clone + Default>(
    solver: *mut Solver<N>,
    name: *const c_char,
    value: f64,
) -> i64 {
    entered(|| {
        // SAFETY: as promised by the caller.
        let solver = unsafe { solver.as_mut() }.ok_or(HostError::Null { what: "the solver" })?;
        // SAFETY: as promised by the caller.
        let name = unsafe { text(name) }?.to_string_lossy();
        solver.set_parameter(&name, value).map(|()| 0)
    })
}

/// Writes the value that a parameter has.
///
/// # Safety
/// `solver` comes from `new`; `name` ends with 0; `value` can be written to.
pub unsafe fn get_parameter<N: GenericNetwork + Clone + Default>(
    solver: *const Solver<N>,
    name: *const c_char,
    value: *mut f64,
) -> i64 {
    entered(|| {
        // SAFETY: as promised by the caller.
        let solver = unsafe { solver.as_ref() }.ok_or(HostError::Null { what: "the solver" })?;
        if value.is_null() {
            return Err(HostError::Null { what: "the place of the value" });
        }
        aligned("the place of the value", value)?;
        // SAFETY: as promised by the caller.
        let name = unsafe { text(name) }?.to_string_lossy();
        let found = solver.get_parameter(&name)?;
        // SAFETY: as promised by the caller.
        unsafe { *value = found };
        Ok(0)
    })
}

/// Advances cells in contiguous arrays, all by the same time step.
///
/// # Safety
/// `solver` comes from `new`; the arrays have room for the cells, and no other thread uses them now.
#[expect(clippy::too_many_arguments, reason = "those of C")]
pub unsafe fn step<N: GenericNetwork + Clone + Default>(
    solver: *const Solver<N>,
    species: usize,
    cells: usize,
    n: *mut f64,
    t_gas: *mut f64,
    layout: i32,
    dt: f64,
    status: *mut i32,
) -> i64 {
    entered(|| {
        // SAFETY: as promised by the caller.
        let solver = unsafe { solver.as_ref() }.ok_or(HostError::Null { what: "the solver" })?;
        let (between_cells, between_species) = match layout {
            CELL_BY_CELL => (species, 1),
            SPECIES_BY_SPECIES => (1, cells),
            value => return Err(HostError::Choice { what: "the layout", value: value.into() }),
        };
        let stride = |stride| isize::try_from(stride).unwrap_or(isize::MAX);
        let densities = Array { stride: [stride(between_cells), 0, 0], ..Array::dense(n) };
        let mut dt = dt;
        let mut block = Block {
            cells: [cells, 1, 1],
            densities,
            species_stride: stride(between_species),
            thermal: Array::dense(t_gas),
            dt: Array { stride: [0; 3], ..Array::dense(&raw mut dt) },
            status,
            ..Block::empty(species)
        };
        solver.advance(&mut block)
    })
}

/// Advances the cells of a block.
///
/// # Safety
/// `solver` comes from `new`; the block is one, its arrays have room for its cells, and no other thread uses them now.
pub unsafe fn advance<N: GenericNetwork + Clone + Default>(
    solver: *const Solver<N>,
    block: *mut Block,
) -> i64 {
    entered(|| {
        // SAFETY: as promised by the caller.
        let solver = unsafe { solver.as_ref() }.ok_or(HostError::Null { what: "the solver" })?;
        // SAFETY: as promised by the caller.
        let mut copy = unsafe { block_at(block) }?;
        let failed = solver.advance(&mut copy)?;
        // SAFETY: as promised by the caller; looked at by `block_at`.
        unsafe { (*block).total_added = copy.total_added };
        Ok(failed)
    })
}

/// Advances the cells of a block to a steady state.
///
/// # Safety
/// As `advance`.
pub unsafe fn equilibrium<N: GenericNetwork + Clone + Default>(
    solver: *const Solver<N>,
    block: *mut Block,
    tolerance: f64,
) -> i64 {
    entered(|| {
        // SAFETY: as promised by the caller.
        let solver = unsafe { solver.as_ref() }.ok_or(HostError::Null { what: "the solver" })?;
        // SAFETY: as promised by the caller.
        let mut copy = unsafe { block_at(block) }?;
        solver.to_equilibrium(&mut copy, tolerance)
    })
}

/// Evaluates a quantity in the cells of a block.
///
/// # Safety
/// As `advance`; `out` has room for `room` numbers.
pub unsafe fn evaluate<N: GenericNetwork + Clone + Default>(
    solver: *const Solver<N>,
    block: *const Block,
    quantity: i32,
    out: *mut f64,
    room: usize,
) -> i64 {
    entered(|| {
        // SAFETY: as promised by the caller.
        let solver = unsafe { solver.as_ref() }.ok_or(HostError::Null { what: "the solver" })?;
        // SAFETY: as promised by the caller.
        let block = unsafe { block_at(block) }?;
        let structure = solver.network().structure();
        block.check_identity(structure)?;
        let items = items(structure, quantity)?;
        let expected = block.count()?.saturating_mul(items);
        if expected == 0 {
            return Ok(0);
        }
        if out.is_null() {
            return Err(HostError::Null { what: "the array of results" });
        }
        aligned("the array of results", out)?;
        if room < expected || expected > isize::MAX as usize / size_of::<f64>() {
            return Err(HostError::Room { what: "the array of results", found: room, expected });
        }
        // SAFETY: as promised by the caller; not larger than what can be addressed.
        let out = unsafe { std::slice::from_raw_parts_mut(out, expected) };
        solver.evaluate(&block, quantity, out)
    })
}

/// How many numbers a cell has of a quantity.
pub fn quantity_size(catalogue: &Catalogue, quantity: i32) -> i64 {
    entered(|| Ok(items(catalogue.structure(), quantity)? as i64))
}

/// How many names a list has.
pub fn count(catalogue: &Catalogue, list: i32) -> usize {
    catalogue.count(list)
}

/// A name of a list, from 0 on; NULL beyond the last.
pub fn name(catalogue: &Catalogue, list: i32, index: usize) -> *const c_char {
    catalogue.name(list, index)
}

/// Where a name stands in its list.
///
/// # Safety
/// `name` ends with 0.
pub unsafe fn index(catalogue: &Catalogue, list: i32, name: *const c_char) -> i64 {
    // SAFETY: as promised by the caller.
    entered(|| Ok(catalogue.index(list, unsafe { text(name) }?)? as i64))
}

/// Unit of a parameter as declared.
pub fn parameter_unit(catalogue: &Catalogue, parameter: usize) -> *const c_char {
    catalogue.unit(parameter)
}

/// Declared value of a parameter.
pub fn parameter_default(catalogue: &Catalogue, parameter: usize) -> f64 {
    catalogue.default(parameter)
}

/// Which values a parameter may have.
pub fn parameter_kind(catalogue: &Catalogue, parameter: usize) -> i32 {
    catalogue.kind(parameter)
}

/// Where a value of a parameter holds.
pub fn parameter_scope(catalogue: &Catalogue, parameter: usize) -> i32 {
    catalogue.scope(parameter)
}

/// The lower (0) or the upper (1) edge of a band `[erg]`.
pub fn band_edge(catalogue: &Catalogue, band: usize, upper: i32) -> f64 {
    catalogue.band_edge(band, upper != 0)
}

/// Mass of a species `[g]`; not a number beyond the last.
pub fn mass(catalogue: &Catalogue, species: usize) -> f64 {
    catalogue.structure().masses.get(species).copied().unwrap_or(f64::NAN)
}

/// Charge of a species; 0 beyond the last.
pub fn charge(catalogue: &Catalogue, species: usize) -> i32 {
    catalogue.structure().charges.get(species).copied().unwrap_or(0)
}

/// Nuclei of an element in a species; 0 beyond the last.
pub fn nuclei(catalogue: &Catalogue, species: usize, element: usize) -> i32 {
    let structure = catalogue.structure();
    let elements = structure.elements.len();
    let at =
        species.checked_mul(elements).and_then(|row| row.checked_add(element)).filter(|_| element < elements);
    let count = at.and_then(|at| structure.composition.get(at)).copied().unwrap_or(0);
    i32::try_from(count).unwrap_or(i32::MAX)
}

/// Digest of the network's equations.
pub fn network_hash(catalogue: &Catalogue) -> u64 {
    catalogue.structure().hash
}

/// What a status of a cell means.
pub fn status_text(catalogue: &Catalogue, status: i32) -> *const c_char {
    catalogue.status(status)
}

/// What the code of an error means.
pub fn error_text(catalogue: &Catalogue, code: i64) -> *const c_char {
    catalogue.error(code)
}

/// What the last error in this thread was.
pub fn last_error() -> *const c_char {
    guard::last_error()
}

/// # Safety
/// NULL, or ends with 0.
unsafe fn text<'a>(text: *const c_char) -> Result<&'a CStr, HostError> {
    if text.is_null() {
        return Err(HostError::Null { what: "the name" });
    }
    // SAFETY: as promised by the caller.
    Ok(unsafe { CStr::from_ptr(text) })
}

/// A copy of a block, whose version is looked at before all of it is read.
///
/// # Safety
/// NULL, or a block whose size is what its first member says.
pub(crate) unsafe fn block_at(block: *const Block) -> Result<Block, HostError> {
    if block.is_null() {
        return Err(HostError::Null { what: "the block" });
    }
    aligned("the block", block)?;
    // SAFETY: as promised by the caller.
    let size = unsafe { (&raw const (*block).size).read() };
    check_size(size)?;
    // SAFETY: as promised by the caller.
    Ok(unsafe { *block })
}
