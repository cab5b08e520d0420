//! A digest of what a network means, by which checkpoints and outputs know it.
//!
//! It follows the equations: species and their composition, reactions, thermal terms, adiabatic index, defaults of the
//! parameters that take part, tables. Comments, documentation, layout, `allow`, the order of statements, names of reactions
//! and definitions, initial states and domains do not change it, nor does anything that no equation uses.
//!
//! A sum is known by its terms and a product by its factors, whatever their order and grouping. Numbers count to 12 digits:
//! those that are computed once (10^0.3) end differently where the elementary functions of a machine do.

use crate::ast::{Interpolation, Outside, Scale};
use crate::expr::{
    BinaryOp, Compare, Dag, ExprId, Node, ParameterId, SpeciesId, TableId, UnaryOp, Variable, needed,
    parameters,
};
use crate::fnv::Fnv1a;
use crate::network::{Network, Reaction, Table, ThermalTerm};

/// The digest of a network's equations.
pub(crate) fn digest(network: &Network) -> u64 {
    let thermal = network.heating.iter().chain(&network.cooling).map(|term| term.expr);
    let rates = network.reactions.iter().chain(&network.processes).map(|reaction| reaction.rate);
    let mut roots: Vec<ExprId> = rates.chain(thermal).collect();
    if network.evolves_temperature() {
        roots.push(network.adiabatic_index);
    }
    let expressions = Expressions::of(network, &roots);
    let mut whole = Hash::new("network");
    for species in &network.species {
        whole = whole.text(&species.name).word(species.charge as u64);
        let composition = network.elements.iter().zip(&species.composition);
        whole = whole.word(unordered(
            composition
                .filter(|(_, count)| **count > 0)
                .map(|(element, count)| Hash::new("nuclei").text(element).word(u64::from(*count)).finish()),
        ));
    }
    let used = parameters(&network.dag, &roots).into_iter();
    let used = used.filter_map(|ParameterId(index)| network.parameters.get(index as usize));
    whole = whole.word(unordered(
        used.map(|parameter| Hash::new("default").text(&parameter.name).number(parameter.default).finish()),
    ));
    let laws = |kind, reactions: &[Reaction]| {
        unordered(reactions.iter().map(|reaction| expressions.reaction(kind, reaction)))
    };
    whole = whole.word(laws("reaction", &network.reactions)).word(laws("process", &network.processes));
    if network.evolves_temperature() {
        let terms = |terms: &[ThermalTerm]| unordered(terms.iter().map(|term| expressions.digest(term.expr)));
        whole = whole.word(terms(&network.heating)).word(terms(&network.cooling));
        whole = whole.word(expressions.digest(network.adiabatic_index)).number(network.boltzmann);
        if network.conserves_energy {
            whole = whole.text("conserve energy");
        }
        if let Some(floor) = network.temperature_floor {
            whole = whole.text("floor").number(floor);
        }
    }
    whole.finish()
}

/// FNV-1a, its bits spread so that digests may be added up.
#[derive(Clone, Copy)]
struct Hash(Fnv1a);

impl Hash {
    fn new(kind: &str) -> Hash {
        Hash(Fnv1a::new()).text(kind)
    }

    fn tag(self, tag: u8) -> Hash {
        Hash(self.0.bytes(&[tag]))
    }

    fn word(self, word: u64) -> Hash {
        Hash(self.0.bytes(&word.to_le_bytes()))
    }

    fn text(self, text: &str) -> Hash {
        Hash(self.0.bytes(text.as_bytes())).word(text.len() as u64)
    }

    fn number(self, value: f64) -> Hash {
        // Zero has no sign.
        self.text(&format!("{:.11e}", value + 0.0))
    }

