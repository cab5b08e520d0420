//! Nuclei and charge of the initial state, exact in the output while it is trained.
//!
//! ```text
//! n_k   <- n_k N_X / sum_j c_Xj n_j         for the species k that hold element X
//! n_e   =  sum of the charges of the others
//! ```
//! in logarithms y = log10 n, for the share w_j = c_Xj n_j / N_X of the nuclei:  dy_k/dz_j = delta_kj - w_j.
//!
//! Species in balance with the others keep their densities, and their nuclei are not for the others. A species that
//! holds two elements is scaled with the first only; what is left then is put right when the network predicts.

/// Bounds of logarithms of densities, against overflow.
const LOWEST: f64 = -60.0;
const HIGHEST: f64 = 30.0;
/// Share of the positive charges that electrons have at least, whatever the anions.
const LEAST_ELECTRONS: f64 = 1e-3;
/// Share of the nuclei that species in balance leave to the others at least.
const LEAST_NUCLEI: f64 = 1e-3;

/// The conservation laws of a network as families of species that share a sum.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Nuclei {
    families: Vec<Family>,
    /// The species without nuclei whose density follows from the charges, and charges of the others relative to its.
    electron: Option<(usize, Vec<f64>)>,
}

/// The species that hold an element.
#[derive(Clone, Debug, PartialEq)]
struct Family {
    /// All species, and how many nuclei they hold.
    all: Vec<(usize, f64)>,
    /// Those that are scaled with it.
    scaled: Vec<(usize, f64)>,
    /// Those in balance with the others.
    balanced: Vec<(usize, f64)>,
}

impl Nuclei {
    /// From the conservation laws (a coefficient for each species) and the species in balance with the others.
    pub(crate) fn new(laws: &[Vec<i64>], balanced: &[usize]) -> Self {
        let species = laws.first().map_or(0, Vec::len);
        let (nuclei, charges): (Vec<_>, Vec<_>) =
            laws.iter().partition(|law| law.iter().all(|coefficient| *coefficient >= 0));
        let family_of = |k: usize| nuclei.iter().position(|law| law[k] > 0);
        let families = nuclei.iter().enumerate().map(|(number, law)| {
            let counted = |k: usize| (k, law[k] as f64);
            let members = || (0..species).filter(|k| family_of(*k) == Some(number));
            Family {
                all: (0..species).filter(|k| law[*k] > 0).map(counted).collect(),
                scaled: members().filter(|k| !balanced.contains(k)).map(counted).collect(),
                balanced: members().filter(|k| balanced.contains(k)).map(counted).collect(),
            }
        });
        let electron = match charges.as_slice() {
            [charge] => (0..species).find(|k| family_of(*k).is_none() && charge[*k] < 0).map(|electron| {
                let share = |(k, q): (usize, &i64)| {
                    if k == electron { 0.0 } else { -(*q as f64) / charge[electron] as f64 }
                };
                (electron, charge.iter().enumerate().map(share).collect())
            }),
            _ => None,
        };
        Nuclei { families: families.collect(), electron }
    }

    /// The species whose density follows from the others.
    pub(crate) fn electron(&self) -> Option<usize> {
        self.electron.as_ref().map(|(electron, _)| *electron)
    }

    /// Moves logarithms of densities `y` onto the sums of the densities `start`.
    pub(crate) fn close(&self, start: &[f64], y: &mut [f64]) {
        y.iter_mut().for_each(|y| *y = y.clamp(LOWEST, HIGHEST));
        for Family { all, scaled, balanced } in &self.families {
            let total: f64 = all.iter().map(|(k, count)| count * start[*k]).sum();
            let room = total * (1.0 - LEAST_NUCLEI);
            let taken: f64 = balanced.iter().map(|(k, count)| count * exp10(y[*k])).sum();
            if taken > room {
                let shift = (room / taken).log10();
                balanced.iter().for_each(|(k, _)| y[*k] += shift);
            }
            let left = total - taken.min(room);
            let sum: f64 = scaled.iter().map(|(k, count)| count * exp10(y[*k])).sum();
            let shift = (left / sum).log10();
            scaled.iter().for_each(|(k, _)| y[*k] += shift);
        }
        if let Some((electron, charges)) = &self.electron {
            let (mut positive, mut negative) = (0.0, 0.0);
            for (charge, y) in charges.iter().zip(&*y).filter(|(charge, _)| **charge != 0.0) {
                let term = charge * exp10(*y);
                if term > 0.0 { positive += term } else { negative -= term }
            }
            y[*electron] = (positive - negative).max(LEAST_ELECTRONS * positive).log10();
        }
    }

