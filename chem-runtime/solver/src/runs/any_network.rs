//! A network of either kind, compiled or interpreted, with the initial states of its file.

use std::fmt;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use chem_grammar::diagnostic::Report;
use chem_grammar::network::{Domain, Network};
use chem_grammar::system::System;

use super::cells::{FailedCell, SolvedCell};
use super::in_lanes;
use crate::batch::{Batch, BatchError};
use crate::bdf::Options;
use crate::data::states_csv::State;
use crate::data::times;
use crate::equations::{Equations, OneByOne};
use crate::network::domain::Interval;
use crate::network::interpreted::Interpreted;
use crate::network::{ChemNetwork, ParameterError, TypedNetwork};
use crate::units::YEAR;

/// A network with what its file declares for solving it.
pub struct AnyNetwork {
    /// The network.
    pub network: Box<dyn ChemNetwork>,
    /// The declared initial states.
    pub initials: Vec<State>,
    /// The declared domains of initial states.
    pub domains: Vec<Domain>,
    /// The declared time span `[s]`, of the first domain that has one.
    pub span: Option<Interval>,
    /// Warnings and notes about the network file; none for a compiled network, whose compiler has shown them.
    pub findings: Report,
    /// The network file, where it is known: kernels for graphics processors are made from it at run time.
    pub file: Option<PathBuf>,
    /// Makes the equations of the same network with the parameters of another.
    equations: EquationsOf,
    /// Solves cells by the batch, with the parameters of another.
    in_lanes: InLanesOf,
}

type InLanesOf = Box<
    dyn Fn(
            &dyn ChemNetwork,
            (&Options, NonZeroUsize),
            &[State],
            &[f64],
        ) -> Result<in_lanes::InLanes, BatchError>
        + Send
        + Sync,
>;
type EquationsOf = Box<dyn Fn(&dyn ChemNetwork) -> Arc<dyn Equations> + Send + Sync>;

impl fmt::Debug for AnyNetwork {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = &self.network.structure().name;
        f.debug_struct("AnyNetwork")
            .field("name", name)
            .field("initials", &self.initials)
            .finish_non_exhaustive()
    }
}

/// Number of output times if none are asked for.
const DEFAULT_TIMES: usize = 200;

