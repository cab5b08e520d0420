//! Mass, particles and internal energy of a gas, as the network's equation of temperature has them.
//!
//! ```text
//! e = n_tot k T / (gamma - 1)        per volume [erg cm^-3]
//! ```
//! with the adiabatic index and the Boltzmann constant of the network; gamma may depend on composition and T.

use chem_solver::network::ChemNetwork;
use chem_solver::structure::Structure;

/// Mass of a hydrogen atom without its electron [g], the unit of mu: that of CODATA 2018's proton.
const PROTON: f64 = 1.672_621_923_69e-24;

/// Temperatures `[K]` among which that of an energy is looked for.
const RANGE: [f64; 2] = [1e-6, 1e15];

/// Density of mass [g cm^-3].
pub(crate) fn mass_density(structure: &Structure, densities: &[f64]) -> f64 {
    densities.iter().zip(&*structure.masses).map(|(n, mass)| n * mass).sum()
}

/// Mean mass of a particle, in proton masses.
pub(crate) fn mean_weight(structure: &Structure, densities: &[f64]) -> f64 {
    let n_tot: f64 = densities.iter().sum();
    mass_density(structure, densities) / (n_tot * PROTON)
}

/// Internal energy [erg cm^-3] of densities [cm^-3] and T `[K]`.
pub(crate) fn energy_of<N: ChemNetwork + ?Sized>(network: &N, y: &[f64]) -> f64 {
    let Some((t_gas, densities)) = y.split_last() else { return f64::NAN };
    let n_tot: f64 = densities.iter().sum();
    n_tot * network.boltzmann() * t_gas / (network.adiabatic_index(0.0, y) - 1.0)
}

/// T `[K]` of the densities in `y` and an internal energy [erg cm^-3]; not a number if there is none. Overwrites T in `y`.
pub(crate) fn temperature_of<N: ChemNetwork + ?Sized>(network: &N, energy: f64, y: &mut [f64]) -> f64 {
    let last = y.len() - 1;
    let n_tot: f64 = y[..last].iter().sum();
    let per_particle = energy / (n_tot * network.boltzmann());
    if !(per_particle > 0.0 && per_particle < RANGE[1]) {
        return f64::NAN;
    }
    // One evaluation is enough where gamma is a constant.
    y[last] = per_particle * (2.0 / 3.0);
    for _ in 0..20 {
        let t_gas = per_particle * (network.adiabatic_index(0.0, y) - 1.0);
        let moved = (t_gas - y[last]).abs();
        y[last] = t_gas;
        if moved <= 1e-14 * t_gas {
            return t_gas;
        }
    }
    // Between what is too cold and what is too hot: energy rises with T.
    let [mut low, mut high] = RANGE;
    while high / low > 1.0 + 1e-14 {
        let middle = (low * high).sqrt();
        y[last] = middle;
        if middle <= low || middle >= high {
            break;
        }
        if middle / (network.adiabatic_index(0.0, y) - 1.0) < per_particle {
            low = middle;
        } else {
            high = middle;
        }
    }
    if low == RANGE[0] || high == RANGE[1] { f64::NAN } else { low }
}
