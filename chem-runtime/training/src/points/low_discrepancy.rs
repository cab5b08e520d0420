//! Scrambled sequences that fill the unit interval more evenly than random numbers do.

use rand::{Rng, RngExt};

/// Points of the Sobol sequences at hand; more are taken from a sequence of another seed.
const SOBOL_BLOCK: usize = 1 << 16;
/// Digits that are permuted: enough to tell any two numbers in double precision apart.
const DIGITS: usize = 53;

/// The first coordinate of Sobol points with Owen's scrambling (Burley 2020), in single precision.
pub(crate) fn sobol(count: usize, random: &mut impl Rng) -> Vec<f64> {
    let seed: u32 = random.random();
    let point = |index: usize| {
        let block = (index / SOBOL_BLOCK) as u32;
        f64::from(sobol_burley::sample((index % SOBOL_BLOCK) as u32, 0, seed.wrapping_add(block)))
    };
    (0..count).map(point).collect()
}

/// Points of the Halton sequence of one base, each digit permuted at random (Faure & Lemieux 2009 compare the
/// choices).
pub(crate) fn halton(count: usize, base: usize, random: &mut impl Rng) -> Vec<f64> {
    let scale = 1.0 / base as f64;
    // Digits beyond double precision do not count.
    let digits = ((DIGITS as f64) * std::f64::consts::LN_2 / (base as f64).ln()).ceil() as usize;
    let permutations: Vec<Vec<usize>> = (0..digits).map(|_| permutation(base, random)).collect();
    let point = |mut index: usize| {
        let (mut value, mut weight) = (0.0, scale);
        for permutation in &permutations {
            value += weight * permutation[index % base] as f64;
            index /= base;
            weight *= scale;
        }
        value
    };
    (0..count).map(point).collect()
}

/// A random order of 0..count (Fisher & Yates).
fn permutation(count: usize, random: &mut impl Rng) -> Vec<usize> {
    let mut order: Vec<usize> = (0..count).collect();
    for last in (1..count).rev() {
        order.swap(last, random.random_range(0..=last));
    }
    order
}

#[cfg(test)]
mod tests {
    use super::*;
    use chem_solver::network::domain::random_stream;

    /// Largest difference between the share of points below a number and that number.
    fn discrepancy(mut points: Vec<f64>) -> f64 {
        assert!(points.iter().all(|x| (0.0..1.0).contains(x)));
        points.sort_by(f64::total_cmp);
        let n = points.len() as f64;
        let gaps = points.iter().enumerate().map(|(i, x)| ((i as f64 + 0.5) / n - x).abs());
        gaps.fold(0.0, f64::max) + 0.5 / n
    }

    #[test]
    fn each_interval_of_equal_parts_holds_one_point() {
        for (base, power) in [(2, 10), (3, 6), (5, 4)] {
            let count = usize::pow(base, power);
            let mut cells: Vec<usize> = halton(count, base, &mut random_stream(3, 0))
                .iter()
                .map(|x| (x * count as f64 + 1e-9) as usize)
                .collect();
            cells.sort_unstable();
            assert_eq!(cells, (0..count).collect::<Vec<_>>(), "base {base}");
        }
        let mut cells: Vec<usize> =
            sobol(1024, &mut random_stream(3, 0)).iter().map(|x| (x * 1024.0) as usize).collect();
        cells.sort_unstable();
        assert_eq!(cells, (0..1024).collect::<Vec<_>>());
    }

    #[test]
    fn they_are_more_even_than_random_numbers_and_differ_by_seed() {
        let random = &mut random_stream(5, 0);
        let uniform = discrepancy((0..1000).map(|_| random.random()).collect());
        for sequence in [sobol as fn(usize, &mut _) -> _, |n, r| halton(n, 2, r), |n, r| halton(n, 3, r)] {
            let [a, b] = [1, 2].map(|seed| sequence(1000, &mut random_stream(seed, 0)));
            assert_ne!(a, b);
            assert!(discrepancy(a) < 0.25 * uniform);
        }
        let long = sobol(SOBOL_BLOCK + 1000, &mut random_stream(1, 0));
        assert!(discrepancy(long[SOBOL_BLOCK..].to_vec()) < 0.25 * uniform);
    }
}
