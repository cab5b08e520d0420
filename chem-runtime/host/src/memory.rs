//! Memory for numbers of every cell: that there is too little is an error of the call.

use crate::error::HostError;

/// Room for so many numbers.
pub(crate) fn room_for(numbers: Option<usize>, cells: usize) -> Result<Vec<f64>, HostError> {
    let no_memory =
        || HostError::Cells(format!("there is no memory for {cells} cells; give them in several calls"));
    let mut values = Vec::new();
    values.try_reserve_exact(numbers.ok_or_else(no_memory)?).map_err(|_| no_memory())?;
    Ok(values)
}

/// A number for each cell.
pub(crate) fn per_cell(
    count: usize,
    value: impl Fn(usize, &mut [f64]) -> f64,
    unknowns: usize,
) -> Result<Vec<f64>, HostError> {
    let mut values = room_for(Some(count), count)?;
    let mut row = vec![0.0; unknowns];
    values.extend((0..count).map(|cell| value(cell, &mut row)));
    Ok(values)
}
