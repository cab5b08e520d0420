//! Where the largest relative error is: a number alone says nothing if it is that of a species nobody could detect.

use super::errors::Comparison;
use chem_solver::structure::Text;

/// The value with the largest relative error.
#[derive(Clone, Debug, PartialEq)]
pub struct Worst {
    /// Name of the species, or `T`.
    pub name: String,
    /// Its relative error Delta_r.
    pub error: f64,
    /// Its share of the total density in the reference; none for T.
    pub share: Option<f64>,
    /// Name of the cell.
    pub cell: String,
    /// Time `[s]`.
    pub time: f64,
}

/// The value with the largest relative error after the time `after` `[s]`; a value that is NaN counts as infinitely
/// wrong.
pub fn worst(
    comparisons: &[Comparison],
    species: &[Text],
    with_temperature: bool,
    after: f64,
) -> Option<Worst> {
    let counted = species.len() + usize::from(with_temperature);
    let mut worst: Option<Worst> = None;
    for Comparison { reference, predicted } in comparisons {
        let width = species.len() + 1;
        let rows = reference.states.chunks_exact(width).zip(predicted.chunks_exact(width));
        for (time, (states, predicted)) in reference.times.iter().zip(rows).filter(|(t, _)| **t > after) {
            for (k, (r, p)) in states.iter().zip(predicted).take(counted).enumerate() {
                let error = if p.is_nan() { f64::INFINITY } else { ((p - r) / r).abs() };
                // What is zero in both is right.
                if error.is_nan() || worst.as_ref().is_some_and(|worst| error <= worst.error) {
                    continue;
                }
                let total: f64 = states.iter().take(species.len()).sum();
                worst = Some(Worst {
                    name: species.get(k).map_or_else(|| "T".to_owned(), ToString::to_string),
                    error,
                    share: (k < species.len()).then(|| r / total),
                    cell: reference.id.clone(),
                    time: *time,
                });
            }
        }
    }
    worst
}

impl Worst {
    /// Of what the error is, in words: `H- where it is 2e-38 of n_tot`.
    pub fn sentence(&self) -> String {
        match self.share {
            Some(share) => format!("{} where it is {share:.0e} of n_tot", self.name),
            None => self.name.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::validate::reference::ReferenceCell;

    #[test]
    fn the_largest_error_is_named_with_its_abundance() {
        let reference = ReferenceCell {
            id: "7".into(),
            initial: vec![1.0, 1.0, 10.0],
            times: vec![1.0, 2.0, 3.0],
            states: vec![1.0, 1.0, 10.0, 1.0, 1e-20, 10.0, 1.0, 1.0, 10.0],
        };
        let predicted = vec![9e9, 1.0, 10.0, 1.1, 2e-20, 10.0, 1.0, 1.3, 40.0];
        let all = [Comparison { reference, predicted }];
        let species: [Text; 2] = ["H".into(), "H-".into()];
        let found = worst(&all, &species, false, 1.5).unwrap();
        assert_eq!((found.name.as_str(), found.cell.as_str(), found.time), ("H-", "7", 2.0));
        assert_eq!(found.sentence(), "H- where it is 1e-20 of n_tot");
        assert_eq!(worst(&all, &species, true, 1.5).unwrap().sentence(), "T");
        assert_eq!(worst(&[], &species, true, 0.0), None);
    }
}
