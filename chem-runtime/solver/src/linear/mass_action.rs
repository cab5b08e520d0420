//! The law of mass action by tables: what generated code calls for networks that are too large to be written out.
//!
//! A flux is a rate coefficient times the densities of the reactants and the total density for each third body;
//! that of a process is given as it is. All functions take rates, or their derivatives, of consecutive fluxes, and
//! add what follows from them, so that a network of any size needs memory for one block of rates only.

use crate::scalar::Scalar;
use crate::structure::Structure;

/// A sparse matrix of whole numbers by columns.
#[derive(Clone, Copy, Debug)]
pub struct Columns {
    /// Start of each column in `entries`, and their end.
    pub starts: &'static [u32],
    /// (row, factor)
    pub entries: &'static [(u32, i32)],
}

impl Columns {
    fn column(&self, column: usize) -> &'static [(u32, i32)] {
        &self.entries[self.range(column)]
    }

    fn range(&self, column: usize) -> std::ops::Range<usize> {
        self.starts[column] as usize..self.starts[column + 1] as usize
    }

    /// Adds `value` times a column.
    fn add<V: Scalar>(&self, column: usize, value: V, out: &mut [V]) {
        for &(row, factor) in self.column(column) {
            let slot = &mut out[row as usize];
            *slot = *slot + V::constant(f64::from(factor)) * value;
        }
    }
}

/// Reactants and net changes of a network's fluxes (reactions, then processes), and the entries of the Jacobian
/// that derivatives go to.
#[derive(Clone, Copy, Debug)]
pub struct MassAction {
    /// (species, count) of each flux; none for processes.
    pub reactants: Columns,
    /// Number of third bodies of each flux.
    pub third_bodies: &'static [u32],
    /// (species, net change) of each flux.
    pub changes: Columns,
    /// (entry of the Jacobian, net change) of each reactant of each flux, in the order of `reactants`.
    pub by_reactant: Columns,
    /// The flux of each derivative of a rate by unknowns.
    pub slope_fluxes: &'static [u32],
    /// (entry of the Jacobian, net change) of each of these derivatives.
    pub by_slope: Columns,
    /// The flux of each derivative of a rate by time.
    pub time_slope_fluxes: &'static [u32],
    /// (entry of the Jacobian, 1) of each distinct derivative of dT/dt.
    pub by_temperature_slope: Columns,
}

/// Densities and their sum.
#[derive(Clone, Copy, Debug)]
pub struct Gas<'a, V> {
    densities: &'a [V],
    total: V,
}

impl<'a, V: Scalar> Gas<'a, V> {
    /// Of unknowns: densities [cm^-3], then T `[K]`.
    pub fn new(y: &'a [V]) -> Self {
        Gas { densities: y, total: total_density(y) }
    }
}

/// Sum of the densities [cm^-3], of unknowns: densities, then T.
pub fn total_density<V: Scalar>(y: &[V]) -> V {
    sum(y.split_last().map_or(&[], |(_, densities)| densities))
}

/// Sum in order.
pub fn sum<V: Scalar>(values: &[V]) -> V {
    values.iter().fold(V::constant(0.0), |sum, value| sum + *value)
}

impl MassAction {
    /// Fluxes from the rates of fluxes `first`, `first + 1`, ...
    pub fn fluxes<V: Scalar>(&self, gas: &Gas<'_, V>, first: usize, rates: &[V], fluxes: &mut [V]) {
        for (flux, rate) in (first..).zip(rates) {
            fluxes[flux] = *rate * self.particles(gas, flux);
        }
    }

    /// Adds what the fluxes do to the densities.
    pub fn add_changes<V: Scalar>(&self, gas: &Gas<'_, V>, first: usize, rates: &[V], dydt: &mut [V]) {
        for (flux, rate) in (first..).zip(rates) {
            self.changes.add(flux, *rate * self.particles(gas, flux), dydt);
        }
    }

