//! Radiation fields as they are stated.

use crate::ast::{self, Edge, Given, Item, PerCell, RadiationSettingKind};
use crate::diagnostic::{Code, Diagnostic};
use crate::expr::{ExprId, ParameterId};
use crate::network::{Parameter, ParameterKind};
use crate::radiation::{Band, Quantity, Radiation};
use crate::resolve::resolver::Resolver;
use crate::source::{Span, Spanned};
use crate::suggest::did_you_mean;
use crate::unit::Dimension;

use super::Field;
use super::average::over;

/// Most bands of a field.
const MOST_BANDS: u32 = 10_000;

impl Resolver<'_> {
    /// Resolves all radiation fields, and adds the parameters of their bands.
    pub(crate) fn resolve_radiations(&mut self) {
        for index in 0..self.scope.radiations.len() {
            let Some(&(statement, item)) = self.scope.radiations.get(index) else { continue };
            let field = self.field(statement, item);
            self.fields.push(field);
        }
    }

    fn field(&mut self, statement: &ast::Radiation, item: &Item) -> Option<Field> {
        let (mut edges, mut bands, mut spectrum, mut given) = (None, None, None, None);
        for setting in &statement.settings {
            let again = match &setting.kind {
                RadiationSettingKind::Edges(list) => edges.replace((list, setting.span)).is_some(),
                RadiationSettingKind::Bands(count) => bands.replace(count).is_some(),
                RadiationSettingKind::Spectrum(expr) => spectrum.replace(expr).is_some(),
                RadiationSettingKind::Given(what) => given.replace((what, setting.span)).is_some(),
            };
            if again {
                self.report(Diagnostic::new(Code::E014, setting.span, "this is stated twice"));
            }
        }
        let name = &statement.name;
        let (Some((edges, edges_span)), Some(spectrum_expr)) = (edges, spectrum) else {
            let missing = if edges.is_none() { "edges" } else { "spectrum" };
            let message = format!("the radiation field `{}` has no `{missing}`", name.value);
            let help = "write `edges = 6, 13.6, inf [eV], spectrum = E^-1`";
            self.report(Diagnostic::new(Code::E024, name.span, message).help(help));
            return None;
        };
        let edges = self.edges(edges, bands, edges_span)?;
        let spectrum = self.function_of_energy("a spectrum", spectrum_expr)?;
        let is_intensity = spectrum.unit.is_some_and(|u| u.equals(Quantity::Intensity.dimension()));
        let given = match given {
            Some((given, span)) => Some(self.given(given, span)?),
            // A unit that is not known fits.
            None if is_intensity || spectrum.unit.is_none() => None,
            None => {
                let unit = Quantity::ALL.map(|(_, _, unit)| unit)[4];
                let found = spectrum.unit.unwrap_or(Dimension::NONE);
                let message =
                    format!("a spectrum that nobody scales must be a mean intensity, but is {found}");
                let help = "say what is given for each band: `given = photons [cm^-3] per cell`";
                let diagnostic = Diagnostic::new(Code::E018, spectrum_expr.span, message);
                self.report(diagnostic.help(help).help(format!("or make it {unit}")));
                return None;
            }
        };
        let mut field = self.empty_field(name.value.clone(), spectrum.expr, item);
        self.weigh(&mut field, &edges, spectrum_expr.span, given.is_some())?;
        if let Some((quantity, size, per_cell)) = given {
            field.given = Some((quantity, size));
            field.radiation.given = Some(quantity);
            if quantity == Quantity::Intensity && edges.iter().any(|[_, high]| high.is_infinite()) {
                let message = "an intensity has no mean over a band without end";
                let help = "give the last band an upper edge, or give `photons`, `energy` or a flux";
                self.report(Diagnostic::new(Code::E024, edges_span, message).help(help));
                return None;
            }
            self.band_parameters(&mut field, (name, item), per_cell, is_intensity)?;
        }
        Some(field)
    }

    fn empty_field(&self, name: String, spectrum: ExprId, item: &Item) -> Field {
        let doc = item.doc.iter().map(|d| d.value.clone()).collect();
        Field {
            radiation: Radiation { name, given: None, bands: Vec::new(), averages: Vec::new(), doc },
            spectrum,
            given: None,
            parameters: Vec::new(),
            weights: Vec::new(),
            coefficients: Vec::new(),
        }
    }

    /// Ends of the bands `[erg]`.
    fn edges(&mut self, edges: &[Edge], bands: Option<&Spanned<u32>>, span: Span) -> Option<Vec<[f64; 2]>> {
        let mut energies = Vec::new();
        for edge in edges {
            energies.push(self.edge("an edge", edge)?);
        }
        let ascending = energies.windows(2).all(|pair| pair[0] < pair[1]);
        if energies.len() < 2 || !ascending || energies.first().is_none_or(|first| *first <= 0.0) {
            let message = "edges must be two or more positive energies, in ascending order";
            let help = "only the last may be `inf`: `edges = 6, 13.6, inf [eV]`";
            self.report(Diagnostic::new(Code::E024, span, message).help(help));
            return None;
        }
        if let Some(count) = bands {
            let fits = energies.len() == 2 && (1..=MOST_BANDS).contains(&count.value);
            let ([low, high], true) = ([energies[0], energies[1]], fits && energies[1].is_finite()) else {
                let message = "`bands` divides one finite range";
                let help = format!("write `edges = 0.5 .. 1e4 [eV], bands = 1000`; at most {MOST_BANDS}");
                self.report(Diagnostic::new(Code::E024, count.span, message).help(help));
                return None;
            };
            let count = count.value;
            let at = |i: u32| match i {
                0 => low,
                i if i == count => high,
                i => low * (high / low).powf(f64::from(i) / f64::from(count)),
            };
            energies = (0..=count).map(at).collect();
        }
        Some(energies.windows(2).map(|pair| [pair[0], pair[1]]).collect())
    }

    /// What is given, the size of its unit, and whether each cell has its own.
    fn given(&mut self, given: &Given, span: Span) -> Option<(Quantity, f64, bool)> {
        let name = &given.quantity;
        let found = Quantity::ALL.into_iter().find(|(_, text, _)| *text == name.value);
        let Some((quantity, _, usual)) = found else {
            let message = format!("`{}` is not what a band can be given by", name.value);
            let mut diagnostic = Diagnostic::new(Code::E010, name.span, message);
            let names = Quantity::ALL.map(|(_, name, _)| name);
            if let Some(suggestion) = did_you_mean(&name.value, names) {
                diagnostic = diagnostic.help(suggestion);
            }
            let all = Quantity::ALL.map(|(_, name, unit)| format!("`{name} {unit}`"));
            self.report(diagnostic.help(format!("there are {}", all.join(", "))));
            return None;
        };
        let (size, dimension) = self.unit(&given.unit)?;
        if !dimension.equals(quantity.dimension()) {
            let message = format!("`{}` is not in {dimension}", name.value);
            self.report(Diagnostic::new(Code::E018, span, message).help(format!("write {usual}")));
            return None;
        }
        Some((quantity, size, given.per_cell))
    }

    /// Makes the bands: their moments and mean energies.
    fn weigh(&mut self, field: &mut Field, edges: &[[f64; 2]], span: Span, is_given: bool) -> Option<()> {
        for edges in edges {
            let spectrum = field.spectrum;
            let moment = |weight: &dyn Fn(f64) -> f64| {
                over(*edges, &mut |energy| self.at_energy(spectrum, energy) * weight(energy))
            };
            let (photons, total) = (moment(&|energy| 1.0 / energy), moment(&|_| 1.0));
            let (Some(photons), Some(total)) = (photons, total) else {
                let message = "the energy in the last band of this spectrum is infinite";
                let help = "give the band an upper edge instead of `inf`";
                self.report(Diagnostic::new(Code::E024, span, message).help(help));
                return None;
            };
            if photons.is_nan() || total.is_nan() {
                self.not_of_energy("a spectrum", span);
                return None;
            }
            if !(photons.is_finite() && total.is_finite() && photons >= 0.0) || (is_given && photons == 0.0) {
                let [low, high] = edges.map(|edge| edge / crate::constants::ELECTRONVOLT);
                let message = format!("the spectrum has no weight from {} to {} eV", shown(low), shown(high));
                let help = "it must be finite and not negative, and positive somewhere in each band";
                self.report(Diagnostic::new(Code::E024, span, message).help(help));
                return None;
            }
            let mean_energy = if photons > 0.0 { total / photons } else { f64::NAN };
            field.radiation.bands.push(Band { edges: *edges, mean_energy, parameter: None });
            field.weights.push([photons, total]);
        }
        Some(())
    }

    /// A parameter for each band; its default is that of the spectrum if that is an intensity, else 0.
    fn band_parameters(
        &mut self,
        field: &mut Field,
        (name, item): (&ast::Name, &Item),
        per_cell: bool,
        is_intensity: bool,
    ) -> Option<()> {
        let (quantity, size) = field.given?;
        let light = self.constant_value("c", name.span)?.expr;
        let planck = self.constant_value("h", name.span)?.expr;
        let (light, planck) = (self.dag.as_constant(light)?, self.dag.as_constant(planck)?);
        let unit = self.written_unit(item, quantity);
        let bands = field.radiation.bands.iter_mut().zip(&field.weights);
        for (index, (band, [photons, total])) in bands.enumerate() {
            let text = format!("{}_{}", name.value, index + 1);
            if self.scope.globals.contains_key(text.as_str()) {
                let message = format!(
                    "band {} of `{}` is called `{text}`, as something else is",
                    index + 1,
                    name.value
                );
                self.report(Diagnostic::new(Code::E014, name.span, message).help("rename one of them"));
                return None;
            }
            let flux = 4.0 * std::f64::consts::PI / planck;
            let default = match quantity {
                _ if !is_intensity => 0.0,
                Quantity::Photons => flux / light * photons,
                Quantity::PhotonFlux => flux * photons,
                Quantity::Energy => flux / light * total,
                Quantity::EnergyFlux => flux * total,
                Quantity::Intensity => total / (band.edges[1] - band.edges[0]),
            };
            let [low, high] = band.edges.map(|edge| edge / crate::constants::ELECTRONVOLT);
            let mut doc =
                vec![format!("radiation `{}` from {} to {} eV", name.value, shown(low), shown(high))];
            doc.extend(item.doc.iter().map(|d| d.value.clone()));
            field.parameters.push(ParameterId(self.parameters.len() as u32));
            self.parameters.push(Parameter {
                name: text.clone(),
                kind: ParameterKind::Band,
                default: default / size,
                unit: Some(unit.clone()),
                per_cell: per_cell.then_some(PerCell { signed: false }),
                doc,
            });
            self.parameter_units.push(Some(quantity.dimension()));
            band.parameter = Some(text);
        }
        Some(())
    }

    /// The unit of what is given as it stands in the statement, without brackets.
    fn written_unit(&self, item: &Item, quantity: Quantity) -> String {
        let written = match &item.kind {
            ast::ItemKind::Radiation(statement) => statement.settings.iter().find_map(|s| match &s.kind {
                RadiationSettingKind::Given(given) => Some(self.program.sources.text(given.unit.span)),
                _ => None,
            }),
            _ => None,
        };
        let text = written.map_or_else(|| quantity.dimension().to_string(), str::to_owned);
        text.trim_matches(['[', ']', ' ']).split_whitespace().collect::<Vec<_>>().join(" ")
    }
}

/// A number to six digits, without zeros that say nothing.
fn shown(value: f64) -> String {
    if value.is_infinite() {
        return "infinity".to_owned();
    }
    let digits = (5 - value.abs().log10().floor() as i32).clamp(0, 12) as usize;
    let text = format!("{value:.digits$}");
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text }
}
