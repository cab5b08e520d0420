//! Functions of the temperature alone, apart from what uses them, so that a solver of many cells can tabulate
//! them: the functions themselves, the right-hand side that is given their values, the Jacobian that is given their
//! values and slopes, and the comparisons at which they change their formula. Functions of the parameters alone are given as
//! well.

use chem_grammar::environment_functions::EnvironmentFunctions;
use chem_grammar::expr::{Dag, ExprId, ParameterId, parameters};
use chem_grammar::system::System;
use chem_grammar::temperature_functions::{
    LARGEST_COUNT, Opened, TemperatureFunctions as Parted, share_reciprocals,
};
use rustc_hash::FxHashMap;

use super::Context;
use super::function::ArrayFunction;
use crate::body::{Body, Comments, Names};
use crate::form::Form;
use crate::source::Source;

/// The right-hand side and what depends on T alone in it.
pub(crate) struct TemperatureFunctions {
    /// With a graph that holds the gathered right-hand side.
    names: Names,
    parted: Parted,
}

impl TemperatureFunctions {
    /// Those of a network, if there are any and not too many.
    pub(crate) fn of(system: &System, names: &Names, form: Form) -> Option<Self> {
        if form == Form::Looped {
            return None;
        }
        let mut names = names.clone();
        let parted = Parted::of(system, &mut names.dag);
        let count = parted.functions.len();
        let per_cell = system.network.parameters.iter().any(|parameter| parameter.per_cell.is_some());
        (count <= LARGEST_COUNT && (count > 0 || per_cell)).then_some(TemperatureFunctions { names, parted })
    }

    /// Parameters of which a table of the functions holds the values.
    pub(crate) fn tabulated_parameters(&self) -> Vec<ParameterId> {
        parameters(&self.names.dag, &self.parted.functions)
    }
}

pub(crate) fn write(source: &mut Source, context: &Context<'_>) {
    let Some(TemperatureFunctions { names: own_names, parted: found }) = &context.temperature else { return };
    source.gap();
    source.doc("Number of functions of T alone that [`rhs_at`] is made of.");
    source.line(format!("pub const T_FUNCTION_COUNT: usize = {};", found.functions.len()));
    source.doc("Number of comparisons by which they choose their formula.");
    source.line(format!("pub const T_SWITCH_COUNT: usize = {};", found.switches.len()));
    let function = ArrayFunction {
        name: "t_functions",
        doc: "The functions of T alone that [`rhs_at`] is given; of `y` only T is looked at.",
        count: "T_FUNCTION_COUNT",
        out: "g",
        comments: Comments::Short,
    };
    function.write(source, own_names, &found.functions, &|_| None);
    write_switches(source, own_names, found);
    let mut environment = EnvironmentFunctions::new(&own_names.dag, &found.classes);
    let known: FxHashMap<ExprId, ExprId> = found.functions.iter().map(|&id| (id, id)).collect();
    let mut names = own_names.clone();
    let rhs = share_reciprocals(&mut names.dag, &found.rhs, known);
    let values = found.functions.iter().enumerate().map(|(index, &id)| (id, format!("g[{index}]"))).collect();
    let values = with_environment(&mut environment, &names.dag, &rhs, values);
    let function = At {
        name: "rhs_at",
        doc: "[`rhs`], given functions of the parameters and of T; reactions with the same net change are added up first.",
        arguments: "e: &[V; ENVIRONMENT_COUNT], g: &[V; T_FUNCTION_COUNT], dydt: &mut [V; UNKNOWN_COUNT]",
    };
    function.write(source, &names, &[("dydt", &rhs)], values);
    let (opened, names) = opened(context.system, own_names, found);
    let mut values = FxHashMap::default();
    for (index, (value, slope)) in opened.functions.iter().enumerate() {
        values.insert(*value, format!("g[{index}]"));
        values.insert(*slope, format!("slopes[{index}]"));
    }
    let roots = [opened.rhs.as_slice(), &opened.jacobian].concat();
    let values = with_environment(&mut environment, &names.dag, &roots, values);
    let jacobian = At {
        name: "jacobian_at",
        doc: "[`rhs`] and [`jacobian`], given the functions in [`rhs_at`] and the derivatives of those of T.",
        arguments: "e: &[V; ENVIRONMENT_COUNT], g: &[V; T_FUNCTION_COUNT], slopes: &[V; T_FUNCTION_COUNT], dydt: &mut [V; UNKNOWN_COUNT], values: &mut [V; JACOBIAN_COUNT]",
    };
    jacobian.write(source, &names, &[("dydt", &opened.rhs), ("values", &opened.jacobian)], values);
    let by_time = &context.system.time_derivative;
    let values = with_environment(&mut environment, &context.names.dag, by_time, FxHashMap::default());
    let function = At {
        name: "time_derivative_at",
        doc: "[`time_derivative`], given functions of the parameters.",
        arguments: "e: &[V; ENVIRONMENT_COUNT], out: &mut [V; UNKNOWN_COUNT]",
    };
    function.write(source, &context.names, &[("out", by_time)], values);
    write_environment(source, own_names, environment);
}

