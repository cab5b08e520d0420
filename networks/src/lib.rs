//! Chemical networks of the interstellar medium, with the source of every number.
//!
//! Each module is generated from the network file of the same name in this crate's folder ([`DIRECTORY`]).
//!
//! | module | what | species | reactions |
//! |---|---|---|---|
//! | [`atomic`] | hydrogen and helium without molecules, with heating and cooling | 7 | 24 |
//! | [`molecular`] | hydrogen and helium up to H2, with heating and cooling | 9 | 46 |
//! | [`primordial_d`] | primordial gas with deuterium, 1 to 1e18 cm^-3, with heating and cooling | 14 | 65 |
//! | [`gow17`] | photodissociation regions and clouds with C, O, Si, with heating and cooling | 18 | 36 |
//! | [`benchmark_const`] | three synthetic species, constant coefficients | 3 | 3 |
//! | [`benchmark_tdep`] | the same, coefficients that depend on time | 3 | 3 |
//!
//! `co_thin.net` (CO in clouds, 37 species, 237 reactions) is a file beside them that is read at run time: compiled, it would slow every build.
//!
//! The rate coefficients stand in `hydrogen_helium.rates`, dust in `grains.rates`, cooling in
//! `atomic_cooling.rates`, `molecular_hydrogen.rates` and `metal_cooling.csv`, radiation, cosmic rays and parameters
//! in `environment.rates`; deuterium in `deuterium.rates`, three-body reactions in `three_body.rates`, cooling of dense
//! primordial gas in `primordial_cooling.rates`, carbon and oxygen in `photodissociation.rates` and `fine_structure.rates`. `docs/thermochemistry.md` and `docs/networks.md` explain the choices.
//!
//! ```
//! use chem_networks::molecular::{self, Molecular, Species};
//! use chem_runtime::bdf::Bdf;
//!
//! let network = Molecular::default();
//! let solution = Bdf::new(&network).solve(&molecular::initial::single(), [3.1536e13])?;
//! // Without shielding, little is left after 1 Myr of the 10.4 cm^-3 of H2.
//! assert!(solution.last().n(Species::H2) < 0.01);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

chem_runtime::chem_network!("atomic.net");
chem_runtime::chem_network!("molecular.net");
chem_runtime::chem_network!("primordial_d.net");
chem_runtime::chem_network!("gow17.net");
chem_runtime::chem_network!("benchmark_const.net");
chem_runtime::chem_network!("benchmark_tdep.net");

/// The folder of the network files, rate libraries and tables.
pub const DIRECTORY: &str = env!("CARGO_MANIFEST_DIR");
