//! From the lines of a file to species, definitions and reactions.

use std::collections::BTreeMap;

use crate::diagnostic::Diagnostic;
use crate::import::Original;
use crate::import::draft::{Bound, Draft, DraftReaction, DraftStatement, Piece};

use super::elsewhere::{self, Elsewhere};
use super::functions::known_function;
use super::items::{Block, Items, Reaction};
use super::limits::{End, limit};
use super::photo::Photo;
use super::scope::Scope;
use super::species::{Particle, particle};

/// What hosts of KROME usually hand over: name in small letters, default, unit, meaning.
const COMMONS: [(&str, &str, &str, &str); 8] = [
    ("user_crate", "1.3e-17", " [s^-1]", "cosmic-ray ionisation rate"),
    ("user_crflux", "1.3e-17", " [s^-1]", "cosmic-ray ionisation rate"),
    ("user_zeta", "1.3e-17", " [s^-1]", "cosmic-ray ionisation rate"),
    ("user_av", "1", " [1]", "visual extinction [mag]"),
    ("user_tdust", "15", "", "temperature of dust [K]"),
    ("user_g0", "1", " [1]", "far-ultraviolet field in Habing units"),
    ("user_j21", "0", " [1]", "mean intensity at the Lyman edge in 1e-21 erg s^-1 cm^-2 Hz^-1 sr^-1"),
    ("user_redshift", "0", " [1]", "redshift"),
];

/// Puts everything into a draft.
pub(super) fn translate(original: &Original<'_>, items: &Items<'_>, scope: &mut Scope, draft: &mut Draft) {
    draft.doc.push(format!("Read from {}, a network of KROME.", original.name()));
    draft.doc.extend(items.doc.iter().cloned());
    scope.reactions = items.reactions.iter().map(|reaction| format!("r{}", reaction.number)).collect();
    let variables = variables(original, items, scope, draft);
    let mut photo = Photo::default();
    for reaction in &items.reactions {
        one(original, reaction, scope, draft, &mut photo);
    }
    for (name, line) in &items.ghosts {
        match particle(name, *line) {
            Ok(Particle::Species(species)) => draft.add_species(species),
            Ok(_) => {}
            Err(message) => draft.findings.push(original.refused(name, message)),
        }
    }
    let thermal = thermal(original, items, scope, draft);
    // Negative ions first, then neutral species, as KROME orders them.
    draft
        .species
        .sort_by_key(|species| crate::species::split_charge(&species.name).map_or(0, |(_, charge)| charge));
    let mut statements = commons(original, items, scope, draft);
    statements.extend(lent(scope));
    statements.extend(variables);
    statements.extend(photo.statements());
    statements.extend(thermal);
    draft.statements = statements;
    if !scope.unknown.is_empty() {
        draft.findings.push(elsewhere::missing_functions(original, scope));
    }
    if !scope.tables.is_empty() {
        draft.findings.push(elsewhere::missing_tables(original, scope));
    }
}

/// Parameters for what the host sets.
fn commons(
    original: &Original<'_>,
    items: &Items<'_>,
    scope: &Scope,
    draft: &mut Draft,
) -> Vec<DraftStatement> {
    let mut statements = Vec::new();
    for (name, line) in &items.commons {
        let Some(own) = scope.own(name) else { continue };
        let known = COMMONS.iter().find(|(known, ..)| name.eq_ignore_ascii_case(known));
        let (text, doc) = match known {
            Some((_, default, unit, meaning)) => {
                (format!("parameter {own} = {default}{unit} per cell"), (*meaning).to_owned())
            }
            None => {
                let message =
                    format!("the value of `{name}` is set by the host; it is 1 here until it is set");
                let help = format!("write its default, unit and meaning into `parameter {own} = ...`");
                draft.findings.push(original.remark(name, message).help(help));
                (format!("parameter {own} = 1 per cell"), "set by the host".to_owned())
            }
        };
        statements.push(DraftStatement { text, doc: vec![doc], line: *line });
    }
    for value in &scope.host_values {
        let text = format!("parameter {value} = 1 per cell");
        statements.push(DraftStatement {
            text,
            doc: vec!["radiation in units of Draine's field".to_owned()],
            line: 0,
        });
    }
    statements
}

