//! Drawing initial states from a box of them.
//!
//! ```text
//! T, n_tot or n_H  each from its range
//! w_s              weight of each species, from its range, in declared order
//! x_X              share of the nuclei of each stated element, from its range; one element may take what the others leave
//! w_s <- a_X w_s   for the species that hold element X, such that X has its share of the nuclei; where
//!                  molecules hold several such elements, from the scarcest element on (`mixture.rs`)
//! w_neutral        such that the charges sum to zero; if that is negative, all is drawn again
//! n_s              = n_tot w_s / sum of all w, or n_H w_s / hydrogen nuclei of all w
//! ```
//! Domains that state densities give n_s directly. Abundances are w_s; the species that takes the rest of the hydrogen
//! gets 1 less what the others hold, and if that is negative, all is drawn again. Parameters per cell are drawn after the state, each
//! from its range.

mod cells;
mod mixture;

pub use cells::DrawnCells;
use mixture::Mixture;
use rand::{Rng, RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::{DomainView, Interval};
use crate::network::cell::Cell;
use crate::network::{SpeciesSet, TypedNetwork};
use crate::structure::Structure;

/// Relative rounding of the total density of a state.
const ROUNDING: f64 = 1e-12;
/// Draws until the charge can be closed.
const TRIES: usize = 10_000;
/// Rounds of scaling to the shares of the nuclei: one and what rounding needs.
const ROUNDS: usize = 100;

/// The random numbers of one cell: cell `index` of a seed is the same whichever other cells are drawn.
pub fn random_stream(seed: u64, index: u64) -> ChaCha8Rng {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    random.set_stream(index);
    random
}

impl DomainView<'_> {
    /// Draws a state: number densities [cm^-3], then T `[K]`. `None` if the domain does not belong to this
    /// network, or no state in it is neutral.
    pub fn draw(&self, structure: &Structure, random: &mut impl Rng) -> Option<Vec<f64>> {
        let mut y = vec![0.0; structure.unknown_count()];
        (0..TRIES).any(|_| self.try_draw(structure, random, &mut y)).then_some(y)
    }

    /// Draws a state near `state` (densities [cm^-3] in declared order, then T `[K]`), in the same layout: temperature,
    /// total density and the weights of the species move by up to so many decades; temperature and total density stay within their ranges if they were. `None` if the charge cannot be
    /// closed, or the state is not of this network.
    pub fn draw_near(
        &self,
        structure: &Structure,
        state: &[f64],
        decades: f64,
        random: &mut impl Rng,
    ) -> Option<Vec<f64>> {
        let mut y = state.to_vec();
        let (t_gas, n) = y.split_last_mut()?;
        if n.len() != self.species.len() || n.len() != structure.species.len() {
            return None;
        }
        let mut moved = |value: f64, range: Option<Interval>| {
            let moved = value * 10f64.powf(decades * (2.0 * random.random::<f64>() - 1.0));
            // The total of a state at an end of its range is there to rounding.
            let is_in = |range: &Interval| {
                range.low * (1.0 - ROUNDING) <= value && value <= range.high * (1.0 + ROUNDING)
            };
            match range.filter(is_in) {
                Some(range) => moved.clamp(range.low, range.high),
                None => moved,
            }
        };
        *t_gas = moved(*t_gas, Some(self.temperature));
        let stated = self.hydrogen.map_or(self.total_density, |hydrogen| Some(hydrogen.density));
        let amount = self.amount(structure, n);
        let total = moved(amount, stated);
        let found = shares_of(structure, n);
        let shares =
            self.shares(|element, range| moved(found[element], Some(range)).clamp(range.low, range.high));
        if self.hydrogen.is_some_and(|hydrogen| hydrogen.abundances) {
            // Abundances stay in their ranges.
            for (n, interval) in n.iter_mut().zip(self.species) {
                *n = moved(*n / amount, *interval);
            }
        } else {
            n.iter_mut().for_each(|n| *n = moved(*n, None));
            let before: f64 = n.iter().sum();
            if !self.absolute {
                n.iter_mut().for_each(|n| *n /= before);
            }
        }
        if !self.complete(structure, n, &shares) {
            return None;
        }
        let sum = self.amount(structure, n);
        n.iter_mut().for_each(|n| *n *= total / sum);
        y.iter().all(|value| value.is_finite()).then_some(y)
    }

    /// Draws a cell of a typed network. `None` as [`DomainView::draw`].
    pub fn draw_cell<N: TypedNetwork>(&self, network: &N, random: &mut impl Rng) -> Option<Cell<N::Species>> {
        let y = self.draw(network.structure(), random)?;
        (y.len() == N::Species::COUNT + 1).then(|| Cell::from_unknowns(&y))
    }

    /// Draws the parameters per cell of which the domain has ranges: number of each among [`Structure::parameters`], and value.
    pub fn draw_parameters(&self, random: &mut impl Rng) -> Vec<(usize, f64)> {
        self.parameters.iter().map(|(parameter, range)| (*parameter, range.at(random.random()))).collect()
    }

    /// Draws a time `[s]`, if the domain has a range of times.
    pub fn draw_time(&self, random: &mut impl Rng) -> Option<f64> {
        self.time.map(|time| time.at(random.random()))
    }

    fn try_draw(&self, structure: &Structure, random: &mut impl Rng, y: &mut [f64]) -> bool {
        let Some((t_gas, n)) = y.split_last_mut() else { return false };
        *t_gas = self.temperature.at(random.random());
        let stated = self.hydrogen.map_or(self.total_density, |hydrogen| Some(hydrogen.density));
        let total = stated.map(|total| total.at(random.random()));
        if n.len() != self.species.len() {
            return false;
        }
        for (n, interval) in n.iter_mut().zip(self.species) {
            *n = interval.map_or(0.0, |interval| interval.at(random.random()));
        }
        let shares = self.shares(|_, range| range.at(random.random()));
        if !self.complete(structure, n, &shares) {
            return false;
        }
        if let (Some(total), false) = (total, self.absolute) {
            let sum = self.amount(structure, n);
            n.iter_mut().for_each(|n| *n *= total / sum);
        }
        n.iter().all(|n| n.is_finite())
    }

    /// What the stated density is the sum of: all species, or hydrogen nuclei.
    pub fn amount(&self, structure: &Structure, n: &[f64]) -> f64 {
        match self.hydrogen {
            Some(hydrogen) => nuclei_of(structure, hydrogen.element, n),
            None => n.iter().sum(),
        }
    }

    /// The share of the nuclei of each stated element; `vary` gives those that have a range.
    fn shares(&self, mut vary: impl FnMut(usize, Interval) -> f64) -> Vec<(usize, f64)> {
        let mut left = 1.0;
        let mut share = |&(element, range): &(usize, Option<Interval>)| {
            let range = range?;
            let share = if range.low == range.high { range.low } else { vary(element, range) };
            left -= share;
            Some(share)
        };
        let drawn: Vec<Option<f64>> = self.nuclei.iter().map(&mut share).collect();
        self.nuclei.iter().zip(drawn).map(|((element, _), share)| (*element, share.unwrap_or(left))).collect()
    }

    /// Makes densities of weights, up to a factor; `false` if that is not possible.
    fn complete(&self, structure: &Structure, n: &mut [f64], shares: &[(usize, f64)]) -> bool {
        let scaled = self.absolute || scale_nuclei(structure, n, shares);
        scaled && self.fill_rest(structure, n) && self.close_charge(structure, n)
    }

    /// Sets the species that takes the rest of the hydrogen; `false` if it would be negative.
    fn fill_rest(&self, structure: &Structure, n: &mut [f64]) -> bool {
        let Some((element, rest)) = self.hydrogen.and_then(|h| Some((h.element, h.rest?))) else {
            return true;
        };
        if rest >= n.len() {
            return false;
        }
        n[rest] = 0.0;
        let left = 1.0 - nuclei_of(structure, element, n);
        n[rest] = left / count(structure, rest, element);
        left >= 0.0
    }

    /// Sets the species that closes the charge balance; `false` if it would be negative.
    fn close_charge(&self, structure: &Structure, n: &mut [f64]) -> bool {
        let Some(neutral) = self.neutral else { return true };
        let charge = |s: usize| structure.charges.get(s).map_or(0.0, |&q| f64::from(q));
        let others: f64 =
            n.iter().enumerate().filter(|(s, _)| *s != neutral).map(|(s, n)| charge(s) * n).sum();
        let wanted = -others / charge(neutral);
        match n.get_mut(neutral) {
            Some(n) if wanted >= 0.0 => {
                *n = wanted;
                true
            }
            _ => false,
        }
    }
}

