//! Tables as statics.

use chem_grammar::ast::{Interpolation, Outside};
use chem_grammar::expr::TableId;

use super::Context;
use crate::literal;
use crate::source::{Source, markdown};

pub(crate) fn write(source: &mut Source, context: &Context<'_>) {
    for (index, table) in context.system.network.tables.iter().enumerate() {
        source.gap();
        source.doc(&format!("Table `{}`, in its own coordinates.", table.name));
        for doc in &table.doc {
            source.doc("");
            source.doc(&markdown(doc));
        }
        let name = context.names.table(TableId(index as u32));
        source.open(format!(
            "pub static {name}: rt::InterpolationTable = rt::InterpolationTable::new(rt::Grid {{"
        ));
        let [first, second] = &table.grid.axes;
        source.open("axes: [");
        for axis in [first, second] {
            source.line(format!("rt::Cow::Borrowed(&[{}]),", numbers(axis)));
        }
        source.close("],");
        source.open("values: rt::Cow::Borrowed(&[");
        for row in table.grid.values.chunks(first.len().max(1)) {
            source.line(format!("{},", numbers(row)));
        }
        source.close("]),");
        let interpolation = match table.grid.interpolation {
            Interpolation::Linear => "Linear",
            Interpolation::Cubic => "Cubic",
        };
        let outside = match table.grid.outside {
            Outside::Clamp => "Clamp",
            Outside::Extrapolate => "Extrapolate",
            Outside::Zero => "Zero",
        };
        source.line(format!("interpolation: rt::Interpolation::{interpolation},"));
        source.line(format!("outside: rt::Outside::{outside},"));
        source.close("});");
    }
}

fn numbers(values: &[f64]) -> String {
    literal::list(values, |&value| literal::number(value))
}
