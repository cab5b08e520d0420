//! Tapes in few registers, so that the values of all lanes stay in the first cache, and operations of one kind in a row, so that the
//! kind is looked at once for all of them. Values are the same to the last bit: only the order changes.

mod schedule;

use chem_grammar::interpret::{Instruction, Tape};

use schedule::schedule;

/// A kind of operations that comes in groups.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A number.
    Constant,
    /// a
    Copy,
    /// A number times b.
    Scale,
    /// a + b
    Add,
    /// a - b
    Sub,
    /// a b
    Mul,
    /// a / b
    Div,
    /// a b + c
    MulAdd,
    /// a b - c
    MulSub,
    /// c - a b
    NegMulAdd,
    /// e^a
    Exp,
    /// Anything else.
    Other,
}

/// Where results go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Results {
    /// Wherever there is room; they are copied at the end.
    Anywhere,
    /// One after the other behind what comes first, made so many at a time that what they need stays in the cache.
    InARow(usize),
}

/// A tape whose values give their place up when nothing needs them any more.
#[derive(Debug, Default)]
pub(super) struct RegisterTape {
    /// Numbers in it.
    pub(super) constants: Vec<f64>,
    /// Numbers of parameters, unknowns and given values, which come first; the time comes before what is given.
    pub(super) counts: [usize; 3],
    /// Kinds of the groups, and where in `places` each ends.
    pub(super) groups: Vec<(Kind, usize)>,
    /// Registers of the operands and of the result, last; numbers in `constants` or `others` first.
    pub(super) places: Vec<[u16; 4]>,
    /// Operations of no kind of their own, by registers.
    pub(super) others: Vec<Instruction>,
    /// Registers of the results.
    pub(super) outputs: Vec<u16>,
    /// How many there are.
    pub(super) count: usize,
}

/// A value to be made.
#[derive(Clone, Debug)]
struct Operation {
    kind: Kind,
    /// Places of the operands among the values.
    operands: Vec<u32>,
    /// Place of the result.
    result: u32,
    /// Number of the constant.
    constant: u16,
    /// The operation, if it has no kind of its own.
    other: Option<Instruction>,
}

impl RegisterTape {
    /// What comes first keeps its place; others take the first that is free. `None` if there are too many.
    pub(super) fn new(tape: &Tape, results: Results) -> Option<Self> {
        let constants = tape.constants().len();
        u16::try_from(constants).ok()?;
        let [parameters, unknowns, given] = tape.counts();
        let inputs = parameters + unknowns + 1 + given;
        let mut operations = operations(tape, constants, inputs);
        let share = match results {
            Results::Anywhere => tape.outputs().len(),
            Results::InARow(share) => share,
        };
        let values = constants + inputs + tape.instructions().len();
        let order = schedule(&operations, tape.outputs(), values, share.max(1));
        let in_a_row = results != Results::Anywhere;
        let mut copies = Vec::new();
        let mut slots: Vec<Option<u32>> = vec![None; values];
        if in_a_row {
            for (number, &place) in tape.outputs().iter().enumerate() {
                let slot = slots.get_mut(place as usize)?;
                // Results that are the same, or are there already, are copied.
                if slot.is_some() || (constants..constants + inputs).contains(&(place as usize)) {
                    copies.push((place, inputs + number));
                } else {
                    *slot = Some((inputs + number) as u32);
                }
            }
        }
        let first_free = inputs + if in_a_row { tape.outputs().len() } else { 0 };
        let mut registers = Registers::new(&operations, &order, tape, slots, first_free);
        for (at, number) in order.iter().enumerate() {
            registers.place(at, operations.get_mut(*number)?);
        }
        let mut made = registers.made;
        for (place, to) in copies {
            let from = registers.register.get(place as usize).copied()?;
            made.push(Kind::Copy, [from, 0, 0, to as u32]);
        }
        let outputs = tape.outputs().iter().map(|place| registers.register[*place as usize] as u16);
        made.outputs = if in_a_row { Vec::new() } else { outputs.collect() };
        made.constants = tape.constants().to_vec();
        made.counts = tape.counts();
        made.count = registers.count as usize;
        (made.count <= usize::from(u16::MAX) + 1).then_some(made)
    }

    fn push(&mut self, kind: Kind, places: [u32; 4]) {
        self.places.push(places.map(|place| place as u16));
        match self.groups.last_mut().filter(|(last, _)| *last == kind) {
            Some((_, end)) => *end = self.places.len(),
            None => self.groups.push((kind, self.places.len())),
        }
    }

    /// Where the first result is, if they stand in a row.
    pub(super) fn first_result(&self) -> usize {
        self.counts.iter().sum::<usize>() + 1
    }
}

/// Values that are held while they are needed.
struct Registers {
    made: RegisterTape,
    /// Register of each value.
    register: Vec<u32>,
    /// Last operation that needs each value.
    last_use: Vec<usize>,
    /// Registers that results have for themselves.
    slots: Vec<Option<u32>>,
    /// Values from here to there came first.
    inputs: std::ops::Range<usize>,
    free: Vec<u32>,
    count: u32,
}

impl Registers {
    fn new(
        operations: &[Operation],
        order: &[usize],
        tape: &Tape,
        slots: Vec<Option<u32>>,
        first_free: usize,
    ) -> Self {
        let constants = tape.constants().len();
        let inputs = constants..constants + tape.counts().iter().sum::<usize>() + 1;
        let mut last_use = vec![0usize; slots.len()];
        for (at, number) in order.iter().enumerate() {
            for place in &operations[*number].operands {
                last_use[*place as usize] = at;
            }
        }
        for place in tape.outputs() {
            last_use[*place as usize] = usize::MAX;
        }
        let register = (0..slots.len()).map(|place| place.saturating_sub(constants) as u32).collect();
        let (made, free) = (RegisterTape::default(), Vec::new());
        Registers { made, register, last_use, slots, inputs, free, count: first_free as u32 }
    }

