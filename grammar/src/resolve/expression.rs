//! Expressions: numbers, names and operators.

use crate::ast::{BinaryOperator, Expr, ExprKind, UnitExpr};
use crate::diagnostic::{Code, Diagnostic};
use crate::resolve::resolver::Resolver;
use crate::resolve::scope::Global;
use crate::resolve::value::Value;
use crate::source::Span;
use crate::suggest::did_you_mean;
use crate::unit::{self, Dimension, Factor};
use crate::words::{FUNCTIONS, INDEXED, QUANTITIES};

/// Operations on top of each other, through definitions and functions: the compiler's stack is finite.
const MAX_DEPTH: usize = 600;

impl Resolver<'_> {
    /// Resolves an expression. `None` if that failed; then it was reported.
    pub(crate) fn lower(&mut self, expr: &Expr) -> Option<Value> {
        if self.depth >= MAX_DEPTH {
            self.report(
                Diagnostic::new(Code::E024, expr.span, "definitions are built on each other too deeply")
                    .help(format!("at most {MAX_DEPTH} operations may stand on top of each other")),
            );
            return None;
        }
        self.depth += 1;
        let value = self.lower_kind(expr);
        self.depth -= 1;
        value
    }

    fn lower_kind(&mut self, expr: &Expr) -> Option<Value> {
        match &expr.kind {
            ExprKind::Number { value, unit, .. } => self.number(*value, unit.as_ref()),
            ExprKind::Name(name) => self.name(name, expr.span),
            ExprKind::Indexed(name, index) => self.indexed(name, index),
            ExprKind::Negate(inner) => {
                let inner = self.lower(inner)?;
                Some(Value::new(self.dag.neg(inner.expr), inner.unit))
            }
            ExprKind::Binary(operator, left, right) => self.binary(*operator, left, right),
            ExprKind::Call { name, arguments, .. } => self.call(name, arguments, expr.span),
            ExprKind::Piecewise { pieces, otherwise } => {
                self.piecewise(pieces, otherwise.as_deref(), expr.span)
            }
        }
    }

    fn number(&mut self, value: f64, unit: Option<&UnitExpr>) -> Option<Value> {
        let Some(unit) = unit else { return Some(Value::new(self.dag.constant(value), None)) };
        let (factor, dimension) = self.unit(unit)?;
        Some(Value::new(self.dag.constant(value * factor), Some(dimension)))
    }

    /// Size in cgs and exponents of a unit.
    pub(crate) fn unit(&mut self, unit: &UnitExpr) -> Option<(f64, Dimension)> {
        let mut factor = 1.0;
        let mut dimension = Dimension::NONE;
        let mut known = true;
        for (name, exponent) in &unit.factors {
            let Some(found) = unit::find(&name.value) else {
                self.unknown_unit(name);
                known = false;
                continue;
            };
            let size = match found.factor {
                Factor::Number(size) => size,
                Factor::Constant(constant, size) => {
                    let value = self.constant_value(constant, name.span)?;
                    self.dag.as_constant(value.expr)? * size
                }
            };
            factor *= size.powi(*exponent);
            dimension = dimension.times(found.dimension.power(f64::from(*exponent)));
        }
        known.then_some((factor, dimension))
    }

    fn unknown_unit(&mut self, name: &crate::ast::Name) {
        let mut diagnostic =
            Diagnostic::new(Code::E017, name.span, format!("the unit `{}` is not known", name.value));
        let near = unit::usual_spelling(&name.value).map(|unit| format!("did you mean `{unit}`?"));
        let near = near.or_else(|| did_you_mean(&name.value, unit::UNITS.iter().map(|u| u.name)));
        diagnostic = match near {
            Some(suggestion) => diagnostic.help(suggestion),
            None => diagnostic.help(format!(
                "units are {}",
                unit::UNITS.iter().map(|u| u.name).collect::<Vec<_>>().join(", ")
            )),
        };
        self.report(diagnostic);
    }

    fn name(&mut self, name: &str, span: Span) -> Option<Value> {
        if let Some(argument) = self.frames.last().and_then(|frame| frame.get(name)) {
            return *argument;
        }
        match name {
            "T" => return Some(Value::new(self.temperature, Some(Dimension::TEMPERATURE))),
            "t" => return Some(Value::new(self.dag.time(), Some(Dimension::TIME))),
            "n_tot" => return Some(self.total_density()),
            _ => {}
        }
        match self.scope.globals.get(name) {
            Some(&Global::Value(index)) => return self.named_value(index, span),
            Some(Global::Function(_) | Global::Table(_)) => {
                self.report(
                    Diagnostic::new(Code::E016, span, format!("`{name}` is called without arguments"))
                        .help(format!("write `{name}(...)`")),
                );
                return None;
            }
            Some(Global::Radiation(_) | Global::CrossSection(_)) => {
                let message = format!("`{name}` is not a value");
                let help = "radiation and cross sections stand in `photo_rate(FIELD, SECTION)` and `photo_heat(FIELD, SECTION)`";
                self.report(Diagnostic::new(Code::E016, span, message).help(help));
                return None;
            }
            None => {}
        }
        if let Some(band) = self.band(name) {
            return Some(band);
        }
        if crate::constants::find(name).is_some() {
            return self.constant_value(name, span);
        }
        self.unknown_name(name, span);
        None
    }

    fn unknown_name(&mut self, name: &str, span: Span) {
        let mut diagnostic = Diagnostic::new(Code::E010, span, format!("`{name}` is not defined"));
        if FUNCTIONS.contains(&name) {
            diagnostic = diagnostic.help(format!("`{name}` is a function: write `{name}(...)`"));
        } else if INDEXED.contains(&name) {
            diagnostic = diagnostic.help(format!("write `{name}[...]`"));
        } else if self.scope.reaction_names.contains_key(name) {
            diagnostic = diagnostic.help(format!(
                "`{name}` is a reaction: its rate coefficient is `k[{name}]`, its flux `flux[{name}]`"
            ));
        } else if let Some(quantity) = usual_name(name) {
            diagnostic = diagnostic.help(format!("did you mean `{quantity}`?"));
        } else if self.find_species(name).is_some() {
            diagnostic = diagnostic.help(format!("the number density of `{name}` is `n[{name}]`"));
        } else {
            let suggestion = {
                let locals = self.frames.last().into_iter().flat_map(|f| f.keys().copied());
                let names = locals
                    .chain(self.scope.globals.keys().copied())
                    .chain(QUANTITIES)
                    .chain(crate::constants::CONSTANTS.iter().map(|c| c.name));
                did_you_mean(name, names)
            };
            diagnostic = match suggestion {
                Some(suggestion) => diagnostic.help(suggestion),
                None => diagnostic.help(format!("define it: `let {name} = ...` or `parameter {name} = ...`")),
            };
        }
        self.report(diagnostic);
    }

    fn binary(&mut self, operator: BinaryOperator, left: &Expr, right: &Expr) -> Option<Value> {
        let (a, b) = (self.lower(left), self.lower(right));
        let (a, b) = (a?, b?);
        let both = |f: fn(Dimension, Dimension) -> Dimension| a.unit.zip(b.unit).map(|(x, y)| f(x, y));
        Some(match operator {
            BinaryOperator::Add => {
                self.check_bare_number("added to", left, b);
                self.check_bare_number("added to", right, a);
                let unit = self.same_unit("add", (a.unit, left.span), (b.unit, right.span));
                Value::new(self.dag.add(a.expr, b.expr), unit)
            }
            BinaryOperator::Subtract => {
                self.check_bare_number("diminished by", left, b);
                self.check_bare_number("subtracted from", right, a);
                let unit = self.same_unit("subtract", (a.unit, left.span), (b.unit, right.span));
                Value::new(self.dag.sub(a.expr, b.expr), unit)
            }
            BinaryOperator::Multiply => Value::new(self.dag.mul(a.expr, b.expr), both(Dimension::times)),
            BinaryOperator::Divide => Value::new(self.dag.div(a.expr, b.expr), both(Dimension::over)),
            BinaryOperator::Power => self.power((a, left.span), (b, right.span)),
        })
    }

    /// A power; fitted (broken) powers need a quantity whose value does not depend on the system of units.
    pub(crate) fn power(&mut self, base: (Value, Span), exponent: (Value, Span)) -> Value {
        let ((a, base_span), (b, exponent_span)) = (base, exponent);
        self.pure_number("an exponent", b.unit, exponent_span);
        let number = self.dag.as_constant(b.expr);
        let unit = match (a.unit, number) {
            (Some(unit), _) if unit.is_none() => Some(unit),
            (Some(unit), Some(exponent)) => {
                let halves = (exponent * 2.0).fract() == 0.0;
                if halves || unit.is_temperature_power() {
                    Some(unit.power(exponent))
                } else {
                    self.broken_power(unit, base_span);
                    None
                }
            }
            _ => None,
        };
        Value::new(self.dag.pow(a.expr, b.expr), unit)
    }

    fn broken_power(&mut self, unit: Dimension, span: Span) {
        let text = self.program.sources.text(span);
        let message = format!("a fitted power of a quantity in {unit} depends on the system of units");
        let mut diagnostic =
            Diagnostic::new(Code::E018, span, message).label(format!("this is {unit}, its value in cgs"));
        diagnostic =
            diagnostic.help(match unit.equals(Dimension::HEAT_CAPACITY.times(Dimension::TEMPERATURE)) {
                true => format!("divide by the unit of the fit first, e.g. `({text} / 1 [eV])`"),
                false => format!("divide by the unit of the fit first, e.g. `({text} / 1 {unit})`"),
            });
        self.report(diagnostic);
    }

    /// The unit of two values that are added, compared or alternatives; a mismatch is reported.
    pub(crate) fn same_unit(
        &mut self,
        verb: &str,
        a: (Option<Dimension>, Span),
        b: (Option<Dimension>, Span),
    ) -> Option<Dimension> {
        match (a.0, b.0) {
            (Some(x), Some(y)) if !x.equals(y) => {
                self.report(
                    Diagnostic::new(Code::E018, b.1, format!("cannot {verb} {x} and {y}"))
                        .label(format!("this is {y}"))
                        .other(a.1, format!("this is {x}")),
                );
                None
            }
            (Some(x), _) => Some(x),
            (None, y) => y,
        }
    }

    /// Reports a quantity with a unit where only a pure number has a meaning.
    pub(crate) fn pure_number(&mut self, what: &str, unit: Option<Dimension>, span: Span) {
        if let Some(unit) = unit.filter(|u| !u.is_none()) {
            let text = self.program.sources.text(span);
            let energy = Dimension::HEAT_CAPACITY.times(Dimension::TEMPERATURE);
            let help = if unit.equals(energy) {
                format!("an energy is divided by `(k_B * T)` or by its unit: `{text} / 1 [eV]`")
            } else if unit.equals(Dimension::TEMPERATURE) {
                format!("a temperature is divided by `T` or by its unit: `{text} / 1 [K]`")
            } else {
                format!("divide by the unit that is meant: `{text} / 1 {unit}`")
            };
            self.report(
                Diagnostic::new(Code::E018, span, format!("{what} must be a pure number, but is {unit}"))
                    .label(format!("this is {unit}"))
                    .help(help),
            );
        }
    }

    /// Checks the unit of a whole expression against the one it must have.
    pub(crate) fn expect_unit(&mut self, what: &str, value: Value, expected: Dimension, span: Span) {
        if let Some(unit) = value.unit.filter(|u| !u.equals(expected)) {
            let mut diagnostic =
                Diagnostic::new(Code::E018, span, format!("{what} must be {expected}, but is {unit}"))
                    .label(format!("this is {unit}"));
            if let Some(help) = unit_help(expected, unit) {
                diagnostic = diagnostic.help(help);
            }
            self.report(diagnostic);
        }
    }
}

