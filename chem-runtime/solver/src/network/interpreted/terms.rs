//! Sums of products, one product after the other: what the law of mass action makes of rates, over any scalar.

use chem_grammar::lane_program::MOST_FACTORS;

use crate::scalar::Scalar;

/// A product that is added to some sums and subtracted from others.
#[derive(Clone, Copy, Debug)]
struct Term {
    /// Where its rate is.
    rate: u16,
    /// Where its factors are.
    factors: [u16; MOST_FACTORS],
    /// How many they are.
    count: u8,
    /// Of how many sums it is subtracted, and to how many it is added.
    signs: [u16; 2],
}

/// Products, and where they go.
#[derive(Clone, Debug, Default)]
pub(super) struct Terms {
    terms: Vec<Term>,
    /// Numbers of the sums: of each product first those of which it is subtracted.
    sums: Vec<u32>,
}

impl Terms {
    /// Adds a product to sums, a whole number of times to each. `None` if that cannot be expressed.
    pub(super) fn push(&mut self, rate: u32, factors: &[u32], sums: &[(u32, i32)]) -> Option<()> {
        let rate = u16::try_from(rate).ok()?;
        let mut term = Term { rate, factors: [0; MOST_FACTORS], count: 0, signs: [0; 2] };
        for factor in factors {
            *term.factors.get_mut(usize::from(term.count))? = u16::try_from(*factor).ok()?;
            term.count += 1;
        }
        let (lost, made): (Vec<_>, Vec<_>) = sums.iter().copied().partition(|(_, times)| *times < 0);
        for (sign, sums) in term.signs.iter_mut().zip([lost, made]) {
            for (sum, times) in sums {
                let times = times.unsigned_abs();
                self.sums.extend((0..times).map(|_| sum));
                *sign = sign.checked_add(u16::try_from(times).ok()?)?;
            }
        }
        self.terms.push(term);
        Some(())
    }

    pub(super) fn is_empty(&self) -> bool {
        self.terms.is_empty()
    }

    /// Adds all products of `values` to the sums.
    #[inline(always)] // SIMD instructions are those of the caller
    pub(super) fn add<V: Scalar, const COUNT: usize>(&self, values: &[V; COUNT], sums: &mut [V]) {
        let mut rest = &self.sums[..];
        for term in &self.terms {
            let value = |place: u16| values[usize::from(place) % COUNT];
            let [a, b, c, d] = term.factors;
            let rate = value(term.rate);
            let product = match term.count {
                0 => rate,
                1 => rate * value(a),
                2 => rate * (value(a) * value(b)),
                3 => rate * (value(a) * value(b) * value(c)),
                _ => rate * (value(a) * value(b) * (value(c) * value(d))),
            };
            let [lost, made] = term.signs.map(usize::from);
            let Some((from, others)) = rest.split_at_checked(lost) else { return };
            let Some((to, others)) = others.split_at_checked(made) else { return };
            rest = others;
            for sum in from {
                let sum = &mut sums[*sum as usize];
                *sum = *sum - product;
            }
            for sum in to {
                let sum = &mut sums[*sum as usize];
                *sum = *sum + product;
            }
        }
    }
}
