//! Tapes in few registers, so that the values of all lanes stay in the first cache, and operations of one kind in a row, so that the
//! kind is looked at once for all of them. Values are the same to the last bit: only the order changes.

use chem_grammar::interpret::{Instruction, Tape};

/// A kind of operations that comes in groups.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
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
    /// Anything else.
    Other,
}

/// All kinds, as they number lists.
const KINDS: [Kind; 8] =
    [Kind::Add, Kind::Sub, Kind::Mul, Kind::Div, Kind::MulAdd, Kind::MulSub, Kind::NegMulAdd, Kind::Other];

/// A tape whose values give their place up when nothing needs them any more.
#[derive(Debug)]
pub(super) struct RegisterTape {
    /// The tape, with what comes first among its values.
    pub(super) tape: Tape,
    /// Kinds of the groups, and where in `places` each ends.
    pub(super) groups: Vec<(Kind, usize)>,
    /// Registers of the operands and of the result, last; of [`Kind::Other`] the number of the operation and the result.
    pub(super) places: Vec<[u16; 4]>,
    /// Operations of no kind of their own, by registers.
    pub(super) others: Vec<Instruction>,
    /// Registers of the results.
    pub(super) outputs: Vec<u16>,
    /// How many there are.
    pub(super) count: usize,
}

impl From<Tape> for RegisterTape {
    /// What comes first keeps its place; others take the first that is free.
    fn from(tape: Tape) -> Self {
        let inputs = tape.constants().len() + tape.counts().iter().sum::<usize>() + 1;
        let schedule = schedule(&tape, inputs);
        let total = inputs + tape.instructions().len();
        let mut last_use = vec![0usize; total];
        for (at, number) in schedule.iter().enumerate() {
            for place in operands(tape.instructions()[*number]) {
                last_use[place as usize] = at;
            }
        }
        for place in tape.outputs() {
            last_use[*place as usize] = usize::MAX;
        }
        let mut register: Vec<u32> = (0..total as u32).collect();
        let (mut free, mut count) = (Vec::new(), inputs as u32);
        let (mut groups, mut places, mut others) = (Vec::<(Kind, usize)>::new(), Vec::new(), Vec::new());
        for (at, number) in schedule.into_iter().enumerate() {
            let instruction = tape.instructions()[number];
            let mut done = Vec::new();
            let own = instruction.with_places(|place| {
                let own = register[place as usize];
                if last_use[place as usize] == at && place as usize >= inputs && !done.contains(&own) {
                    done.push(own);
                }
                own
            });
            // A result may go where an operand was: operands are read first.
            free.append(&mut done);
            let to = free.pop().unwrap_or_else(|| {
                count += 1;
                count - 1
            });
            register[inputs + number] = to;
            let kind = kind(instruction);
            let [a, b, c] = match kind {
                Kind::Other => {
                    others.push(own);
                    [others.len() as u32 - 1, 0, 0]
                }
                _ => {
                    let of = operands(own);
                    [0, 1, 2].map(|i| of.get(i).copied().unwrap_or(0))
                }
            };
            places.push([a, b, c, to].map(|place| place as u16));
            match groups.last_mut().filter(|(last, _)| *last == kind) {
                Some((_, end)) => *end = places.len(),
                None => groups.push((kind, places.len())),
            }
        }
        let outputs = tape.outputs().iter().map(|place| register[*place as usize] as u16).collect();
        RegisterTape { tape, groups, places, others, outputs, count: count as usize }
    }
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
        _ => Kind::Other,
    }
}

/// An order of the operations in which one of the kind of which most can be done comes next, and all others of that kind with it.
fn schedule(tape: &Tape, inputs: usize) -> Vec<usize> {
    let instructions = tape.instructions();
    let mut missing = vec![0usize; instructions.len()];
    let mut users: Vec<Vec<usize>> = vec![Vec::new(); instructions.len()];
    let mut ready: [Vec<usize>; KINDS.len()] = Default::default();
    let list = |number: usize| KINDS.iter().position(|k| *k == kind(instructions[number])).unwrap_or(0);
    for (number, instruction) in instructions.iter().enumerate() {
        for place in operands(*instruction) {
            if let Some(operand) = (place as usize).checked_sub(inputs) {
                missing[number] += 1;
                users[operand].push(number);
            }
        }
        if missing[number] == 0 {
            ready[list(number)].push(number);
        }
    }
    let mut order = Vec::with_capacity(instructions.len());
    while order.len() < instructions.len() {
        let longest = (0..KINDS.len()).max_by_key(|kind| ready[*kind].len()).unwrap_or(0);
        let mut group = std::mem::take(&mut ready[longest]);
        group.sort_unstable();
        if group.is_empty() {
            break;
        }
        for number in group {
            order.push(number);
            for user in &users[number] {
                missing[*user] -= 1;
                if missing[*user] == 0 {
                    ready[list(*user)].push(*user);
                }
            }
        }
    }
    order
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::network::interpreted::program::Program;
    use chem_grammar::network::Network;
    use chem_grammar::system::System;

    /// Every operation comes after its operands, once, and no register is taken while its value is needed.
    #[test]
    fn operations_find_their_operands() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../networks/molecular.net");
        let system = System::new(Network::load(path).unwrap());
        let program = Program::of(&system);
        for tape in [&program.rhs, &program.jacobian] {
            let inputs = tape.tape.constants().len() + tape.tape.counts().iter().sum::<usize>() + 1;
            let order = schedule(&tape.tape, inputs);
            assert_eq!(order.len(), tape.tape.instructions().len());
            // Values by name, as the registers hold them.
            let mut held: Vec<usize> = (0..tape.count).collect();
            let mut places = tape.places.iter();
            let mut others = tape.others.iter();
            for number in order {
                let expected: Vec<usize> =
                    operands(tape.tape.instructions()[number]).iter().map(|place| *place as usize).collect();
                let [a, b, c, to] = places.next().unwrap().map(usize::from);
                let found: Vec<usize> = match kind(tape.tape.instructions()[number]) {
                    Kind::Other => {
                        operands(*others.next().unwrap()).iter().map(|r| held[*r as usize]).collect()
                    }
                    _ => [a, b, c].iter().take(expected.len()).map(|r| held[*r]).collect(),
                };
                assert_eq!(found, expected);
                held[to] = inputs + number;
            }
            let results: Vec<usize> = tape.outputs.iter().map(|r| held[usize::from(*r)]).collect();
            assert_eq!(results, tape.tape.outputs().iter().map(|p| *p as usize).collect::<Vec<_>>());
            assert!(tape.groups.len() * 3 < tape.places.len(), "{}", tape.groups.len());
            assert!(tape.count <= 512, "{}", tape.count);
        }
    }
}
