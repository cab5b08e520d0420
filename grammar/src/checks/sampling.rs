//! States at which networks are looked at.

use crate::expr::{Point, SpeciesId};
use crate::network::{Domain, Initial, Interval, Network};
use crate::temperature_set::{Piece, TemperatureSet};

/// A state of the gas.
#[derive(Clone, Debug)]
pub(crate) struct State {
    pub(crate) temperature: f64,
    pub(crate) densities: Vec<f64>,
    pub(crate) time: f64,
}

impl State {
    /// As a point of evaluation, with the parameters at their defaults.
    pub(crate) fn point<'a>(&'a self, network: &'a Network, parameters: &'a [f64]) -> Point<'a> {
        Point {
            densities: &self.densities,
            temperature: self.temperature,
            time: self.time,
            parameters,
            tables: &network.tables,
        }
    }
}

/// The temperatures of all declared domains together; all temperatures if there is no domain.
pub(crate) fn temperature_domain(network: &Network) -> TemperatureSet {
    if network.domains.is_empty() {
        return TemperatureSet::all();
    }
    network.domains.iter().fold(TemperatureSet::none(), |sum, domain| {
        let Interval { low, high, .. } = domain.temperature;
        sum.union(&TemperatureSet::of(Piece { low, low_closed: true, high, high_closed: true }))
    })
}

/// The temperatures that rates see between the limits of T, with or without the limits themselves; all without
/// limits.
pub(crate) fn seen_temperatures(network: &Network, limits_too: bool) -> TemperatureSet {
    let Some((low, high)) = network.temperature_limits else { return TemperatureSet::all() };
    TemperatureSet::of(Piece { low, low_closed: limits_too, high, high_closed: limits_too })
}

/// Densities and time at which k is compared at both sides of a breakpoint: the first initial state, else the middle
/// of the first domain, else one of each species per cm^3.
pub(crate) fn reference_state(network: &Network) -> State {
    let time = network.domains.iter().find_map(|d| d.time).map_or(1.0, |t| t.at(0.5));
    if let Some(initial) = network.initials.first() {
        return State { temperature: initial.temperature, densities: initial.densities.clone(), time };
    }
    if let Some(domain) = network.domains.first() {
        return drawn(network, domain, |_| 0.5);
    }
    State { temperature: 1e3, densities: vec![1.0; network.species.len()], time }
}

/// Nodes per decade of temperature.
const NODES_PER_DECADE: f64 = 20.0;

/// Temperatures that cover the declared domains, both sides of every breakpoint included; ascending. Without a
/// domain the temperatures of the initial states.
pub(crate) fn temperatures(network: &Network) -> Vec<f64> {
    let mut found: Vec<f64> = Vec::new();
    let domain = temperature_domain(network);
    for piece in domain.pieces().iter().filter(|p| p.low > 0.0 && p.high.is_finite()) {
        let decades = (piece.high / piece.low).log10();
        let count = (decades * NODES_PER_DECADE).ceil().clamp(1.0, 400.0);
        for i in 0..=count as u32 {
            let fraction = f64::from(i) / count;
            found.push((piece.low * (piece.high / piece.low).powf(fraction)).clamp(piece.low, piece.high));
        }
        let inside = network.breakpoints.iter().filter(|&&s| s > piece.low && s < piece.high);
        found.extend(inside.flat_map(|s| [s * (1.0 - 1e-12), *s, s * (1.0 + 1e-12)]));
    }
    if network.domains.is_empty() {
        found.extend(network.initials.iter().map(|i| i.temperature));
    }
    found.sort_by(f64::total_cmp);
    found.dedup();
    found
}

/// Densities and times all over the declared domains, and the initial states.
pub(crate) fn states(network: &Network) -> Vec<State> {
    const PER_DOMAIN: u32 = 16;
    let mut states = initial_states(network);
    for domain in &network.domains {
        states.extend((0..PER_DOMAIN).map(|i| drawn(network, domain, |k| additive_recurrence(i, k))));
    }
    states
}

/// The initial states.
pub(crate) fn initial_states(network: &Network) -> Vec<State> {
    let time = network.domains.iter().find_map(|d| d.time).map_or(1.0, |t| t.at(0.5));
    let of = |initial: &Initial| State {
        temperature: initial.temperature,
        densities: initial.densities.clone(),
        time,
    };
    network.initials.iter().map(of).collect()
}

/// The corners of the declared domains: T, the total density and all fractions at their ends.
pub(crate) fn corners(network: &Network) -> Vec<State> {
    let end = |bits: u32, k: usize| f64::from(bits >> k.min(3) & 1);
    let of_domain = |domain| (0..16).map(move |bits| drawn(network, domain, |k| end(bits, k)));
    network.domains.iter().flat_map(of_domain).collect()
}

/// Whether a species may be missing from the gas: not if all domains give it a density.
pub(crate) fn may_be_absent(network: &Network, species: SpeciesId) -> bool {
    let is_there = |domain: &Domain| match domain.species.get(species.0 as usize) {
        Some(Some(interval)) => interval.low > 0.0,
        // What closes the balance of charges.
        _ => true,
    };
    network.domains.is_empty() || !network.domains.iter().all(is_there)
}

/// Evenly spread numbers in [0, 1): multiples of irrational numbers.
fn additive_recurrence(i: u32, k: usize) -> f64 {
    let step = (2.0 + k as f64).sqrt() + 0.618_033_988_749_894_9;
    (0.5 + f64::from(i + 1) * step).fract()
}

/// A state of a domain; shares of nuclei are not followed here, for they change no sign.
fn drawn(network: &Network, domain: &Domain, at: impl Fn(usize) -> f64) -> State {
    let mut densities: Vec<f64> = domain
        .species
        .iter()
        .enumerate()
        .map(|(i, interval)| interval.map_or(0.0, |interval| interval.at(at(i + 3))))
        .collect();
    if let Some(hydrogen) = domain.hydrogen {
        let held = |k: usize| {
            let composition = network.species.get(k).map(|s| &s.composition);
            composition.and_then(|c| c.get(hydrogen.element)).map_or(0.0, |&count| f64::from(count))
        };
        let nuclei = |n: &[f64]| n.iter().enumerate().map(|(k, n)| held(k) * n).sum::<f64>();
        if let Some(rest) = hydrogen.rest {
            let left = (1.0 - nuclei(&densities)).max(0.0) / held(rest);
            densities.iter_mut().skip(rest).take(1).for_each(|n| *n = left);
        }
        let factor = hydrogen.density.at(at(1)) / nuclei(&densities);
        if factor.is_finite() {
            densities.iter_mut().for_each(|n| *n *= factor);
        }
    } else if !domain.absolute {
        let sum: f64 = densities.iter().sum();
        let total = domain.total_density.map_or(1.0, |t| t.at(at(1)));
        if sum > 0.0 {
            densities.iter_mut().for_each(|n| *n *= total / sum);
        }
    }
    if let Some(id) = domain.neutral {
        let charge: f64 = network.species.iter().zip(&densities).map(|(s, n)| f64::from(s.charge) * n).sum();
        let own = network.species.get(id.0 as usize).map_or(-1.0, |s| f64::from(s.charge));
        if let Some(slot) = densities.get_mut(id.0 as usize) {
            *slot = (-charge / own).max(0.0);
        }
    }
    State {
        temperature: domain.temperature.at(at(0)),
        densities,
        time: domain.time.map_or(1.0, |t| t.at(at(2))),
    }
}
