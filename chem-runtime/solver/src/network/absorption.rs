//! What a network absorbs in the bands of its radiation fields, for the transport of radiation.

use chem_grammar::network::Network;

use super::ChemNetwork;
use crate::structure::{Absorber, List, Text};

/// How a cross section is averaged over the spectrum within a band.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Average {
    /// By photons: for what becomes of their number.
    Photons,
    /// By energy: for what becomes of their energy and momentum.
    Energy,
}

/// The absorption coefficient [cm^-1] of each band, in the order of [`crate::structure::Structure::bands`]: the sum of density times
/// cross section over all that absorbs by a reaction or process with `photon` on its left. It attenuates the band's flux F
/// `[photons cm^-2 s^-1]` or `[erg cm^-2 s^-1]` by that times F per cm^3. `y` is a state as [`ChemNetwork`] says.
///
/// ```text
/// kappa_b = sum_i n_i s_i <sigma_i>_b           s_i: all by which a reaction multiplies its photo_rate, such as shielding
/// ```
pub fn absorption(network: &dyn ChemNetwork, t: f64, y: &[f64], average: Average) -> Vec<f64> {
    let structure = network.structure();
    let mut densities = vec![0.0; structure.absorbers.len()];
    network.absorbers(t, y, &mut densities);
    let mut coefficients = vec![0.0; structure.bands.len()];
    for (absorber, density) in structure.absorbers.iter().zip(densities) {
        let bands = coefficients.iter_mut().skip(absorber.first_band as usize);
        for (coefficient, [by_photons, by_energy]) in bands.zip(absorber.sections.iter()) {
            *coefficient += density
                * match average {
                    Average::Photons => by_photons,
                    Average::Energy => by_energy,
                };
        }
    }
    coefficients
}

/// Names and edges `[erg]` of the bands of all fields.
pub(super) fn bands(network: &Network) -> (List<Text>, List<[f64; 2]>) {
    let names = network.radiations.iter().flat_map(|field| {
        (0..field.bands.len()).map(|band| Text::from(field.band_name(band))).collect::<Vec<_>>()
    });
    let edges = network.radiations.iter().flat_map(|field| field.bands.iter().map(|band| band.edges));
    (names.collect(), edges.collect())
}

/// What absorbs, with the cross sections.
pub(super) fn absorbers(network: &Network) -> List<Absorber> {
    let absorber = |found: &chem_grammar::network::Absorber| {
        let before = network.radiations.get(..found.field)?;
        let average = network.radiations.get(found.field)?.averages.get(found.average)?;
        Some(Absorber {
            name: average.name.clone().into(),
            first_band: before.iter().map(|field| field.bands.len() as u32).sum(),
            sections: average
                .bands
                .iter()
                .map(|&[by_photons, by_energy, _]| [by_photons, by_energy])
                .collect(),
        })
    };
    network.absorbers.iter().filter_map(absorber).collect()
}
