//! Sparse and dense factorisations of I - c J.

#![expect(clippy::expect_used, reason = "tests fail by panicking")]

mod toy;

use chem_solver::linear::dense_lu::DenseLu;
use chem_solver::linear::lu;
use chem_solver::network::ChemNetwork;
use chem_solver::scalar::Dual;
use chem_solver::structure::{LuStructure, Structure};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use toy::{Robertson, Toy};

/// An arrow: full first column and row and a diagonal, eliminated from the last unknown up, without fill.
fn arrow(n: u32) -> Structure {
    let mut structure = Toy::new(Robertson).structure().clone();
    structure.species = (0..n - 1).map(|i| i.to_string().into()).collect();
    let (mut starts, mut rows) = (vec![0], Vec::new());
    for column in 0..n {
        match column {
            0 => rows.extend(0..n),
            _ => rows.extend([0, column]),
        }
        starts.push(rows.len() as u32);
    }
    // Position n - 1 - u holds unknown u: rows of a column come in the reverse order.
    let (mut columns, mut positions) = (vec![0], Vec::new());
    for position in 0..n {
        match position {
            p if p == n - 1 => positions.extend(0..n),
            p => positions.extend([p, n - 1]),
        }
        columns.push(positions.len() as u32);
    }
    let find = |row: u32, column: u32| {
        let (row, column) = (n - 1 - row, n - 1 - column);
        (columns[column as usize]..columns[column as usize + 1])
            .find(|&e| positions[e as usize] == row)
            .expect("entry of the arrow")
    };
    let entries = (0..n).flat_map(|c| {
        rows[starts[c as usize] as usize..starts[c as usize + 1] as usize].iter().map(move |&r| (r, c))
    });
    structure.lu = LuStructure {
        order: (0..n).rev().collect(),
        from_jacobian: entries.map(|(r, c)| find(r, c)).collect(),
        diagonal: (0..n).rev().map(|u| find(u, u)).collect(),
        columns: columns.clone().into(),
        rows: positions.clone().into(),
        full_tail: 0,
    };
    structure.jacobian_columns = starts.into();
    structure.jacobian_rows = rows.into();
    structure
}

/// (I - c J) x
fn multiply(structure: &Structure, c: f64, jacobian: &[f64], x: &[f64]) -> Vec<f64> {
    let mut b = x.to_vec();
    for (column, x) in x.iter().enumerate() {
        for (row, value) in structure.jacobian_values(column, jacobian) {
            b[row] -= c * value * x;
        }
    }
    b
}

#[test]
fn both_factorisations_solve() {
    let mut random = ChaCha8Rng::seed_from_u64(1);
    for structure in [arrow(2), arrow(9), arrow(40), Toy::new(Robertson).structure().clone()] {
        let n = structure.unknown_count();
        let jacobian: Vec<f64> =
            (0..structure.jacobian_count()).map(|_| random.random_range(-0.5..0.1)).collect();
        let x: Vec<f64> = (0..n).map(|_| random.random_range(-1.0..1.0)).collect();
        let b = multiply(&structure, 0.7, &jacobian, &x);
        let mut factors = vec![0.0; structure.lu_count()];
        let growth = lu::factor(&structure, 0.7, &jacobian, &mut factors);
        assert!(growth < 1e4, "{growth}");
        let (mut sparse, mut dense) = (b.clone(), b);
        lu::solve(&structure, &factors, &mut sparse);
        let mut pivoted = DenseLu::new(&structure);
        assert!(pivoted.factor(&structure, 0.7, &jacobian));
        pivoted.solve(&mut dense);
        for i in 0..n {
            assert!((sparse[i] - x[i]).abs() < 1e-12 * growth.max(1.0), "sparse {n}: {} {}", sparse[i], x[i]);
            assert!((dense[i] - x[i]).abs() < 1e-12, "dense {n}: {} {}", dense[i], x[i]);
        }
    }
}

