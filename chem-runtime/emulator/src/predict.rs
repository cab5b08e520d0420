//! Trained networks at work: prediction in plain Rust, without burn.
//!
//! ```text
//! x = (tau - tau_start) / (tau_end - tau_start)        tau of t as the config's time says
//! y = y0 + x N(2 x - 1)                                hard initial condition
//! y = N(2 x - 1)                                       soft initial condition
//! n, T = 10^y or y                                     logarithmic or linear variables
//! ```
//!
//! Cells are evaluated in blocks spread over SIMD lanes (`layers`, for every form of network in both precisions); the results do
//! not depend on the machine or on how many cells there are.

mod affine;
mod blend;
mod closure;
mod columns;
mod floor;
mod general;
mod layers;
mod many;
mod real;
mod refinement;
mod single;
mod unit;

use std::ops::RangeInclusive;
use std::path::Path;
use std::sync::Arc;

use crate::elementary::exp10;
use blend::Blend;
use closure::ConservationClosure;
use floor::Floor;
use general::General;
use single::Single;

use super::checkpoint::{Checkpoint, CheckpointError, Problem, Provenance};
use super::config::{Closure, InitialConditions, Precision};
use super::error::EmulatorError;
use super::out_of_domain::OutOfDomain;
use chem_solver::batch::StepMeasure;
use chem_solver::equations::Equations;
use chem_solver::float_mode::with_own_mode;
use chem_solver::network::ChemNetwork;

/// Difference, relative to the trained one, up to which an initial state counts as the same.
const SAME_STATE: f64 = 1e-6;

/// A trained network.
///
/// ```no_run
/// use chem_emulator::Pinn;
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let (initial, times, mut out) = ([0.0; 8], [3.15e7], [0.0; 8]);
/// let pinn = Pinn::load("networks/trained/single_atomic/model.safetensors")?;
/// pinn.evaluate(&initial, &times, &mut out)?;
/// # Ok(()) }
/// ```
#[derive(Clone, Debug)]
#[must_use = "an emulator does nothing before it is asked to advance cells"]
pub struct Pinn {
    provenance: Provenance,
    low: Vec<f64>,
    high: Vec<f64>,
    /// How its outputs become states.
    ansatz: Ansatz,
    /// Conservation laws that the output obeys to rounding.
    closure: Option<ConservationClosure>,
    /// The network's floor of T.
    floor: Option<Floor>,
}

/// How outputs become states.
#[derive(Clone, Debug)]
enum Ansatz {
    /// From one initial state.
    Single(Box<Single>),
    /// From any initial state of a domain.
    General(Box<General>),
}

impl Pinn {
    /// Reads a trained network.
    ///
    /// # Errors
    /// As [`Checkpoint::load`], and if its arrays do not make up the network that its config says.
    pub fn load(path: impl AsRef<Path>) -> Result<Self, CheckpointError> {
        let path = path.as_ref();
        Pinn::new(&Checkpoint::load(path)?)
            .map_err(|problem| CheckpointError { path: path.to_path_buf(), problem })
    }

    /// Takes the trained network out of a checkpoint.
    ///
    /// # Errors
    /// If its arrays do not make up the network that its config says.
    pub fn new(checkpoint: &Checkpoint) -> Result<Self, Problem> {
        let config = &checkpoint.provenance.config;
        let laws = &checkpoint.provenance.network.laws;
        let ansatz = match config.initial {
            InitialConditions::State(_) => Ansatz::Single(Box::new(Single::new(checkpoint)?)),
            InitialConditions::Domain(_) => Ansatz::General(Box::new(General::new(checkpoint)?)),
        };
        let is_closed = match ansatz {
            Ansatz::General(_) => config.closure != Closure::None,
            Ansatz::Single(_) => config.closure == Closure::Conservation,
        };
        let closure = is_closed.then(|| ConservationClosure::new(laws));
        Ok(Pinn {
            provenance: checkpoint.provenance.clone(),
            low: checkpoint.low.clone(),
            high: checkpoint.high.clone(),
            ansatz,
            closure,
            floor: checkpoint.provenance.network.temperature_floor.map(Floor),
        })
    }

    /// Refuses to work for a network other than the one trained.
    ///
    /// # Errors
    /// [`Problem::OtherNetwork`] if name, version, species or hash differ.
    pub fn for_network(self, network: &(impl ChemNetwork + ?Sized)) -> Result<Self, Problem> {
        self.provenance.network.check(network.structure())?;
        Ok(self)
    }

    /// Gives it the equations, `Batch::new(&network)` for example. A network of a domain then is blended with one step of
    /// them, by how wrong that step says it is (the module's formula), so that it can be called again and again: cells that
    /// hardly move are advanced by the step alone. Networks that are told the slopes of initial states need them.
    ///
    /// # Errors
    /// [`Problem::OtherNetwork`] if they are not those that it was trained on.
    pub fn with_equations(mut self, equations: impl Equations + 'static) -> Result<Self, Problem> {
        self.provenance.network.check(equations.network().structure())?;
        if let Ansatz::General(general) = &mut self.ansatz {
            general.equations = Some(Arc::new(equations));
            general.blend = Some(Blend::default());
        }
        Ok(self)
    }

    /// The network alone, without a step of the equations: cheaper where a caller knows that all cells move far.
    pub fn without_step(mut self) -> Self {
        if let Ansatz::General(general) = &mut self.ansatz {
            general.blend = None;
        }
        self
    }

    /// By what the network and the step of the equations are blended, and the size of it in decades at which the network has
    /// 63 % of the weight. The usual ones are 0.1 for the step's error and 0.3 for the movement. Without equations it has no
    /// effect.
    pub fn blended_by(mut self, measure: StepMeasure, decades: f64) -> Self {
        if let Ansatz::General(general) = &mut self.ansatz
            && general.blend.is_some()
        {
            general.blend = Some(Blend { measure, scale: decades });
        }
        self
    }