/// Scales the species of each listed element such that the shares of the nuclei are as stated; `false` if no
/// mixture of these species has them.
fn scale_nuclei(structure: &Structure, n: &mut [f64], shares: &[(usize, f64)]) -> bool {
    if let Some(mixture) = Mixture::of(shares, structure, n) {
        return mixture.scale(n);
    }
    let count = |species, element| count(structure, species, element);
    for _ in 0..ROUNDS {
        let mut largest_change = 0.0f64;
        for &(element, share) in shares {
            let nuclei: f64 = n.iter().enumerate().map(|(s, n)| count(s, element) * n).sum();
            if nuclei == 0.0 {
                continue;
            }
            let factor = share / nuclei;
            largest_change = largest_change.max((factor - 1.0).abs());
            for (_, n) in n.iter_mut().enumerate().filter(|(s, _)| count(*s, element) > 0.0) {
                *n *= factor;
            }
        }
        if largest_change < 1e-15 {
            break;
        }
    }
    true
}

/// Number of nuclei of an element in a species.
fn count(structure: &Structure, species: usize, element: usize) -> f64 {
    let place = species * structure.elements.len() + element;
    structure.composition.get(place).map_or(0.0, |&count| f64::from(count))
}

/// Nuclei of an element in a gas of these densities.
fn nuclei_of(structure: &Structure, element: usize, n: &[f64]) -> f64 {
    n.iter().enumerate().map(|(species, n)| count(structure, species, element) * n).sum()
}

