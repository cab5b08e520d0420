//! Reading states: one row, or the first of many, per cell.

use std::collections::HashMap;
use std::path::Path;

use super::number;
use super::sheet::Sheet;
use crate::bdf::YEAR;
use crate::input_error::{InputError, InputErrors};
use crate::structure::Structure;
use crate::suggestion;

/// One state read from a file.
#[derive(Clone, Debug, PartialEq)]
pub struct State {
    /// Name of the cell, as in the file.
    pub id: String,
    /// Number densities [cm^-3] in declared order, then T `[K]`.
    pub unknowns: Vec<f64>,
    /// Time `[s]`: that of the row, 0 if the file has no time column.
    pub time: f64,
}

/// Which rows count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rows {
    /// The first row of each id: its initial state. Without a time column an id may stand only once.
    FirstOfEachId,
    /// Every row.
    All,
}

/// Whether states must be neutral.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NeutralityCheck {
    /// The net charge may be at most 1e-6 of the sum of all positive and negative charges, so that states
    /// printed with seven digits pass.
    Required,
    /// Any charge passes.
    Off,
}

/// Net charge over gross charge up to which a state counts as neutral.
const NEUTRALITY: f64 = 1e-6;

/// Columns that begin with `n_` but are no species.
const NOT_SPECIES: [&str; 2] = ["n_tot", "n_total"];

/// Reads states: the initial state of every cell, or all rows.
///
/// # Errors
/// Every mistake of the file with line, column and remedy: missing columns, species that the network does not
/// have, numbers that are negative or not finite, charge, ids that stand twice.
pub fn read_states(
    path: &Path,
    structure: &Structure,
    rows: Rows,
    neutrality: NeutralityCheck,
) -> Result<Vec<State>, InputErrors> {
    states_of(&Sheet::read(path)?, structure, rows, neutrality)
}

fn states_of(
    sheet: &Sheet,
    structure: &Structure,
    rows: Rows,
    neutrality: NeutralityCheck,
) -> Result<Vec<State>, InputErrors> {
    let columns = Columns::find(sheet, structure)?;
    let mut errors = InputErrors::default();
    let mut first_lines: HashMap<&str, u64> = HashMap::new();
    let mut states = Vec::new();
    for (line, record) in &sheet.rows {
        let id = record.get(columns.id).unwrap_or("");
        let first = first_lines.get(id).filter(|_| rows == Rows::FirstOfEachId);
        if let Some(first) = first {
            if columns.time.is_none() {
                let message = format!("the id `{id}` stood already in line {first}");
                errors.0.push(sheet.error(*line, "id", message, "give every state an id of its own"));
            }
            continue;
        }
        if id.is_empty() {
            errors.0.push(sheet.error(*line, "id", "the id is empty", "give every state a number or name"));
        }
        first_lines.insert(id, *line);
        let time = columns.time(sheet, *line, record, &mut errors);
        let before = errors.0.len();
        let unknowns = columns.unknowns(sheet, *line, record, &mut errors);
        if errors.0.len() == before {
            check_state(sheet, *line, &unknowns, structure, neutrality, &mut errors);
        }
        states.push(State { id: id.to_owned(), unknowns, time });
    }
    if sheet.rows.is_empty() {
        errors.0.push(InputError::new(
            &sheet.path,
            "there are no states below the header",
            "add one row per cell",
        ));
    }
    errors.into_result()?;
    Ok(states)
}

