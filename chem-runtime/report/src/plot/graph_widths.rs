//! How wide the arrows of a network are.

use super::chemical_label;
use super::graph_edges::Edge;
use super::graph_view::GraphView;

/// How wide arrows are: the logarithm of what they stand for, between the ends of a scale.
pub(super) struct Widths {
    /// Name of the state, if fluxes are shown.
    state: Option<String>,
    finest: f64,
    widest: f64,
}

/// Most decades of flux from the widest to the finest arrow.
const DECADES: f64 = 4.0;
/// Numbers of reactions up to which each more widens an arrow.
const COUNTED: f64 = 7.0;

impl Widths {
    pub(super) fn new(view: &GraphView<'_>, edges: &[Edge]) -> Self {
        let state = view.fluxes.map(|(name, _)| name.to_owned());
        let values = || edges.iter().map(|edge| if state.is_some() { edge.flux } else { edge.count as f64 });
        let widest = values().fold(0.0, f64::max);
        let finest = values().fold(f64::INFINITY, f64::min);
        let decades = (widest / finest).log10().ceil().clamp(1.0, DECADES);
        let finest = if state.is_some() { widest / 10f64.powf(decades) } else { 1.0 };
        Widths { state, finest, widest }
    }

    /// Width `[px]` of an arrow.
    pub(super) fn of(&self, edge: &Edge) -> f64 {
        let logarithmic = |value: f64| {
            let share = (value / self.finest).ln() / (self.widest / self.finest).ln();
            1.2 + 7.8 * if share.is_nan() { 1.0 } else { share.clamp(0.0, 1.0) }
        };
        match &self.state {
            Some(_) => logarithmic(edge.flux),
            None if self.widest > COUNTED => logarithmic(edge.count as f64),
            None => 1.6 + 1.2 * (edge.count as f64 - 1.0),
        }
    }

    /// What the legend says.
    pub(super) fn legend(&self, is_labelled: bool) -> String {
        match &self.state {
            None if is_labelled => "width: number of reactions (at the arrow if more than one)".to_owned(),
            None if self.widest > COUNTED => {
                format!("width: logarithm of the number of reactions, 1 to {}", self.widest)
            }
            None => "width: number of reactions".to_owned(),
            Some(name) => format!(
                "width: logarithm of the flux at {name}, {} to {} cm⁻³ s⁻¹",
                chemical_label::rounded(self.finest),
                chemical_label::rounded(self.widest)
            ),
        }
    }
}
