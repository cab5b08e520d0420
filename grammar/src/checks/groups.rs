//! Reactions that are one reaction in several temperature ranges.

use std::collections::BTreeMap;

use crate::network::{Network, Reaction};

/// Reactions with the same left and right sides, in order of their first member. Processes are not joined
/// with reactions.
pub(crate) struct Group {
    /// Whether the members are processes.
    pub(crate) processes: bool,
    /// Indices in [`Network::reactions`] or [`Network::processes`].
    pub(crate) members: Vec<usize>,
}

impl Group {
    /// The members of a network.
    pub(crate) fn reactions<'n>(&self, network: &'n Network) -> impl Iterator<Item = &'n Reaction> {
        let list = if self.processes { &network.processes } else { &network.reactions };
        self.members.iter().filter_map(move |&i| list.get(i))
    }
}

/// All groups of a network; most have one member.
pub(crate) fn groups(network: &Network) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    for (processes, list) in [(false, &network.reactions), (true, &network.processes)] {
        let mut by_signature: BTreeMap<String, usize> = BTreeMap::new();
        for (index, reaction) in list.iter().enumerate() {
            match by_signature.get(&signature(reaction)) {
                Some(&group) => {
                    if let Some(group) = groups.get_mut(group) {
                        group.members.push(index);
                    }
                }
                None => {
                    by_signature.insert(signature(reaction), groups.len());
                    groups.push(Group { processes, members: vec![index] });
                }
            }
        }
    }
    groups
}

/// Both sides with photons and the like, each sorted: equal for reactions that differ in name and k only.
fn signature(reaction: &Reaction) -> String {
    let side = |text: &str| {
        let mut names: Vec<&str> = Vec::new();
        for term in text.split(" + ") {
            let (count, name) = match term.split_once(' ') {
                Some((count, name)) => (count.parse().unwrap_or(1usize), name),
                None => (1, term),
            };
            names.extend(std::iter::repeat_n(name, count));
        }
        names.sort_unstable();
        names.join(" + ")
    };
    let (left, right) = reaction.equation.split_once(" -> ").unwrap_or((&reaction.equation, ""));
    format!("{} -> {}", side(left), side(right))
}
