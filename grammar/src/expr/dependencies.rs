//! Which variables each node depends on.

use rustc_hash::FxHashMap;

use super::dag::Dag;
use super::node::{ExprId, Node, ParameterId, SpeciesId, Variable};

/// A set of variables, as bits: T, t, then the species.
type Bits = Box<[u64]>;

/// For every node of a graph the set of variables that its value can depend on.
///
/// Few different sets occur (most nodes depend on T alone), so each set is stored once.
#[derive(Clone, Debug, Default)]
pub struct Dependencies {
    words: usize,
    sets: Vec<Bits>,
    index: FxHashMap<Bits, u32>,
    unions: FxHashMap<(u32, u32), u32>,
    of_node: Vec<u32>,
}

fn position(variable: Variable) -> usize {
    match variable {
        Variable::Temperature => 0,
        Variable::Time => 1,
        Variable::Density(SpeciesId(s)) => s as usize + 2,
    }
}

impl Dependencies {
    /// No nodes yet; `species_count` species can be told apart.
    pub fn new(species_count: usize) -> Self {
        let words = (species_count + 2).div_ceil(64);
        let mut dependencies = Dependencies { words, ..Dependencies::default() };
        dependencies.intern(vec![0; words].into_boxed_slice());
        dependencies
    }

    /// All nodes of a graph.
    pub fn of(dag: &Dag, species_count: usize) -> Self {
        let mut dependencies = Dependencies::new(species_count);
        dependencies.extend(dag);
        dependencies
    }

    /// Takes in the nodes that were added to the graph since the last call.
    pub fn extend(&mut self, dag: &Dag) {
        for node in &dag.nodes()[self.of_node.len().min(dag.len())..] {
            let set = match *node {
                Node::Variable(variable) => self.singleton(variable),
                _ => node.operands().fold(0, |set, operand| self.union(set, self.set(operand))),
            };
            self.of_node.push(set);
        }
    }

    fn set(&self, id: ExprId) -> u32 {
        self.of_node.get(id.0 as usize).copied().unwrap_or(0)
    }

    fn intern(&mut self, bits: Bits) -> u32 {
        if let Some(&id) = self.index.get(&bits) {
            return id;
        }
        let id = self.sets.len() as u32;
        self.sets.push(bits.clone());
        self.index.insert(bits, id);
        id
    }

    fn singleton(&mut self, variable: Variable) -> u32 {
        let position = position(variable);
        let mut bits = vec![0u64; self.words.max(position / 64 + 1)];
        bits[position / 64] |= 1 << (position % 64);
        self.intern(bits.into_boxed_slice())
    }

    fn union(&mut self, a: u32, b: u32) -> u32 {
        if a == b || b == 0 {
            return a;
        }
        if a == 0 {
            return b;
        }
        let key = (a.min(b), a.max(b));
        if let Some(&union) = self.unions.get(&key) {
            return union;
        }
        let (x, y) = (&self.sets[a as usize], &self.sets[b as usize]);
        let words = x.len().max(y.len());
        let word = |bits: &Bits, i: usize| bits.get(i).copied().unwrap_or(0);
        let bits = (0..words).map(|i| word(x, i) | word(y, i)).collect();
        let union = self.intern(bits);
        self.unions.insert(key, union);
        union
    }

    /// Whether a node's value can depend on a variable.
    pub fn depends(&self, id: ExprId, variable: Variable) -> bool {
        let position = position(variable);
        let bits = &self.sets[self.set(id) as usize];
        bits.get(position / 64).is_some_and(|word| word >> (position % 64) & 1 == 1)
    }

    /// Whether a node depends on no variable at all (it may still depend on parameters).
    pub fn is_invariant(&self, id: ExprId) -> bool {
        self.set(id) == 0
    }

    /// Whether a node depends on the density of at least one species.
    pub fn depends_on_densities(&self, id: ExprId) -> bool {
        let bits = &self.sets[self.set(id) as usize];
        bits.iter().enumerate().any(|(i, word)| if i == 0 { word >> 2 != 0 } else { *word != 0 })
    }

    /// The species whose densities a node depends on, ascending.
    pub fn species(&self, id: ExprId) -> Vec<SpeciesId> {
        let bits = &self.sets[self.set(id) as usize];
        let mut species = Vec::new();
        for (i, &word) in bits.iter().enumerate() {
            let mut rest = if i == 0 { word & !3 } else { word };
            while rest != 0 {
                species.push(SpeciesId((i * 64) as u32 + rest.trailing_zeros() - 2));
                rest &= rest - 1;
            }
        }
        species
    }

    /// All variables that a node depends on: densities in order, then T, then t.
    pub fn variables(&self, id: ExprId) -> Vec<Variable> {
        let mut variables: Vec<_> = self.species(id).into_iter().map(Variable::Density).collect();
        variables
            .extend([Variable::Temperature, Variable::Time].into_iter().filter(|v| self.depends(id, *v)));
        variables
    }
}

/// The nodes that have to be evaluated for the given roots, operands before users (ascending ids).
pub fn needed(dag: &Dag, roots: &[ExprId]) -> Vec<ExprId> {
    let Some(last) = roots.iter().max() else { return Vec::new() };
    let mut marked = vec![false; last.0 as usize + 1];
    for root in roots {
        marked[root.0 as usize] = true;
    }
    for i in (0..marked.len()).rev() {
        if marked[i] {
            for operand in dag.node(ExprId(i as u32)).operands() {
                marked[operand.0 as usize] = true;
            }
        }
    }
    let ids = marked.iter().enumerate().filter(|(_, marked)| **marked);
    ids.map(|(i, _)| ExprId(i as u32)).collect()
}

/// The parameters that the given roots depend on, ascending.
pub fn parameters(dag: &Dag, roots: &[ExprId]) -> Vec<ParameterId> {
    let mut found: Vec<ParameterId> = needed(dag, roots)
        .into_iter()
        .filter_map(|id| match dag.node(id) {
            Node::Parameter(parameter) => Some(parameter),
            _ => None,
        })
        .collect();
    found.sort_unstable();
    found
}

/// How often each node is used as an operand by the nodes needed for `roots`, or is a root itself; indexed by
/// id, and as long as the largest root requires.
pub fn use_counts(dag: &Dag, roots: &[ExprId]) -> Vec<u32> {
    let needed = needed(dag, roots);
    let mut counts = vec![0; needed.last().map_or(0, |id| id.0 as usize + 1)];
    for root in roots {
        counts[root.0 as usize] += 1;
    }
    for id in needed {
        for operand in dag.node(id).operands() {
            counts[operand.0 as usize] += 1;
        }
    }
    counts
}
