//! Cross sections of photo blocks, and the radiation whose bands begin at their thresholds.

use crate::import::draft::{Bound, DraftStatement};
use crate::import::{name, number};

use super::species::{Particle, particle};

/// Cross sections of the file, and where they begin.
#[derive(Debug, Default)]
pub(super) struct Photo {
    thresholds: Vec<f64>,
    sections: Vec<DraftStatement>,
}

impl Photo {
    /// The fit of Verner et al. 1996 for the one species of a reaction.
    pub(super) fn verner(&mut self, reactants: &[&str]) -> Option<String> {
        let [reactant] = reactants.iter().filter(|r| !r.eq_ignore_ascii_case("g")).collect::<Vec<_>>()[..]
        else {
            return None;
        };
        let Ok(Particle::Species(species)) = particle(reactant, 0) else { return None };
        let threshold = crate::verner::Verner96::find(&species.name)?.threshold;
        self.thresholds.push(threshold);
        Some(format!("verner96[{}]", name::written(&species.name)))
    }

    /// A cross section as a function of energy.
    pub(super) fn section(
        &mut self,
        number: usize,
        low: Option<Bound>,
        high: Option<Bound>,
        value: String,
    ) -> String {
        let from = low.map_or((2.73, "2.73".to_owned()), |bound| (bound.value, bound.text));
        let to = high.map_or_else(|| "inf [eV]".to_owned(), |bound| format!("{} [eV]", bound.text));
        self.thresholds.push(from.0);
        let section = format!("section_{number}");
        let text = format!("cross_section {section}: E = {} .. {to}, sigma = {value}", from.1);
        self.sections.push(DraftStatement { text, doc: vec![format!("reaction {number}")], line: 0 });
        section
    }

    pub(super) fn statements(self) -> Vec<DraftStatement> {
        let mut edges = self.thresholds;
        if edges.is_empty() {
            return Vec::new();
        }
        edges.sort_by(f64::total_cmp);
        edges.dedup_by(|a, b| (*a - *b).abs() < 1e-6 * b.abs());
        let edges: Vec<String> = edges.iter().map(|edge| number::text(*edge)).collect();
        let text = format!(
            "radiation photons: edges = {}, inf [eV], spectrum = (E / 1 [eV])^(-2),\n    given = photon_flux [cm^-2 s^-1] per cell",
            edges.join(", ")
        );
        let doc = "KROME's bins are set when it runs; these begin at the thresholds of the file: state your own edges and spectrum";
        let mut statements = vec![DraftStatement { text, doc: vec![doc.to_owned()], line: 0 }];
        statements.extend(self.sections);
        statements
    }
}
