//! Ranges of temperature that the gas never meets (W012).

use crate::checks::sampling::seen_temperatures;
use crate::diagnostic::{Code, Diagnostic};
use crate::network::Network;
use crate::resolve::facts::Facts;
use crate::temperature_set::{TemperatureSet, kelvin};

/// One finding per reaction or process whose range is empty, a single temperature, or outside of the limits of T.
pub(crate) fn check(network: &Network, facts: &Facts) -> Vec<Diagnostic> {
    let reactions = network.reactions.iter().zip(&facts.reactions);
    let processes = network.processes.iter().zip(&facts.processes);
    reactions
        .chain(processes)
        .filter_map(|(reaction, facts)| {
            let (message, label, help) = fault(network, &reaction.name, facts.temperatures.as_ref()?)?;
            Some(Diagnostic::new(Code::W012, facts.range?, message).label(label).help(help))
        })
        .collect()
}

/// Message, label and remedy.
fn fault(network: &Network, name: &str, range: &TemperatureSet) -> Option<(String, String, String)> {
    if range.is_empty() {
        return Some((
            format!("no temperature meets the range of `{name}`"),
            "its rate is zero everywhere".to_owned(),
            "correct the range: its lower end must lie below its upper end; or remove the reaction"
                .to_owned(),
        ));
    }
    if !range.has_width() {
        return Some((
            format!("`{name}` has a rate at one temperature only"),
            range.to_string(),
            "correct the range: its lower end must lie below its upper end".to_owned(),
        ));
    }
    if range.intersect(&seen_temperatures(network, true)).has_width() {
        return None;
    }
    let (low, high) = network.temperature_limits?;
    Some((
        format!("the range of `{name}` lies outside of the limits of T"),
        format!("rates see {} to {} K only", kelvin(low), kelvin(high)),
        "widen `limits T = ...`, or remove the reaction; a limit belongs to the range inside of the limits"
            .to_owned(),
    ))
}
