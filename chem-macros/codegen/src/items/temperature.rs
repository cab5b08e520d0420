//! Functions of the temperature alone, apart from what uses them, so that a solver of many cells can tabulate
//! them: the functions themselves, the right-hand side that is given their values, the Jacobian that is given their
//! values and slopes, and the comparisons at which they change their formula. Functions of the parameters alone are given as
//! well.

use chem_grammar::expr::{
    BinaryOp, Class, Classes, Compare, Dag, Dependencies, Differentiator, ExprId, Node, ParameterId,
    SpeciesId, TableId, UnaryOp, Variable, needed, parameters, separate,
};
use chem_grammar::gathered::gathered_rhs;
use chem_grammar::system::System;
use rustc_hash::{FxHashMap, FxHashSet};

use super::Context;
use super::environment::Environment;
use super::function::ArrayFunction;
use crate::body::{Body, Comments, Names};
use crate::form::Form;
use crate::source::Source;

/// Networks with more functions than this are not tabulated: a row of the table would not stay in the cache.
const LARGEST_COUNT: usize = 512;

/// The right-hand side and what depends on T alone in it.
pub(crate) struct TemperatureFunctions {
    /// With a graph that holds the gathered right-hand side.
    names: Names,
    /// The right-hand side, gathered.
    rhs: Vec<ExprId>,
    /// The largest expressions of T alone that are worth a place in a table.
    functions: Vec<ExprId>,
    /// Comparisons in them.
    switches: Vec<(Compare, ExprId, ExprId)>,
    /// What each node of the graph depends on.
    classes: Classes,
}

impl TemperatureFunctions {
    /// Those of a network, if there are any and not too many.
    pub(crate) fn of(system: &System, names: &Names, form: Form) -> Option<Self> {
        if form == Form::Looped {
            return None;
        }
        let mut names = names.clone();
        let network = &system.network;
        let rhs = gathered_rhs(system, &mut names.dag);
        let separated = separate(network, &mut names.dag, &rhs);
        let rhs = separated.roots;
        let dag = &names.dag;
        let traits = Traits::of(dag, network.species.len(), separated.classes);
        let functions = traits.functions(dag, &rhs);
        let switches = switches(dag, &traits, &functions);
        let count = functions.len();
        let per_cell = network.parameters.iter().any(|parameter| parameter.per_cell.is_some());
        let found = TemperatureFunctions { names, rhs, functions, switches, classes: traits.classes };
        (count <= LARGEST_COUNT && (count > 0 || per_cell)).then_some(found)
    }

    /// Parameters of which a table of the functions holds the values.
    pub(crate) fn tabulated_parameters(&self) -> Vec<ParameterId> {
        parameters(&self.names.dag, &self.functions)
    }
}

/// What the choice of functions asks of each node.
struct Traits {
    dependencies: Dependencies,
    /// Costs more than a few sums and products.
    costly: Vec<bool>,
    /// Reads a table, which has breakpoints of its own.
    reads_table: Vec<bool>,
    classes: Classes,
}

impl Traits {
    fn of(dag: &Dag, species: usize, classes: Classes) -> Self {
        let (mut costly, mut reads_table): (Vec<bool>, Vec<bool>) = (Vec::new(), Vec::new());
        for &node in dag.nodes() {
            let own = match node {
                Node::Unary(op, _) => !matches!(op, UnaryOp::Neg | UnaryOp::Abs),
                Node::Binary(op, ..) => matches!(op, BinaryOp::Div | BinaryOp::Pow),
                Node::PowInt(_, exponent) => exponent < 0,
                Node::Select { .. } => true,
                _ => false,
            };
            let any = |list: &[bool]| node.operands().any(|o| list.get(o.0 as usize) == Some(&true));
            let (is_costly, has_table) = (own || any(&costly), any(&reads_table));
            costly.push(is_costly);
            reads_table.push(has_table || matches!(node, Node::Table { .. }));
        }
        Traits { dependencies: Dependencies::of(dag, species), costly, reads_table, classes }
    }

    fn is_of_temperature_alone(&self, id: ExprId) -> bool {
        self.dependencies.variables(id) == [Variable::Temperature]
    }

    fn is_tabulated(&self, id: ExprId) -> bool {
        let index = id.0 as usize;
        self.costly[index] && !self.reads_table[index] && self.classes.class(id) == Class::Temperature
    }

