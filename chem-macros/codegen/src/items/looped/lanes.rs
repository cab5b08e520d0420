//! Several cells side by side: a program that is read when it is first needed. Formulas by the thousand would have to be compiled for
//! each set of instructions.

use chem_grammar::expr::TableId;

use super::super::Context;
use crate::literal;
use crate::source::Source;

/// Writes `lanes`, which the methods call.
pub(super) fn write(source: &mut Source, context: &Context<'_>) {
    let Some(program) = &context.lanes else { return };
    let tables =
        (0..context.system.network.tables.len()).map(|index| context.names.table(TableId(index as u32)));
    let tables = literal::list(tables, |name| format!("rt::InterpolationTable::new({name}.grid.clone())"));
    source.gap();
    source.doc("The functions for several cells side by side.");
    source.open("fn lanes() -> ::core::option::Option<&'static rt::LaneNetwork> {");
    source.line("static LANES: ::std::sync::OnceLock<::core::option::Option<rt::LaneNetwork>> = ::std::sync::OnceLock::new();");
    source.line(format!("let read = || rt::LaneNetwork::read(LANE_PROGRAM, ::std::vec![{tables}]);"));
    source.line("LANES.get_or_init(read).as_ref()");
    source.close("}");
    source.gap();
    source.doc("Their program.");
    source.line(format!("static LANE_PROGRAM: &str = {};", literal::string(&program.to_text())));
}

/// Writes the methods of the generic trait.
pub(in super::super) fn write_methods(source: &mut Source) {
    source.gap();
    source.line("const HAS_LANES: bool = true;");
    source.gap();
    source.open("fn environment_count(&self) -> usize {");
    source.line("self::lanes().map_or(0, rt::LaneNetwork::environment_count)");
    source.close("}");
    source.gap();
    source.open("fn environment(&self, parameters: &[f64], e: &mut [f64]) {");
    source.open("if let Some(lanes) = self::lanes() {");
    source.line("lanes.environment(&STRUCTURE, parameters, e);");
    source.close("}");
    source.close("}");
    let call = "(&self, t: V, y: &[V], given: rt::Given<'_, V>";
    method(
        source,
        &format!("rhs_at_generic<V: rt::Scalar>{call}, dydt: &mut [V])"),
        &["dydt"],
        "lanes.rhs(t, y, given, dydt)",
    );
    method(
        source,
        &format!("jacobian_at_generic<V: rt::Scalar>{call}, [dydt, values]: [&mut [V]; 2])"),
        &["dydt", "values"],
        "lanes.jacobian(&STRUCTURE, (t, y), given, [dydt, values])",
    );
    method(
        source,
        "time_derivative_at_generic<V: rt::Scalar>(&self, t: V, y: &[V], environment: &[V], out: &mut [V])",
        &["out"],
        "lanes.time_derivative(t, y, environment, out)",
    );
}

/// A method that leaves what is no number if there is no program.
fn method(source: &mut Source, head: &str, outputs: &[&str], call: &str) {
    source.gap();
    source.line("#[inline(always)]");
    source.open(format!("fn {head} {{"));
    source.open("match self::lanes() {");
    source.line(format!("Some(lanes) => {call},"));
    source.open("None => {");
    for output in outputs {
        source.line(format!("{output}.fill(V::constant(f64::NAN));"));
    }
    source.close("}");
    source.close("}");
    source.close("}");
}
