//! Symbolic factorisation: its pattern must hold every numerical factor, and the factors must solve.

use chem_grammar::structure::{Pattern, SymbolicLu};
use proptest::prelude::*;
use rand::{Rng, RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// A random pattern with a full diagonal; about `per_column` other entries per column.
fn random_pattern(order: usize, per_column: f64, rng: &mut impl Rng) -> Pattern {
    let share = per_column / order as f64;
    Pattern::from_columns((0..order).map(|column| {
        let rows = (0..order).filter(|&row| row == column || rng.random::<f64>() < share);
        rows.map(|row| row as u32).collect()
    }))
}

/// Factorises in place on the symbolic pattern, by columns (left-looking within the pattern).
fn factor(lu: &SymbolicLu, jacobian: &[f64]) -> Vec<f64> {
    let pattern = &lu.pattern;
    let order = pattern.order();
    let mut values = vec![0.0; pattern.entry_count()];
    for (&place, &value) in lu.from_jacobian.iter().zip(jacobian) {
        values[place as usize] += value;
    }
    for column in 0..order {
        for entry in pattern.column(column) {
            let k = pattern.rows[entry] as usize;
            if k >= column {
                break;
            }
            let factor = values[entry];
            for below in pattern.column(k).filter(|&i| pattern.rows[i] as usize > k) {
                let target = pattern.find(pattern.rows[below] as usize, column);
                values[target.expect("the pattern holds all fill")] -= factor * values[below];
            }
        }
        let pivot = values[lu.diagonal[column] as usize];
        for entry in pattern.column(column).filter(|&i| pattern.rows[i] as usize > column) {
            values[entry] /= pivot;
        }
    }
    values
}

/// Solves with the factors; `b` and the result are in the original numbering.
fn solve(lu: &SymbolicLu, values: &[f64], b: &[f64]) -> Vec<f64> {
    let pattern = &lu.pattern;
    let order = pattern.order();
    let mut x: Vec<f64> = lu.order.iter().map(|&i| b[i as usize]).collect();
    for column in 0..order {
        for i in pattern.column(column).filter(|&i| pattern.rows[i] as usize > column) {
            x[pattern.rows[i] as usize] -= values[i] * x[column];
        }
    }
    for column in (0..order).rev() {
        x[column] /= values[lu.diagonal[column] as usize];
        for i in pattern.column(column).filter(|&i| (pattern.rows[i] as usize) < column) {
            x[pattern.rows[i] as usize] -= values[i] * x[column];
        }
    }
    let mut result = vec![0.0; order];
    for (position, &unknown) in lu.order.iter().enumerate() {
        result[unknown as usize] = x[position];
    }
    result
}

fn check(pattern: &Pattern, rng: &mut impl Rng) {
    let lu = SymbolicLu::new(pattern);
    let order = pattern.order();
    let mut sorted = lu.order.clone();
    sorted.sort_unstable();
    assert_eq!(sorted, (0..order as u32).collect::<Vec<_>>());
    // Diagonally dominant, so that no pivoting is needed.
    let values: Vec<f64> = pattern
        .entries()
        .map(|(row, column)| if row == column { 1.0 + order as f64 } else { rng.random_range(-1.0..1.0) })
        .collect();
    let expected: Vec<f64> = (0..order).map(|_| rng.random_range(-1.0..1.0)).collect();
    let mut b = vec![0.0; order];
    for ((row, column), value) in pattern.entries().zip(&values) {
        b[row] += value * expected[column];
    }
    let found = solve(&lu, &factor(&lu, &values), &b);
    for (found, expected) in found.iter().zip(&expected) {
        assert!((found - expected).abs() < 1e-12, "{found} {expected}");
    }
}

proptest! {
    #[test]
    fn factors_solve(seed: u64, order in 1usize..40, per_column in 0.0f64..8.0) {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let pattern = random_pattern(order, per_column, &mut rng);
        check(&pattern, &mut rng);
    }

    /// Dense elimination in the same order makes the same fill, unless something cancels.
    #[test]
    fn fill_is_exact(seed: u64, order in 1usize..30, per_column in 0.0f64..6.0) {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let pattern = random_pattern(order, per_column, &mut rng);
        let lu = SymbolicLu::new(&pattern);
        let mut filled = vec![vec![false; order]; order];
        for (r, row) in filled.iter_mut().enumerate() {
            for (c, entry) in row.iter_mut().enumerate() {
                *entry = pattern.find(lu.order[r] as usize, lu.order[c] as usize).is_some();
            }
        }
        for k in 0..order {
            for row in k + 1..order {
                for column in k + 1..order {
                    filled[row][column] |= filled[row][k] && filled[k][column];
                }
            }
        }
        for (row, entries) in filled.iter().enumerate() {
            for (column, &entry) in entries.iter().enumerate() {
                prop_assert_eq!(lu.pattern.find(row, column).is_some(), entry);
            }
        }
    }
}

#[test]
fn an_arrow_is_eliminated_from_its_tip_without_fill() {
    // Full first row and column, as an unknown that couples to all others makes them.
    let order = 12;
    let pattern =
        Pattern::from_columns((0..order).map(|c| if c == 0 { (0..order).collect() } else { vec![0, c] }));
    let lu = SymbolicLu::new(&pattern);
    assert_eq!(lu.fill(), 0);
    // With two left, both are alike and the first is taken.
    assert_eq!(lu.order[..10], [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
}

#[test]
fn a_large_network_is_ordered_quickly() {
    let mut rng = ChaCha8Rng::seed_from_u64(1);
    let pattern = random_pattern(400, 30.0, &mut rng);
    let start = std::time::Instant::now();
    let lu = SymbolicLu::new(&pattern);
    println!("{} entries, {} fill, {:?}", pattern.entry_count(), lu.fill(), start.elapsed());
    check(&pattern, &mut rng);
}

#[test]
fn nothing_comes_of_nothing() {
    let lu = SymbolicLu::new(&Pattern::from_columns(std::iter::empty()));
    assert_eq!((lu.order.len(), lu.fill()), (0, 0));
}
