//! Mixtures whose molecules hold several elements with stated shares of the nuclei.
//!
//! Every species belongs to the scarcest element of those that it holds. In turn, from the scarcest element on:
//!
//! ```text
//! n_k  = w_k R_X / sum_j c_Xj w_j      for the species of element X, of whose nuclei R_X are left
//! n_k <- n_k R_Y / (nuclei of Y that they ask for)      for those that also hold Y, where R_Y is less
//! R_Y <- R_Y - sum_k c_Yk n_k
//! ```
//! Species that hold X alone take what the last but one line leaves of it. Of weights that have the stated shares
//! already nothing changes, and without molecules this is the scaling of each element by itself.

use crate::structure::Structure;

/// Share of an element that may be left over: rounding.
const ROUNDING: f64 = 1e-12;

/// Composition and stated shares.
pub(super) struct Mixture<'a> {
    structure: &'a Structure,
    /// (element, share), the scarcest first.
    nuclei: Vec<(usize, f64)>,
}

impl<'a> Mixture<'a> {
    /// `None` if no species that is there holds two elements with stated shares.
    pub(super) fn of(nuclei: &[(usize, f64)], structure: &'a Structure, n: &[f64]) -> Option<Self> {
        let mut nuclei = nuclei.to_vec();
        nuclei.sort_by(|a, b| a.1.total_cmp(&b.1));
        let mixture = Mixture { structure, nuclei };
        let has_molecules = n.iter().enumerate().any(|(s, n)| *n > 0.0 && mixture.is_molecule(s));
        has_molecules.then_some(mixture)
    }

    /// Number of nuclei of an element in a species.
    fn count(&self, species: usize, element: usize) -> f64 {
        super::count(self.structure, species, element)
    }

    /// Stated elements of a species, as numbers in `nuclei`.
    fn held(&self, species: usize) -> impl Iterator<Item = usize> {
        (0..self.nuclei.len()).filter(move |number| self.count(species, self.nuclei[*number].0) > 0.0)
    }

    fn is_molecule(&self, species: usize) -> bool {
        self.held(species).nth(1).is_some()
    }

    /// Nuclei of an element in some species.
    fn sum(&self, species: &[usize], number: usize, n: &[f64]) -> f64 {
        species.iter().map(|s| self.count(*s, self.nuclei[number].0) * n[*s]).sum()
    }

    /// Turns weights into densities with the stated shares; `false` if an element that molecules leave has no species
    /// of its own.
    pub(super) fn scale(&self, n: &mut [f64]) -> bool {
        let mut left: Vec<f64> = self.nuclei.iter().map(|(_, share)| *share).collect();
        for (number, (_, share)) in self.nuclei.iter().enumerate() {
            let members = (0..n.len()).filter(|s| self.held(*s).next() == Some(number));
            let (molecules, alone): (Vec<usize>, Vec<usize>) = members.partition(|s| self.is_molecule(*s));
            let weight = self.sum(&molecules, number, n) + self.sum(&alone, number, n);
            let factor = if weight > 0.0 { left[number] / weight } else { 0.0 };
            molecules.iter().chain(&alone).for_each(|s| n[*s] *= factor);
            let bounded = self.bound(number, &molecules, &left, n);
            for (other, left) in left.iter_mut().enumerate().skip(number + 1) {
                *left = (*left - self.sum(&molecules, other, n)).max(0.0);
            }
            if !bounded && weight > 0.0 {
                continue;
            }
            let rest = (left[number] - self.sum(&molecules, number, n)).max(0.0);
            let found = self.sum(&alone, number, n);
            if found > 0.0 {
                alone.iter().for_each(|s| n[*s] *= rest / found);
            } else if rest > ROUNDING * share {
                return false;
            }
        }
        true
    }

