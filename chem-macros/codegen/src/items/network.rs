//! The network's type and its traits.

use chem_grammar::expr::ParameterId;
use chem_grammar::network::ParameterKind;

use super::{Context, absorption, domain, looped};
use crate::identifier::{Taken, snake_case};
use crate::literal;
use crate::source::{Source, markdown};

pub(crate) fn write(source: &mut Source, context: &Context<'_>) {
    let name = &context.type_name;
    let network = &context.system.network;
    source.gap();
    source.doc(&format!("The network `{}` with the values of its parameters.", network.name));
    for paragraph in &network.doc {
        source.doc("");
        source.doc(&markdown(paragraph));
    }
    source.line("#[derive(Clone, Debug, Default, PartialEq)]");
    source.open(format!("pub struct {name} {{"));
    source.doc("Parameters.");
    source.line("pub parameters: Parameters,");
    source.close("}");
    write_generic(source, context);
    write_plain(source, context);
    write_typed(source, context);
}

/// (method of the generic trait, arguments, function, its output, length of the output)
const FUNCTIONS: &[(&str, &str, &str, &str)] = &[
    ("rhs", "rhs", "dydt", "UNKNOWN_COUNT"),
    ("jacobian", "jacobian", "values", "JACOBIAN_COUNT"),
    ("time_derivative", "time_derivative", "out", "UNKNOWN_COUNT"),
    ("rates", "rates", "k", "RATE_COUNT"),
    ("fluxes", "fluxes", "fluxes", "FLUX_COUNT"),
    ("heating", "heating_terms", "terms", "HEATING_COUNT"),
    ("cooling", "cooling_terms", "terms", "COOLING_COUNT"),
];

fn write_generic(source: &mut Source, context: &Context<'_>) {
    let name = &context.type_name;
    source.gap();
    source.open(format!("impl rt::GenericNetwork for {name} {{"));
    for (method, function, out, count) in FUNCTIONS {
        source.gap();
        source.line("#[inline]");
        source.open(format!("fn {method}_generic<V: rt::Scalar>(&self, t: V, y: &[V], {out}: &mut [V]) {{"));
        source.line("let Some(y) = y.first_chunk::<UNKNOWN_COUNT>() else { return };");
        source.line(format!("let Some({out}) = {out}.first_chunk_mut::<{count}>() else {{ return }};"));
        source.line(format!("self::{function}(&self.parameters, t, y, {out});"));
        source.close("}");
    }
    source.gap();
    source.line("#[inline(always)]");
    source.open("fn factor_generic<V: rt::Scalar>(&self, c: V, jacobian: &[V], lu: &mut [V]) -> V {");
    source.line("let failed = V::constant(f64::NAN);");
    source.line("let Some(jacobian) = jacobian.first_chunk::<JACOBIAN_COUNT>() else { return failed };");
    source.line("let Some(lu) = lu.first_chunk_mut::<LU_COUNT>() else { return failed };");
    source.line("self::factor(c, jacobian, lu)");
    source.close("}");
    source.gap();
    source.line("#[inline(always)]");
    source.open("fn solve_generic<V: rt::Scalar>(&self, lu: &[V], b: &mut [V]) {");
    source.line("let Some(lu) = lu.first_chunk::<LU_COUNT>() else { return };");
    source.line("let Some(b) = b.first_chunk_mut::<UNKNOWN_COUNT>() else { return };");
    source.line("self::solve(lu, b);");
    source.close("}");
    source.gap();
    source.open("fn at_parameters(&self, values: &[f64]) -> Self {");
    source.line("Self { parameters: Parameters::of(values) }");
    source.close("}");
    if let Some(found) = &context.temperature {
        write_tabulated(source, &found.tabulated_parameters());
    }
    if context.lanes.is_some() {
        looped::write_lane_methods(source);
    }
    source.close("}");
}