    fn place(&mut self, at: usize, operation: &mut Operation) {
        let mut done = Vec::new();
        for place in &operation.operands {
            let own = self.register[*place as usize];
            let ends = self.last_use[*place as usize] == at && !self.inputs.contains(&(*place as usize));
            if ends && !done.contains(&own) {
                done.push(own);
            }
        }
        // A result may go where an operand was: operands are read first.
        self.free.append(&mut done);
        let result = operation.result as usize;
        let to = self.slots[result].or_else(|| self.free.pop()).unwrap_or_else(|| {
            self.count += 1;
            self.count - 1
        });
        let register = &self.register;
        let [a, b, c] = match operation.kind {
            Kind::Constant => [u32::from(operation.constant), 0, 0],
            Kind::Scale => {
                let of = operation.operands.first().map_or(0, |place| register[*place as usize]);
                [u32::from(operation.constant), of, 0]
            }
            Kind::Other => {
                let of = operation.other.take().map(|i| i.with_places(|place| register[place as usize]));
                self.made.others.extend(of);
                [self.made.others.len() as u32 - 1, 0, 0]
            }
            _ => [0, 1, 2].map(|i| operation.operands.get(i).map_or(0, |place| register[*place as usize])),
        };
        self.register[result] = to;
        self.made.push(operation.kind, [a, b, c, to]);
    }
}

/// The operations of a tape, numbers that are more than factors among them.
fn operations(tape: &Tape, constants: usize, inputs: usize) -> Vec<Operation> {
    let mut made = Vec::new();
    let mut is_loaded = vec![false; constants];
    let is_constant = |place: u32| (place as usize) < constants;
    let mut load = |made: &mut Vec<Operation>, place: u32| {
        if is_constant(place) && !std::mem::replace(&mut is_loaded[place as usize], true) {
            let (kind, constant) = (Kind::Constant, place as u16);
            made.push(Operation { kind, operands: Vec::new(), result: place, constant, other: None });
        }
    };
    for (number, &instruction) in tape.instructions().iter().enumerate() {
        let result = (constants + inputs + number) as u32;
        let (mut kind, mut operands, mut constant) = (kind(instruction), operands(instruction), 0);
        if let (Kind::Mul, &[a, b]) = (kind, &operands[..])
            && is_constant(a) != is_constant(b)
        {
            let (number, other) = if is_constant(a) { (a, b) } else { (b, a) };
            (kind, operands, constant) = (Kind::Scale, vec![other], number as u16);
        }
        operands.iter().for_each(|place| load(&mut made, *place));
        let other = (kind == Kind::Other).then_some(instruction);
        made.push(Operation { kind, operands, result, constant, other });
    }
    tape.outputs().iter().for_each(|place| load(&mut made, *place));
    made
}

fn operands(instruction: Instruction) -> Vec<u32> {
    let mut operands = Vec::new();
    let _ = instruction.with_places(|place| {
        operands.push(place);
        place
    });
    operands
}

fn kind(instruction: Instruction) -> Kind {
    match instruction {
        Instruction::Add(..) => Kind::Add,
        Instruction::Sub(..) => Kind::Sub,
        Instruction::Mul(..) => Kind::Mul,
        Instruction::Div(..) => Kind::Div,
        Instruction::MulAdd(..) => Kind::MulAdd,
        Instruction::MulSub(..) => Kind::MulSub,
        Instruction::NegMulAdd(..) => Kind::NegMulAdd,
        Instruction::Unary(chem_grammar::expr::UnaryOp::Exp, _) => Kind::Exp,
        _ => Kind::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::network::interpreted::lanes::{Inputs, run, run_in_registers};
    use chem_grammar::network::Network;
    use chem_grammar::system::System;

    /// The same numbers as the tape's, to the last bit, in whatever order.
    #[test]
    fn registers_hold_what_the_tape_says() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../networks/molecular.net");
        let system = System::new(Network::load(path).unwrap());
        let y: Vec<f64> = (0..system.unknown_count()).map(|i| 10.0 + i as f64).collect();
        let parameters = system.network.default_parameters();
        let inputs = Inputs { parameters: &parameters, t: 1.0, y: &y, given: [&[]; 3] };
        for roots in [&system.rhs, &system.jacobian, &system.rates] {
            let tape = Tape::new(&system.dag, roots, &system);
            let mut expected = vec![0.0; roots.len()];
            run(&tape, &[], inputs, [&mut expected, &mut []]);
            for results in [Results::Anywhere, Results::InARow(1), Results::InARow(7)] {
                let program = RegisterTape::new(&tape, results).unwrap();
                let mut found = vec![0.0; roots.len()];
                run_in_registers(&program, &[], inputs, [&mut found, &mut []]);
                // Without its tables the network's dT/dt is no number.
                let same = |(a, b): (&f64, &f64)| a.to_bits() == b.to_bits() || (a.is_nan() && b.is_nan());
                assert!(found.iter().zip(&expected).all(same), "{results:?}: {found:?}, not {expected:?}");
            }
            let program = RegisterTape::new(&tape, Results::Anywhere).unwrap();
            assert!(program.groups.len() * 3 < program.places.len(), "{}", program.groups.len());
        }
    }
}
