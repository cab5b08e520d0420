//! Where each operation is computed: in the function itself, or only in the branch of a choice that needs it.
//!
//! Every choice opens two scopes, one per branch. An operation belongs to the innermost scope that holds all its
//! uses, so that single numbers, which take one branch only, do not compute the other. Choices with the same
//! condition in the same scope are made together; otherwise a rate coefficient and its derivative would share
//! nothing, or compute what they share for nothing.

use std::collections::{BTreeMap, BTreeSet, BinaryHeap};

use chem_grammar::expr::{Compare, Dag, ExprId, Node};

use super::condition::Condition;
use super::operation::{Operation, Operations, Place};

/// Index of a scope; 0 is the function.
pub(crate) type ScopeId = usize;

/// The function, or a branch of a choice.
#[derive(Clone, Debug)]
pub(crate) struct Scope {
    parent: ScopeId,
    depth: usize,
    /// What holds in this scope, and whether it holds or not.
    fact: Option<(Condition, bool)>,
}

/// Choices made together.
#[derive(Clone, Debug)]
pub(crate) struct Group {
    pub(crate) scope: ScopeId,
    pub(crate) compare: Compare,
    pub(crate) left: Place,
    pub(crate) right: Place,
    pub(crate) members: Vec<Place>,
    /// Scopes of the two branches.
    pub(crate) branches: [ScopeId; 2],
}

/// The scope of every operation, and the choices.
#[derive(Clone, Debug, Default)]
pub(crate) struct Placement {
    pub(crate) scopes: Vec<Scope>,
    /// `None`: the operation turned out to be unused.
    pub(crate) scope_of: Vec<Option<ScopeId>>,
    /// A choice that is already decided where it is used stands for its branch.
    pub(crate) alias: Vec<Option<Place>>,
    pub(crate) groups: Vec<Group>,
    pub(crate) group_of: Vec<Option<usize>>,
    /// How often each operation is used by operations that are computed.
    pub(crate) uses: Vec<u32>,
}

/// A choice that waits to be made together with others.
type Key = (ScopeId, Compare, ExprId, ExprId);

struct Placer<'a> {
    dag: &'a Dag,
    operations: &'a Operations,
    placement: Placement,
    /// Uses that are not placed yet.
    open: Vec<u32>,
    ready: BinaryHeap<Place>,
    waiting: BTreeMap<Key, Vec<Place>>,
    /// Choices by condition that are not ready yet.
    unready: BTreeMap<(Compare, ExprId, ExprId), usize>,
}

impl Placement {
    /// Places all operations; `roots` are used by the function itself.
    pub(crate) fn new(dag: &Dag, operations: &Operations, roots: &[Place]) -> Self {
        let count = operations.len();
        let placement = Placement {
            scopes: vec![Scope { parent: 0, depth: 0, fact: None }],
            scope_of: vec![None; count],
            alias: vec![None; count],
            groups: Vec::new(),
            group_of: vec![None; count],
            uses: vec![0; count],
        };
        let mut placer = Placer {
            dag,
            operations,
            placement,
            open: vec![0; count],
            ready: BinaryHeap::new(),
            waiting: BTreeMap::new(),
            unready: BTreeMap::new(),
        };
        placer.run(roots);
        placer.placement
    }

    /// Follows choices that are already decided.
    pub(crate) fn resolve(&self, mut place: Place) -> Place {
        while let Some(next) = self.alias[place] {
            place = next;
        }
        place
    }

    fn common(&self, mut a: ScopeId, mut b: ScopeId) -> ScopeId {
        while a != b {
            if self.scopes[a].depth >= self.scopes[b].depth {
                a = self.scopes[a].parent;
            } else {
                b = self.scopes[b].parent;
            }
        }
        a
    }
}

