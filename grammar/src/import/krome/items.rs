//! The lines of a file: directives, blocks and reactions, before their parts are understood.

use crate::diagnostic::Diagnostic;
use crate::import::Original;

use super::directives::{Directive, directive};

/// All that a file says, in order.
#[derive(Debug, Default)]
pub(super) struct Items<'t> {
    pub(super) variables: Vec<Variable<'t>>,
    pub(super) commons: Vec<(&'t str, u32)>,
    pub(super) ghosts: Vec<(&'t str, u32)>,
    pub(super) reactions: Vec<Reaction<'t>>,
    /// `@cooling:` and `@heating:`: whether it heats, and the expression.
    pub(super) thermal: Vec<(bool, &'t str, u32)>,
    /// The first lines that are comments.
    pub(super) doc: Vec<String>,
}

/// `@var:name=expression`
#[derive(Debug)]
pub(super) struct Variable<'t> {
    pub(super) name: &'t str,
    pub(super) value: &'t str,
    pub(super) line: u32,
}

/// A line of a reaction, by its columns.
#[derive(Debug)]
pub(super) struct Reaction<'t> {
    /// KROME's number: the order in the file.
    pub(super) number: usize,
    pub(super) reactants: Vec<&'t str>,
    pub(super) products: Vec<&'t str>,
    pub(super) low: &'t str,
    pub(super) high: &'t str,
    pub(super) rate: &'t str,
    /// The whole line.
    pub(super) text: &'t str,
    pub(super) line: u32,
    pub(super) block: Block,
    /// Comments above it.
    pub(super) doc: Vec<String>,
}

/// The block in which a reaction stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Block {
    #[default]
    None,
    /// `@photo_start`
    Photo,
    /// `@CR_start`
    CosmicRays,
    /// `@xray_start`
    XRays,
    /// `@surface_start`: on grains of each size
    Surface,
}

/// What a column of a line holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Column {
    Index,
    Reactant,
    Product,
    Low,
    High,
    Rate,
    Energy,
}

const DEFAULT: [Column; 11] = {
    use Column::{High, Index, Low, Product, Rate, Reactant};
    [Index, Reactant, Reactant, Reactant, Product, Product, Product, Product, Low, High, Rate]
};

/// Longest reference that is taken from a comment.
const LONGEST_COMMENT: usize = 300;
/// Lines of comments that document one reaction.
const MOST_COMMENTS: usize = 4;

struct Reader<'o, 't> {
    original: &'o Original<'t>,
    findings: &'o mut Vec<Diagnostic>,
    items: Items<'t>,
    columns: Vec<Column>,
    block: Block,
    /// The directive that ends text that is not read, and where that began.
    skipping: Option<(&'static str, &'t str)>,
    in_comment: bool,
    comments: Vec<String>,
    /// Whether a blank line or a reaction stands between the comments and what comes.
    ended: bool,
    number: usize,
}

/// Reads all lines.
pub(super) fn read<'t>(original: &Original<'t>, findings: &mut Vec<Diagnostic>) -> Items<'t> {
    let mut reader = Reader {
        original,
        findings,
        items: Items::default(),
        columns: DEFAULT.to_vec(),
        block: Block::None,
        skipping: None,
        in_comment: false,
        comments: Vec::new(),
        ended: false,
        number: 0,
    };
    for (number, line) in (1..).zip(original.text.lines()) {
        reader.line(number, line.trim_start_matches('\u{feff}').trim());
    }
    if let Some((end, from)) = reader.skipping {
        let message = format!("this block has no end: `{end}` is missing");
        reader.findings.push(original.refused(from, message));
    }
    reader.items
}

