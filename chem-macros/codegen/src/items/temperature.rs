//! Functions of the temperature alone, apart from what uses them, so that a solver of many cells can tabulate
//! them: the functions themselves, the right-hand side that is given their values, the Jacobian that is given their
//! values and slopes, and the comparisons at which they change their formula.

use chem_grammar::expr::{
    BinaryOp, Compare, Dag, Dependencies, Differentiator, ExprId, Node, SpeciesId, TableId, UnaryOp, Variable,
};
use rustc_hash::{FxHashMap, FxHashSet};

use super::Context;
use super::function::ArrayFunction;
use crate::body::{Body, Comments, Names};
use crate::form::Form;
use crate::source::Source;

/// Networks with more functions than this are not tabulated: a row of the table would not stay in the cache.
const LARGEST_COUNT: usize = 512;

/// What depends on T alone in the right-hand side.
pub(crate) struct TemperatureFunctions {
    /// The largest expressions of T alone that are worth a place in a table.
    pub(crate) functions: Vec<ExprId>,
    /// Comparisons in them.
    switches: Vec<(Compare, ExprId, ExprId)>,
}

impl TemperatureFunctions {
    /// Those that `roots` need.
    fn of(context: &Context<'_>, roots: &[ExprId]) -> Self {
        let dag = &context.names.dag;
        let traits = Traits::of(dag, context.system.network.species.len());
        let mut functions = Vec::new();
        let mut seen = FxHashSet::default();
        let mut stack: Vec<ExprId> = roots.iter().rev().copied().collect();
        while let Some(id) = stack.pop() {
            if !seen.insert(id) {
                continue;
            }
            if traits.is_tabulated(id) && !traits.is_affine(dag, id) {
                functions.push(id);
            } else {
                let operands: Vec<ExprId> = dag.node(id).operands().collect();
                stack.extend(operands.into_iter().rev());
            }
        }
        let switches = switches(dag, &traits, &functions);
        TemperatureFunctions { functions, switches }
    }
}

/// What the choice of functions asks of each node.
struct Traits {
    dependencies: Dependencies,
    /// Costs more than a few sums and products.
    costly: Vec<bool>,
    /// Reads a table, which has breakpoints of its own.
    reads_table: Vec<bool>,
}

impl Traits {
    fn of(dag: &Dag, species: usize) -> Self {
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
        Traits { dependencies: Dependencies::of(dag, species), costly, reads_table }
    }

    fn is_of_temperature_alone(&self, id: ExprId) -> bool {
        self.dependencies.variables(id) == [Variable::Temperature]
    }

    fn is_tabulated(&self, id: ExprId) -> bool {
        let index = id.0 as usize;
        self.costly[index] && !self.reads_table[index] && self.is_of_temperature_alone(id)
    }