    /// [`Nuclei::close`] on densities of many cells, unknown after unknown.
    #[inline(always)]
    pub(crate) fn close_columns<const N: usize>(&self, start: &[[f64; N]], n: &mut [[f64; N]]) {
        let sum = |of: &[[f64; N]], members: &[(usize, f64)]| {
            let mut sum = [0.0; N];
            for (k, count) in members {
                sum.iter_mut().zip(&of[*k]).for_each(|(sum, n)| *sum += count * n);
            }
            sum
        };
        for Family { all, scaled, .. } in &self.families {
            let (total, found) = (sum(start, all), sum(n, scaled));
            for (k, _) in scaled {
                for (n, (total, found)) in n[*k].iter_mut().zip(total.iter().zip(&found)) {
                    *n *= total / found;
                }
            }
        }
        if let Some((electron, charges)) = &self.electron {
            let (mut positive, mut negative) = ([0.0; N], [0.0; N]);
            for (charge, n) in charges.iter().zip(&*n).filter(|(charge, _)| **charge != 0.0) {
                let sum = if *charge > 0.0 { &mut positive } else { &mut negative };
                sum.iter_mut().zip(n).for_each(|(sum, n)| *sum += charge.abs() * n);
            }
            for (electron, (positive, negative)) in
                n[*electron].iter_mut().zip(positive.iter().zip(&negative))
            {
                *electron = (positive - negative).max(LEAST_ELECTRONS * positive);
            }
        }
    }

    /// From derivatives by the closed logarithms `y`, those by the logarithms before. The electron's own is not used:
    /// it is no row. What species in balance take of the nuclei counts as fixed.
    pub(crate) fn pull_back(&self, y: &[f64], by_y: &mut [f64]) {
        for Family { scaled, .. } in &self.families {
            let (mut total, mut sum) = (0.0, 0.0);
            for (k, count) in scaled {
                total += count * exp10(y[*k]);
                sum += by_y[*k];
            }
            for (k, count) in scaled {
                by_y[*k] -= count * exp10(y[*k]) / total * sum;
            }
        }
        if let Some((electron, _)) = self.electron {
            by_y[electron] = 0.0;
        }
    }
}

pub(super) fn exp10(x: f64) -> f64 {
    (std::f64::consts::LN_10 * x).exp()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// e-, H-, H, H2, H+, He+
    fn laws() -> Vec<Vec<i64>> {
        vec![vec![-1, -1, 0, 0, 1, 1], vec![0, 1, 1, 2, 1, 0], vec![0, 0, 0, 0, 0, 1]]
    }

    #[test]
    fn sums_of_the_start_are_restored() {
        let nuclei = Nuclei::new(&laws(), &[]);
        assert_eq!(nuclei.electron(), Some(0));
        for balanced in [&[][..], &[1]] {
            let nuclei = Nuclei::new(&laws(), balanced);
            let start = [0.9, 0.1, 2.0, 3.0, 0.7, 0.3];
            for anions in [-2.0, 0.3, 5.0] {
                let mut y = [5.0, anions, 0.5, -1.0, 0.2, 0.9];
                nuclei.close(&start, &mut y);
                let n = y.map(|y| 10f64.powf(y));
                let sum =
                    |law: &[i64], n: &[f64]| -> f64 { law.iter().zip(n).map(|(c, n)| *c as f64 * n).sum() };
                for law in &laws()[1..] {
                    assert!((sum(law, &n) - sum(law, &start)).abs() < 1e-12, "{law:?}: {n:?}");
                }
                // Electrons are there even where anions leave no charge for them.
                let (positive, negative) = (n[4] + n[5], n[1]);
                let electrons = (positive - negative).max(LEAST_ELECTRONS * positive);
                assert!((n[0] / electrons - 1.0).abs() < 1e-12, "{n:?}");
            }
        }
    }

    #[test]
    fn derivatives_are_those_of_differences() {
        let nuclei = Nuclei::new(&laws(), &[]);
        let start = [0.9, 0.1, 2.0, 3.0, 0.7, 0.3];
        let z = [0.0, -2.0, 0.5, -1.0, 0.2, -0.4];
        let by_y = [0.0, 0.3, -1.1, 0.7, 0.2, 0.5];
        let value = |z: [f64; 6]| {
            let mut y = z;
            nuclei.close(&start, &mut y);
            y.iter().zip(by_y).map(|(y, b)| y * b).sum::<f64>() - y[0] * by_y[0]
        };
        let mut y = z;
        nuclei.close(&start, &mut y);
        let mut found = by_y;
        nuclei.pull_back(&y, &mut found);
        for k in 0..6 {
            let [mut up, mut down] = [z, z];
            (up[k], down[k]) = (up[k] + 1e-6, down[k] - 1e-6);
            let difference = (value(up) - value(down)) / 2e-6;
            assert!((found[k] - difference).abs() < 1e-8, "{k}: {} {difference}", found[k]);
        }
    }
}
