//! Rate coefficients, fluxes and the right-hand side.

use super::super::Context;
use super::blocks::{Blocks, Family, Given, Item};
use super::{ARGUMENTS, temperature};
use crate::body::Comments;
use crate::source::Source;

/// Writes `rates`, `fluxes` and the functions behind them, which it returns: one value per reaction, then the flux
/// of each process.
pub(super) fn write(source: &mut Source, context: &Context<'_>) -> Blocks {
    let network = &context.system.network;
    let all = network.reactions.iter().chain(&network.processes);
    let items: Vec<Item> = all
        .map(|reaction| Item { name: reaction.name.clone(), value: reaction.rate, slopes: Vec::new() })
        .collect();
    let family = Family {
        name: "rates",
        doc: "Rate coefficients of reactions, or fluxes of processes",
        slopes: false,
        comments: Comments::Full,
        given: Given::default(),
    };
    let blocks = family.write(source, context, &items, network.reactions.len());
    source.gap();
    source.doc("Rate coefficients of the reactions, in declared order; see [`rate`] for each.");
    open(source, "rates", "k: &mut [V; RATE_COUNT]");
    blocks.write_preparation(source);
    for block in blocks.blocks.iter().filter(|block| block.values.end <= network.reactions.len()) {
        let (start, end) = (block.values.start, block.values.end);
        source.line(format!("k[{start}..{end}].copy_from_slice(&{});", block.call));
    }
    source.close("}");
    source.gap();
    source.doc("Fluxes of the reactions, then of the processes \\[cm^-3 s^-1\\].");
    open(source, "fluxes", "fluxes: &mut [V; FLUX_COUNT]");
    source.line("let gas = rt::Gas::new(y);");
    blocks.write_preparation(source);
    for block in &blocks.blocks {
        source.line(format!("MASS_ACTION.fluxes(&gas, {}, &{}, fluxes);", block.values.start, block.call));
    }
    source.close("}");
    blocks
}

/// Writes `rhs`.
pub(super) fn write_rhs(source: &mut Source, context: &Context<'_>, rates: &Blocks) {
    temperature::write_rate(source, context);
    source.gap();
    source.doc(
        "d(unknown)/dt: densities \\[cm^-3 s^-1\\], then T \\[K s^-1\\]. See [`ODES`] for the same as text.",
    );
    open(source, "rhs", "dydt: &mut [V; UNKNOWN_COUNT]");
    source.line("dydt.fill(V::constant(0.0));");
    source.line("let gas = rt::Gas::new(y);");
    rates.write_preparation(source);
    for block in &rates.blocks {
        source.line(format!("MASS_ACTION.add_changes(&gas, {}, &{}, dydt);", block.values.start, block.call));
    }
    if context.system.network.evolves_temperature() {
        let changes = if context.system.network.conserves_energy { ", dydt" } else { "" };
        source.line(format!("dydt[UNKNOWN_COUNT - 1] = temperature_rate(parameters, t, y{changes});"));
    }
    source.close("}");
}

/// Opens a public function of the state with one output.
pub(super) fn open(source: &mut Source, name: &str, out: &str) {
    source.line("#[allow(unused_variables)]");
    source.open(format!("pub fn {name}<V: rt::Scalar>({ARGUMENTS}, {out}) {{"));
}