/// Definitions of what KROME lends.
fn lent(scope: &Scope) -> Vec<DraftStatement> {
    let plain = |text: String| DraftStatement { text, doc: Vec::new(), line: 0 };
    let mut statements: Vec<DraftStatement> = scope.shortcuts().into_iter().map(plain).collect();
    let mut written: Vec<&str> = Vec::new();
    for known in scope.functions.iter().filter_map(|name| known_function(name)) {
        for parameter in known.parameters {
            if !written.contains(parameter) {
                written.push(parameter);
                statements.push(plain((*parameter).to_owned()));
            }
        }
        let mut lines: Vec<&str> = known.statement.split('\n').collect();
        // A definition that two functions share.
        if lines.first().is_some_and(|first| first.starts_with("let ") && written.contains(first)) {
            lines.remove(0);
        }
        written.extend(lines.first().filter(|first| first.starts_with("let ")));
        let text = lines.join("\n");
        statements.push(DraftStatement { text, doc: vec![known.source.to_owned()], line: 0 });
    }
    statements
}

fn variables(
    original: &Original<'_>,
    items: &Items<'_>,
    scope: &mut Scope,
    draft: &mut Draft,
) -> Vec<DraftStatement> {
    let mut statements = Vec::new();
    let mut seen: BTreeMap<String, u32> = BTreeMap::new();
    for variable in &items.variables {
        if let Some(first) = seen.insert(variable.name.to_ascii_lowercase(), variable.line) {
            let message = format!("`{}` is defined again; line {first} has it too", variable.name);
            draft.findings.push(
                original.refused(variable.name, message).help("KROME refuses this; rename one of them"),
            );
            continue;
        }
        let Some(own) = scope.own(variable.name).map(str::to_owned) else { continue };
        if variable.name.contains(['[', '(']) {
            let message = "a variable that is an array has no counterpart";
            draft
                .findings
                .push(original.refused(variable.name, message).help("define its elements one by one"));
            continue;
        }
        match scope.expression(variable.value, variable.line, false) {
            Ok(value) => {
                let text = format!("let {own} = {value}");
                statements.push(DraftStatement { text, doc: Vec::new(), line: variable.line });
            }
            Err(message) if message.is_empty() => {}
            Err(message) => draft.findings.push(
                original.refused(variable.value, format!("the value of `{}`: {message}", variable.name)),
            ),
        }
    }
    statements
}

fn thermal(
    original: &Original<'_>,
    items: &Items<'_>,
    scope: &mut Scope,
    draft: &mut Draft,
) -> Vec<DraftStatement> {
    let mut statements = Vec::new();
    for (index, (heats, text, line)) in items.thermal.iter().enumerate() {
        match scope.expression(text, *line, false) {
            Ok(value) => {
                let keyword = if *heats { "heating" } else { "cooling" };
                let text = format!("{keyword} term_{} = {value}", index + 1);
                let doc = vec![format!("{}, line {line}", original.name())];
                statements.push(DraftStatement { text, doc, line: *line });
            }
            Err(message) if message.is_empty() => {}
            Err(message) => draft.findings.push(original.refused(text, message)),
        }
    }
    statements
}

/// One reaction.
fn one(
    original: &Original<'_>,
    reaction: &Reaction<'_>,
    scope: &mut Scope,
    draft: &mut Draft,
    photo: &mut Photo,
) {
    match piece_of(original, reaction, scope, photo) {
        Ok(piece) => {
            let mut sides = [Vec::new(), Vec::new()];
            for (side, names) in sides.iter_mut().zip([&reaction.reactants, &reaction.products]) {
                for name in names {
                    match particle(name, reaction.line) {
                        Ok(particle) => side.push(written(particle, draft)),
                        Err(message) => {
                            draft.findings.push(original.refused(name, message).help(
                                "a species is a formula of elements, in any case; E is the electron, g light",
                            ));
                            return;
                        }
                    }
                }
            }
            let [mut reactants, mut products] = sides;
            match reaction.block {
                Block::Photo | Block::XRays => reactants.push("photon".to_owned()),
                Block::CosmicRays => reactants.push("cr".to_owned()),
                Block::Surface | Block::None => {}
            }
            if reactants.is_empty() || products.is_empty() {
                let message = "the reaction has an empty side";
                let help = "what comes from nothing, or vanishes, is not conserved: name what it is, or give it a made-up species";
                draft.findings.push(original.refused(reaction.text, message).help(help));
                return;
            }
            if reactants.iter().all(|r| r == "photon" || r == "cr") && reactants.len() > 1 {
                products.retain(|p| p != "photon");
            }
            draft.reactions.push(DraftReaction {
                name: format!("r{}", reaction.number),
                reactants,
                products,
                pieces: vec![piece],
                flux: false,
                kind: format!("{:?}", reaction.block),
            });
        }
        Err(None) => {}
        Err(Some(finding)) => draft.findings.push(*finding),
    }
}