/// Where the columns stand.
struct Columns<'a> {
    id: usize,
    /// Column, name and unit `[s]` of the time.
    time: Option<(usize, &'static str, f64)>,
    /// (column, name, unit) of each unknown.
    unknowns: Vec<(usize, String, &'a str)>,
}

impl Columns<'_> {
    fn find(sheet: &Sheet, structure: &Structure) -> Result<Self, InputErrors> {
        let mut errors = InputErrors::default();
        let wanted: Vec<String> = std::iter::once("id".to_owned())
            .chain(structure.species.iter().map(|name| format!("n_{name}")))
            .chain(std::iter::once("T_K".to_owned()))
            .collect();
        for name in sheet.header.iter().filter(|h| h.starts_with("n_") && !NOT_SPECIES.contains(&h.as_str()))
        {
            if !wanted.contains(name) {
                let species: Vec<&str> = structure.species.iter().map(AsRef::as_ref).collect();
                let typed = name.trim_start_matches("n_");
                let message = format!("the network `{}` has no species `{typed}`", structure.name);
                let remedy = suggestion::remedy(typed, &species);
                errors.0.push(sheet.error(sheet.header_line, name, message, remedy));
            }
        }
        let missing: Vec<&str> =
            wanted.iter().map(String::as_str).filter(|name| sheet.column(name).is_none()).collect();
        if !missing.is_empty() {
            let found = sheet.header.join(", ");
            let message = format!("the column{} {} missing", plural(missing.len()), named(&missing));
            let remedy = format!("add {}; the header has {found}", missing.join(", "));
            errors.0.push(InputError::new(&sheet.path, message, remedy).at_line(sheet.header_line));
        }
        errors.into_result()?;
        let position = |name: &str| sheet.column(name).unwrap_or(usize::MAX);
        let unknowns = wanted.iter().skip(1).map(|name| {
            let unit = if name == "T_K" { "K" } else { "cm^-3" };
            (position(name), name.clone(), unit)
        });
        let time = [("t_s", 1.0), ("t_yr", YEAR)]
            .into_iter()
            .find_map(|(name, unit)| sheet.column(name).map(|column| (column, name, unit)));
        Ok(Columns { id: position("id"), time, unknowns: unknowns.collect() })
    }

    fn time(&self, sheet: &Sheet, line: u64, row: &csv::StringRecord, errors: &mut InputErrors) -> f64 {
        let Some((column, name, unit)) = self.time else { return 0.0 };
        match number::finite(row.get(column).unwrap_or("")) {
            Ok(time) => time * unit,
            Err(message) => {
                errors.0.push(sheet.error(line, name, message, "give a time"));
                0.0
            }
        }
    }

    fn unknowns(
        &self,
        sheet: &Sheet,
        line: u64,
        row: &csv::StringRecord,
        errors: &mut InputErrors,
    ) -> Vec<f64> {
        let mut values = Vec::with_capacity(self.unknowns.len());
        for (column, name, unit) in &self.unknowns {
            let value = number::finite(row.get(*column).unwrap_or(""));
            let is_temperature = *unit == "K";
            match value {
                Ok(value) if value > 0.0 || (value == 0.0 && !is_temperature) => values.push(value),
                Ok(value) => {
                    let (what, remedy) = if is_temperature {
                        ("temperature must be positive", "give the gas temperature in K")
                    } else {
                        ("number density must not be negative", "give 0 for a species that is absent")
                    };
                    errors.0.push(sheet.error(
                        line,
                        name,
                        format!("the {what}, it is {value:e} {unit}"),
                        remedy,
                    ));
                }
                Err(message) => {
                    errors.0.push(sheet.error(line, name, message, format!("give a number in {unit}")));
                }
            }
        }
        values
    }
}

fn check_state(
    sheet: &Sheet,
    line: u64,
    unknowns: &[f64],
    structure: &Structure,
    neutrality: NeutralityCheck,
    errors: &mut InputErrors,
) {
    let densities = unknowns.get(..structure.species_count()).unwrap_or(&[]);
    if densities.iter().sum::<f64>() == 0.0 {
        let remedy = "give at least one species a positive number density";
        errors.0.push(InputError::new(&sheet.path, "the cell is empty", remedy).at_line(line));
    }
    if neutrality == NeutralityCheck::Off {
        return;
    }
    let charges = || densities.iter().zip(structure.charges.iter()).map(|(n, q)| n * f64::from(*q));
    let net: f64 = charges().sum();
    let gross: f64 = charges().map(f64::abs).sum();
    if net.abs() > NEUTRALITY * gross {
        let message = format!("the state is not neutral: the net charge is {net:.3e} e cm^-3");
        let electrons = structure.species.iter().position(|s| s == "e-");
        let balanced = electrons.and_then(|e| densities.get(e)).map(|n| n + net).filter(|n| *n >= 0.0);
        let remedy = match balanced {
            Some(n) => format!("n_e- = {n:.16e} would balance it"),
            None => "correct the number densities of the ions".to_owned(),
        };
        errors.0.push(InputError::new(&sheet.path, message, remedy).at_line(line));
    }
}

fn plural(count: usize) -> &'static str {
    if count == 1 { "" } else { "s" }
}

