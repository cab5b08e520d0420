//! What forms and destroys a species along a trajectory, or heats and cools the gas.

use crate::network::ChemNetwork;
use crate::structure::Text;

/// What is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Routed {
    /// The species of this index: every reaction that changes its number.
    Species(usize),
    /// The temperature: every heating and cooling term.
    Temperature,
}

/// One reaction, process or thermal term.
#[derive(Clone, Debug, PartialEq)]
pub struct Route {
    /// Name of the reaction (`k12` or its own) or of the term.
    pub name: Text,
    /// The reaction as an equation; `heating` or `cooling` of a term.
    pub equation: Text,
    /// At each time [cm^-3 s^-1] of the species, or [erg cm^-3 s^-1]; negative where it destroys or cools.
    pub rates: Vec<f64>,
}

/// All routes of a species or of T along a trajectory.
#[derive(Clone, Debug, PartialEq)]
pub struct Routes {
    /// Every route that there is, in the order of the network.
    pub routes: Vec<Route>,
    /// The sum of all that forms (or heats), at each time.
    pub formation: Vec<f64>,
    /// The sum of all that destroys (or cools), at each time, as a positive number.
    pub destruction: Vec<f64>,
    /// n / destruction `[s]` at each time; of T the thermal energy over the cooling rate. Infinite where nothing is destroyed.
    pub time_scales: Vec<f64>,
}

impl Routes {
    /// Evaluates a network at the states of a trajectory: `times` `[s]`, and densities [cm^-3] in declared order and T `[K]`
    /// time after time.
    ///
    /// A reaction counts by its net change: what it has on both sides it neither forms nor destroys.
    pub fn along(network: &dyn ChemNetwork, of: Routed, times: &[f64], unknowns: &[f64]) -> Routes {
        let n = network.structure().unknown_count();
        let mut routes = empty(network, of);
        let mut totals = [Vec::new(), Vec::new(), Vec::new()];
        for (t, y) in times.iter().zip(unknowns.chunks_exact(n)) {
            let rates = rates(network, of, *t, y);
            for (route, rate) in routes.iter_mut().zip(&rates) {
                route.rates.push(*rate);
            }
            let sum = |sign: f64| rates.iter().map(|rate| (sign * rate).max(0.0)).sum::<f64>();
            let [formation, destruction] = [sum(1.0), sum(-1.0)];
            let content = content(network, of, *t, y);
            let scale = if destruction > 0.0 { content / destruction } else { f64::INFINITY };
            for (total, value) in totals.iter_mut().zip([formation, destruction, scale]) {
                total.push(value);
            }
        }
        let [formation, destruction, time_scales] = totals;
        Routes { routes, formation, destruction, time_scales }
    }

    /// The routes of one side, the largest share at any time first; with the shares. Routes without any are left out.
    pub fn ranked(&self, side: Side) -> Vec<(usize, Vec<f64>)> {
        let shares = |route: &Route| -> Vec<f64> {
            let of = |(rate, total): (&f64, &f64)| {
                if *total > 0.0 { (side.sign() * rate).max(0.0) / total } else { 0.0 }
            };
            route.rates.iter().zip(self.totals(side)).map(of).collect()
        };
        let largest = |shares: &[f64]| shares.iter().copied().fold(0.0, f64::max);
        let all = self.routes.iter().map(shares).enumerate();
        let mut ranked: Vec<_> = all.filter(|(_, shares)| largest(shares) > 0.0).collect();
        ranked.sort_by(|a, b| largest(&b.1).total_cmp(&largest(&a.1)));
        ranked
    }

    /// The sum of a side at each time.
    pub fn totals(&self, side: Side) -> &[f64] {
        match side {
            Side::Formation => &self.formation,
            Side::Destruction => &self.destruction,
        }
    }
}

/// Which routes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// Formation, or heating.
    Formation,
    /// Destruction, or cooling.
    Destruction,
}

impl Side {
    /// Both.
    pub const BOTH: [Side; 2] = [Side::Formation, Side::Destruction];

    fn sign(self) -> f64 {
        if self == Side::Formation { 1.0 } else { -1.0 }
    }
}

/// The change of a species in a reaction, for each reaction and process that changes it.
fn changes(network: &dyn ChemNetwork, species: usize) -> impl Iterator<Item = (usize, f64)> + '_ {
    let structure = network.structure();
    (0..structure.reactions.len() + structure.processes.len()).filter_map(move |reaction| {
        let changes = structure.net_changes(reaction).iter();
        let net: i32 = changes.filter(|(of, _)| *of as usize == species).map(|(_, change)| change).sum();
        (net != 0).then_some((reaction, f64::from(net)))
    })
}

fn empty(network: &dyn ChemNetwork, of: Routed) -> Vec<Route> {
    let structure = network.structure();
    let route = |name: &Text, equation: Text| Route { name: name.clone(), equation, rates: Vec::new() };
    match of {
        Routed::Species(species) => {
            let names: Vec<&Text> = structure.reactions.iter().chain(structure.processes.iter()).collect();
            let equation = |reaction: usize| structure.equations.get(reaction).cloned().unwrap_or_default();
            changes(network, species)
                .filter_map(|(reaction, _)| Some(route(names.get(reaction)?, equation(reaction))))
                .collect()
        }
        Routed::Temperature => {
            let heating = structure.heating.iter().map(|name| route(name, "heating".into()));
            heating.chain(structure.cooling.iter().map(|name| route(name, "cooling".into()))).collect()
        }
    }
}

fn rates(network: &dyn ChemNetwork, of: Routed, t: f64, y: &[f64]) -> Vec<f64> {
    let structure = network.structure();
    match of {
        Routed::Species(species) => {
            let mut fluxes = vec![0.0; structure.reactions.len() + structure.processes.len()];
            network.fluxes(t, y, &mut fluxes);
            changes(network, species)
                .filter_map(|(reaction, net)| Some(net * fluxes.get(reaction)?))
                .collect()
        }
        Routed::Temperature => {
            let mut heating = vec![0.0; structure.heating.len()];
            let mut cooling = vec![0.0; structure.cooling.len()];
            network.heating(t, y, &mut heating);
            network.cooling(t, y, &mut cooling);
            heating.into_iter().chain(cooling.into_iter().map(|cooling| -cooling)).collect()
        }
    }
}

/// Density of the species [cm^-3], or thermal energy [erg cm^-3].
fn content(network: &dyn ChemNetwork, of: Routed, t: f64, y: &[f64]) -> f64 {
    let (t_gas, densities) = y.split_last().map_or((0.0, y), |(t_gas, densities)| (*t_gas, densities));
    match of {
        Routed::Species(species) => densities.get(species).copied().unwrap_or(0.0),
        Routed::Temperature => {
            let pressure = network.boltzmann() * t_gas * densities.iter().sum::<f64>();
            pressure / (network.adiabatic_index(t, y) - 1.0)
        }
    }
}
