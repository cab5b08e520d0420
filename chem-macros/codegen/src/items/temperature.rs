//! Functions of the temperature alone, apart from what uses them, so that a solver of many cells can tabulate
//! them: the functions themselves, right-hand side and Jacobian that are given their values, and the comparisons
//! at which they change their formula.

use chem_grammar::expr::{BinaryOp, Compare, Dag, Dependencies, ExprId, Node, UnaryOp, Variable};
use rustc_hash::{FxHashMap, FxHashSet};

use super::Context;
use super::function::ArrayFunction;
use crate::body::{Body, Comments};
use crate::form::Form;
use crate::source::Source;

/// Networks with more functions than this are not tabulated: a row of the table would not stay in the cache.
const LARGEST_COUNT: usize = 512;

/// What depends on T alone in one generated function.
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
        let comparison = match node {
            Node::Select { compare, left, right, .. } => Some((compare, left, right)),
            Node::Binary(BinaryOp::Min | BinaryOp::Max, a, b) => Some((Compare::Less, a, b)),
            _ => None,
        };
        found
            .extend(comparison.filter(|(_, a, b)| {
                traits.is_of_temperature_alone(*a) || traits.is_of_temperature_alone(*b)
            }));
        stack.extend(node.operands());
    }
    found.sort_unstable();
    found.dedup();
    found
}

/// The two kinds: for the right-hand side and for the Jacobian.
struct Kind<'a> {
    /// `rhs` or `jacobian`
    name: &'a str,
    roots: &'a [ExprId],
    out: &'a str,
    /// Constant that is the length of the output.
    count: &'a str,
}

/// Whether a network's functions of T are set apart.
pub(crate) fn is_tabulated(context: &Context<'_>) -> bool {
    if context.form == Form::Looped {
        return false;
    }
    let count = TemperatureFunctions::of(context, &context.system.jacobian).functions.len();
    (1..=LARGEST_COUNT).contains(&count)
}

fn kinds<'a>(context: &Context<'a>) -> [Kind<'a>; 2] {
    let system = context.system;
    [
        Kind { name: "rhs", roots: &system.rhs, out: "dydt", count: "UNKNOWN_COUNT" },
        Kind { name: "jacobian", roots: &system.jacobian, out: "values", count: "JACOBIAN_COUNT" },
    ]
}

pub(crate) fn write(source: &mut Source, context: &Context<'_>) {
    if !is_tabulated(context) {
        return;
    }
    for kind in kinds(context) {
        kind.write(source, context);
    }
}

impl Kind<'_> {
    fn write(&self, source: &mut Source, context: &Context<'_>) {
        let Kind { name, roots, .. } = self;
        let found = TemperatureFunctions::of(context, roots);
        let capital = name.to_ascii_uppercase();
        source.gap();
        source.doc(&format!("Number of functions of T alone that [`{name}`] is made of."));
        source.line(format!("pub const {capital}_T_COUNT: usize = {};", found.functions.len()));
        source.doc("Number of comparisons by which they choose their formula.");
        source.line(format!("pub const {capital}_SWITCH_COUNT: usize = {};", found.switches.len()));
        let function = ArrayFunction {
            name: &format!("{name}_t_functions"),
            doc: &format!(
                "The functions of T alone that [`{name}_at`] is given; of `y` only T is looked at."
            ),
            count: &format!("{capital}_T_COUNT"),
            out: "g",
            comments: Comments::Short,
        };
        function.write(source, context, &found.functions, &|_| None);
        write_switches(source, context, name, &capital, &found);
        self.write_at(source, context, &capital, &found);
    }

    /// The function itself, given the functions of T.
    fn write_at(
        &self,
        source: &mut Source,
        context: &Context<'_>,
        capital: &str,
        found: &TemperatureFunctions,
    ) {
        let Kind { name, roots, out, count } = self;
        let given: FxHashMap<ExprId, String> =
            found.functions.iter().enumerate().map(|(index, &id)| (id, format!("g[{index}]"))).collect();
        let body = Body::with_given(&context.names, roots, Comments::Short, given);
        source.gap();
        source.doc(&format!("[`{name}`], given its functions of T."));
        source.line("#[allow(unused_variables)]");
        source.line("#[inline(always)] // SIMD instructions are those of the caller");
        let arguments = format!(
            "parameters: &Parameters, t: V, y: &[V; UNKNOWN_COUNT], g: &[V; {capital}_T_COUNT], {out}: &mut [V; {count}]"
        );
        source.open(format!("pub fn {name}_at<V: rt::Scalar>({arguments}) {{"));
        body.write_arguments(source);
        body.write(source);
        source.open(format!("*{out} = ["));
        for &root in *roots {
            source.line(format!("{},", body.result(root)));
        }
        source.close("];");
        source.close("}");
    }
}

fn write_switches(
    source: &mut Source,
    context: &Context<'_>,
    name: &str,
    capital: &str,
    found: &TemperatureFunctions,
) {
    let sides: Vec<ExprId> = found.switches.iter().flat_map(|&(_, left, right)| [left, right]).collect();
    let body = Body::new(&context.names, &sides, Comments::Short);
    source.gap();
    source.doc(&format!("The comparisons by which [`{name}_t_functions`] choose their formula."));
    source.line("#[allow(unused_variables)]");
    source.open(format!(
        "pub fn {name}_switches<V: rt::Scalar<Mask = bool>>(parameters: &Parameters, t: V, y: &[V; UNKNOWN_COUNT], out: &mut [bool; {capital}_SWITCH_COUNT]) {{"
    ));
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
