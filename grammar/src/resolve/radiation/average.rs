//! Cross sections, and their averages over the bands of a field.

use crate::ast::{Edge, Expr, ExprKind};
use crate::diagnostic::{Code, Diagnostic};
use crate::expr::{Evaluator, ExprId, Point};
use crate::quadrature::{integral, integral_to_infinity};
use crate::radiation::{Average, Quantity};
use crate::resolve::resolver::{Frame, Resolver};
use crate::resolve::scope::Global;
use crate::resolve::value::Value;
use crate::source::Span;
use crate::unit::Dimension;
use crate::verner::{VERNER96, Verner96};

use super::{Coefficients, energy};

/// A cross section with where it is not zero.
#[derive(Clone, Debug)]
pub(crate) struct Section {
    /// As written.
    pub(super) name: String,
    /// From the threshold to where it ends `[erg]`.
    range: [f64; 2],
    sigma: Sigma,
    span: Span,
}

#[derive(Clone, Copy, Debug)]
enum Sigma {
    Verner(&'static Verner96),
    /// A function of E, which is the time of the expression.
    Stated(ExprId),
}

impl Resolver<'_> {
    /// `verner96[H]`, or the name of a `cross_section`.
    pub(super) fn section_of(&mut self, argument: &Expr) -> Option<Section> {
        let text = self.program.sources.text(argument.span).to_owned();
        match &argument.kind {
            ExprKind::Indexed(name, species) if name.value == "verner96" => {
                let Some(fit) = Verner96::find(&species.value) else {
                    let message = format!("there is no fit of Verner et al. 1996 for `{}`", species.value);
                    let known: Vec<&str> = VERNER96.iter().map(|fit| fit.species).collect();
                    let help = "state it: `cross_section NAME: E = 8.15 .. inf [eV], sigma = ...`";
                    let diagnostic = Diagnostic::new(Code::E010, species.span, message);
                    self.report(diagnostic.help(format!("there are {}", known.join(", "))).help(help));
                    return None;
                };
                let ev = self.electron_volt(argument.span)?;
                let range = [fit.threshold * ev, fit.highest * ev];
                self.trace.refer("cross section of Verner et al. 1996, ApJ 465, 487");
                let name = format!("verner96[{}]", species.value);
                Some(Section { name, range, sigma: Sigma::Verner(fit), span: argument.span })
            }
            ExprKind::Name(name) => match self.scope.globals.get(name.as_str()) {
                Some(&Global::CrossSection(index)) => self.stated_section(index),
                _ => self.no_section(&text, argument.span),
            },
            _ => self.no_section(&text, argument.span),
        }
    }

    fn no_section(&mut self, text: &str, span: Span) -> Option<Section> {
        let diagnostic = Diagnostic::new(Code::E010, span, format!("`{text}` is not a cross section"));
        let help =
            "write `verner96[H]`, or the name of a `cross_section NAME: E = 15.4 .. inf [eV], sigma = ...`";
        self.report(diagnostic.help(help));
        None
    }

    fn electron_volt(&mut self, place: Span) -> Option<f64> {
        let ev = self.constant_value("eV", place)?;
        self.dag.as_constant(ev.expr)
    }

    /// Resolves a `cross_section`.
    pub(crate) fn stated_section(&mut self, index: usize) -> Option<Section> {
        let &(statement, item) = self.scope.cross_sections.get(index)?;
        for doc in &item.doc {
            self.trace.refer(&doc.value);
        }
        if let Some(used) = self.section_used.get_mut(index) {
            *used = true;
        }
        let low = self.plain_number("the threshold", &statement.low, energy(), Code::E024)?;
        let high = self.edge("the upper end", &statement.high)?;
        if !(low >= 0.0 && low < high) {
            let span = statement.low.span;
            let message = "the range of a cross section must not be empty, nor begin below zero";
            self.report(Diagnostic::new(Code::E024, span, message).help("the threshold comes first"));
            return None;
        }
        let what = "a cross section";
        let area = Dimension([2.0, 0.0, 0.0, 0.0]);
        let value = self.function_of_energy(what, &statement.sigma)?;
        self.expect_unit(what, value, area, statement.sigma.span);
        Some(Section {
            name: statement.name.value.clone(),
            range: [low, high],
            sigma: Sigma::Stated(value.expr),
            span: statement.sigma.span,
        })
    }

    /// An energy `[erg]`, or infinity.
    pub(super) fn edge(&mut self, what: &str, edge: &Edge) -> Option<f64> {
        match edge {
            Edge::At(value) => self.plain_number(what, value, energy(), Code::E024),
            Edge::Infinite(_) => Some(f64::INFINITY),
        }
    }

