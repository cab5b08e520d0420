//! A network on its way from another format: statements in our words, with the lines that they come from.

use crate::diagnostic::Diagnostic;

/// What a file of another program says, in our words.
#[derive(Clone, Debug, Default)]
pub(crate) struct Draft {
    /// Documentation of the network, one paragraph per string.
    pub(crate) doc: Vec<String>,
    /// Species in the order of their first appearance, without pseudo-particles.
    pub(crate) species: Vec<DraftSpecies>,
    /// Parameters, constants, `let`, functions, tables, limits, ... in an order in which they can be read by people.
    pub(crate) statements: Vec<DraftStatement>,
    /// Reactions and processes.
    pub(crate) reactions: Vec<DraftReaction>,
    /// What is wrong, left out or read otherwise than written.
    pub(crate) findings: Vec<Diagnostic>,
}

impl Draft {
    /// Takes a species in if it is new.
    pub(crate) fn add_species(&mut self, species: DraftSpecies) {
        if !self.species.iter().any(|known| known.name == species.name) {
            self.species.push(species);
        }
    }
}

/// A species.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct DraftSpecies {
    /// In our spelling, without the quotes that it may need: `He+`, `e-`, `c-C3H2`, `#CO`.
    pub(crate) name: String,
    /// Elements with counts, to be stated if the name does not say them.
    pub(crate) composition: Vec<(String, u32)>,
    /// Mass `[g]`, if it is not that of the elements.
    pub(crate) mass: Option<f64>,
    /// Line of the original, counted from 1.
    pub(crate) line: u32,
}

/// A statement that is neither species nor reaction.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct DraftStatement {
    /// The statement, complete, in our language; may have several lines.
    pub(crate) text: String,
    /// Documentation strings, without quotes.
    pub(crate) doc: Vec<String>,
    /// Line of the original, counted from 1; 0 for none.
    pub(crate) line: u32,
}

/// A reaction or process.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct DraftReaction {
    /// Its name: an identifier, unique in the draft.
    pub(crate) name: String,
    /// Left side: species (in our spelling, without quotes) and `photon`, `cr`, `grain`, `M`, one entry per particle.
    pub(crate) reactants: Vec<String>,
    /// Right side.
    pub(crate) products: Vec<String>,
    /// Coefficients with their ranges of T: one if it was not joined.
    pub(crate) pieces: Vec<Piece>,
    /// Whether the values of the pieces are fluxes instead of coefficients.
    pub(crate) flux: bool,
    /// What the original calls this kind of reaction; reactions of different kinds are never joined. May be empty.
    pub(crate) kind: String,
}

/// One coefficient and the range of T in which it holds.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Piece {
    /// From here on; `None` for no limit.
    pub(crate) low: Option<Bound>,
    /// Up to here; `None` for no limit.
    pub(crate) high: Option<Bound>,
    /// The coefficient, an expression of our language.
    pub(crate) value: String,
    /// References and remarks, without quotes.
    pub(crate) doc: Vec<String>,
    /// Line of the original, counted from 1.
    pub(crate) line: u32,
}

/// An end of a range of T.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Bound {
    /// The temperature `[K]`.
    pub(crate) value: f64,
    /// As it is to be printed.
    pub(crate) text: String,
    /// Whether the end belongs to the range.
    pub(crate) included: bool,
}
