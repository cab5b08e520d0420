//! Reading states: one row, or the first of many, per cell.

use std::collections::HashMap;
use std::path::Path;

use super::columns::Columns;
use super::sheet::Sheet;
use super::unused;
use crate::data::input_error::{InputError, InputErrors, InputWarning};
use crate::structure::Structure;

/// One state read from a file.
#[derive(Clone, Debug, PartialEq)]
pub struct State {
    /// Name of the cell, as in the file.
    pub id: String,
    /// Number densities [cm^-3] in declared order, then T `[K]`.
    pub unknowns: Vec<f64>,
    /// Time `[s]`: that of the row, 0 if the file has no time column.
    pub time: f64,
    /// Parameters per cell that the file has columns of: their numbers in [`Structure::parameters`], and values in the units of
    /// their declarations.
    pub environment: Vec<(usize, f64)>,
}

/// What a file says.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct States {
    /// The states, in the order of the rows.
    pub states: Vec<State>,
    /// Species without a column, in declared order: no cell has any of them.
    pub absent: Vec<String>,
    /// Columns that nothing uses.
    pub warnings: Vec<InputWarning>,
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

/// Reads states: the initial state of every cell, or all rows. Species without a column have none.
///
/// # Errors
/// Every mistake of the file with line, column and remedy: no column of ids, temperatures or densities, species that
/// the network does not have, numbers that are negative or not finite, charge, ids that stand twice.
pub fn read_states(
    path: &Path,
    structure: &Structure,
    rows: Rows,
    neutrality: NeutralityCheck,
) -> Result<States, InputErrors> {
    states_of(&Sheet::read(path)?, structure, rows, neutrality)
}

fn states_of(
    sheet: &Sheet,
    structure: &Structure,
    rows: Rows,
    neutrality: NeutralityCheck,
) -> Result<States, InputErrors> {
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
        let environment = columns.environment(sheet, *line, record, &mut errors);
        states.push(State { id: id.to_owned(), unknowns, time, environment });
    }
    if sheet.rows.is_empty() {
        errors.0.push(InputError::new(
            &sheet.path,
            "there are no states below the header",
            "add one row per cell",
        ));
    }
    errors.into_result()?;
    let warnings = unused::warnings(sheet, structure);
    Ok(States { states, absent: columns.absent(structure), warnings })
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::synthetic_network::hydrogen;

    fn read(text: &str) -> Result<Vec<State>, InputErrors> {
        whole(text).map(|file| file.states)
    }

    fn whole(text: &str) -> Result<States, InputErrors> {
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
        let unknowns = vec![0.5, 9.0, 0.5, 1000.0];
        assert_eq!(states[0], State { id: "a".into(), unknowns, time: 0.0, environment: vec![] });
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
        let help = first.help().expect("every mistake has a remedy");
        assert!(first.message.contains(words) || help.contains(words), "{errors}; {help}");
    }

    #[test]
    fn mistakes_name_line_column_and_remedy() {
        let head = "id,T_K,n_e-,n_H,n_H+\n";
        let with = |row: &str| format!("{head}1,10,0,1,0\n{row}\n");
        fails("", None, None, "no header");
        fails(head, None, None, "no states");
        fails("n_H\n", Some(1), None, "columns id, T_K are missing");
        fails("id,T_K\n1,10\n", Some(1), None, "no column holds a density");
        fails("# c\n\n# d\nid,T_K,n_e,n_H,n_H+\n", Some(4), Some("n_e"), "did you mean `e-`?");
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
    fn species_without_a_column_have_none() {
        let file = whole("id,T_K,n_H\n1,10,3\n2,20,4\n").unwrap();
        assert_eq!(file.states[1].unknowns, [0.0, 4.0, 0.0, 20.0]);
        assert_eq!((file.absent, file.warnings), (vec!["e-".to_owned(), "H+".to_owned()], vec![]));
        fails("id,T_K,n_H+\n1,10,2\n", Some(2), None, "n_e- = 2");
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
