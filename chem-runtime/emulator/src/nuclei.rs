//! Nuclei and charge of the initial state, exact in the output while it is trained.
//!
//! ```text
//! n_k   <- n_k R_X / sum_j c_Xj n_j         for the species k of element X
//! n_e   =  sum of the charges of the others
//! ```
//! A species that holds several elements is of the scarcest, and goes first: R_X are the nuclei N_X that species of
//! scarcer elements leave. In logarithms y = log10 n, for the share w_j = c_Xj n_j / R_X of the nuclei:
//!
//! ```text
//! dy_k/dz_j = delta_kj - w_j for species j of X        dy_k/dy_j = -c_Xj n_j / R_X for those before
//! ```
//! Species in balance with the others keep their densities, and their nuclei are not for the others. Some nuclei are
//! always left; what is too much by that is put right when the network predicts.

use chem_solver::scalar::exp10;

/// Bounds of logarithms of densities, against overflow.
const LOWEST: f64 = -60.0;
const HIGHEST: f64 = 30.0;
/// Share of the positive charges that electrons have at least, whatever the anions.
const LEAST_ELECTRONS: f64 = 1e-3;
/// Share of the nuclei that species in balance, or of scarcer elements, leave to the others at least.
const LEAST_NUCLEI: f64 = 1e-3;

/// The conservation laws of a network as families of species that share a sum.
#[derive(Clone, Debug, PartialEq)]
pub struct Nuclei {
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
    /// Those that were scaled before, with a scarcer element.
    before: Vec<(usize, f64)>,
    /// Those in balance with the others.
    balanced: Vec<(usize, f64)>,
}

