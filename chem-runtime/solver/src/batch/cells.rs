//! Where the host code keeps its cells.

use crate::network::SpeciesSet;
use crate::network::cell::Cell;

/// Cells in an order of the host's own. Unknowns are number densities [cm^-3] in declared order, then T `[K]`.
pub trait CellStore: Send + Sized {
    /// Number of cells.
    fn len(&self) -> usize;
    /// Whether there are none.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }
    /// Number of unknowns of a cell.
    fn unknown_count(&self) -> usize;
    /// Copies the unknowns of a cell.
    fn read(&self, cell: usize, y: &mut [f64]);
    /// Takes the unknowns of a cell.
    fn write(&mut self, cell: usize, y: &[f64]);
    /// The first `count` cells and the others.
    fn split_at(self, count: usize) -> (Self, Self);
}

/// What a batch can advance.
pub trait IntoCellStore {
    /// Its cells.
    type Store: CellStore;
    /// Its cells.
    fn into_store(self) -> Self::Store;
}

impl<C: CellStore> IntoCellStore for C {
    type Store = C;

    fn into_store(self) -> C {
        self
    }
}

impl<S: SpeciesSet> CellStore for &mut [Cell<S>] {
    fn len(&self) -> usize {
        <[Cell<S>]>::len(self)
    }

    fn unknown_count(&self) -> usize {
        S::COUNT + 1
    }

    fn read(&self, cell: usize, y: &mut [f64]) {
        self[cell].write_unknowns(y);
    }

    fn write(&mut self, cell: usize, y: &[f64]) {
        self[cell] = Cell::from_unknowns(y);
    }

    fn split_at(self, count: usize) -> (Self, Self) {
        self.split_at_mut(count)
    }
}

/// One cell after the other: `values` holds the unknowns of cell 0, then those of cell 1, and so on.
#[derive(Debug)]
pub struct Rows<'a> {
    values: &'a mut [f64],
    unknowns: usize,
}

impl<'a> Rows<'a> {
    /// Cells of so many unknowns (densities [cm^-3], then T `[K]`), one after the other; what is left of `values` after the last whole cell is not touched.
    pub fn new(values: &'a mut [f64], unknowns: usize) -> Self {
        Rows { values, unknowns }
    }
}

impl CellStore for Rows<'_> {
    fn len(&self) -> usize {
        self.values.len().checked_div(self.unknowns).unwrap_or(0)
    }

    fn unknown_count(&self) -> usize {
        self.unknowns
    }

    fn read(&self, cell: usize, y: &mut [f64]) {
        y.copy_from_slice(&self.values[cell * self.unknowns..(cell + 1) * self.unknowns]);
    }

    fn write(&mut self, cell: usize, y: &[f64]) {
        self.values[cell * self.unknowns..(cell + 1) * self.unknowns].copy_from_slice(y);
    }

    fn split_at(self, count: usize) -> (Self, Self) {
        let (first, rest) = self.values.split_at_mut(count * self.unknowns);
        (Rows { values: first, ..self }, Rows { values: rest, unknowns: self.unknowns })
    }
}

/// Densities one cell after the other, temperatures in an array of their own.
#[derive(Debug)]
pub struct DensitiesAndTemperatures<'a> {
    densities: &'a mut [f64],
    t_gas: &'a mut [f64],
    species: usize,
}

impl<'a> DensitiesAndTemperatures<'a> {
    /// Cells of so many species: `densities` [cm^-3] has the species of cell 0, then those of cell 1, and so on.
    pub fn new(densities: &'a mut [f64], t_gas: &'a mut [f64], species: usize) -> Self {
        DensitiesAndTemperatures { densities, t_gas, species }
    }
}

impl CellStore for DensitiesAndTemperatures<'_> {
    fn len(&self) -> usize {
        self.densities.len().checked_div(self.species).unwrap_or(0).min(self.t_gas.len())
    }

    fn unknown_count(&self) -> usize {
        self.species + 1
    }

    fn read(&self, cell: usize, y: &mut [f64]) {
        y[..self.species].copy_from_slice(&self.densities[cell * self.species..(cell + 1) * self.species]);
        y[self.species] = self.t_gas[cell];
    }

    fn write(&mut self, cell: usize, y: &[f64]) {
        self.densities[cell * self.species..(cell + 1) * self.species].copy_from_slice(&y[..self.species]);
        self.t_gas[cell] = y[self.species];
    }

    fn split_at(self, count: usize) -> (Self, Self) {
        let (densities, other_densities) = self.densities.split_at_mut(count * self.species);
        let (t_gas, other_t_gas) = self.t_gas.split_at_mut(count);
        let species = self.species;
        let others = DensitiesAndTemperatures { densities: other_densities, t_gas: other_t_gas, species };
        (DensitiesAndTemperatures { densities, t_gas, species }, others)
    }
}

/// One array per unknown: the densities of each species, then the temperatures.
#[derive(Debug)]
pub struct Columns<'a>(Vec<&'a mut [f64]>);

impl<'a> Columns<'a> {
    /// Arrays of the unknowns, in order; the shortest counts.
    pub fn new(columns: Vec<&'a mut [f64]>) -> Self {
        Columns(columns)
    }
}

impl CellStore for Columns<'_> {
    fn len(&self) -> usize {
        self.0.iter().map(|column| column.len()).min().unwrap_or(0)
    }

    fn unknown_count(&self) -> usize {
        self.0.len()
    }

    fn read(&self, cell: usize, y: &mut [f64]) {
        for (y, column) in y.iter_mut().zip(&self.0) {
            *y = column[cell];
        }
    }

    fn write(&mut self, cell: usize, y: &[f64]) {
        for (y, column) in y.iter().zip(&mut self.0) {
            column[cell] = *y;
        }
    }

    fn split_at(self, count: usize) -> (Self, Self) {
        let (first, rest) = self.0.into_iter().map(|column| column.split_at_mut(count)).unzip();
        (Columns(first), Columns(rest))
    }
}