    /// The finaliser of SplitMix64 (Steele, Lea & Flood 2014).
    fn finish(self) -> u64 {
        let digest = self.0.value();
        let z = (digest ^ (digest >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }
}

/// Digests in any order.
fn unordered(digests: impl Iterator<Item = u64>) -> u64 {
    digests.fold(0, u64::wrapping_add)
}

/// An expression as far as its digest goes.
#[derive(Clone, Copy)]
enum Shape {
    /// A number times factors, which are added up as often as their power.
    Product { number: f64, factors: u64 },
    /// A number and terms, those with a minus apart.
    Sum { number: f64, gained: u64, lost: u64 },
}

impl Shape {
    fn number(number: f64) -> Shape {
        Shape::Product { number, factors: 0 }
    }

    fn factor(hash: Hash) -> Shape {
        Shape::Product { number: 1.0, factors: hash.finish() }
    }

    fn digest(self) -> u64 {
        match self {
            Shape::Product { number, factors } => Hash::new("product").number(number).word(factors).finish(),
            Shape::Sum { number, gained, lost } => {
                Hash::new("sum").number(number).word(gained).word(lost).finish()
            }
        }
    }

    /// A number, and factors.
    fn as_product(self) -> (f64, u64) {
        match self {
            Shape::Product { number, factors } => (number, factors),
            Shape::Sum { .. } => (1.0, self.digest()),
        }
    }

    fn negative(self) -> Shape {
        match self {
            Shape::Product { number, factors } => Shape::Product { number: -number, factors },
            Shape::Sum { number, gained, lost } => Shape::Sum { number: -number, gained: lost, lost: gained },
        }
    }

    /// A number, terms, and terms with a minus.
    fn as_sum(self) -> (f64, u64, u64) {
        match self {
            Shape::Sum { number, gained, lost } => (number, gained, lost),
            Shape::Product { number, factors: 0 } => (number, 0, 0),
            Shape::Product { number, factors } => {
                let term = Hash::new("term").number(number.abs()).word(factors).finish();
                if number < 0.0 { (0.0, 0, term) } else { (0.0, term, 0) }
            }
        }
    }

    fn plus(self, other: Shape) -> Shape {
        let ((a, gained, lost), (b, more, less)) = (self.as_sum(), other.as_sum());
        Shape::Sum { number: a + b, gained: gained.wrapping_add(more), lost: lost.wrapping_add(less) }
    }

    fn times(self, other: Shape) -> Shape {
        let ((a, factors), (b, more)) = (self.as_product(), other.as_product());
        Shape::Product { number: a * b, factors: factors.wrapping_add(more) }
    }

    fn power(self, exponent: f64) -> Shape {
        if exponent.fract() == 0.0 && exponent.abs() <= 1024.0 {
            let (number, factors) = self.as_product();
            let factors = factors.wrapping_mul(exponent as i64 as u64);
            return Shape::Product { number: number.powi(exponent as i32), factors };
        }
        Shape::factor(Hash::new("power").word(self.digest()).number(exponent))
    }
}

/// The shapes of all nodes that the equations are made of.
struct Expressions {
    shapes: Vec<Option<Shape>>,
}

impl Expressions {
    fn of(network: &Network, roots: &[ExprId]) -> Self {
        let tables: Vec<u64> = network.tables.iter().map(table).collect();
        let mut expressions = Expressions { shapes: vec![None; network.dag.len()] };
        for id in needed(&network.dag, roots) {
            let shape = expressions.shape(network, &tables, id);
            if let Some(slot) = expressions.shapes.get_mut(id.0 as usize) {
                *slot = Some(shape);
            }
        }
        expressions
    }

    /// That of a node that was met before.
    fn at(&self, id: ExprId) -> Shape {
        self.shapes.get(id.0 as usize).copied().flatten().unwrap_or(Shape::number(f64::NAN))
    }

    fn digest(&self, id: ExprId) -> u64 {
        self.at(id).digest()
    }

    fn reaction(&self, kind: &str, reaction: &Reaction) -> u64 {
        let side = |species: &[(SpeciesId, u32)]| {
            unordered(species.iter().map(|(species, count)| {
                Hash::new("particles").word(u64::from(species.0)).word(u64::from(*count)).finish()
            }))
        };
        Hash::new(kind)
            .word(side(&reaction.reactants))
            .word(side(&reaction.products))
            .word(u64::from(reaction.third_bodies))
            .word(self.digest(reaction.rate))
            .finish()
    }

    fn shape(&self, network: &Network, tables: &[u64], id: ExprId) -> Shape {
        let dag = &network.dag;
        match dag.node(id) {
            Node::Constant(number) => Shape::number(number.get()),
            Node::Parameter(ParameterId(index)) => {
                let name = network.parameters.get(index as usize).map_or("", |p| p.name.as_str());
                Shape::factor(Hash::new("parameter").text(name))
            }
            Node::Variable(Variable::Density(SpeciesId(index))) => {
                Shape::factor(Hash::new("density").word(u64::from(index)))
            }
            Node::Variable(Variable::Temperature) => Shape::factor(Hash::new("temperature")),
            Node::Variable(Variable::Time) => Shape::factor(Hash::new("time")),
            Node::Unary(UnaryOp::Neg, a) => self.at(a).negative(),
            Node::Unary(UnaryOp::Sqrt, a) => self.at(a).power(0.5),
            Node::Unary(UnaryOp::Exp, a) => match constant_power(dag, a) {
                Some((base, exponent)) => self.at(base).power(exponent),
                None => Shape::factor(Hash::new("exp").word(self.digest(a))),
            },
            Node::Unary(op, a) => Shape::factor(Hash::new(op.name()).word(self.digest(a))),
            Node::Binary(op, a, b) => self.binary(op, a, b),
            Node::PowInt(a, exponent) => self.at(a).power(f64::from(exponent)),
            Node::Select { compare, left, right, then, otherwise } => {
                let kind = match compare {
                    Compare::Less => "less",
                    Compare::LessEqual => "less or equal",
                    Compare::Equal => "equal",
                };
                let sides = [left, right, then, otherwise].into_iter();
                Shape::factor(sides.fold(Hash::new(kind), |hash, side| hash.word(self.digest(side))))
            }
            Node::Table { table: TableId(index), arguments: [a, b], orders } => {
                let table = tables.get(index as usize).copied().unwrap_or_default();
                let hash = Hash::new("table").word(table).word(self.digest(a)).word(self.digest(b));
                Shape::factor(orders.into_iter().fold(hash, Hash::tag))
            }
        }
    }

    fn binary(&self, op: BinaryOp, a: ExprId, b: ExprId) -> Shape {
        let (left, right) = (self.at(a), self.at(b));
        let either = [left, right].map(Shape::digest).into_iter();
        match op {
            BinaryOp::Add => left.plus(right),
            BinaryOp::Sub => left.plus(right.negative()),
            BinaryOp::Mul => left.times(right),
            BinaryOp::Div => left.times(right.power(-1.0)),
            BinaryOp::Pow => Shape::factor(Hash::new("power").word(left.digest()).word(right.digest())),
            BinaryOp::Min => Shape::factor(Hash::new("min").word(unordered(either))),
            BinaryOp::Max => Shape::factor(Hash::new("max").word(unordered(either))),
        }
    }
}

/// Base and exponent of a constant power, which is kept as `exp(c ln a)`, from its exponent `c ln a`.
fn constant_power(dag: &Dag, exponent: ExprId) -> Option<(ExprId, f64)> {
    let Node::Binary(BinaryOp::Mul, c, ln) = dag.node(exponent) else { return None };
    let Node::Unary(UnaryOp::Ln, base) = dag.node(ln) else { return None };
    Some((base, dag.as_constant(c)?))
}

fn table(table: &Table) -> u64 {
    let scale = |scale: &Scale| match scale {
        Scale::Linear => 0,
        Scale::Log10 => 1,
    };
    let interpolation = match table.interpolation {
        Interpolation::Linear => 0u64,
        Interpolation::Cubic => 1,
    };
    let outside = match table.outside {
        Outside::Clamp => 0,
        Outside::Extrapolate => 1,
        Outside::Zero => 2,
    };
    let choices = table.axes.iter().map(scale).chain([scale(&table.value_scale), interpolation, outside]);
    let mut hash = choices.fold(Hash::new("grid"), Hash::word);
    for numbers in table.grid.axes.iter().chain([&table.grid.values]) {
        hash = numbers.iter().fold(hash.word(numbers.len() as u64), |hash, value| hash.number(*value));
    }
    hash.finish()
}