impl Nuclei {
    /// From the conservation laws (a coefficient for each species), the species in balance with the others, and the
    /// least densities [cm^-3] of the domain, which tell scarce elements from common ones.
    pub fn new(laws: &[Vec<i64>], balanced: &[usize], least: &[f64]) -> Self {
        let species = laws.first().map_or(0, Vec::len);
        let (mut nuclei, charges): (Vec<_>, Vec<_>) =
            laws.iter().partition(|law| law.iter().all(|coefficient| *coefficient >= 0));
        let amount = |law: &[i64]| law.iter().zip(least).map(|(c, n)| *c as f64 * n).sum::<f64>();
        nuclei.sort_by(|a, b| amount(a).total_cmp(&amount(b)));
        let family_of = |k: usize| nuclei.iter().position(|law| law[k] > 0);
        let families = nuclei.iter().enumerate().map(|(number, law)| {
            let counted = |k: usize| (k, law[k] as f64);
            let members = || (0..species).filter(|k| family_of(*k) == Some(number));
            let is_before = |k: &usize| law[*k] > 0 && family_of(*k).is_some_and(|family| family < number);
            Family {
                all: (0..species).filter(|k| law[*k] > 0).map(counted).collect(),
                before: (0..species).filter(is_before).map(counted).collect(),
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
    pub fn electron(&self) -> Option<usize> {
        self.electron.as_ref().map(|(electron, _)| *electron)
    }

    /// Moves log10 of densities `y` [dex of cm^-3] onto the sums of the densities `start` [cm^-3].
    pub fn close(&self, start: &[f64], y: &mut [f64]) {
        y.iter_mut().for_each(|y| *y = y.clamp(LOWEST, HIGHEST));
        for Family { all, scaled, before, balanced } in &self.families {
            let total: f64 = all.iter().map(|(k, count)| count * start[*k]).sum();
            let room = total * (1.0 - LEAST_NUCLEI);
            let taken = nuclei_of(balanced, y);
            if taken > room {
                let shift = (room / taken).log10();
                balanced.iter().for_each(|(k, _)| y[*k] += shift);
            }
            let left = total - taken.min(room);
            let left = (left - nuclei_of(before, y)).max(LEAST_NUCLEI * left);
            let shift = (left / nuclei_of(scaled, y)).log10();
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
    pub fn close_columns<const N: usize>(&self, start: &[[f64; N]], n: &mut [[f64; N]]) {
        let sum = |of: &[[f64; N]], members: &[(usize, f64)]| {
            let mut sum = [0.0; N];
            for (k, count) in members {
                sum.iter_mut().zip(&of[*k]).for_each(|(sum, n)| *sum += count * n);
            }
            sum
        };
        for Family { all, scaled, before, .. } in &self.families {
            let (mut total, found) = (sum(start, all), sum(n, scaled));
            if !before.is_empty() {
                for (total, taken) in total.iter_mut().zip(sum(n, before)) {
                    *total = (*total - taken).max(LEAST_NUCLEI * *total);
                }
            }
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

    /// From derivatives by the closed logarithms `y` of the densities `start`, those by the logarithms before. The
    /// electron's own is not used: it is no row. What species in balance take of the nuclei counts as fixed.
    pub fn pull_back(&self, start: &[f64], y: &[f64], by_y: &mut [f64]) {
        // What was scaled last depends on all before.
        for Family { all, scaled, before, balanced } in self.families.iter().rev() {
            let total = nuclei_of(scaled, y);
            let sum: f64 = scaled.iter().map(|(k, _)| by_y[*k]).sum();
            if !before.is_empty() {
                let nuclei: f64 = all.iter().map(|(k, count)| count * start[*k]).sum();
                let left = nuclei - nuclei_of(balanced, y);
                if left - nuclei_of(before, y) > LEAST_NUCLEI * left {
                    for (k, count) in before {
                        by_y[*k] -= count * exp10(y[*k]) / total * sum;
                    }
                }
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

/// Nuclei that species of logarithms `y` hold.
fn nuclei_of(members: &[(usize, f64)], y: &[f64]) -> f64 {
    members.iter().map(|(k, count)| count * exp10(y[*k])).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// e-, H-, H, H2, H+, He+
    fn laws() -> Vec<Vec<i64>> {
        vec![vec![-1, -1, 0, 0, 1, 1], vec![0, 1, 1, 2, 1, 0], vec![0, 0, 0, 0, 0, 1]]
    }

    /// e-, H, H2O, C, C+, O, CO: charge, H, C, O; carbon is the scarcest, then oxygen.
    fn molecular_laws() -> Vec<Vec<i64>> {
        vec![
            vec![-1, 0, 0, 0, 1, 0, 0],
            vec![0, 1, 2, 0, 0, 0, 0],
            vec![0, 0, 0, 1, 1, 0, 1],
            vec![0, 0, 1, 0, 0, 1, 1],
        ]
    }
    const MOLECULAR: [f64; 7] = [0.02, 100.0, 0.3, 0.05, 0.02, 1.0, 0.4];

    fn nuclei_of_molecules(balanced: &[usize]) -> Nuclei {
        Nuclei::new(&molecular_laws(), balanced, &MOLECULAR)
    }

    fn sum(law: &[i64], n: &[f64]) -> f64 {
        law.iter().zip(n).map(|(c, n)| *c as f64 * n).sum()
    }

    #[test]
    fn sums_of_the_start_are_restored() {
        let nuclei = Nuclei::new(&laws(), &[], &[1.0; 6]);
        assert_eq!(nuclei.electron(), Some(0));
        for balanced in [&[][..], &[1]] {
            let nuclei = Nuclei::new(&laws(), balanced, &[1.0; 6]);
            let start = [0.9, 0.1, 2.0, 3.0, 0.7, 0.3];
            for anions in [-2.0, 0.3, 5.0] {
                let mut y = [5.0, anions, 0.5, -1.0, 0.2, 0.9];
                nuclei.close(&start, &mut y);
                let n = y.map(|y| 10f64.powf(y));
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
    fn molecules_share_the_nuclei_of_all_their_elements() {
        for balanced in [&[][..], &[3]] {
            let nuclei = nuclei_of_molecules(balanced);
            for co in [-6.0, 0.0, 3.0] {
                let mut y = [0.0, 1.0, -2.0, -1.5, -2.0, 0.5, co];
                nuclei.close(&MOLECULAR, &mut y);
                let n = y.map(|y| 10f64.powf(y));
                for law in &molecular_laws() {
                    let (found, wanted) = (sum(law, &n), sum(law, &MOLECULAR));
                    assert!((found - wanted).abs() < 1e-12 * (1.0 + wanted), "{law:?}: {found} {wanted}");
                }
                let mut columns = [0.0, 1.0, -2.0, -1.5, -2.0, 0.5, co].map(|y| [10f64.powf(y); 2]);
                nuclei.close_columns(&MOLECULAR.map(|n| [n; 2]), &mut columns);
                for (k, column) in columns.iter().enumerate().filter(|_| balanced.is_empty()) {
                    assert!((column[1] / n[k] - 1.0).abs() < 1e-12, "{k}: {column:?} {n:?}");
                }
            }
        }
        // More oxygen in CO than there is: all is positive, and the rest is for the prediction.
        let start = [0.02, 100.0, 0.0, 0.5, 0.02, 0.1, 0.0];
        let mut y = [0.0, 1.0, -2.0, -5.0, -5.0, 0.5, 0.0];
        nuclei_of_molecules(&[]).close(&start, &mut y);
        assert!(y.iter().all(|y| y.is_finite()), "{y:?}");
    }

    #[track_caller]
    fn derivatives_are_right<const K: usize>(nuclei: &Nuclei, start: [f64; K], z: [f64; K], by_y: [f64; K]) {
        let value = |z: [f64; K]| {
            let mut y = z;
            nuclei.close(&start, &mut y);
            y.iter().zip(by_y).map(|(y, b)| y * b).sum::<f64>() - y[0] * by_y[0]
        };
        let mut y = z;
        nuclei.close(&start, &mut y);
        let mut found = by_y;
        nuclei.pull_back(&start, &y, &mut found);
        for k in 0..K {
            let [mut up, mut down] = [z, z];
            (up[k], down[k]) = (up[k] + 1e-6, down[k] - 1e-6);
            let difference = (value(up) - value(down)) / 2e-6;
            assert!((found[k] - difference).abs() < 1e-8, "{k}: {} {difference}", found[k]);
        }
    }

    #[test]
    fn derivatives_are_those_of_differences() {
        let start = [0.9, 0.1, 2.0, 3.0, 0.7, 0.3];
        let z = [0.0, -2.0, 0.5, -1.0, 0.2, -0.4];
        derivatives_are_right(&Nuclei::new(&laws(), &[], &start), start, z, [0.0, 0.3, -1.1, 0.7, 0.2, 0.5]);
        let z = [0.0, 1.0, -0.5, -0.7, -1.0, 0.5, -0.2];
        let by_y = [0.0, 0.3, -1.1, 0.7, 0.2, 0.5, -0.9];
        derivatives_are_right(&nuclei_of_molecules(&[]), MOLECULAR, z, by_y);
        // Where scarcer elements would leave none.
        let start = [0.02, 100.0, 0.0, 0.5, 0.02, 0.1, 0.0];
        derivatives_are_right(&nuclei_of_molecules(&[]), start, z, by_y);
    }
}
