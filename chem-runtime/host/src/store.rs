//! Cells of a block as the batch reads and writes them: with units and kinds of numbers translated on the way.

use chem_solver::batch::CellStore;
use chem_solver::float_mode::is_from_zero_to;
use chem_solver::network::ChemNetwork;

use crate::block::{ENERGY_PER_MASS, Gas, MASS, NEUTRALITY, TEMPERATURE, place};
use crate::thermo;

/// A range of the cells of a block.
pub(crate) struct Store<'a, N> {
    pub(crate) network: &'a N,
    pub(crate) gas: Gas,
    pub(crate) first: usize,
    pub(crate) count: usize,
}

impl<N> Clone for Store<'_, N> {
    fn clone(&self) -> Self {
        Store { network: self.network, ..*self }
    }
}

impl<N: ChemNetwork> Store<'_, N> {
    /// Reads a cell: densities [cm^-3], raised to the floor, then T `[K]`. Returns what was added [cm^-3]. What cannot be
    /// advanced is not a number there: densities of a charged cell, T of an energy that no temperature has.
    pub(crate) fn read_cell(&self, cell: usize, y: &mut [f64]) -> f64 {
        let gas = &self.gas;
        let at = place(self.first + cell, gas.cells);
        let structure = self.network.structure();
        let Some((t_gas, densities)) = y.split_last_mut() else { return 0.0 };
        for (species, n) in densities.iter_mut().enumerate() {
            *n = gas.densities.get(at, species);
        }
        if gas.density_unit == MASS {
            densities.iter_mut().zip(&*structure.masses).for_each(|(n, mass)| *n /= mass);
        }
        let added = if gas.tolerated > 0.0 || gas.floor > 0.0 { self.raise(densities) } else { 0.0 };
        *t_gas = gas.thermal.get(at, 0);
        let n_tot: f64 = densities.iter().sum();
        if n_tot == 0.0 && structure.masses.iter().all(|mass| *mass > 0.0) {
            // A vacuum, whatever its temperature is said to be.
            *t_gas = 1.0;
            return added;
        }
        if gas.thermal_unit != TEMPERATURE {
            let energy = *t_gas * self.volume_over_energy(densities);
            let t_gas = thermo::temperature_of(self.network, energy, y);
            if let Some(place) = y.last_mut() {
                *place = t_gas;
            }
        }
        if gas.is_neutral && is_charged(&y[..structure.species_count()], &structure.charges) {
            y[0] = f64::NAN;
        }
        added
    }

    /// What one unit of the thermal quantity is in [erg cm^-3], if it is an energy.
    fn volume_over_energy(&self, densities: &[f64]) -> f64 {
        match self.gas.thermal_unit {
            ENERGY_PER_MASS => thermo::mass_density(self.network.structure(), densities),
            _ => 1.0,
        }
    }

    /// Raises small and slightly negative densities to the floor; returns what was added.
    fn raise(&self, densities: &mut [f64]) -> f64 {
        let total: f64 = densities.iter().filter(|n| **n > 0.0).sum();
        if total == 0.0 {
            // A vacuum stays one.
            return 0.0;
        }
        let least = -self.gas.tolerated * total;
        let mut added = 0.0;
        for n in densities {
            // By bits: negative subnormal numbers are below zero, too.
            let is_negative = n.is_sign_negative() && !is_from_zero_to(*n, f64::MAX);
            let is_low = if is_negative { *n >= least } else { *n < self.gas.floor };
            if is_low {
                added += self.gas.floor - *n;
                *n = self.gas.floor;
            }
        }
        added
    }

    /// Whether a cell was refused because its charges do not cancel.
    pub(crate) fn was_charged(&self, cell: usize, y: &mut [f64]) -> bool {
        if !self.gas.is_neutral {
            return false;
        }
        let gas = Gas { is_neutral: false, ..self.gas };
        Store { gas, ..self.clone() }.read_cell(cell, y);
        let densities = &y[..y.len() - 1];
        densities.iter().all(|n| is_from_zero_to(*n, 1e100))
            && is_charged(densities, &self.network.structure().charges)
    }
}

fn is_charged(densities: &[f64], charges: &[i32]) -> bool {
    let charge = |(n, charge): (&f64, &i32)| n * f64::from(*charge);
    let (sum, size) = densities
        .iter()
        .zip(charges)
        .map(charge)
        .fold((0.0, 0.0), |(sum, size), charge| (sum + charge, size + f64::abs(charge)));
    f64::abs(sum) > NEUTRALITY * size
}

impl<N: ChemNetwork> CellStore for Store<'_, N> {
    fn len(&self) -> usize {
        self.count
    }

    fn unknown_count(&self) -> usize {
        self.network.structure().unknown_count()
    }

    fn read(&self, cell: usize, y: &mut [f64]) {
        self.read_cell(cell, y);
    }

    fn write(&mut self, cell: usize, y: &[f64]) {
        let gas = &self.gas;
        let at = place(self.first + cell, gas.cells);
        let structure = self.network.structure();
        let Some((t_gas, densities)) = y.split_last() else { return };
        let thermal = match gas.thermal_unit {
            TEMPERATURE => *t_gas,
            _ => thermo::energy_of(self.network, y) / self.volume_over_energy(densities),
        };
        gas.thermal.set(at, 0, thermal);
        for (species, n) in densities.iter().enumerate() {
            let unit = if gas.density_unit == MASS { structure.masses[species] } else { 1.0 };
            gas.densities.set(at, species, n * unit);
        }
    }

    fn split_at(self, count: usize) -> (Self, Self) {
        let rest = Store { first: self.first + count, count: self.count - count, ..self.clone() };
        (Store { count, ..self }, rest)
    }
}
