//! Interpreted networks over any scalar: one operation after another, each over all lanes.

use chem_grammar::expr::{BinaryOp, Compare, UnaryOp};
use chem_grammar::interpret::{Instruction, Tape};

use super::registers::{Kind, RegisterTape};
use super::scratch;
use crate::scalar::{InterpolationTable, Scalar};

/// Registers of small and of large tapes; a power of two and all that places can name, so that no place need be compared with them.
const FEW: usize = 512;
const ALL: usize = 1 << u16::BITS;

/// What a tape is evaluated at.
#[derive(Clone, Copy)]
pub(super) struct Inputs<'a, V> {
    pub(super) parameters: &'a [f64],
    pub(super) t: V,
    pub(super) y: &'a [V],
    /// What is given, in the order of the tape.
    pub(super) given: [&'a [V]; 3],
}

/// Evaluates a tape; the results go to the outputs one after another. Nothing is done if an array is too short.
#[inline(always)] // SIMD instructions are those of the caller
pub(super) fn run<V: Scalar>(
    tape: &Tape,
    tables: &[InterpolationTable],
    inputs: Inputs<'_, V>,
    outputs: [&mut [V]; 2],
) {
    let [parameter_count, unknown_count, given_count] = tape.counts();
    let Inputs { parameters, t, y, given } = inputs;
    let (Some(y), Some(parameters)) = (y.get(..unknown_count), parameters.get(..parameter_count)) else {
        return;
    };
    let instructions = tape.instructions();
    let inputs = tape.constants().len() + parameter_count + unknown_count + 1 + given_count;
    let mut values: Vec<V> = Vec::with_capacity(inputs + instructions.len());
    values.extend(tape.constants().iter().chain(parameters).map(|value| V::constant(*value)));
    values.extend_from_slice(y);
    values.push(t);
    given.iter().for_each(|given| values.extend_from_slice(given));
    if values.len() != inputs {
        return;
    }
    for instruction in instructions {
        let value = evaluate(*instruction, |place| values[place as usize], tables);
        values.push(value);
    }
    let places = tape.outputs().iter();
    for (slot, place) in outputs.into_iter().flatten().zip(places) {
        *slot = values[*place as usize];
    }
}

/// The same in registers; results that stand in a row are copied from there.
#[inline(always)] // SIMD instructions are those of the caller
pub(super) fn run_in_registers<V: Scalar>(
    program: &RegisterTape,
    tables: &[InterpolationTable],
    inputs: Inputs<'_, V>,
    outputs: [&mut [V]; 2],
) {
    if program.count <= FEW {
        let mut registers = scratch::take::<V, FEW>();
        fill(program, tables, inputs, &mut registers);
        copy_results(program, &registers[..], outputs);
        scratch::give_back(registers);
    } else {
        let mut registers = scratch::take::<V, ALL>();
        fill(program, tables, inputs, &mut registers);
        copy_results(program, &registers[..], outputs);
        scratch::give_back(registers);
    }
}

#[inline(always)]
fn copy_results<V: Scalar>(program: &RegisterTape, registers: &[V], outputs: [&mut [V]; 2]) {
    if program.outputs.is_empty() {
        let results = &registers[program.first_result()..];
        for (slot, result) in outputs.into_iter().flatten().zip(results) {
            *slot = *result;
        }
    } else {
        for (slot, place) in outputs.into_iter().flatten().zip(&program.outputs) {
            *slot = registers[usize::from(*place)];
        }
    }
}

