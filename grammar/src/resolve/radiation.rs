//! Radiation fields: their bands, and rates by cross sections that are averaged over them.

mod absorption;
mod average;
mod field;

use crate::ast::{Expr, ExprKind, Name};
use crate::diagnostic::{Code, Diagnostic};
use crate::expr::{ExprId, ParameterId, SpeciesId};
use crate::radiation::{Band, Quantity, Radiation};
use crate::resolve::resolver::Resolver;
use crate::resolve::scope::Global;
use crate::resolve::value::Value;
use crate::source::Span;
use crate::unit::Dimension;
use average::Section;

/// A radiation field as far as rates need it.
#[derive(Clone, Debug)]
pub(crate) struct Field {
    /// What comes out.
    pub(crate) radiation: Radiation,
    /// The spectrum as a function of E, which is the time of these expressions.
    spectrum: ExprId,
    /// What is given, and the size of its unit in cgs.
    given: Option<(Quantity, f64)>,
    /// Parameters of the bands.
    parameters: Vec<ParameterId>,
    /// int S/E dE and int S dE of each band.
    weights: Vec<[f64; 2]>,
    /// Coefficients of rates and of heating by the given values, for each average of `radiation`.
    coefficients: Vec<Coefficients>,
}

/// Of each band: rate [s^-1] and heating [erg s^-1] for a value of one in cgs units.
pub(crate) type Coefficients = Vec<[f64; 2]>;

impl Field {
    /// The unit in cgs of the value of a band, if the parameter is one.
    pub(crate) fn unit_of(&self, parameter: ParameterId) -> Option<f64> {
        let (_, size) = self.given?;
        self.parameters.contains(&parameter).then_some(size)
    }
}

impl Resolver<'_> {
    /// `photo_rate(field, section)`: events per particle [s^-1]; `photo_heat(field, section)`: the energy that they leave per particle
    /// [erg s^-1].
    pub(crate) fn photo(&mut self, name: &Name, arguments: &[Expr]) -> Option<Value> {
        let [field, section] = arguments else {
            let usage = format!("{}(FIELD, SECTION)", name.value);
            self.wrong_count(name, "two arguments", arguments.len(), &usage, None);
            return None;
        };
        let field = self.field_of(field)?;
        let section = self.section_of(section)?;
        let (average, coefficients) = self.coefficients(field, &section)?;
        let place = (field, average);
        let is_heating = name.value == "photo_heat";
        let field = self.fields.get(field)?.as_ref()?;
        let (given, parameters) = (field.given, field.parameters.clone());
        let mut terms = Vec::new();
        for (band, coefficient) in coefficients.iter().enumerate() {
            let coefficient = coefficient[usize::from(is_heating)];
            if coefficient == 0.0 {
                continue;
            }
            let size = given.map_or(1.0, |(_, size)| size);
            let factor = self.dag.constant(coefficient * size);
            terms.push(match parameters.get(band) {
                Some(parameter) => {
                    let value = self.dag.parameter(*parameter);
                    self.dag.mul(factor, value)
                }
                None => factor,
            });
        }
        let pair = self.stand_ins.iter().position(|pair| *pair == place).filter(|_| !is_heating);
        if let Some(pair) = pair {
            terms.push(self.dag.density(SpeciesId((self.species.len() + pair) as u32)));
        }
        let per_second = Dimension::TIME.power(-1.0);
        let unit = if is_heating { energy().times(per_second) } else { per_second };
        Some(Value::new(self.dag.sum(terms), Some(unit)))
    }

    fn field_of(&mut self, argument: &Expr) -> Option<usize> {
        if let ExprKind::Name(name) = &argument.kind
            && let Some(&Global::Radiation(index)) = self.scope.globals.get(name.as_str())
        {
            if let Some(used) = self.field_used.get_mut(index) {
                *used = true;
            }
            // Without a field its fault was reported.
            return self.fields.get(index)?.as_ref().map(|_| index);
        }
        let text = self.program.sources.text(argument.span);
        let mut diagnostic =
            Diagnostic::new(Code::E010, argument.span, format!("`{text}` is not a radiation field"));
        let fields: Vec<&str> = self.scope.radiations.iter().map(|(r, _)| r.name.value.as_str()).collect();
        diagnostic = diagnostic.help(match fields.first() {
            Some(_) => format!("there is {}", fields.join(", ")),
            None => "state one: `radiation uv: edges = 13.6, 24.59, inf [eV], spectrum = E^-1, \
                     given = photons [cm^-3] per cell`"
                .to_owned(),
        });
        self.report(diagnostic);
        None
    }

    /// The parameter of a band by its name: `uv_1`.
    pub(crate) fn band(&mut self, name: &str) -> Option<Value> {
        let fields = self.fields.iter().enumerate();
        let (index, parameter, quantity, size) = fields
            .filter_map(|(index, field)| {
                let field = field.as_ref()?;
                let (quantity, size) = field.given?;
                let is_it = |band: &Band| band.parameter.as_deref() == Some(name);
                let band = field.radiation.bands.iter().position(is_it)?;
                Some((index, *field.parameters.get(band)?, quantity, size))
            })
            .next()?;
        if let Some(used) = self.field_used.get_mut(index) {
            *used = true;
        }
        let (size, parameter) = (self.dag.constant(size), self.dag.parameter(parameter));
        Some(Value::new(self.dag.mul(size, parameter), Some(quantity.dimension())))
    }

    /// Number of a section's average in a field, and its coefficients there, made once.
    fn coefficients(&mut self, index: usize, section: &Section) -> Option<(usize, Coefficients)> {
        let field = self.fields.get(index)?.as_ref()?;
        let known = field.radiation.averages.iter().position(|average| average.name == section.name);
        if let Some(known) = known {
            return Some((known, field.coefficients.get(known)?.clone()));
        }
        let (average, coefficients) = self.average(index, section)?;
        let field = self.fields.get_mut(index)?.as_mut()?;
        field.radiation.averages.push(average);
        field.coefficients.push(coefficients.clone());
        Some((field.coefficients.len() - 1, coefficients))
    }

    /// What follows from a fault that has no place of its own in a function of E.
    fn not_of_energy(&mut self, what: &str, span: Span) {
        self.report(
            Diagnostic::new(Code::E025, span, format!("{what} may depend on E, numbers and constants only"))
                .help("T, t, densities and parameters change at run time; bands are averaged when the network is compiled"),
        );
    }
}

/// The unit of E.
pub(crate) fn energy() -> Dimension {
    Dimension::HEAT_CAPACITY.times(Dimension::TEMPERATURE)
}
