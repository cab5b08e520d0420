//! dy/dtau of a network in the variables that are trained.

use std::fmt;
use std::sync::Arc;

use chem_emulator::config::{Time, Variables};
use chem_solver::log_form;
use chem_solver::network::ChemNetwork;
use chem_solver::scalar::exp10;
use chem_solver::structure::Structure;

/// A network in the variables that are trained: y are the logarithms of densities and T, or these themselves;
/// tau is the logarithm of time or time itself.
///
/// ```text
/// s = dt/dtau
/// linear       g = s f(t, y)                  dg_k/dy_j = s df_k/dx_j
/// logarithmic  as chem_solver::log_form
/// ```
#[derive(Clone)]
pub(crate) struct Kinetics {
    network: Arc<dyn ChemNetwork>,
    time: Time,
    variables: Variables,
}

/// Memory of one thread.
#[derive(Clone, Debug)]
pub(crate) struct Scratch {
    /// Densities and T, after [`Kinetics::slope`].
    pub(crate) x: Vec<f64>,
    /// g, after [`Kinetics::slope`].
    pub(crate) g: Vec<f64>,
    /// dg/dy in the order of the network's pattern, after [`Kinetics::jacobian`].
    pub(crate) jacobian: Vec<f64>,
    /// Factors of I - dg/dy.
    pub(crate) lu: Vec<f64>,
}

impl fmt::Debug for Kinetics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Kinetics").field("network", &self.structure().name).finish_non_exhaustive()
    }
}

impl Kinetics {
    pub(crate) fn new(network: Arc<dyn ChemNetwork>, time: Time, variables: Variables) -> Self {
        Kinetics { network, time, variables }
    }

    pub(crate) fn variables(&self) -> Variables {
        self.variables
    }

    pub(crate) fn network(&self) -> &dyn ChemNetwork {
        self.network.as_ref()
    }

    pub(crate) fn structure(&self) -> &Structure {
        self.network.structure()
    }

    /// Number of unknowns that are trained: a temperature that does not change is not.
    pub(crate) fn outputs(&self) -> usize {
        let structure = self.structure();
        structure.species_count() + usize::from(structure.evolves_temperature)
    }

    pub(crate) fn scratch(&self) -> Scratch {
        let structure = self.structure();
        Scratch {
            x: vec![0.0; structure.unknown_count()],
            g: vec![0.0; structure.unknown_count()],
            jacobian: vec![0.0; structure.jacobian_count()],
            lu: vec![0.0; structure.lu_count()],
        }
    }

    /// An unknown in the variables that are trained, from its value.
    pub(crate) fn as_trained(&self, x: f64) -> f64 {
        match self.variables {
            Variables::Log => x.log10(),
            Variables::Linear => x,
        }
    }

    /// The value of an unknown.
    pub(crate) fn in_units(&self, y: f64) -> f64 {
        match self.variables {
            Variables::Log => exp10(y),
            Variables::Linear => y,
        }
    }

    /// g at tau; `y` has [`Kinetics::outputs`] entries, `temperature` `[K]` counts if it does not change.
    pub(crate) fn slope(&self, tau: f64, y: &[f64], temperature: f64, scratch: &mut Scratch) {
        let Scratch { x, g, .. } = scratch;
        if let Some(last) = x.last_mut() {
            *last = temperature;
        }
        for (x, y) in x.iter_mut().zip(y) {
            *x = self.in_units(*y);
        }
        self.network.rhs(self.time.seconds(tau), x, g);
        let s = self.time.scale(tau);
        for (g, x) in g.iter_mut().zip(&*x) {
            *g = match self.variables {
                Variables::Log => log_form::slope(s, *x, *g),
                Variables::Linear => *g * s,
            };
        }
    }

    /// dg/dy at the state of the last [`Kinetics::slope`].
    pub(crate) fn jacobian(&self, tau: f64, scratch: &mut Scratch) {
        let Scratch { x, g, jacobian, .. } = scratch;
        self.network.jacobian(self.time.seconds(tau), x, jacobian);
        let s = self.time.scale(tau);
        for (row, column, entry) in self.structure().jacobian_entries() {
            let own = (row == column).then(|| g[row]);
            jacobian[entry] = match self.variables {
                Variables::Log => log_form::derivative(s, [x[row], x[column]], jacobian[entry], own),
                Variables::Linear => jacobian[entry] * s,
            };
        }
    }
}
