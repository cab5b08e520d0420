//! Structure of a network: stoichiometry, conservation laws, sparsity, elimination order.

mod conservation;
mod modular;
mod ordering;
mod pattern;
mod stoichiometry;
mod symbolic_lu;

pub use conservation::{ConservationLaw, conservation_laws};
pub use pattern::Pattern;
pub use stoichiometry::Stoichiometry;
pub use symbolic_lu::SymbolicLu;
