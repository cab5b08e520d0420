//! The state of one cell of gas.

use std::ops::{Index, IndexMut};

use crate::network::SpeciesSet;

/// Number densities [cm^-3], indexed by species.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Densities<S: SpeciesSet>(S::Array);

impl<S: SpeciesSet> Densities<S> {
    /// Takes densities in declared order.
    pub fn new(values: S::Array) -> Self {
        Densities(values)
    }

    /// All densities in declared order.
    pub fn as_slice(&self) -> &[f64] {
        self.0.as_ref()
    }

    /// All densities in declared order.
    pub fn as_mut_slice(&mut self) -> &mut [f64] {
        self.0.as_mut()
    }

    /// Sum over all species, electrons included.
    pub fn total(&self) -> f64 {
        self.as_slice().iter().sum()
    }
}

impl<S: SpeciesSet> Default for Densities<S> {
    fn default() -> Self {
        Densities(S::ZEROS)
    }
}

impl<S: SpeciesSet> Index<S> for Densities<S> {
    type Output = f64;
    fn index(&self, species: S) -> &f64 {
        &self.0.as_ref()[species.index()]
    }
}

impl<S: SpeciesSet> IndexMut<S> for Densities<S> {
    fn index_mut(&mut self, species: S) -> &mut f64 {
        &mut self.0.as_mut()[species.index()]
    }
}

/// Composition and temperature of one cell.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Cell<S: SpeciesSet> {
    /// Number densities [cm^-3].
    pub n: Densities<S>,
    /// Gas temperature `[K]`.
    pub t_gas: f64,
}

impl<S: SpeciesSet> Cell<S> {
    /// Densities [cm^-3] in declared order and temperature `[K]`.
    pub fn new(densities: S::Array, t_gas: f64) -> Self {
        Cell { n: Densities::new(densities), t_gas }
    }

    /// Number density of a species [cm^-3].
    pub fn n(&self, species: S) -> f64 {
        self.n[species]
    }

    /// Writes the unknowns (densities [cm^-3] in declared order, then T `[K]`) into `y`, which has `S::COUNT + 1` entries.
    pub fn write_unknowns(&self, y: &mut [f64]) {
        let n = self.n.as_slice();
        for (slot, value) in y.iter_mut().zip(n.iter().chain(std::iter::once(&self.t_gas))) {
            *slot = *value;
        }
    }

    /// Reads a cell from unknowns (densities [cm^-3] in declared order, then T `[K]`); missing entries stay zero.
    pub fn from_unknowns(y: &[f64]) -> Self {
        let mut cell = Cell { n: Densities::default(), t_gas: 0.0 };
        for (slot, value) in cell.n.as_mut_slice().iter_mut().zip(y) {
            *slot = *value;
        }
        cell.t_gas = y.get(S::COUNT).copied().unwrap_or(0.0);
        cell
    }
}
