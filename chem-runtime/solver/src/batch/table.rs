//! Functions of T alone as piecewise cubics with a checked error.
//!
//! A row holds the Hermite cubics of all functions between two temperatures. Rows follow the bits of T: every
//! octave is divided into equal parts, each of which is halved until value and error are as asked. Where a function
//! changes its formula, which is found to the last bit by bisection of its own comparisons, a part is split in two,
//! so that jumps and kinks stay exact. Where the error cannot be reached, there is no row and the functions are
//! evaluated as they are.

use crate::scalar::{BLOCK, Block, LEADING_MANTISSA_BITS, Lane, Scalar};

/// Bits of the mantissa that number the parts of an octave: at first, and at most.
const COARSE_BITS: u32 = 4;
const FINE_BITS: u32 = LEADING_MANTISSA_BITS;
/// Steps in which formulas are looked for that change within a part.
const SWITCH_BITS: u32 = 8;
/// Temperatures from which to which `[K]`; powers of 2.
const LOW: f64 = 1.0;
const HIGH: f64 = 2_147_483_648.0;
/// Share of a function's largest value below which its error counts as that of this value.
const FLOOR: f64 = 1e-10;
/// Places between the ends of a part where the error is measured.
const PLACES: [f64; 7] = [0.5, 0.25, 0.75, 0.375, 0.625, 0.125, 0.875];
/// The largest error lies between the places.
const MARGIN: f64 = 0.8;
const MANTISSA_BITS: u32 = 52;
/// Breaks so many units in the last place apart are one: `T < 10` and `T <= 10` differ at 10 alone.
const SAME_BREAK: u64 = 4;
/// There is no row.
const NONE: i32 = -1;

/// Functions of T over any scalar that the table needs, and their comparisons.
pub(super) trait Source {
    /// Number of functions.
    fn functions(&self) -> usize;
    /// Number of comparisons.
    fn switches(&self) -> usize;
    /// Values and derivatives.
    fn evaluate(&self, t_gas: f64, values: &mut [f64], slopes: &mut [f64]);
    /// Outcomes of the comparisons.
    fn compare(&self, t_gas: f64, out: &mut [bool]);
}

/// A table.
#[derive(Clone, Debug, Default)]
pub(super) struct Table {
    /// Blocks of a row.
    width: usize,
    /// Row of each finest part.
    index: Vec<i32>,
    /// Where each row begins.
    starts: Vec<f64>,
    inverse_widths: Vec<f64>,
    /// From here on the next row is in force.
    splits: Vec<f64>,
    blocks: Vec<Block>,
    /// Least size from which on an error counts as relative, of each function.
    floor: Vec<f64>,
    /// Share of the temperatures, by octaves, for which there is a row.
    pub(super) coverage: f64,
}

impl Table {
    /// Tabulates functions to a relative error of `accuracy`.
    pub(super) fn new(source: &impl Source, accuracy: f64) -> Self {
        if source.functions() == 0 {
            return Table::default();
        }
        let mut builder = Builder::new(source, accuracy);
        builder.build();
        builder.table
    }

    /// Length of the array that [`Table::evaluate`] fills.
    pub(super) fn padded_functions(functions: usize) -> usize {
        functions.next_multiple_of(BLOCK)
    }

    /// Row of a temperature, place in it, and derivative of the place by T.
    #[inline(always)]
    fn find(&self, t_gas: f64) -> Option<(usize, f64, f64)> {
        // Temperatures below the table, negative ones and NaN have numbers beyond the index.
        let part = part(t_gas, FINE_BITS).wrapping_sub(first_part());
        let row = usize::try_from(*self.index.get(usize::try_from(part).ok()?)?).ok()?;
        let row = row + usize::from(t_gas >= *self.splits.get(row)?);
        let by_t = *self.inverse_widths.get(row)?;
        Some((row, (t_gas - self.starts.get(row)?) * by_t, by_t))
    }

