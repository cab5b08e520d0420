//! A handle: a network, a solver of many cells, and where its work is done.

mod advance;
#[cfg(feature = "emulator")]
mod emulator;
mod evaluate;

use chem_solver::batch::Batch;
use chem_solver::network::{GenericNetwork, settable};
use chem_solver::structure::{ParameterKind, ParameterScope};

#[cfg(feature = "emulator")]
pub use emulator::Emulator;
pub use evaluate::QUANTITIES;
pub(crate) use evaluate::items;

use crate::error::HostError;
use crate::threads::Threads;

/// Settings of a handle that have names in the interface.
pub const OPTIONS: [&str; 3] = ["MAX_STEPS", "FALLBACK", "LEAST_ABUNDANCE"];

/// What a host code holds between its steps. No global state: several handles do not know of one another, and one can be
/// used from several threads at once.
#[derive(Debug)]
pub struct Solver<N> {
    batch: Batch<N>,
    threads: Threads,
    settings: Settings,
}

#[derive(Clone, Debug)]
struct Settings {
    rtol: f64,
    atol: f64,
    max_steps: u64,
    fallback: bool,
    least_abundance: Option<f64>,
}

impl Settings {
    fn apply<N: GenericNetwork>(&self, batch: Batch<N>, in_callers_thread: bool) -> Batch<N> {
        let batch = batch.rtol(self.rtol).atol(self.atol).max_steps(self.max_steps).fallback(self.fallback);
        let batch = batch.in_callers_thread(in_callers_thread);
        match self.least_abundance {
            Some(share) => batch.least_abundance(share),
            None => batch,
        }
    }
}

/// Refuses tolerances as the batch does, before tables are made for them.
fn check<N: GenericNetwork>(batch: &Batch<N>) -> Result<(), HostError> {
    batch.check_settings().map_err(HostError::from)
}

impl<N: GenericNetwork + Clone + Default> Solver<N> {
    /// A solver of the network with its declared parameters; relative tolerance and absolute one [cm^-3, K] of a step. 0
    /// threads are as many as the machine has, 1 is the caller's own.
    pub(crate) fn new(rtol: f64, atol: f64, threads: usize) -> Result<Self, HostError> {
        let settings = Settings { rtol, atol, max_steps: 100_000, fallback: true, least_abundance: None };
        let threads = Threads::new(threads)?;
        let batch = settings.apply(Batch::new(N::default()), threads.are_the_callers());
        check(&batch)?;
        Ok(Solver { batch, threads, settings })
    }

    /// Another solver with the same network and settings.
    #[cfg(feature = "emulator")]
    fn twin(&self) -> Result<Self, HostError> {
        let threads = Threads::new(self.threads.count())?;
        Ok(Solver { batch: self.batch.clone(), threads, settings: self.settings.clone() })
    }

    /// The network with the parameters that it has now.
    pub(crate) fn network(&self) -> &N {
        self.batch.network()
    }

    /// Changes a setting; all later steps know it.
    pub(crate) fn set_option(&mut self, option: i32, value: f64) -> Result<(), HostError> {
        let mut settings = self.settings.clone();
        let name = usize::try_from(option).ok().and_then(|option| OPTIONS.get(option));
        match name {
            Some(&"MAX_STEPS") if (1.0..=u32::MAX.into()).contains(&value) => {
                settings.max_steps = value as u64
            }
            Some(&"FALLBACK") if value == 0.0 || value == 1.0 => settings.fallback = value == 1.0,
            Some(&"LEAST_ABUNDANCE") if (0.0..=0.1).contains(&value) => {
                settings.least_abundance = Some(value)
            }
            Some(name) => return Err(HostError::Value(format!("{name} cannot be {value}"))),
            None => return Err(HostError::Choice { what: "the option", value: option.into() }),
        }
        let batch = settings.apply(self.batch.clone(), self.threads.are_the_callers());
        check(&batch)?;
        (self.batch, self.settings) = (batch, settings);
        Ok(())
    }

    fn parameter(&self, name: &str) -> Result<usize, HostError> {
        let structure = self.network().structure();
        let found = structure.parameters.iter().position(|known| known == name);
        found.ok_or_else(|| chem_solver::network::UnknownParameter::new(structure, name).into())
    }

    /// The value that a parameter has now.
    pub(crate) fn get_parameter(&self, name: &str) -> Result<f64, HostError> {
        let index = self.parameter(name)?;
        Ok(self.network().parameter_values().get(index).copied().unwrap_or(f64::NAN))
    }

    /// Sets a parameter; all later steps know it.
    pub(crate) fn set_parameter(&mut self, name: &str, value: f64) -> Result<(), HostError> {
        let index = settable(self.network().structure(), name, value)?;
        let structure = self.network().structure();
        let default = N::default().parameter_values().get(index).copied().unwrap_or(0.0);
        let is_unsigned = structure.scopes.get(index) == Some(&ParameterScope::Cell { signed: false })
            || structure.kinds.get(index) == Some(&ParameterKind::Band);
        if !value.is_finite() || (value < 0.0 && (default > 0.0 || is_unsigned)) {
            let remedy = if value.is_finite() && is_unsigned {
                "it is declared as not negative; give 0 or more"
            } else if value.is_finite() {
                "its declared value is positive; give 0 or more"
            } else {
                "give a finite number"
            };
            return Err(HostError::Value(format!("the parameter `{name}` cannot be {value}; {remedy}")));
        }
        if self.get_parameter(name)?.to_bits() == value.to_bits() {
            return Ok(());
        }
        Ok(self.batch.set_parameter(name, value)?)
    }
}
