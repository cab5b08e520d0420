//! One trait for all that stands in for the solver and can be judged against it.

/// Gives the state of a cell at any time.
///
/// Implemented by trained networks; whatever implements it can be validated.
pub trait Emulator: Sync {
    /// Number of unknowns: species, then T.
    fn unknown_count(&self) -> usize;

    /// The last time it knows `[s]`.
    fn last_time(&self) -> f64;

    /// Whether it was made for this initial state and time `[s]`.
    ///
    /// # Errors
    /// Why not.
    fn knows(&self, initial: &[f64], time: f64) -> Result<(), EmulatorError> {
        let expected = self.unknown_count();
        if initial.len() != expected {
            return Err(EmulatorError::Length { what: "the initial state", found: initial.len(), expected });
        }
        let last = self.last_time();
        if (0.0..=last).contains(&time) {
            Ok(())
        } else {
            Err(EmulatorError::Time { time, first: 0.0, last })
        }
    }

    /// Writes the state of each of many cells, one row of `initial` and of `out` each, after its own time `[s]`.
    ///
    /// # Errors
    /// As [`Emulator::evaluate`]; `out` may then hold some of the states.
    fn evaluate_cells(&self, initial: &[f64], times: &[f64], out: &mut [f64]) -> Result<(), EmulatorError> {
        let n = self.unknown_count();
        for ((initial, time), out) in initial.chunks_exact(n).zip(times).zip(out.chunks_exact_mut(n)) {
            self.evaluate(initial, std::slice::from_ref(time), out)?;
        }
        Ok(())
    }

    /// Writes the state at each of `times` `[s]`, counted from the initial state, into the rows of `out`.
    /// `initial` and each row have [`Emulator::unknown_count`] entries: densities [cm^-3] in declared order,
    /// then T `[K]`.
    ///
    /// # Errors
    /// Lengths that do not fit; cells and times it was not made for. `out` is then unchanged.
    fn evaluate(&self, initial: &[f64], times: &[f64], out: &mut [f64]) -> Result<(), EmulatorError>;
}

/// Why an emulator cannot say what becomes of a cell.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum EmulatorError {
    /// Slices of the wrong length.
    #[error("{what} has {found} entries; {expected} were expected")]
    Length {
        /// Which slice.
        what: &'static str,
        /// Its length.
        found: usize,
        /// The length it must have.
        expected: usize,
    },
    /// A network that is told the slopes of initial states, without the equations.
    #[error("it needs the equations of its network: call `with_equations` after loading it")]
    Equations,
    /// Cells of other species.
    #[error("it was trained for the species {trained}, in this order")]
    Species {
        /// The trained ones.
        trained: String,
    },
    /// A time outside of the trained span.
    #[error("t = {time:e} s lies outside of the trained times, {first:e} to {last:e} s")]
    Time {
        /// As given `[s]`.
        time: f64,
        /// First trained time `[s]`.
        first: f64,
        /// Last trained time `[s]`.
        last: f64,
    },
    /// An initial state outside of the trained ones.
    #[error(
        "{unknown} = {value:e} of the initial state lies outside of the trained range, {low:e} to {high:e}"
    )]
    Initial {
        /// A species, or T.
        unknown: String,
        /// As given.
        value: f64,
        /// Least trained value.
        low: f64,
        /// Largest trained value.
        high: f64,
    },
}
