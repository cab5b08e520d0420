//! Heating and cooling: all terms at once, and one by one in `mod heating` and `mod cooling`.

use chem_grammar::expr::ExprId;
use chem_grammar::network::ThermalTerm;

use super::Context;
use super::function::{ArrayFunction, write_value};
use crate::body::Comments;
use crate::identifier::{Taken, snake_case};
use crate::source::{Source, markdown};

pub(crate) fn write(source: &mut Source, context: &Context<'_>) {
    let system = context.system;
    let network = &system.network;
    write_kind(source, context, "heating", &network.heating, system.total_heating);
    write_kind(source, context, "cooling", &network.cooling, system.total_cooling);
}

fn write_kind(source: &mut Source, context: &Context<'_>, kind: &str, terms: &[ThermalTerm], total: ExprId) {
    let roots: Vec<ExprId> = terms.iter().map(|term| term.expr).collect();
    let doc = format!("All {kind} terms \\[erg cm^-3 s^-1\\], in declared order; see [`{kind}`] for each.");
    let count = format!("{}_COUNT", kind.to_ascii_uppercase());
    let name = format!("{kind}_terms");
    let function =
        ArrayFunction { name: &name, doc: &doc, count: &count, out: "terms", comments: Comments::Short };
    function.write(source, &context.names, &roots, &|_| None);
    write_module(source, context, kind, terms, &|source| write_value(source, context, "total", total));
}

/// `mod heating` or `mod cooling`: one function per term, and the `total`.
pub(super) fn write_module(
    source: &mut Source,
    context: &Context<'_>,
    kind: &str,
    terms: &[ThermalTerm],
    total: &dyn Fn(&mut Source),
) {
    source.gap();
    source.doc(&format!("The {kind} terms one by one \\[erg cm^-3 s^-1\\], with their references."));
    source.open(format!("pub mod {kind} {{"));
    source.line("use super::*;");
    let mut taken = Taken::default();
    taken.take("total");
    for term in terms {
        source.gap();
        source.doc(&format!("{} \\[erg cm^-3 s^-1\\]", markdown(&term.name)));
        for doc in &term.doc {
            source.doc("");
            source.doc(&markdown(doc));
        }
        if !term.source.is_empty() {
            source.doc("");
            source.doc(&format!("```text\n{}\n```", term.source));
        }
        write_value(source, context, &taken.take(&snake_case(&term.name)), term.expr);
    }
    source.gap();
    source.doc(&format!("Sum of all {kind} terms \\[erg cm^-3 s^-1\\]."));
    total(source);
    source.close("}");
}
