//! Networks of UCLCHEM (Holdship et al. 2017, AJ 154, 38): reactants, products and three numbers, between commas.

use std::collections::BTreeMap;

use super::capitals::formula;
use super::database::{Law, Row, Scales, translate};
use super::draft::{Draft, DraftSpecies};
use super::{Original, number};

const SCALES: Scales = Scales {
    cosmic_rays: " * zeta",
    cosmic_ray_light: " / (1 - omega) * zeta",
    light: " * radfield / 1.7",
    kept: None,
    parameters: &[
        ("parameter zeta = 1 [1] per cell", "cosmic-ray ionisation rate in units of 1.3e-17 s^-1"),
        ("parameter omega = 0.5 [1] per cell", "albedo of dust in the far ultraviolet"),
        ("parameter Av = 1 [1] per cell", "visual extinction [mag]"),
        ("parameter radfield = 1 [1] per cell", "far-ultraviolet field in Habing units"),
    ],
};

/// Kinds of processes whose rates UCLCHEM computes from its grains and ices.
const ON_GRAINS: [&str; 17] = [
    "FREEZE", "DESOH2", "DESCR", "DEUVCR", "THERM", "LH", "LHDES", "ER", "ERDES", "BULKSWAP", "SURFSWAP",
    "H2FORM", "EXSOLID", "EXRELAX", "IONOPOL", "GAR", "CRS",
];

/// Reads a network.
pub(super) fn read(original: &Original<'_>) -> Draft {
    let mut draft = Draft::default();
    let name = original.name();
    draft.doc.push(format!("Read from {name}, a network of UCLCHEM: its reactions in the gas."));
    let mut rows = Vec::new();
    let mut left_out: BTreeMap<&str, Vec<(u32, &str)>> = BTreeMap::new();
    for (line, text) in original.lines() {
        let text = text.trim();
        if text.is_empty() || text.starts_with('!') {
            continue;
        }
        let fields: Vec<&str> = text.split(',').map(|field| field.trim().trim_matches('"')).collect();
        let is_on_grains = |field: &&str| ON_GRAINS.contains(&field.to_ascii_uppercase().as_str());
        if let Some(kind) = fields.iter().take(3).find(|field| is_on_grains(field)) {
            left_out.entry(kind).or_default().push((line, text));
            continue;
        }
        match row(&fields, line, &name, &mut draft) {
            Ok(row) => rows.push(row),
            Err(message) => draft.findings.push(
                original
                    .refused(text, message)
                    .help("a row is R1,R2,R3,P1,P2,P3,P4,alpha,beta,gamma,Tmin,Tmax, with NAN for none"),
            ),
        }
    }
    for (kind, lines) in left_out {
        let Some((_, first)) = lines.first() else { continue };
        let numbers: Vec<String> = lines.iter().take(8).map(|(line, _)| line.to_string()).collect();
        let more = if lines.len() > 8 { ", ..." } else { "" };
        let message = format!(
            "{} rows of the kind {kind}, whose rates UCLCHEM computes from grains and ices (lines {}{more})",
            lines.len(),
            numbers.join(", ")
        );
        let help = "they are left out: write those that you need as reactions, `CO + grain -> `#CO` + grain`, with parameters per cell for the grains";
        draft.findings.push(original.remark(first, message).help(help));
    }
    translate(rows, &SCALES, &mut draft);
    draft
}

fn row(fields: &[&str], line: u32, file: &str, draft: &mut Draft) -> Result<Row, String> {
    if fields.len() < 12 {
        return Err(format!("the row has {} fields of 12", fields.len()));
    }
    let field = |index: usize| fields.get(index).copied().unwrap_or("");
    let read = |index: usize, what: &str| {
        number::value(field(index)).ok_or_else(|| format!("`{}` is not {what}", field(index)))
    };
    let mut law = Law::Arrhenius;
    let mut kind = "two bodies";
    let mut side = |range: std::ops::Range<usize>| {
        let mut names = Vec::new();
        for name in range.map(field) {
            match name.to_ascii_uppercase().as_str() {
                "" | "NAN" => {}
                "CRP" => (law, kind) = (Law::CosmicRays, "CRP"),
                "CRPHOT" => (law, kind) = (Law::CosmicRayLight, "CRPHOT"),
                "PHOTON" if names.is_empty() => return Err("light stands first".to_owned()),
                "PHOTON" => (law, kind) = (Law::Light, "PHOTON"),
                _ => {
                    let found = species(name, line)
                        .ok_or_else(|| format!("`{name}` is not a formula of elements"))?;
                    names.push(found.name.clone());
                    draft.add_species(found);
                }
            }
        }
        Ok::<_, String>(names)
    };
    let (mut reactants, products) = (side(0..3)?, side(3..7)?);
    if reactants.is_empty() || products.is_empty() {
        return Err("the reaction has an empty side".to_owned());
    }
    match law {
        Law::CosmicRays | Law::CosmicRayLight => reactants.push("cr".to_owned()),
        Law::Light => reactants.push("photon".to_owned()),
        _ => {}
    }
    let numbers = [read(7, "alpha")?, read(8, "beta")?, read(9, "gamma")?];
    let (low, high) = (read(10, "a temperature")?, read(11, "a temperature")?);
    // The factor 1.3e-17 is in alpha.
    let doc = vec![format!("{file}, line {line}, {kind}")];
    Ok(Row { reactants, products, law, numbers, low, high, doc, line, kind: kind.to_owned() })
}

/// `HE+`, `E-`, `#CO` (on the surface of ice), `@CO` (in its bulk).
fn species(name: &str, line: u32) -> Option<DraftSpecies> {
    let upper = name.to_ascii_uppercase();
    if upper == "E-" {
        return Some(DraftSpecies { name: "e-".to_owned(), line, ..DraftSpecies::default() });
    }
    let mark = upper.get(..1).filter(|mark| matches!(*mark, "#" | "@")).unwrap_or("");
    let rest = upper.get(mark.len()..)?;
    let body = rest.trim_end_matches(['+', '-']);
    let charge = rest.get(body.len()..)?;
    let (formula, composition) = formula(body)?;
    Some(DraftSpecies { name: format!("{mark}{formula}{charge}"), composition, mass: None, line })
}
