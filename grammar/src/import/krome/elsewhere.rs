//! Coefficients that do not stand in the file: in KROME's database, in tables of cross sections, in functions of others.

use crate::diagnostic::Diagnostic;
use crate::import::Original;

use super::database;
use super::items::{Block, Reaction};
use super::photo::Photo;
use super::scope::Scope;

/// Where the coefficient of a reaction is.
pub(super) enum Elsewhere {
    /// In the file.
    No,
    /// Known here: its expression, and where it is from.
    Value(String, Option<&'static str>),
    /// In a table of cross sections, which is said once for all of them.
    Table,
    /// Not known: a message and what to do about it.
    Refused(String, &'static str),
}

/// Looks for what a rate refers to.
pub(super) fn coefficient(reaction: &Reaction<'_>, scope: &mut Scope, photo: &mut Photo) -> Elsewhere {
    let rate = reaction.rate.to_ascii_lowercase();
    if let Some(library) = rate.strip_prefix("@xsecfile") {
        let table = table(reaction, library.trim_start_matches(['=', ' ']));
        scope.tables.entry(table).or_default().push(reaction.line);
        return Elsewhere::Table;
    }
    if rate != "auto" {
        return Elsewhere::No;
    }
    let known = match reaction.block {
        Block::Photo => photo
            .verner(&reaction.reactants)
            .map(|section| Elsewhere::Value(format!("photo_rate(photons, {section})"), None)),
        Block::None => database::entry(&reaction.reactants, &reaction.products)
            .map(|entry| Elsewhere::Value(entry.value.to_owned(), Some(entry.source))),
        Block::XRays | Block::CosmicRays | Block::Surface => None,
    };
    known.unwrap_or_else(|| match reaction.block {
        Block::XRays => Elsewhere::Refused(
            "ionisation by X-rays is a table of KROME's own, for its spectrum and column density (auto)".to_owned(),
            "write the coefficient into the file, with a value that the host sets (`@common:user_NAME`), or state the spectrum as `radiation` in what `chem import` writes",
        ),
        _ => Elsewhere::Refused(
            "the coefficient of this reaction is in KROME's own database (auto)".to_owned(),
            "write the coefficient into the file",
        ),
    })
}

/// The file of a table below KROME's `data/database`.
fn table(reaction: &Reaction<'_>, library: &str) -> String {
    let upper = |names: &[&str]| -> Vec<String> {
        names
            .iter()
            .filter(|name| !name.eq_ignore_ascii_case("g"))
            .map(|name| name.to_ascii_uppercase())
            .collect()
    };
    let reactants = upper(&reaction.reactants).join("_");
    match library {
        "leiden" => {
            let mut products = upper(&reaction.products);
            products.sort_unstable();
            format!("leiden_xsecs/{reactants}__{}.dat", products.join("_"))
        }
        _ => format!("{library}_xsecs/{reactants}.dat"),
    }
}

/// Names with their lines.
fn list<'a>(names: impl Iterator<Item = (&'a String, &'a Vec<u32>)>) -> String {
    let one = |(name, lines): (&String, &Vec<u32>)| {
        let lines: Vec<String> = lines.iter().take(12).map(u32::to_string).collect();
        format!("`{name}` (line {})", lines.join(", "))
    };
    names.map(one).collect::<Vec<_>>().join(", ")
}

fn first_line<'t>(original: &Original<'t>, lines: impl Iterator<Item = u32>) -> &'t str {
    let first = lines.min().unwrap_or(1);
    original.text.lines().nth(first as usize - 1).unwrap_or("").trim()
}

/// One finding for all tables of cross sections.
pub(super) fn missing_tables(original: &Original<'_>, scope: &Scope) -> Diagnostic {
    let line = first_line(original, scope.tables.values().flatten().copied());
    let message = format!(
        "cross sections that are tables in KROME's folder `data/database`: {}",
        list(scope.tables.iter())
    );
    original
        .refused(line, message)
        .help("put each beside the network as CSV with the columns E [eV] and sigma [cm^2]")
        .help("and write in what `chem import --out FILE.net` writes: `table sigma_x(E [eV]) = [cm^2] from \"x.csv\" outside zero`, `cross_section x: E = 13.6 .. inf [eV], sigma = sigma_x(E)`, and reactions with `k = photo_rate(photons, x)`")
}

/// One finding for all functions that the file leaves to others.
pub(super) fn missing_functions(original: &Original<'_>, scope: &Scope) -> Diagnostic {
    let line = first_line(original, scope.unknown.values().flatten().copied());
    let message =
        format!("functions that are Fortran of KROME or of the user: {}", list(scope.unknown.iter()));
    let finding = original
        .refused(line, message)
        .help("define each in what `chem import --out FILE.net` writes, as `function NAME(a, b) = ...`, and its reactions")
        .help("or replace the call in the file by a value that the host sets: `@common:user_NAME`");
    match scope.unknown.keys().any(|name| name.eq_ignore_ascii_case("cluster_destruction_rate")) {
        true => finding.help("no version of KROME has `cluster_destruction_rate`: the network is not complete without its author"),
        false => finding,
    }
}
