//! What a simulation does to the gas between calls of the chemistry.
//!
//! ```text
//! still          nothing
//! shaken         T times 0.9 .. 1.1 before each call
//! random walk    T and n_tot times 10^-0.03 .. 10^0.03 before each call, each by itself
//! cooling layer  gas that a shock has heated to 1 .. 100 % of the highest temperature of the domain, 10 to 1000 times as dense
//!                as its thinnest gas; before each call it is brought to the pressure that it had behind the shock
//! ```
//! No temperature and no total density is moved out of the domain; one that the chemistry took out is not moved further.

use chem_grammar::network::{Domain, Interval};
use rand::{Rng, RngExt};

use chem_solver::network::domain::random_stream;

/// The seed of what moves cells.
const SEED: u64 = u64::MAX - 4;
/// The stream of the states behind the shock; calls have the small numbers.
const SHOCK_STREAM: u64 = u64::MAX;
/// Largest relative change of T by which cells are shaken.
const SHAKE: f64 = 0.1;
/// Longest step of a random walk [decades].
const STRIDE: f64 = 0.03;
/// From where to where gas is shocked: decades from the highest temperature, and from the least density.
const SHOCKED_T: [f64; 2] = [-2.0, 0.0];
const SHOCKED_N: [f64; 2] = [1.0, 3.0];

/// What a simulation does to the gas between calls of the chemistry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Motion {
    /// Nothing.
    Still,
    /// T moves by up to 10 % before each call.
    Shaken,
    /// T and the total density go their own ways.
    Walk,
    /// Gas cools at constant pressure behind a shock.
    CoolingLayer,
}

/// A motion of cells, each a row of densities and T.
pub(super) struct Mover {
    motion: Motion,
    unknowns: usize,
    temperature: Interval,
    /// Of n_tot, if the domain states it.
    total: Option<Interval>,
    /// n_tot T of each cell of a cooling layer [cm^-3 K].
    pressures: Vec<f64>,
}

impl Motion {
    /// As a part of the name of a sequence.
    pub(super) fn suffix(self) -> &'static str {
        match self {
            Motion::Still => "",
            Motion::Shaken => ", T +-10 %",
            Motion::Walk => ", random walk",
            Motion::CoolingLayer => ", cooling layer",
        }
    }

    /// In a column of a table.
    pub(super) fn key(self) -> &'static str {
        match self {
            Motion::Still => "still",
            Motion::Shaken => "shaken",
            Motion::Walk => "walk",
            Motion::CoolingLayer => "layer",
        }
    }

    /// Whether cells of a domain can move like that: a shock needs its total densities.
    pub(super) fn is_possible(self, domain: &Domain) -> bool {
        self != Motion::CoolingLayer || domain.total_density.is_some()
    }
}

impl Mover {
    /// Brings cells to where the motion begins.
    pub(super) fn begin(motion: Motion, domain: &Domain, unknowns: usize, rows: &mut [f64]) -> Self {
        let (temperature, total) = (domain.temperature, domain.total_density);
        let mut mover = Mover { motion, unknowns, temperature, total, pressures: Vec::new() };
        if let (Motion::CoolingLayer, Some(range)) = (motion, total) {
            let random = &mut random_stream(SEED, SHOCK_STREAM);
            for row in rows.chunks_exact_mut(unknowns) {
                let shocked = temperature.high * between(random, SHOCKED_T);
                row[unknowns - 1] = shocked.max(temperature.low);
                let dense = (range.low * between(random, SHOCKED_N)).min(range.high);
                set_total(row, dense);
                mover.pressures.push(dense * row[unknowns - 1]);
            }
        }
        mover
    }

