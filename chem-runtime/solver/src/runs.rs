//! Work on many cells: solving them, evaluating their rates, and saying how it went.

mod any_network;
mod cells;
pub mod choice;
mod importance;
mod in_lanes;
mod routes;
mod summary;
mod terms;

pub use any_network::AnyNetwork;
pub use cells::{FailedCell, SolvedCell, in_parallel, solve_cells};
pub use importance::importance;
pub use routes::{Route, Routed, Routes, Side};
pub use summary::{headline, summary};
pub use terms::{write_terms_header, write_terms_row};
