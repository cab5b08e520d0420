//! Rates that PRIZMO computes from files and grains of its own: the host sets them.

use std::collections::BTreeMap;

use super::lines::Line;
use crate::diagnostic::Diagnostic;
use crate::import::draft::DraftStatement;
use crate::import::{Original, number};

/// What such rates have in common.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    Photo,
    Freezing,
    Evaporation,
}

/// Rates that the host sets.
#[derive(Debug, Default)]
pub(super) struct Host {
    parameters: Vec<DraftStatement>,
    names: Vec<String>,
    rows: BTreeMap<Kind, Vec<(u32, String)>>,
}

impl Host {
    /// The coefficient, if the row has none that follows from T alone.
    ///
    /// # Errors
    /// In words, what is wrong with the row.
    pub(super) fn coefficient(
        &mut self,
        (reactants, products): (&[String], &[String]),
        rate: &str,
        line: &Line<'_>,
    ) -> Result<Option<String>, String> {
        let on_dust = |side: &[String]| side.iter().any(|name| name.ends_with("_DUST"));
        let (from, to) = (on_dust(reactants), on_dust(products));
        let word = rate.to_ascii_uppercase();
        if word.starts_with("PHOTO,") || word.starts_with("PHOTO ") || word.starts_with("PHOTO(") {
            let doc = format!(
                "rate that PRIZMO computes from a cross section in a file of its own: `{rate}`; zero until it is set"
            );
            return Ok(Some(self.parameter(Kind::Photo, "photo", (reactants, products), doc, line)));
        }
        if from && !to {
            let energy = number::value(rate).ok_or_else(|| {
                format!("`{rate}` is not a binding energy [K], which evaporation is given by")
            })?;
            self.rows.entry(Kind::Evaporation).or_default().push((line.number, line.place.to_owned()));
            return Ok(Some(format!("1e12 * exp(-{} / T_dust)", number::text(energy))));
        }
        if to && !from {
            if !rate.is_empty() {
                return Err("PRIZMO computes freezing itself and ignores what stands here".to_owned());
            }
            let doc =
                "rate of freezing out on dust, which PRIZMO computes from its grains; zero until it is set";
            let name =
                self.parameter(Kind::Freezing, "freezing", (reactants, products), doc.to_owned(), line);
            return Ok(Some(name));
        }
        if rate.is_empty() { Err("there is no coefficient".to_owned()) } else { Ok(None) }
    }

    fn parameter(
        &mut self,
        kind: Kind,
        begin: &str,
        (reactants, products): (&[String], &[String]),
        doc: String,
        line: &Line<'_>,
    ) -> String {
        let word = |name: &String| name.replace('+', "p").replace('-', "m");
        let side = |names: &[String]| names.iter().map(word).collect::<Vec<_>>().join("_");
        let stem = format!("{begin}_{}_to_{}", side(reactants), side(products));
        let stem: String = stem.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '_').collect();
        let mut name = stem.clone();
        let mut count = 1;
        while self.names.contains(&name) {
            count += 1;
            name = format!("{stem}_{count}");
        }
        self.names.push(name.clone());
        let text = format!("parameter {name} = 0 [s^-1] per cell");
        self.parameters.push(DraftStatement { text, doc: vec![doc], line: line.number });
        self.rows.entry(kind).or_default().push((line.number, line.place.to_owned()));
        name
    }

    /// Parameters, and one finding for each kind.
    pub(super) fn statements(
        self,
        original: &Original<'_>,
        findings: &mut Vec<Diagnostic>,
    ) -> Vec<DraftStatement> {
        let mut statements = self.parameters;
        for (kind, rows) in self.rows {
            let Some((first, _)) = rows.first() else { continue };
            let numbers: Vec<String> = rows.iter().take(8).map(|(line, _)| line.to_string()).collect();
            let more = if rows.len() > 8 { ", ..." } else { "" };
            let (what, help) = match kind {
                Kind::Photo => (
                    "rates by light, which PRIZMO computes from cross sections in files of its own",
                    "each is a parameter per cell [s^-1], zero until the host sets it; or write `photo_rate(FIELD, SECTION)` with a radiation field",
                ),
                Kind::Freezing => (
                    "rates of freezing out, which PRIZMO computes from its grains",
                    "each is a parameter per cell [s^-1], zero until the host sets it",
                ),
                Kind::Evaporation => (
                    "rates of evaporation by a binding energy E",
                    "they are read as 1e12 s^-1 exp(-E / T_dust), as PRIZMO does; set `T_dust` for each cell",
                ),
            };
            if kind == Kind::Evaporation {
                statements.push(DraftStatement {
                    text: "parameter T_dust = 10 [K] per cell".to_owned(),
                    doc: vec!["temperature of dust".to_owned()],
                    line: *first,
                });
            }
            let message = format!("{} {what} (lines {}{more})", rows.len(), numbers.join(", "));
            let place = original.lines().find(|(line, _)| line == first).map_or("", |(_, text)| text.trim());
            findings.push(original.remark(place, message).help(help));
        }
        statements
    }
}
