//! A program as text, as generated code carries it: whole numbers in groups of five bits, the lowest first, one character for each.

use super::{LaneProgram, Product};
use crate::expr::{BinaryOp, Compare, UnaryOp};
use crate::interpret::{Instruction, Tape};

/// A character for each group of bits; those of the second half say that another group follows.
const CHARACTERS: &[u8; 64] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz+-";
const BITS: u32 = 5;
const MORE: u64 = 1 << BITS;

const UNARY: [UnaryOp; 14] = [
    UnaryOp::Neg,
    UnaryOp::Exp,
    UnaryOp::Ln,
    UnaryOp::Sqrt,
    UnaryOp::Abs,
    UnaryOp::Sin,
    UnaryOp::Cos,
    UnaryOp::Tan,
    UnaryOp::Asin,
    UnaryOp::Acos,
    UnaryOp::Atan,
    UnaryOp::Sinh,
    UnaryOp::Cosh,
    UnaryOp::Tanh,
];
const BINARY: [BinaryOp; 7] =
    [BinaryOp::Add, BinaryOp::Sub, BinaryOp::Mul, BinaryOp::Div, BinaryOp::Pow, BinaryOp::Min, BinaryOp::Max];
const COMPARE: [Compare; 3] = [Compare::Less, Compare::LessEqual, Compare::Equal];

/// A text that is no program.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the text is no program of a network")]
pub struct BrokenText;

impl LaneProgram {
    /// The program as text without spaces, quotes and backslashes.
    pub fn to_text(&self) -> String {
        let mut writer = Writer(String::new());
        for tape in [&self.environment, &self.rates, &self.slopes, &self.by_time] {
            writer.tape(tape);
        }
        for products in [&self.changes, &self.jacobian, &self.by_total] {
            writer.products(products);
        }
        writer.0
    }

    /// The program of a text.
    ///
    /// # Errors
    /// If the text was not made by [`LaneProgram::to_text`].
    pub fn from_text(text: &str) -> Result<Self, BrokenText> {
        let mut reader = Reader(text.as_bytes());
        let mut program = LaneProgram::default();
        for tape in [&mut program.environment, &mut program.rates, &mut program.slopes, &mut program.by_time]
        {
            *tape = reader.tape()?;
        }
        for products in [&mut program.changes, &mut program.jacobian, &mut program.by_total] {
            *products = reader.products()?;
        }
        Ok(program)
    }
}

struct Writer(String);

impl Writer {
    fn number(&mut self, mut number: u64) {
        loop {
            let group = number % MORE;
            number >>= BITS;
            let more = if number > 0 { MORE } else { 0 };
            let character = CHARACTERS.get((group + more) as usize).copied().unwrap_or(b'0');
            self.0.push(char::from(character));
            if number == 0 {
                return;
            }
        }
    }

    fn numbers(&mut self, numbers: impl IntoIterator<Item = u32>) {
        numbers.into_iter().for_each(|number| self.number(u64::from(number)));
    }

    fn signed(&mut self, number: i32) {
        self.numbers([(number << 1 ^ number >> 31) as u32]);
    }

    fn position<T: PartialEq>(&mut self, list: &[T], item: &T) {
        self.number(list.iter().position(|other| other == item).unwrap_or(0) as u64);
    }

    fn tape(&mut self, tape: &Tape) {
        self.number(tape.constants().len() as u64);
        tape.constants().iter().for_each(|value| self.number(value.to_bits()));
        tape.counts().iter().for_each(|count| self.number(*count as u64));
        self.number(tape.instructions().len() as u64);
        tape.instructions().iter().for_each(|instruction| self.instruction(*instruction));
        self.number(tape.outputs().len() as u64);
        self.numbers(tape.outputs().iter().copied());
    }

    fn instruction(&mut self, instruction: Instruction) {
        match instruction {
            Instruction::Unary(op, a) => {
                self.number(0);
                self.position(&UNARY, &op);
                self.numbers([a]);
            }
            Instruction::Add(a, b) => self.numbers([1, a, b]),
            Instruction::Sub(a, b) => self.numbers([2, a, b]),
            Instruction::Mul(a, b) => self.numbers([3, a, b]),
            Instruction::Div(a, b) => self.numbers([4, a, b]),
            Instruction::MulAdd(a, b, c) => self.numbers([5, a, b, c]),
            Instruction::MulSub(a, b, c) => self.numbers([6, a, b, c]),
            Instruction::NegMulAdd(a, b, c) => self.numbers([7, a, b, c]),
            Instruction::Binary(op, a, b) => {
                self.number(8);
                self.position(&BINARY, &op);
                self.numbers([a, b]);
            }
            Instruction::PowInt(a, n) => {
                self.numbers([9, a]);
                self.signed(n);
            }
            Instruction::Select(compare, places) => {
                self.number(10);
                self.position(&COMPARE, &compare);
                self.numbers(places);
            }
            Instruction::Table(table, [a, b], [first, second]) => {
                self.numbers([11, table, a, b, u32::from(first), u32::from(second)]);
            }
        }
    }

