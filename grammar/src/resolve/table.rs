//! Tables: reading them, and looking up in them.

use crate::ast::{Expr, Name, Outside, Scale, TableDeclaration};
use crate::diagnostic::{Code, Diagnostic};
use crate::expr::{Compare, ExprId, TableId};
use crate::network::Table;
use crate::resolve::resolver::Resolver;
use crate::resolve::value::Value;
use crate::source::Span;
use crate::table_file;
use crate::unit::Dimension;

impl Resolver<'_> {
    /// Reads the files of all tables.
    pub(crate) fn resolve_tables(&mut self) {
        for index in 0..self.scope.tables.len() {
            let Some(&(declaration, item)) = self.scope.tables.get(index) else { continue };
            let Some(grid) = self.read_grid(declaration) else { continue };
            self.read_tables.push(Table {
                name: declaration.name.value.clone(),
                axes: declaration.axes.iter().map(|a| a.scale).collect(),
                value_scale: declaration.value_scale,
                interpolation: declaration.interpolation,
                outside: declaration.outside,
                grid,
                doc: item.doc.iter().map(|d| d.value.clone()).collect(),
            });
            let read = self.read_tables.len() - 1;
            if let Some(slot) = self.tables.get_mut(index) {
                *slot = Some(read);
            }
        }
    }

    fn read_grid(&mut self, declaration: &TableDeclaration) -> Option<crate::interpolation::Grid> {
        let count = declaration.axes.len();
        if !(1..=2).contains(&count) {
            let message = format!("a table has one or two axes, not {count}");
            self.diagnostics.push(Diagnostic::new(Code::E021, declaration.name.span, message));
            return None;
        }
        let file = *self.program.tables.get(&declaration.path.span)?;
        let text = &self.program.sources.get(file)?.text;
        match table_file::read(file, text, count) {
            Ok(raw) => Some(crate::interpolation::Grid {
                axes: [raw.axes.0.into(), raw.axes.1.into()],
                values: raw.values.into(),
                interpolation: declaration.interpolation,
                outside: declaration.outside,
            }),
            Err(diagnostics) => {
                self.diagnostics.extend(
                    diagnostics.into_iter().map(|d| d.other(declaration.name.span, "read for this table")),
                );
                None
            }
        }
    }

    /// `table(x, y)`: arguments and value are the quantities themselves; logarithms are taken here.
    pub(crate) fn look_up(
        &mut self,
        index: usize,
        name: &Name,
        arguments: &[Expr],
        values: &[Option<Value>],
    ) -> Option<Value> {
        let (declaration, _) = *self.scope.tables.get(index)?;
        if let Some(used) = self.table_used.get_mut(index) {
            *used = true;
        }
        let count = declaration.axes.len();
        if count != values.len() {
            let plural = if count == 1 { "is" } else { "es" };
            let message =
                format!("the table `{}` has {count} ax{plural}, but is given {}", name.value, values.len());
            let axes: Vec<&str> = declaration.axes.iter().map(|a| a.name.value.as_str()).collect();
            self.report(
                Diagnostic::new(Code::E016, name.span, message)
                    .other(declaration.name.span, "the table is declared here")
                    .help(format!("write `{}({})`", name.value, axes.join(", "))),
            );
            return None;
        }
        let mut coordinates = Vec::new();
        for ((axis, value), argument) in declaration.axes.iter().zip(values).zip(arguments) {
            let value = (*value)?;
            let unit = match &axis.unit {
                Some(unit) => Some(self.unit(unit)?),
                None => None,
            };
            coordinates.push(self.coordinate(axis.scale, unit, value, &axis.name.value, argument.span));
        }
        let value_unit = match &declaration.value_unit {
            Some(unit) => Some(self.unit(unit)?),
            None => None,
        };
        let table = (*self.tables.get(index)?)?;
        let first = *coordinates.first()?;
        let second = coordinates.get(1).copied().unwrap_or(first);
        let found = self.dag.table(TableId(table as u32), [first, second], [0, 0]);
        let found = match declaration.value_scale {
            Scale::Linear => found,
            Scale::Log10 => self.dag.exp10(found),
        };
        let factor = self.dag.constant(value_unit.map_or(1.0, |(factor, _)| factor));
        let mut expr = self.dag.mul(factor, found);
        if declaration.outside == Outside::Zero {
            expr = self.zero_outside(table, &coordinates, expr)?;
        }
        Some(Value::new(expr, value_unit.map(|(_, dimension)| dimension)))
    }

    /// The coordinate in the table's own scale and unit.
    fn coordinate(
        &mut self,
        scale: Scale,
        unit: Option<(f64, Dimension)>,
        value: Value,
        axis: &str,
        span: Span,
    ) -> ExprId {
        let mut expr = value.expr;
        if let Some((factor, dimension)) = unit {
            self.expect_unit(&format!("the argument for the axis `{axis}`"), value, dimension, span);
            let factor = self.dag.constant(factor);
            expr = self.dag.div(expr, factor);
        }
        match scale {
            Scale::Linear => expr,
            Scale::Log10 => self.dag.log10(expr),
        }
    }

    fn zero_outside(&mut self, table: usize, coordinates: &[ExprId], value: ExprId) -> Option<ExprId> {
        let mut expr = value;
        for (axis, &coordinate) in coordinates.iter().enumerate() {
            let nodes = &self.read_tables.get(table)?.grid.axes.get(axis)?;
            let (low, high) = (*nodes.first()?, *nodes.last()?);
            let zero = self.dag.constant(0.0);
            let (low, high) = (self.dag.constant(low), self.dag.constant(high));
            let below_high = self.dag.select(Compare::LessEqual, coordinate, high, expr, zero);
            expr = self.dag.select(Compare::LessEqual, low, coordinate, below_high, zero);
        }
        Some(expr)
    }
}