    /// All functions at the temperatures of all lanes, and their derivatives if wanted; returns the lanes for which
    /// there is no row.
    #[inline(always)]
    pub(super) fn look_up<V: Lane>(&self, t_gas: V, out: &mut [V], slopes: Option<&mut [V]>) -> u32 {
        let c = V::constant;
        if V::COUNT == 1 {
            let Some((row, x, by_t)) = self.find(t_gas.lanes()[0]) else { return 1 };
            self.polynomials(c(row as f64), c(x), c(by_t), out, slopes);
            return 0;
        }
        let (zero, one) = (c(0.0), c(1.0));
        // Temperatures below the table, above it, negative ones and NaN have numbers beyond the index.
        let part = t_gas.leading_bits() - c(first_part() as f64);
        let row = V::gather_whole(&self.index, part);
        let row = V::blend(part.less(zero), c(f64::from(NONE)), row);
        let row = V::blend(part.less(c(self.index.len() as f64)), row, c(f64::from(NONE)));
        let missing = V::bits(row.less(zero));
        let row = Scalar::max(row, zero);
        let row = row + V::blend(V::gather(&self.splits, row).less_equal(t_gas), one, zero);
        let by_t = V::gather(&self.inverse_widths, row);
        let x = (t_gas - V::gather(&self.starts, row)) * by_t;
        self.polynomials(row, x, by_t, out, slopes);
        missing
    }

    /// The polynomials of a row, and their derivatives: `by_t` is that of x by T.
    #[inline(always)]
    fn polynomials<V: Lane>(&self, row: V, x: V, by_t: V, out: &mut [V], slopes: Option<&mut [V]>) {
        let first = row * V::constant(self.width as f64);
        V::cubics(&self.blocks, first, x, out);
        if let Some(slopes) = slopes {
            V::cubic_slopes(&self.blocks, first, x, slopes);
            for slope in slopes {
                *slope = *slope * by_t;
            }
        }
    }

    /// Largest relative error of all functions at a temperature; 0 if there is no row.
    pub(super) fn error_at(&self, source: &impl Source, t_gas: f64) -> f64 {
        let mut sample = Sample::new(source.functions());
        sample.take(source, t_gas);
        let mut found = vec![0.0; Table::padded_functions(source.functions())];
        if self.look_up(t_gas, &mut found, None) != 0 {
            return 0.0;
        }
        let values = sample.values.iter().zip(&found).zip(&self.floor);
        values
            .map(|((exact, found), floor)| (found - exact).abs() / exact.abs().max(*floor))
            .fold(0.0, f64::max)
    }

    /// Bytes.
    pub(super) fn size(&self) -> usize {
        size_of_val(&self.index[..]) + 3 * size_of_val(&self.starts[..]) + size_of_val(&self.blocks[..])
    }
}

#[inline(always)]
fn first_part() -> u64 {
    LOW.to_bits() >> (MANTISSA_BITS - FINE_BITS)
}

struct Builder<'a, S> {
    source: &'a S,
    accuracy: f64,
    table: Table,
    /// First and last numbers from which on a formula is another, ascending. Between the two, which are neighbours or
    /// the same, values may be those of either side.
    breaks: Vec<(f64, f64)>,
    /// Least size from which on an error counts as relative, of each function.
    floor: Vec<f64>,
    left: Sample,
    right: Sample,
    middle: Sample,
    row: Vec<Block>,
}

#[derive(Clone, Debug)]
struct Sample {
    values: Vec<f64>,
    slopes: Vec<f64>,
}

impl Sample {
    fn new(functions: usize) -> Self {
        Sample { values: vec![0.0; functions], slopes: vec![0.0; functions] }
    }

    fn take(&mut self, source: &impl Source, t_gas: f64) {
        source.evaluate(t_gas, &mut self.values, &mut self.slopes);
    }
}

impl<'a, S: Source> Builder<'a, S> {
    fn new(source: &'a S, accuracy: f64) -> Self {
        let functions = source.functions();
        let width = functions.div_ceil(BLOCK);
        let table = Table { width, ..Table::default() };
        let sample = Sample::new(functions);
        Builder {
            source,
            accuracy,
            table,
            breaks: Vec::new(),
            floor: vec![0.0; functions],
            left: sample.clone(),
            right: sample.clone(),
            middle: sample,
            row: vec![Block::default(); width],
        }
    }

