//! The static `MASS_ACTION`: reactants, third bodies, net changes, and where derivatives go.

use chem_grammar::mass_action::{Columns, MassActionTables};

use crate::literal;
use crate::source::Source;

/// Writes the static `MASS_ACTION`.
pub(super) fn write(source: &mut Source, tables: &MassActionTables) {
    source.gap();
    source.doc(
        "Reactants, third bodies and net changes of the reactions and processes, and the entries of the",
    );
    source.doc("Jacobian that their derivatives go to.");
    source.open("pub static MASS_ACTION: rt::MassAction = rt::MassAction {");
    columns(source, "reactants", &tables.reactants);
    numbers(source, "third_bodies", tables.third_bodies.iter().map(|&count| count as usize));
    columns(source, "changes", &tables.changes);
    columns(source, "by_reactant", &tables.by_reactant);
    numbers(source, "slope_fluxes", tables.slopes.iter().map(|&(flux, _)| flux));
    columns(source, "by_slope", &tables.by_slope);
    numbers(source, "time_slope_fluxes", tables.time_slopes.iter().map(|&(flux, _)| flux));
    columns(source, "by_temperature_slope", &tables.by_temperature_slope);
    source.close("};");
}

fn columns(source: &mut Source, field: &str, columns: &Columns) {
    let mut end = 0;
    let ends = columns.iter().map(|column| {
        end += column.len();
        end
    });
    let starts: Vec<usize> = std::iter::once(0).chain(ends).collect();
    source.open(format!("{field}: rt::Columns {{"));
    numbers(source, "starts", starts.into_iter());
    let entries = literal::list(columns.iter().flatten(), |(index, factor)| format!("({index}, {factor})"));
    source.line(format!("entries: &[{entries}],"));
    source.close("},");
}

fn numbers(source: &mut Source, field: &str, numbers: impl Iterator<Item = usize>) {
    let numbers = literal::list(numbers, |number| number.to_string());
    source.line(format!("{field}: &[{numbers}],"));
}
