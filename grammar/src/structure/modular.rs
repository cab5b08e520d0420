//! Linear algebra modulo a prime, and the way back to integers.

/// The Mersenne prime 2^61 - 1.
const PRIME: u64 = (1 << 61) - 1;
/// Numerators and denominators up to this size are recovered uniquely: 2 * BOUND^2 < PRIME.
const BOUND: u64 = 1 << 29;

fn add(a: u64, b: u64) -> u64 {
    let sum = a + b;
    if sum >= PRIME { sum - PRIME } else { sum }
}

fn neg(a: u64) -> u64 {
    if a == 0 { 0 } else { PRIME - a }
}

fn mul(a: u64, b: u64) -> u64 {
    let product = u128::from(a) * u128::from(b);
    let folded = (product & u128::from(PRIME)) as u64 + (product >> 61) as u64;
    if folded >= PRIME { folded - PRIME } else { folded }
}

fn inverse(a: u64) -> u64 {
    // a^(p - 2), by Fermat.
    let (mut result, mut base, mut exponent) = (1, a, PRIME - 2);
    while exponent > 0 {
        if exponent & 1 == 1 {
            result = mul(result, base);
        }
        base = mul(base, base);
        exponent >>= 1;
    }
    result
}

fn residue(value: i64) -> u64 {
    value.rem_euclid(PRIME as i64) as u64
}

/// Independent vectors modulo the prime, in echelon form: each has a leading one that no later one has.
pub(super) struct Echelon {
    width: usize,
    /// For each column the vector with its leading one there: (column, value) pairs, ascending.
    rows: Vec<Option<Vec<(usize, u64)>>>,
    rank: usize,
}

impl Echelon {
    pub(super) fn new(width: usize) -> Self {
        Echelon { width, rows: vec![None; width], rank: 0 }
    }

    pub(super) fn rank(&self) -> usize {
        self.rank
    }

    /// Adds a vector; whether it was independent of those before.
    pub(super) fn insert(&mut self, vector: &[(usize, i64)]) -> bool {
        let mut dense = vec![0u64; self.width];
        let mut start = self.width;
        for &(column, value) in vector {
            dense[column] = add(dense[column], residue(value));
            start = start.min(column);
        }
        for column in start..self.width {
            let leading = dense[column];
            if leading == 0 {
                continue;
            }
            let Some(row) = &self.rows[column] else {
                let scale = inverse(leading);
                let entries = dense.iter().enumerate().skip(column).filter(|(_, v)| **v != 0);
                self.rows[column] = Some(entries.map(|(c, v)| (c, mul(*v, scale))).collect());
                self.rank += 1;
                return true;
            };
            let factor = neg(leading);
            for &(c, value) in row {
                dense[c] = add(dense[c], mul(factor, value));
            }
        }
        false
    }

    /// A basis of the vectors orthogonal to all rows: one for each column without a leading one.
    pub(super) fn null_space(&self) -> Vec<Vec<u64>> {
        let free = (0..self.width).filter(|&column| self.rows[column].is_none());
        free.map(|free| self.null_vector(free)).collect()
    }

    fn null_vector(&self, free: usize) -> Vec<u64> {
        let mut vector = vec![0u64; self.width];
        vector[free] = 1;
        for column in (0..self.width).rev() {
            if let Some(row) = &self.rows[column] {
                let tail = row.iter().skip(1).fold(0, |sum, &(c, value)| add(sum, mul(value, vector[c])));
                vector[column] = neg(tail);
            }
        }
        vector
    }
}

/// The smallest integer vector proportional to the rational one that these residues stand for; `None` if there
/// is none with small entries.
pub(super) fn reconstruct(vector: &[u64]) -> Option<Vec<i64>> {
    let fractions: Vec<(i64, i64)> = vector.iter().map(|&r| fraction(r)).collect::<Option<_>>()?;
    let mut denominator = 1i64;
    for &(_, d) in &fractions {
        denominator = denominator.checked_mul(d / gcd(denominator, d))?;
        if denominator as u64 > BOUND {
            return None;
        }
    }
    let integers: Vec<i64> =
        fractions.iter().map(|&(n, d)| n.checked_mul(denominator / d)).collect::<Option<_>>()?;
    let divisor = integers.iter().fold(0, |g, &n| gcd(g, n)).max(1);
    Some(integers.iter().map(|n| n / divisor).collect())
}

fn gcd(a: i64, b: i64) -> i64 {
    let (mut a, mut b) = (a.abs(), b.abs());
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a
}

/// The fraction n/d with n = d r (mod p) and both small (Wang's rational reconstruction).
fn fraction(residue: u64) -> Option<(i64, i64)> {
    let (mut r0, mut r1) = (PRIME as i64, residue as i64);
    let (mut t0, mut t1) = (0i64, 1i64);
    while r1.unsigned_abs() > BOUND {
        let quotient = r0 / r1;
        (r0, r1) = (r1, r0 - quotient * r1);
        (t0, t1) = (t1, t0 - quotient * t1);
    }
    let (n, d) = if t1 < 0 { (-r1, -t1) } else { (r1, t1) };
    (d != 0 && d.unsigned_abs() <= BOUND).then_some((n, d))
}