/// The share of each element in all nuclei.
fn shares_of(structure: &Structure, n: &[f64]) -> Vec<f64> {
    let nuclei = |element: usize| nuclei_of(structure, element, n);
    let nuclei: Vec<f64> = (0..structure.elements.len()).map(nuclei).collect();
    let all: f64 = nuclei.iter().sum();
    nuclei.iter().map(|nuclei| nuclei / all).collect()
}

#[cfg(test)]
mod tests {
    use super::super::Domain;
    use super::*;
    use crate::synthetic_network::hydrogen;

    fn general() -> Domain {
        const WEIGHT: Option<Interval> = Some(Interval { low: 1e-6, high: 1.0, log: true });
        DomainView {
            name: "general",
            temperature: Interval { low: 20.0, high: 1e6, log: true },
            total_density: Some(Interval { low: 1e-2, high: 1e3, log: true }),
            hydrogen: None,
            time: Some(Interval { low: 0.0, high: 5.0, log: false }),
            species: &[None, WEIGHT, WEIGHT],
            absolute: false,
            nuclei: &[(0, Some(Interval { low: 1.0, high: 1.0, log: false }))],
            neutral: Some(0),
            parameters: &[],
        }
    }

    #[test]
    fn states_near_others_are_in_the_domain() {
        let (structure, domain) = (hydrogen(), general());
        let mut random = random_stream(7, 0);
        for _ in 0..1000 {
            let state = domain.draw(&structure, &mut random).unwrap();
            let near = domain.draw_near(&structure, &state, 0.1, &mut random).unwrap();
            let [e, h, hp, t_gas] = near[..] else { panic!("{} unknowns", near.len()) };
            assert!((e - hp).abs() <= 1e-14 * e && h > 0.0);
            assert!((1e-2 - 1e-14..=1e3 + 1e-9).contains(&(e + h + hp)), "{near:?} near {state:?}");
            assert!((20.0..=1e6).contains(&t_gas));
            for (a, b) in near.iter().zip(&state) {
                assert!((a / b).log10().abs() < 0.5, "{near:?} near {state:?}");
            }
        }
        assert!(domain.draw_near(&structure, &[1.0], 0.1, &mut random).is_none());
    }

    #[test]
    fn drawn_states_are_in_the_domain() {
        let (structure, domain) = (hydrogen(), general());
        let mut random = random_stream(7, 0);
        let (mut coldest, mut hottest) = (f64::INFINITY, 0.0f64);
        for _ in 0..1000 {
            let y = domain.draw(&structure, &mut random).unwrap();
            let [e, h, hp, t_gas] = y[..] else { panic!("{} unknowns", y.len()) };
            assert!((e - hp).abs() <= 1e-14 * e && h > 0.0);
            assert!((1e-2..1e3).contains(&(e + h + hp)));
            assert!((20.0..=1e6).contains(&t_gas));
            (coldest, hottest) = (coldest.min(t_gas), hottest.max(t_gas));
            assert!((0.0..=5.0).contains(&domain.draw_time(&mut random).unwrap()));
        }
        assert!(coldest < 25.0 && hottest > 8e5, "{coldest} {hottest}");
    }

    #[test]
    fn each_cell_has_its_own_stream() {
        let (structure, domain) = (hydrogen(), general());
        let draw = |seed, index| domain.draw(&structure, &mut random_stream(seed, index)).unwrap();
        assert_eq!(draw(1, 5), draw(1, 5));
        assert_ne!(draw(1, 5), draw(1, 6));
        assert_ne!(draw(1, 5), draw(2, 5));
    }

    #[test]
    fn densities_are_taken_as_they_are() {
        let fixed = |value| Some(Interval { low: value, high: value, log: false });
        let species = [fixed(0.25), fixed(3.0), fixed(0.5)];
        let domain =
            DomainView { species: &species, absolute: true, neutral: None, total_density: None, ..general() };
        let y = domain.draw(&hydrogen(), &mut random_stream(0, 0)).unwrap();
        assert_eq!(y[..3], [0.25, 3.0, 0.5]);
    }

    #[test]
    fn a_domain_without_neutral_states_is_refused() {
        // Protons would have to close the charge of protons.
        let weight = Some(Interval { low: 1.0, high: 1.0, log: false });
        let species = [None, weight, weight];
        let domain = DomainView { species: &species, neutral: Some(1), ..general() };
        assert_eq!(domain.draw(&hydrogen(), &mut random_stream(0, 0)), None);
        let domain = DomainView { species: &species[..2], ..general() };
        assert_eq!(domain.draw(&hydrogen(), &mut random_stream(0, 0)), None);
    }
}