    fn build(&mut self) {
        self.find_breaks();
        self.find_floor();
        let parts = (part(HIGH, FINE_BITS) - part(LOW, FINE_BITS)) as usize;
        self.table.index = vec![NONE; parts];
        for number in part(LOW, COARSE_BITS)..part(HIGH, COARSE_BITS) {
            self.divide(number, COARSE_BITS);
        }
        self.table.floor.clone_from(&self.floor);
        let covered = self.table.index.iter().filter(|row| **row != NONE).count();
        self.table.coverage = covered as f64 / parts as f64;
    }

    /// Looks for the temperatures at which comparisons change their outcome.
    fn find_breaks(&mut self) {
        let count = self.source.switches();
        let (mut before, mut after, mut between) =
            (vec![false; count], vec![false; count], vec![false; count]);
        let ends =
            (part(LOW, SWITCH_BITS)..=part(HIGH, SWITCH_BITS)).map(|number| start(number, SWITCH_BITS));
        let (mut previous, mut found) = (None, Vec::new());
        for end in ends {
            self.source.compare(end, &mut after);
            if let Some(previous) = previous {
                for switch in (0..count).filter(|switch| before[*switch] != after[*switch]) {
                    let (mut low, mut high) = (f64::to_bits(previous), end.to_bits());
                    while high - low > 1 {
                        let middle = low + (high - low) / 2;
                        self.source.compare(f64::from_bits(middle), &mut between);
                        if between[switch] == before[switch] { low = middle } else { high = middle }
                    }
                    found.push(f64::from_bits(high));
                }
            }
            std::mem::swap(&mut before, &mut after);
            previous = Some(end);
        }
        found.sort_by(f64::total_cmp);
        for found in found {
            match self.breaks.last_mut() {
                Some((_, last)) if found.to_bits() - last.to_bits() <= SAME_BREAK => *last = found,
                _ => self.breaks.push((found, found)),
            }
        }
    }

    fn find_floor(&mut self) {
        for number in part(LOW, COARSE_BITS)..part(HIGH, COARSE_BITS) {
            self.middle.take(self.source, start(number, COARSE_BITS));
            for (floor, value) in self.floor.iter_mut().zip(&self.middle.values) {
                if value.is_finite() {
                    *floor = floor.max(FLOOR * value.abs());
                }
            }
        }
    }

    /// Makes the rows of a part, or of its halves.
    fn divide(&mut self, number: u64, bits: u32) {
        let (low, high) = (start(number, bits), start(number + 1, bits));
        let first = self.breaks.partition_point(|t| t.0 <= low);
        // A part may begin within a break.
        let from = first.checked_sub(1).and_then(|last| self.breaks.get(last)).map_or(low, |t| low.max(t.1));
        let rows = (self.table.starts.len(), self.table.blocks.len());
        let made = match self.breaks[first..] {
            [one, two, ..] if two.0 < high && one.1 < high => false,
            [(before, after), ..] if after < high => {
                self.make_row(from, before.next_down(), before)
                    && self.make_row(after, high.next_down(), f64::INFINITY)
            }
            _ => self.make_row(from, high.next_down(), f64::INFINITY),
        };
        if made {
            let shift = FINE_BITS - bits;
            let begin = ((number << shift) - first_part()) as usize;
            self.table.index[begin..begin + (1 << shift)].fill(rows.0 as i32);
            return;
        }
        self.table.starts.truncate(rows.0);
        self.table.inverse_widths.truncate(rows.0);
        self.table.splits.truncate(rows.0);
        self.table.blocks.truncate(rows.1);
        if bits < FINE_BITS {
            self.divide(2 * number, bits + 1);
            self.divide(2 * number + 1, bits + 1);
        }
    }

