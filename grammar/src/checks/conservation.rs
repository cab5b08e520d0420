//! Elements and charge are conserved by every reaction and process (E012, E013).

use crate::diagnostic::{Code, Diagnostic};
use crate::expr::SpeciesId;
use crate::network::{Network, Reaction, Species};
use crate::resolve::facts::{Facts, ReactionFacts};

/// Checks every reaction and process.
pub(crate) fn check(network: &Network, facts: &Facts) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for (reaction, facts) in network.reactions.iter().zip(&facts.reactions) {
        check_reaction(network, reaction, facts, &mut found);
    }
    for (process, facts) in network.processes.iter().zip(&facts.processes) {
        check_reaction(network, process, facts, &mut found);
    }
    found
}

fn check_reaction(
    network: &Network,
    reaction: &Reaction,
    facts: &ReactionFacts,
    found: &mut Vec<Diagnostic>,
) {
    let left = Content::of(network, &reaction.reactants);
    let right = Content::of(network, &reaction.products);
    let unbalanced: Vec<String> = network
        .elements
        .iter()
        .zip(left.nuclei.iter().zip(&right.nuclei))
        .filter(|(_, (l, r))| l != r)
        .map(|(element, (l, r))| format!("{element} {l} -> {r}"))
        .collect();
    let mut help = remedies(network, reaction, &left, &right);
    if !unbalanced.is_empty() {
        let what = if unbalanced.len() == 1 { "an element is" } else { "elements are" };
        let message = format!("{what} not conserved by `{}`", reaction.name);
        let mut diagnostic = Diagnostic::new(Code::E013, facts.name, message).label(unbalanced.join(", "));
        diagnostic.help.append(&mut help);
        found.push(diagnostic);
    }
    if left.charge != right.charge {
        let message = format!("charge is not conserved by `{}`", reaction.name);
        let label = format!("charge {} -> {}", signed(left.charge), signed(right.charge));
        let mut diagnostic = Diagnostic::new(Code::E012, facts.name, message).label(label);
        diagnostic.help.append(&mut help);
        found.push(diagnostic);
    }
    if facts.third_body_change != 0 {
        let message = format!("the third body `M` is not conserved by `{}`", reaction.name);
        found.push(
            Diagnostic::new(Code::E013, facts.name, message)
                .label("`M` must stand equally often on both sides")
                .help(
                    "a third body takes away energy or momentum and stays what it is: `H + H + M -> H2 + M`",
                ),
        );
    }
}

/// What one side of a reaction holds.
struct Content {
    nuclei: Vec<i64>,
    charge: i64,
}

impl Content {
    fn of(network: &Network, side: &[(SpeciesId, u32)]) -> Content {
        let mut content = Content { nuclei: vec![0; network.elements.len()], charge: 0 };
        for &(id, count) in side {
            let Some(species) = network.species.get(id.0 as usize) else { continue };
            let count = i64::from(count);
            content.charge += count * i64::from(species.charge);
            for (sum, &nuclei) in content.nuclei.iter_mut().zip(&species.composition) {
                *sum += count * i64::from(nuclei);
            }
        }
        content
    }
}

/// How one change would close the balance: some more of one species, or another charge of one product.
fn remedies(network: &Network, reaction: &Reaction, left: &Content, right: &Content) -> Vec<String> {
    let Some((text_left, text_right)) = reaction.equation.split_once(" -> ") else { return Vec::new() };
    if left.charge == right.charge && left.nuclei == right.nuclei {
        return Vec::new();
    }
    let mut remedies = Vec::new();
    for (place, text, lacking, other) in
        [("right", text_right, right, left), ("left", text_left, left, right)]
    {
        let closing = network.species.iter().find_map(|species| {
            let count = (1..=4).find(|&count| closes(species, count, lacking, other))?;
            Some(with_added(text, &species.name, count))
        });
        if let Some(side) = closing {
            remedies.push(format!("did you mean `{side}` on the {place}?"));
            break;
        }
    }
    if let Some(side) = with_other_charge(network, reaction, text_right, left.charge - right.charge)
        && left.nuclei == right.nuclei
    {
        let word = if remedies.is_empty() { "did you mean" } else { "or" };
        remedies.push(format!("{word} `{side}` on the right?"));
    }
    remedies
}

/// Whether some more of a species makes one side hold what the other does.
fn closes(species: &Species, count: i64, lacking: &Content, other: &Content) -> bool {
    lacking.charge + count * i64::from(species.charge) == other.charge
        && lacking
            .nuclei
            .iter()
            .zip(&other.nuclei)
            .zip(&species.composition)
            .all(|((a, b), &c)| a + count * i64::from(c) == *b)
}

/// The right side with one species in the charge state that closes the balance.
fn with_other_charge(network: &Network, reaction: &Reaction, text: &str, missing: i64) -> Option<String> {
    let terms: Vec<&str> = text.split(" + ").collect();
    terms.iter().enumerate().find_map(|(position, term)| {
        let old = network.species.iter().find(|s| s.name == *term)?;
        let fits = |s: &&Species| {
            s.composition == old.composition && i64::from(s.charge) - i64::from(old.charge) == missing
        };
        let new = network.species.iter().find(fits)?;
        // An exchange that only gives the reactants back is no remedy.
        let is_reactant = |id: &SpeciesId| network.species.get(id.0 as usize).is_some_and(|s| s == new);
        if reaction.reactants.iter().any(|(id, _)| is_reactant(id)) {
            return None;
        }
        let mut terms = terms.clone();
        *terms.get_mut(position)? = &new.name;
        Some(terms.join(" + "))
    })
}

/// The text of a side with some more of a species.
fn with_added(side: &str, name: &str, count: i64) -> String {
    let mut terms: Vec<String> = side.split(" + ").map(str::to_owned).filter(|t| !t.is_empty()).collect();
    for term in &mut terms {
        let (present, species) = match term.split_once(' ') {
            Some((number, species)) => (number.parse().unwrap_or(1), species),
            None => (1, term.as_str()),
        };
        if species == name {
            *term = format!("{} {name}", present + count);
            return terms.join(" + ");
        }
    }
    terms.push(if count == 1 { name.to_owned() } else { format!("{count} {name}") });
    terms.join(" + ")
}

fn signed(charge: i64) -> String {
    if charge > 0 { format!("+{charge}") } else { charge.to_string() }
}
