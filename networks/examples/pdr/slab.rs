//! A slab of gas with light from one side: each zone in equilibrium behind the columns of those before it.

use chem_networks::gow17::{self, Gow17, Species};
use chem_runtime::{Bdf, Cell, SolveError, YEAR};

/// Hydrogen nuclei [cm^-2] per magnitude of visual extinction.
const PER_MAGNITUDE: f64 = 1.87e21;

/// One zone of the slab.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Zone {
    /// Visual extinction towards the light.
    pub(crate) a_v: f64,
    /// Composition and temperature.
    pub(crate) cell: Cell<Species>,
}

/// The slab of `n_h` hydrogen nuclei [cm^-3] in a field of `chi` Draine from one side, from 1e17 to 1e22
/// hydrogen nuclei cm^-2 in `per_decade` zones for each power of ten.
///
/// # Errors
/// Those of the solver.
pub(crate) fn slab(n_h: f64, chi: f64, per_decade: u32, rtol: f64) -> Result<Vec<Zone>, SolveError> {
    let mut network = Gow17::default();
    network.parameters.chi = chi;
    let mut cell = gow17::initial::edge();
    let scale = n_h / 100.0;
    for density in cell.n.as_mut_slice() {
        *density *= scale;
    }
    let start = cell;
    let mut slab: Vec<Zone> = Vec::new();
    let [mut h2, mut co, mut carbon] = [0.0; 3];
    for zone in 0..5 * per_decade {
        let a_v = 10f64.powf(17.0 + f64::from(zone) / f64::from(per_decade)) / PER_MAGNITUDE;
        if let Some(last) = slab.last() {
            let length = (a_v - last.a_v) * PER_MAGNITUDE / n_h;
            h2 += length * last.cell.n(Species::H2);
            co += length * last.cell.n(Species::CO);
            carbon += length * last.cell.n(Species::C);
        }
        let parameters = &mut network.parameters;
        (parameters.a_v, parameters.n_h2, parameters.n_co, parameters.n_c) = (a_v, h2, co, carbon);
        let solution = Bdf::new(&network).rtol(rtol).solve(&start, [1e9 * YEAR])?;
        slab.push(Zone { a_v, cell: *solution.last() });
    }
    Ok(slab)
}
