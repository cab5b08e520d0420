//! What surrounds each cell: values of the parameters that a network has per cell.

use std::borrow::Cow;

use super::{ChemNetwork, UnknownParameter};
use crate::structure::{ParameterScope, Structure};
use crate::switch::is_position;

/// Values of parameters that the network file declares `per cell`, by name and in the units of their declarations: one for
/// all cells, or one for each. A parameter that is not named keeps the value of the network.
///
/// ```ignore
/// let environment = Environment::new().all("dust_to_gas", 0.3).each("zeta_cr", &zeta).each("G0", &field);
/// batch.advance_with(&mut cells[..], &environment, dt)?;
/// ```
#[derive(Clone, Debug, Default)]
#[must_use]
pub struct Environment<'a> {
    fields: Vec<(Cow<'a, str>, Values<'a>)>,
}

#[derive(Clone, Copy, Debug)]
enum Values<'a> {
    All(f64),
    /// One for each cell and no more.
    Each(&'a [f64]),
    /// That of cell i at `i * stride`.
    Strided(&'a [f64], usize),
}

impl Values<'_> {
    fn of(&self, cell: usize) -> f64 {
        match self {
            Values::All(value) => *value,
            Values::Each(values) => values.get(cell).copied().unwrap_or(f64::NAN),
            Values::Strided(values, stride) => {
                let place = cell.checked_mul(*stride);
                place.and_then(|place| values.get(place)).copied().unwrap_or(f64::NAN)
            }
        }
    }
}

impl<'a> Environment<'a> {
    /// Every parameter as the network has it.
    pub fn new() -> Self {
        Environment::default()
    }

    /// One value for all cells.
    pub fn all(self, name: impl Into<Cow<'a, str>>, value: f64) -> Self {
        self.with(name.into(), Values::All(value))
    }

    /// A value for each cell, in their order.
    pub fn each(self, name: impl Into<Cow<'a, str>>, values: &'a [f64]) -> Self {
        self.with(name.into(), Values::Each(values))
    }

    /// A value for each cell in an array of a host code: that of cell i at `values[i * stride]`. With a stride of 0 the first
    /// value is that of all cells.
    pub fn strided(self, name: impl Into<Cow<'a, str>>, values: &'a [f64], stride: usize) -> Self {
        self.with(name.into(), Values::Strided(values, stride))
    }

    fn with(mut self, name: Cow<'a, str>, values: Values<'a>) -> Self {
        self.fields.push((name, values));
        self
    }

    /// Whether it names no parameter.
    pub fn is_empty(&self) -> bool {
        self.fields.is_empty()
    }

    /// The values that belong to so many cells of a network.
    ///
    /// # Errors
    /// Names that are no parameter per cell of the network or stand twice, arrays of the wrong length, values that are not
    /// finite, or negative where they must not be, switches that are not 1 or 0.
    pub fn check<N: ChemNetwork + ?Sized>(
        &self,
        network: &N,
        cells: usize,
    ) -> Result<CellParameters<'a>, EnvironmentError> {
        let structure = network.structure();
        let mut parameters = CellParameters { common: network.parameter_values(), own: Vec::new() };
        for (number, (name, values)) in self.fields.iter().enumerate() {
            let (index, signed) = find(structure, name)?;
            if self.fields[..number].iter().any(|(other, _)| other == name) {
                return Err(EnvironmentError::Twice(name.to_string()));
            }
            check_length(name, values, cells)?;
            let one_for_all = matches!(values, Values::All(_) | Values::Strided(_, 0));
            for cell in 0..if one_for_all { cells.min(1) } else { cells } {
                let value = values.of(cell);
                if !value.is_finite() || (value < 0.0 && !signed) {
                    let name = name.to_string();
                    let cell = (!one_for_all).then_some(cell);
                    return Err(EnvironmentError::Value { name, cell, value, signed });
                }
                if structure.is_switch(index) && !is_position(value) {
                    let cell = (!one_for_all).then_some(cell);
                    return Err(EnvironmentError::Switch { name: name.to_string(), cell, value });
                }
            }
            match (one_for_all, parameters.common.get_mut(index)) {
                (true, Some(common)) if cells > 0 => *common = values.of(0),
                (false, _) => parameters.own.push((index, *values)),
                _ => {}
            }
        }
        Ok(parameters)
    }
}

