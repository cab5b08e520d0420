//! What is shown of a word under the pointer, as Markdown.

use chem_grammar::diagnostic::Code;
use chem_grammar::expr::{Evaluator, ExprId, Point};
use chem_grammar::network::{Network, Reaction};
use chem_grammar::species::Formula;
use chem_grammar::unit::Dimension;

use crate::builtins;
use crate::definitions::{Definition, Kind};
use crate::program::{Part, Program};
use crate::scan::{Word, word_at};

/// Temperatures at which values are shown if the network has no limits within them `[K]`.
const TEMPERATURES: (f64, f64) = (100.0, 1e4);

/// The text for a byte of the program's first file, and the bytes that it is about.
pub(crate) fn hover(
    program: &Program,
    byte: usize,
    network: Option<&Network>,
) -> Option<(String, usize, usize)> {
    let text = program.parts.first()?.text.as_str();
    let word = word_at(text, byte)?;
    let line = text.get(..word.start)?.rsplit('\n').next().unwrap_or("");
    let in_unit = in_unit(line);
    if in_unit || Code::parse(word.base()).is_some() {
        return Some((builtins::explain(word.base(), in_unit)?, word.start, word.base_end()));
    }
    if let Some((part, definition)) = program.meaning(text, &word) {
        let end = if word.text == definition.name { word.end } else { word.base_end() };
        return Some((declared(part, definition, network), word.start, end));
    }
    let meaning = builtins::explain(word.base(), false);
    let meaning = meaning.or_else(|| undeclared(&word))?;
    Some((meaning, word.start, word.base_end()))
}

/// Whether the end of a line's beginning lies between the brackets of a unit.
pub(crate) fn in_unit(line: &str) -> bool {
    let Some((before, inside)) = line.rsplit_once('[') else { return false };
    let indexed = before.ends_with(|c: char| c.is_ascii_alphanumeric() || c == '_') && {
        let name = before.rsplit(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).next().unwrap_or("");
        ["n", "nuclei", "k", "flux"].contains(&name) || name.starts_with("verner")
    };
    !indexed && !inside.contains(']')
}

/// A species that is not in the list, if the name is a formula.
fn undeclared(word: &Word<'_>) -> Option<String> {
    let formula = Formula::parse(word.text)?;
    Some(format!("**{}** (not declared as a species)\n\n{}", word.text, composition(&formula)))
}

fn charge(charge: i32) -> String {
    if charge == 0 { "0".to_owned() } else { format!("{charge:+}") }
}

fn composition(formula: &Formula) -> String {
    let elements: Vec<String> =
        formula.composition.iter().map(|(name, count)| format!("{name} {count}")).collect();
    let elements = if elements.is_empty() { "none".to_owned() } else { elements.join(", ") };
    format!("nuclei: {elements}; charge: {}; mass: {:.6e} g", charge(formula.charge), formula.mass())
}

fn declared(part: &Part, definition: &Definition, network: Option<&Network>) -> String {
    let mut sections = Vec::new();
    let head =
        part.text.get(definition.head.start as usize..definition.head.end as usize).unwrap_or("").trim_end();
    if definition.kind == Kind::Species {
        sections.push(species(&definition.name, network));
    } else {
        let reaction = network.and_then(|network| {
            let mut all = network.reactions.iter().chain(&network.processes);
            Some((network, all.find(|one| one.name == definition.name)?))
        });
        let reaction = reaction.filter(|_| definition.kind == Kind::Reaction);
        match reaction {
            Some((_, reaction)) => sections.push(format!("**{}**: {}", reaction.name, reaction.equation)),
            None => sections.push(format!("{} **{}**", definition.kind.word(), definition.name)),
        }
        sections.push(format!("```chem\n{head}\n```"));
        match reaction {
            Some((network, reaction)) => sections.push(rate(network, reaction)),
            None => sections.extend(network.and_then(|network| value(network, definition))),
        }
    }
    sections.extend(definition.doc.iter().cloned());
    if let Some(name) = part.path.file_name() {
        sections.push(format!("*{}*", name.to_string_lossy()));
    }
    sections.join("\n\n")
}

fn species(name: &str, network: Option<&Network>) -> String {
    let known = network.and_then(|network| Some((network, network.species.iter().find(|s| s.name == name)?)));
    let Some((network, species)) = known else {
        let formula = Formula::parse(name).map(|formula| composition(&formula)).unwrap_or_default();
        return format!("species **{name}**\n\n{formula}");
    };
    let counts = network.elements.iter().zip(&species.composition).filter(|(_, count)| **count > 0);
    let formula = Formula {
        composition: counts.map(|(element, count)| (element.clone(), *count)).collect(),
        charge: species.charge,
    };
    let all = || network.reactions.iter().chain(&network.processes);
    let index = network.find_species(name);
    let on = |side: &[(chem_grammar::expr::SpeciesId, u32)]| side.iter().any(|(one, _)| Some(*one) == index);
    let (lost, made) =
        (all().filter(|r| on(&r.reactants)).count(), all().filter(|r| on(&r.products)).count());
    let composition = composition(&formula);
    let composition = composition.split("; mass").next().unwrap_or("");
    format!(
        "species **{name}**\n\n{composition}; mass: {:.6e} g\n\nleft side of {lost}, right side of {made} reactions",
        species.mass
    )
}

fn temperatures(network: &Network) -> (f64, f64) {
    let (low, high) = network.temperature_limits.unwrap_or(TEMPERATURES);
    let inside = |t: f64| if t >= low && t <= high { t } else { t.clamp(low.min(high), high.max(low)) };
    (inside(TEMPERATURES.0), inside(TEMPERATURES.1))
}

/// Values of an expression at two temperatures, all densities 1 cm^-3.
fn at_temperatures(network: &Network, expr: ExprId) -> (f64, f64, f64, f64) {
    let densities = vec![1.0; network.species.len()];
    let parameters: Vec<f64> = network.parameters.iter().map(|parameter| parameter.default).collect();
    let value = |temperature: f64| {
        let point = Point {
            densities: &densities,
            temperature,
            time: 0.0,
            parameters: &parameters,
            tables: &network.tables,
        };
        Evaluator::new(&network.dag, point).value(expr)
    };
    let (low, high) = temperatures(network);
    (low, value(low), high, value(high))
}

fn rate(network: &Network, reaction: &Reaction) -> String {
    let is_process = network.processes.iter().any(|one| one.name == reaction.name);
    let order = reaction.reactants.iter().map(|(_, count)| count).sum::<u32>() + reaction.third_bodies;
    let (symbol, unit) = match is_process {
        true => ("flux", Dimension::FLUX),
        false => ("k", Dimension::rate_coefficient(order)),
    };
    let (low, at_low, high, at_high) = at_temperatures(network, reaction.rate);
    format!(
        "{symbol} {unit}: {at_low:.4e} at {low} K, {at_high:.4e} at {high} K (parameters at their defaults, densities 1 cm^-3)"
    )
}

fn value(network: &Network, definition: &Definition) -> Option<String> {
    if definition.kind != Kind::Value {
        return None;
    }
    let found = network.definitions.iter().find(|one| one.name == definition.name)?;
    let (low, at_low, high, at_high) = at_temperatures(network, found.expr);
    Some(format!("{at_low:.4e} at {low} K, {at_high:.4e} at {high} K"))
}
