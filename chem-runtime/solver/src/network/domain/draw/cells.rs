//! Many cells of a domain, each with its own parameters.

use super::{DomainView, random_stream};
use crate::network::Environment;
use crate::structure::Structure;

/// Cells drawn from a domain.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DrawnCells {
    /// Cells x unknowns: densities [cm^-3] in declared order, then T `[K]`.
    pub rows: Vec<f64>,
    /// Name of each parameter per cell of which the domain has a range, and its value in each cell.
    pub parameters: Vec<(String, Vec<f64>)>,
}

impl DrawnCells {
    /// What surrounds them.
    pub fn environment(&self) -> Environment<'_> {
        self.parameters
            .iter()
            .fold(Environment::new(), |environment, (name, values)| environment.each(name.as_str(), values))
    }
}

impl DomainView<'_> {
    /// Draws the first `count` cells of a seed, each from its own [`random_stream`]. `None` as [`DomainView::draw`].
    pub fn draw_cells(&self, structure: &Structure, seed: u64, count: u64) -> Option<DrawnCells> {
        let name = |parameter: usize| structure.parameters.get(parameter).map_or("", |name| name);
        let parameters =
            self.parameters.iter().map(|(parameter, _)| (name(*parameter).to_owned(), Vec::new()));
        let mut drawn = DrawnCells { rows: Vec::new(), parameters: parameters.collect() };
        for index in 0..count {
            let mut random = random_stream(seed, index);
            drawn.rows.extend(self.draw(structure, &mut random)?);
            for ((_, values), (_, value)) in
                drawn.parameters.iter_mut().zip(self.draw_parameters(&mut random))
            {
                values.push(value);
            }
        }
        Some(drawn)
    }
}
