//! Units: names, factors to cgs and K, and the arithmetic of their exponents.

use std::fmt;

use crate::constants;

/// Exponents of cm, g, s and K. Powers may be fractional (`T^-0.5`).
#[derive(Clone, Copy, Debug, PartialEq, Default)]
pub struct Dimension(pub [f64; 4]);

/// Two exponents closer than this are equal: fitted powers are decimal fractions.
const EXPONENT_TOLERANCE: f64 = 1e-9;

impl Dimension {
    /// A pure number.
    pub const NONE: Dimension = Dimension([0.0; 4]);
    /// K
    pub const TEMPERATURE: Dimension = Dimension([0.0, 0.0, 0.0, 1.0]);
    /// s
    pub const TIME: Dimension = Dimension([0.0, 0.0, 1.0, 0.0]);
    /// g
    pub const MASS: Dimension = Dimension([0.0, 1.0, 0.0, 0.0]);
    /// cm^-3
    pub const NUMBER_DENSITY: Dimension = Dimension([-3.0, 0.0, 0.0, 0.0]);
    /// cm^-3 s^-1
    pub const FLUX: Dimension = Dimension([-3.0, 0.0, -1.0, 0.0]);
    /// erg cm^-3 s^-1
    pub const POWER_DENSITY: Dimension = Dimension([-1.0, 1.0, -3.0, 0.0]);
    /// erg K^-1
    pub const HEAT_CAPACITY: Dimension = Dimension([2.0, 1.0, -2.0, -1.0]);

    /// Unit of the rate coefficient of a reaction with `order` reactants: cm^(3 (order - 1)) s^-1.
    pub fn rate_coefficient(order: u32) -> Dimension {
        Dimension([3.0 * (f64::from(order) - 1.0), 0.0, -1.0, 0.0])
    }

    /// Whether two are the same.
    pub fn equals(self, other: Dimension) -> bool {
        self.0.iter().zip(other.0).all(|(a, b)| (a - b).abs() < EXPONENT_TOLERANCE)
    }

    /// Whether it is a pure number.
    pub fn is_none(self) -> bool {
        self.equals(Dimension::NONE)
    }

    /// Whether it is a power of K alone, in which values are the same in all unit systems of the language.
    pub fn is_temperature_power(self) -> bool {
        self.equals(Dimension([0.0, 0.0, 0.0, self.0[3]]))
    }

    /// Whether it is that of an energy or another quantity with a mass in it, whose value depends on the system of units.
    pub(crate) fn has_mass(self) -> bool {
        self.0[1].abs() > EXPONENT_TOLERANCE
    }

    /// Unit of a product.
    #[must_use]
    pub fn times(self, other: Dimension) -> Dimension {
        let mut out = self;
        out.0.iter_mut().zip(other.0).for_each(|(a, b)| *a += b);
        out
    }

    /// Unit of a power.
    #[must_use]
    pub fn power(self, exponent: f64) -> Dimension {
        Dimension(self.0.map(|e| e * exponent))
    }

    /// Unit of a quotient.
    #[must_use]
    pub fn over(self, other: Dimension) -> Dimension {
        self.times(other.power(-1.0))
    }
}

/// As one would write it: with erg where there is mass, `[1]` for a pure number.
impl fmt::Display for Dimension {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [cm, g, s, kelvin] = self.0;
        let close = |a: f64, b: f64| (a - b).abs() < EXPONENT_TOLERANCE;
        // g = erg s^2 cm^-2; plain g reads better where it stands alone.
        let as_energy = !close(g, 0.0) && (!close(s, 0.0) || close(cm, 2.0 * g));
        let (mass_name, cm, s) = if as_energy { ("erg", cm - 2.0 * g, s + 2.0 * g) } else { ("g", cm, s) };
        let mut text = String::new();
        for (name, exponent) in [(mass_name, g), ("cm", cm), ("s", s), ("K", kelvin)] {
            if close(exponent, 0.0) {
                continue;
            }
            if !text.is_empty() {
                text.push(' ');
            }
            text.push_str(name);
            if !close(exponent, 1.0) {
                let rounded = (exponent * 1e6).round() / 1e6;
                text.push_str(&format!("^{rounded}"));
            }
        }
        write!(f, "[{}]", if text.is_empty() { "1" } else { &text })
    }
}

/// Size of a unit in cgs.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Factor {
    /// A number.
    Number(f64),
    /// A multiple of a constant that the network may replace (`eV`, `yr`).
    Constant(&'static str, f64),
}

/// A unit with a name.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Unit {
    /// Name as written in brackets.
    pub name: &'static str,
    /// Size.
    pub factor: Factor,
    /// Exponents.
    pub dimension: Dimension,
}

const fn unit(name: &'static str, factor: f64, exponents: [f64; 4]) -> Unit {
    Unit { name, factor: Factor::Number(factor), dimension: Dimension(exponents) }
}

const fn multiple(name: &'static str, constant: &'static str, factor: f64, exponents: [f64; 4]) -> Unit {
    Unit { name, factor: Factor::Constant(constant, factor), dimension: Dimension(exponents) }
}

const LENGTH: [f64; 4] = [1.0, 0.0, 0.0, 0.0];
const MASS: [f64; 4] = [0.0, 1.0, 0.0, 0.0];
const TIME: [f64; 4] = [0.0, 0.0, 1.0, 0.0];
const ENERGY: [f64; 4] = [2.0, 1.0, -2.0, 0.0];
const POWER: [f64; 4] = [2.0, 1.0, -3.0, 0.0];
const AREA: [f64; 4] = [2.0, 0.0, 0.0, 0.0];
const NUMBER: [f64; 4] = [0.0; 4];

