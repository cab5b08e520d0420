//! `enum Species`: the species of the network as a type.

use chem_grammar::network::Species;

use super::Context;
use crate::literal;
use crate::source::{Source, markdown};

pub(crate) fn write(source: &mut Source, context: &Context<'_>) {
    let network = &context.system.network;
    let species: Vec<(&str, &str, String)> = network
        .species
        .iter()
        .map(|s| (s.ident.as_str(), s.name.as_str(), description(s, &network.elements)))
        .collect();
    write_enum(source, &species);
}

/// (identifier, name, documentation) of each species.
pub(crate) fn write_enum(source: &mut Source, species: &[(&str, &str, String)]) {
    let count = species.len();
    source.gap();
    source.doc("The species of the network, in declared order.");
    source.line("#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]");
    source.open("pub enum Species {");
    for (ident, _, doc) in species {
        source.doc(doc);
        source.line(format!("{ident},"));
    }
    source.close("}");
    source.gap();
    source.open("impl rt::SpeciesSet for Species {");
    source.line(format!("const COUNT: usize = {count};"));
    let all = literal::list(species, |(ident, ..)| format!("Species::{ident}"));
    source.line(format!("const ALL: &'static [Self] = &[{all}];"));
    source.line(format!("type Array = [f64; {count}];"));
    source.line(format!("const ZEROS: Self::Array = [0.0; {count}];"));
    source.gap();
    source.open("fn index(self) -> usize {");
    source.line("self as usize");
    source.close("}");
    source.gap();
    source.open("fn name(self) -> &'static str {");
    source.open("match self {");
    for (ident, name, _) in species {
        source.line(format!("Species::{ident} => {},", literal::string(name)));
    }
    source.close("}");
    source.close("}");
    source.close("}");
    write_text_conversions(source);
}

fn write_text_conversions(source: &mut Source) {
    source.gap();
    source.open("impl ::core::fmt::Display for Species {");
    source.open("fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {");
    source.line("f.pad(rt::SpeciesSet::name(*self))");
    source.close("}");
    source.close("}");
    source.gap();
    source.open("impl ::core::str::FromStr for Species {");
    source.line("type Err = rt::UnknownSpecies;");
    source.gap();
    source.open("fn from_str(name: &str) -> ::core::result::Result<Self, Self::Err> {");
    source.line("rt::find_species(name)");
    source.close("}");
    source.close("}");
    source.gap();
    source.open("impl ::core::convert::TryFrom<&str> for Species {");
    source.line("type Error = rt::UnknownSpecies;");
    source.gap();
    source.open("fn try_from(name: &str) -> ::core::result::Result<Self, Self::Error> {");
    source.line("rt::find_species(name)");
    source.close("}");
    source.close("}");
}

fn description(species: &Species, elements: &[String]) -> String {
    let mut parts = Vec::new();
    for (element, &count) in elements.iter().zip(&species.composition) {
        match count {
            0 => {}
            1 => parts.push(element.clone()),
            _ => parts.push(format!("{count} {element}")),
        }
    }
    let composition = if parts.is_empty() { String::new() } else { format!(" ({})", parts.join(" + ")) };
    let charge = match species.charge {
        0 => "neutral".to_string(),
        charge => format!("charge {charge:+}"),
    };
    let mass = if species.mass > 0.0 { format!(", mass {:.5e} g", species.mass) } else { String::new() };
    let doc = if species.doc.is_empty() { String::new() } else { format!(". {}", species.doc.join(" ")) };
    format!("{}{composition}: {charge}{mass}{}", markdown(&species.name), markdown(&doc))
}
