//! A cloud of primordial gas in free fall: its density grows step by step, and the network advances it between.

use chem_networks::primordial_d::{PrimordialD, Species};
use chem_runtime::network::SpeciesSet;
use chem_runtime::{Cell, ChemNetwork};

/// [cm^3 g^-1 s^-2], CODATA 2018
const GRAVITY: f64 = 6.6743e-8;
/// Proton [g], CODATA 2018.
const PROTON: f64 = 1.672_621_923_69e-24;

/// The cloud at one density.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Record {
    /// Density of hydrogen nuclei [cm^-3].
    pub(crate) hydrogen: f64,
    /// Composition and temperature.
    pub(crate) cell: Cell<Species>,
}

/// Nuclei of H, He and D [cm^-3].
pub(crate) fn nuclei(cell: &Cell<Species>) -> [f64; 3] {
    use Species::*;
    let n = |species| cell.n(species);
    let hydrogen = n(H) + n(HPlus) + n(HMinus) + 2.0 * (n(H2) + n(H2Plus)) + n(HD) + n(HDPlus);
    let helium = n(He) + n(HePlus) + n(HePlusPlus);
    let deuterium = n(D) + n(DPlus) + n(DMinus) + n(HD) + n(HDPlus);
    [hydrogen, helium, deuterium]
}

/// Free-fall time sqrt(3 pi / (32 G rho)) [s].
pub(crate) fn free_fall_time(cell: &Cell<Species>) -> f64 {
    let [hydrogen, helium, deuterium] = nuclei(cell);
    let density = PROTON * (hydrogen + 4.0 * helium + 2.0 * deuterium);
    (3.0 * std::f64::consts::PI / (32.0 * GRAVITY * density)).sqrt()
}

/// Collapses `cell` until its hydrogen nuclei reach `densest` [cm^-3]: dn/dt = n / t_ff, in steps by the factor
/// `1 + step`, each an adiabatic compression and then `advance` by the time that it took. A record is kept at each
/// power of ten.
///
/// # Errors
/// Those of `advance`, after the records until then.
pub(crate) fn collapse<E>(
    mut cell: Cell<Species>,
    densest: f64,
    step: f64,
    mut advance: impl FnMut(&mut Cell<Species>, f64) -> Result<(), E>,
) -> (Vec<Record>, Result<(), E>) {
    let network = PrimordialD::default();
    let mut unknowns = vec![0.0; Species::COUNT + 1];
    let mut records = vec![Record { hydrogen: nuclei(&cell)[0], cell }];
    let mut decade = nuclei(&cell)[0].log10().floor() + 1.0;
    while nuclei(&cell)[0] < densest {
        let factor = (1.0 + step).min(10f64.powf(decade) / nuclei(&cell)[0]);
        let time = factor.ln() * free_fall_time(&cell);
        cell.write_unknowns(&mut unknowns);
        cell.t_gas *= factor.powf(network.adiabatic_index(0.0, &unknowns) - 1.0);
        for density in cell.n.as_mut_slice() {
            *density *= factor;
        }
        if let Err(error) = advance(&mut cell, time) {
            return (records, Err(error));
        }
        let hydrogen = nuclei(&cell)[0];
        if hydrogen.log10() > decade - 1e-9 {
            records.push(Record { hydrogen, cell });
            decade += 1.0;
        }
    }
    (records, Ok(()))
}
