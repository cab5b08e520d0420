//! Elimination order and symbolic LU factorisation.

use super::Pattern;
use super::ordering::{BitMatrix, markowitz, members};

/// LU factors of `I - c J` without pivoting, in an order chosen beforehand.
///
/// `P A P^T = L U` with unit lower L; position `k` of the order eliminates unknown `order[k]`.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct SymbolicLu {
    /// Unknown eliminated at each position.
    pub order: Vec<u32>,
    /// Pattern of L + U (diagonal of U included, unit diagonal of L not) in *positions*.
    pub pattern: Pattern,
    /// For each entry of the Jacobian's pattern its entry in `pattern`.
    pub from_jacobian: Vec<u32>,
    /// Entry of the diagonal of each position in `pattern`.
    pub diagonal: Vec<u32>,
}

impl SymbolicLu {
    /// Chooses the elimination order (Markowitz's, with diagonal pivots) for a matrix with this pattern and a
    /// full diagonal, and finds the pattern of its factors.
    pub fn new(jacobian: &Pattern) -> Self {
        let (order, filled) = markowitz(jacobian);
        SymbolicLu::from_filled(jacobian, order, &filled)
    }

    fn from_filled(jacobian: &Pattern, order: Vec<u32>, filled: &BitMatrix) -> Self {
        let mut position = vec![0u32; order.len()];
        for (k, &unknown) in order.iter().enumerate() {
            position[unknown as usize] = k as u32;
        }
        let all = vec![u64::MAX; order.len().div_ceil(64)];
        let pattern = Pattern::from_columns(order.iter().map(|&unknown| {
            members(filled.column(unknown as usize), &all).map(|row| position[row]).collect()
        }));
        let find = |row: u32, column: u32| {
            let entry = pattern.find(row as usize, column as usize);
            // Every entry of the Jacobian and every diagonal is in the filled pattern.
            entry.map_or(u32::MAX, |entry| entry as u32)
        };
        let from_jacobian =
            jacobian.entries().map(|(row, column)| find(position[row], position[column])).collect();
        let diagonal = (0..order.len() as u32).map(|k| find(k, k)).collect();
        SymbolicLu { order, pattern, from_jacobian, diagonal }
    }

    /// How many of the last positions form a block that is full: elimination fills in what it comes to last.
    pub fn full_tail(&self) -> usize {
        let (rows, starts) = (&self.pattern.rows, &self.pattern.column_starts);
        let order = self.order.len();
        let has_row = |column: usize, row: usize| {
            let end = starts.get(column + 1).map_or(0, |end| *end as usize);
            let place = end.checked_sub(order - row).filter(|place| *place >= starts[column] as usize);
            place.is_some_and(|place| rows[place] as usize == row)
        };
        let is_full =
            |first: &usize| (*first..order).all(|column| has_row(column, *first) && has_row(*first, column));
        (0..order).rev().take_while(is_full).count()
    }

    /// Entries that elimination adds.
    pub fn fill(&self) -> usize {
        self.pattern.entry_count() - self.from_jacobian.len()
    }
}
