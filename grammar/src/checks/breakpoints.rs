//! Jumps at the edges of temperature ranges (W002), and the table of all breakpoints.

use crate::checks::groups::groups;
use crate::checks::sampling::{State, reference_state, temperature_domain, temperatures};
use crate::diagnostic::{Code, Diagnostic};
use crate::expr::{Differentiator, Evaluator, ExprId, Variable};
use crate::network::Network;
use crate::resolve::breakpoints::breakpoints;
use crate::resolve::facts::Facts;
use crate::source::Span;
use crate::temperature_set::{Piece, TemperatureSet, kelvin};

/// Relative distance from the edge at which both sides are evaluated.
const SIDE: f64 = 1e-12;
/// A rate coefficient below this fraction of its largest value in the declared domain is off.
const NEGLIGIBLE: f64 = 1e-15;

/// What jumps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BreakpointKind {
    /// Rate coefficient [cm^(3 (order - 1)) s^-1].
    Reaction,
    /// Flux [cm^-3 s^-1].
    Process,
    /// Heating rate [erg cm^-3 s^-1].
    Heating,
    /// Cooling rate [erg cm^-3 s^-1].
    Cooling,
}

/// One edge of a temperature range.
#[derive(Clone, Debug, PartialEq)]
pub struct Breakpoint {
    /// What jumps.
    pub kind: BreakpointKind,
    /// The reactions whose formulas meet here (reactions with the same left and right sides are one reaction in
    /// several ranges), or the heating or cooling process.
    pub names: Vec<String>,
    /// The edge `[K]`.
    pub temperature: f64,
    /// Value directly below and above.
    pub value: [f64; 2],
    /// Derivative by T directly below and above [per K].
    pub slope: [f64; 2],
    /// |difference of the values| over the larger of them.
    pub jump: f64,
    /// |difference of the slopes| over the larger of them.
    pub slope_jump: f64,
}

/// Every temperature at which a formula changes, with the relative jumps of the value and of its slope; in the
/// order of the reactions, then heating, then cooling, each by ascending temperature.
///
/// Values that depend on densities or time are taken at the first initial state (or the middle of the first
/// domain), parameters at their defaults.
pub fn breakpoint_report(network: &Network) -> Vec<Breakpoint> {
    survey(network, &curves(network)).into_iter().map(|(_, breakpoint)| breakpoint).collect()
}

/// One line per breakpoint: edge, jump of the value, jump of the slope, values at both sides, names.
pub fn breakpoint_table(breakpoints: &[Breakpoint]) -> String {
    let mut out =
        format!("{:>12}  {:>8}  {:>8}  {:>11}  {:>11}\n", "T [K]", "jump", "kink", "below", "above");
    for breakpoint in breakpoints {
        let word = match breakpoint.kind {
            BreakpointKind::Reaction => "k of",
            BreakpointKind::Process => "flux of",
            BreakpointKind::Heating => "heating",
            BreakpointKind::Cooling => "cooling",
        };
        let [below, above] = breakpoint.value;
        out.push_str(&format!(
            "{:>12}  {:>8}  {:>8}  {:>11}  {:>11}  {word} {}\n",
            kelvin(breakpoint.temperature),
            percent(breakpoint.jump),
            percent(breakpoint.slope_jump),
            short(below),
            short(above),
            breakpoint.names.join(" | ")
        ));
    }
    out
}

/// The sum of a group of rates as a function of T.
struct Curve {
    kind: BreakpointKind,
    /// Index, name and node of each member.
    members: Vec<(usize, String, ExprId)>,
}

fn curves(network: &Network) -> Vec<Curve> {
    let mut curves = Vec::new();
    for group in groups(network) {
        let kind = if group.processes { BreakpointKind::Process } else { BreakpointKind::Reaction };
        let members = group.members.iter().zip(group.reactions(network));
        let members = members.map(|(&i, r)| (i, r.name.clone(), r.rate)).collect();
        curves.push(Curve { kind, members });
    }
    for (kind, terms) in
        [(BreakpointKind::Heating, &network.heating), (BreakpointKind::Cooling, &network.cooling)]
    {
        let terms = terms.iter().enumerate();
        curves.extend(terms.map(|(i, t)| Curve { kind, members: vec![(i, t.name.clone(), t.expr)] }));
    }
    curves
}

