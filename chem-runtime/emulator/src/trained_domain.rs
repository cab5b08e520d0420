//! What all initial states of a training have in common, by which others are told from them.
//!
//! ```text
//! T, n_s                        ranges
//! N   = sum over s of nuclei    range; reactions change n_tot, and not N
//! N_X / N                       range of the share of each element
//! sum of q_s n_s                zero
//! ```
//! What the domain does not say is taken from some thousand states drawn from it.

#[cfg(feature = "sampling")]
mod drawn;

#[cfg(feature = "sampling")]
pub use drawn::trained_range;
use serde::{Deserialize, Serialize};

use super::out_of_domain::OutOfDomain;

/// Factor by which the density of nuclei may lie beyond the drawn ones.
const NUCLEI_SLACK: f64 = 1.1;
/// Relative width up to which a share of nuclei counts as fixed, and by which it may then be off.
const SAME_SHARE: f64 = 1e-3;
/// Factor by which a share that is not fixed may lie beyond the drawn ones: few draws come near its ends.
const SHARE_SLACK: f64 = 2.0;
/// Net charge over gross charge up to which a cell counts as neutral: hosts advect each species for itself.
const NEUTRALITY: f64 = 1e-3;
/// Net charge over all particles that counts as zero: in gas that recombined, what rounding left counts for nothing.
const LEAST_CHARGE: f64 = 1e-10;

/// What all initial states of a training on a domain have in common, beside T and single densities.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TrainedDomain {
    /// Least and largest number density of all nuclei [cm^-3]; none in a network without elements.
    pub nuclei: Option<[f64; 2]>,
    /// The elements.
    pub elements: Vec<TrainedElement>,
    /// Charge of each species `[e]`, if all states are neutral; else empty.
    pub charges: Vec<i32>,
    /// Least share of each species in the total density; 0 if states were without.
    pub least_shares: Vec<f64>,
}

/// An element in the initial states of a training.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TrainedElement {
    /// Its name.
    pub name: String,
    /// Its nuclei in each species.
    pub counts: Vec<u32>,
    /// Its least and largest share of all nuclei.
    pub share: [f64; 2],
}

impl TrainedDomain {
    /// Whether the states could be told from others: every list has an entry for each species.
    pub(crate) fn fits(&self, species: usize) -> bool {
        let of_all = self.elements.iter().all(|element| element.counts.len() == species);
        of_all && self.least_shares.len() == species && [0, species].contains(&self.charges.len())
    }

    /// Whether densities [cm^-3] are those of a trained initial state, or of one that evolved from it. `name` gives the
    /// names of the species.
    ///
    /// # Errors
    /// The first quantity that is not, with its trained range.
    pub fn check(&self, n: &[f64], name: impl Fn(usize) -> String) -> Result<(), OutOfDomain> {
        for (k, (value, least)) in n.iter().zip(&self.least_shares).enumerate() {
            if !(0.0..f64::INFINITY).contains(value) {
                return Err(OutOfDomain::Density { species: name(k), value: *value });
            }
            if *value == 0.0 && *least > 0.0 {
                return Err(OutOfDomain::Absent { species: name(k), least: *least });
            }
        }
        if let Some([low, high]) = self.nuclei {
            let all = self.all_nuclei(n);
            let [low, high] = [low / NUCLEI_SLACK, high * NUCLEI_SLACK];
            if !(low..=high).contains(&all) {
                return Err(OutOfDomain::Nuclei { value: all, low, high });
            }
            for element in &self.elements {
                let [low, high] = element.accepted();
                let share = element.nuclei(n) / all;
                if !(low..=high).contains(&share) {
                    let element = element.name.clone();
                    return Err(OutOfDomain::Share { element, value: share, low, high });
                }
            }
        }
        if self.is_neutral(n) {
            return Ok(());
        }
        let [net, gross] = self.charge(n);
        Err(OutOfDomain::Charge { net, gross })
    }

    /// Lets species be absent of which states had less than a share of n_tot that the network tells from none.
    pub(crate) fn absent_below(&mut self, share: f64) {
        self.least_shares.iter_mut().filter(|least| **least < share).for_each(|least| *least = 0.0);
    }

    /// Density of all nuclei [cm^-3] in a gas of these densities.
    pub fn all_nuclei(&self, n: &[f64]) -> f64 {
        self.elements.iter().map(|element| element.nuclei(n)).sum()
    }

    /// Sum of the charges, and of their sizes.
    fn charge(&self, n: &[f64]) -> [f64; 2] {
        let terms = self.charges.iter().zip(n).map(|(q, n)| f64::from(*q) * n);
        terms.fold([0.0, 0.0], |[net, gross], term| [net + term, gross + term.abs()])
    }

    fn is_neutral(&self, n: &[f64]) -> bool {
        let [net, gross] = self.charge(n);
        net.abs() <= NEUTRALITY * gross || net.abs() <= LEAST_CHARGE * n.iter().sum::<f64>()
    }
}

