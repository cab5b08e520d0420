//! The times at which emulators are compared with the solver, in trainings and in validations alike.

use chem_emulator::config::{Axis, Time};
use chem_solver::data::times;
use chem_solver::units::YEAR;

/// Errors count from here on `[s]`: so does the paper.
const AFTER: f64 = 10.0 * YEAR;
/// Reference times of a cell.
const TIMES: usize = 801;
/// The same for each of many cells.
const TIMES_OF_MANY: usize = 20;

/// When an emulator is compared with its reference.
#[derive(Clone, Debug, PartialEq)]
pub struct JudgedTimes {
    /// Times of the reference `[s]`, ascending.
    pub times: Vec<f64>,
    /// Errors after this time count `[s]`.
    pub after: f64,
}

impl JudgedTimes {
    /// Those of one initial state up to `last` `[s]`: 801, spaced as the config's axis of time.
    pub fn of_state(time: &Time, last: f64) -> Self {
        let times = match time.axis {
            Axis::Log => times::logarithmic((10.0 * time.start.0).min(last / 10.0), last, TIMES),
            Axis::Linear => times::linear(0.0, last, TIMES),
        };
        JudgedTimes { times, after: after(time, last) }
    }

    /// Those of each cell of a domain up to `last` `[s]`: 20, logarithmically spaced from 10 yr.
    pub fn of_domain(time: &Time, last: f64) -> Self {
        let times = times::logarithmic(AFTER.min(last / 10.0), last, TIMES_OF_MANY);
        JudgedTimes { times, after: after(time, last) }
    }
}

/// The time `[s]` after which errors count: 10 yr on a logarithmic axis that goes beyond, else 0.
pub fn after(time: &Time, last: f64) -> f64 {
    if time.axis == Axis::Log && last > AFTER { AFTER } else { 0.0 }
}
