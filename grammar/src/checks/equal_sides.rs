//! Reactions that change nothing because their sides are equal (W017).

use crate::diagnostic::{Code, Diagnostic};
use crate::expr::SpeciesId;
use crate::network::Network;
use crate::resolve::facts::Facts;

/// One finding per reaction or process. What others use by its name, as for the cooling by excitation, has a purpose.
pub(crate) fn check(network: &Network, facts: &Facts) -> Vec<Diagnostic> {
    let reactions = network.reactions.iter().zip(&facts.reactions);
    let processes = network.processes.iter().zip(&facts.processes);
    reactions
        .chain(processes)
        .filter(|(reaction, facts)| !facts.used && sorted(&reaction.reactants) == sorted(&reaction.products))
        .map(|(reaction, facts)| {
            let message = format!("`{}` changes nothing: its sides are equal", reaction.name);
            Diagnostic::new(Code::W017, facts.name, message)
                .label(reaction.equation.clone())
                .help("correct the products, or remove it")
        })
        .collect()
}

fn sorted(side: &[(SpeciesId, u32)]) -> Vec<(SpeciesId, u32)> {
    let mut side = side.to_vec();
    side.sort_unstable();
    side
}
