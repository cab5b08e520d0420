//! Interpolation tables as kernels have them: all numbers of a network's tables in one buffer.
//!
//! A table's part holds the nodes of the first axis, those of the second, and for each cell (first axis fastest) the
//! sixteen coefficients a[q][k] of the interpolation sum a[q][k] u^k v^q, where (u, v) is the place between the cell's
//! ends, 0 to 1. A curve has the coefficients of v^0 alone.

use chem_grammar::ast::Outside;
use chem_grammar::interpolation::Grid;
use chem_grammar::network::Table;

use chem_solver::scalar::cell_coefficients;

/// Where a table's numbers are in the buffer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct TableLayout {
    /// First node of the first axis.
    pub start: usize,
    /// Number of nodes along each axis; the second is 1 for curves.
    pub nodes: [usize; 2],
    /// Whether the last cells reach beyond their ends.
    pub extrapolates: bool,
}

impl TableLayout {
    /// The parts of some tables, one after another.
    pub(super) fn of(tables: &[Table]) -> Vec<TableLayout> {
        let mut start = 0;
        let part = |table: &Table| {
            let nodes = [0, 1].map(|axis| table.grid.axes[axis].len());
            let layout =
                TableLayout { start, nodes, extrapolates: table.grid.outside == Outside::Extrapolate };
            start += layout.len();
            layout
        };
        tables.iter().map(part).collect()
    }

    /// The numbers of some tables.
    pub(super) fn numbers(tables: &[Table]) -> Vec<f64> {
        tables.iter().flat_map(|table| numbers(&table.grid)).collect()
    }

    /// Whether there is one axis only.
    pub(super) fn is_curve(&self) -> bool {
        self.nodes[1] <= 1
    }

    /// Number of cells along an axis.
    pub(super) fn cells(&self, axis: usize) -> usize {
        self.nodes[axis].saturating_sub(1).max(1)
    }

    /// Numbers of a cell.
    pub(super) fn cell_size(&self) -> usize {
        if self.is_curve() { 4 } else { 16 }
    }

    /// Where the nodes of an axis begin.
    pub(super) fn axis(&self, axis: usize) -> usize {
        self.start + axis * self.nodes[0]
    }

    /// Where the cells begin.
    pub(super) fn first_cell(&self) -> usize {
        self.start + self.nodes[0] + self.nodes[1]
    }

    fn len(&self) -> usize {
        self.nodes[0] + self.nodes[1] + self.cells(0) * self.cells(1) * self.cell_size()
    }
}

fn numbers(grid: &Grid) -> Vec<f64> {
    let rows = if grid.axes[1].len() <= 1 { 1 } else { 4 };
    let mut numbers: Vec<f64> = grid.axes.iter().flat_map(|axis| axis.iter().copied()).collect();
    for cell in cell_coefficients(grid) {
        numbers.extend(cell.iter().take(rows).flatten());
    }
    numbers
}