impl Placer<'_> {
    fn run(&mut self, roots: &[Place]) {
        for place in 0..self.operations.len() {
            for operand in self.operations.operands(place) {
                self.open[operand] += 1;
            }
            if let Some(condition) = self.condition(place) {
                *self.unready.entry(condition).or_insert(0) += 1;
            }
        }
        for &root in roots {
            self.open[root] += 1;
        }
        for &root in roots {
            self.release(root, Some(0));
        }
        loop {
            while let Some(place) = self.ready.pop() {
                self.place(place);
            }
            let Some(key) = self.next_group() else { break };
            self.make_group(key);
        }
    }

    fn condition(&self, place: Place) -> Option<(Compare, ExprId, ExprId)> {
        match self.operations.operations[place] {
            Operation::Node(Node::Select { compare, left, right, .. }) => Some((compare, left, right)),
            _ => None,
        }
    }

    /// One use of an operation is placed (or found not to happen).
    fn release(&mut self, place: Place, scope: Option<ScopeId>) {
        if let Some(scope) = scope {
            let placement = &mut self.placement;
            placement.uses[place] += 1;
            placement.scope_of[place] = Some(match placement.scope_of[place] {
                Some(other) => placement.common(other, scope),
                None => scope,
            });
        }
        self.open[place] -= 1;
        if self.open[place] == 0 {
            self.ready.push(place);
        }
    }

    /// All uses of an operation are known.
    fn place(&mut self, place: Place) {
        let scope = self.placement.scope_of[place];
        let Some((compare, left, right)) = self.condition(place) else {
            for operand in self.operations.operands(place).collect::<Vec<_>>() {
                self.release(operand, scope);
            }
            return;
        };
        if let Some(count) = self.unready.get_mut(&(compare, left, right)) {
            *count -= 1;
        }
        let Some(scope) = scope else {
            for operand in self.operations.operands(place).collect::<Vec<_>>() {
                self.release(operand, None);
            }
            return;
        };
        match self.decided(scope, Condition::new(self.dag, compare, left, right)) {
            Some(holds) => self.take_branch(place, scope, holds),
            None => self.waiting.entry((scope, compare, left, right)).or_default().push(place),
        }
    }

    fn decided(&self, mut scope: ScopeId, condition: Condition) -> Option<bool> {
        loop {
            let Scope { parent, fact, .. } = &self.placement.scopes[scope];
            let (known, holds) = fact.as_ref()?;
            if let Some(decided) = condition.given(known, *holds) {
                return Some(decided);
            }
            scope = *parent;
        }
    }

    fn take_branch(&mut self, place: Place, scope: ScopeId, holds: bool) {
        let operands: Vec<Place> = self.operations.operands(place).collect();
        let [left, right, then, otherwise] = operands[..] else { return };
        let (taken, dropped) = if holds { (then, otherwise) } else { (otherwise, then) };
        self.placement.alias[place] = Some(taken);
        // The branch inherits the uses.
        let uses = self.placement.uses[place];
        self.release(taken, Some(scope));
        self.placement.uses[taken] += uses.saturating_sub(1);
        for unused in [left, right, dropped] {
            self.release(unused, None);
        }
    }

    /// The choices to make next: those that no later one can join, then the most numerous.
    fn next_group(&self) -> Option<Key> {
        self.waiting
            .iter()
            .max_by_key(|((_, compare, left, right), members)| {
                let complete = self.unready.get(&(*compare, *left, *right)).is_none_or(|&count| count == 0);
                (complete, members.len(), members.iter().max().copied())
            })
            .map(|(key, _)| *key)
    }

    fn make_group(&mut self, key: Key) {
        let (key, mut members) = self.gather(key);
        members.sort_unstable();
        let (scope, compare, left, right) = key;
        let condition = Condition::new(self.dag, compare, left, right);
        let depth = self.placement.scopes[scope].depth + 1;
        let first = self.placement.scopes.len();
        for holds in [true, false] {
            let fact = Some((condition.clone(), holds));
            self.placement.scopes.push(Scope { parent: scope, depth, fact });
        }
        let branches = [first, first + 1];
        for &member in &members {
            self.placement.group_of[member] = Some(self.placement.groups.len());
        }
        let [left, right] = [left, right].map(|id| self.operations.place(id));
        self.placement.groups.push(Group { scope, compare, left, right, members: members.clone(), branches });
        for (number, member) in members.into_iter().enumerate() {
            let operands: Vec<Place> = self.operations.operands(member).collect();
            let [left, right, then, otherwise] = operands[..] else { continue };
            // The comparison is made once.
            let scope = (number == 0).then_some(scope);
            self.release(left, scope);
            self.release(right, scope);
            self.release(then, Some(branches[0]));
            self.release(otherwise, Some(branches[1]));
        }
    }

    /// Takes the choices of a key, and those with the same condition in outer or inner scopes that would compute
    /// the same expensive operations: better once in the outer scope than twice, or in every case.
    fn gather(&mut self, key: Key) -> (Key, Vec<Place>) {
        let (mut scope, compare, left, right) = key;
        let mut members = self.waiting.remove(&key).unwrap_or_default();
        let mut costs = self.costs(&members);
        let others: Vec<Key> =
            self.waiting.keys().filter(|k| (k.1, k.2, k.3) == (compare, left, right)).copied().collect();
        for other in others {
            let common = self.placement.common(scope, other.0);
            if common != scope && common != other.0 {
                continue;
            }
            let found = self.waiting.get(&other).map(|found| self.costs(found)).unwrap_or_default();
            if found.iter().any(|place| costs.contains(place)) {
                members.extend(self.waiting.remove(&other).unwrap_or_default());
                costs.extend(found);
                scope = common;
            }
        }
        for &member in &members {
            self.placement.scope_of[member] = Some(scope);
        }
        ((scope, compare, left, right), members)
    }

    /// Expensive operations that branches of choices need and that have no scope yet.
    fn costs(&self, members: &[Place]) -> BTreeSet<Place> {
        let mut costs = BTreeSet::new();
        let mut seen = BTreeSet::new();
        let mut stack: Vec<Place> =
            members.iter().flat_map(|&m| self.operations.operands(m).skip(2)).collect();
        while let Some(place) = stack.pop() {
            if self.open[place] == 0 || !seen.insert(place) {
                continue;
            }
            if self.operations.operations[place].is_expensive() {
                costs.insert(place);
            }
            stack.extend(self.operations.operands(place));
        }
        costs
    }
}