    /// A multiple of a function plus a number, which the user of the function can do as well.
    fn is_affine(&self, dag: &Dag, id: ExprId) -> bool {
        match dag.node(id) {
            Node::Unary(UnaryOp::Neg, _) => true,
            Node::Binary(BinaryOp::Add | BinaryOp::Sub | BinaryOp::Mul, a, b) => {
                let fixed = |id: ExprId| self.dependencies.variables(id).is_empty();
                fixed(a) || fixed(b)
            }
            _ => false,
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

/// Whether a network's functions of T are set apart.
pub(crate) fn is_tabulated(context: &Context<'_>) -> bool {
    if context.form == Form::Looped {
        return false;
    }
    let count = TemperatureFunctions::of(context, &context.system.rhs).functions.len();
    (1..=LARGEST_COUNT).contains(&count)
}

pub(crate) fn write(source: &mut Source, context: &Context<'_>) {
    if !is_tabulated(context) {
        return;
    }
    let found = TemperatureFunctions::of(context, &context.system.rhs);
    source.gap();
    source.doc("Number of functions of T alone that [`rhs`] is made of.");
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
    function.write(source, context, &found.functions, &|_| None);
    write_switches(source, context, &found);
    let given = |index: usize| format!("g[{index}]");
    let values = found.functions.iter().enumerate().map(|(index, &id)| (id, given(index))).collect();
    let rhs = At {
        name: "rhs_at",
        doc: "[`rhs`], given its functions of T.",
        arguments: "g: &[V; T_FUNCTION_COUNT], dydt: &mut [V; UNKNOWN_COUNT]",
        out: "dydt",
    };
    rhs.write(source, &context.names, &context.system.rhs, values);
    let opened = Opened::of(context, &found.functions);
    let mut values = FxHashMap::default();
    for (index, (value, slope)) in opened.functions.iter().enumerate() {
        values.insert(*value, given(index));
        values.insert(*slope, format!("slopes[{index}]"));
    }
    let jacobian = At {
        name: "jacobian_at",
        doc: "[`jacobian`], given the functions of T in [`rhs`] and their derivatives.",
        arguments: "g: &[V; T_FUNCTION_COUNT], slopes: &[V; T_FUNCTION_COUNT], values: &mut [V; JACOBIAN_COUNT]",
        out: "values",
    };
    jacobian.write(source, &opened.names, &opened.jacobian, values);
}

/// The right-hand side differentiated again, with functions of T that are known by their values and slopes only.
struct Opened {
    /// With a graph that holds the new expressions.
    names: Names,
    jacobian: Vec<ExprId>,
    /// Value and slope of each function.
    functions: Vec<(ExprId, ExprId)>,
}

impl Opened {
    fn of(context: &Context<'_>, functions: &[ExprId]) -> Self {
        let system = context.system;
        let network = &system.network;
        let mut names = context.names.clone();
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
        let copies = substitute(&mut names.dag, &system.rhs, given);
        let rhs: Vec<ExprId> =
            system.rhs.iter().map(|root| copies.get(root).copied().unwrap_or(*root)).collect();
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
        Opened { names, jacobian, functions: opened }
    }
}

/// Copies of all that `roots` are made of, with some nodes given.
fn substitute(
    dag: &mut Dag,
    roots: &[ExprId],
    given: FxHashMap<ExprId, ExprId>,
) -> FxHashMap<ExprId, ExprId> {
    let mut copies = given;
    let mut stack: Vec<ExprId> = roots.to_vec();
    while let Some(&id) = stack.last() {
        if copies.contains_key(&id) {
            stack.pop();
            continue;
        }
        let before = stack.len();
        stack.extend(dag.node(id).operands().filter(|operand| !copies.contains_key(operand)));
        if stack.len() > before {
            continue;
        }
        stack.pop();
        let copy = |id: ExprId| copies.get(&id).copied().unwrap_or(id);
        let copied = match dag.node(id) {
            Node::Constant(_) | Node::Parameter(_) | Node::Variable(_) => id,
            Node::Unary(op, a) => dag.unary(op, copy(a)),
            Node::Binary(op, a, b) => {
                let (a, b) = (copy(a), copy(b));
                match op {
                    BinaryOp::Add => dag.add(a, b),
                    BinaryOp::Sub => dag.sub(a, b),
                    BinaryOp::Mul => dag.mul(a, b),
                    BinaryOp::Div => dag.div(a, b),
                    BinaryOp::Min => dag.min(a, b),
                    BinaryOp::Max => dag.max(a, b),
                    BinaryOp::Pow => dag.pow(a, b),
                }
            }
            Node::PowInt(a, exponent) => dag.powi(copy(a), exponent),
            Node::Select { compare, left, right, then, otherwise } => {
                dag.select(compare, copy(left), copy(right), copy(then), copy(otherwise))
            }
            Node::Table { table, arguments, orders } => dag.table(table, arguments.map(copy), orders),
        };
        copies.insert(id, copied);
    }
    copies
}

/// A function that is given the functions of T.
struct At<'a> {
    name: &'a str,
    doc: &'a str,
    arguments: &'a str,
    out: &'a str,
}

impl At<'_> {
    fn write(&self, source: &mut Source, names: &Names, roots: &[ExprId], given: FxHashMap<ExprId, String>) {
        let At { name, doc, arguments, out } = self;
        let body = Body::with_given(names, roots, Comments::Short, given);
        source.gap();
        source.doc(doc);
        source.line("#[allow(unused_variables)]");
        source.line("#[inline(always)] // SIMD instructions are those of the caller");
        source.open(format!(
            "pub fn {name}<V: rt::Scalar>(parameters: &Parameters, t: V, y: &[V; UNKNOWN_COUNT], {arguments}) {{"
        ));
        body.write_arguments(source);
        body.write(source);
        source.open(format!("*{out} = ["));
        for &root in roots {
            source.line(format!("{},", body.result(root)));
        }
        source.close("];");
        source.close("}");
    }
}

fn write_switches(source: &mut Source, context: &Context<'_>, found: &TemperatureFunctions) {
    let sides: Vec<ExprId> = found.switches.iter().flat_map(|&(_, left, right)| [left, right]).collect();
    let body = Body::new(&context.names, &sides, Comments::Short);
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