fn named(names: &[&str]) -> String {
    format!("{} {}", names.join(", "), if names.len() == 1 { "is" } else { "are" })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::made_up_network::hydrogen;

    fn read(text: &str) -> Result<Vec<State>, InputErrors> {
        states_of(
            &Sheet::parse(Path::new("s.csv"), text.as_bytes())?,
            &hydrogen(),
            Rows::FirstOfEachId,
            NeutralityCheck::Required,
        )
    }

    #[test]
    fn columns_in_any_order_with_comments_and_extras() {
        let states = read(
            "# made by hand\nT_K, n_H+ ,remark,n_e-,id,n_H,n_tot\n1.0E+003,0.5,hot,0.5,a,9,10\n# more\n20,0,,0,b,1,1\n",
        )
        .unwrap();
        assert_eq!(states[0], State { id: "a".into(), unknowns: vec![0.5, 9.0, 0.5, 1000.0], time: 0.0 });
        assert_eq!(states[1].unknowns, [0.0, 1.0, 0.0, 20.0]);
    }

    #[test]
    fn first_row_of_each_id_is_the_initial_state() {
        let states =
            read("id,t_s,T_K,n_e-,n_H,n_H+\n1,0,10,0,1,0\n1,5,11,0,2,0\n2,0,12,0,3,0\n2,5,NaN,0,4,0\n")
                .unwrap();
        assert_eq!(states.len(), 2);
        assert_eq!(states[1].unknowns, [0.0, 3.0, 0.0, 12.0]);
    }

    #[track_caller]
    fn fails(text: &str, line: Option<u64>, column: Option<&str>, words: &str) {
        let errors = read(text).unwrap_err();
        let first = &errors.0[0];
        assert_eq!(first.line, line, "{errors}");
        assert_eq!(first.column.as_deref(), column, "{errors}");
        assert!(errors.to_string().contains(words), "{errors}");
        assert!(!first.remedy.is_empty(), "{errors}");
    }

    #[test]
    fn mistakes_name_line_column_and_remedy() {
        let head = "id,T_K,n_e-,n_H,n_H+\n";
        let with = |row: &str| format!("{head}1,10,0,1,0\n{row}\n");
        fails("", None, None, "no header");
        fails(head, None, None, "no states");
        fails("id,T_K,n_e-,n_H\n", Some(1), None, "column n_H+ is missing");
        fails("T_K,n_H\n", Some(1), None, "columns id, n_e-, n_H+ are missing");
        fails("# c\n\n# d\nid,T_K,n_E,n_H,n_H+\n", Some(4), Some("n_E"), "did you mean `e-`?");
        fails("id,T_K,n_e-,n_H,n_H+,n_H\n", Some(1), Some("n_H"), "stands twice");
        fails(&with("2,10,0,-1,0"), Some(3), Some("n_H"), "must not be negative, it is -1e0 cm^-3");
        fails(&with("2,0,0,1,0"), Some(3), Some("T_K"), "must be positive");
        fails(&with("2,10,0,inf,0"), Some(3), Some("n_H"), "not a finite number");
        fails(&with("2,10,0,,0"), Some(3), Some("n_H"), "empty");
        fails(&with("2,10,0,abc,0"), Some(3), Some("n_H"), "not a number");
        fails(&with("1,10,0,1,0"), Some(3), Some("id"), "line 2");
        fails(&with(",10,0,1,0"), Some(3), Some("id"), "empty");
        fails(&with("2,10,0,1"), Some(3), None, "4 fields, the header 5");
        fails(&with("2,10,0,0,0"), Some(3), None, "empty");
        fails(&with("2,10,0.1,1,0.2"), Some(3), None, "n_e- = 2");
    }

    #[test]
    fn all_mistakes_are_reported_at_once() {
        let errors = read("id,T_K,n_e-,n_H,n_H+\n1,-1,0,-1,0\n2,10,x,1,0\n").unwrap_err();
        assert_eq!(errors.0.len(), 3, "{errors}");
    }

    #[test]
    fn seven_digits_are_neutral_enough() {
        assert!(read("id,T_K,n_e-,n_H,n_H+\n1,10,0.12345678,1,0.1234568\n").is_ok());
    }

    proptest::proptest! {
        #[test]
        fn no_text_makes_the_reader_panic(text in "(id|T_K|n_e-|n_H|n_H\\+|t_s|#|,|\"|\n|1|-|e|\r| |\\.|\\PC){0,60}") {
            if let Ok(states) = read(&text) {
                proptest::prop_assert!(!states.is_empty());
            }
        }

        #[test]
        fn mutated_tables_are_refused_or_read_sound(
            place in 0usize..70,
            with in proptest::sample::select(vec!["", "-", ",", "\n", "NaN", "\"", "e", "9", "#", "inf", "n_", "\u{e9}"]),
        ) {
            let mut text = "id,T_K,n_e-,n_H,n_H+\n1,1.0E+003,0.5,9,0.5\n2,20,0,1,0\n3,3e1,1,2,1\n".to_owned();
            text.replace_range(place.min(text.len() - 1)..(place + 1).min(text.len()), with);
            for state in read(&text).unwrap_or_default() {
                proptest::prop_assert!(state.unknowns.len() == 4);
                proptest::prop_assert!(state.unknowns.iter().all(|v| v.is_finite() && *v >= 0.0));
            }
        }
    }
}