#[test]
fn a_vanishing_pivot_shows_and_pivoting_overcomes_it() {
    let structure = Toy::new(Robertson).structure().clone();
    // I - J is a cyclic permutation: every diagonal entry is zero.
    let mut jacobian = vec![0.0; 16];
    for i in 0..4 {
        jacobian[i * 4 + i] = 1.0;
        jacobian[i * 4 + (i + 1) % 4] = -1.0;
    }
    let mut factors = vec![0.0; 20];
    let growth = lu::factor(&structure, 1.0, &jacobian, &mut factors);
    assert!(growth.is_nan() || growth.is_infinite());
    let mut pivoted = DenseLu::new(&structure);
    assert!(pivoted.factor(&structure, 1.0, &jacobian));
    let mut b = [2.0, 3.0, 4.0, 1.0];
    pivoted.solve(&mut b);
    assert_eq!(b, [3.0, 4.0, 1.0, 2.0]);
    jacobian[1] = 0.0;
    assert!(!pivoted.factor(&structure, 1.0, &jacobian), "a singular matrix was not noticed");
}

#[test]
fn factors_of_dual_numbers_carry_derivatives() {
    let structure = arrow(5);
    let jacobian: Vec<f64> = (0..structure.jacobian_count()).map(|i| -0.3 - 0.01 * i as f64).collect();
    let solve = |c: f64| {
        let mut factors = vec![0.0; structure.lu_count()];
        lu::factor(&structure, c, &jacobian, &mut factors);
        let mut b = vec![1.0; 5];
        lu::solve(&structure, &factors, &mut b);
        b
    };
    let zero = Dual::<1>::fixed(0.0);
    let mut factors = vec![zero; structure.lu_count()];
    let dual: Vec<_> = jacobian.iter().map(|&j| Dual::fixed(j)).collect();
    lu::factor(&structure, Dual::variable(0.4, 0), &dual, &mut factors);
    let mut b = vec![Dual::fixed(1.0); 5];
    lu::solve(&structure, &factors, &mut b);
    let (above, below) = (solve(0.4 + 1e-6), solve(0.4 - 1e-6));
    for i in 0..5 {
        let difference = (above[i] - below[i]) / 2e-6;
        assert!((b[i].derivatives[0] - difference).abs() < 1e-8, "{i}");
    }
}

/// Factors with a full block of some tiles at the end, forwards and transposed: A x = b and A^T x = b, against products with the
/// entries of the Jacobian.
#[test]
fn a_full_block_is_solved_forwards_and_transposed() {
    let mut random = ChaCha8Rng::seed_from_u64(5);
    for n in [3u32, 11, 12, 13, 17, 40] {
        let mut structure = arrow(n);
        // Every row in every column, eliminated in the declared order: all of it is one block.
        let all: Vec<u32> = (0..n).collect();
        structure.jacobian_columns = (0..=n).map(|column| column * n).collect();
        structure.jacobian_rows = all.repeat(n as usize).into();
        structure.lu = LuStructure {
            order: all.clone().into(),
            columns: (0..=n).map(|column| column * n).collect(),
            rows: all.repeat(n as usize).into(),
            from_jacobian: (0..n * n).collect(),
            diagonal: (0..n).map(|u| u * n + u).collect(),
            full_tail: n,
        };
        let jacobian: Vec<f64> = (0..n * n).map(|_| random.random_range(-1.0..1.0)).collect();
        let x: Vec<f64> = (0..n).map(|_| random.random_range(-1.0..1.0)).collect();
        let c = 0.3 / f64::from(n);
        let mut factors = vec![0.0; structure.lu_count()];
        assert!(lu::factor(&structure, c, &jacobian, &mut factors) < 10.0);
        let mut solved = multiply(&structure, c, &jacobian, &x);
        lu::solve(&structure, &factors, &mut solved);
        let mut transposed = x.clone();
        for (column, b) in transposed.iter_mut().enumerate() {
            let row: f64 =
                structure.jacobian_values(column, &jacobian).map(|(row, value)| value * x[row]).sum();
            *b -= c * row;
        }
        lu::solve_transposed(&structure, &factors, &mut transposed);
        for found in [&solved, &transposed] {
            assert!(found.iter().zip(&x).all(|(a, b)| (a - b).abs() < 1e-12), "{n}: {found:?} {x:?}");
        }
    }
}