    /// The largest tabulated expressions that roots need. Multiples of one function, and sums of it and a number, are
    /// left to its users if there are several. Bases of powers with other exponents are not: between the nodes of a table a
    /// base that spans hundreds of decades could be negative.
    fn functions(&self, dag: &Dag, roots: &[ExprId]) -> Vec<ExprId> {
        let mut largest = Vec::new();
        let mut seen = FxHashSet::default();
        let mut stack: Vec<ExprId> = roots.iter().rev().copied().collect();
        while let Some(id) = stack.pop() {
            if !seen.insert(id) {
                continue;
            }
            if self.is_tabulated(id) {
                largest.push(id);
                continue;
            }
            match dag.node(id) {
                Node::Binary(BinaryOp::Pow, base, exponent) if self.is_of_temperature_alone(base) => {
                    stack.push(exponent);
                }
                node => stack.extend(node.operands().collect::<Vec<_>>().into_iter().rev()),
            }
        }
        let mut users: FxHashMap<ExprId, u32> = FxHashMap::default();
        for &id in &largest {
            *users.entry(self.plain(dag, id)).or_default() += 1;
        }
        let mut functions = Vec::new();
        for id in largest {
            let plain = self.plain(dag, id);
            let function = if users.get(&plain).is_some_and(|count| *count > 1) { plain } else { id };
            if !functions.contains(&function) {
                functions.push(function);
            }
        }
        functions
    }

    /// The function that an expression is a multiple of, plus a number.
    fn plain(&self, dag: &Dag, mut id: ExprId) -> ExprId {
        let fixed = |id: ExprId| self.dependencies.variables(id).is_empty();
        loop {
            id = match dag.node(id) {
                Node::Unary(UnaryOp::Neg, a) => a,
                Node::Binary(BinaryOp::Add | BinaryOp::Sub | BinaryOp::Mul, a, b) if fixed(a) => b,
                Node::Binary(BinaryOp::Add | BinaryOp::Sub | BinaryOp::Mul, a, b) if fixed(b) => a,
                _ => return id,
            };
        }
    }
}

/// Comparisons of functions of T that the functions make, those of minima, maxima and magnitudes included.
fn switches(dag: &Dag, traits: &Traits, functions: &[ExprId]) -> Vec<(Compare, ExprId, ExprId)> {
    let mut found = Vec::new();
    let mut seen = FxHashSet::default();
    let mut stack = functions.to_vec();
    while let Some(id) = stack.pop() {
        if !seen.insert(id) {
            continue;
        }
        let node = dag.node(id);
        // Which side a minimum takes where both are equal is not known here: both comparisons count.
        let comparisons = match node {
            Node::Select { compare, left, right, .. } => [Some((compare, left, right)), None],
            Node::Binary(BinaryOp::Min | BinaryOp::Max, a, b) => {
                [Some((Compare::Less, a, b)), Some((Compare::Less, b, a))]
            }
            _ => [None, None],
        };
        found.extend(
            comparisons
                .into_iter()
                .flatten()
                .filter(|(_, a, b)| traits.is_of_temperature_alone(*a) || traits.is_of_temperature_alone(*b)),
        );
        stack.extend(node.operands());
    }
    found.sort_unstable();
    found.dedup();
    found
}

pub(crate) fn write(source: &mut Source, context: &Context<'_>) {
    let Some(found) = &context.temperature else { return };
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
    function.write(source, &found.names, &found.functions, &|_| None);
    write_switches(source, found);
    let mut environment = Environment::new(&found.names, &found.classes);
    let known: FxHashMap<ExprId, ExprId> = found.functions.iter().map(|&id| (id, id)).collect();
    let mut names = found.names.clone();
    let rhs = share_reciprocals(&mut names.dag, &found.rhs, known);
    let values = found.functions.iter().enumerate().map(|(index, &id)| (id, format!("g[{index}]"))).collect();
    let values = environment.take(&names.dag, &rhs, values);
    let function = At {
        name: "rhs_at",
        doc: "[`rhs`], given functions of the parameters and of T; reactions with the same net change are added up first.",
        arguments: "e: &[V; ENVIRONMENT_COUNT], g: &[V; T_FUNCTION_COUNT], dydt: &mut [V; UNKNOWN_COUNT]",
    };
    function.write(source, &names, &[("dydt", &rhs)], values);
    let opened = Opened::of(context.system, found);
    let mut values = FxHashMap::default();
    for (index, (value, slope)) in opened.functions.iter().enumerate() {
        values.insert(*value, format!("g[{index}]"));
        values.insert(*slope, format!("slopes[{index}]"));
    }
    let roots = [opened.rhs.as_slice(), &opened.jacobian].concat();
    let values = environment.take(&opened.names.dag, &roots, values);
    let jacobian = At {
        name: "jacobian_at",
        doc: "[`rhs`] and [`jacobian`], given the functions in [`rhs_at`] and the derivatives of those of T.",
        arguments: "e: &[V; ENVIRONMENT_COUNT], g: &[V; T_FUNCTION_COUNT], slopes: &[V; T_FUNCTION_COUNT], dydt: &mut [V; UNKNOWN_COUNT], values: &mut [V; JACOBIAN_COUNT]",
    };
    jacobian.write(source, &opened.names, &[("dydt", &opened.rhs), ("values", &opened.jacobian)], values);
    let by_time = &context.system.time_derivative;
    let values = environment.take(&context.names.dag, by_time, FxHashMap::default());
    let function = At {
        name: "time_derivative_at",
        doc: "[`time_derivative`], given functions of the parameters.",
        arguments: "e: &[V; ENVIRONMENT_COUNT], out: &mut [V; UNKNOWN_COUNT]",
    };
    function.write(source, &context.names, &[("out", by_time)], values);
    environment.write(source);
}

