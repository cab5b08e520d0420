//! Which column of a file holds which unknown.

use super::number;
use super::sheet::Sheet;
use super::spelling::meant;
use crate::data::input_error::{InputError, InputErrors};
use crate::data::suggestion;
use crate::structure::{ParameterScope, Structure};
use crate::switch::{is_position, position_of};
use crate::units::YEAR;

/// Names and units `[s]` of columns of times; the first that is there counts.
pub(super) const TIMES: [(&str, f64); 2] = [("t_s", 1.0), ("t_yr", YEAR)];
/// Columns that begin with `n_` but are no species.
pub(super) const NOT_SPECIES: [&str; 2] = ["n_tot", "n_total"];

/// Where the columns stand.
pub(super) struct Columns {
    pub(super) id: usize,
    /// Column, name and unit `[s]` of the time.
    pub(super) time: Option<(usize, &'static str, f64)>,
    /// Column and name of each unknown; no column if no cell has any of the species.
    unknowns: Vec<(Option<usize>, String)>,
    /// Column, name and number of each parameter per cell that has a column, and which values it may have.
    environment: Vec<(usize, String, usize, Values)>,
}

/// Which values a parameter may have.
#[derive(Clone, Copy)]
enum Values {
    NotNegative,
    Signed,
    OnOrOff,
}

impl Columns {
    pub(super) fn find(sheet: &Sheet, structure: &Structure) -> Result<Self, InputErrors> {
        let mut errors = unknown_species(sheet, structure);
        let missing: Vec<&str> =
            ["id", "T_K"].into_iter().filter(|name| sheet.column(name).is_none()).collect();
        let found = || sheet.header.join(", ");
        if !missing.is_empty() {
            let names = missing.join(", ");
            let (s, are) = if missing.len() == 1 { ("", "is") } else { ("s", "are") };
            let message = format!("the column{s} {names} {are} missing");
            let remedy = format!("add {names}; the header has {}", found());
            errors.0.push(InputError::new(&sheet.path, message, remedy).at_line(sheet.header_line));
        }
        let density = |name: &str| {
            let is_it =
                |h: &String| h.strip_prefix("n_").and_then(|typed| meant(structure, typed)) == Some(name);
            let column = column_of(name);
            (sheet.column(&column).or_else(|| sheet.header.iter().position(is_it)), column)
        };
        let densities = structure.species.iter().map(|name| density(name));
        let temperature = (sheet.column("T_K"), "T_K".to_owned());
        let unknowns: Vec<_> = densities.chain(std::iter::once(temperature)).collect();
        let has_density = unknowns.iter().take(structure.species_count()).any(|(column, _)| column.is_some());
        if errors.0.is_empty() && !has_density {
            let example = structure.species.first().map_or_else(String::new, |name| column_of(name));
            let remedy =
                format!("add a column `n_<species>` [cm^-3], such as {example}; the header has {}", found());
            let error = InputError::new(&sheet.path, "no column holds a density", remedy);
            errors.0.push(error.at_line(sheet.header_line));
        }
        errors.into_result()?;
        let time =
            TIMES.into_iter().find_map(|(name, unit)| sheet.column(name).map(|column| (column, name, unit)));
        let environment = structure
            .parameters
            .iter()
            .zip(structure.scopes.iter())
            .enumerate()
            .filter_map(|(number, (name, scope))| match scope {
                ParameterScope::Cell { signed } => {
                    let values = match (structure.is_switch(number), signed) {
                        (true, _) => Values::OnOrOff,
                        (false, true) => Values::Signed,
                        (false, false) => Values::NotNegative,
                    };
                    Some((sheet.column(name)?, name.to_string(), number, values))
                }
                ParameterScope::Network => None,
            })
            .collect();
        Ok(Columns { id: sheet.column("id").unwrap_or(usize::MAX), time, unknowns, environment })
    }