impl Curve {
    fn edges(&self, network: &Network) -> Vec<f64> {
        let roots: Vec<ExprId> = self.members.iter().map(|(_, _, rate)| *rate).collect();
        breakpoints(&network.dag, &roots)
    }

    /// The members whose formula changes at an edge.
    fn meeting(&self, network: &Network, edge: f64) -> Vec<&(usize, String, ExprId)> {
        let near = |t: &f64| (t - edge).abs() <= SIDE * edge;
        self.members
            .iter()
            .filter(|(_, _, rate)| breakpoints(&network.dag, &[*rate]).iter().any(near))
            .collect()
    }

    fn value(&self, evaluator: &mut Evaluator<'_>) -> f64 {
        self.members.iter().map(|(_, _, rate)| evaluator.value(*rate)).sum()
    }
}

/// All breakpoints of the curves, with the index of the curve. Work is shared between breakpoints at the same temperature.
fn survey(network: &Network, curves: &[Curve]) -> Vec<(usize, Breakpoint)> {
    let mut edges: Vec<(f64, usize)> = Vec::new();
    for (index, curve) in curves.iter().enumerate() {
        edges.extend(curve.edges(network).into_iter().map(|edge| (edge, index)));
    }
    edges.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));

    let mut dag = network.dag.clone();
    let mut differentiator = Differentiator::new(network.species.len(), &network.tables);
    let slopes: Vec<Vec<ExprId>> = edges
        .iter()
        .map(|(_, curve)| {
            let members = curves.get(*curve).map(|c| c.members.as_slice()).unwrap_or_default();
            let mut slope = |rate| differentiator.derivative(&mut dag, rate, Variable::Temperature);
            members.iter().map(|(_, _, rate)| slope(*rate)).collect()
        })
        .collect();

    let reference = reference_state(network);
    let parameters = network.default_parameters();
    let mut out = Vec::new();
    let edges_and_slopes: Vec<(f64, usize, Vec<ExprId>)> =
        edges.into_iter().zip(slopes).map(|((edge, curve), slopes)| (edge, curve, slopes)).collect();
    for same_edge in edges_and_slopes.chunk_by(|a, b| a.0 == b.0) {
        let Some(&(edge, _, _)) = same_edge.first() else { continue };
        let below = State { temperature: edge * (1.0 - SIDE), ..reference.clone() };
        let above = State { temperature: edge * (1.0 + SIDE), ..reference.clone() };
        let mut below = Evaluator::new(&dag, below.point(network, &parameters));
        let mut above = Evaluator::new(&dag, above.point(network, &parameters));
        for (_, index, slopes) in same_edge {
            let Some(curve) = curves.get(*index) else { continue };
            let slope = |side: &mut Evaluator<'_>| slopes.iter().map(|s| side.value(*s)).sum::<f64>();
            let slope = [slope(&mut below), slope(&mut above)];
            let value = [curve.value(&mut below), curve.value(&mut above)];
            let names = curve.meeting(network, edge).into_iter().map(|(_, name, _)| name.clone()).collect();
            out.push((
                *index,
                Breakpoint {
                    kind: curve.kind,
                    names,
                    temperature: edge,
                    value,
                    slope,
                    jump: relative_jump(value),
                    slope_jump: relative_jump(slope),
                },
            ));
        }
    }
    out.sort_by_key(|(curve, _)| *curve);
    out
}

/// The largest value of each curve on a grid of temperatures.
fn largest(network: &Network, curves: &[Curve]) -> Vec<f64> {
    let reference = reference_state(network);
    let parameters = network.default_parameters();
    let mut largest = vec![0.0f64; curves.len()];
    for temperature in temperatures(network) {
        let state = State { temperature, ..reference.clone() };
        let mut evaluator = Evaluator::new(&network.dag, state.point(network, &parameters));
        for (largest, curve) in largest.iter_mut().zip(curves) {
            *largest = largest.max(curve.value(&mut evaluator).abs());
        }
    }
    largest
}

fn relative_jump([a, b]: [f64; 2]) -> f64 {
    let larger = a.abs().max(b.abs());
    if larger > 0.0 { (a - b).abs() / larger } else { 0.0 }
}