/// Number of a parameter, and whether it may be negative.
fn find(structure: &Structure, name: &str) -> Result<(usize, bool), EnvironmentError> {
    let Some(index) = structure.parameters.iter().position(|parameter| parameter == name) else {
        return Err(EnvironmentError::Unknown(UnknownParameter::new(structure, name)));
    };
    match structure.scopes.get(index) {
        Some(ParameterScope::Cell { signed }) => Ok((index, *signed)),
        _ => {
            let (network, name) = (structure.name.to_string(), name.to_owned());
            Err(EnvironmentError::WholeNetwork { network, name })
        }
    }
}

fn check_length(name: &str, values: &Values<'_>, cells: usize) -> Result<(), EnvironmentError> {
    let error = |found, expected| EnvironmentError::Length { name: name.to_owned(), found, expected, cells };
    match values {
        Values::All(_) => Ok(()),
        Values::Each(values) if values.len() == cells => Ok(()),
        Values::Each(values) => Err(error(values.len(), cells)),
        Values::Strided(values, stride) => {
            let last = cells.checked_sub(1).map(|last| last.checked_mul(*stride));
            let expected = last.map_or(0, |last| last.map_or(usize::MAX, |last| last.saturating_add(1)));
            if values.len() >= expected { Ok(()) } else { Err(error(values.len(), expected)) }
        }
    }
}

/// Values of all parameters for each of a number of cells.
#[derive(Clone, Debug)]
pub struct CellParameters<'a> {
    /// Those that all cells have in common.
    common: Vec<f64>,
    /// Parameters of which each cell has a value of its own.
    own: Vec<(usize, Values<'a>)>,
}

impl CellParameters<'_> {
    /// These for all cells.
    pub(crate) fn all(common: Vec<f64>) -> CellParameters<'static> {
        CellParameters { common, own: Vec::new() }
    }

    /// Whether all cells have the same.
    pub fn are_common(&self) -> bool {
        self.own.is_empty()
    }

    /// Writes those of a cell, in the order of [`Structure::parameters`].
    pub fn write(&self, cell: usize, parameters: &mut Vec<f64>) {
        parameters.clone_from(&self.common);
        for (index, values) in &self.own {
            if let Some(parameter) = parameters.get_mut(*index) {
                *parameter = values.of(cell);
            }
        }
    }
}

/// The network with some parameters, by their numbers in [`Structure::parameters`], at these values; none if there are no such
/// parameters.
pub fn network_in<'n>(
    network: &'n dyn ChemNetwork,
    own: &[(usize, f64)],
) -> Option<Box<dyn ChemNetwork + 'n>> {
    if own.is_empty() {
        return None;
    }
    let mut parameters = network.parameter_values();
    for (index, value) in own {
        if let Some(parameter) = parameters.get_mut(*index) {
            *parameter = *value;
        }
    }
    Some(network.with_parameters(&parameters))
}

/// An environment that does not fit.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum EnvironmentError {
    /// No parameter of that name.
    #[error("{0}; {help}", help = .0.help())]
    Unknown(#[from] UnknownParameter),
    /// A parameter of the whole network.
    #[error(
        "the parameter `{name}` holds for the whole network `{network}`; set it there, or declare it `per cell` in the \
         network file"
    )]
    WholeNetwork {
        /// The network.
        network: String,
        /// The parameter.
        name: String,
    },
    /// A parameter that is named twice.
    #[error("the parameter `{0}` is given twice; give it once")]
    Twice(String),
    /// An array of the wrong length.
    #[error("the parameter `{name}` has {found} values; {cells} cells need {expected}")]
    Length {
        /// The parameter.
        name: String,
        /// Its number of values.
        found: usize,
        /// The number it must have.
        expected: usize,
        /// Number of cells.
        cells: usize,
    },
    /// A value that cannot be.
    #[error("the parameter `{name}` is {value:e}{place}; give a finite number{sign}", place = place(.cell),
        sign = if *.signed { "" } else { " that is not negative" })]
    Value {
        /// The parameter.
        name: String,
        /// The cell, if each has a value of its own.
        cell: Option<usize>,
        /// The value.
        value: f64,
        /// Whether it may be negative.
        signed: bool,
    },
    /// A switch that is neither on nor off.
    #[error("the switch `{name}` is {value}{place}; it is on (1) or off (0)", place = place(.cell))]
    Switch {
        /// The switch.
        name: String,
        /// The cell, if each has a value of its own.
        cell: Option<usize>,
        /// The value.
        value: f64,
    },
}

fn place(cell: &Option<usize>) -> String {
    cell.map_or(String::new(), |cell| format!(" in cell {cell}"))
}