/// The right-hand side differentiated again, with functions of T that are known by their values and slopes only.
struct Opened {
    /// With a graph that holds the new expressions.
    names: Names,
    rhs: Vec<ExprId>,
    jacobian: Vec<ExprId>,
    /// Value and slope of each function.
    functions: Vec<(ExprId, ExprId)>,
}

impl Opened {
    fn of(system: &System, found: &TemperatureFunctions) -> Self {
        let TemperatureFunctions { functions, rhs, .. } = found;
        let network = &system.network;
        let mut names = found.names.clone();
        let count = network.species.len();
        let mut differentiator = Differentiator::with_functions(count, &network.tables, functions.len());
        let t_gas = names.dag.temperature();
        let mut opened = Vec::new();
        for index in 0..functions.len() {
            let table = TableId((network.tables.len() + index) as u32);
            let value = names.dag.table(table, [t_gas; 2], [0, 0]);
            opened.push((value, names.dag.table(table, [t_gas; 2], [1, 0])));
        }
        let given: FxHashMap<ExprId, ExprId> =
            functions.iter().copied().zip(opened.iter().map(|pair| pair.0)).collect();
        let copies = names.dag.copies(rhs, given, |dag, id, copy| dag.rebuild(id, copy));
        let rhs: Vec<ExprId> = rhs.iter().map(|root| copies.get(root).copied().unwrap_or(*root)).collect();
        let mut jacobian = Vec::new();
        for (row, column) in system.pattern.entries() {
            let by = if column < count {
                Variable::Density(SpeciesId(column as u32))
            } else {
                Variable::Temperature
            };
            jacobian.push(differentiator.derivative(&mut names.dag, rhs[row], by));
        }
        let mut pairs: Vec<(ExprId, ExprId)> = copies.into_iter().collect();
        pairs.sort_unstable();
        names.stand_in(pairs, &mut differentiator);
        let all = [rhs.as_slice(), &jacobian].concat();
        let mut rhs = share_reciprocals(&mut names.dag, &all, FxHashMap::default());
        let jacobian = rhs.split_off(count + 1);
        Opened { names, rhs, jacobian, functions: opened }
    }
}

/// Where several quotients have the same denominator, its reciprocal times the numerators.
fn share_reciprocals(dag: &mut Dag, roots: &[ExprId], known: FxHashMap<ExprId, ExprId>) -> Vec<ExprId> {
    let mut divided: FxHashMap<ExprId, u32> = FxHashMap::default();
    for id in needed(dag, roots) {
        if let Node::Binary(BinaryOp::Div, _, denominator) = dag.node(id) {
            *divided.entry(denominator).or_default() += 1;
        }
    }
    let copies = dag.copies(roots, known, |dag, id, copy| match dag.node(id) {
        Node::Binary(BinaryOp::Div, a, b) if divided.get(&b).is_some_and(|count| *count > 1) => {
            let one = dag.constant(1.0);
            let reciprocal = dag.div(one, copy(b));
            dag.mul(copy(a), reciprocal)
        }
        // Numbers stay with the functions that are given with them.
        Node::Binary(BinaryOp::Mul, a, b) => dag.plain_product(copy(a), copy(b)),
        _ => dag.rebuild(id, copy),
    });
    roots.iter().map(|root| copies.get(root).copied().unwrap_or(*root)).collect()
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

fn write_switches(source: &mut Source, found: &TemperatureFunctions) {
    let sides: Vec<ExprId> = found.switches.iter().flat_map(|&(_, left, right)| [left, right]).collect();
    let body = Body::new(&found.names, &sides, Comments::Short);
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
