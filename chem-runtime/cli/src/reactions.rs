//! `chem reactions`: the reactions of a network as a table.

use chem_grammar::network::{Network, Reaction};
use chem_report::aligned::aligned;
use clap::{Args, ValueEnum};

use super::Streams;
use super::exit::{Exit, Stop};
use super::network_file::NetworkFile;
use super::selection;

/// Options of `reactions`.
#[derive(Args, Clone, Debug)]
pub struct ReactionsOptions {
    #[command(flatten)]
    #[allow(missing_docs)]
    pub network: NetworkFile,

    /// Form of the table
    #[arg(long, value_enum, default_value_t = TableForm::Text)]
    pub format: TableForm,

    /// Only reactions that have one of these species on either side
    #[arg(long, value_name = "CO,C+", value_delimiter = ',')]
    pub species: Vec<String>,

    /// Only reactions of this kind
    #[arg(long = "type", value_enum, value_name = "KIND")]
    pub kind: Option<ReactionKind>,
}

/// What drives a reaction, or what it gives off.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ReactionKind {
    /// A photon on the left.
    Photon,
    /// Cosmic rays on the left.
    Cr,
    /// A grain on the left.
    Grain,
    /// A third body: `M`, or three particles on the left.
    ThirdBody,
    /// Two particles or more on the left.
    Collision,
    /// A photon on the right.
    Radiative,
}

impl ReactionKind {
    fn is_of(self, reaction: &Reaction) -> bool {
        let (left, right) = reaction.equation.split_once("->").unwrap_or((reaction.equation.as_str(), ""));
        let has = |side: &str, name: &str| side.split_whitespace().any(|word| word == name);
        let particles =
            reaction.reactants.iter().map(|(_, count)| count).sum::<u32>() + reaction.third_bodies;
        match self {
            ReactionKind::Photon => has(left, "photon"),
            ReactionKind::Cr => has(left, "cr"),
            ReactionKind::Grain => has(left, "grain"),
            ReactionKind::ThirdBody => reaction.third_bodies > 0 || particles > 2,
            ReactionKind::Collision => particles > 1,
            ReactionKind::Radiative => has(right, "photon"),
        }
    }
}

/// Form of a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum TableForm {
    /// For the terminal.
    Text,
    /// Markdown.
    Markdown,
    /// LaTeX with mhchem and booktabs.
    Latex,
}

/// Prints number, name, equation, temperature range, rate coefficient and reference of every reaction, or of those
/// chosen.
///
/// # Errors
/// Findings of the network file; species that it does not have.
pub fn reactions(options: &ReactionsOptions, streams: &mut Streams<'_>) -> Result<Exit, Stop> {
    let network = options.network.load(streams)?;
    let known: Vec<&str> = network.species.iter().map(|species| species.name.as_str()).collect();
    let species = selection::species_among(&known, &network.name, &options.species)?;
    let has_species = |reaction: &Reaction| {
        let mut sides = reaction.reactants.iter().chain(&reaction.products);
        species.is_empty() || sides.any(|(id, _)| species.contains(&(id.0 as usize)))
    };
    let is_wanted =
        |reaction: &Reaction| has_species(reaction) && options.kind.is_none_or(|kind| kind.is_of(reaction));
    write!(streams.out, "{}", table(&network, options.format, is_wanted))?;
    Ok(Exit::Success)
}

const HEADER: [&str; 6] = ["", "name", "reaction", "range", "rate coefficient", "reference"];

fn table(network: &Network, form: TableForm, is_wanted: impl Fn(&Reaction) -> bool) -> String {
    let mut rows: Vec<[String; 6]> = Vec::new();
    for (index, reaction) in network.reactions.iter().enumerate().filter(|(_, r)| is_wanted(r)) {
        rows.push(row(format!("k{}", index + 1), reaction, form));
    }
    for process in network.processes.iter().filter(|process| is_wanted(process)) {
        rows.push(row(String::new(), process, form));
    }
    match form {
        TableForm::Text => text(&rows),
        TableForm::Markdown => {
            let line = |cells: [&str; 6]| format!("| {} |\n", cells.join(" | "));
            let body: String = rows.iter().map(|r| line(r.each_ref().map(String::as_str))).collect();
            format!("{}{}{body}", line(HEADER), line(["---"; 6]))
        }
        TableForm::Latex => {
            let line = |cells: [&str; 6]| format!("{} \\\\\n", cells.join(" & "));
            let body: String = rows.iter().map(|r| line(r.each_ref().map(String::as_str))).collect();
            let head = line(HEADER);
            format!(
                "\\begin{{tabular}}{{llllll}}\n\\toprule\n{head}\\midrule\n{body}\\bottomrule\n\\end{{tabular}}\n"
            )
        }
    }
}

fn row(number: String, reaction: &Reaction, form: TableForm) -> [String; 6] {
    let (range, rate) = range_and_rate(&reaction.source);
    let reference = reaction.doc.join("; ");
    let name = reaction.name.clone();
    match form {
        TableForm::Text => [number, name, reaction.equation.clone(), range, rate, reference],
        TableForm::Markdown => {
            let code = |t: String| if t.is_empty() { t } else { format!("`{}`", t.replace('|', "\\|")) };
            [number, code(name), reaction.equation.clone(), range, code(rate), reference.replace('|', "\\|")]
        }
        TableForm::Latex => {
            let typewriter = |t: &str| format!("\\texttt{{{}}}", latex(t));
            let equation = format!("\\ce{{{}}}", reaction.equation.replace("photon", "$\\gamma$"));
            [number, typewriter(&name), equation, latex(&range), typewriter(&rate), latex(&reference)]
        }
    }
}

/// The condition and the expression of a statement, on one line each.
pub(super) fn range_and_rate(source: &str) -> (String, String) {
    let source = source.split_whitespace().collect::<Vec<_>>().join(" ");
    let split = [" k = ", " flux = "].into_iter().find_map(|word| source.split_once(word));
    let (head, rate) = split.unwrap_or((source.as_str(), ""));
    let range = head.split_once(" for ").map_or("", |(_, range)| range);
    (range.to_owned(), rate.to_owned())
}

fn latex(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        match c {
            '&' | '%' | '$' | '#' | '_' | '{' | '}' => out.extend(['\\', c]),
            '~' => out.push_str("\\textasciitilde{}"),
            '^' => out.push_str("\\textasciicircum{}"),
            '\\' => out.push_str("\\textbackslash{}"),
            '<' | '>' => out.extend(['$', c, '$']),
            _ => out.push(c),
        }
    }
    out
}

/// Columns as wide as their longest cell, but the last.
fn text(rows: &[[String; 6]]) -> String {
    let header = HEADER.map(str::to_owned).to_vec();
    let rows: Vec<Vec<String>> = std::iter::once(header).chain(rows.iter().map(|row| row.to_vec())).collect();
    let line = |row: Vec<String>| format!("{}\n", row.join("  ").trim_end());
    aligned(&rows, 0, |_| false).into_iter().map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statements_fall_into_their_parts() {
        assert_eq!(
            range_and_rate("hp_rr: H+ + e- -> H + photon\n   for T <= 5500 [K]  k = 3.92e-13 *\n  Te^-0.6"),
            ("T <= 5500 [K]".to_owned(), "3.92e-13 * Te^-0.6".to_owned())
        );
        assert_eq!(range_and_rate("d: 2 H -> H2 flux = x"), (String::new(), "x".to_owned()));
    }

    #[test]
    fn latex_is_escaped() {
        assert_eq!(latex("a_b < 5 % ^"), "a\\_b $<$ 5 \\% \\textasciicircum{}");
    }
}