    /// An expression in which `E` is an energy. Its node stands for it as the time does elsewhere.
    pub(super) fn function_of_energy(&mut self, what: &str, expr: &Expr) -> Option<Value> {
        let stand_in = Value::new(self.dag.time(), Some(energy()));
        // What is not known there is no value, and not reported twice.
        let frame: Frame<'_> = [("E", Some(stand_in)), ("T", None), ("t", None)].into();
        let before = self.diagnostics.len();
        let outer = self.enter(what);
        self.frames.push(frame);
        let piecewise = self.piecewise.len();
        let value = self.lower(expr);
        self.piecewise.truncate(piecewise);
        self.frames.pop();
        self.leave(outer);
        if value.is_none() && self.diagnostics.len() == before {
            self.not_of_energy(what, expr.span);
        }
        value
    }

    /// The value of a function of energy.
    pub(super) fn at_energy(&self, function: ExprId, energy: f64) -> f64 {
        let point = Point {
            densities: &[],
            temperature: f64::NAN,
            time: energy,
            parameters: &[],
            tables: &self.read_tables,
        };
        Evaluator::new(&self.dag, point).value(function)
    }

    /// Averages of a section over the bands of a field, and the coefficients of what is given there.
    pub(super) fn average(&mut self, index: usize, section: &Section) -> Option<(Average, Coefficients)> {
        let light = self.constant_value("c", section.span)?.expr;
        let planck = self.constant_value("h", section.span)?.expr;
        let (light, planck) = (self.dag.as_constant(light)?, self.dag.as_constant(planck)?);
        let ev = self.electron_volt(section.span)?;
        let field = self.fields.get(index)?.as_ref()?;
        let (spectrum, given) = (field.spectrum, field.given);
        let threshold = section.range[0];
        let mut bands = Vec::new();
        let mut coefficients = Vec::new();
        let mut fault = false;
        for (band, [photons, total]) in field.radiation.bands.iter().zip(&field.weights) {
            let edges = [band.edges[0].max(section.range[0]), band.edges[1].min(section.range[1])];
            let sigma = |energy: f64| match section.sigma {
                Sigma::Verner(fit) => fit.sigma(energy, ev),
                Sigma::Stated(function) => self.at_energy(function, energy),
            };
            let moment = |weight: &dyn Fn(f64) -> f64| {
                over(edges, &mut |energy| sigma(energy) * self.at_energy(spectrum, energy) * weight(energy))
            };
            let events = moment(&|energy| 1.0 / energy);
            let by_energy = moment(&|_| 1.0);
            let excess = moment(&|energy| (energy - threshold) / energy);
            let [Some(events), Some(by_energy), Some(excess)] = [events, by_energy, excess] else {
                fault = true;
                break;
            };
            if !(events.is_finite() && events >= 0.0 && excess.is_finite()) {
                fault = true;
                break;
            }
            let ratio = |a: f64, b: f64| if a == 0.0 { 0.0 } else { a / b };
            bands.push([ratio(events, *photons), ratio(by_energy, *total), ratio(excess, events)]);
            let width = band.edges[1] - band.edges[0];
            let intensity = 4.0 * std::f64::consts::PI / planck;
            let factor = match given.map(|(quantity, _)| quantity) {
                Some(Quantity::Photons) => light / photons,
                Some(Quantity::PhotonFlux) => 1.0 / photons,
                Some(Quantity::Energy) => light / total,
                Some(Quantity::EnergyFlux) => 1.0 / total,
                Some(Quantity::Intensity) => intensity * width / total,
                None => intensity,
            };
            let coefficient = |moment: f64| if moment == 0.0 { 0.0 } else { moment * factor };
            coefficients.push([coefficient(events), coefficient(excess)]);
        }
        if fault {
            let message =
                format!("the cross section `{}` cannot be averaged over the spectrum", section.name);
            self.report(
                Diagnostic::new(Code::E024, section.span, message)
                    .help("it must be finite and not negative where it is used, and fall off in a band that ends at `inf`")
                    .help("it may depend on E, numbers, constants and tables only"),
            );
            return None;
        }
        let average = Average { name: section.name.clone(), threshold, bands };
        Some((average, coefficients))
    }
}

/// The integral over a band, which may be infinite or empty.
pub(super) fn over(edges: [f64; 2], f: &mut impl FnMut(f64) -> f64) -> Option<f64> {
    match edges {
        [low, high] if low >= high || (low - high).is_nan() => Some(0.0),
        [low, high] if high.is_infinite() => integral_to_infinity(f, low),
        [low, high] => Some(integral(f, low, high)),
    }
}
