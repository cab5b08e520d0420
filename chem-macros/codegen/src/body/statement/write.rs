//! Statements as lines of Rust.

use chem_grammar::expr::{Level, Node, ParameterId, SpeciesId, Variable};

use super::{Body, Comments, Unit};
use crate::body::operation::Place;
use crate::body::placement::{Group, ScopeId};
use crate::source::Source;

impl Body<'_> {
    /// Writes `let c`, the unknowns and the parameters that are used; `y` is an array.
    pub(crate) fn write_arguments(&self, source: &mut Source) {
        let mut unknowns: Vec<&str> = self.names.unknowns().map(|_| "_").collect();
        let last = unknowns.len() - 1;
        let mut parameters = Vec::new();
        let mut constants = !self.variables.iter().all(Option::is_none);
        for (place, &id) in self.operations.ids.iter().enumerate() {
            if self.placement.scope_of[place].is_none() || self.given.contains_key(&id) {
                continue;
            }
            let Some(name) = self.names.leaf(id) else {
                constants |= self.names.dag.as_constant(id).is_some();
                continue;
            };
            match self.names.dag.node(id) {
                Node::Variable(Variable::Density(SpeciesId(s))) => unknowns[s as usize] = name,
                Node::Variable(Variable::Temperature) => unknowns[last] = name,
                Node::Parameter(ParameterId(p)) => parameters.push(p as usize),
                _ => {}
            }
        }
        if self.names.indexed_unknowns {
            for (unknown, name) in unknowns.iter().enumerate().filter(|(_, name)| **name != "_") {
                source.line(format!("let {name} = {};", self.names.element(unknown)));
            }
            self.write_total_density(source);
        } else if unknowns.iter().any(|name| *name != "_") {
            source.line(format!("let [{}] = *y;", unknowns.join(", ")));
        }
        if constants || !parameters.is_empty() {
            source.line("let c = V::constant;");
        }
        parameters.sort_unstable();
        for p in parameters {
            let (name, field) = self.names.parameter(p);
            source.line(format!("let {name} = c(parameters.{field});"));
        }
    }

    /// The sum of all densities, if it is used and not given otherwise.
    fn write_total_density(&self, source: &mut Source) {
        let Some((id, named)) = self.names.total_density.and_then(|id| Some((id, self.names.node(id)?)))
        else {
            return;
        };
        let is_used = self.operations.find(id).is_some_and(|p| self.placement.scope_of[p].is_some());
        if is_used && self.given.get(&id) == Some(&named.name) {
            source.line(format!("let {} = rt::total_density(y);", named.name));
        }
    }

    /// Writes the statements of the function.
    pub(crate) fn write(&self, source: &mut Source) {
        self.write_scope(source, 0);
    }

    fn write_scope(&self, source: &mut Source, scope: ScopeId) {
        for &unit in &self.statements[scope] {
            self.write_statement(source, unit);
        }
    }

    fn write_statement(&self, source: &mut Source, unit: Unit) {
        match unit {
            Unit::Operation(place) => {
                self.write_comment(source, place);
                let name = self.variables[place].as_deref().unwrap_or("_");
                source.line(format!("let {name} = {};", self.definition(place, Level::Sum)));
            }
            Unit::Group(group) => {
                let group = &self.placement.groups[group];
                self.write_group(source, group, &format!("let {} = ", self.pattern(group)), ";");
            }
        }
    }

    /// The statements of a branch and its result; a variable that only is the result is not bound.
    fn write_branch(&self, source: &mut Source, branch: ScopeId, result: &str) {
        let (last, others) = match self.statements[branch].split_last() {
            Some((&last, others)) if self.bound(last).is_some_and(|names| names == result) => {
                (Some(last), others)
            }
            _ => (None, &self.statements[branch][..]),
        };
        for &unit in others {
            self.write_statement(source, unit);
        }
        match last {
            Some(Unit::Operation(place)) => source.line(self.definition(place, Level::Sum)),
            Some(Unit::Group(group)) => self.write_group(source, &self.placement.groups[group], "", ""),
            None => source.line(result),
        }
    }

    /// The pattern that a statement binds.
    fn bound(&self, unit: Unit) -> Option<String> {
        match unit {
            Unit::Operation(place) => self.variables[place].clone(),
            Unit::Group(group) => Some(self.pattern(&self.placement.groups[group])),
        }
    }

    /// `a`, or `[a, b]`
    fn pattern(&self, group: &Group) -> String {
        let names: Vec<&str> = group.members.iter().filter_map(|&m| self.variables[m].as_deref()).collect();
        if names.len() > 1 { format!("[{}]", names.join(", ")) } else { names.join(", ") }
    }

    fn write_comment(&self, source: &mut Source, place: Place) {
        let Some(named) = self.names.node(self.operations.ids[place]) else { return };
        let text = match self.comments {
            Comments::Full => &named.comment,
            Comments::Short => &named.short_comment,
        };
        if !text.is_empty() {
            source.comment(text);
        }
    }

    /// `let a = rt::select!(V, mask, .., ..);`, or for several `let [a, b] = rt::select!(..);`, with what stands before
    /// and after the call.
    fn write_group(&self, source: &mut Source, group: &Group, before: &str, after: &str) {
        for &member in &group.members {
            self.write_comment(source, member);
        }
        let mask = self.comparison(group.compare, group.left, group.right);
        let many = group.members.len() > 1;
        let head = format!("{before}rt::select!(V, ");
        let end = format!("){after}");
        let results = |branch: usize| -> String {
            let places = group.members.iter().filter_map(|&m| self.operations.operands(m).nth(2 + branch));
            let texts: Vec<String> = places.map(|p| self.operand(p, Level::Sum)).collect();
            if many { format!("[{}]", texts.join(", ")) } else { texts.join(", ") }
        };
        let [then, otherwise] = [results(0), results(1)];
        let bare = group.branches.iter().all(|&branch| self.statements[branch].is_empty());
        if bare && head.len() + mask.len() + then.len() + otherwise.len() < 90 {
            source.line(format!("{head}{mask}, {then}, {otherwise}{end}"));
            return;
        }
        source.open(format!("{head}{mask},"));
        for (&branch, result) in group.branches.iter().zip([then, otherwise]) {
            if self.statements[branch].is_empty() {
                source.line(format!("{result},"));
            } else if let [only @ Unit::Group(group)] = self.statements[branch][..]
                && self.bound(only).as_deref() == Some(result.as_str())
            {
                self.write_group(source, &self.placement.groups[group], "", ",");
            } else {
                source.open("{");
                self.write_branch(source, branch, &result);
                source.close("},");
            }
        }
        source.close(end);
    }
}