impl TrainedElement {
    fn nuclei(&self, n: &[f64]) -> f64 {
        self.counts.iter().zip(n).map(|(count, n)| f64::from(*count) * n).sum()
    }

    /// The shares that count as trained.
    fn accepted(&self) -> [f64; 2] {
        let [low, high] = self.share;
        if high - low <= SAME_SHARE * high {
            [low * (1.0 - SAME_SHARE), high * (1.0 + SAME_SHARE)]
        } else {
            [low / SHARE_SLACK, (high * SHARE_SLACK).min(1.0 + SAME_SHARE)]
        }
    }
}

#[cfg(test)]
#[cfg(feature = "sampling")]
mod tests {
    use chem_solver::network::domain::{DomainView, random_stream};

    use super::*;
    use chem_solver::runs::AnyNetwork;

    fn general(file: &str) -> (TrainedDomain, AnyNetwork) {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../networks/");
        let network = AnyNetwork::load(format!("{folder}{file}").as_ref()).unwrap();
        let domain = network.domains.iter().find(|domain| domain.name == "general").unwrap();
        (TrainedDomain::of(domain, network.network.structure()).unwrap(), network)
    }

    /// The least and the largest density of nuclei are those of fully ionised and of molecular gas.
    #[test]
    fn nuclei_count_and_not_particles() {
        let (trained, _) = general("molecular.net");
        let [low, high] = trained.nuclei.unwrap();
        assert!(low > 1e-2 / 2.31 && low < 1e-2 / 2.2, "{low}");
        assert!(high < 1e3 / 0.64 && high > 1e3 / 0.67, "{high}");
        assert_eq!(trained.charges.len(), 9);
        for (element, share) in trained.elements.iter().zip([0.7, 0.3]) {
            assert!(element.share.iter().all(|found| (found - share).abs() < 1e-12), "{element:?}");
        }
        assert!(trained.least_shares.iter().all(|share| *share > 0.0));
    }

    #[test]
    fn states_of_the_domain_are_known_and_others_are_not() {
        let (trained, network) = general("atomic.net");
        let structure = network.network.structure();
        let names: Vec<&str> = structure.species.iter().map(AsRef::as_ref).collect();
        let at = |name: &str| names.iter().position(|other| *other == name).unwrap();
        let check = |n: &[f64]| trained.check(n, |k| names[k].to_owned());
        let domain = DomainView::from(&network.domains[0]);
        let mut random = random_stream(3, 0);
        for _ in 0..2000 {
            let mut n = domain.draw(structure, &mut random).unwrap();
            n.pop();
            check(&n).unwrap();
            let changed = |change: &dyn Fn(&mut Vec<f64>)| {
                let mut n = n.clone();
                change(&mut n);
                check(&n).unwrap_err()
            };
            let scaled = |factor: f64| changed(&|n| n.iter_mut().for_each(|n| *n *= factor));
            assert!(matches!(scaled(1e-6), OutOfDomain::Nuclei { .. }));
            assert!(matches!(scaled(1e6), OutOfDomain::Nuclei { .. }));
            assert!(matches!(scaled(0.0), OutOfDomain::Absent { .. }));
            assert!(matches!(scaled(f64::NAN), OutOfDomain::Density { .. }));
            let helium = changed(&|n| ["He", "He+", "He++"].iter().for_each(|s| n[at(s)] *= 0.2));
            assert!(matches!(helium, OutOfDomain::Share { .. } | OutOfDomain::Nuclei { .. }), "{helium}");
            let without = changed(&|n| n[at("H-")] = 0.0);
            assert!(matches!(&without, OutOfDomain::Absent { species, .. } if species == "H-"), "{without}");
            let negative = changed(&|n| n[at("H")] = -1e-30);
            assert!(
                matches!(&negative, OutOfDomain::Density { species, .. } if species == "H"),
                "{negative}"
            );
            let charged = changed(&|n| n[at("e-")] += 0.01 * trained.charge(n)[1]);
            assert!(matches!(charged, OutOfDomain::Charge { .. }), "{charged}");
        }
    }

    /// Gas that ionises has more particles, up to more than twice the largest total density, and stays known.
    #[test]
    fn cells_that_ionise_stay_known() {
        let (trained, _) = general("molecular.net");
        let molecular = [1e-6, 1e-7, 1e-3, 461.0, 538.0, 1.1e-6, 1e-9, 1e-9, 1e-12];
        let ionised = [2e3, 1e-9, 0.4, 0.1, 1e-9, 1076.0, 0.1, 1e-9, 461.0];
        for mut n in [molecular, ionised] {
            // The charges, and the share of helium, to the last digit.
            let hydrogen = n[1] + n[2] + 2.0 * n[4] + n[5] + 2.0 * n[7];
            let helium = n[3] + n[6] + n[8];
            for k in [3, 6, 8] {
                n[k] *= hydrogen * 3.0 / 7.0 / helium;
            }
            n[0] = n[5] + n[6] + n[7] + 2.0 * n[8] - n[1];
            trained.check(&n, |k| k.to_string()).unwrap();
        }
    }
}
