//! What can be asked about cells: energies, mean weight, rates, heating, cooling.

use std::borrow::Cow;

use chem_solver::float_mode::{is_from_zero_to, with_own_mode};
use chem_solver::network::absorption::{Average, absorption};
use chem_solver::network::{ChemNetwork, GenericNetwork};
use chem_solver::structure::Structure;
use rayon::prelude::*;

use super::Solver;
use crate::block::Block;
use crate::error::HostError;
use crate::store::Store;
use crate::surroundings::Surroundings;
use crate::thermo;

/// Cells that one thread evaluates at a time.
const SHARE: usize = 256;

impl<N: GenericNetwork + Clone + Default> Solver<N> {
    /// Evaluates a quantity in every cell: `out` takes `items` numbers for each, cell after cell. Returns in how many cells
    /// densities or temperature are not such as cells can have; what stands there is not a number.
    pub(crate) fn evaluate(&self, block: &Block, quantity: i32, out: &mut [f64]) -> Result<i64, HostError> {
        let structure = self.network().structure();
        let items = items(structure, quantity)?;
        let gas = block.look(structure, false)?;
        let count = block.count()?;
        let store = Store { network: self.network(), gas, first: 0, count };
        let surroundings = Surroundings::of(block, structure.parameters.len(), count)?;
        let parameters = surroundings.environment().check(self.network(), count).map_err(HostError::from)?;
        let (start, has_surroundings) = (block.start, block.environments > 0);
        let shares = |(number, out): (usize, &mut [f64])| -> i64 {
            let mut row = vec![0.0; structure.unknown_count()];
            let (mut network, mut values) = (Cow::Borrowed(self.network()), Vec::new());
            let mut wrong = 0;
            for (cell, out) in out.chunks_exact_mut(items).enumerate() {
                let cell = number * SHARE + cell;
                store.read_cell(cell, &mut row);
                if has_surroundings {
                    parameters.write(cell, &mut values);
                    for (name, value) in structure.parameters.iter().zip(&values) {
                        // The names are the network's own.
                        let _ = network.to_mut().set_parameter(name, *value);
                    }
                }
                if is_gas(&row) {
                    value_of(&*network, quantity, (start, &row), out);
                } else {
                    out.fill(f64::NAN);
                    wrong += 1;
                }
            }
            wrong
        };
        if items == 0 {
            return Ok(0);
        }
        if self.threads.are_the_callers() {
            return Ok(out.chunks_mut(items * SHARE).enumerate().map(shares).sum());
        }
        let own = |share| with_own_mode(|| shares(share));
        self.threads.install(|| out.par_chunks_mut(items * SHARE).enumerate().map(own).sum())
    }
}

/// Whether a cell can be evaluated: by the same limits as it is advanced, and not a vacuum.
fn is_gas(row: &[f64]) -> bool {
    let Some((t_gas, densities)) = row.split_last() else { return false };
    let within = densities.iter().all(|n| is_from_zero_to(*n, 1e100));
    within && *t_gas > 0.0 && t_gas.is_finite() && densities.iter().any(|n| *n > 0.0)
}

/// What can be evaluated, by number.
pub const QUANTITIES: [&str; 18] = [
    "TEMPERATURE",
    "ENERGY_PER_MASS",
    "ENERGY_PER_VOLUME",
    "GAMMA",
    "MU",
    "MASS_DENSITY",
    "PARTICLES",
    "HEATING",
    "COOLING",
    "COOLING_TIME",
    "RATES",
    "FLUXES",
    "EACH_HEATING",
    "EACH_COOLING",
    "SLOPES",
    "NUCLEI",
    "ABSORPTION",
    "ENERGY_ABSORPTION",
];

/// How many numbers a cell has of a quantity.
pub(crate) fn items(structure: &Structure, quantity: i32) -> Result<usize, HostError> {
    Ok(match quantity {
        0..=9 => 1,
        10 => structure.reactions.len(),
        11 => structure.reactions.len() + structure.processes.len(),
        12 => structure.heating.len(),
        13 => structure.cooling.len(),
        14 => structure.unknown_count(),
        15 => structure.elements.len(),
        16 | 17 => structure.bands.len(),
        value => return Err(HostError::Choice { what: "the quantity", value: value.into() }),
    })
}

fn value_of<N: ChemNetwork>(network: &N, quantity: i32, (t, y): (f64, &[f64]), out: &mut [f64]) {
    let structure = network.structure();
    let densities = &y[..y.len() - 1];
    let mass_density = || thermo::mass_density(structure, densities);
    let heating = || total(structure.heating.len(), |terms| network.heating(t, y, terms));
    let cooling = || total(structure.cooling.len(), |terms| network.cooling(t, y, terms));
    let one = match quantity {
        0 => y[y.len() - 1],
        1 => thermo::energy_of(network, y) / mass_density(),
        2 => thermo::energy_of(network, y),
        3 => network.adiabatic_index(t, y),
        4 => thermo::mean_weight(structure, densities),
        5 => mass_density(),
        6 => densities.iter().sum(),
        7 => heating(),
        8 => cooling(),
        9 => thermo::energy_of(network, y) / (cooling() - heating()),
        10 => return network.rates(t, y, out),
        11 => return network.fluxes(t, y, out),
        12 => return network.heating(t, y, out),
        13 => return network.cooling(t, y, out),
        14 => return network.rhs(t, y, out),
        15 => return nuclei(structure, densities, out),
        16 => return out.copy_from_slice(&absorption(network, t, y, Average::Photons)),
        _ => return out.copy_from_slice(&absorption(network, t, y, Average::Energy)),
    };
    if let Some(out) = out.first_mut() {
        *out = one;
    }
}

fn nuclei(structure: &Structure, densities: &[f64], out: &mut [f64]) {
    out.fill(0.0);
    for (n, nuclei) in densities.iter().zip(structure.composition.chunks(out.len().max(1))) {
        out.iter_mut().zip(nuclei).for_each(|(out, count)| *out += n * f64::from(*count));
    }
}

fn total(count: usize, terms: impl FnOnce(&mut [f64])) -> f64 {
    let mut values = vec![0.0; count];
    terms(&mut values);
    values.iter().sum()
}