    /// Moves the cells before a call.
    pub(super) fn apply(&self, rows: &mut [f64], call: usize) {
        let random = &mut random_stream(SEED, call as u64);
        let last = self.unknowns - 1;
        for (cell, row) in rows.chunks_exact_mut(self.unknowns).enumerate() {
            match self.motion {
                Motion::Still => return,
                Motion::Shaken => {
                    let factor = 1.0 + SHAKE * (2.0 * random.random::<f64>() - 1.0);
                    row[last] = moved(row[last], factor, Some(self.temperature));
                }
                Motion::Walk => {
                    let mut factor = || between(random, [-STRIDE, STRIDE]);
                    row[last] = moved(row[last], factor(), Some(self.temperature));
                    let total: f64 = row[..last].iter().sum();
                    set_total(row, moved(total, factor(), self.total));
                }
                Motion::CoolingLayer => {
                    let total: f64 = row[..last].iter().sum();
                    let factor = self.pressures[cell] / (row[last] * total);
                    set_total(row, moved(total, factor, self.total));
                }
            }
        }
    }
}

/// A power of ten between two.
fn between(random: &mut impl Rng, [low, high]: [f64; 2]) -> f64 {
    10f64.powf(low + (high - low) * random.random::<f64>())
}

/// A value times a factor, not out of the range, and not further out if it is outside.
fn moved(value: f64, factor: f64, range: Option<Interval>) -> f64 {
    match range {
        Some(range) => (value * factor).clamp(range.low.min(value), range.high.max(value)),
        None => value * factor,
    }
}

/// Compresses a row to a total density.
fn set_total(row: &mut [f64], total: f64) {
    if let Some((_, n)) = row.split_last_mut() {
        let factor = total / n.iter().sum::<f64>();
        n.iter_mut().for_each(|n| *n *= factor);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chem_grammar::network::Network;

    fn domain() -> Domain {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../networks/atomic.net");
        let network = Network::load(folder).unwrap();
        network.domains.into_iter().find(|domain| domain.name == "general").unwrap()
    }

    #[test]
    fn cells_move_as_the_motion_says_and_stay_in_the_domain() {
        let domain = domain();
        let start = [1e-3, 1e-9, 0.7, 0.3, 1e-3, 1e-9, 1e-9, 1e3];
        for motion in [Motion::Still, Motion::Shaken, Motion::Walk, Motion::CoolingLayer] {
            let mut rows = start.repeat(20);
            let mover = Mover::begin(motion, &domain, start.len(), &mut rows);
            let begun = rows.clone();
            for call in 0..500 {
                if motion == Motion::CoolingLayer {
                    rows.iter_mut().skip(7).step_by(8).for_each(|t_gas| *t_gas *= 0.99);
                }
                mover.apply(&mut rows, call);
                for (row, begun) in rows.chunks_exact(8).zip(begun.chunks_exact(8)) {
                    let total = |row: &[f64]| row[..7].iter().sum::<f64>();
                    assert!((20.0..=1e6).contains(&row[7]) || motion == Motion::CoolingLayer, "{row:?}");
                    assert!((1e-2..=1e3).contains(&(total(row) * (1.0 - 1e-12))), "{row:?}");
                    // Mixtures stay what they are.
                    assert!((row[2] / row[3] - 7.0 / 3.0).abs() < 1e-9);
                    match motion {
                        Motion::Still => assert_eq!(row, begun),
                        Motion::Shaken => assert!((total(row) / total(begun) - 1.0).abs() < 1e-12),
                        Motion::Walk => {}
                        Motion::CoolingLayer => {
                            let kept = total(row) * row[7] / (total(begun) * begun[7]);
                            assert!((kept - 1.0).abs() < 1e-9 || total(row) > 999.0, "{kept}");
                        }
                    }
                }
            }
            assert_eq!(rows == begun, motion == Motion::Still);
        }
    }

    /// Densities at the edge of the domain that ionisation took out.
    #[test]
    fn what_the_chemistry_took_out_is_not_moved_further() {
        let range = Interval { low: 1e-2, high: 1e3, log: true };
        let cases = [
            (1001.0, 1.5, 1001.0),
            (1001.0, 0.9, 900.9),
            (1e-3, 0.5, 1e-3),
            (1e-3, 1e7, 1e3),
            (10.0, 1e3, 1e3),
        ];
        for (value, factor, expected) in cases {
            let found = moved(value, factor, Some(range));
            assert!((found / expected - 1.0).abs() < 1e-12, "{value} x {factor}: {found}");
        }
    }
}