/// Reports jumps of rate coefficients and fluxes above the network's `seam_tolerance`, inside the declared
/// domain. A kink (a jump of the slope) is told along with a jump, and listed by [`breakpoint_report`], but is no
/// finding of its own: every piecewise fit has them.
pub(crate) fn check(network: &Network, facts: &Facts) -> Vec<Diagnostic> {
    let domain = temperature_domain(network);
    let curves = curves(network);
    let largest = largest(network, &curves);
    let mut found = Vec::new();
    for (index, breakpoint) in survey(network, &curves) {
        let names = match breakpoint.kind {
            BreakpointKind::Reaction => &facts.reactions,
            BreakpointKind::Process => &facts.processes,
            BreakpointKind::Heating | BreakpointKind::Cooling => continue,
        };
        let largest = largest.get(index).copied().unwrap_or(0.0);
        let on = breakpoint.value.iter().any(|v| v.abs() > NEGLIGIBLE * largest);
        if breakpoint.jump > facts.seam_tolerance && on && inside(&domain, breakpoint.temperature) {
            let Some(curve) = curves.get(index) else { continue };
            let meeting = curve.meeting(network, breakpoint.temperature);
            let places = meeting.iter().filter_map(|(i, _, _)| names.get(*i)).map(|f| f.name);
            found.extend(finding(&breakpoint, &places.collect::<Vec<_>>()));
        }
    }
    found
}

/// Whether the gas can be at both sides of an edge.
fn inside(domain: &TemperatureSet, edge: f64) -> bool {
    let around = TemperatureSet::of(Piece {
        low: edge * (1.0 - 1e-9),
        low_closed: true,
        high: edge * (1.0 + 1e-9),
        high_closed: true,
    });
    around.without(domain).is_empty()
}

fn finding(breakpoint: &Breakpoint, places: &[Span]) -> Option<Diagnostic> {
    let (last, rest) = places.split_last()?;
    let names = breakpoint.names.iter().map(|n| format!("`{n}`")).collect::<Vec<_>>().join(" and ");
    let what = if breakpoint.kind == BreakpointKind::Process { "the flux" } else { "k" };
    let edge = kelvin(breakpoint.temperature);
    let [below, above] = breakpoint.value;
    let message = if above == 0.0 {
        format!("{what} of {names} ends abruptly at T = {edge} K")
    } else if below == 0.0 {
        format!("{what} of {names} begins abruptly at T = {edge} K")
    } else if let [first, second] = breakpoint.names.as_slice() {
        format!("{what} jumps by {} from `{first}` to `{second}` at T = {edge} K", percent(breakpoint.jump))
    } else {
        format!("{what} of {names} jumps by {} at T = {edge} K", percent(breakpoint.jump))
    };
    let mut diagnostic = Diagnostic::new(Code::W002, *last, message).label(format!(
        "{} below, {} above",
        short(below),
        short(above)
    ));
    for place in rest {
        diagnostic = diagnostic.other(*place, "the other side");
    }
    if below != 0.0 && above != 0.0 {
        let [below, above] = breakpoint.slope;
        let slope_jump = percent(breakpoint.slope_jump);
        diagnostic = diagnostic.help(format!(
            "its slope jumps by {slope_jump}, from {} to {} per K",
            short(below),
            short(above)
        ));
    }
    let (direction, side, beyond) = match (below == 0.0, above == 0.0) {
        (false, true) => ("ends", "hotter", "above"),
        (true, false) => ("begins", "colder", "below"),
        _ => {
            return Some(diagnostic.help(
                "if the fits are published like that, say so: `allow(W002)`, or raise `seam_tolerance`",
            ));
        }
    };
    let many = direction.trim_end_matches('s');
    Some(
        diagnostic
            .help(format!(
                "if the gas never gets {side}, say so: a `domain` that {direction} there, or `limits T = ...` that {many} there, {beyond} which k keeps its value"
            ))
            .help("if the fit is published like that: `allow(W002)`")
            .cause(
                format!("{direction} at {edge}"),
                format!("the coefficients of {{n}} reactions {many} abruptly at T = {edge} K"),
            ),
    )
}

/// A number with four digits.
fn short(value: f64) -> String {
    if value == 0.0 { "0".to_owned() } else { format!("{value:.3e}") }
}

fn percent(fraction: f64) -> String {
    let percent = fraction * 100.0;
    if percent >= 10.0 { format!("{percent:.0} %") } else { format!("{percent:.1} %") }
}
