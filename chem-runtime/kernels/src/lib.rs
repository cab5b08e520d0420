//! Kernels for graphics processors: the residual of a network in logarithmic variables and its vector-Jacobian
//! product, over a batch of points.
//!
//! They do the same as [`chem_solver::log_form`]. A kernel is made at run time from the intermediate form of a network, which is
//! written out operation by operation when cubecl expands it: no network has code of its own here, and one that is read
//! from a file at run time has kernels like one that was compiled. Single and double precision come from one text;
//! constants are rounded once, to the precision of the kernel.
//!
//! A point is one thread. `tau` has an entry per point, `u`, `dudtau`, `cotangent` and the results one row per point with
//! an entry per unknown.
#![cfg(feature = "cubecl")]

mod centred;
mod evaluate;
mod interpolation;
mod late_products;
pub mod logistic;
mod program;
mod residual;
mod sums;
mod tables;
mod writer;

pub use program::Program;
pub use residual::{
    ResidualBuffers, ResidualKernel, launch_product, launch_residual, residual_log, residual_log_vjp,
};
pub use tables::TableLayout;

use cubecl_core::prelude::{CubeCount, CubeDim};

/// Threads of a block.
const BLOCK: u32 = 128;
/// Blocks along each axis of a grid.
const LARGEST_GRID: usize = 65_535;

/// Blocks, and threads of each, for at least `count` threads.
fn grid(count: usize) -> (CubeCount, CubeDim) {
    let blocks = count.div_ceil(BLOCK as usize);
    let rows = blocks.div_ceil(LARGEST_GRID).max(1);
    (CubeCount::Static(blocks.div_ceil(rows) as u32, rows as u32, 1), CubeDim::new_1d(BLOCK))
}
