//! Fluxes of reactions and processes.

use super::Context;
use super::function::ArrayFunction;
use crate::body::Comments;
use crate::source::Source;

pub(crate) fn write(source: &mut Source, context: &Context<'_>) {
    let function = ArrayFunction {
        name: "fluxes",
        doc: "Fluxes of the reactions, then of the processes \\[cm^-3 s^-1\\].",
        count: "FLUX_COUNT",
        out: "fluxes",
        comments: Comments::Short,
    };
    function.write(source, &context.names, &context.system.fluxes, &|_| None);
}
