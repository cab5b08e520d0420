//! Calls: built-in functions, functions of the network, tables.

use crate::ast::{Expr, Name};
use crate::diagnostic::{Code, Diagnostic};
use crate::expr::{ExprId, UnaryOp};
use crate::resolve::resolver::{CallKey, Frame, Resolver};
use crate::resolve::scope::Global;
use crate::resolve::value::Value;
use crate::source::Span;
use crate::suggest::did_you_mean;
use crate::unit::Dimension;
use crate::words::FUNCTIONS;

impl<'a> Resolver<'a> {
    /// `name(arguments)`
    pub(crate) fn call(&mut self, name: &Name, arguments: &[Expr], span: Span) -> Option<Value> {
        let text = name.value.as_str();
        if matches!(text, "photo_rate" | "photo_heat") {
            return self.photo(name, arguments);
        }
        let values: Vec<Option<Value>> = arguments.iter().map(|a| self.lower(a)).collect();
        if FUNCTIONS.contains(&text) {
            let values: Vec<Value> = values.into_iter().collect::<Option<_>>()?;
            let spans: Vec<Span> = arguments.iter().map(|a| a.span).collect();
            return self.built_in(name, &values, &spans);
        }
        match self.scope.globals.get(text) {
            Some(&Global::Function(index)) => self.function(index, name, &values, span),
            Some(&Global::Table(index)) => self.look_up(index, name, arguments, &values),
            Some(&Global::Value(index)) => {
                let defined = self.scope.values.get(index).map(|v| v.definition.name.span);
                let mut diagnostic =
                    Diagnostic::new(Code::E016, name.span, format!("`{text}` is not a function"));
                if let Some(defined) = defined {
                    diagnostic = diagnostic.other(defined, "it is a value, defined here");
                }
                self.report(diagnostic.help(format!("use it as `{text}`; a product needs `*`")));
                None
            }
            Some(Global::Radiation(_) | Global::CrossSection(_)) => {
                let message = format!("`{text}` is not a function");
                let help = "radiation and cross sections stand in `photo_rate(FIELD, SECTION)` and `photo_heat(FIELD, SECTION)`";
                self.report(Diagnostic::new(Code::E016, name.span, message).help(help));
                None
            }
            None => {
                self.unknown_function(name);
                None
            }
        }
    }

    fn unknown_function(&mut self, name: &Name) {
        let text = name.value.as_str();
        let mut diagnostic =
            Diagnostic::new(Code::E010, name.span, format!("the function `{text}` is not defined"));
        let callable = self
            .scope
            .globals
            .iter()
            .filter(|(_, g)| matches!(g, Global::Function(_) | Global::Table(_)))
            .map(|(name, _)| *name);
        let suggestion = did_you_mean(text, callable.chain(FUNCTIONS));
        diagnostic = match (text, suggestion) {
            ("log", _) => diagnostic.help("write `ln` for the natural or `log10` for the decimal logarithm"),
            ("dexp" | "dlog" | "dlog10" | "dsqrt", _) => {
                diagnostic.help(format!("write `{}`", if text == "dlog" { "ln" } else { &text[1..] }))
            }
            (_, Some(suggestion)) => diagnostic.help(suggestion),
            _ => diagnostic.help(format!("define it: `function {text}(x) = ...`")),
        };
        self.report(diagnostic);
    }

    /// Reports a wrong number of arguments; `usage` shows a right one.
    pub(crate) fn wrong_count(
        &mut self,
        name: &Name,
        expected: &str,
        found: usize,
        usage: &str,
        defined: Option<Span>,
    ) {
        let message = format!("`{}` takes {expected}, but is given {found}", name.value);
        let mut diagnostic = Diagnostic::new(Code::E016, name.span, message);
        if let Some(defined) = defined {
            diagnostic = diagnostic.other(defined, "defined here");
        }
        self.report(diagnostic.help(format!("write `{usage}`")));
    }

    fn built_in(&mut self, name: &Name, values: &[Value], spans: &[Span]) -> Option<Value> {
        let text = name.value.as_str();
        let (fits, expected, usage) = match (text, values.len()) {
            ("min" | "max", n) => (n >= 2, "two or more arguments", format!("{text}(a, b)")),
            ("clamp", n) => (n == 3, "three arguments", "clamp(x, lower, upper)".to_owned()),
            ("pow", n) => (n == 2, "two arguments", "pow(base, exponent)".to_owned()),
            ("poly", n) => {
                (n >= 2, "a variable and at least one coefficient", "poly(x; c0, c1, c2)".to_owned())
            }
            (_, n) => (n == 1, "one argument", format!("{text}(x)")),
        };
        if !fits {
            self.wrong_count(name, expected, values.len(), &usage, None);
            return None;
        }
        match text {
            "min" | "max" => self.extremum(text == "min", values, spans),
            "clamp" => {
                let raised = self.extremum(false, values.get(..2)?, spans)?;
                self.extremum(true, &[raised, *values.get(2)?], &[*spans.first()?, *spans.get(2)?])
            }
            "pow" => Some(self.power((*values.first()?, *spans.first()?), (*values.get(1)?, *spans.get(1)?))),
            "poly" => self.polynomial(values, spans),
            _ => self.unary(name, *values.first()?, *spans.first()?),
        }
    }

