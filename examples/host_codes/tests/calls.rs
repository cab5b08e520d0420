//! The functions as C calls them.
#![allow(unsafe_code, clippy::expect_used)] // calls as C does; tests fail by panicking

use std::ffi::CStr;
use std::ptr::{null, null_mut};

use chem_molecular::*;

const YEAR: f64 = 3.1536e7;
const STATE: [f64; 9] = [1.02, 0.1, 62.41, 26.0, 10.4, 0.62, 0.26, 0.1, 0.07];

fn text(pointer: *const std::ffi::c_char) -> String {
    // SAFETY: the library's texts live as long as the program.
    unsafe { CStr::from_ptr(pointer) }.to_string_lossy().into_owned()
}

#[test]
fn both_layouts_give_the_same_and_bad_cells_are_named() {
    let cells = 50;
    let mut rows: Vec<f64> = (0..cells).flat_map(|_| STATE).collect();
    rows[9 * 7 + 2] = -1.0;
    let mut columns: Vec<f64> =
        (0..9).flat_map(|s| (0..cells).map(move |c| 9 * c + s)).map(|i| rows[i]).collect();
    let start: Vec<f64> = (0..cells).map(|cell| 100.0 * 1.1f64.powi(cell as i32)).collect();
    let (mut t_rows, mut t_columns) = (start.clone(), start.clone());
    let mut status = vec![-1; cells];
    // SAFETY: the arrays have the lengths that are asked for.
    let failed = unsafe {
        let solver = chem_new(1e-3, 1e-20, 2, null_mut());
        assert_eq!(chem_set_parameter(solver, c"zeta_cr".as_ptr(), 1e-16), 0);
        assert_eq!(chem_set_parameter(solver, c"zeta".as_ptr(), 1e-16), CHEM_PARAMETER);
        let step = |n: &mut [f64], t: &mut [f64], layout, status: *mut i32| {
            chem_step(solver, cells, n.as_mut_ptr(), t.as_mut_ptr(), layout, 1e4 * YEAR, status)
        };
        let failed = step(&mut rows, &mut t_rows, CHEM_CELL_BY_CELL, status.as_mut_ptr());
        assert_eq!(step(&mut columns, &mut t_columns, CHEM_SPECIES_BY_SPECIES, null_mut()), failed);
        chem_free(solver);
        failed
    };
    assert_eq!(failed, 1);
    assert_eq!(
        text(chem_status_text(status[7])),
        "not advanced: densities must lie between 0 and 1e100 cm^-3"
    );
    assert_eq!(t_rows, t_columns);
    assert_eq!(t_rows[7], start[7]);
    for (cell, row) in rows.chunks_exact(9).enumerate() {
        assert!((0..9).all(|s| row[s] == columns[s * cells + cell]));
        assert!(cell == 7 || (status[cell] == 0 && t_rows[cell] != start[cell]));
    }
}

#[test]
fn wrong_calls_are_refused() {
    let mut error = 0;
    // SAFETY: what is null is said to be refused; nothing else is touched.
    unsafe {
        assert!(chem_new(2.0, 1e-20, 1, &raw mut error).is_null());
        assert_eq!(error, CHEM_TOLERANCE);
        let solver = chem_new(1e-3, 1e-20, 1, null_mut());
        let (mut n, mut t) = (STATE, [1000.0]);
        assert_eq!(chem_step(null(), 1, n.as_mut_ptr(), t.as_mut_ptr(), 0, 1.0, null_mut()), CHEM_NULL);
        assert_eq!(chem_step(solver, 1, null_mut(), t.as_mut_ptr(), 0, 1.0, null_mut()), CHEM_NULL);
        assert_eq!(chem_step(solver, 1, n.as_mut_ptr(), t.as_mut_ptr(), 2, 1.0, null_mut()), CHEM_LAYOUT);
        assert_eq!(chem_set_parameter(solver, null(), 1.0), CHEM_NULL);
        for value in [f64::NAN, f64::INFINITY] {
            assert_eq!(chem_set_parameter(solver, c"zeta_cr".as_ptr(), value), CHEM_VALUE);
        }
        chem_free(solver);
        chem_free(null_mut());
        assert_eq!((n, t), (STATE, [1000.0]));
    }
    assert_eq!(
        (0..9).map(|s| text(chem_species_name(s))).collect::<Vec<_>>().join(" "),
        "e- H- H He H2 H+ He+ H2+ He++"
    );
    assert!(chem_species_name(9).is_null());
    assert!((0..7).all(|status| !chem_status_text(status).is_null()));
    assert!(chem_status_text(-1).is_null() && chem_status_text(7).is_null());
}

#[test]
fn counts_that_no_memory_holds_are_refused() {
    let (mut n, mut t, mut error) = (STATE, [1000.0], 0);
    // SAFETY: the arrays are not touched for counts that are refused.
    unsafe {
        assert!(chem_new(1e-3, 1e-20, usize::MAX, &raw mut error).is_null());
        assert_eq!(error, CHEM_OTHER);
        let solver = chem_new(1e-3, 1e-20, 1, null_mut());
        for layout in [CHEM_CELL_BY_CELL, CHEM_SPECIES_BY_SPECIES] {
            for cells in [usize::MAX, usize::MAX / 8, usize::MAX / 9 + 1, isize::MAX as usize / 8] {
                let result =
                    chem_step(solver, cells, n.as_mut_ptr(), t.as_mut_ptr(), layout, 1.0, null_mut());
                assert_eq!(result, CHEM_CELLS, "{cells}");
            }
            // An empty block of a mesh: the arrays need not even exist.
            assert_eq!(chem_step(solver, 0, null_mut(), null_mut(), layout, 1.0, null_mut()), 0);
        }
        chem_free(solver);
    }
    assert_eq!((n, t), (STATE, [1000.0]));
}

#[test]
fn pointers_between_two_numbers_are_refused() {
    let (mut n, mut t, mut status) = ([1.0; 10], [1000.0; 2], [7; 2]);
    // SAFETY: what is not aligned is not touched.
    unsafe {
        let solver = chem_new(1e-3, 1e-20, 1, null_mut());
        let (n, t, status) = (n.as_mut_ptr(), t.as_mut_ptr(), status.as_mut_ptr());
        for (n, t, status) in
            [(n.byte_add(4), t, status), (n, t.byte_add(1), status), (n, t, status.byte_add(2))]
        {
            assert_eq!(chem_step(solver, 1, n, t, CHEM_CELL_BY_CELL, 1.0, status), CHEM_ALIGNMENT);
        }
        chem_free(solver);
    }
    assert_eq!((n, t, status), ([1.0; 10], [1000.0; 2], [7; 2]));
}
