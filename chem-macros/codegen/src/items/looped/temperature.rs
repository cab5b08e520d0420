//! Heating and cooling terms and the rate of change of the temperature.

use chem_grammar::expr::{ExprId, Node, UnaryOp};
use chem_grammar::network::ThermalTerm;
use rustc_hash::FxHashMap;

use super::super::{Context, thermal};
use super::ARGUMENTS;
use super::blocks::{Family, Given, Item};
use super::rates::open;
use crate::body::{Body, Comments};
use crate::source::Source;

/// Writes `heating_terms`, `cooling_terms`, and the modules of the single terms.
pub(super) fn write_terms(source: &mut Source, context: &Context<'_>) {
    let network = &context.system.network;
    write_kind(source, context, "heating", &network.heating);
    write_kind(source, context, "cooling", &network.cooling);
}

fn write_kind(source: &mut Source, context: &Context<'_>, kind: &str, terms: &[ThermalTerm]) {
    let items: Vec<Item> = terms
        .iter()
        .map(|term| Item { name: term.name.clone(), value: term.expr, slopes: Vec::new() })
        .collect();
    let name = format!("{kind}_terms");
    let doc = format!("Terms of the {kind} \\[erg cm^-3 s^-1\\]");
    let family =
        Family { name: &name, doc: &doc, slopes: false, comments: Comments::Short, given: Given::default() };
    let blocks = family.write(source, context, &items, items.len());
    let count = format!("{}_COUNT", kind.to_ascii_uppercase());
    source.gap();
    source
        .doc(&format!("All {kind} terms \\[erg cm^-3 s^-1\\], in declared order; see [`{kind}`] for each."));
    open(source, &name, &format!("terms: &mut [V; {count}]"));
    blocks.write_preparation(source);
    for block in &blocks.blocks {
        let (start, end) = (block.values.start, block.values.end);
        source.line(format!("terms[{start}..{end}].copy_from_slice(&{});", block.call));
    }
    source.close("}");
    thermal::write_module(source, context, kind, terms, &|source| {
        source.open(format!("pub fn total<V: rt::Scalar>({ARGUMENTS}) -> V {{"));
        source.line(format!("let mut terms = [V::constant(0.0); {count}];"));
        source.line(format!("{name}(parameters, t, y, &mut terms);"));
        source.line("rt::sum(&terms)");
        source.close("}");
    });
}

/// Nodes that a function is given in an array. Where one is the negative of another, that is given as well, since sums turn it
/// into what is subtracted.
pub(super) fn give(
    given: &mut FxHashMap<ExprId, String>,
    context: &Context<'_>,
    nodes: &[ExprId],
    array: &str,
) {
    let dag = &context.system.dag;
    for (index, &node) in nodes.iter().enumerate() {
        match dag.node(node) {
            Node::Constant(_) | Node::Parameter(_) | Node::Variable(_) => continue,
            Node::Unary(UnaryOp::Neg, positive) => {
                given.entry(positive).or_insert_with(|| format!("(-{array}[{index}])"));
            }
            _ => {}
        }
        given.entry(node).or_insert_with(|| format!("{array}[{index}]"));
    }
}

/// Writes `temperature_rate`.
pub(super) fn write_rate(source: &mut Source, context: &Context<'_>) {
    let system = context.system;
    if !system.network.evolves_temperature() {
        return;
    }
    let row = system.network.species.len();
    let mut given: FxHashMap<ExprId, String> = FxHashMap::default();
    for (kind, total) in [("heating", system.total_heating), ("cooling", system.total_cooling)] {
        if system.dag.as_constant(total).is_none() {
            given.insert(total, kind.to_string());
        }
    }
    let changes = if system.network.conserves_energy {
        give(&mut given, context, &system.rhs[..row], "changes");
        ", changes: &[V; UNKNOWN_COUNT]"
    } else {
        ""
    };
    source.gap();
    source.doc("dT/dt \\[K s^-1\\]");
    source.line("#[allow(unused_variables)]");
    source.open(format!("fn temperature_rate<V: rt::Scalar>({ARGUMENTS}{changes}) -> V {{"));
    source.line("let heating = heating::total(parameters, t, y);");
    source.line("let cooling = cooling::total(parameters, t, y);");
    let root = system.rhs[row];
    let body = Body::with_given(&context.names, &[root], Comments::Short, given);
    body.write_arguments(source);
    body.write(source);
    source.line(body.result(root));
    source.close("}");
}