impl<'t> Reader<'_, 't> {
    fn line(&mut self, number: u32, line: &'t str) {
        if self.in_comment {
            self.in_comment = !line.contains("*/");
            return;
        }
        if let Some((end, _)) = self.skipping {
            if line.to_ascii_lowercase().starts_with(end) {
                self.skipping = None;
            }
            return;
        }
        if line.is_empty() {
            self.ended = true;
        } else if line.starts_with("/*") {
            self.in_comment = !line.contains("*/");
        } else if line.starts_with('#') || line.starts_with("//") {
            self.comment(line.trim_start_matches(['#', '/', ' ', '\t']).trim_end());
        } else if let Some(found) = directive(line) {
            self.directive(found, number, line);
        } else if line.starts_with('@') {
            let message = "this is no directive of KROME, which skips it";
            self.findings.push(self.original.remark(line, message).help("it is left out here too"));
        } else {
            self.reaction(number, line);
        }
    }

    fn comment(&mut self, text: &str) {
        if std::mem::take(&mut self.ended) {
            self.comments.clear();
        }
        // What was commented out is no reference.
        let is_code = text.starts_with('@') || text.matches(',').count() > 4;
        let has_words = text.chars().any(char::is_alphabetic);
        if is_code || !has_words || text.len() > LONGEST_COMMENT {
            return;
        }
        if self.items.reactions.is_empty() && self.items.variables.is_empty() && self.items.doc.len() < 6 {
            self.items.doc.push(text.to_owned());
        }
        if self.comments.len() < MOST_COMMENTS {
            self.comments.push(text.to_owned());
        }
    }

    fn directive(&mut self, found: Directive<'t>, number: u32, line: &'t str) {
        match found {
            Directive::Format(columns) => self.format(columns, line),
            Directive::Variable(text) => match text.split_once('=') {
                Some((name, value)) if !value.contains('=') || value.contains("==") => {
                    let (name, value) = (name.trim(), value.trim());
                    self.items.variables.push(Variable { name, value, line: number });
                }
                _ => {
                    let message = "a variable is `@var:name=expression`, with one `=`";
                    self.findings.push(self.original.refused(line, message));
                }
            },
            Directive::Common(names) => {
                let names = names.split(',').map(str::trim).filter(|name| !name.is_empty());
                self.items.commons.extend(names.map(|name| (name, number)));
            }
            Directive::Ghost(names) => {
                let names = names.split(',').map(str::trim).filter(|name| !name.is_empty());
                self.items.ghosts.extend(names.map(|name| (name, number)));
            }
            Directive::Thermal(heats, text) => self.items.thermal.push((heats, text, number)),
            Directive::Begin(block) => self.block = block,
            Directive::End => self.block = Block::None,
            Directive::Nothing => {}
            Directive::Fortran(end) => {
                let message = "Fortran of the file's author changes coefficients or derivatives here";
                let help =
                    "write what it does into the coefficients, as pieces or switches, and take the block out";
                self.findings.push(self.original.refused(line, message).help(help));
                self.skipping = Some((end, line));
            }
            Directive::Refused(what) => {
                self.findings.push(self.original.refused(line, format!("{what} cannot be read")).help(
                    "write them as reactions with coefficients, with parameters per cell for what the host knows",
                ));
            }
        }
    }

    fn format(&mut self, columns: &'t str, line: &'t str) {
        let mut found = Vec::new();
        for column in columns.split(',') {
            found.push(match column.trim().to_ascii_lowercase().as_str() {
                "idx" => Column::Index,
                "r" => Column::Reactant,
                "p" => Column::Product,
                "tmin" => Column::Low,
                "tmax" => Column::High,
                "rate" | "k" => Column::Rate,
                "qeff" | "qpp" => Column::Energy,
                other => {
                    let message = format!("`{other}` is not a column: idx, R, P, Tmin, Tmax, rate or qeff");
                    self.findings.push(self.original.refused(line, message));
                    return;
                }
            });
        }
        if found.iter().filter(|column| **column == Column::Rate).count() != 1 {
            self.findings.push(self.original.refused(line, "a format has one column `rate`"));
            return;
        }
        self.columns = found;
    }

    fn reaction(&mut self, line: u32, text: &'t str) {
        let fields: Vec<&'t str> = text.splitn(self.columns.len(), ',').map(str::trim).collect();
        if fields.len() != self.columns.len() {
            let message = format!(
                "the line has {} fields, the format above it {}: KROME skips it",
                fields.len(),
                self.columns.len()
            );
            self.findings.push(self.original.remark(text, message).help("it is left out here too"));
            return;
        }
        self.number += 1;
        let mut reaction = Reaction {
            number: self.number,
            reactants: Vec::new(),
            products: Vec::new(),
            low: "",
            high: "",
            rate: "",
            text,
            line,
            block: self.block,
            doc: self.comments.clone(),
        };
        for (column, field) in self.columns.iter().zip(fields) {
            match column {
                Column::Reactant => reaction.reactants.push(field),
                Column::Product => reaction.products.push(field),
                Column::Low => reaction.low = field,
                Column::High => reaction.high = field,
                Column::Rate => reaction.rate = without_comment(field),
                Column::Index | Column::Energy => {}
            }
        }
        reaction.reactants.retain(|field| !field.is_empty());
        reaction.products.retain(|field| !field.is_empty());
        self.items.reactions.push(reaction);
    }
}

/// A rate without the comment at its end.
fn without_comment(rate: &str) -> &str {
    let rate = rate.rsplit_once('!').map_or(rate, |(before, _)| before);
    rate.rsplit_once('#').map_or(rate, |(before, _)| before).trim()
}
