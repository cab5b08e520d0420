//! Tables of states as CSV: columns `id`, `T_K`, `n_<species>` and, where time matters, `t_s` or `t_yr`.
//!
//! Columns are found by name and may stand in any order; others are ignored. Lines that begin with `#` are
//! comments. Numbers may be written as Fortran does (`1.5E+003`, `1.5D+003`).

mod initial_states;
mod number;
mod output_times;
mod sheet;
mod trajectories;

pub use initial_states::{NeutralityCheck, Rows, State, read_states};
pub use output_times::{OutputTimes, read_times};
pub(crate) use trajectories::Field;
pub use trajectories::{Digits, write_trajectory_header, write_trajectory_rows};
