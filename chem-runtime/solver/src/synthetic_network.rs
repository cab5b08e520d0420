//! A network for unit tests: hydrogen that is ionised and recombines at constant rates, with exact solution.

use crate::structure::{LuStructure, Structure};

/// e-, H, H+; names only, for tests of files.
pub fn hydrogen() -> Structure {
    Structure {
        name: "hydrogen".into(),
        version: 1,
        hash: 0,
        species: vec!["e-".into(), "H".into(), "H+".into()].into(),
        charges: vec![-1, 0, 1].into(),
        masses: vec![9.1e-28, 1.67e-24, 1.67e-24].into(),
        elements: vec!["H".into()].into(),
        composition: vec![0, 1, 1].into(),
        reactions: vec!["h_ci".into(), "hp_rr".into()].into(),
        equations: vec!["H + e- -> H+ + 2 e-".into(), "H+ + e- -> H + photon".into()].into(),
        processes: vec![].into(),
        stoichiometry_starts: vec![0, 3, 6].into(),
        stoichiometry: vec![(0, 1), (1, -1), (2, 1), (0, -1), (1, 1), (2, -1)].into(),
        heating: vec![].into(),
        cooling: vec![].into(),
        parameters: vec![].into(),
        scopes: vec![].into(),
        kinds: vec![].into(),
        bands: vec![].into(),
        band_edges: vec![].into(),
        absorbers: vec![].into(),
        evolves_temperature: false,
        temperature_floor: None,
        conservation_names: vec!["charge".into(), "H".into()].into(),
        conservation: vec![-1, 0, 1, 0, 1, 1].into(),
        breakpoints: vec![].into(),
        jacobian_columns: vec![].into(),
        jacobian_rows: vec![].into(),
        lu: LuStructure {
            order: vec![].into(),
            columns: vec![].into(),
            rows: vec![].into(),
            from_jacobian: vec![].into(),
            diagonal: vec![].into(),
            full_tail: 0,
        },
    }
}
