//! Arrays of a host code: where their numbers lie, and of which kind they are.
#![expect(unsafe_code, reason = "memory of the host")]

use std::ffi::c_void;

use crate::error::HostError;

/// Axes along which the cells of a block are counted.
pub const AXES: usize = 3;

/// 64-bit numbers.
pub const FLOAT64: i32 = 0;
/// 32-bit numbers.
pub const FLOAT32: i32 = 1;

/// An array of the host with a number for each cell, as C sees it.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct Array {
    /// The number of the first cell; NULL if the array is not given.
    pub data: *mut c_void,
    /// Numbers from a cell to the next along each axis; 0 along all: one number for all cells.
    pub stride: [isize; AXES],
    /// `FLOAT64` or `FLOAT32`.
    pub kind: i32,
    /// 0.
    pub reserved: i32,
}

impl Array {
    /// An array that is not given.
    pub const NONE: Array =
        Array { data: std::ptr::null_mut(), stride: [0; AXES], kind: FLOAT64, reserved: 0 };

    /// A contiguous array of 64-bit numbers.
    pub fn dense(data: *mut f64) -> Self {
        Array { data: data.cast(), stride: [1, 0, 0], ..Array::NONE }
    }

    /// Whether all cells have the same number.
    pub fn is_one_for_all(&self) -> bool {
        self.stride == [0; AXES]
    }
}

/// Refuses a pointer that lies between two numbers.
pub(crate) fn aligned<T>(what: &'static str, pointer: *const T) -> Result<(), HostError> {
    if pointer.is_aligned() { Ok(()) } else { Err(HostError::Alignment { what, bytes: size_of::<T>() }) }
}

/// An array that has been looked at: every number of it can be addressed.
#[derive(Clone, Copy, Debug)]
pub(crate) struct View {
    data: *mut u8,
    stride: [isize; AXES],
    /// Numbers from an item of a cell to its next.
    item: isize,
    is_short: bool,
}

// SAFETY: the host promises that its arrays outlive the call and that no other thread of its own uses them; the threads
// of a call read and write different cells.
unsafe impl Send for View {}
// SAFETY: as above.
unsafe impl Sync for View {}

impl View {
    /// Looks at an array of `items` numbers for each cell, `item` apart. Arrays that are `written` must have a place of its
    /// own for every number.
    pub(crate) fn new(
        what: &'static str,
        array: &Array,
        cells: [usize; AXES],
        (items, item): (usize, isize),
        written: bool,
    ) -> Result<Self, HostError> {
        let bytes = match array.kind {
            FLOAT64 => size_of::<f64>(),
            FLOAT32 => size_of::<f32>(),
            value => return Err(HostError::Choice { what: "the kind of numbers", value: value.into() }),
        };
        if array.data.is_null() {
            return Err(HostError::Null { what });
        }
        if !(array.data as usize).is_multiple_of(bytes) {
            return Err(HostError::Alignment { what, bytes });
        }
        let axes = [
            (cells[0], array.stride[0]),
            (cells[1], array.stride[1]),
            (cells[2], array.stride[2]),
            (items, item),
        ];
        let reach = axes.iter().try_fold(1usize, |sum, (count, stride)| {
            sum.checked_add(stride.unsigned_abs().checked_mul(count.saturating_sub(1))?)
        });
        let fits = reach
            .and_then(|reach| reach.checked_mul(bytes))
            .is_some_and(|size| isize::try_from(size).is_ok());
        if !fits {
            return Err(HostError::Cells(format!("{what} would be larger than what can be addressed")));
        }
        if written && overlaps(axes) {
            return Err(HostError::Overlap { what });
        }
        Ok(View { data: array.data.cast(), stride: array.stride, item, is_short: array.kind == FLOAT32 })
    }

    fn at(&self, cell: [usize; AXES], item: usize) -> isize {
        let along = |axis: usize| cell[axis] as isize * self.stride[axis];
        along(0) + along(1) + along(2) + item as isize * self.item
    }

    /// A number of a cell, which must be one of those that the view was made for.
    pub(crate) fn get(&self, cell: [usize; AXES], item: usize) -> f64 {
        let at = self.at(cell, item);
        // SAFETY: aligned, and within the array that the host promises, see `View::new`.
        unsafe {
            if self.is_short {
                f64::from(*self.data.cast::<f32>().offset(at))
            } else {
                *self.data.cast::<f64>().offset(at)
            }
        }
    }

    /// Replaces a number of a cell.
    pub(crate) fn set(&self, cell: [usize; AXES], item: usize, value: f64) {
        let at = self.at(cell, item);
        // SAFETY: as in `get`.
        unsafe {
            if self.is_short {
                *self.data.cast::<f32>().offset(at) = value as f32;
            } else {
                *self.data.cast::<f64>().offset(at) = value;
            }
        }
    }
}

/// Whether two places may be one. Axes of an array, from the shortest stride to the longest, must each step over all that
/// the shorter ones reach; so do those of all arrays with rows, padding and ghost zones.
fn overlaps(mut axes: [(usize, isize); 4]) -> bool {
    axes.sort_by_key(|(_, stride)| stride.unsigned_abs());
    let mut reach = 0usize;
    for (count, stride) in axes.into_iter().filter(|(count, _)| *count > 1) {
        if stride.unsigned_abs() <= reach {
            return true;
        }
        reach = reach.saturating_add(stride.unsigned_abs().saturating_mul(count - 1));
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arrays_with_rows_padding_and_either_order_are_told_from_those_that_overlap() {
        for good in [
            [(10, 9), (1, 0), (1, 0), (9, 1)],
            [(10, 1), (1, 0), (1, 0), (9, 10)],
            [(10, 1), (4, 14), (3, 14 * 8), (9, 14 * 8 * 7)],
            [(10, -9), (1, 0), (1, 0), (9, 1)],
            [(1, 0), (1, 0), (1, 0), (1, 0)],
        ] {
            assert!(!overlaps(good), "{good:?}");
        }
        for bad in [
            [(10, 1), (1, 0), (1, 0), (9, 1)],
            [(10, 0), (1, 0), (1, 0), (9, 1)],
            [(10, 8), (1, 0), (1, 0), (9, 1)],
            [(10, isize::MIN), (10, isize::MIN), (1, 0), (9, 1)],
        ] {
            assert!(overlaps(bad), "{bad:?}");
        }
    }

    #[test]
    fn arrays_that_cannot_be_are_refused() {
        let mut numbers = [1.0f64, 2.0, 3.0];
        let array = Array::dense(numbers.as_mut_ptr());
        let look = |array: &Array, cells: usize| {
            View::new("the array", array, [cells, 1, 1], (1, 0), true).map(|_| ())
        };
        assert!(look(&array, 3).is_ok());
        assert!(matches!(look(&array, usize::MAX), Err(HostError::Cells(_))));
        assert!(matches!(look(&Array::NONE, 3), Err(HostError::Null { .. })));
        assert!(matches!(look(&Array { kind: 2, ..array }, 3), Err(HostError::Choice { .. })));
        let between = array.data.wrapping_byte_add(4);
        assert!(matches!(look(&Array { data: between, ..array }, 2), Err(HostError::Alignment { .. })));
        assert!(look(&Array { data: between, kind: FLOAT32, ..array }, 2).is_ok());
        let huge = Array { stride: [isize::MAX, 0, 0], ..array };
        assert!(matches!(look(&huge, 3), Err(HostError::Cells(_))));
    }
}
