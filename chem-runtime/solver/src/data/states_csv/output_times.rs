//! Reading output times from a table of trajectories.

use std::path::Path;

use indexmap::IndexMap;

use super::number;
use super::sheet::Sheet;
use crate::data::input_error::{InputError, InputErrors};
use crate::units::YEAR;

/// Output times `[s]` of all cells.
#[derive(Clone, Debug, PartialEq)]
pub enum OutputTimes {
    /// The same for every cell.
    Common(Vec<f64>),
    /// By id.
    ById(IndexMap<String, Vec<f64>>),
}

impl OutputTimes {
    /// The times of one cell; `None` if the file has none for its id.
    pub fn of(&self, id: &str) -> Option<&[f64]> {
        match self {
            OutputTimes::Common(times) => Some(times),
            OutputTimes::ById(by_id) => by_id.get(id).map(Vec::as_slice),
        }
    }
}

/// Reads the distinct times of each id from the column `t_s` (or `t_yr`). If the file has no column `id`, or
/// only one id, its times serve all cells.
///
/// # Errors
/// Every time that is no number, negative or not finite; a missing column.
pub fn read_times(path: &Path) -> Result<OutputTimes, InputErrors> {
    times_of(&Sheet::read(path)?)
}

fn times_of(sheet: &Sheet) -> Result<OutputTimes, InputErrors> {
    let (column, name, unit) = match (sheet.column("t_s"), sheet.column("t_yr")) {
        (Some(column), _) => (column, "t_s", 1.0),
        (None, Some(column)) => (column, "t_yr", YEAR),
        (None, None) => {
            let remedy = "add a column `t_s` (seconds) or `t_yr` (years of 365 d)";
            return Err(InputError::new(&sheet.path, "there is no column of times", remedy)
                .at_line(sheet.header_line)
                .into());
        }
    };
    let id_column = sheet.column("id");
    let mut errors = InputErrors::default();
    let mut by_id: IndexMap<String, Vec<f64>> = IndexMap::new();
    for (line, record) in &sheet.rows {
        match number::finite(record.get(column).unwrap_or("")) {
            Ok(time) if time >= 0.0 => {
                let id = id_column.and_then(|c| record.get(c)).unwrap_or("");
                by_id.entry(id.to_owned()).or_default().push(time * unit);
            }
            Ok(time) => {
                let message = format!("the time must not be negative, it is {time:e}");
                errors.0.push(sheet.error(*line, name, message, "count times from the initial state"));
            }
            Err(message) => errors.0.push(sheet.error(*line, name, message, "give a time")),
        }
    }
    errors.into_result()?;
    for times in by_id.values_mut() {
        times.sort_by(f64::total_cmp);
        times.dedup();
    }
    match by_id.len() {
        0 => Err(InputError::new(&sheet.path, "there are no times below the header", "add rows").into()),
        1 => Ok(OutputTimes::Common(by_id.into_values().next().unwrap_or_default())),
        _ => Ok(OutputTimes::ById(by_id)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<OutputTimes, InputErrors> {
        times_of(&Sheet::parse(Path::new("t.csv"), text.as_bytes())?)
    }

    #[test]
    fn distinct_times_of_each_id() {
        let times = read("id,t_s,x\na,0,1\na,1.0E+001,1\nb,5,2\na,10,3\n").unwrap();
        assert_eq!(times.of("a"), Some(&[0.0, 10.0][..]));
        assert_eq!(times.of("b"), Some(&[5.0][..]));
        assert_eq!(times.of("c"), None);
    }

    #[test]
    fn one_id_serves_all_cells() {
        assert_eq!(read("id,t_yr\n1,0\n1,2\n").unwrap().of("any"), Some(&[0.0, 2.0 * YEAR][..]));
        assert_eq!(read("t_s\n3\n2\n").unwrap(), OutputTimes::Common(vec![2.0, 3.0]));
    }

    #[test]
    fn mistakes_are_named() {
        for (text, words) in [
            ("id,T_K\n1,2\n", "no column of times"),
            ("id,t_s\n", "no times"),
            ("id,t_s\n1,-2\n", "t.csv:2, column t_s: the time must not be negative"),
            ("id,t_s\n1,NaN\n", "not a finite number"),
        ] {
            let errors = read(text).unwrap_err().to_string();
            assert!(errors.contains(words), "{errors}");
        }
    }
}
