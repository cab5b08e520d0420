//! Initial states that the network file declares.

use super::Context;
use crate::identifier::{Taken, snake_case};
use crate::literal;
use crate::source::{Source, markdown};

pub(crate) fn write(source: &mut Source, context: &Context<'_>) {
    let initials = &context.system.network.initials;
    let mut taken = Taken::default();
    source.gap();
    source.doc("Many cells, from a CSV file or from memory, for the batch solver.");
    source.line(format!("pub type Cells = rt::Cells<{}>;", context.type_name));
    source.gap();
    source.doc("Initial states of the network file.");
    source.open("pub mod initial {");
    source.line("use super::*;");
    for initial in initials {
        source.gap();
        for doc in &initial.doc {
            source.doc(&markdown(doc));
            source.doc("");
        }
        source.doc(&format!("Initial state `{}`.", initial.name));
        source.open(format!("pub fn {}() -> rt::Cell<Species> {{", taken.take(&snake_case(&initial.name))));
        let densities = literal::list(&initial.densities, |&n| literal::number(n));
        source.line(format!("rt::Cell::new([{densities}], {})", literal::number(initial.temperature)));
        source.close("}");
    }
    source.close("}");
}
