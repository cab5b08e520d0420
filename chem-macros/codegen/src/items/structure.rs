//! Names, patterns and conservation laws as a static.

use chem_grammar::ast::PerCell;
use chem_grammar::network::{Parameter, ParameterKind};

use super::{Context, absorption};
use crate::literal;
use crate::source::Source;

pub(crate) fn write(source: &mut Source, context: &Context<'_>) {
    let system = context.system;
    let network = &system.network;
    source.gap();
    source.doc("Names, patterns and conservation laws of the network.");
    source.open("pub static STRUCTURE: rt::Structure = rt::Structure {");
    source.line(format!("name: rt::Cow::Borrowed({}),", literal::string(&network.name)));
    source.line(format!("version: {},", network.version));
    source.line("hash: HASH,");
    texts(source, "species", network.species.iter().map(|s| s.name.as_str()));
    list(source, "charges", network.species.iter().map(|s| s.charge.to_string()));
    list(source, "masses", network.species.iter().map(|s| literal::number(s.mass)));
    texts(source, "elements", network.elements.iter().map(String::as_str));
    let composition = network.species.iter().flat_map(|s| s.composition.iter().map(u32::to_string));
    list(source, "composition", composition);
    texts(source, "reactions", network.reactions.iter().map(|r| r.name.as_str()));
    let all = network.reactions.iter().chain(&network.processes);
    texts(source, "equations", all.map(|r| r.equation.as_str()));
    texts(source, "processes", network.processes.iter().map(|r| r.name.as_str()));
    write_stoichiometry(source, context);
    texts(source, "heating", network.heating.iter().map(|t| t.name.as_str()));
    texts(source, "cooling", network.cooling.iter().map(|t| t.name.as_str()));
    texts(source, "parameters", network.parameters.iter().map(|p| p.name.as_str()));
    let scope = |parameter: &Parameter| match parameter.per_cell {
        Some(PerCell { signed }) => format!("rt::ParameterScope::Cell {{ signed: {signed} }}"),
        None => "rt::ParameterScope::Network".to_owned(),
    };
    list(source, "scopes", network.parameters.iter().map(scope));
    let kind = |parameter: &Parameter| match parameter.kind {
        ParameterKind::Number => "rt::ParameterKind::Number".to_owned(),
        ParameterKind::Switch => "rt::ParameterKind::Switch".to_owned(),
        ParameterKind::Band => "rt::ParameterKind::Band".to_owned(),
    };
    list(source, "kinds", network.parameters.iter().map(kind));
    absorption::write_structure(source, context);
    source.line(format!("evolves_temperature: {},", network.evolves_temperature()));
    let floor = network.temperature_floor.map(literal::number);
    source.line(format!(
        "temperature_floor: {},",
        floor.map_or("None".to_owned(), |floor| format!("Some({floor})"))
    ));
    texts(source, "conservation_names", system.conservation.iter().map(|law| law.name.as_str()));
    let coefficients = system.conservation.iter().flat_map(|law| law.coefficients.iter().map(i64::to_string));
    list(source, "conservation", coefficients);
    list(source, "breakpoints", network.breakpoints.iter().map(|&t| literal::number(t)));
    list(source, "jacobian_columns", system.pattern.column_starts.iter().map(u32::to_string));
    list(source, "jacobian_rows", system.pattern.rows.iter().map(u32::to_string));
    source.open("lu: rt::LuStructure {");
    let lu = &system.lu;
    list(source, "order", lu.order.iter().map(u32::to_string));
    list(source, "columns", lu.pattern.column_starts.iter().map(u32::to_string));
    list(source, "rows", lu.pattern.rows.iter().map(u32::to_string));
    list(source, "from_jacobian", lu.from_jacobian.iter().map(u32::to_string));
    list(source, "diagonal", lu.diagonal.iter().map(u32::to_string));
    source.line(format!("full_tail: {},", lu.full_tail()));
    source.close("},");
    source.close("};");
}

fn write_stoichiometry(source: &mut Source, context: &Context<'_>) {
    let columns = &context.system.stoichiometry.columns;
    let mut start = 0;
    let starts = columns.iter().map(|column| {
        start += column.len();
        start.to_string()
    });
    list(source, "stoichiometry_starts", std::iter::once("0".to_string()).chain(starts));
    let changes = columns.iter().flatten().map(|(species, change)| format!("({species}, {change})"));
    list(source, "stoichiometry", changes);
}

pub(super) fn list(source: &mut Source, field: &str, items: impl Iterator<Item = String>) {
    let items: Vec<String> = items.collect();
    source.line(format!("{field}: rt::Cow::Borrowed(&[{}]),", items.join(", ")));
}

pub(super) fn texts<'a>(source: &mut Source, field: &str, items: impl Iterator<Item = &'a str>) {
    list(source, field, items.map(|item| format!("rt::Cow::Borrowed({})", literal::string(item))));
}