    /// Appends the cubics between two temperatures; `false` if they are not good enough.
    fn make_row(&mut self, low: f64, high: f64, split: f64) -> bool {
        let width = high - low;
        if width.is_nan() || width <= 0.0 {
            return false;
        }
        self.left.take(self.source, low);
        self.right.take(self.source, high);
        self.row.fill(Block::default());
        for function in 0..self.floor.len() {
            let (f0, f1) = (self.left.values[function], self.right.values[function]);
            let (d0, d1) = (width * self.left.slopes[function], width * self.right.slopes[function]);
            let c = [f0, d0, 3.0 * (f1 - f0) - 2.0 * d0 - d1, 2.0 * (f0 - f1) + d0 + d1];
            for (k, c) in c.into_iter().enumerate() {
                self.row[function / BLOCK].0[k][function % BLOCK] = c;
            }
        }
        for x in PLACES {
            self.middle.take(self.source, low + x * width);
            for (function, exact) in self.middle.values.iter().enumerate() {
                let c = |k: usize| self.row[function / BLOCK].0[k][function % BLOCK];
                let error = (((c(3) * x + c(2)) * x + c(1)) * x + c(0) - exact).abs();
                let size = exact.abs().max(self.floor[function]);
                let within = error <= MARGIN * self.accuracy * size;
                // Neither holds for NaN.
                if !within && !(error == 0.0) {
                    return false;
                }
            }
        }
        self.table.starts.push(low);
        self.table.inverse_widths.push(1.0 / width);
        self.table.splits.push(split);
        self.table.blocks.extend_from_slice(&self.row);
        true
    }
}

/// Number of the part that a temperature lies in.
#[inline(always)]
fn part(t_gas: f64, bits: u32) -> u64 {
    t_gas.to_bits() >> (MANTISSA_BITS - bits)
}

/// Where a part begins.
fn start(number: u64, bits: u32) -> f64 {
    f64::from_bits(number << (MANTISSA_BITS - bits))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// e^(-1000 / T) below 617 K, then 3; and the kink of max(T, 10).
    struct Made;

    impl Source for Made {
        fn functions(&self) -> usize {
            2
        }
        fn switches(&self) -> usize {
            2
        }
        fn evaluate(&self, t: f64, values: &mut [f64], slopes: &mut [f64]) {
            let tail = (-1000.0 / t).exp();
            (values[0], slopes[0]) = if t <= 617.0 { (tail, tail * 1000.0 / (t * t)) } else { (3.0, 0.0) };
            (values[1], slopes[1]) = if t < 10.0 { (10.0, 0.0) } else { (t, 1.0) };
        }
        fn compare(&self, t: f64, out: &mut [bool]) {
            out[0] = t <= 617.0;
            out[1] = t < 10.0;
        }
    }

    fn tabulated(table: &Table, t: f64) -> Option<[f64; 2]> {
        let mut out = [0.0; BLOCK];
        let missing = table.look_up(t, &mut out, None);
        (missing == 0).then_some([out[0], out[1]])
    }

    #[test]
    fn the_error_is_as_asked_and_jumps_are_exact() {
        for accuracy in [1e-4, 1e-6, 1e-8] {
            let table = Table::new(&Made, accuracy);
            assert_eq!(table.coverage, 1.0);
            let (mut values, mut slopes) = ([0.0; 2], [0.0; 2]);
            let mut at = |t: f64| {
                Made.evaluate(t, &mut values, &mut slopes);
                let found = tabulated(&table, t).unwrap();
                for (found, exact) in found.iter().zip(values) {
                    let size = exact.abs().max(3.0 * FLOOR);
                    assert!((found - exact).abs() <= accuracy * size, "{found:e} for {exact:e} at {t:e} K");
                }
            };
            (0..100_000).map(|i| 10f64.powf(9.0 * (f64::from(i) + 0.37) / 1e5)).for_each(&mut at);
            [617.0, 617f64.next_up(), 617f64.next_down(), 10.0, 10f64.next_down(), 1.0]
                .into_iter()
                .for_each(at);
        }
    }

    #[test]
    fn temperatures_outside_have_no_row() {
        let table = Table::new(&Made, 1e-4);
        for t in [0.5, 0.0, -1.0, HIGH, 1e300, f64::NAN, f64::INFINITY] {
            assert!(tabulated(&table, t).is_none(), "{t}");
        }
    }
}
