//! Built-in constants in cgs units and K.
//!
//! CODATA 2018 recommended values: Tiesinga, E. et al. 2021, Rev. Mod. Phys. 93, 025010. A network may replace
//! each by a `constant` of its own.

use crate::unit::Dimension;

/// Atomic mass unit `[g]`.
pub const ATOMIC_MASS_UNIT: f64 = 1.660_539_066_60e-24;
/// Electron mass `[g]`.
pub const ELECTRON_MASS: f64 = 9.109_383_701_5e-28;
/// Boltzmann constant [erg K^-1], exact.
pub const BOLTZMANN: f64 = 1.380_649e-16;
/// Planck constant [erg s], exact.
pub const PLANCK: f64 = 6.626_070_15e-27;
/// Speed of light [cm s^-1], exact.
pub const SPEED_OF_LIGHT: f64 = 2.997_924_58e10;
/// Stefan-Boltzmann constant [erg cm^-2 s^-1 K^-4].
pub const STEFAN_BOLTZMANN: f64 = 5.670_374_419e-5;
/// Electronvolt `[erg]`, exact.
pub const ELECTRONVOLT: f64 = 1.602_176_634e-12;
/// Year of 365 days `[s]`: the convention of the field's reference code (not the Julian year).
pub const YEAR: f64 = 3.1536e7;

/// One built-in constant.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Constant {
    /// Name in the language.
    pub name: &'static str,
    /// Value in cgs units and K.
    pub value: f64,
    /// Its unit.
    pub dimension: Dimension,
    /// What it is.
    pub meaning: &'static str,
}

const fn constant(name: &'static str, value: f64, unit: [f64; 4], meaning: &'static str) -> Constant {
    Constant { name, value, dimension: Dimension(unit), meaning }
}

/// All built-in constants.
pub const CONSTANTS: &[Constant] = &[
    constant("pi", std::f64::consts::PI, [0.0, 0.0, 0.0, 0.0], "circle number"),
    constant("k_B", BOLTZMANN, [2.0, 1.0, -2.0, -1.0], "Boltzmann constant"),
    constant("h", PLANCK, [2.0, 1.0, -1.0, 0.0], "Planck constant"),
    constant("hbar", PLANCK / std::f64::consts::TAU, [2.0, 1.0, -1.0, 0.0], "reduced Planck constant"),
    constant("c", SPEED_OF_LIGHT, [1.0, 0.0, -1.0, 0.0], "speed of light"),
    constant("m_e", ELECTRON_MASS, [0.0, 1.0, 0.0, 0.0], "electron mass"),
    constant("m_p", 1.672_621_923_69e-24, [0.0, 1.0, 0.0, 0.0], "proton mass"),
    constant("m_n", 1.674_927_498_04e-24, [0.0, 1.0, 0.0, 0.0], "neutron mass"),
    constant("m_u", ATOMIC_MASS_UNIT, [0.0, 1.0, 0.0, 0.0], "atomic mass unit"),
    constant("G", 6.674_30e-8, [3.0, -1.0, -2.0, 0.0], "constant of gravitation"),
    constant("sigma_SB", STEFAN_BOLTZMANN, [0.0, 1.0, -3.0, -4.0], "Stefan-Boltzmann constant"),
    constant(
        "a_rad",
        4.0 * STEFAN_BOLTZMANN / SPEED_OF_LIGHT,
        [-1.0, 1.0, -2.0, -4.0],
        "radiation constant, 4 sigma_SB / c",
    ),
    constant("sigma_T", 6.652_458_732_1e-25, [2.0, 0.0, 0.0, 0.0], "Thomson cross section"),
    constant("N_A", 6.022_140_76e23, [0.0, 0.0, 0.0, 0.0], "Avogadro constant, per mol"),
    constant(
        "q_e",
        ELECTRONVOLT * 1e-8 * SPEED_OF_LIGHT,
        [1.5, 0.5, -1.0, 0.0],
        "elementary charge, electrostatic units",
    ),
    constant("eV", ELECTRONVOLT, [2.0, 1.0, -2.0, 0.0], "electronvolt"),
    constant("yr", YEAR, [0.0, 0.0, 1.0, 0.0], "year of 365 days"),
];

/// The built-in constant of a name.
pub fn find(name: &str) -> Option<&'static Constant> {
    CONSTANTS.iter().find(|c| c.name == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn derived_constants_have_their_published_values() {
        let value = |name| find(name).map_or(f64::NAN, |c| c.value);
        // CODATA 2018 prints ten digits of these.
        assert!((value("hbar") / 1.054_571_817e-27 - 1.0).abs() < 1e-9);
        assert!((value("q_e") / 4.803_204_71e-10 - 1.0).abs() < 1e-9);
        assert!((value("a_rad") / 7.565_733e-15 - 1.0).abs() < 1e-7);
    }

    #[test]
    fn names_differ() {
        for (i, constant) in CONSTANTS.iter().enumerate() {
            assert!(CONSTANTS.iter().skip(i + 1).all(|c| c.name != constant.name), "{}", constant.name);
        }
    }
}
