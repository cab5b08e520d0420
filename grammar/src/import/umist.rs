//! Rate files of UMIST: RATE12 (McElroy et al. 2013, A&A 550, A36) and RATE22 (Millar et al. 2024, A&A 682, A109).
//!
//! `number:type:R1:R2:P1:P2:P3:P4:ranges:` and for each range `alpha:beta:gamma:Tl:Tu:source:accuracy:DOI:reference:`.

use super::database::{Law, Row, Scales, species, translate};
use super::draft::Draft;
use super::{Original, number};

const SCALES: Scales = Scales {
    cosmic_rays: " * zeta / 1.36e-17",
    cosmic_ray_light: " / (1 - omega) * zeta / 1.36e-17",
    light: " * chi",
    kept: None,
    parameters: &[
        (
            "parameter zeta = 1.36e-17 [s^-1] per cell",
            "cosmic-ray ionisation rate; coefficients of UMIST are for 1.36e-17 s^-1",
        ),
        ("parameter omega = 0.5 [1] per cell", "albedo of dust in the far ultraviolet"),
        ("parameter Av = 1 [1] per cell", "visual extinction [mag]"),
        (
            "parameter chi = 1 [1] per cell",
            "far-ultraviolet field in units of the interstellar one (Draine 1978)",
        ),
    ],
};

/// Fields before the first range, and of a range.
const HEAD: usize = 9;
const RANGE: usize = 9;

/// Reads a rate file.
pub(super) fn read(original: &Original<'_>) -> Draft {
    let mut draft = Draft::default();
    let name = original.name();
    draft.doc.push(format!("Read from {name}, a rate file of UMIST."));
    draft.doc.push("Coefficients hold beyond the ranges of their fits; of several, each up to the middle of the gap to the next.".to_owned());
    draft
        .doc
        .push("The file has no formation of H2 on grains: add it as a process or a reaction.".to_owned());
    let mut rows = Vec::new();
    for (line, text) in original.lines() {
        let text = text.trim();
        if text.is_empty() || text.starts_with(['#', '!']) {
            continue;
        }
        match row(text, line, &name, &mut draft) {
            Ok(mut found) => {
                if drop_repeated(&mut found) {
                    let message = "the row gives the same range of T twice: it counts once";
                    draft.findings.push(original.remark(text, message).help("correct the number of ranges"));
                }
                rows.extend(found);
            }
            Err(message) => draft.findings.push(original.refused(text, message).help(
                "a row is number:type:R1:R2:P1:P2:P3:P4:ranges:alpha:beta:gamma:Tl:Tu:source:accuracy:DOI:reference",
            )),
        }
    }
    translate(rows, &SCALES, &mut draft);
    draft
}

/// Drops ranges of one row that are given twice; the ranges of a row are parts of one coefficient and never add up.
fn drop_repeated(rows: &mut Vec<Row>) -> bool {
    let count = rows.len();
    let mut kept: Vec<Row> = Vec::with_capacity(count);
    for row in rows.drain(..) {
        let same = |known: &Row| (known.low, known.high, known.numbers) == (row.low, row.high, row.numbers);
        if !kept.iter().any(same) {
            kept.push(row);
        }
    }
    *rows = kept;
    rows.len() < count
}

fn row(text: &str, line: u32, file: &str, draft: &mut Draft) -> Result<Vec<Row>, String> {
    let fields = fields(text);
    let field = |index: usize| fields.get(index).map_or("", |f| f.trim());
    let kind = field(1);
    let ranges: usize = field(8).parse().map_err(|_| format!("`{}` is not a number of ranges", field(8)))?;
    if !(1..=20).contains(&ranges) || fields.len() < HEAD + (ranges - 1) * RANGE + 5 {
        return Err(format!("the row has {} fields, too few for {ranges} ranges of T", fields.len()));
    }
    let law = match kind {
        "CP" => Law::CosmicRays,
        "CR" => Law::CosmicRayLight,
        "PH" => Law::Light,
        _ => Law::Arrhenius,
    };
    let mut side = |range: std::ops::Range<usize>| {
        let mut names = Vec::new();
        for name in range.map(field).filter(|name| !name.is_empty()) {
            names.push(match name {
                "CRP" | "CRPHOT" => "cr".to_owned(),
                "PHOTON" => "photon".to_owned(),
                name => {
                    let found = species(name, line)
                        .ok_or_else(|| format!("`{name}` is not a formula of elements"))?;
                    let name = found.name.clone();
                    draft.add_species(found);
                    name
                }
            });
        }
        Ok::<_, String>(names)
    };
    let (reactants, products) = (side(2..4)?, side(4..8)?);
    if reactants.is_empty() || products.is_empty() {
        return Err("the reaction has an empty side".to_owned());
    }
    let mut rows = Vec::new();
    for range in 0..ranges {
        let at = HEAD + range * RANGE;
        let read = |offset: usize, what: &str| {
            number::value(field(at + offset)).ok_or_else(|| format!("`{}` is not {what}", field(at + offset)))
        };
        let numbers = [read(0, "alpha")?, read(1, "beta")?, read(2, "gamma")?];
        let mut doc: Vec<String> = Vec::new();
        doc.extend([field(at + 8), field(at + 7)].into_iter().filter(|d| !d.is_empty()).map(str::to_owned));
        doc.push(format!("{file}, reaction {}, type {kind}, accuracy {}", field(0), field(at + 6)));
        rows.push(Row {
            reactants: reactants.clone(),
            products: products.clone(),
            law,
            numbers,
            low: read(3, "a temperature")?,
            high: read(4, "a temperature")?,
            doc,
            line,
            kind: kind.to_owned(),
        });
    }
    Ok(rows)
}

/// Fields between colons; colons within quotation marks do not count.
fn fields(text: &str) -> Vec<String> {
    let mut out = vec![String::new()];
    let mut quoted = false;
    for c in text.chars() {
        match c {
            '"' => quoted = !quoted,
            ':' if !quoted => out.push(String::new()),
            c => {
                if let Some(last) = out.last_mut() {
                    last.push(c);
                }
            }
        }
    }
    out
}
