//! Names of species that are read otherwise than they may be meant: `SI` as sulphur and iodine (W013).

use crate::ast::{ItemKind, SpeciesDeclaration};
use crate::diagnostic::{Code, Diagnostic};
use crate::elements::is_stable;
use crate::program::Program;
use crate::species::Formula;

/// Elements of two letters whose capitals are two other elements, and which of these is rare in chemical networks.
/// `CO` and the like are left out: they are molecules.
const IN_CAPITALS: [(&str, &str, char); 3] = [("SI", "Si", 'I'), ("NI", "Ni", 'I'), ("CU", "Cu", 'U')];

/// One finding per misread element, at the first species that holds it.
pub(crate) fn check(program: &Program) -> Vec<Diagnostic> {
    let names: Vec<&SpeciesDeclaration> = program
        .items()
        .filter_map(|(_, item)| match &item.kind {
            ItemKind::Species(list) => Some(list),
            _ => None,
        })
        .flatten()
        // A stated composition leaves no doubt.
        .filter(|declaration| declaration.composition.is_none())
        .collect();
    let mut found = in_capitals(&names);
    found.extend(names.iter().filter_map(|declaration| unstable(declaration)));
    found
}

/// Elements of two letters in capitals. If the rare element stands elsewhere too, it is meant.
fn in_capitals(names: &[&SpeciesDeclaration]) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for (capitals, element, rare) in IN_CAPITALS {
        // `SIn` and the like are read as two elements with another second one.
        let holds = |name: &str| Formula::parse(name).is_some() && letters(name, capitals);
        let rest_is_free = names.iter().all(|d| {
            let rest = d.name.value.replace(capitals, "");
            !Formula::parse(&rest).is_some_and(|f| f.composition.iter().any(|(e, _)| *e == rare.to_string()))
        });
        if !rest_is_free {
            continue;
        }
        for declaration in names.iter().filter(|d| holds(&d.name.value)) {
            let name = &declaration.name;
            let read = capitals.chars().map(String::from).collect::<Vec<_>>().join(" + ");
            let meant = name.value.replace(capitals, element);
            let elements = Formula::parse(&name.value).map(|f| f.elements()).unwrap_or_default();
            found.push(
                Diagnostic::new(Code::W013, name.span, format!("`{}` is read as {read}", name.value))
                    .label(format!("`{element}` is written with a small letter"))
                    .help(format!("did you mean `{meant}`?"))
                    .help(format!("else state the composition: `{} ({elements})`", name.value))
                    .cause(capitals, format!("`{capitals}` in the names of {{n}} species is read as {read}")),
            );
        }
    }
    found
}

/// Whether two capitals stand in a name and no small letter follows.
fn letters(name: &str, capitals: &str) -> bool {
    name.match_indices(capitals).any(|(at, _)| {
        let next = name.get(at + capitals.len()..).and_then(|rest| rest.chars().next());
        !next.is_some_and(|c| c.is_ascii_lowercase())
    })
}

/// An element without a stable or long-lived isotope: `No` is nobelium, not nitric oxide.
fn unstable(declaration: &SpeciesDeclaration) -> Option<Diagnostic> {
    let name = &declaration.name;
    let formula = Formula::parse(&name.value)?;
    let (element, _) = formula.composition.iter().find(|(element, _)| !is_stable(element))?;
    let capitals = name.value.replace(element.as_str(), &element.to_ascii_uppercase());
    let message = format!("`{}` holds the radioactive element {element}", name.value);
    let diagnostic = Diagnostic::new(Code::W013, name.span, message);
    let diagnostic = match Formula::parse(&capitals) {
        Some(_) => diagnostic.help(format!("did you mean `{capitals}`?")),
        None => diagnostic,
    };
    Some(
        diagnostic
            .help(format!("if it is meant, state the composition: `{} ({})`", name.value, formula.elements()))
            .cause(element.as_str(), format!("{{n}} species hold the radioactive element {element}")),
    )
}
