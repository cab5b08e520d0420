//! The adiabatic index of the equation of the temperature.

use super::Context;
use super::function::ArrayFunction;
use crate::body::Comments;
use crate::source::Source;

pub(crate) fn write(source: &mut Source, context: &Context<'_>) {
    let function = ArrayFunction {
        name: "adiabatic_index",
        doc: "Adiabatic index (dimensionless) of the equation of the temperature.",
        count: "1",
        out: "index",
        comments: Comments::Short,
    };
    function.write(source, &context.names, &[context.system.network.adiabatic_index], &|_| None);
}
