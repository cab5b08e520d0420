//! The Jacobian of the right-hand side.

use super::Context;
use super::function::ArrayFunction;
use crate::body::Comments;
use crate::source::Source;

pub(crate) fn write(source: &mut Source, context: &Context<'_>) {
    let system = context.system;
    let entries: Vec<(usize, usize)> = system.pattern.entries().collect();
    let function = ArrayFunction {
        name: "jacobian",
        doc: "Entries of the Jacobian d(dy/dt)/dy, column by column as in [`STRUCTURE`].",
        count: "JACOBIAN_COUNT",
        out: "values",
        comments: Comments::Short,
    };
    function.write(source, &context.names, &system.jacobian, &|index| {
        let (row, column) = entries.get(index)?;
        Some(format!("d(d{}/dt) / d{}", context.unknown(*row), context.unknown(*column)))
    });
}
