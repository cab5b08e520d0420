//! Derivatives of fluxes, heating and cooling are finite (W010): in the initial states, at the corners of the declared
//! domains, where the values are looked at once more, and without any one of the species that a rate depends on.

use crate::checks::sampling::{State, corners, initial_states, may_be_absent, reference_state};
use crate::checks::values::{Subject, place, subjects, value_finding};
use crate::diagnostic::{Code, Diagnostic};
use crate::expr::{Dag, Dependencies, Differentiator, Evaluator, ExprId, SpeciesId, Variable};
use crate::network::{Network, Reaction};
use crate::resolve::facts::Facts;

/// Most species that are left out, one after the other.
const MOST_ABSENT: usize = 64;

/// A state, and the species that was taken out of it: only what depends on that is looked at.
struct Sample {
    state: State,
    without: Option<SpeciesId>,
}

/// Derivatives of a subject by what it depends on.
struct Slopes<'a> {
    subject: Subject<'a>,
    by: Vec<(Variable, ExprId)>,
}

/// One finding per reaction or process whose values are not `wrong` already: the first state at which a derivative is not
/// finite. Of `divisions` by the density of a species it is known what they are without it.
pub(crate) fn check(
    network: &Network,
    facts: &Facts,
    wrong: &[Diagnostic],
    divisions: &[Diagnostic],
) -> Vec<Diagnostic> {
    let dependencies = Dependencies::of(&network.dag, network.species.len());
    let mut dag = network.dag.clone();
    let mut slopes = slopes(network, facts, &dependencies, &mut dag);
    let is_about = |found: &[Diagnostic], span| found.iter().any(|finding| finding.span == span);
    slopes.retain(|slopes| !is_about(wrong, slopes.subject.span));
    let parameters = network.default_parameters();
    let mut findings = Vec::new();
    for Sample { state, without } in samples(network, &dependencies, &slopes) {
        let mut evaluator = Evaluator::new(&dag, state.point(network, &parameters));
        slopes.retain(|slopes| {
            let subject = &slopes.subject;
            if let Some(species) = without
                && (is_about(divisions, subject.span)
                    || !dependencies.depends(subject.expr, Variable::Density(species)))
            {
                return true;
            }
            let value = evaluator.value(subject.expr);
            if !value.is_finite() && without.is_some() {
                return true;
            }
            if !value.is_finite() {
                findings.push(value_finding(network, &dependencies, subject, value, &state));
                return false;
            }
            let bad = slopes.by.iter().map(|(by, slope)| (*by, evaluator.value(*slope)));
            let bad = bad.into_iter().find(|(_, value)| !value.is_finite());
            if let Some((by, value)) = bad {
                findings.push(finding(network, &dependencies, subject, by, value, &state));
            }
            bad.is_none()
        });
    }
    findings
}

/// The derivatives of all fluxes and thermal terms; those of a flux through its rate alone.
fn slopes<'a>(
    network: &'a Network,
    facts: &Facts,
    dependencies: &Dependencies,
    dag: &mut Dag,
) -> Vec<Slopes<'a>> {
    let mut differentiator = Differentiator::new(network.species.len(), &network.tables);
    let one = dag.constant(1.0);
    let of = |(index, subject): (usize, Subject<'a>)| {
        let particles =
            network.reactions.get(index).map_or(one, |reaction| particles(network, dag, reaction));
        let variables = dependencies.variables(subject.expr).into_iter();
        let by = variables
            .filter(|variable| *variable != Variable::Time)
            .map(|variable| {
                let slope = differentiator.of_rate(dag, subject.expr, variable, particles);
                (variable, dag.plain_product(slope, particles))
            })
            .collect();
        Slopes { subject, by }
    };
    subjects(network, facts).into_iter().enumerate().map(of).collect()
}

/// What multiplies the rate coefficient of a reaction.
fn particles(network: &Network, dag: &mut Dag, reaction: &Reaction) -> ExprId {
    let mut product = dag.constant(1.0);
    for (species, count) in &reaction.reactants {
        let density = dag.density(*species);
        let power = dag.powi(density, *count as i32);
        product = dag.mul(product, power);
    }
    if reaction.third_bodies > 0 {
        let all: Vec<ExprId> = (0..network.species.len()).map(|s| dag.density(SpeciesId(s as u32))).collect();
        let total = dag.sum(all);
        let power = dag.powi(total, reaction.third_bodies as i32);
        product = dag.mul(product, power);
    }
    product
}

fn samples(network: &Network, dependencies: &Dependencies, slopes: &[Slopes<'_>]) -> Vec<Sample> {
    let whole = initial_states(network).into_iter().chain(corners(network));
    let mut samples: Vec<Sample> = whole.map(|state| Sample { state, without: None }).collect();
    let mut absent: Vec<SpeciesId> =
        slopes.iter().flat_map(|slopes| dependencies.species(slopes.subject.expr)).collect();
    absent.sort_unstable();
    absent.dedup();
    absent.retain(|species| may_be_absent(network, *species));
    if network.initials.is_empty() && network.domains.is_empty() {
        absent.clear();
    }
    let reference = reference_state(network);
    samples.extend(absent.into_iter().take(MOST_ABSENT).map(|species| {
        let mut state = reference.clone();
        if let Some(density) = state.densities.get_mut(species.0 as usize) {
            *density = 0.0;
        }
        Sample { state, without: Some(species) }
    }));
    samples
}

fn finding(
    network: &Network,
    dependencies: &Dependencies,
    subject: &Subject<'_>,
    by: Variable,
    value: f64,
    state: &State,
) -> Diagnostic {
    let (of, name) = match by {
        Variable::Density(id) => {
            let name = network.species.get(id.0 as usize).map_or("", |species| species.name.as_str());
            (Some(id), format!("n[{name}]"))
        }
        _ => (None, "T".to_owned()),
    };
    let (fault, remedy) = if value.is_nan() {
        (
            "not a number",
            "0/0, or zero times infinity: write it so that it has a slope there, such as `n[X] / (n[X] + c)` for `1 / (1 + c / n[X])`",
        )
    } else {
        (
            "infinite",
            "solvers may find no step from there: keep the base of a root or power above zero, such as `max(n[X], 1e-20 [cm^-3])`",
        )
    };
    let what = if subject.what == "k" { "the flux" } else { subject.what };
    let place = place(network, dependencies, subject.expr, state, of);
    let message = format!("the derivative of {what} of `{}` by {name} is {fault}{place}", subject.name);
    Diagnostic::new(Code::W010, subject.span, message).help(remedy)
}