    /// Values of the parameters per cell in a row, with the numbers of these.
    pub(super) fn environment(
        &self,
        sheet: &Sheet,
        line: u64,
        row: &csv::StringRecord,
        errors: &mut InputErrors,
    ) -> Vec<(usize, f64)> {
        let mut values = Vec::with_capacity(self.environment.len());
        for (column, name, number, allowed) in &self.environment {
            let text = row.get(*column).unwrap_or("");
            if matches!(allowed, Values::OnOrOff) {
                let value = position_of(text.trim()).or_else(|| number::finite(text).ok());
                match value.filter(|value| is_position(*value)) {
                    Some(value) => values.push((*number, value)),
                    None => {
                        let message = format!("`{}` is no position of the switch", text.trim());
                        errors.0.push(sheet.error(line, name, message, "give on (1) or off (0)"));
                    }
                }
                continue;
            }
            match number::finite(text) {
                Ok(value) if value >= 0.0 || matches!(allowed, Values::Signed) => {
                    values.push((*number, value));
                }
                Ok(value) => {
                    let message = format!("the parameter must not be negative, it is {value:e}");
                    let remedy = "give 0 or more, or declare it `per cell signed` in the network file";
                    errors.0.push(sheet.error(line, name, message, remedy));
                }
                Err(message) => {
                    errors.0.push(sheet.error(line, name, message, "give a number in cgs units"));
                }
            }
        }
        values
    }

    /// Species without a column.
    pub(super) fn absent(&self, structure: &Structure) -> Vec<String> {
        let pairs = structure.species.iter().zip(&self.unknowns);
        pairs.filter(|(_, (column, _))| column.is_none()).map(|(name, _)| name.to_string()).collect()
    }

    pub(super) fn time(
        &self,
        sheet: &Sheet,
        line: u64,
        row: &csv::StringRecord,
        errors: &mut InputErrors,
    ) -> f64 {
        let Some((column, name, unit)) = self.time else { return 0.0 };
        match number::finite(row.get(column).unwrap_or("")) {
            Ok(time) => time * unit,
            Err(message) => {
                errors.0.push(sheet.error(line, name, message, "give a time"));
                0.0
            }
        }
    }

    pub(super) fn unknowns(
        &self,
        sheet: &Sheet,
        line: u64,
        row: &csv::StringRecord,
        errors: &mut InputErrors,
    ) -> Vec<f64> {
        let mut values = Vec::with_capacity(self.unknowns.len());
        for (column, name) in &self.unknowns {
            let Some(column) = column else {
                values.push(0.0);
                continue;
            };
            let is_temperature = name == "T_K";
            let unit = if is_temperature { "K" } else { "cm^-3" };
            match number::finite(row.get(*column).unwrap_or("")) {
                Ok(value) if value > 0.0 || (value == 0.0 && !is_temperature) => values.push(value),
                Ok(value) => {
                    let (what, remedy) = if is_temperature {
                        ("temperature must be positive", "give the gas temperature in K")
                    } else {
                        ("number density must not be negative", "give 0 for a species that is absent")
                    };
                    let message = format!("the {what}, it is {value:e} {unit}");
                    errors.0.push(sheet.error(line, name, message, remedy));
                }
                Err(message) => {
                    errors.0.push(sheet.error(line, name, message, format!("give a number in {unit}")));
                }
            }
        }
        values
    }
}

/// The name of the column of a species.
pub(super) fn column_of(species: &str) -> String {
    format!("n_{species}")
}

/// Columns of densities of what is no species of the network.
fn unknown_species(sheet: &Sheet, structure: &Structure) -> InputErrors {
    let species: Vec<&str> = structure.species.iter().map(AsRef::as_ref).collect();
    // A misspelt species has no other column.
    let absent = || species.iter().copied().filter(|name| sheet.column(&column_of(name)).is_none());
    let mut errors = InputErrors::default();
    for name in &sheet.header {
        let Some(typed) = name.strip_prefix("n_").filter(|_| !NOT_SPECIES.contains(&name.as_str())) else {
            continue;
        };
        if meant(structure, typed).is_some() {
            continue;
        }
        let message = format!("the network `{}` has no species `{typed}`", structure.name);
        let remedy = match suggestion::nearest(typed, absent()) {
            Some(candidate) => format!("did you mean `{candidate}`?"),
            None => suggestion::remedy(typed, &species),
        };
        errors.0.push(sheet.error(sheet.header_line, name, message, remedy));
    }
    errors
}