    fn products(&mut self, products: &[Product]) {
        self.number(products.len() as u64);
        for Product { rate, factors, sums } in products {
            self.numbers([*rate, factors.len() as u32]);
            self.numbers(factors.iter().copied());
            self.number(sums.len() as u64);
            for (sum, times) in sums {
                self.numbers([*sum]);
                self.signed(*times);
            }
        }
    }
}

struct Reader<'a>(&'a [u8]);

impl Reader<'_> {
    fn number(&mut self) -> Result<u64, BrokenText> {
        let (mut number, mut shift) = (0u64, 0);
        loop {
            let (first, rest) = self.0.split_first().ok_or(BrokenText)?;
            self.0 = rest;
            let group = match first {
                b'0'..=b'9' => first - b'0',
                b'A'..=b'Z' => first - b'A' + 10,
                b'a'..=b'z' => first - b'a' + 36,
                b'+' => 62,
                b'-' => 63,
                _ => return Err(BrokenText),
            };
            let group = u64::from(group);
            number |= (group % MORE).checked_shl(shift).ok_or(BrokenText)?;
            shift += BITS;
            if group < MORE {
                return Ok(number);
            }
        }
    }

    fn place(&mut self) -> Result<u32, BrokenText> {
        u32::try_from(self.number()?).map_err(|_| BrokenText)
    }

    fn places<const N: usize>(&mut self) -> Result<[u32; N], BrokenText> {
        let mut places = [0; N];
        for place in &mut places {
            *place = self.place()?;
        }
        Ok(places)
    }

    fn signed(&mut self) -> Result<i32, BrokenText> {
        let number = self.place()?;
        Ok((number >> 1) as i32 ^ -((number & 1) as i32))
    }

    fn item<T: Copy>(&mut self, list: &[T]) -> Result<T, BrokenText> {
        list.get(self.place()? as usize).copied().ok_or(BrokenText)
    }

    fn list<T>(&mut self, item: impl Fn(&mut Self) -> Result<T, BrokenText>) -> Result<Vec<T>, BrokenText> {
        let count = self.number()?;
        // Every item has a character at least.
        if count > self.0.len() as u64 {
            return Err(BrokenText);
        }
        (0..count).map(|_| item(self)).collect()
    }

    fn tape(&mut self) -> Result<Tape, BrokenText> {
        let constants = self.list(|reader| reader.number().map(f64::from_bits))?;
        let counts = self.places::<3>()?.map(|count| count as usize);
        let instructions = self.list(Reader::instruction)?;
        let outputs = self.list(Reader::place)?;
        Tape::from_parts(constants, counts, instructions, outputs).ok_or(BrokenText)
    }

    fn instruction(&mut self) -> Result<Instruction, BrokenText> {
        Ok(match self.number()? {
            0 => Instruction::Unary(self.item(&UNARY)?, self.place()?),
            1 => self.places().map(|[a, b]| Instruction::Add(a, b))?,
            2 => self.places().map(|[a, b]| Instruction::Sub(a, b))?,
            3 => self.places().map(|[a, b]| Instruction::Mul(a, b))?,
            4 => self.places().map(|[a, b]| Instruction::Div(a, b))?,
            5 => self.places().map(|[a, b, c]| Instruction::MulAdd(a, b, c))?,
            6 => self.places().map(|[a, b, c]| Instruction::MulSub(a, b, c))?,
            7 => self.places().map(|[a, b, c]| Instruction::NegMulAdd(a, b, c))?,
            8 => Instruction::Binary(self.item(&BINARY)?, self.place()?, self.place()?),
            9 => Instruction::PowInt(self.place()?, self.signed()?),
            10 => Instruction::Select(self.item(&COMPARE)?, self.places()?),
            11 => {
                let [table, a, b, first, second] = self.places()?;
                Instruction::Table(table, [a, b], [first as u8, second as u8])
            }
            _ => return Err(BrokenText),
        })
    }

    fn products(&mut self) -> Result<Vec<Product>, BrokenText> {
        self.list(|reader| {
            let rate = reader.place()?;
            let factors = reader.list(Reader::place)?;
            let sums = reader.list(|reader| Ok((reader.place()?, reader.signed()?)))?;
            Ok(Product { rate, factors, sums })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::network::Network;
    use crate::system::System;

    #[test]
    fn a_program_is_read_as_it_was_written() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/networks/every_kind.net");
        let program = LaneProgram::of(&System::new(Network::load(path).unwrap()));
        let text = program.to_text();
        assert_eq!(LaneProgram::from_text(&text), Ok(program));
        for end in [0, 1, text.len() / 2, text.len() - 1] {
            assert_eq!(LaneProgram::from_text(&text[..end]), Err(BrokenText));
        }
        assert_eq!(LaneProgram::from_text(&text.replace('7', "!")), Err(BrokenText));
    }
}
