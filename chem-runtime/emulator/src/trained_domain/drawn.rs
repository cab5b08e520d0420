//! What a domain does not say, from states drawn from it.

use chem_grammar::network::Domain;
use chem_solver::network::domain::{DomainView, random_stream};
use chem_solver::structure::Structure;

use super::{TrainedDomain, TrainedElement};

/// Initial states from which the ranges of a domain are taken, and their stream.
const STATES: usize = 4096;
const STREAM: u64 = u64::MAX - 2;
/// No value yet.
const EMPTY: [f64; 2] = [f64::INFINITY, 0.0];

/// Least and largest values of the states of a domain: densities [cm^-3], then T `[K]`; where the domain does not say
/// them, those of some thousand drawn states. `None` if it has no neutral state.
pub fn trained_range(domain: &Domain, structure: &Structure) -> Option<[Vec<f64>; 2]> {
    let n = structure.unknown_count();
    let (mut least, mut largest) = (vec![f64::INFINITY; n], vec![0.0f64; n]);
    let view = DomainView::from(domain);
    // Particles per hydrogen nucleus.
    let mut most_particles = 0.0f64;
    for state in drawn_states(domain, structure) {
        let state = state?;
        let n_tot: f64 = state[..n - 1].iter().sum();
        most_particles = most_particles.max(n_tot / view.amount(structure, &state[..n - 1]));
        for ((low, high), value) in least.iter_mut().zip(&mut largest).zip(&state) {
            (*low, *high) = (low.min(*value), high.max(*value));
        }
    }
    let bounds = domain.temperature;
    (least[n - 1], largest[n - 1]) = (bounds.low, bounds.high);
    if let Some(total) = domain.total_density {
        largest[..n - 1].fill(total.high);
    } else if let Some(hydrogen) = domain.hydrogen {
        largest[..n - 1].fill(hydrogen.density.high * most_particles);
    }
    Some([least, largest])
}

fn drawn_states(domain: &Domain, structure: &Structure) -> impl Iterator<Item = Option<Vec<f64>>> {
    let mut random = random_stream(0, STREAM);
    (0..STATES).map(move |_| DomainView::from(domain).draw(structure, &mut random))
}

impl TrainedDomain {
    /// That of a domain. `None` if it has no neutral state.
    pub fn of(domain: &Domain, structure: &Structure) -> Option<Self> {
        let (species, elements) = (structure.species_count(), structure.elements.len());
        let counts = |element: usize| {
            let count = |s: usize| structure.composition.get(s * elements + element).copied().unwrap_or(0);
            (0..species).map(count).collect()
        };
        let mut found = TrainedDomain {
            nuclei: None,
            elements: (0..elements)
                .map(|element| TrainedElement {
                    name: structure.elements[element].to_string(),
                    counts: counts(element),
                    share: EMPTY,
                })
                .collect(),
            charges: structure.charges.to_vec(),
            least_shares: vec![f64::INFINITY; species],
        };
        let view = DomainView::from(domain);
        // Of what the domain states the density: particles, or hydrogen nuclei.
        let stated = domain.hydrogen.map_or(domain.total_density, |hydrogen| Some(hydrogen.density));
        let (mut nuclei, mut per_stated, mut neutral) = (EMPTY, EMPTY, true);
        for state in drawn_states(domain, structure) {
            let state = state?;
            let n = &state[..species];
            let total: f64 = n.iter().sum();
            for (least, n) in found.least_shares.iter_mut().zip(n) {
                *least = least.min(n / total);
            }
            let all = found.all_nuclei(n);
            widen(&mut nuclei, all);
            widen(&mut per_stated, all / view.amount(structure, n));
            for element in &mut found.elements {
                let share = element.nuclei(n) / all;
                widen(&mut element.share, share);
            }
            neutral &= found.is_neutral(n);
        }
        if let Some(density) = stated.filter(|_| !domain.absolute) {
            nuclei = [density.low * per_stated[0], density.high * per_stated[1]];
        }
        found.nuclei = Some(nuclei).filter(|[low, _]| *low > 0.0);
        if !neutral {
            found.charges.clear();
        }
        Some(found)
    }
}

fn widen([low, high]: &mut [f64; 2], value: f64) {
    (*low, *high) = (low.min(value), high.max(value));
}
