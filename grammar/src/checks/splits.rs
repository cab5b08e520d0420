//! What rate coefficients and terms depend on, and which of them cannot be parted into functions of T and of parameters.

use crate::expr::{Class, Classes, ExprId, Printer, needed, separate};
use crate::network::Network;

/// Longest text of an expression.
const LONGEST: usize = 120;

/// What the rate coefficients, fluxes, heating and cooling terms of a network depend on.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Splits {
    /// How many are numbers, of parameters alone, of T alone, of T and parameters, and of densities or time too.
    pub counts: [usize; 5],
    /// Largest expressions of parameters alone, over all of them: evaluated once for each cell and call.
    pub of_parameters: usize,
    /// Those that hold what is no sum of products of a function of T and one of parameters.
    pub unsplit: Vec<UnsplitTerm>,
}

/// Something in a rate coefficient or term that is no sum of products.
#[derive(Clone, Debug, PartialEq)]
pub struct UnsplitTerm {
    /// `k h2_cd`, `flux dust`, `heating CR`.
    pub term: String,
    /// The expression.
    pub expression: String,
    /// Why it is none.
    pub reason: &'static str,
    /// Whether it has parameters per cell, and is evaluated at every state; else it is tabulated with the values of the
    /// parameters.
    pub per_cell: bool,
}

/// Looks at every rate coefficient, flux, heating and cooling term.
pub fn splits(network: &Network) -> Splits {
    let reactions = network.reactions.iter().map(|reaction| ("k", &reaction.name, reaction.rate));
    let processes = network.processes.iter().map(|process| ("flux", &process.name, process.rate));
    let heating = network.heating.iter().map(|term| ("heating", &term.name, term.expr));
    let cooling = network.cooling.iter().map(|term| ("cooling", &term.name, term.expr));
    let terms: Vec<_> = reactions.chain(processes).chain(heating).chain(cooling).collect();
    let mut dag = network.dag.clone();
    let per_cell = network.parameters.iter().map(|parameter| parameter.per_cell.is_some()).collect();
    let classes = Classes::of(&dag, per_cell);
    let mut splits = Splits::default();
    let roots: Vec<ExprId> = terms.iter().map(|(.., expr)| *expr).collect();
    splits.of_parameters = largest_of_parameters(network, &classes, &roots);
    for (kind, name, expr) in terms {
        splits.counts[match classes.class(expr) {
            Class::Constant => 0,
            Class::Environment => 1,
            Class::Temperature => 2,
            Class::Both => 3,
            Class::State => 4,
        }] += 1;
        let separated = separate(network, &mut dag, &[expr]);
        let printer = Printer::new(network, &dag).limit(LONGEST);
        splits.unsplit.extend(separated.unsplit.iter().map(|unsplit| UnsplitTerm {
            term: format!("{kind} {name}"),
            expression: printer.text(unsplit.expr),
            reason: unsplit.obstacle.reason(),
            per_cell: unsplit.per_cell,
        }));
    }
    splits
}

fn largest_of_parameters(network: &Network, classes: &Classes, roots: &[ExprId]) -> usize {
    let needed = needed(&network.dag, roots);
    let of_parameters = |id: &ExprId| classes.class(*id) == Class::Environment;
    let mut largest: Vec<ExprId> = roots.iter().copied().filter(of_parameters).collect();
    for id in needed.into_iter().filter(|id| !of_parameters(id)) {
        largest.extend(network.dag.node(id).operands().filter(of_parameters));
    }
    largest.sort_unstable();
    largest.dedup();
    largest.len()
}

/// One line of what depends on what, then one for each expression that cannot be parted.
pub fn split_table(network: &Network, splits: &Splits) -> String {
    let names = |per_cell: bool| {
        let names = network.parameters.iter().filter(|parameter| parameter.per_cell.is_some() == per_cell);
        let names: Vec<&str> = names.map(|parameter| parameter.name.as_str()).collect();
        if names.is_empty() { "none".to_owned() } else { names.join(", ") }
    };
    let [numbers, of_parameters, of_temperature, of_both, of_state] = splits.counts;
    let mut text = format!(
        "parameters per cell: {}; of the network: {}\n\
         rate coefficients, fluxes, heating, cooling: {numbers} numbers, {of_parameters} of parameters, {of_temperature} of T, \
         {of_both} of both, {of_state} of densities or time too\n\
         once for each cell and call: {} expressions of parameters\n",
        names(true),
        names(false),
        splits.of_parameters
    );
    if splits.unsplit.is_empty() {
        text.push_str("all functions of T are parted from parameters\n");
    }
    for UnsplitTerm { term, expression, reason, per_cell } in &splits.unsplit {
        let then = if *per_cell {
            "evaluated at every state"
        } else {
            "tabulated with the values of its parameters: setting one makes the table anew"
        };
        text.push_str(&format!("not parted: {term}: {expression}\n    {reason}; {then}\n"));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compile::compile;
    use crate::memory_files::MemoryFiles;

    #[test]
    fn the_table_names_term_reason_and_consequence() {
        let text = "network made version 1\n\nspecies A (X), B (X)\n\
             parameter p = 2 per cell\nparameter z = 0.7\n\
             ab: A -> B  k = 1e-9 * p\nba: B -> A  k = 1e-9 [s^-1] * exp(-100 [K] * p / T)\n\
             cooling line = 1e-26 * n[A] * exp(-z * 100 [K] / T) * p\n\
             initial start: T = 100 [K], n[A] = 1 [cm^-3]\n";
        let network = compile("made.net".as_ref(), &MemoryFiles::new().with("made.net", text)).unwrap();
        let splits = splits(&network);
        assert_eq!(splits.counts, [0, 1, 0, 1, 1]);
        assert_eq!(
            split_table(&network, &splits),
            "parameters per cell: p; of the network: z\n\
             rate coefficients, fluxes, heating, cooling: 0 numbers, 1 of parameters, 0 of T, 1 of both, 1 of densities or time \
             too\n\
             once for each cell and call: 3 expressions of parameters\n\
             not parted: k ba: exp(-100*p/T)\n    its exponent is no sum of a function of T and one of parameters; evaluated \
             at every state\n\
             not parted: cooling line: exp(-100*z/T)\n    its exponent is no sum of a function of T and one of parameters; \
             tabulated with the values of its parameters: setting one makes the table anew\n"
        );
    }
}
