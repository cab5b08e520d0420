//! A synthetic network of 399 species and 4,400 reactions.

chem_runtime::chem_network!("$OUT_DIR/synthetic.net");

pub use synthetic::Synthetic;
