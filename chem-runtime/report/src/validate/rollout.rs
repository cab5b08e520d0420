//! Rollouts, as a simulation makes them: error and cost of several ways to advance cells, emulators and solver, in the same
//! calls.
//!
//! ```text
//! cells     drawn from the domain, from a seed that no training uses
//! motion    what else a simulation does to the gas between calls (`motion.rs`)
//! error     |x - x_ref| / x_ref over T and the species with n_ref > 1e-10 n_tot; x_ref by the same calls of the solver at
//!           rtol 1e-6
//! left      cells that were refused at some call; they count no more
//! us        CPU time per cell and call of one thread, mean over all calls, all in the same run
//! ```

mod collapse;
mod motion;
mod table;

use chem_grammar::network::Domain;

use super::error::ValidateError;
use super::errors::{ABUNDANT, ROUNDING, unknown_names};
use super::quantile::{ascending, quantile};
use crate::cpu_time::cpu_seconds;
use chem_solver::advance::Advance;
use chem_solver::equations::Equations;
use chem_solver::network::domain::{DomainView, random_stream};
use chem_solver::structure::Structure;
use chem_solver::units::YEAR;

pub use collapse::{Collapse, CollapseMark, CollapseWay};
pub use motion::Motion;
use motion::Mover;

/// The seed of the cells, on which nothing was chosen.
const SEED: u64 = u64::MAX - 5;
/// Tolerance of the reference, and of the solver that is compared with.
const REFERENCE_RTOL: f64 = 1e-6;
const SOLVER_RTOL: [f64; 2] = [1e-1, 1e-2];
/// Numbers of calls after which cells are judged; also after the last.
const MARKS: [usize; 3] = [1, 10, 100];
/// The time steps of a cycle [yr].
const CYCLE: [f64; 5] = [1e1, 1e2, 1e3, 1e4, 1e5];

/// Calls in a row.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sequence {
    /// Number of calls.
    pub calls: usize,
    /// Their time step `[yr]`; `None`: 10 yr, 100 yr, ... 100 kyr and again.
    pub years: Option<f64>,
    /// What moves the gas before each.
    pub motion: Motion,
}

/// All that are measured.
const SEQUENCES: [Sequence; 13] = [
    Sequence { calls: 1, years: Some(1e6), motion: Motion::Still },
    Sequence { calls: 10, years: Some(1e5), motion: Motion::Still },
    Sequence { calls: 100, years: Some(1e4), motion: Motion::Still },
    Sequence { calls: 1000, years: Some(1e3), motion: Motion::Still },
    Sequence { calls: 1000, years: Some(1e2), motion: Motion::Still },
    Sequence { calls: 1000, years: Some(1e1), motion: Motion::Still },
    Sequence { calls: 1000, years: None, motion: Motion::Still },
    Sequence { calls: 100, years: Some(1e4), motion: Motion::Shaken },
    Sequence { calls: 1000, years: Some(1e3), motion: Motion::Shaken },
    Sequence { calls: 1000, years: Some(1e1), motion: Motion::Shaken },
    Sequence { calls: 1000, years: None, motion: Motion::Shaken },
    Sequence { calls: 1000, years: Some(1e3), motion: Motion::Walk },
    Sequence { calls: 1000, years: Some(1e3), motion: Motion::CoolingLayer },
];

/// What calls in a row make of the cells of a domain.
#[derive(Clone, Debug)]
pub struct Rollout {
    /// Name of the model.
    pub model: String,
    /// What it ran on.
    pub processor: String,
    /// Number of cells.
    pub cells: usize,
    /// Names of the unknowns that evolve.
    pub unknowns: Vec<String>,
    /// The sequences of calls.
    pub runs: Vec<SequenceRun>,
    /// A cloud that collapses; none in a network without masses.
    pub collapses: Vec<Collapse>,
}

/// One sequence of calls.
#[derive(Clone, Debug)]
pub struct SequenceRun {
    /// Which.
    pub sequence: Sequence,
    /// Each way through it.
    pub ways: Vec<RolloutWay>,
}

/// One way through a sequence.
#[derive(Clone, Debug)]
pub struct RolloutWay {
    /// Its name.
    pub name: String,
    /// After some numbers of calls, the last of them all.
    pub marks: Vec<Mark>,
    /// Cost per cell and call `[s]`.
    pub seconds: f64,
}

