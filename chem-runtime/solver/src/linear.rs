//! Linear systems of the network's own pattern, and the dense one behind them.

pub mod dense_lu;
mod full_tail;
pub mod lu;
#[doc(hidden)]
pub mod mass_action;
