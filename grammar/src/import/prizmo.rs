//! Networks of PRIZMO (Grassi et al. 2020, MNRAS 494, 4471) and JAFF: `H + e- -> H+ + e- + e- [10,1e4] 1e-10 * (tgas/300)**0.5`.

mod scope;

use super::draft::{Bound, Draft, DraftReaction, DraftStatement, Piece};
use super::{Original, database, number};
use scope::Scope;

/// Reads a network.
pub(super) fn read(original: &Original<'_>) -> Draft {
    let mut draft = Draft::default();
    let name = original.path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    draft.doc.push(format!("Read from {name}, a network of PRIZMO."));
    let mut scope = Scope::default();
    let mut in_variables = false;
    let mut count = 0;
    for (line, whole) in original.lines() {
        let text = whole.split('#').next().unwrap_or("").trim();
        if text.is_empty() {
            continue;
        }
        if text.to_ascii_uppercase().starts_with("VARIABLES") && text.contains('{') {
            in_variables = !text.contains('}');
            continue;
        }
        if in_variables {
            if text.starts_with('}') {
                in_variables = false;
                continue;
            }
            variable(original, text, line, &mut scope, &mut draft);
            continue;
        }
        count += 1;
        match reaction(text, line, (&name, count), &mut scope, &mut draft) {
            Ok(reaction) => draft.reactions.push(reaction),
            Err(message) => draft.findings.push(
                original
                    .refused(text, message)
                    .help("a reaction is `A + B -> C + D [Tmin,Tmax] coefficient`, the coefficient an expression in tgas"),
            ),
        }
    }
    let mut statements: Vec<DraftStatement> = Vec::new();
    for (own, line) in scope.host_values() {
        let text = format!("parameter {own} = 1 per cell");
        statements.push(DraftStatement { text, doc: vec!["set by the host".to_owned()], line });
        let place = original.text.lines().nth((line as usize).saturating_sub(1)).unwrap_or("").trim();
        let message = format!("`{own}` is defined by the host alone; it is 1 here until it is set");
        let help = format!("write its default, unit and meaning into `parameter {own} = ...`");
        draft.findings.push(original.remark(place, message).help(help));
    }
    statements.append(&mut draft.statements);
    draft.statements = statements;
    draft
}

fn variable(original: &Original<'_>, text: &str, line: u32, scope: &mut Scope, draft: &mut Draft) {
    let Some((name, value)) = text.split_once('=') else {
        draft.findings.push(original.refused(text, "a variable is `name = expression`"));
        return;
    };
    match scope.expression(value.trim(), line) {
        Ok(value) => {
            let text = format!("let {} = {value}", scope.define(name.trim()));
            draft.statements.push(DraftStatement { text, doc: Vec::new(), line });
        }
        Err(message) => draft
            .findings
            .push(original.refused(value, message).help("give an expression in tgas and earlier variables")),
    }
}

fn reaction(
    text: &str,
    line: u32,
    (file, count): (&str, usize),
    scope: &mut Scope,
    draft: &mut Draft,
) -> Result<DraftReaction, String> {
    let (left, rest) = text.split_once("->").ok_or("there is no `->`")?;
    let (right, rest) = rest.split_once('[').ok_or("there is no range `[Tmin,Tmax]`")?;
    let (range, rate) = rest.split_once(']').ok_or("the range has no `]`")?;
    let (low, high) = range.split_once(',').ok_or("a range is `[Tmin,Tmax]`")?;
    let bound = |text: &str, included| match text.trim() {
        "" => Ok(None),
        text => {
            let value = number::value(text).ok_or_else(|| format!("`{text}` is not a temperature"))?;
            Ok::<_, String>(Some(Bound { value, text: number::text(value), included }))
        }
    };
    let (low, high) = (bound(low, true)?, bound(high, false)?);
    let value = scope.expression(rate.trim(), line)?;
    let mut side = |part: &str| {
        let mut names = Vec::new();
        for name in part.split(" + ").map(str::trim).filter(|name| !name.is_empty()) {
            names.push(match name.to_ascii_uppercase().as_str() {
                "PHOTON" | "G" | "GAMMA" => "photon".to_owned(),
                "CR" | "CRP" => "cr".to_owned(),
                "M" => "M".to_owned(),
                _ => {
                    let found = database::species(name, line)
                        .ok_or_else(|| format!("`{name}` is not a formula of elements"))?;
                    let name = found.name.clone();
                    draft.add_species(found);
                    name
                }
            });
        }
        Ok::<_, String>(names)
    };
    let (reactants, products) = (side(left)?, side(right)?);
    if reactants.is_empty() || products.is_empty() {
        return Err("the reaction has an empty side".to_owned());
    }
    let doc = vec![format!("{file}, reaction {count}")];
    let pieces = vec![Piece { low, high, value, doc, line }];
    Ok(DraftReaction {
        name: format!("r{count}"),
        reactants,
        products,
        pieces,
        flux: false,
        kind: String::new(),
    })
}