fn written(particle: Particle, draft: &mut Draft) -> String {
    match particle {
        Particle::Species(species) => {
            let name = species.name.clone();
            draft.add_species(species);
            name
        }
        Particle::Photon => "photon".to_owned(),
        Particle::CosmicRay => "cr".to_owned(),
        Particle::ThirdBody => "M".to_owned(),
    }
}

/// Of two limits on one side both hold: the one that is met later.
fn tighter(old: Option<Bound>, new: Bound, is_tighter: impl Fn(f64, f64) -> bool) -> Bound {
    let holds = |old: &Bound| match old.value == new.value {
        true => !old.included || new.included,
        false => is_tighter(old.value, new.value),
    };
    old.filter(holds).unwrap_or(new)
}

type Refusal = Option<Box<Diagnostic>>;

fn piece_of(
    original: &Original<'_>,
    reaction: &Reaction<'_>,
    scope: &mut Scope,
    photo: &mut Photo,
) -> Result<Piece, Refusal> {
    let refuse =
        |part: &str, message: String, help: &str| Some(Box::new(original.refused(part, message).help(help)));
    if reaction.block == Block::Surface {
        let message = "a reaction on grains of each size has no counterpart".to_owned();
        return Err(refuse(
            reaction.text,
            message,
            "write it with the surface of all grains as a parameter per cell",
        ));
    }
    let (mut low, mut high) = (None, None);
    for (text, end) in [(reaction.low, End::Low), (reaction.high, End::High)] {
        match limit(text, end) {
            Ok(Some((End::Low, bound))) => low = Some(tighter(low, bound, |new, old| new > old)),
            Ok(Some((End::High, bound))) => high = Some(tighter(high, bound, |new, old| new < old)),
            Ok(None) => {}
            Err(message) => {
                let help = "limits are NONE, a number, or a number after < > .LE. .GE. .LT. .GT.";
                return Err(refuse(text, message, help));
            }
        }
    }
    let mut doc = reaction.doc.clone();
    doc.push(format!("{}, reaction {}", original.name(), reaction.number));
    let rate = reaction.rate;
    let lower = rate.to_ascii_lowercase();
    match elsewhere::coefficient(reaction, scope, photo) {
        Elsewhere::No => {}
        Elsewhere::Value(value, source) => {
            doc.extend(source.map(str::to_owned));
            // Limits of photo blocks are energies: the section begins at its own threshold.
            let [low, high] = if reaction.block == Block::Photo { [None, None] } else { [low, high] };
            return Ok(Piece { low, high, value, doc, line: reaction.line });
        }
        Elsewhere::Table => return Err(None),
        Elsewhere::Refused(message, help) => return Err(refuse(reaction.text, message, help)),
    }
    let piece = |low, high, value| Piece { low, high, value, doc, line: reaction.line };
    let (condition, rate) = match lower.strip_prefix("if").filter(|_| rate.contains("):")) {
        Some(_) => rate.split_once("):").map_or((None, rate), |(condition, value)| {
            (Some(condition.trim_start_matches(['i', 'I', 'f', 'F', ' ', '('])), value.trim())
        }),
        None => (None, rate),
    };
    let in_photo = reaction.block == Block::Photo;
    let refused = |text: &str, message: String| {
        let help = "rates are expressions of Fortran in Tgas, variables (`@var`), host values (`@common`) and densities n(idx_X)";
        if message.is_empty() { None } else { refuse(text, message, help) }
    };
    let mut value =
        scope.expression(rate, reaction.line, in_photo).map_err(|message| refused(rate, message))?;
    if let Some(text) = condition {
        let condition = scope.condition(text, reaction.line).map_err(|message| refused(text, message))?;
        value = format!("{{ {condition} : {value} }}");
    }
    if in_photo {
        let section = photo.section(reaction.number, low.take(), high.take(), value);
        return Ok(piece(None, None, format!("photo_rate(photons, {section})")));
    }
    Ok(piece(low, high, value))
}