    /// Scales the molecules of an element down where they ask for more of the others than is left; whether they do.
    fn bound(&self, number: usize, molecules: &[usize], left: &[f64], n: &mut [f64]) -> bool {
        let mut bounded = false;
        for (other, left) in left.iter().enumerate().skip(number + 1) {
            let wanted = self.sum(molecules, other, n);
            if wanted > *left {
                let holds = |s: &&usize| self.count(**s, self.nuclei[other].0) > 0.0;
                molecules.iter().filter(holds).for_each(|s| n[*s] *= left / wanted);
                bounded = true;
            }
        }
        bounded
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::synthetic_network::hydrogen;

    /// H, H2, C, O, CO, CO2, H2O, CH4 of the elements H, C, O.
    fn structure() -> Structure {
        let composition =
            [[1, 0, 0], [2, 0, 0], [0, 1, 0], [0, 0, 1], [0, 1, 1], [0, 1, 2], [2, 0, 1], [4, 1, 0]];
        let species = ["H", "H2", "C", "O", "CO", "CO2", "H2O", "CH4"];
        Structure {
            species: species.map(Into::into).to_vec().into(),
            elements: vec!["H".into(), "C".into(), "O".into()].into(),
            composition: composition.concat().into(),
            ..hydrogen()
        }
    }

    fn scaled(shares: [f64; 3], weights: [f64; 8]) -> [f64; 8] {
        let structure = structure();
        let nuclei = [(0, shares[0]), (1, shares[1]), (2, shares[2])];
        let mut n = weights;
        assert!(Mixture::of(&nuclei, &structure, &n).unwrap().scale(&mut n));
        for (element, share) in nuclei {
            let sum: f64 = (0..8).map(|s| f64::from(structure.composition[3 * s + element]) * n[s]).sum();
            assert!((sum / share - 1.0).abs() < 1e-14, "{element}: {sum} {n:?}");
        }
        assert!(n.iter().all(|n| *n >= 0.0), "{n:?}");
        n
    }

    #[test]
    fn molecules_take_what_there_is_of_every_element() {
        let few = 1e-9;
        let others = [1.0, few, few, 1.0, few, few, few, few];
        // All carbon in CO, which leaves oxygen.
        let mut weights = others;
        weights[4] = 1.0;
        let n = scaled([0.9995, 1.6e-4, 3.4e-4], weights);
        assert!((n[4] / 1.6e-4 - 1.0).abs() < 1e-7, "{n:?}");
        assert!((n[3] / 1.8e-4 - 1.0).abs() < 1e-7, "{n:?}");
        // CO2 would need more oxygen than there is: the rest of the carbon stays free.
        let mut weights = others;
        weights[5] = 1.0;
        let n = scaled([0.9995, 2e-4, 3e-4], weights);
        assert!((n[5] / 1.5e-4 - 1.0).abs() < 1e-7, "{n:?}");
        assert!((n[2] / 0.5e-4 - 1.0).abs() < 1e-5, "{n:?}");
        assert!(n[3] <= 1e-12, "{n:?}");
        // Carbon-rich: oxygen is the scarcer of the two.
        let mut weights = others;
        (weights[3], weights[4]) = (few, 1.0);
        let n = scaled([0.9995, 3e-4, 2e-4], weights);
        assert!((n[4] / 2e-4 - 1.0).abs() < 1e-7, "{n:?}");
    }

    #[test]
    fn mixtures_with_the_shares_stay_as_they_are() {
        let shares = [0.9995, 1.6e-4, 3.4e-4];
        let n = scaled(shares, [0.3, 0.2, 0.1, 0.5, 0.7, 0.9, 0.01, 1e-4]);
        for (before, after) in n.iter().zip(scaled(shares, n)) {
            assert!((after / before - 1.0).abs() < 1e-13, "{before} {after}");
        }
    }

    #[test]
    fn an_element_without_a_species_of_its_own_may_be_left_over() {
        let structure = structure();
        let nuclei = [(1, 0.6), (2, 0.4)];
        let mut n = [0.0, 0.0, 0.0, 1.0, 1.0, 0.0, 0.0, 0.0];
        assert!(!Mixture::of(&nuclei, &structure, &n).unwrap().scale(&mut n));
        let atoms = [1.0, 1.0, 1.0, 1.0, 0.0, 0.0, 0.0, 0.0];
        assert!(Mixture::of(&nuclei, &structure, &atoms).is_none());
    }
}
