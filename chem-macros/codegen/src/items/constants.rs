//! Sizes of the arrays of the module.

use super::Context;
use crate::form::Form;
use crate::source::Source;

pub(crate) fn write(source: &mut Source, context: &Context<'_>) {
    let system = context.system;
    let network = &system.network;
    let factors = system.lu.pattern.entry_count();
    let (lu_doc, lu_count) = match context.factors {
        Form::Unrolled => ("Number of entries of the factors of I - c J.", factors),
        Form::Looped => (
            "Number of entries of the factors of I - c J, and of a column to work in.",
            factors + system.unknown_count(),
        ),
    };
    let counts = [
        ("UNKNOWN_COUNT", "Number of unknowns: species, then T.", system.unknown_count()),
        ("RATE_COUNT", "Number of reactions with a rate coefficient.", network.reactions.len()),
        ("FLUX_COUNT", "Number of fluxes: reactions, then processes.", system.fluxes.len()),
        ("HEATING_COUNT", "Number of heating terms.", network.heating.len()),
        ("COOLING_COUNT", "Number of cooling terms.", network.cooling.len()),
        ("JACOBIAN_COUNT", "Number of entries of the Jacobian.", system.pattern.entry_count()),
        ("LU_COUNT", lu_doc, lu_count),
    ];
    source.gap();
    for (name, doc, count) in counts {
        source.doc(doc);
        source.line(format!("pub const {name}: usize = {count};"));
    }
    source.doc("Digest of the equations of the network.");
    source.line(format!("pub const HASH: u64 = 0x{:016x};", network.hash));
}
