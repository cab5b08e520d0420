//! Functions of the parameters alone, apart from what uses them: evaluated once for each cell and call.

use rustc_hash::{FxHashMap, FxHashSet};

use crate::expr::{Class, Classes, Dag, ExprId, needed};

/// The functions of the parameters that functions of the state are given.
#[derive(Clone, Debug)]
pub struct EnvironmentFunctions<'a> {
    /// A graph that holds them.
    pub dag: Dag,
    /// Nodes that the graphs of all functions of the state have in common.
    common: usize,
    classes: &'a Classes,
    /// The functions, in the order in which they were met.
    pub functions: Vec<ExprId>,
}

impl<'a> EnvironmentFunctions<'a> {
    /// None yet; graphs of functions extend `dag`, of which `classes` tells.
    pub fn new(dag: &Dag, classes: &'a Classes) -> Self {
        EnvironmentFunctions { dag: dag.clone(), common: dag.len(), classes, functions: Vec::new() }
    }

    /// Takes in the largest functions of the parameters that roots need beside what is given; returns these nodes with the numbers
    /// of their functions.
    pub fn take(
        &mut self,
        dag: &Dag,
        roots: &[ExprId],
        is_given: impl Fn(ExprId) -> bool,
    ) -> FxHashMap<ExprId, usize> {
        let mut classes = self.classes.clone();
        classes.extend(dag);
        let mut taken = FxHashMap::default();
        let mut seen = FxHashSet::default();
        let mut stack: Vec<ExprId> = roots.iter().rev().copied().collect();
        while let Some(id) = stack.pop() {
            if is_given(id) || !seen.insert(id) {
                continue;
            }
            if classes.class(id) != Class::Environment {
                stack.extend(dag.node(id).operands().collect::<Vec<_>>().into_iter().rev());
                continue;
            }
            let own = self.own(dag, id);
            let place = self.functions.iter().position(|function| *function == own);
            let place = place.unwrap_or_else(|| {
                self.functions.push(own);
                self.functions.len() - 1
            });
            taken.insert(id, place);
        }
        taken
    }

    /// The node of the own graph that is a node of another.
    fn own(&mut self, dag: &Dag, id: ExprId) -> ExprId {
        let mut own: FxHashMap<ExprId, ExprId> = FxHashMap::default();
        for id in needed(dag, &[id]) {
            let copied = if (id.0 as usize) < self.common {
                id
            } else {
                self.dag.intern(dag.node(id).with_operands(|id| own.get(&id).copied().unwrap_or(id)))
            };
            own.insert(id, copied);
        }
        own.get(&id).copied().unwrap_or(id)
    }
}