/// All units. Lengths of astronomy: IAU 2012 (au) and 2015 (pc). The Habing field is 1.6e-3 erg cm^-2 s^-1
/// (Habing 1968, as in Draine 2011, eq. 12.5-12.6).
pub const UNITS: &[Unit] = &[
    unit("cm", 1.0, LENGTH),
    unit("m", 1e2, LENGTH),
    unit("km", 1e5, LENGTH),
    unit("mm", 1e-1, LENGTH),
    unit("micron", 1e-4, LENGTH),
    unit("nm", 1e-7, LENGTH),
    unit("angstrom", 1e-8, LENGTH),
    unit("AU", 1.495_978_707e13, LENGTH),
    unit("pc", 3.085_677_581_491_367e18, LENGTH),
    unit("kpc", 3.085_677_581_491_367e21, LENGTH),
    unit("Mpc", 3.085_677_581_491_367e24, LENGTH),
    unit("barn", 1e-24, AREA),
    unit("Mb", 1e-18, AREA),
    unit("g", 1.0, MASS),
    unit("kg", 1e3, MASS),
    multiple("u", "m_u", 1.0, MASS),
    unit("s", 1.0, TIME),
    unit("min", 60.0, TIME),
    unit("hour", 3600.0, TIME),
    unit("day", 86_400.0, TIME),
    multiple("yr", "yr", 1.0, TIME),
    multiple("kyr", "yr", 1e3, TIME),
    multiple("Myr", "yr", 1e6, TIME),
    multiple("Gyr", "yr", 1e9, TIME),
    unit("Hz", 1.0, [0.0, 0.0, -1.0, 0.0]),
    unit("K", 1.0, [0.0, 0.0, 0.0, 1.0]),
    unit("erg", 1.0, ENERGY),
    unit("J", 1e7, ENERGY),
    multiple("eV", "eV", 1.0, ENERGY),
    multiple("meV", "eV", 1e-3, ENERGY),
    multiple("keV", "eV", 1e3, ENERGY),
    multiple("MeV", "eV", 1e6, ENERGY),
    unit("W", 1e7, POWER),
    unit("dyn", 1.0, [1.0, 1.0, -2.0, 0.0]),
    unit("Jy", 1e-23, [0.0, 1.0, -2.0, 0.0]),
    unit("Habing", 1.6e-3, [0.0, 1.0, -3.0, 0.0]),
    unit("sr", 1.0, NUMBER),
    unit("rad", 1.0, NUMBER),
    unit("mag", 1.0, NUMBER),
    unit("mol", 6.022_140_76e23, NUMBER),
];

/// The unit of a name.
pub fn find(name: &str) -> Option<&'static Unit> {
    UNITS.iter().find(|u| u.name == name)
}

/// The unit that a name of other conventions stands for: `sec` is `s`, `cm3` is `cm^3`.
pub(crate) fn usual_spelling(name: &str) -> Option<String> {
    let plain = match name {
        "sec" | "second" | "seconds" => "s",
        "yrs" | "year" | "years" | "a" => "yr",
        "kelvin" | "Kelvin" | "degK" => "K",
        "ergs" => "erg",
        "ccm" | "cc" => "cm^3",
        "Angstrom" | "A" | "AA" => "angstrom",
        "um" | "mum" => "micron",
        "amu" | "Da" => "u",
        "G0" => "Habing",
        _ => {
            let base = name.trim_end_matches(|c: char| c.is_ascii_digit());
            let digits = name.get(base.len()..)?;
            return (!digits.is_empty() && find(base).is_some()).then(|| format!("{base}^{digits}"));
        }
    };
    Some(plain.to_owned())
}

impl Factor {
    /// The size with the built-in constants.
    pub fn built_in(self) -> f64 {
        match self {
            Factor::Number(value) => value,
            Factor::Constant(name, factor) => constants::find(name).map_or(f64::NAN, |c| c.value) * factor,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dimensions_print_as_one_writes_them() {
        for (dimension, text) in [
            (Dimension::NONE, "[1]"),
            (Dimension::TEMPERATURE, "[K]"),
            (Dimension::FLUX, "[cm^-3 s^-1]"),
            (Dimension::POWER_DENSITY, "[erg cm^-3 s^-1]"),
            (Dimension::HEAT_CAPACITY, "[erg K^-1]"),
            (Dimension::rate_coefficient(1), "[s^-1]"),
            (Dimension::rate_coefficient(2), "[cm^3 s^-1]"),
            (Dimension::rate_coefficient(3), "[cm^6 s^-1]"),
            (Dimension(MASS), "[g]"),
            (Dimension(ENERGY), "[erg]"),
            (Dimension([-3.0, 1.0, 0.0, 0.0]), "[g cm^-3]"),
            (Dimension::TEMPERATURE.power(-0.7), "[K^-0.7]"),
        ] {
            assert_eq!(dimension.to_string(), text);
        }
    }

    #[test]
    fn names_differ_and_factors_are_numbers() {
        for (i, unit) in UNITS.iter().enumerate() {
            assert!(UNITS.iter().skip(i + 1).all(|u| u.name != unit.name), "{}", unit.name);
            let factor = unit.factor.built_in();
            assert!(factor > 0.0 && factor.is_finite(), "{}", unit.name);
        }
    }

    #[test]
    fn other_spellings() {
        assert_eq!(usual_spelling("sec").as_deref(), Some("s"));
        assert_eq!(usual_spelling("cm3").as_deref(), Some("cm^3"));
        assert_eq!(usual_spelling("xyz3"), None);
    }

    #[test]
    fn a_watt_is_ten_million_erg_per_second() {
        let watt = find("W").map(|u| (u.factor.built_in(), u.dimension));
        assert_eq!(watt, Some((1e7, Dimension(ENERGY).over(Dimension::TIME))));
    }
}
