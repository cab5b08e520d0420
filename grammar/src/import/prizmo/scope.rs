//! What names mean in the expressions of a file.

use std::collections::BTreeMap;

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

/// Variables of the file, and names that only the host knows.
#[derive(Debug, Default)]
pub(super) struct Scope {
    variables: BTreeMap<String, String>,
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
    pub(super) fn expression(&mut self, text: &str, line: u32) -> Result<String, String> {
        self.line = line;
        let expr = parse(text)?;
        Ok(print(&expr, self)?.text)
    }

    /// Names that the host sets, and the line that has each first.
    pub(super) fn host_values(&self) -> Vec<(String, u32)> {
        self.host.values().cloned().collect()
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
        if lower == "tgas" {
            return Ok(Printed::atom("T"));
        }
        if let Some(own) = self.variables.get(&lower) {
            return Ok(Printed::atom(own.as_str()));
        }
        let line = self.line;
        let (own, _) = self.host.entry(lower).or_insert_with(|| (own(name), line));
        Ok(Printed::atom(own.as_str()))
    }

    fn call(&mut self, name: &str, arguments: &[Argument]) -> Result<Printed, String> {
        let lower = name.to_ascii_lowercase();
        if lower == "photo" {
            return Err(
                "the rate follows from a cross section of PRIZMO's own (photo): write it as a coefficient"
                    .to_owned(),
            );
        }
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