fn write_tabulated(source: &mut Source, parameters: &[ParameterId]) {
    source.gap();
    source.line("const HAS_LANES: bool = true;");
    source.line("const UNKNOWNS: usize = self::UNKNOWN_COUNT;");
    source.gap();
    source.open("fn temperature_functions(&self) -> rt::TemperatureFunctions<'_> {");
    let parameters = literal::list(parameters, |ParameterId(parameter)| parameter.to_string());
    source.line(format!("rt::TemperatureFunctions {{ functions: T_FUNCTION_COUNT, switches: T_SWITCH_COUNT, parameters: &[{parameters}] }}"));
    source.close("}");
    source.gap();
    source.open("fn t_functions_generic<V: rt::Scalar>(&self, t_gas: V, g: &mut [V]) {");
    source.line("let Some(g) = g.first_chunk_mut::<T_FUNCTION_COUNT>() else { return };");
    source.line("let y = [t_gas; UNKNOWN_COUNT];");
    source.line("self::t_functions(&self.parameters, V::constant(0.0), &y, g);");
    source.close("}");
    source.gap();
    source.open("fn t_switches(&self, t_gas: f64, out: &mut [bool]) {");
    source.line("let Some(out) = out.first_chunk_mut::<T_SWITCH_COUNT>() else { return };");
    source.line("self::t_switches(&self.parameters, 0.0, &[t_gas; UNKNOWN_COUNT], out);");
    source.close("}");
    write_given(source);
}

/// Functions that are given those of T and of the parameters.
fn write_given(source: &mut Source) {
    source.gap();
    source.open("fn environment_count(&self) -> usize {");
    source.line("ENVIRONMENT_COUNT");
    source.close("}");
    source.gap();
    source.open("fn environment(&self, parameters: &[f64], e: &mut [f64]) {");
    source.line("let Some(e) = e.first_chunk_mut::<ENVIRONMENT_COUNT>() else { return };");
    source.line("self::environment(&Parameters::of(parameters), 0.0, &[0.0; UNKNOWN_COUNT], e);");
    source.close("}");
    source.gap();
    source.line("#[inline(always)]");
    source.open(
        "fn rhs_at_generic<V: rt::Scalar>(&self, t: V, y: &[V], given: rt::Given<'_, V>, dydt: &mut [V]) {",
    );
    source.line("let Some(y) = y.first_chunk::<UNKNOWN_COUNT>() else { return };");
    source.line("let Some(e) = given.environment.first_chunk::<ENVIRONMENT_COUNT>() else { return };");
    source.line("let Some(g) = given.functions.first_chunk::<T_FUNCTION_COUNT>() else { return };");
    source.line("let Some(dydt) = dydt.first_chunk_mut::<UNKNOWN_COUNT>() else { return };");
    source.line("self::rhs_at(t, y, e, g, dydt);");
    source.close("}");
    source.gap();
    source.line("#[inline(always)]");
    source.open("fn jacobian_at_generic<V: rt::Scalar>(&self, t: V, y: &[V], given: rt::Given<'_, V>, [dydt, values]: [&mut [V]; 2]) {");
    source.line("let Some(y) = y.first_chunk::<UNKNOWN_COUNT>() else { return };");
    source.line("let Some(e) = given.environment.first_chunk::<ENVIRONMENT_COUNT>() else { return };");
    source.line("let Some(g) = given.functions.first_chunk::<T_FUNCTION_COUNT>() else { return };");
    source.line("let Some(slopes) = given.slopes.first_chunk::<T_FUNCTION_COUNT>() else { return };");
    source.line("let Some(dydt) = dydt.first_chunk_mut::<UNKNOWN_COUNT>() else { return };");
    source.line("let Some(values) = values.first_chunk_mut::<JACOBIAN_COUNT>() else { return };");
    source.line("self::jacobian_at(t, y, e, g, slopes, dydt, values);");
    source.close("}");
    source.gap();
    source.line("#[inline(always)]");
    source.open("fn time_derivative_at_generic<V: rt::Scalar>(&self, t: V, y: &[V], environment: &[V], out: &mut [V]) {");
    source.line("let Some(y) = y.first_chunk::<UNKNOWN_COUNT>() else { return };");
    source.line("let Some(e) = environment.first_chunk::<ENVIRONMENT_COUNT>() else { return };");
    source.line("let Some(out) = out.first_chunk_mut::<UNKNOWN_COUNT>() else { return };");
    source.line("self::time_derivative_at(t, y, e, out);");
    source.close("}");
}

