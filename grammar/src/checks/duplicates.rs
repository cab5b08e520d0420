//! Reactions with the same sides: over a common temperature range (W008), or with a gap between their ranges
//! (W001).

use crate::checks::groups::{Group, groups};
use crate::checks::sampling::{seen_temperatures, temperature_domain};
use crate::diagnostic::{Code, Diagnostic};
use crate::expr::Dependencies;
use crate::network::{Network, Reaction};
use crate::resolve::facts::{Facts, ReactionFacts};
use crate::temperature_set::TemperatureSet;

/// Checks all groups of reactions with the same sides.
pub(crate) fn check(network: &Network, facts: &Facts) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    let seen = seen_temperatures(network, true);
    let dependencies = Dependencies::of(&network.dag, network.species.len());
    // A limit lies inside of the range that ends there.
    let domain = temperature_domain(network).intersect(&seen_temperatures(network, false));
    for group in groups(network).iter().filter(|g| g.members.len() > 1) {
        let members = members(network, facts, group);
        duplicates(&members, &seen, &dependencies, &mut found);
        gap(&members, &domain, &mut found);
    }
    found
}

type Member<'a> = (&'a Reaction, &'a ReactionFacts);

fn members<'a>(network: &'a Network, facts: &'a Facts, group: &Group) -> Vec<Member<'a>> {
    let facts = if group.processes { &facts.processes } else { &facts.reactions };
    group.reactions(network).zip(group.members.iter().filter_map(|&i| facts.get(i))).collect()
}

fn duplicates(
    members: &[Member<'_>],
    seen: &TemperatureSet,
    dependencies: &Dependencies,
    found: &mut Vec<Diagnostic>,
) {
    for (i, (reaction, facts)) in members.iter().enumerate() {
        for (earlier, earlier_facts) in members.iter().take(i) {
            let (Some(a), Some(b)) = (&facts.temperatures, &earlier_facts.temperatures) else { continue };
            let common = a.intersect(b).intersect(seen);
            if !common.has_width() {
                continue;
            }
            let where_ =
                if common == *seen { "at all temperatures".to_owned() } else { format!("at {common}") };
            let message =
                format!("`{}` and `{}` are the same reaction {where_}", earlier.name, reaction.name);
            let mut diagnostic = Diagnostic::new(Code::W008, facts.name, message)
                .label(reaction.equation.clone())
                .other(earlier_facts.name, earlier.equation.clone())
                .help(
                    "their rate coefficients add up: remove one, or give them ranges, e.g. `for T < 100 [K]`",
                );
            if [reaction, earlier].iter().any(|r| !dependencies.species(r.rate).is_empty()) {
                diagnostic = diagnostic
                    .help("if one needs a third body, write it: `H + H + M -> H2 + M`, with k in cm^6 s^-1");
            }
            found.push(
                diagnostic.help("if both channels are meant, say so: `allow(W008)` before one of them"),
            );
        }
    }
}

fn gap(members: &[Member<'_>], domain: &TemperatureSet, found: &mut Vec<Diagnostic>) {
    let mut covered = TemperatureSet::none();
    for (_, facts) in members {
        let Some(set) = &facts.temperatures else { return };
        covered = covered.union(set);
    }
    let gap = covered.hull().without(&covered).intersect(domain);
    if gap.is_empty() {
        return;
    }
    let Some(((reaction, last), rest)) = members.split_last() else { return };
    let mut diagnostic = Diagnostic::new(
        Code::W001,
        last.range.unwrap_or(last.name),
        format!("the ranges of `{}` leave a gap: {gap}", reaction.equation),
    )
    .label("no rate coefficient there");
    for (_, facts) in rest {
        diagnostic = diagnostic.other(facts.range.unwrap_or(facts.name), "another range");
    }
    found.push(diagnostic.help("let one range begin where the other ends: `for T <= a` and `for a < T`"));
}
