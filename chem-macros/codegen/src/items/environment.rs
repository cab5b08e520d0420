//! Functions of the parameters alone, apart from what uses them: evaluated once for each cell and call.

use chem_grammar::expr::{Class, Classes, Dag, ExprId, needed};
use rustc_hash::{FxHashMap, FxHashSet};

use super::function::ArrayFunction;
use crate::body::{Comments, Names};
use crate::source::Source;

/// The functions of the parameters that functions of the state are given as `e`.
pub(crate) struct Environment<'a> {
    /// With a graph that holds them.
    names: Names,
    /// Nodes that the graphs of all functions of the state have in common.
    common: usize,
    classes: &'a Classes,
    functions: Vec<ExprId>,
}

impl<'a> Environment<'a> {
    /// None yet; graphs of functions extend that of `names`, of which `classes` tells.
    pub(crate) fn new(names: &Names, classes: &'a Classes) -> Self {
        Environment { names: names.clone(), common: names.dag.len(), classes, functions: Vec::new() }
    }

    /// Takes in the largest functions of the parameters that roots need beside what is given; returns these with their places.
    pub(crate) fn take(
        &mut self,
        dag: &Dag,
        roots: &[ExprId],
        mut given: FxHashMap<ExprId, String>,
    ) -> FxHashMap<ExprId, String> {
        let mut classes = self.classes.clone();
        classes.extend(dag);
        let mut seen = FxHashSet::default();
        let mut stack: Vec<ExprId> = roots.iter().rev().copied().collect();
        while let Some(id) = stack.pop() {
            if given.contains_key(&id) || !seen.insert(id) {
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
            given.insert(id, format!("e[{place}]"));
        }
        given
    }

    /// The node of the own graph that is a node of another.
    fn own(&mut self, dag: &Dag, id: ExprId) -> ExprId {
        let mut own: FxHashMap<ExprId, ExprId> = FxHashMap::default();
        for id in needed(dag, &[id]) {
            let copied = if (id.0 as usize) < self.common {
                id
            } else {
                self.names.dag.intern(dag.node(id).with_operands(|id| own.get(&id).copied().unwrap_or(id)))
            };
            own.insert(id, copied);
        }
        own.get(&id).copied().unwrap_or(id)
    }

    /// Writes them.
    pub(crate) fn write(&self, source: &mut Source) {
        source.gap();
        source.doc("Number of functions of the parameters alone that [`rhs_at`] and others are given.");
        source.line(format!("pub const ENVIRONMENT_COUNT: usize = {};", self.functions.len()));
        let function = ArrayFunction {
            name: "environment",
            doc: "The functions of the parameters alone; `t` and `y` are not looked at.",
            count: "ENVIRONMENT_COUNT",
            out: "e",
            comments: Comments::Short,
        };
        function.write(source, &self.names, &self.functions, &|_| None);
    }
}
