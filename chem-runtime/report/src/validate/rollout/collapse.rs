//! A cloud in free fall, with chemistry and compression in turn: the oldest of one-zone models.
//!
//! ```text
//! t_ff = sqrt(3 pi / (32 G rho))                 d rho / dt = rho / t_ff        (Omukai 2000, ApJ 534, 809)
//! each step, dt = f t_ff:
//!     n_s <- n_s e^f      T <- T (e^f)^(gamma - 1), gamma = 5/3                 compression, adiabatic
//!     chemistry, heating and cooling for dt
//! ```
//! Density grows by three decades. A simulation takes smaller steps where it wants to be more exact: errors should fall
//! with f.

use std::f64::consts::{LN_10, PI};

use super::{Arena, Contender, errors};
use crate::cpu_time::cpu_seconds;
use crate::validate::error::ValidateError;
use chem_emulator::TrainedDomain;
use chem_solver::advance::Advance;

/// Steps over the free-fall time.
const STEPS: [f64; 3] = [1e-2, 1e-3, 1e-4];
/// Decades of density.
const DECADES: i32 = 3;
/// Decades after which clouds are judged.
const MARKS: [f64; 5] = [1.0, 1.5, 2.0, 2.5, 3.0];
/// Clouds, with temperatures and compositions drawn from the domain.
pub(super) const CLOUDS: usize = 4;
/// What a density may lack of a power of ten.
const ROUND: f64 = 1.05;
const GAMMA: f64 = 5.0 / 3.0;
/// Newton's constant [cm^3 g^-1 s^-2] (CODATA 2018).
const GRAVITY: f64 = 6.674_30e-8;

/// A collapse at one length of steps.
#[derive(Clone, Debug)]
pub struct Collapse {
    /// Time step over the free-fall time.
    pub step: f64,
    /// Each way through it.
    pub ways: Vec<CollapseWay>,
}

/// One way through a collapse.
#[derive(Clone, Debug)]
pub struct CollapseWay {
    /// Its name.
    pub name: String,
    /// On the way.
    pub marks: Vec<CollapseMark>,
    /// Cost per cloud and call `[s]`.
    pub seconds: f64,
}

/// The worst of the clouds at one density.
#[derive(Clone, Debug, PartialEq)]
pub struct CollapseMark {
    /// Density of nuclei [cm^-3].
    pub nuclei: f64,
    /// Largest error of T.
    pub temperature: f64,
    /// Largest error of a species above 1e-10 n_tot, and which it is.
    pub species: (f64, String),
    /// Number of clouds that had been refused.
    pub left: usize,
}

/// Clouds at the marks, and whether each was advanced so far.
struct Clouds {
    marked: Vec<(Vec<f64>, Vec<bool>)>,
    seconds: f64,
}

/// Calls until the density has grown by some decades.
fn calls(decades: f64, step: f64) -> usize {
    (decades * LN_10 / step).ceil() as usize
}

impl Arena<'_> {
    /// The collapse at each length of steps; none where the network has no masses or no nuclei.
    pub(super) fn collapses(&self) -> Result<Vec<Collapse>, ValidateError> {
        let Some(trained) = TrainedDomain::of(self.domain, self.structure()) else { return Ok(Vec::new()) };
        let with_masses = self.structure().masses.iter().any(|mass| *mass > 0.0);
        let Some([low, high]) = trained.nuclei.filter(|_| with_masses) else { return Ok(Vec::new()) };
        // Up to the densest trained gas, in round numbers; drawn states come close to it only.
        let first = 10f64.powi((ROUND * high).log10().floor() as i32 - DECADES);
        let mut starts = self.draw(CLOUDS)?;
        let n = self.structure().unknown_count();
        for row in starts.chunks_exact_mut(n) {
            let factor = first / trained.all_nuclei(&row[..n - 1]);
            row[..n - 1].iter_mut().for_each(|n| *n *= factor);
        }
        let can = |step: &&f64| first >= low && calls(DECADES.into(), **step) <= self.most_calls;
        STEPS.iter().filter(can).map(|step| self.collapse(*step, first, &starts)).collect()
    }

    fn collapse(&self, step: f64, first: f64, starts: &[f64]) -> Result<Collapse, ValidateError> {
        let reference = self.fall(step, starts, &*self.equations.solver(super::REFERENCE_RTOL))?;
        let way = |(name, advance): &Contender<'_>| {
            let clouds = self.fall(step, starts, &**advance)?;
            let pairs = clouds.marked.iter().zip(&reference.marked).zip(MARKS);
            let marks = pairs.map(|((found, end), mark)| self.worst(first * 10f64.powf(mark), found, end));
            Ok(CollapseWay { name: name.clone(), marks: marks.collect(), seconds: clouds.seconds })
        };
        Ok(Collapse { step, ways: self.contenders.iter().map(way).collect::<Result<_, ValidateError>>()? })
    }

    /// Compression and chemistry in turn. Clouds that cannot be advanced are left behind.
    fn fall(&self, step: f64, starts: &[f64], advance: &dyn Advance) -> Result<Clouds, ValidateError> {
        let n = self.structure().unknown_count();
        let masses = &self.structure().masses;
        let mut rows = starts.to_vec();
        let mut advanced = vec![true; rows.len() / n];
        let (mut clouds, mut evaluated) = (Clouds { marked: Vec::new(), seconds: 0.0 }, 0usize);
        for mark in MARKS {
            let before = clouds.marked.len().checked_sub(1).map_or(0, |last| calls(MARKS[last], step));
            for _ in before..calls(mark, step) {
                let mut dt = Vec::with_capacity(advanced.len());
                for row in rows.chunks_exact_mut(n) {
                    let density: f64 = masses.iter().zip(&*row).map(|(mass, n)| mass * n).sum();
                    dt.push(step * (3.0 * PI / (32.0 * GRAVITY * density)).sqrt());
                    row[..n - 1].iter_mut().for_each(|n| *n *= step.exp());
                    row[n - 1] *= (step * (GAMMA - 1.0)).exp();
                }
                let begin = cpu_seconds();
                let ok = advance.advance_rows_by(&mut rows, &dt)?.advanced();
                clouds.seconds += cpu_seconds() - begin;
                evaluated += dt.len();
                advanced.iter_mut().zip(ok).for_each(|(advanced, ok)| *advanced &= ok);
            }
            clouds.marked.push((rows.clone(), advanced.clone()));
        }
        clouds.seconds /= evaluated.max(1) as f64;
        Ok(clouds)
    }

    /// The largest errors of the clouds that came so far in both.
    fn worst(
        &self,
        nuclei: f64,
        (found, advanced): &(Vec<f64>, Vec<bool>),
        (end, solved): &(Vec<f64>, Vec<bool>),
    ) -> CollapseMark {
        let n = self.structure().unknown_count();
        let left = advanced.iter().filter(|advanced| !**advanced).count();
        let mut worst = CollapseMark { nuclei, temperature: 0.0, species: (0.0, String::new()), left };
        let both = advanced.iter().zip(solved).map(|(a, b)| *a && *b);
        let rows = found.chunks_exact(n).zip(end.chunks_exact(n)).zip(both);
        for ((found, end), _) in rows.filter(|(_, both)| *both) {
            for (k, error) in errors(found, end).enumerate().filter_map(|(k, error)| Some((k, error?))) {
                match self.structure().species.get(k) {
                    Some(name) if error > worst.species.0 => worst.species = (error, name.to_string()),
                    Some(_) => {}
                    None => worst.temperature = worst.temperature.max(error),
                }
            }
        }
        worst
    }
}