    /// Adds to the Jacobian the derivatives of the fluxes by their reactants.
    pub fn add_reactant_slopes<V: Scalar>(
        &self,
        gas: &Gas<'_, V>,
        first: usize,
        rates: &[V],
        jacobian: &mut [V],
    ) {
        for (flux, rate) in (first..).zip(rates) {
            let rate = *rate * power(gas.total, self.third_bodies[flux]);
            let reactants = self.reactants.column(flux);
            for (position, reactant) in self.reactants.range(flux).enumerate() {
                let mut slope = rate;
                for (other, &(species, count)) in reactants.iter().enumerate() {
                    let density = gas.densities[species as usize];
                    slope = match (other == position, count.unsigned_abs()) {
                        (false, count) => slope * power(density, count),
                        (true, 1) => slope,
                        (true, count) => slope * V::constant(f64::from(count)) * power(density, count - 1),
                    };
                }
                self.by_reactant.add(reactant, slope, jacobian);
            }
        }
    }

    /// Adds to the Jacobian what follows from the derivatives `first`, `first + 1`, ... of rates by unknowns.
    pub fn add_rate_slopes<V: Scalar>(
        &self,
        gas: &Gas<'_, V>,
        first: usize,
        slopes: &[V],
        jacobian: &mut [V],
    ) {
        for (index, slope) in (first..).zip(slopes) {
            let flux = self.slope_fluxes[index] as usize;
            self.by_slope.add(index, *slope * self.particles(gas, flux), jacobian);
        }
    }

    /// Adds the derivatives of the rates of change by the total density, as the density of third bodies.
    pub fn add_third_body_slopes<V: Scalar>(
        &self,
        gas: &Gas<'_, V>,
        first: usize,
        rates: &[V],
        by_total: &mut [V],
    ) {
        for (flux, rate) in (first..).zip(rates) {
            let count = self.third_bodies[flux];
            if count > 0 {
                let others = V::constant(f64::from(count)) * power(gas.total, count - 1);
                self.changes.add(flux, *rate * self.reactant_product(gas, flux) * others, by_total);
            }
        }
    }

    /// Adds to the Jacobian's row of T the distinct derivatives `first`, `first + 1`, ...
    pub fn add_temperature_slopes<V: Scalar>(&self, first: usize, slopes: &[V], jacobian: &mut [V]) {
        for (index, slope) in (first..).zip(slopes) {
            self.by_temperature_slope.add(index, *slope, jacobian);
        }
    }

    /// Adds what follows from the derivatives `first`, `first + 1`, ... of rates by time.
    pub fn add_time_slopes<V: Scalar>(&self, gas: &Gas<'_, V>, first: usize, slopes: &[V], out: &mut [V]) {
        for (index, slope) in (first..).zip(slopes) {
            let flux = self.time_slope_fluxes[index] as usize;
            self.changes.add(flux, *slope * self.particles(gas, flux), out);
        }
    }

    /// What a flux is for a rate of one.
    fn particles<V: Scalar>(&self, gas: &Gas<'_, V>, flux: usize) -> V {
        self.reactant_product(gas, flux) * power(gas.total, self.third_bodies[flux])
    }

    fn reactant_product<V: Scalar>(&self, gas: &Gas<'_, V>, flux: usize) -> V {
        let reactants = self.reactants.column(flux).iter();
        reactants.fold(V::constant(1.0), |product, &(species, count)| {
            product * power(gas.densities[species as usize], count.unsigned_abs())
        })
    }
}

/// Adds to the entries of each row, in the columns of all species, what the total density does to the row.
pub fn add_to_species_columns<V: Scalar>(structure: &Structure, by_total: &[V], jacobian: &mut [V]) {
    let end = structure.jacobian_column(structure.species_count()).start;
    for (row, value) in structure.jacobian_rows[..end].iter().zip(jacobian) {
        *value = *value + by_total[*row as usize];
    }
}

#[inline]
fn power<V: Scalar>(x: V, exponent: u32) -> V {
    match exponent {
        0 => V::constant(1.0),
        1 => x,
        2 => x * x,
        _ => x.powi(exponent as i32),
    }
}
