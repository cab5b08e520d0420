//! Rate coefficients: all at once, and one by one in `mod rate`.

use super::Context;
use super::function::{ArrayFunction, write_value};
use crate::body::Comments;
use crate::identifier::{Taken, snake_case};
use crate::source::{Source, markdown};

pub(crate) fn write(source: &mut Source, context: &Context<'_>) {
    let system = context.system;
    let function = ArrayFunction {
        name: "rates",
        doc: "Rate coefficients of the reactions, in declared order; see [`rate`] for each.",
        count: "RATE_COUNT",
        out: "k",
        comments: Comments::Full,
    };
    function.write(source, &context.names, &system.rates, &|_| None);
    write_module(source, context);
}

/// `mod rate`: one function per reaction.
pub(super) fn write_module(source: &mut Source, context: &Context<'_>) {
    let system = context.system;
    let mut taken = Taken::default();
    source.gap();
    source.doc("Rate coefficients one by one, with their references.");
    source.open("pub mod rate {");
    source.line("use super::*;");
    for (reaction, &rate) in system.network.reactions.iter().zip(&system.rates) {
        source.gap();
        source.doc(&format!("{}: {}", markdown(&reaction.name), markdown(&reaction.equation)));
        for doc in &reaction.doc {
            source.doc("");
            source.doc(&markdown(doc));
        }
        if !reaction.source.is_empty() {
            source.doc("");
            source.doc(&format!("```text\n{}\n```", reaction.source));
        }
        write_value(source, context, &taken.take(&snake_case(&reaction.name)), rate);
    }
    source.close("}");
}
