//! The right-hand side.

use super::Context;
use super::function::ArrayFunction;
use crate::body::Comments;
use crate::source::Source;

pub(crate) fn write(source: &mut Source, context: &Context<'_>) {
    let system = context.system;
    let function = ArrayFunction {
        name: "rhs",
        doc: "d(unknown)/dt: densities \\[cm^-3 s^-1\\], then T \\[K s^-1\\]. See [`ODES`] for the same as text.",
        count: "UNKNOWN_COUNT",
        out: "dydt",
        comments: Comments::Short,
    };
    function.write(source, &context.names, &system.rhs, &|row| Some(format!("d{}/dt", context.unknown(row))));
}

impl Context<'_> {
    /// `n[H]` or `T`
    pub(crate) fn unknown(&self, index: usize) -> String {
        match self.system.network.species.get(index) {
            Some(species) => format!("n[{}]", species.name),
            None => "T".to_string(),
        }
    }
}