    /// What made it, from what, at which cost.
    pub fn provenance(&self) -> &Provenance {
        &self.provenance
    }

    /// The state of the cell it was trained for: densities [cm^-3], then T `[K]`; of a domain its lower end.
    pub fn initial(&self) -> &[f64] {
        &self.low
    }

    /// Refuses to work without equations that it needs.
    fn check_equations(&self) -> Result<(), EmulatorError> {
        match &self.ansatz {
            Ansatz::General(general) if general.lacks_equations() => Err(EmulatorError::Equations),
            _ => Ok(()),
        }
    }

    fn check(&self, initial: &[f64], times: &[f64], room: usize) -> Result<(), EmulatorError> {
        self.check_equations()?;
        let unknowns = self.low.len();
        let length = |what, found, expected| match found == expected {
            true => Ok(()),
            false => Err(EmulatorError::Length { what, found, expected }),
        };
        length("the initial state", initial.len(), unknowns)?;
        length("the room for the states", room, unknowns * times.len())?;
        self.check_state(initial)?;
        Ok(times.iter().try_for_each(|time| self.check_time(*time))?)
    }

    /// Whether a state is one that it was trained for.
    fn check_state(&self, state: &[f64]) -> Result<(), OutOfDomain> {
        let species = &self.provenance.network.species;
        let name = |k: usize| species.get(k).cloned().unwrap_or_default();
        let Ansatz::General(general) = &self.ansatz else {
            let same = |(value, trained): (&f64, &f64)| (value - trained).abs() <= SAME_STATE * trained.abs();
            return match state.iter().zip(&self.low).position(|pair| !same(pair)) {
                Some(k) => {
                    let unknown = if k < species.len() { format!("n({})", name(k)) } else { "T".to_owned() };
                    Err(OutOfDomain::State { unknown, value: state[k], trained: self.low[k] })
                }
                None => Ok(()),
            };
        };
        let (n, t_gas) = state.split_at(species.len());
        let (value, low, high) = (t_gas[0], self.low[species.len()], self.high[species.len()]);
        if !(low * (1.0 - SAME_STATE)..=high * (1.0 + SAME_STATE)).contains(&value) {
            return Err(OutOfDomain::Temperature { value, low, high });
        }
        general.domain.check(n, name)
    }

    fn check_time(&self, time: f64) -> Result<(), OutOfDomain> {
        let last = self.last_time();
        // The last time may come back from text or from a sum of steps.
        match (0.0..=last * (1.0 + 1e-12)).contains(&time) {
            true => Ok(()),
            false => Err(OutOfDomain::Time { time, last }),
        }
    }

    /// Restores what states obey: conserved sums, and the floor of T.
    fn restore(&self, initial: &[f64], state: &mut [f64]) {
        if let Some(closure) = &self.closure {
            closure.restore(initial, state);
        }
        if let Some(floor) = self.floor {
            floor.restore(initial, state);
        }
    }

    /// Does work in the mode of arithmetic of this crate. What asks the equations waits for other threads, which set it
    /// for themselves.
    fn in_own_mode(&self, work: impl FnOnce()) {
        match &self.ansatz {
            Ansatz::General(general) if general.needs_equations() => work(),
            _ => with_own_mode(work),
        }
    }
}

impl Pinn {
    /// Evaluates the layers of a network of a domain in this precision, and not in that of its training; sums of nuclei and
    /// charges are always in double precision. Other networks are evaluated in double precision.
    pub fn with_precision(mut self, precision: Precision) -> Self {
        if let Ansatz::General(general) = &mut self.ansatz {
            general.precision = precision;
        }
        self
    }

    /// The last time it was trained for `[s]`.
    pub fn last_time(&self) -> f64 {
        self.provenance.config.time.end.0
    }

    /// Whether it was trained for this initial state (densities [cm^-3] in declared order, then T `[K]`) and time `[s]`.
    ///
    /// # Errors
    /// Why not: [`EmulatorError::Outside`] names the quantity, its value and what was trained.
    pub fn knows(&self, initial: &[f64], time: f64) -> Result<(), EmulatorError> {
        with_own_mode(|| self.check(initial, std::slice::from_ref(&time), initial.len()))
    }

    /// Writes the state at each of `times` `[s]`, counted from one initial state, into the rows of `out`, on this thread. `initial`
    /// and each row hold densities [cm^-3] in declared order, then T `[K]`. Many cells are advanced by
    /// [`Advance`](chem_solver::advance::Advance).
    ///
    /// # Errors
    /// Lengths that do not fit; cells and times it was not trained for. `out` is then unchanged.
    pub fn evaluate(&self, initial: &[f64], times: &[f64], out: &mut [f64]) -> Result<(), EmulatorError> {
        with_own_mode(|| self.check(initial, times, out.len()))?;
        self.in_own_mode(|| {
            match &self.ansatz {
                Ansatz::Single(single) => single.evaluate((initial, 0), times, out),
                Ansatz::General(general) => match general.blending() {
                    Some(blending) => {
                        general.blended(blending, (&initial.repeat(times.len()), times), out);
                    }
                    None => general.evaluate((initial, 0), times, out),
                },
            }
            out.chunks_exact_mut(self.low.len()).for_each(|row| self.restore(initial, row));
        });
        Ok(())
    }
}

/// Refuses networks with too many outputs or too few.
fn check_outputs(found: usize, expected: RangeInclusive<usize>) -> Result<(), Problem> {
    match expected.contains(&found) {
        true => Ok(()),
        false => Err(Problem::Inconsistent(format!("{found} outputs for {} unknowns", expected.end()))),
    }
}