/// What may be wrong with a quantity that has another unit than expected.
fn unit_help(expected: Dimension, found: Dimension) -> Option<&'static str> {
    let excess = found.over(expected);
    let densities = excess.0[0] / -3.0;
    let by_densities = excess.equals(Dimension::NUMBER_DENSITY.power(densities)) && densities.fract() == 0.0;
    let is_coefficient = (1..=4).any(|order| expected.equals(Dimension::rate_coefficient(order)));
    if excess.is_temperature_power() {
        Some("a fitted power of T is written with its reference temperature: `(T / 300 [K])^0.5`")
    } else if is_coefficient {
        Some(
            "k is in [s^-1] for one particle, [cm^3 s^-1] for two, [cm^6 s^-1] for three; photons and cosmic rays do not count",
        )
    } else if by_densities {
        Some(if densities < 0.0 {
            "is a number density missing?"
        } else {
            "is there a number density too many?"
        })
    } else {
        None
    }
}

/// Names that other programs of the field give to the quantities of the language.
fn usual_name(name: &str) -> Option<&'static str> {
    match name.to_ascii_lowercase().as_str() {
        "tgas" | "t_gas" | "temp" | "temperature" | "tk" => Some("T"),
        "time" | "t_s" => Some("t"),
        "ntot" | "ntotal" | "nt" => Some("n_tot"),
        "kb" | "kboltz" | "boltzmann" | "boltzmann_erg" => Some("k_B"),
        "clight" | "speed_of_light" => Some("c"),
        "hplanck" | "planck" | "planck_erg" => Some("h"),
        "ev_to_erg" => Some("eV"),
        _ => None,
    }
}
