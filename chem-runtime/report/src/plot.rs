//! Pictures as SVG: trajectories, emulators beside their reference, rate coefficients, the network itself.

mod axis;
mod bars;
mod chemical_label;
mod comparison;
mod cumulative;
mod distributions;
mod end_labels;
mod error_map;
mod figure;
mod format;
mod graph_curve;
mod graph_edges;
mod graph_labels;
mod graph_layout;
mod graph_view;
mod graph_widths;
mod history;
mod network_graph;
mod palette;
mod prominent;
mod rate_coefficients;
mod routes;
mod scales;
mod spread_labels;
mod text_width;
mod trajectory;
mod work_precision;

pub use bars::{Bar, Bars, bars};
pub use comparison::{Comparison, comparison};
pub use cumulative::{Cumulative, cumulative};
pub use distributions::{Distribution, DistributionPanel, Distributions, distributions};
pub use error_map::{ErrorMap, error_map};
pub use format::Format;
pub use graph_view::GraphView;
pub use history::{History, HistoryLine, history};
pub use network_graph::{NetworkGraph, network_graph};
pub use rate_coefficients::{RateCoefficients, RateCurve, rate_coefficients};
pub use routes::{RouteShare, RouteShares, route_shares};
pub use trajectory::{Trajectory, trajectory};
pub use work_precision::{WorkPrecision, WorkPrecisionLine, work_precision};

/// Most lines of a picture that have a name and a colour of their own.
pub const MOST_NAMES: usize = palette::STYLES;
