//! Networks of PRIZMO (Grassi et al. 2020, MNRAS 494, 4471) and JAFF: `H + e- -> H+ + e- + e- [10,1e4] 1e-10 * (tgas/300)**0.5`.

mod host;
mod lines;
mod scope;
mod shortcuts;

use super::database::{self, Fit};
use super::draft::{Draft, DraftStatement};
use super::{Original, capitals, number};
use host::Host;
use lines::{Line, logical};
use scope::Scope;

const HELP: &str =
    "a reaction is `A + B -> C + D [Tmin,Tmax] coefficient`, the coefficient an expression in tgas";

/// Reads a network.
pub(super) fn read(original: &Original<'_>) -> Draft {
    let mut draft = Draft::default();
    let name = original.name();
    draft.doc.push(format!("Read from {name}, a network of PRIZMO."));
    draft.doc.push("Coefficients hold beyond the ranges of their fits, as in PRIZMO; of several, each up to the middle of the gap to the next.".to_owned());
    let (mut scope, mut host) = (Scope::default(), Host::default());
    let mut fits = Vec::new();
    let mut in_variables = false;
    for line in logical(original) {
        let text = line.text.trim();
        let word = text.to_ascii_uppercase();
        if word.starts_with("VARIABLES") && text.contains('{') {
            in_variables = !text.contains('}');
        } else if text.starts_with('}') || (word.starts_with("PROTOTYPE[") && text.ends_with('{')) {
            // A prototype says how PRIZMO evaluates the rows within, which are complete without it.
            in_variables = false;
        } else if in_variables {
            variable(original, &line, &mut scope, &mut draft);
        } else {
            match reaction(&line, (&name, fits.len() + 1), &mut scope, &mut host, &mut draft) {
                Ok(fit) => fits.push(fit),
                Err(message) => draft.findings.push(original.refused(line.place, message).help(HELP)),
            }
        }
    }
    database::settle(fits, &mut draft);
    let mut statements = scope.statements(original, &mut draft.findings);
    statements.extend(host.statements(original, &mut draft.findings));
    statements.append(&mut draft.statements);
    draft.statements = statements;
    draft
}

fn variable(original: &Original<'_>, line: &Line<'_>, scope: &mut Scope, draft: &mut Draft) {
    let Some((name, value)) = line.text.split_once('=') else {
        draft.findings.push(original.refused(line.place, "a variable is `name = expression`"));
        return;
    };
    match scope.expression(value.trim(), line) {
        Ok(value) => {
            let text = format!("let {} = {value}", scope.define(name.trim()));
            draft.statements.push(DraftStatement { text, doc: Vec::new(), line: line.number });
        }
        Err(message) => draft.findings.push(
            original.refused(line.place, message).help("give an expression in tgas and earlier variables"),
        ),
    }
}

fn reaction(
    line: &Line<'_>,
    (file, count): (&str, usize),
    scope: &mut Scope,
    host: &mut Host,
    draft: &mut Draft,
) -> Result<Fit, String> {
    let (left, rest) = line.text.split_once("->").ok_or("there is no `->`")?;
    let (right, rest) = rest.split_once('[').ok_or("there is no range `[Tmin,Tmax]`")?;
    let (range, rate) = rest.split_once(']').ok_or("the range has no `]`")?;
    let (low, high) = bounds(range)?;
    let (reactants, products) = (side(left, line, draft)?, side(right, line, draft)?);
    if reactants.is_empty() || products.is_empty() {
        return Err("the reaction has an empty side".to_owned());
    }
    let sides = (reactants.as_slice(), products.as_slice());
    let value = match host.coefficient(sides, rate.trim(), line)? {
        Some(value) => value,
        None => scope.expression(rate.trim(), line)?,
    };
    let mut doc = vec![format!("{file}, reaction {count}")];
    let range = range.trim();
    if !matches!(range, "" | ",") {
        doc.push(format!("fit for [{range}] K"));
    }
    Ok(Fit { reactants, products, value, low, high, doc, line: line.number, kind: String::new() })
}

/// `[10, 1e4]`, `[, 300]`, `[]`
fn bounds(range: &str) -> Result<(f64, f64), String> {
    let (low, high) = match range.split_once(',') {
        Some(ends) => ends,
        None if range.trim().is_empty() => ("", ""),
        None => return Err("a range is `[Tmin,Tmax]`".to_owned()),
    };
    let bound = |text: &str, without: f64| match text.trim() {
        "" => Ok(without),
        text => number::value(text).ok_or_else(|| format!("`{text}` is not a temperature")),
    };
    Ok((bound(low, 0.0)?, bound(high, f64::MAX)?))
}

fn side(part: &str, line: &Line<'_>, draft: &mut Draft) -> Result<Vec<String>, String> {
    let mut names = Vec::new();
    for name in part.split(" + ").map(str::trim).filter(|name| !name.is_empty()) {
        names.push(match name.to_ascii_uppercase().as_str() {
            "PHOTON" | "G" | "GAMMA" => "photon".to_owned(),
            "CR" | "CRP" | "CRPHOT" => "cr".to_owned(),
            "M" => "M".to_owned(),
            _ => {
                let found = species(name, line.number)
                    .ok_or_else(|| format!("`{name}` is not a formula of elements"))?;
                let name = found.name.clone();
                draft.add_species(found);
                name
            }
        });
    }
    Ok(names)
}

/// `CO`, `HE+`, `CO_DUST` (on the surface of grains)
fn species(name: &str, line: u32) -> Option<super::draft::DraftSpecies> {
    if let Some(body) = name.strip_suffix("_DUST") {
        let found = species(body, line).filter(|found| !found.composition.is_empty())?;
        return Some(super::draft::DraftSpecies { name: format!("{}_DUST", found.name), ..found });
    }
    database::species(name, line).or_else(|| {
        let body = name.trim_end_matches(['+', '-']);
        let (formula, composition) = capitals::formula(body)?;
        let name = format!("{formula}{}", name.get(body.len()..)?);
        Some(super::draft::DraftSpecies { name, composition, mass: None, line })
    })
}
