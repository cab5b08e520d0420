//! The Jacobian and the partial derivative by time.

use chem_grammar::expr::{ExprId, F64Bits, Node};
use chem_grammar::mass_action::MassActionTables;

use super::super::Context;
use super::ARGUMENTS;
use super::blocks::{Blocks, Family, Given, Item};

use super::rates::open;
use super::temperature::give;
use crate::body::{Body, Comments};
use crate::source::Source;

/// Writes `jacobian` and the functions behind it.
pub(super) fn write_jacobian(source: &mut Source, context: &Context<'_>, tables: &MassActionTables) {
    let network = &context.system.network;
    let all = network.reactions.iter().chain(&network.processes).enumerate();
    let items: Vec<Item> = all
        .map(|(flux, reaction)| Item {
            name: reaction.name.clone(),
            value: reaction.rate,
            slopes: tables.slopes_of(flux),
        })
        .collect();
    let family = Family {
        name: "rates_and_slopes",
        doc: "Rates, and their derivatives by unknowns in the order of [`MASS_ACTION`]",
        slopes: true,
        comments: Comments::Short,
        given: Given::default(),
    };
    let rates = family.write(source, context, &items, items.len());
    let temperature = write_temperature_slopes(source, context, tables);
    source.gap();
    source.doc("Entries of the Jacobian d(dy/dt)/dy, column by column as in [`STRUCTURE`].");
    open(source, "jacobian", "values: &mut [V; JACOBIAN_COUNT]");
    source.line("values.fill(V::constant(0.0));");
    source.line("let gas = rt::Gas::new(y);");
    if tables.has_third_bodies() {
        source.line("let mut by_total = [V::constant(0.0); UNKNOWN_COUNT];");
    }
    if network.conserves_energy {
        source.line("let mut changes = [V::constant(0.0); UNKNOWN_COUNT];");
    }
    rates.write_preparation(source);
    for block in &rates.blocks {
        let first = block.values.start;
        source.line(format!("let (rates, slopes) = {};", block.call));
        source.line(format!("MASS_ACTION.add_reactant_slopes(&gas, {first}, &rates, values);"));
        source.line(format!("MASS_ACTION.add_rate_slopes(&gas, {}, &slopes, values);", block.first_slope));
        if tables.has_third_bodies() {
            source.line(format!("MASS_ACTION.add_third_body_slopes(&gas, {first}, &rates, &mut by_total);"));
        }
        if network.conserves_energy {
            source.line(format!("MASS_ACTION.add_changes(&gas, {first}, &rates, &mut changes);"));
        }
    }
    if tables.has_third_bodies() {
        source.line("rt::add_to_species_columns(&STRUCTURE, &by_total, values);");
    }
    temperature.write_preparation(source);
    for block in &temperature.blocks {
        let first = block.values.start;
        source.line(format!("MASS_ACTION.add_temperature_slopes({first}, &{}, values);", block.call));
    }
    source.close("}");
}

/// What the row of the temperature is given where it is made of those of the species.
fn given_rows(context: &Context<'_>) -> Given {
    let system = context.system;
    let mut given = Given::default();
    if system.network.conserves_energy {
        let row = system.network.species.len();
        give(&mut given.nodes, context, &system.rhs[..row], "changes");
        let zero = system.dag.find(Node::Constant(F64Bits::new(0.0)));
        let of_species = system.pattern.entries().zip(&system.jacobian);
        let entries: Vec<ExprId> = of_species
            .map(|((of, _), &entry)| if of < row { entry } else { zero.unwrap_or(entry) })
            .collect();
        give(&mut given.nodes, context, &entries, "entries");
        given.arguments = ", changes: &[V; UNKNOWN_COUNT], entries: &[V; JACOBIAN_COUNT]";
        given.call = ", &changes, values";
    }
    given
}

/// The row of the temperature: its distinct entries.
fn write_temperature_slopes(source: &mut Source, context: &Context<'_>, tables: &MassActionTables) -> Blocks {
    let items: Vec<Item> = tables
        .temperature_slopes()
        .map(|(value, columns)| {
            let by: Vec<String> = columns.iter().map(|&column| context.unknown(column)).collect();
            let name = match &by[..] {
                [first, _, ..] => format!("{first} and others"),
                _ => by.concat(),
            };
            Item { name, value, slopes: Vec::new() }
        })
        .collect();
    let family = Family {
        name: "temperature_slopes",
        doc: "Derivatives of dT/dt in the order of [`MASS_ACTION`], by",
        slopes: false,
        comments: Comments::Short,
        given: given_rows(context),
    };
    family.write(source, context, &items, items.len())
}

/// Writes `time_derivative` and the functions behind it.
pub(super) fn write_time_derivative(source: &mut Source, context: &Context<'_>, tables: &MassActionTables) {
    let system = context.system;
    let network = &system.network;
    let items: Vec<Item> = tables
        .time_slopes()
        .map(|(flux, value)| {
            let name = network.reactions.iter().chain(&network.processes).nth(flux).map(|r| r.name.clone());
            Item { name: name.unwrap_or_default(), value, slopes: Vec::new() }
        })
        .collect();
    let family = Family {
        name: "time_slopes",
        doc: "Derivatives of rates by time",
        slopes: false,
        comments: Comments::Short,
        given: Given::default(),
    };
    let blocks = family.write(source, context, &items, items.len());
    let of_temperature = system.time_derivative[network.species.len()];
    let temperature_depends = system.dag.as_constant(of_temperature) != Some(0.0);
    if temperature_depends {
        source.gap();
        source.doc("Partial derivative of dT/dt by time.");
        let body = Body::new(&context.names, &[of_temperature], Comments::Short);
        source.line("#[allow(unused_variables)]");
        source.open(format!("fn temperature_time_derivative<V: rt::Scalar>({ARGUMENTS}) -> V {{"));
        body.write_arguments(source);
        body.write(source);
        source.line(body.result(of_temperature));
        source.close("}");
    }
    source.gap();
    source.doc("Partial derivative of the right-hand side by time; zero where no rate depends on time.");
    open(source, "time_derivative", "out: &mut [V; UNKNOWN_COUNT]");
    source.line("out.fill(V::constant(0.0));");
    if !blocks.blocks.is_empty() {
        source.line("let gas = rt::Gas::new(y);");
    }
    blocks.write_preparation(source);
    for block in &blocks.blocks {
        source.line(format!(
            "MASS_ACTION.add_time_slopes(&gas, {}, &{}, out);",
            block.values.start, block.call
        ));
    }
    if temperature_depends {
        source.line("out[UNKNOWN_COUNT - 1] = temperature_time_derivative(parameters, t, y);");
    }
    source.close("}");
}
