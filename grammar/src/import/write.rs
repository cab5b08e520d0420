//! Prints a draft in our language, and notes from which line of the original each line was made.

use std::fmt::Write as _;

use super::draft::{Bound, Draft, DraftReaction, DraftSpecies, Piece};
use super::name;

/// The printed network.
#[derive(Clone, Debug, Default)]
pub(super) struct Written {
    /// The text.
    pub(super) text: String,
    /// For each of its lines the line of the original, counted from 1; 0 for none.
    pub(super) origins: Vec<u32>,
}

impl Written {
    /// Adds lines that were made of one line of the original.
    fn add(&mut self, text: &str, origin: u32) {
        for line in text.lines() {
            self.text.push_str(line.trim_end());
            self.text.push('\n');
            self.origins.push(origin);
        }
    }

    fn blank(&mut self) {
        self.text.push('\n');
        self.origins.push(0);
    }
}

/// Width of a line of species.
const WIDTH: usize = 110;

/// Prints a network under a name.
pub(super) fn write(draft: &Draft, network: &str) -> Written {
    let mut out = Written::default();
    out.add(&format!("network {network} version 1"), 0);
    draft.doc.iter().for_each(|doc| out.add(&quoted(doc), 0));
    out.blank();
    species(&mut out, &draft.species);
    if !draft.statements.is_empty() {
        out.blank();
    }
    for statement in &draft.statements {
        out.add(&with_docs(&statement.text, &statement.doc), statement.line);
    }
    out.blank();
    draft.reactions.iter().for_each(|r| reaction(&mut out, r));
    out
}

/// Declares the species, several in a line where none states more than its name.
fn species(out: &mut Written, list: &[DraftSpecies]) {
    let mut line = String::new();
    let mut origin = 0;
    for species in list {
        let text = declaration(species);
        if !line.is_empty() && line.len() + text.len() > WIDTH {
            out.add(&line, origin);
            line.clear();
        }
        if line.is_empty() {
            line.push_str("species ");
            origin = species.line;
        } else {
            line.push_str(", ");
        }
        line.push_str(&text);
    }
    out.add(&line, origin);
}

fn declaration(species: &DraftSpecies) -> String {
    let mut text = name::written(&species.name);
    if !name::says(&species.name, &species.composition) {
        let element = |(element, count): &(String, u32)| match count {
            1 => element.clone(),
            _ => format!("{element}{count}"),
        };
        let elements: Vec<String> = species.composition.iter().map(element).collect();
        let _ = write!(text, " ({})", elements.join(" "));
    }
    if let Some(mass) = species.mass {
        let _ = write!(text, " mass = {} [g]", super::number::text(mass));
    }
    text
}

fn reaction(out: &mut Written, reaction: &DraftReaction) {
    let law = if reaction.flux { "flux" } else { "k" };
    let (left, right) = (side(&reaction.reactants), side(&reaction.products));
    let head = format!("{}: {left} -> {right}", reaction.name);
    match reaction.pieces.as_slice() {
        [] => {}
        [piece] => {
            let range = condition(piece).map(|c| format!("  for {c}")).unwrap_or_default();
            let text = format!("{head}{range}   {law} = {}", piece.value);
            out.add(&with_docs(&text, &piece.doc), piece.line);
        }
        pieces => {
            let line = pieces.first().map_or(0, |p| p.line);
            out.add(&format!("{head}   {law} = {{"), line);
            for piece in pieces {
                let text = format!("    {} : {}", condition(piece).unwrap_or_default(), piece.value);
                out.add(&text, piece.line);
            }
            let mut docs: Vec<String> = Vec::new();
            for doc in pieces.iter().flat_map(|p| &p.doc) {
                if !docs.contains(doc) {
                    docs.push(doc.clone());
                }
            }
            out.add(&with_docs("    }", &docs), line);
        }
    }
}

/// `2 H + e-`
fn side(particles: &[String]) -> String {
    let mut counted: Vec<(&str, usize)> = Vec::new();
    for particle in particles {
        match counted.iter_mut().find(|(name, _)| name == particle) {
            Some((_, count)) => *count += 1,
            None => counted.push((particle, 1)),
        }
    }
    let term = |(particle, count): &(&str, usize)| match count {
        1 => name::written(particle),
        _ => format!("{count} {}", name::written(particle)),
    };
    counted.iter().map(term).collect::<Vec<_>>().join(" + ")
}

/// `100 <= T < 1e4`; `None` for no limits.
fn condition(piece: &Piece) -> Option<String> {
    let sign = |bound: &Bound| if bound.included { "<=" } else { "<" };
    match (&piece.low, &piece.high) {
        (None, None) => None,
        (Some(low), None) => Some(format!("{} {} T", low.text, sign(low))),
        (None, Some(high)) => Some(format!("T {} {}", sign(high), high.text)),
        (Some(low), Some(high)) => Some(format!("{} {} T {} {}", low.text, sign(low), sign(high), high.text)),
    }
}

fn with_docs(statement: &str, docs: &[String]) -> String {
    let mut text = statement.to_owned();
    for doc in docs {
        text.push_str("  ");
        text.push_str(&quoted(doc));
    }
    text
}

/// A documentation string: one line, without what would end it.
fn quoted(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    let text = words.join(" ").replace('\\', "\\\\").replace('"', "\\\"");
    format!("\"{text}\"")
}
