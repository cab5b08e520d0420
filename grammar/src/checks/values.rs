//! Rate coefficients, fluxes, heating and cooling are finite, rate coefficients not negative, all over the
//! declared domain with the parameters at their defaults (W010).

use crate::checks::sampling::{State, reference_state, states, temperatures};
use crate::diagnostic::{Code, Diagnostic};
use crate::expr::{Dependencies, Evaluator, ExprId, SpeciesId, Variable};
use crate::network::Network;
use crate::resolve::facts::Facts;
use crate::source::Span;
use crate::temperature_set::kelvin;

/// A negative value smaller than this fraction of the largest one is rounding.
const ROUNDING: f64 = 1e-12;

/// What is looked at.
pub(super) struct Subject<'a> {
    pub(super) name: &'a str,
    pub(super) what: &'static str,
    pub(super) expr: ExprId,
    pub(super) span: Span,
    may_be_negative: bool,
}

/// One finding per reaction or process: the first state at which it is wrong.
pub(crate) fn check(network: &Network, facts: &Facts) -> Vec<Diagnostic> {
    let subjects = subjects(network, facts);
    let dependencies = Dependencies::of(&network.dag, network.species.len());
    let parameters = network.default_parameters();
    // What depends on T alone is looked at on a fine grid, the rest at states all over the domain.
    let reference = reference_state(network);
    let mut samples: Vec<State> = temperatures(network)
        .into_iter()
        .map(|temperature| State { temperature, ..reference.clone() })
        .collect();
    samples.extend(states(network));
    let values: Vec<Vec<f64>> = samples
        .iter()
        .map(|state| {
            let mut evaluator = Evaluator::new(&network.dag, state.point(network, &parameters));
            subjects.iter().map(|subject| evaluator.value(subject.expr)).collect()
        })
        .collect();
    let mut found = Vec::new();
    for (index, subject) in subjects.iter().enumerate() {
        let column = || values.iter().filter_map(|row| row.get(index).copied());
        let largest = column().filter(|v| v.is_finite()).fold(0.0f64, |largest, v| largest.max(v.abs()));
        let wrong =
            |value: f64| !value.is_finite() || (!subject.may_be_negative && value < -ROUNDING * largest);
        if let Some((value, state)) = column().zip(&samples).find(|(value, _)| wrong(*value)) {
            found.push(value_finding(network, &dependencies, subject, value, state));
        }
    }
    found
}

/// Reactions, processes, heating, cooling.
pub(super) fn subjects<'a>(network: &'a Network, facts: &Facts) -> Vec<Subject<'a>> {
    let reactions = network.reactions.iter().zip(&facts.reactions).map(|pair| (pair, "k"));
    let processes = network.processes.iter().zip(&facts.processes).map(|pair| (pair, "the flux"));
    let mut subjects: Vec<Subject<'a>> = reactions
        .chain(processes)
        .map(|((reaction, facts), what)| Subject {
            name: &reaction.name,
            what,
            expr: reaction.rate,
            span: facts.name,
            may_be_negative: false,
        })
        .collect();
    let heating = network.heating.iter().map(|term| (term, "the heating"));
    let cooling = network.cooling.iter().map(|term| (term, "the cooling"));
    subjects.extend(heating.chain(cooling).zip(&facts.thermal).map(|((term, what), span)| Subject {
        name: &term.name,
        what,
        expr: term.expr,
        span: *span,
        // Net cooling may heat: inverse Compton scattering below the temperature of the radiation.
        may_be_negative: true,
    }));
    subjects
}

pub(super) fn value_finding(
    network: &Network,
    dependencies: &Dependencies,
    subject: &Subject<'_>,
    value: f64,
    state: &State,
) -> Diagnostic {
    let (fault, remedy) = if value.is_nan() {
        (
            "not a number",
            "a logarithm or root of a negative number, or 0/0: restrict it to where it has a meaning",
        )
    } else if value.is_infinite() {
        (
            "infinite",
            "a division by zero, or an exponential or power that overflows: restrict it, or clamp its argument",
        )
    } else {
        ("negative", "restrict it to where its fit holds: `for T < ...`, or use `max(..., 0)`")
    };
    let place = place(network, dependencies, subject.expr, state, None);
    let message = format!("{} of `{}` is {fault}{place}", subject.what, subject.name);
    let mut diagnostic = Diagnostic::new(Code::W010, subject.span, message);
    if value.is_finite() {
        diagnostic = diagnostic.label(format!("{value:.3e} there"));
    }
    diagnostic.help(remedy)
}

/// Where in the space of states: what an expression depends on, of the densities a few, `first` among them.
pub(super) fn place(
    network: &Network,
    dependencies: &Dependencies,
    expr: ExprId,
    state: &State,
    first: Option<SpeciesId>,
) -> String {
    let mut place = Vec::new();
    if dependencies.depends(expr, Variable::Temperature) {
        place.push(format!("T = {} K", kelvin(rounded(state.temperature))));
    }
    if dependencies.depends(expr, Variable::Time) {
        place.push(format!("t = {} s", kelvin(rounded(state.time))));
    }
    let others = dependencies.species(expr).into_iter().filter(|id| Some(*id) != first);
    for id in first.into_iter().chain(others).take(4) {
        let (i, density) = (id.0 as usize, state.densities.get(id.0 as usize).copied().unwrap_or(0.0));
        let name = network.species.get(i).map_or("", |s| s.name.as_str());
        place.push(format!("n[{name}] = {} cm^-3", kelvin(rounded(density))));
    }
    if place.is_empty() { String::new() } else { format!(" at {}", place.join(", ")) }
}

/// Four digits are enough to find the place again.
fn rounded(value: f64) -> f64 {
    format!("{value:.3e}").parse().unwrap_or(value)
}