/// What is called again and again: a name, and what advances cells.
pub type Contender<'a> = (String, Box<dyn Advance + 'a>);

/// Errors after so many calls.
#[derive(Clone, Debug)]
pub struct Mark {
    /// Number of calls.
    pub calls: usize,
    /// Number of cells that had been refused.
    pub left: usize,
    /// Species above 1e-10 n_tot, and T.
    pub errors: Errors,
    /// T alone.
    pub temperature: Errors,
    /// Each unknown that evolves, where it is above 1e-10 n_tot.
    pub unknowns: Vec<Errors>,
}

/// Relative errors at 50, 90 and 99 %; NaN if there are none.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Errors(pub [f64; 3]);

impl Errors {
    fn of(errors: impl IntoIterator<Item = f64>) -> Self {
        let sorted = ascending(errors);
        Errors([0.5, 0.9, 0.99].map(|share| quantile(&sorted, share)))
    }
}

/// What is compared, and the equations of the network.
struct Arena<'a> {
    contenders: Vec<Contender<'a>>,
    equations: &'a dyn Equations,
    domain: &'a Domain,
    most_calls: usize,
}

/// Cells on their way through a sequence.
struct Track {
    /// The rows after each of the marked numbers of calls.
    marked: Vec<Vec<f64>>,
    /// Whether each cell was advanced in all calls, at each mark.
    advanced: Vec<Vec<bool>>,
    /// CPU time per cell and call `[s]`.
    seconds: f64,
}

/// Measures everything on one thread, with so many cells, but for sequences of more than so many calls and time steps beyond
/// the last that is known `[s]`. The first of `emulators` is that whose errors are given by species.
///
/// # Errors
/// If no cells can be drawn from the domain, or an emulator or the solver cannot be called for them.
pub fn rollout<'a>(
    model: &str,
    (emulators, last_time): (Vec<Contender<'a>>, f64),
    equations: &'a dyn Equations,
    domain: &Domain,
    (cells, most_calls): (usize, usize),
) -> Result<Rollout, ValidateError> {
    let mut contenders = emulators;
    for rtol in SOLVER_RTOL {
        contenders.push((format!("solver at {rtol:.0e}"), equations.solver(rtol)));
    }
    let arena = Arena { contenders, equations, domain, most_calls };
    let measure = || {
        let starts = arena.draw(cells)?;
        let can = |sequence: &&Sequence| {
            let mut steps = (0..CYCLE.len().min(sequence.calls)).map(|call| sequence.dt(call));
            sequence.calls <= most_calls
                && steps.all(|dt| dt <= last_time)
                && sequence.motion.is_possible(domain)
        };
        let runs = SEQUENCES.iter().filter(can).map(|sequence| arena.run(*sequence, &starts));
        Ok(Rollout {
            model: model.to_owned(),
            processor: processor(),
            cells,
            unknowns: unknown_names(arena.structure()),
            runs: runs.collect::<Result<_, ValidateError>>()?,
            collapses: arena.collapses()?,
        })
    };
    match rayon::ThreadPoolBuilder::new().num_threads(1).build() {
        Ok(one) => one.install(measure),
        Err(_) => measure(),
    }
}

impl Sequence {
    /// The time step of a call `[s]`.
    fn dt(&self, call: usize) -> f64 {
        self.years.unwrap_or(CYCLE[call % CYCLE.len()]) * YEAR
    }

    fn marks(&self) -> Vec<usize> {
        MARKS.into_iter().filter(|calls| *calls < self.calls).chain([self.calls]).collect()
    }
}

