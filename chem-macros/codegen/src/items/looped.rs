//! Functions of a network that is too large to be written out: formulas in functions of bounded length, and loops
//! over tables for what the law of mass action says.

mod blocks;
mod derivatives;
mod lanes;
mod mass_action;
mod rates;
mod temperature;

use chem_grammar::mass_action::MassActionTables;

use super::{Context, rate};
use crate::source::Source;
pub(super) use lanes::write_methods as write_lane_methods;

/// Arguments of functions of the state.
const ARGUMENTS: &str = "parameters: &Parameters, t: V, y: &[V; UNKNOWN_COUNT]";

pub(crate) fn write(source: &mut Source, context: &Context<'_>) {
    let tables = MassActionTables::new(context.system);
    mass_action::write(source, &tables);
    let rates = rates::write(source, context);
    rate::write_module(source, context);
    temperature::write_terms(source, context);
    rates::write_rhs(source, context, &rates);
    derivatives::write_jacobian(source, context, &tables);
    derivatives::write_time_derivative(source, context, &tables);
    write_lu(source);
    lanes::write(source, context);
}

/// LU factors by loops over their pattern.
pub(super) fn write_lu(source: &mut Source) {
    source.gap();
    source.doc(
        "Factors of I - c J, in the order and pattern of [`STRUCTURE`]: the lower factor without its unit",
    );
    source.doc(
        "diagonal, the upper one with the reciprocals of its diagonal. Returns the growth: the largest entry",
    );
    source.doc("of the factors over that of the matrix; infinite or NaN if a pivot vanished.");
    source.line("#[inline(always)] // SIMD instructions are those of the caller");
    source.open(
        "pub fn factor<V: rt::Scalar>(c: V, jacobian: &[V; JACOBIAN_COUNT], lu: &mut [V; LU_COUNT]) -> V {",
    );
    source.line("rt::factor(&STRUCTURE, c, jacobian, lu)");
    source.close("}");
    source.gap();
    source.doc("Solves (I - c J) x = b in place with the factors of [`factor`].");
    source.line("#[inline(always)] // SIMD instructions are those of the caller");
    source.open("pub fn solve<V: rt::Scalar>(lu: &[V; LU_COUNT], b: &mut [V; UNKNOWN_COUNT]) {");
    source.line("rt::solve(&STRUCTURE, lu, b);");
    source.close("}");
}
