//! Species that nothing forms (W003) or destroys (W004).

use crate::diagnostic::{Code, Diagnostic};
use crate::expr::SpeciesId;
use crate::network::{Network, Species};

/// Checks the net change of every species by all reactions and processes.
pub(crate) fn check(network: &Network) -> Vec<Diagnostic> {
    let mut formed = vec![false; network.species.len()];
    let mut destroyed = vec![false; network.species.len()];
    for reaction in network.reactions.iter().chain(&network.processes) {
        for index in 0..network.species.len() {
            let count = |side: &[(SpeciesId, u32)]| {
                side.iter().find(|(id, _)| id.0 as usize == index).map_or(0, |(_, count)| *count)
            };
            let (before, after) = (count(&reaction.reactants), count(&reaction.products));
            let flag = if after > before { &mut formed } else { &mut destroyed };
            if before != after
                && let Some(flag) = flag.get_mut(index)
            {
                *flag = true;
            }
        }
    }
    let flags = formed.into_iter().zip(destroyed);
    network.species.iter().zip(flags).filter_map(|(species, flags)| finding(species, flags)).collect()
}

fn finding(species: &Species, (formed, destroyed): (bool, bool)) -> Option<Diagnostic> {
    let name = &species.name;
    let (code, message) = match (formed, destroyed) {
        (true, true) => return None,
        (false, true) => (Code::W003, format!("`{name}` is never formed")),
        (true, false) => (Code::W004, format!("`{name}` is never destroyed")),
        (false, false) => (Code::W003, format!("`{name}` is neither formed nor destroyed")),
    };
    let help = format!("if that is meant, say so: `allow({})` before the `species` statement", code.as_str());
    let remedy = match (formed, destroyed) {
        (true, _) => "add the reaction that destroys it",
        (_, true) => "add the reaction that forms it",
        _ => "add the reactions that form and destroy it",
    };
    Some(Diagnostic::new(code, species.span, message).help(remedy).help(help))
}