impl AnyNetwork {
    /// A compiled network.
    pub fn typed<N: TypedNetwork + 'static>() -> Self {
        let network = N::default();
        let count = network.structure().unknown_count();
        let initial = |name: &&str| {
            let cell = N::initial(name)?;
            let mut unknowns = vec![0.0; count];
            cell.write_unknowns(&mut unknowns);
            Some(State { id: (*name).to_owned(), unknowns, time: 0.0, environment: Vec::new() })
        };
        let initials = N::INITIALS.iter().filter_map(initial).collect();
        let span = N::DOMAINS.iter().find_map(|d| d.time);
        let domains = N::DOMAINS.iter().map(Domain::from).collect();
        let equations: EquationsOf =
            Box::new(|network| Arc::new(Batch::new(with_parameters_of(network, N::default()))));
        let in_lanes: InLanesOf = Box::new(|network, how, cells, times| {
            in_lanes::solve(with_parameters_of(network, N::default()), how, cells, times)
        });
        let (network, findings) = (Box::new(network), Report::default());
        AnyNetwork { network, initials, domains, span, findings, file: None, equations, in_lanes }
    }

    /// The same network, which was compiled from this file.
    #[must_use]
    pub fn compiled_from(self, file: impl Into<PathBuf>) -> Self {
        AnyNetwork { file: Some(file.into()), ..self }
    }

    /// Reads a network file, to be evaluated without being compiled. Warnings and notes are in
    /// [`AnyNetwork::findings`].
    ///
    /// # Errors
    /// All findings, if there is an error among them.
    pub fn load(path: &Path) -> Result<Self, Box<Report>> {
        let network = Network::load(path).map_err(Box::new)?;
        Ok(AnyNetwork { file: Some(path.to_path_buf()), ..AnyNetwork::interpreted(network) })
    }

    /// A network that is evaluated without being compiled.
    pub fn interpreted(network: Network) -> Self {
        let initial = |initial: &chem_grammar::network::Initial| {
            let mut unknowns = initial.densities.clone();
            unknowns.push(initial.temperature);
            State { id: initial.name.clone(), unknowns, time: 0.0, environment: Vec::new() }
        };
        let initials = network.initials.iter().map(initial).collect();
        let span = network.domains.iter().find_map(|d| d.time);
        let span = span.map(|s| Interval { low: s.low, high: s.high, log: s.log });
        let domains = network.domains.clone();
        let findings = network.report();
        let network = Interpreted::new(&System::new(network));
        let (own, in_turn) = (network.clone(), network.clone());
        let in_lanes: InLanesOf = Box::new(move |network, how, cells, times| {
            in_lanes::solve(with_parameters_of(network, in_turn.clone()), how, cells, times)
        });
        let equations: EquationsOf =
            Box::new(move |network| Arc::new(OneByOne(Box::new(with_parameters_of(network, own.clone())))));
        let network = Box::new(network);
        AnyNetwork { network, initials, domains, span, findings, file: None, equations, in_lanes }
    }

    /// Sets a parameter.
    ///
    /// # Errors
    /// If the network has none of that name, and for a switch that is not to be 1 or 0.
    pub fn set_parameter(&mut self, name: &str, value: f64) -> Result<(), ParameterError> {
        self.network.set_parameter(name, value)
    }

    /// Its equations at many states, with the parameters that it has now.
    pub fn equations(&self) -> Arc<dyn Equations> {
        (self.equations)(&*self.network)
    }

    /// Solves every cell from t = 0 through the same ascending times `[s]` by the batch, in its own environment and with the
    /// parameters that the network has now. A cell that the batch gives up is solved by the BDF. Results are in the order of the cells,
    /// and the same for any number of threads and of cells in a call.
    ///
    /// # Errors
    /// Tolerances and times that the batch does not take ([`super::choice::refusal`]).
    pub fn solve_in_lanes(
        &self,
        options: &Options,
        cells: &[State],
        times: &[f64],
        threads: NonZeroUsize,
    ) -> Result<Vec<Result<SolvedCell, FailedCell>>, BatchError> {
        let how = (options, threads);
        let solved = (self.in_lanes)(&*self.network, how, cells, times)?;
        Ok(in_lanes::completed(&*self.network, how, (cells, times), solved))
    }

    /// Whether densities may become negative: all species are made up (without mass) and a rate coefficient is
    /// negative at a declared initial state and a time of the declared span.
    pub fn allows_negative(&self) -> bool {
        let structure = self.network.structure();
        if structure.masses.iter().any(|mass| *mass > 0.0) {
            return false;
        }
        let mut k = vec![0.0; structure.reactions.len()];
        let times = self.default_times();
        self.initials.iter().any(|state| {
            times.iter().any(|t| {
                self.network.rates(*t, &state.unknowns, &mut k);
                k.iter().any(|k| *k < 0.0)
            })
        })
    }

    /// 200 times over the declared span, or from 0.01 yr to 1 Myr if the file declares none.
    pub fn default_times(&self) -> Vec<f64> {
        match self.span {
            Some(Interval { low, high, log: true }) if low > 0.0 && low < high => {
                times::logarithmic(low, high, DEFAULT_TIMES)
            }
            Some(Interval { low, high, .. }) if low < high => times::linear(low, high, DEFAULT_TIMES),
            _ => times::logarithmic(1e-2 * YEAR, 1e6 * YEAR, DEFAULT_TIMES),
        }
    }
}

/// A network with the parameters of another value of it.
fn with_parameters_of<N: ChemNetwork>(other: &dyn ChemNetwork, mut network: N) -> N {
    for (name, value) in other.structure().parameters.iter().zip(other.parameter_values()) {
        // Both are of the same network.
        let _ = network.set_parameter(name, value);
    }
    network
}
