//! What names mean in the expressions of a file.

use std::collections::BTreeMap;

use super::lines::Line;
use super::shortcuts;
use crate::diagnostic::Diagnostic;
use crate::import::Original;
use crate::import::draft::DraftStatement;
use crate::import::fortran::{Argument, Names, Printed, parse, print};
use crate::import::number;
use crate::words::is_reserved;

/// Functions and ours.
const FUNCTIONS: [(&str, &str); 17] = [
    ("exp", "exp"),
    ("log", "ln"),
    ("ln", "ln"),
    ("log10", "log10"),
    ("sqrt", "sqrt"),
    ("abs", "abs"),
    ("min", "min"),
    ("max", "max"),
    ("sin", "sin"),
    ("cos", "cos"),
    ("tan", "tan"),
    ("tanh", "tanh"),
    ("sinh", "sinh"),
    ("cosh", "cosh"),
    ("pow", "pow"),
    ("dexp", "exp"),
    ("dsqrt", "sqrt"),
];

/// Names that PRIZMO and JAFF know, with the statement that we make of them and what it means.
const KNOWN: [(&str, &str, &str); 10] = [
    ("crate", " = 1.3e-17 [s^-1] per cell", "cosmic-ray ionisation rate"),
    ("user_crate", " = 1.3e-17 [s^-1] per cell", "cosmic-ray ionisation rate"),
    ("user_cr", " = 1.3e-17 [s^-1] per cell", "cosmic-ray ionisation rate"),
    ("user_crflux", " = 1.3e-17 [s^-1] per cell", "cosmic-ray ionisation rate"),
    ("av", " = 1 [1] per cell", "visual extinction [mag]"),
    ("user_av", " = 1 [1] per cell", "visual extinction [mag]"),
    ("chi", " = 1 [1] per cell", "far-ultraviolet field in units of the interstellar one (Draine 1978)"),
    ("d2g", " = 0.01 [1] per cell", "mass of dust by that of the gas"),
    ("tdust", " = 10 [K] per cell", "temperature of dust"),
    ("user_tdust", " = 10 [K] per cell", "temperature of dust"),
];

/// Variables of the file, shortcuts, and names that only the host knows.
#[derive(Debug, Default)]
pub(super) struct Scope {
    variables: BTreeMap<String, String>,
    shortcuts: Vec<usize>,
    host: BTreeMap<String, (String, u32)>,
    line: u32,
}

impl Scope {
    /// Takes a variable in; what it is called here.
    pub(super) fn define(&mut self, name: &str) -> String {
        let own = own(name);
        self.variables.insert(name.to_ascii_lowercase(), own.clone());
        own
    }

    /// An expression in our language.
    ///
    /// # Errors
    /// In words, what is wrong with it.
    pub(super) fn expression(&mut self, text: &str, line: &Line<'_>) -> Result<String, String> {
        self.line = line.number;
        let expr = parse(text)?;
        Ok(print(&expr, self)?.text)
    }

    /// Parameters and shortcuts that the expressions need, and a finding for each name without a meaning.
    pub(super) fn statements(
        &self,
        original: &Original<'_>,
        findings: &mut Vec<Diagnostic>,
    ) -> Vec<DraftStatement> {
        let mut statements = Vec::new();
        for (lower, (own, line)) in &self.host {
            let known = KNOWN.iter().find(|(name, _, _)| name == lower);
            let (value, doc) =
                known.map_or((" = 1 per cell", "set by the host"), |(_, value, doc)| (*value, *doc));
            let text = format!("parameter {own}{value}");
            statements.push(DraftStatement { text, doc: vec![doc.to_owned()], line: *line });
            if known.is_none() {
                let place =
                    original.lines().find(|(number, _)| number == line).map_or("", |(_, text)| text.trim());
                let message = format!("`{own}` is defined by the host alone; it is 1 here until it is set");
                let help = format!("write its default, unit and meaning into `parameter {own} = ...`");
                findings.push(original.remark(place, message).help(help));
            }
        }
        for (name, definition) in shortcuts::needed(&self.shortcuts) {
            let text = format!("let {name} = {definition}");
            statements.push(DraftStatement { text, doc: Vec::new(), line: 0 });
        }
        statements
    }
}

fn own(name: &str) -> String {
    let mut own: String = name.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '_').collect();
    if !own.starts_with(|c: char| c.is_ascii_alphabetic()) {
        own.insert_str(0, "v_");
    }
    while is_reserved(&own) {
        own.push_str("_var");
    }
    own
}

impl Names for Scope {
    fn number(&mut self, text: &str) -> Result<String, String> {
        number::value(text).map(number::text).ok_or_else(|| format!("`{text}` is not a number"))
    }

    fn name(&mut self, name: &str) -> Result<Printed, String> {
        let lower = name.to_ascii_lowercase();
        if matches!(lower.as_str(), "tgas" | "user_tgas") {
            return Ok(Printed::atom("T"));
        }
        if let Some(own) = self.variables.get(&lower) {
            return Ok(Printed::atom(own.as_str()));
        }
        match lower.as_str() {
            "ntot" => return Ok(Printed::atom("n_tot")),
            "hnuclei" => return Ok(Printed::atom("nuclei[H]")),
            _ => {}
        }
        if let Some((at, (own, _))) =
            shortcuts::place(name).and_then(|at| Some((at, shortcuts::SHORTCUTS.get(at)?)))
        {
            self.shortcuts.push(at);
            return Ok(Printed::atom(*own));
        }
        let line = self.line;
        let (own, _) = self.host.entry(lower).or_insert_with(|| (own(name), line));
        Ok(Printed::atom(own.as_str()))
    }

    fn call(&mut self, name: &str, arguments: &[Argument]) -> Result<Printed, String> {
        let lower = name.to_ascii_lowercase();
        let Some((_, own)) = FUNCTIONS.iter().find(|(known, _)| *known == lower) else {
            return Err(format!("the function `{name}` is not known"));
        };
        let mut texts = Vec::new();
        for argument in arguments {
            let Argument::Value(value) = argument else {
                return Err("parts of arrays have no counterpart".to_owned());
            };
            texts.push(print(value, self)?.text);
        }
        Ok(Printed::atom(format!("{own}({})", texts.join(", "))))
    }
}
