//! Every reaction, heating and cooling process says where its numbers come from (W009).

use crate::diagnostic::{Code, Diagnostic};
use crate::network::Network;
use crate::resolve::facts::Facts;
use crate::source::Span;

/// One finding per statement without documentation.
pub(crate) fn check(network: &Network, facts: &Facts) -> Vec<Diagnostic> {
    let reactions = network.reactions.iter().zip(&facts.reactions);
    let processes = network.processes.iter().zip(&facts.processes);
    let thermal = network.heating.iter().chain(&network.cooling).zip(&facts.thermal);
    reactions
        .chain(processes)
        .filter(|(reaction, _)| reaction.doc.is_empty())
        .map(|(reaction, facts)| finding(&reaction.name, facts.name))
        .chain(thermal.filter(|(term, _)| term.doc.is_empty()).map(|(term, span)| finding(&term.name, *span)))
        .collect()
}

fn finding(name: &str, span: Span) -> Diagnostic {
    Diagnostic::new(Code::W009, span, format!("`{name}` has no reference"))
        .help("say after the statement where its numbers come from: `\"Abel et al. 1997, eq. 3\"`")
        .help("if that stands elsewhere for the whole file: `allow(W009) everywhere`")
        .cause("no reference", "{n} statements have no reference")
}
