//! Tables of states as CSV: columns `id`, `T_K`, `n_<species>` and, where time matters, `t_s` or `t_yr`.
//!
//! Columns are found by name and may stand in any order. Species without a column have none; a column that nothing
//! uses is a warning. Lines that begin with `#` are
//! comments. Numbers may be written as Fortran does (`1.5E+003`, `1.5D+003`).

mod columns;
mod initial_states;
mod number;
mod output_times;
mod record;
mod sheet;
mod spelling;
mod trajectories;
mod unused;

pub use initial_states::{NeutralityCheck, Rows, State, States, read_states};
pub use output_times::{OutputTimes, read_times};
pub use record::{Entry, write_record};
pub use trajectories::{write_trajectory_header, write_trajectory_rows};
