//! Pictures as SVG: trajectories, rate coefficients, the network itself.

mod axis;
mod chemical_label;
mod figure;
mod graph_edges;
mod graph_layout;
mod network_graph;
mod palette;
mod rate_coefficients;
mod spread_labels;
mod trajectory;

pub use network_graph::network_graph;
pub use rate_coefficients::{RateCurve, rate_coefficients};
pub use trajectory::{Trajectory, trajectory};
