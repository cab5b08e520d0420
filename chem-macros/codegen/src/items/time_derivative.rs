//! The partial derivative of the right-hand side by time.

use super::Context;
use super::function::ArrayFunction;
use crate::body::Comments;
use crate::source::Source;

pub(crate) fn write(source: &mut Source, context: &Context<'_>) {
    let function = ArrayFunction {
        name: "time_derivative",
        doc: "Partial derivative of the right-hand side by time; zero where no rate depends on time.",
        count: "UNKNOWN_COUNT",
        out: "out",
        comments: Comments::Short,
    };
    function.write(source, &context.names, &context.system.time_derivative, &|_| None);
}
