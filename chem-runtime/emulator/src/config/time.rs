//! The times that are trained.

use std::fmt;

use serde::{Deserialize, Serialize};

use chem_solver::data::times;
use chem_solver::units::YEAR;

/// A time with its unit: `"1e-3 yr"`, `"5 s"`, `"1 Myr"`.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Seconds(pub f64);

impl fmt::Display for Seconds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:e} s", self.0)
    }
}

impl From<Seconds> for String {
    fn from(time: Seconds) -> String {
        time.to_string()
    }
}

impl TryFrom<String> for Seconds {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        match times::parse(&text) {
            Ok(list) => match list.as_slice() {
                [time] => Ok(Seconds(*time)),
                _ => Err(format!("`{text}` is not one time; write for example \"1 Myr\"")),
            },
            Err(error) => Err(format!("{}; write for example \"1e-3 yr\" or \"1 Myr\"", error.message)),
        }
    }
}

/// The times that are trained.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Time {
    /// The axis on which time is an input; default `log`.
    pub axis: Axis,
    /// On the logarithmic axis the shift t_c of tau = log10(t + t_c), positive; default 1e-3 yr. On the linear
    /// axis the time of the initial state; write "0 s".
    pub start: Seconds,
    /// The last time; default 1 Myr.
    pub end: Seconds,
}

impl Default for Time {
    fn default() -> Self {
        Time { axis: Axis::Log, start: Seconds(1e-3 * YEAR), end: Seconds(1e6 * YEAR) }
    }
}

/// The axis on which time is an input.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Axis {
    /// tau = log10((t + t_c) / s): the initial state, at t = 0, is at tau = log10(t_c / s) exactly.
    #[default]
    Log,
    /// tau = t / s.
    Linear,
}

impl Time {
    /// tau at a time `[s]`.
    pub fn tau(&self, t: f64) -> f64 {
        match self.axis {
            Axis::Log => (t + self.start.0).log10(),
            Axis::Linear => t,
        }
    }

    /// Time `[s]` at tau.
    pub fn seconds(&self, tau: f64) -> f64 {
        match self.axis {
            // 0 at the start exactly, whatever the rounding.
            Axis::Log if tau == self.tau_start() => 0.0,
            Axis::Log => 10f64.powf(tau) - self.start.0,
            Axis::Linear => tau,
        }
    }

    /// s = dt/dtau `[s]` at tau.
    pub fn scale(&self, tau: f64) -> f64 {
        match self.axis {
            Axis::Log => 10f64.powf(tau) * std::f64::consts::LN_10,
            Axis::Linear => 1.0,
        }
    }

    /// tau of the initial state.
    pub fn tau_start(&self) -> f64 {
        match self.axis {
            Axis::Log => self.start.0.log10(),
            Axis::Linear => self.start.0,
        }
    }

    /// tau of the last time.
    pub fn tau_end(&self) -> f64 {
        self.tau(self.end.0)
    }
}