/// What is given, and functions of the parameters with it.
fn with_environment(
    environment: &mut EnvironmentFunctions<'_>,
    dag: &Dag,
    roots: &[ExprId],
    mut given: FxHashMap<ExprId, String>,
) -> FxHashMap<ExprId, String> {
    let taken = environment.take(dag, roots, |id| given.contains_key(&id));
    given.extend(taken.into_iter().map(|(id, place)| (id, format!("e[{place}]"))));
    given
}

/// The right-hand side differentiated with functions of T that are given, with names for what stands for others.
fn opened(system: &System, names: &Names, found: &Parted) -> (Opened, Names) {
    let mut names = names.clone();
    let mut opened = Opened::of(system, found, &mut names.dag);
    names.stand_in(opened.copies.iter().copied(), &mut opened.differentiator);
    opened.share_reciprocals(&mut names.dag);
    (opened, names)
}

/// Functions of the parameters alone.
fn write_environment(source: &mut Source, names: &Names, environment: EnvironmentFunctions<'_>) {
    source.gap();
    source.doc("Number of functions of the parameters alone that [`rhs_at`] and others are given.");
    source.line(format!("pub const ENVIRONMENT_COUNT: usize = {};", environment.functions.len()));
    let function = ArrayFunction {
        name: "environment",
        doc: "The functions of the parameters alone; `t` and `y` are not looked at.",
        count: "ENVIRONMENT_COUNT",
        out: "e",
        comments: Comments::Short,
    };
    let mut names = names.clone();
    names.dag = environment.dag;
    function.write(source, &names, &environment.functions, &|_| None);
}

/// A function that is given the functions of T.
struct At<'a> {
    name: &'a str,
    doc: &'a str,
    arguments: &'a str,
}

impl At<'_> {
    /// Writes it; `outputs` are arrays and what they are filled with.
    fn write(
        &self,
        source: &mut Source,
        names: &Names,
        outputs: &[(&str, &[ExprId])],
        given: FxHashMap<ExprId, String>,
    ) {
        let At { name, doc, arguments } = self;
        let roots: Vec<ExprId> = outputs.iter().flat_map(|(_, roots)| *roots).copied().collect();
        let roots = roots.as_slice();
        let body = Body::with_given(names, roots, Comments::Short, given).fused();
        source.gap();
        source.doc(doc);
        source.line("#[allow(unused_variables)]");
        source.line("#[inline(always)] // SIMD instructions are those of the caller");
        source.open(format!("pub fn {name}<V: rt::Scalar>(t: V, y: &[V; UNKNOWN_COUNT], {arguments}) {{"));
        body.write_arguments(source);
        body.write(source);
        for (out, roots) in outputs {
            source.open(format!("*{out} = ["));
            for &root in *roots {
                source.line(format!("{},", body.result(root)));
            }
            source.close("];");
        }
        source.close("}");
    }
}

fn write_switches(source: &mut Source, names: &Names, found: &Parted) {
    let sides: Vec<ExprId> = found.switches.iter().flat_map(|&(_, left, right)| [left, right]).collect();
    let body = Body::new(names, &sides, Comments::Short);
    source.gap();
    source.doc("The comparisons by which [`t_functions`] choose their formula.");
    source.line("#[allow(unused_variables)]");
    source.open(
        "pub fn t_switches<V: rt::Scalar<Mask = bool>>(parameters: &Parameters, t: V, y: &[V; UNKNOWN_COUNT], out: &mut [bool; T_SWITCH_COUNT]) {",
    );
    body.write_arguments(source);
    body.write(source);
    source.open("*out = [");
    for &(compare, left, right) in &found.switches {
        let [left, right] = [left, right].map(|id| body.operations.place(id));
        source.line(format!("{},", body.comparison(compare, left, right)));
    }
    source.close("];");
    source.close("}");
}
