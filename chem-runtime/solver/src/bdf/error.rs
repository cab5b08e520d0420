//! Why an integration stopped.

use std::fmt;

use super::slope::InfiniteSlope;
use crate::network::ChemNetwork;

/// Why an integration stopped, and where. The state that was passed in is unchanged.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{cause}{}", Located(.diagnosis))]
#[non_exhaustive]
pub struct SolveError {
    /// What went wrong.
    #[source]
    pub cause: Cause,
    /// Where; `None` if the integration did not start.
    pub diagnosis: Option<Box<Diagnosis>>,
}

/// What went wrong.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum Cause {
    /// Input that cannot be integrated.
    #[error(transparent)]
    InvalidInput(InvalidInput),
    /// A time derivative of the initial state is not a number.
    #[error("the time derivative of {unknown} is not finite in the initial state{}", behind(.of))]
    NotFinite {
        /// The species, or T.
        unknown: String,
        /// The reactions and thermal terms that are not finite.
        of: Vec<String>,
    },
    /// No step is possible from a state in which the Jacobian is not finite.
    #[error("{0}")]
    SlopeNotFinite(Box<InfiniteSlope>),
    /// The step fell below the resolution of time.
    #[error("the step became too small")]
    StepTooSmall,
    /// Too many steps.
    #[error("{0} steps were not enough")]
    TooManySteps(u64),
}

fn behind(of: &[String]) -> String {
    if of.is_empty() { String::new() } else { format!(", for the rate of {} is not", of.join(", ")) }
}

/// Input that cannot be integrated; the text says what to change.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error("{0}")]
pub struct InvalidInput(pub String);

/// The state of the integration when it stopped.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Diagnosis {
    /// Time `[s]`.
    pub time: f64,
    /// Step `[s]`.
    pub step: f64,
    /// Order.
    pub order: usize,
    /// Gas temperature `[K]`.
    pub t_gas: f64,
    /// Norm of the last estimated error over what is tolerated.
    pub error: f64,
    /// The unknowns with the largest weighted errors, worst first: name, error over what is tolerated.
    pub worst: Vec<(String, f64)>,
    /// The reactions that change the worst species most: name, equation, flux [cm^-3 s^-1].
    pub reactions: Vec<(String, String, f64)>,
}

/// Prints a diagnosis after the cause.
struct Located<'a>(&'a Option<Box<Diagnosis>>);

impl fmt::Display for Located<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(d) = self.0 else { return Ok(()) };
        write!(
            f,
            " at t = {:.6e} s (step {:.3e} s, order {}, T = {:.6e} K, last error {:.3} of the tolerance)",
            d.time, d.step, d.order, d.t_gas, d.error
        )?;
        for (name, error) in &d.worst {
            write!(f, "\n  {name}: error {error:.3} of the tolerance")?;
        }
        for (name, equation, flux) in &d.reactions {
            write!(f, "\n  {name}: {equation}: flux {flux:.3e} cm^-3 s^-1")?;
        }
        Ok(())
    }
}

/// How many unknowns and reactions a diagnosis lists.
const LISTED: usize = 3;

/// Where an integration stands, for a diagnosis.
pub(super) struct Standing<'a> {
    pub(super) time: f64,
    pub(super) step: f64,
    pub(super) order: usize,
    pub(super) error: f64,
    /// State at that time.
    pub(super) y: &'a [f64],
    /// Error of each unknown over what is tolerated.
    pub(super) errors: &'a [f64],
}

impl Diagnosis {
    pub(super) fn new<N: ChemNetwork + ?Sized>(network: &N, standing: &Standing<'_>) -> Self {
        let structure = network.structure();
        let y = standing.y;
        let mut order: Vec<usize> = (0..standing.errors.len()).collect();
        let size = |i: usize| {
            let error = standing.errors[i].abs();
            if error.is_nan() { f64::INFINITY } else { error }
        };
        order.sort_by(|&a, &b| size(b).total_cmp(&size(a)));
        let name = |i: usize| structure.species.get(i).map_or("T".to_owned(), |s| s.to_string());
        let worst = order.iter().take(LISTED).map(|&i| (name(i), size(i))).collect();
        let species = order.iter().copied().find(|&i| i < structure.species_count());
        let reactions = species.map_or_else(Vec::new, |s| top_reactions(network, standing.time, y, s));
        Diagnosis {
            time: standing.time,
            step: standing.step,
            order: standing.order,
            t_gas: y.last().copied().unwrap_or(f64::NAN),
            error: standing.error,
            worst,
            reactions,
        }
    }
}

/// The reactions and processes that change a species most.
fn top_reactions<N: ChemNetwork + ?Sized>(
    network: &N,
    t: f64,
    y: &[f64],
    species: usize,
) -> Vec<(String, String, f64)> {
    let structure = network.structure();
    let count = structure.reactions.len() + structure.processes.len();
    let mut fluxes = vec![0.0; count];
    network.fluxes(t, y, &mut fluxes);
    let mut changes: Vec<(usize, f64)> = (0..count)
        .filter_map(|j| {
            let net = structure.net_changes(j).iter().find(|(s, _)| *s as usize == species)?;
            Some((j, f64::from(net.1).abs() * fluxes[j].abs()))
        })
        .collect();
    changes.sort_by(|a, b| b.1.total_cmp(&a.1));
    let names = structure.reactions.iter().chain(structure.processes.iter());
    let names: Vec<_> = names.collect();
    changes
        .into_iter()
        .take(LISTED)
        .map(|(j, _)| {
            let equation = structure.equations.get(j).map_or(String::new(), |e| e.to_string());
            (names[j].to_string(), equation, fluxes[j])
        })
        .collect()
}
