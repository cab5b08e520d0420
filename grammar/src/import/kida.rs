//! Networks of KIDA (Wakelam et al. 2012, ApJS 199, 21; 2024, A&A 689, A63): fixed columns.

use super::database::{Law, Row, Scales, species, translate};
use super::draft::Draft;
use super::{Original, number};

const SCALES: Scales = Scales {
    cosmic_rays: " * zeta",
    cosmic_ray_light: " * zeta",
    light: " * chi",
    kept: Some(9999.0),
    parameters: &[
        ("parameter zeta = 1.3e-17 [s^-1] per cell", "cosmic-ray ionisation rate of H2"),
        ("parameter Av = 1 [1] per cell", "visual extinction [mag]"),
        (
            "parameter chi = 1 [1] per cell",
            "far-ultraviolet field in units of the interstellar one (Draine 1978)",
        ),
    ],
};

/// Where products and numbers begin.
const PRODUCTS: usize = 34;
const NUMBERS: usize = 90;

/// Reads a network.
pub(super) fn read(original: &Original<'_>) -> Draft {
    let mut draft = Draft::default();
    let name = original.name();
    draft.doc.push(format!("Read from {name}, a network of KIDA."));
    draft.doc.push("Beyond the range of a fit its coefficient keeps the value at the end; of several, each holds up to the middle of the gap to the next (as in Nautilus, the program of KIDA's authors).".to_owned());
    let mut rows = Vec::new();
    for (line, text) in original.lines() {
        let text = text.trim_end();
        if text.trim().is_empty() || text.trim_start().starts_with(['#', '!']) {
            continue;
        }
        match row(text, line, &name, &mut draft) {
            Ok(Some(row)) => {
                if is_negative(&row) {
                    let many = "the coefficients of {n} rows are negative: their numbers are those of another formula";
                    let message = "the coefficient of this row is negative: its numbers are those of another formula";
                    draft.findings.push(original.remark(text, message).help("it is read as it stands: correct the row").cause("negative", many));
                }
                rows.push(row);
            }
            Ok(None) => draft.findings.push(
                original
                    .remark(text, "a process on grains whose rate the program computes (formula 10 or 11)")
                    .help("it is left out: add formation of H2 on grains as a process or a reaction"),
            ),
            Err(message) => draft.findings.push(original.refused(text, message).help(
                "a row has reactants from column 1, products from column 35, and A, B, C, F, g, type, itype, Tmin, Tmax, formula, number from column 91",
            )),
        }
    }
    translate(rows, &SCALES, &mut draft);
    draft
}

fn is_negative(row: &Row) -> bool {
    let [a, b, _] = row.numbers;
    a < 0.0 || (matches!(row.law, Law::Polar1 | Law::Polar2) && b < 0.0)
}

fn row(text: &str, line: u32, file: &str, draft: &mut Draft) -> Result<Option<Row>, String> {
    let (Some(left), Some(right), Some(rest)) =
        (text.get(..PRODUCTS), text.get(PRODUCTS..NUMBERS), text.get(NUMBERS..))
    else {
        return Err("the row is too short".to_owned());
    };
    let words: Vec<&str> = rest.split_whitespace().collect();
    let word = |index: usize| words.get(index).copied().unwrap_or("");
    let read = |index: usize, what: &str| {
        number::value(word(index)).ok_or_else(|| format!("`{}` is not {what}", word(index)))
    };
    let numbers = [read(0, "A")?, read(1, "B")?, read(2, "C")?];
    let itype = word(6);
    // -9999 and 9999 stand for no limit; other fits reach beyond 9999 K.
    let (low, high) = (read(7, "a temperature")?, read(8, "a temperature")?);
    let low = low.max(0.0);
    let law = match word(9) {
        "0" | "3" => Law::Arrhenius,
        "1" => Law::CosmicRays,
        "2" => Law::Light,
        "4" => Law::Polar1,
        "5" => Law::Polar2,
        "10" | "11" => return Ok(None),
        other => return Err(format!("formula `{other}` of KIDA has no counterpart here")),
    };
    let mut side = |part: &str| {
        let mut names = Vec::new();
        for name in part.split_whitespace() {
            names.push(match name {
                "CR" | "CRP" => "cr".to_owned(),
                "Photon" => "photon".to_owned(),
                "+" => continue,
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
    let (reactants, products) = (side(left)?, side(right)?);
    if reactants.is_empty() || products.is_empty() {
        return Err("the reaction has an empty side".to_owned());
    }
    let doc = vec![format!("{file}, reaction {}, type {itype}, uncertainty a factor {}", word(10), word(3))];
    let kind = itype.to_owned();
    Ok(Some(Row { reactants, products, law, numbers, low, high, doc, line, kind }))
}
