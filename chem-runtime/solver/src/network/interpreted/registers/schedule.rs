//! The order of operations.

use super::{Kind, Operation};

/// How many kinds there are.
const KINDS: usize = Kind::Other as usize + 1;
/// Nothing makes this value.
const NOBODY: u32 = u32::MAX;

/// An order in which, for `share` results at a time, one of the kind of which most can be done comes next, and all others of that
/// kind with it.
pub(super) fn schedule(operations: &[Operation], outputs: &[u32], values: usize, share: usize) -> Vec<usize> {
    let mut maker = vec![NOBODY; values];
    for (number, operation) in operations.iter().enumerate() {
        maker[operation.result as usize] = number as u32;
    }
    let mut plan = Plan {
        operations,
        maker,
        missing: vec![0; operations.len()],
        users: vec![Vec::new(); operations.len()],
        seen: vec![false; operations.len()],
        order: Vec::with_capacity(operations.len()),
    };
    for outputs in outputs.chunks(share) {
        plan.add(outputs);
    }
    plan.order
}

struct Plan<'a> {
    operations: &'a [Operation],
    /// The operation that makes each value.
    maker: Vec<u32>,
    /// Operands of each operation that are still to be made.
    missing: Vec<u32>,
    users: Vec<Vec<usize>>,
    seen: Vec<bool>,
    order: Vec<usize>,
}

impl Plan<'_> {
    /// Adds what results need that is not there yet.
    fn add(&mut self, outputs: &[u32]) {
        let needed = self.needed(outputs);
        let mut ready: [Vec<usize>; KINDS] = Default::default();
        let is_new = |maker: u32, needed: &[usize]| needed.binary_search(&(maker as usize)).is_ok();
        for &number in &needed {
            for &place in &self.operations[number].operands {
                let maker = self.maker[place as usize];
                if maker != NOBODY && is_new(maker, &needed) {
                    self.missing[number] += 1;
                    self.users[maker as usize].push(number);
                }
            }
            if self.missing[number] == 0 {
                ready[self.operations[number].kind as usize].push(number);
            }
        }
        loop {
            let longest = (0..KINDS).max_by_key(|kind| ready[*kind].len()).unwrap_or(0);
            let mut group = std::mem::take(&mut ready[longest]);
            if group.is_empty() {
                return;
            }
            group.sort_unstable();
            for number in group {
                self.order.push(number);
                for user in std::mem::take(&mut self.users[number]) {
                    self.missing[user] -= 1;
                    if self.missing[user] == 0 {
                        ready[self.operations[user].kind as usize].push(user);
                    }
                }
            }
        }
    }

    /// Numbers of the operations that results need and that were not met before, ascending.
    fn needed(&mut self, outputs: &[u32]) -> Vec<usize> {
        let mut found = Vec::new();
        let mut stack: Vec<u32> = outputs.to_vec();
        while let Some(place) = stack.pop() {
            let maker = self.maker[place as usize];
            if maker == NOBODY || std::mem::replace(&mut self.seen[maker as usize], true) {
                continue;
            }
            found.push(maker as usize);
            stack.extend(&self.operations[maker as usize].operands);
        }
        found.sort_unstable();
        found
    }
}