impl Arena<'_> {
    fn structure(&self) -> &Structure {
        self.equations.network().structure()
    }

    /// Initial states, one after another.
    fn draw(&self, cells: usize) -> Result<Vec<f64>, ValidateError> {
        let domain = DomainView::from(self.domain);
        let draw = |index| domain.draw(self.structure(), &mut random_stream(SEED, index));
        let states: Option<Vec<_>> = (0..cells as u64).map(draw).collect();
        let reference = format!("the domain `{}`", self.domain.name);
        Ok(states.ok_or(ValidateError::NothingToJudge { reference, after: 0.0 })?.concat())
    }

    /// One sequence by all.
    fn run(&self, sequence: Sequence, starts: &[f64]) -> Result<SequenceRun, ValidateError> {
        let exact = self.equations.solver(REFERENCE_RTOL);
        let reference = self.track(sequence, starts, &*exact)?;
        let way = |(name, advance): &Contender<'_>| {
            let track = self.track(sequence, starts, &**advance)?;
            let marks = sequence.marks();
            let marks = marks.iter().enumerate().map(|(at, calls)| self.mark(*calls, at, &track, &reference));
            Ok(RolloutWay { name: name.clone(), marks: marks.collect(), seconds: track.seconds })
        };
        Ok(SequenceRun {
            sequence,
            ways: self.contenders.iter().map(way).collect::<Result<_, ValidateError>>()?,
        })
    }

    /// Takes cells through a sequence; those that are not advanced stay behind.
    fn track(
        &self,
        sequence: Sequence,
        starts: &[f64],
        advance: &dyn Advance,
    ) -> Result<Track, ValidateError> {
        let n = self.structure().unknown_count();
        let mut rows = starts.to_vec();
        let mover = Mover::begin(sequence.motion, self.domain, n, &mut rows);
        let mut advanced = vec![true; rows.len() / n];
        let mut track = Track { marked: Vec::new(), advanced: Vec::new(), seconds: 0.0 };
        let (marks, mut calls) = (sequence.marks(), 0usize);
        for call in 0..sequence.calls {
            mover.apply(&mut rows, call);
            let on: Vec<usize> = (0..advanced.len()).filter(|cell| advanced[*cell]).collect();
            let mut part: Vec<f64> = on.iter().flat_map(|i| &rows[i * n..(i + 1) * n]).copied().collect();
            let dt = vec![sequence.dt(call); on.len()];
            let begin = cpu_seconds();
            let ok = advance.advance_rows_by(&mut part, &dt)?.advanced();
            track.seconds += cpu_seconds() - begin;
            calls += on.len();
            for ((cell, row), ok) in on.into_iter().zip(part.chunks_exact(n)).zip(ok) {
                rows[cell * n..(cell + 1) * n].copy_from_slice(row);
                advanced[cell] = ok;
            }
            if marks.contains(&(call + 1)) {
                track.marked.push(rows.clone());
                track.advanced.push(advanced.clone());
            }
        }
        track.seconds /= calls.max(1) as f64;
        Ok(track)
    }

    /// Errors at one of the marks, over the cells that came so far in both.
    fn mark(&self, calls: usize, at: usize, found: &Track, reference: &Track) -> Mark {
        let n = self.structure().unknown_count();
        let counted = n - usize::from(!self.structure().evolves_temperature);
        let mut by_unknown = vec![Vec::new(); counted];
        let both = found.advanced[at].iter().zip(&reference.advanced[at]).map(|(a, b)| *a && *b);
        let rows = found.marked[at].chunks_exact(n).zip(reference.marked[at].chunks_exact(n));
        for ((found, end), _) in rows.zip(both).filter(|(_, both)| *both) {
            for (k, error) in errors(found, end).take(counted).enumerate() {
                by_unknown[k].extend(error);
            }
        }
        let temperature = by_unknown.get(n - 1).cloned().unwrap_or_default();
        Mark {
            calls,
            left: found.advanced[at].iter().filter(|advanced| !**advanced).count(),
            errors: Errors::of(by_unknown.iter().flatten().copied()),
            temperature: Errors::of(temperature),
            unknowns: by_unknown.into_iter().map(Errors::of).collect(),
        }
    }
}

/// Relative errors of a row; none of species that are rare in the reference.
fn errors<'r>(found: &'r [f64], reference: &'r [f64]) -> impl Iterator<Item = Option<f64>> + 'r {
    let species = reference.len() - 1;
    let total: f64 = reference[..species].iter().sum();
    found.iter().zip(reference).enumerate().map(move |(k, (found, reference))| {
        let error = ((found - reference) / reference).abs();
        let counts = k == species || *reference > ABUNDANT * total;
        counts.then_some(if error.is_nan() { f64::INFINITY } else { error.max(ROUNDING) })
    })
}

/// Name of the processor, where the system says it.
fn processor() -> String {
    let text = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let name = text.lines().find_map(|line| line.strip_prefix("model name")?.split_once(':'));
    name.map_or_else(|| std::env::consts::ARCH.to_owned(), |(_, name)| name.trim().to_owned())
}