fn write_plain(source: &mut Source, context: &Context<'_>) {
    source.gap();
    source.open(format!("impl rt::ChemNetwork for {} {{", context.type_name));
    source.open("fn structure(&self) -> &rt::Structure {");
    source.line("&STRUCTURE");
    source.close("}");
    for (method, _, out, _) in FUNCTIONS {
        source.gap();
        source.open(format!("fn {method}(&self, t: f64, y: &[f64], {out}: &mut [f64]) {{"));
        source.line(format!("rt::GenericNetwork::{method}_generic(self, t, y, {out});"));
        source.close("}");
    }
    source.gap();
    source.open("fn factor(&self, c: f64, jacobian: &[f64], lu: &mut [f64]) -> f64 {");
    source.line("rt::GenericNetwork::factor_generic(self, c, jacobian, lu)");
    source.close("}");
    source.gap();
    source.open("fn solve(&self, lu: &[f64], b: &mut [f64]) {");
    source.line("rt::GenericNetwork::solve_generic(self, lu, b);");
    source.close("}");
    absorption::write_method(source, context);
    source.gap();
    source.open("fn adiabatic_index(&self, t: f64, y: &[f64]) -> f64 {");
    source.line("let Some(y) = y.first_chunk::<UNKNOWN_COUNT>() else { return f64::NAN };");
    source.line("let mut index = [f64::NAN];");
    source.line("self::adiabatic_index(&self.parameters, t, y, &mut index);");
    source.line("index[0]");
    source.close("}");
    source.gap();
    source.open("fn boltzmann(&self) -> f64 {");
    source.line(literal::number(context.system.network.boltzmann));
    source.close("}");
    source.gap();
    source.open("fn with_parameters(&self, values: &[f64]) -> ::std::boxed::Box<dyn rt::ChemNetwork> {");
    source.line("::std::boxed::Box::new(rt::GenericNetwork::at_parameters(self, values))");
    source.close("}");
    write_parameter_access(source, context);
    source.close("}");
}

fn write_parameter_access(source: &mut Source, context: &Context<'_>) {
    let fields = context.names.fields();
    let parameters = &context.system.network.parameters;
    source.gap();
    source.open("fn parameter_values(&self) -> ::std::vec::Vec<f64> {");
    source
        .line(format!("::std::vec![{}]", literal::list(fields, |field| format!("self.parameters.{field}"))));
    source.close("}");
    source.gap();
    source.line("#[allow(unused_variables)]");
    source.open("fn set_parameter(&mut self, name: &str, value: f64) -> ::core::result::Result<(), rt::ParameterError> {");
    if parameters.iter().any(|parameter| parameter.kind == ParameterKind::Switch) {
        source.line("rt::settable(&STRUCTURE, name, value)?;");
    }
    source.open("match name {");
    for (parameter, field) in parameters.iter().zip(fields) {
        source.line(format!("{} => self.parameters.{field} = value,", literal::string(&parameter.name)));
    }
    source.line("_ => return Err(rt::UnknownParameter::new(&STRUCTURE, name).into()),");
    source.close("}");
    source.line(if parameters.is_empty() { "" } else { "Ok(())" });
    source.close("}");
}

fn write_typed(source: &mut Source, context: &Context<'_>) {
    let network = &context.system.network;
    source.gap();
    source.open(format!("impl rt::TypedNetwork for {} {{", context.type_name));
    source.line("type Species = Species;");
    source.gap();
    source.open("fn initial(name: &str) -> ::core::option::Option<rt::Cell<Species>> {");
    source.open("match name {");
    let mut taken = Taken::default();
    for initial in &network.initials {
        let function = taken.take(&snake_case(&initial.name));
        source.line(format!("{} => Some(initial::{function}()),", literal::string(&initial.name)));
    }
    source.line("_ => None,");
    source.close("}");
    source.close("}");
    source.gap();
    let initials = literal::list(&network.initials, |initial| literal::string(&initial.name));
    source.line(format!("const INITIALS: &'static [&'static str] = &[{initials}];"));
    let domains = literal::list(domain::constants(context), |name| format!("domain::{name}"));
    source.line(format!("const DOMAINS: &'static [rt::Domain] = &[{domains}];"));
    source.close("}");
}
