//! A program, written out in a kernel.

use chem_grammar::expr::{BinaryOp, Compare, UnaryOp};
use cubecl_core as cubecl;
use cubecl_core::prelude::*;

use super::interpolation::interpolate;
use super::program::{Operation, Program};

/// The results of a program at a time and unknowns, with weights if it asks for them.
#[cube]
pub(super) fn evaluate<F: Float>(
    time: F,
    unknowns: &Sequence<F>,
    weights: &Sequence<F>,
    parameters: &[F],
    tables: &[F],
    #[comptime] program: Program,
) -> Sequence<F> {
    let mut values = Sequence::<F>::new();
    #[unroll]
    for place in 0..comptime!(program.operation_count()) {
        let operation = comptime!(program.operation(place));
        let value = match operation {
            Operation::Constant(number) => F::cast_from(comptime!(number.get())),
            Operation::Parameter(index) => parameters[index],
            Operation::Unknown(index) => unknowns[index],
            Operation::Time => time,
            Operation::Weight(index) => weights[index],
            Operation::Unary(function, a) => unary::<F>(values[a], function),
            Operation::Binary(function, a, b) => binary::<F>(values[a], values[b], function),
            Operation::PowInt(a, exponent) => power::<F>(values[a], exponent),
            Operation::Select(compare, [left, right, then, otherwise]) => {
                let holds = comparison::<F>(values[left], values[right], compare);
                select(holds, values[then], values[otherwise])
            }
            Operation::Table(index, [a, b], orders) => {
                interpolate::<F>(values[a], values[b], tables, comptime!(program.table(index)), orders)
            }
        };
        values.push(value);
    }
    let mut results = Sequence::<F>::new();
    #[unroll]
    for index in 0..comptime!(program.result_count()) {
        results.push(values[comptime!(program.result(index))]);
    }
    results
}

#[cube]
fn unary<F: Float>(a: F, #[comptime] function: UnaryOp) -> F {
    match function {
        UnaryOp::Neg => -a,
        UnaryOp::Exp => a.exp(),
        UnaryOp::Ln => a.ln(),
        UnaryOp::Sqrt => a.sqrt(),
        UnaryOp::Abs => a.abs(),
        UnaryOp::Sin => a.sin(),
        UnaryOp::Cos => a.cos(),
        UnaryOp::Tan => a.tan(),
        UnaryOp::Asin => a.asin(),
        UnaryOp::Acos => a.acos(),
        UnaryOp::Atan => a.atan(),
        UnaryOp::Sinh => a.sinh(),
        UnaryOp::Cosh => a.cosh(),
        UnaryOp::Tanh => a.tanh(),
    }
}

#[cube]
fn binary<F: Float>(a: F, b: F, #[comptime] function: BinaryOp) -> F {
    match function {
        BinaryOp::Add => a + b,
        BinaryOp::Sub => a - b,
        BinaryOp::Mul => a * b,
        BinaryOp::Div => a / b,
        BinaryOp::Pow => a.powf(b),
        BinaryOp::Min => a.min(b),
        BinaryOp::Max => a.max(b),
    }
}

#[cube]
fn comparison<F: Float>(a: F, b: F, #[comptime] compare: Compare) -> bool {
    match compare {
        Compare::Less => a < b,
        Compare::LessEqual => a <= b,
        Compare::Equal => a == b,
    }
}

/// A whole power, by repeated squaring.
#[cube]
fn power<F: Float>(a: F, #[comptime] exponent: i32) -> F {
    let mut square = a;
    let mut product = F::cast_from(1f64);
    #[unroll]
    for bit in 0..comptime!(32 - exponent.unsigned_abs().leading_zeros()) {
        if comptime!(bit > 0) {
            square *= square;
        }
        if comptime!(exponent.unsigned_abs() >> bit & 1 == 1) {
            product *= square;
        }
    }
    if comptime!(exponent < 0) { F::cast_from(1f64) / product } else { product }
}