/// Leaves the results where the program says. Nothing is done if an array has another length.
#[inline(always)] // SIMD instructions are those of the caller
pub(super) fn fill<V: Scalar, const REGISTERS: usize>(
    program: &RegisterTape,
    tables: &[InterpolationTable],
    inputs: Inputs<'_, V>,
    registers: &mut [V; REGISTERS],
) {
    let Inputs { parameters, t, y, given } = inputs;
    let [parameter_count, unknown_count, given_count] = program.counts;
    let found = given.iter().map(|given| given.len()).sum::<usize>();
    let Some(parameters) = parameters.get(..parameter_count) else { return };
    if y.len() < unknown_count || found != given_count || program.count > REGISTERS {
        return;
    }
    let mut at = 0;
    for value in parameters {
        registers[at % REGISTERS] = V::constant(*value);
        at += 1;
    }
    for value in [&y[..unknown_count], &[t], given[0], given[1], given[2]] {
        // As many as the tape counted.
        registers[at..at + value.len()].copy_from_slice(value);
        at += value.len();
    }
    let constant =
        |number: &u16| V::constant(program.constants.get(usize::from(*number)).copied().unwrap_or(f64::NAN));
    let mut first = 0;
    for (kind, end) in &program.groups {
        let group = program.places.get(first..*end).unwrap_or_default();
        first = *end;
        // A kind is looked at once for all its operations.
        macro_rules! each {
            (|$a:ident, $b:ident, $c:ident| $value:expr) => {
                for [a, b, c, to] in group {
                    let [$a, $b, $c] = [a, b, c].map(|place| registers[usize::from(*place) % REGISTERS]);
                    registers[usize::from(*to) % REGISTERS] = $value;
                }
            };
        }
        match kind {
            Kind::Constant => {
                for [number, .., to] in group {
                    registers[usize::from(*to) % REGISTERS] = constant(number);
                }
            }
            Kind::Scale => {
                for [number, b, _, to] in group {
                    registers[usize::from(*to) % REGISTERS] =
                        constant(number) * registers[usize::from(*b) % REGISTERS];
                }
            }
            Kind::Copy => each!(|a, _b, _c| a),
            Kind::Add => each!(|a, b, _c| a + b),
            Kind::Sub => each!(|a, b, _c| a - b),
            Kind::Mul => each!(|a, b, _c| a * b),
            Kind::Div => each!(|a, b, _c| a / b),
            Kind::MulAdd => each!(|a, b, c| a.mul_add(b, c)),
            Kind::MulSub => each!(|a, b, c| a.mul_sub(b, c)),
            Kind::NegMulAdd => each!(|a, b, c| a.neg_mul_add(b, c)),
            Kind::Exp => each!(|a, _b, _c| a.exp()),
            Kind::Other => {
                for [number, .., to] in group {
                    let Some(instruction) = program.others.get(usize::from(*number)) else { continue };
                    let value = evaluate(*instruction, |place| registers[place as usize % REGISTERS], tables);
                    registers[usize::from(*to) % REGISTERS] = value;
                }
            }
        }
    }
}

#[inline(always)]
fn evaluate<V: Scalar>(instruction: Instruction, get: impl Fn(u32) -> V, tables: &[InterpolationTable]) -> V {
    match instruction {
        Instruction::Mul(a, b) => get(a) * get(b),
        Instruction::Add(a, b) => get(a) + get(b),
        Instruction::Sub(a, b) => get(a) - get(b),
        Instruction::MulAdd(a, b, c) => get(a).mul_add(get(b), get(c)),
        Instruction::NegMulAdd(a, b, c) => get(a).neg_mul_add(get(b), get(c)),
        Instruction::MulSub(a, b, c) => get(a).mul_sub(get(b), get(c)),
        Instruction::Div(a, b) => get(a) / get(b),
        Instruction::Unary(op, a) => unary(op, get(a)),
        Instruction::Binary(op, a, b) => binary(op, get(a), get(b)),
        Instruction::PowInt(a, n) => get(a).powi(n),
        Instruction::Select(compare, [left, right, then, otherwise]) => {
            let mask = compare_lanes(compare, get(left), get(right));
            V::blend(mask, get(then), get(otherwise))
        }
        Instruction::Table(table, [a, b], orders) => match tables.get(table as usize) {
            Some(table) => V::table(table, [get(a), get(b)], orders),
            None => V::constant(f64::NAN),
        },
    }
}

#[inline(always)]
fn unary<V: Scalar>(op: UnaryOp, a: V) -> V {
    match op {
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

#[inline(always)]
fn binary<V: Scalar>(op: BinaryOp, a: V, b: V) -> V {
    match op {
        BinaryOp::Add => a + b,
        BinaryOp::Sub => a - b,
        BinaryOp::Mul => a * b,
        BinaryOp::Div => a / b,
        BinaryOp::Pow => a.powf(b),
        BinaryOp::Min => a.min(b),
        BinaryOp::Max => a.max(b),
    }
}

#[inline(always)]
fn compare_lanes<V: Scalar>(compare: Compare, a: V, b: V) -> V::Mask {
    match compare {
        Compare::Less => a.less(b),
        Compare::LessEqual => a.less_equal(b),
        Compare::Equal => a.equal(b),
    }
}