    fn extremum(&mut self, smaller: bool, values: &[Value], spans: &[Span]) -> Option<Value> {
        let mut result = *values.first()?;
        for (i, value) in values.iter().enumerate().skip(1) {
            let (a, b) = ((result.unit, *spans.first()?), (value.unit, *spans.get(i)?));
            let unit = self.same_unit("compare", a, b);
            let expr = match smaller {
                true => self.dag.min(result.expr, value.expr),
                false => self.dag.max(result.expr, value.expr),
            };
            result = Value::new(expr, unit);
        }
        Some(result)
    }

    fn polynomial(&mut self, values: &[Value], spans: &[Span]) -> Option<Value> {
        let (x, coefficients) = values.split_first()?;
        let mut unit: Option<(Dimension, Span)> = None;
        let zero_order = x.unit.is_some_and(Dimension::is_none);
        for (i, coefficient) in coefficients.iter().enumerate() {
            let power =
                if i == 0 || zero_order { Some(Dimension::NONE) } else { x.unit.map(|u| u.power(i as f64)) };
            let term = coefficient.unit.zip(power).map(|(c, p)| c.times(p));
            let Some(term) = term else { continue };
            let span = *spans.get(i + 1)?;
            match unit {
                Some((before, before_span)) => {
                    self.same_unit("add terms of", (Some(before), before_span), (Some(term), span));
                }
                None => unit = Some((term, span)),
            }
        }
        let exprs: Vec<ExprId> = coefficients.iter().map(|c| c.expr).collect();
        Some(Value::new(self.dag.polynomial(x.expr, &exprs), unit.map(|(unit, _)| unit)))
    }

    fn unary(&mut self, name: &Name, value: Value, span: Span) -> Option<Value> {
        let op = match name.value.as_str() {
            "sqrt" => return Some(Value::new(self.dag.sqrt(value.expr), value.unit.map(|u| u.power(0.5)))),
            "abs" => return Some(Value::new(self.dag.unary(UnaryOp::Abs, value.expr), value.unit)),
            "ln" | "log10" => return Some(self.logarithm(name, value, span)),
            "exp" => UnaryOp::Exp,
            "exp10" => {
                self.pure_number("the argument of `exp10`", value.unit, span);
                return Some(Value::new(self.dag.exp10(value.expr), pure(value.unit)));
            }
            "sin" => UnaryOp::Sin,
            "cos" => UnaryOp::Cos,
            "tan" => UnaryOp::Tan,
            "asin" => UnaryOp::Asin,
            "acos" => UnaryOp::Acos,
            "atan" => UnaryOp::Atan,
            "sinh" => UnaryOp::Sinh,
            "cosh" => UnaryOp::Cosh,
            "tanh" => UnaryOp::Tanh,
            _ => return None,
        };
        self.pure_number(&format!("the argument of `{}`", name.value), value.unit, span);
        Some(Value::new(self.dag.unary(op, value.expr), pure(value.unit)))
    }

    /// `ln T` is the field's way to write a fit in the temperature in K, the only unit of temperature there is.
    fn logarithm(&mut self, name: &Name, value: Value, span: Span) -> Value {
        let of_temperature = value.unit.is_some_and(Dimension::is_temperature_power);
        if !of_temperature {
            self.pure_number(&format!("the argument of `{}`", name.value), value.unit, span);
        }
        let expr = if name.value == "ln" { self.dag.ln(value.expr) } else { self.dag.log10(value.expr) };
        Value::new(expr, pure(value.unit))
    }

    /// Puts the body of a function in place of its call.
    fn function(&mut self, index: usize, name: &Name, values: &[Option<Value>], span: Span) -> Option<Value> {
        let (function, _) = *self.scope.functions.get(index)?;
        if let Some(used) = self.function_used.get_mut(index) {
            *used = true;
        }
        let count = function.parameters.len();
        if count != values.len() {
            let expected = format!("{count} argument{}", if count == 1 { "" } else { "s" });
            let parameters: Vec<&str> = function.parameters.iter().map(|p| p.value.as_str()).collect();
            let usage = format!("{}({})", name.value, parameters.join(", "));
            self.wrong_count(name, &expected, values.len(), &usage, Some(function.name.span));
            return None;
        }
        if self.active_functions.contains(&index) {
            self.cycle(&function.name.value, span);
            return None;
        }
        let key: CallKey = (index, values.iter().map(|v| v.map(key_of)).collect());
        if let Some((value, trace)) = self.call_results.get(&key).cloned() {
            self.trace.add(&trace);
            return value;
        }
        let frame: Frame<'a> =
            function.parameters.iter().map(|p| p.value.as_str()).zip(values.iter().copied()).collect();
        let outer = std::mem::take(&mut self.trace);
        self.active_functions.push(index);
        self.path.push(function.name.value.clone());
        self.frames.push(frame);
        self.calls.push(span);
        let value = self.lower(&function.body);
        self.calls.pop();
        self.frames.pop();
        self.path.pop();
        self.active_functions.pop();
        let inner = std::mem::replace(&mut self.trace, outer);
        self.trace.add(&inner);
        self.call_results.insert(key, (value, inner));
        value
    }
}

fn key_of(value: Value) -> (ExprId, Option<[u64; 4]>) {
    (value.expr, value.unit.map(|unit| unit.0.map(f64::to_bits)))
}

/// The result of a transcendental function is a pure number if its argument is known to be one.
fn pure(unit: Option<Dimension>) -> Option<Dimension> {
    unit.filter(|u| u.is_none())
}
