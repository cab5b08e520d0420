//! The chemical elements.

/// Symbols and standard atomic weights [u]: abridged values of IUPAC (2021); for elements without a stable
/// isotope the mass number of the longest-lived one. Deuterium (AME2020) counts as an element of its own.
#[rustfmt::skip]
const ELEMENTS: [(&str, f64); 119] = [
    ("H", 1.008), ("D", 2.014_101_778), ("He", 4.002_602), ("Li", 6.94), ("Be", 9.012_183_1), ("B", 10.81),
    ("C", 12.011), ("N", 14.007), ("O", 15.999), ("F", 18.998_403_162), ("Ne", 20.1797),
    ("Na", 22.989_769_28), ("Mg", 24.305), ("Al", 26.981_538_4), ("Si", 28.085), ("P", 30.973_761_998),
    ("S", 32.06), ("Cl", 35.45), ("Ar", 39.95), ("K", 39.0983), ("Ca", 40.078), ("Sc", 44.955_907),
    ("Ti", 47.867), ("V", 50.9415), ("Cr", 51.9961), ("Mn", 54.938_043), ("Fe", 55.845), ("Co", 58.933_194),
    ("Ni", 58.6934), ("Cu", 63.546), ("Zn", 65.38), ("Ga", 69.723), ("Ge", 72.630), ("As", 74.921_595),
    ("Se", 78.971), ("Br", 79.904), ("Kr", 83.798), ("Rb", 85.4678), ("Sr", 87.62), ("Y", 88.905_838),
    ("Zr", 91.224), ("Nb", 92.906_37), ("Mo", 95.95), ("Tc", 97.0), ("Ru", 101.07), ("Rh", 102.905_49),
    ("Pd", 106.42), ("Ag", 107.8682), ("Cd", 112.414), ("In", 114.818), ("Sn", 118.710), ("Sb", 121.760),
    ("Te", 127.60), ("I", 126.904_47), ("Xe", 131.293), ("Cs", 132.905_451_96), ("Ba", 137.327),
    ("La", 138.905_47), ("Ce", 140.116), ("Pr", 140.907_66), ("Nd", 144.242), ("Pm", 145.0), ("Sm", 150.36),
    ("Eu", 151.964), ("Gd", 157.25), ("Tb", 158.925_354), ("Dy", 162.500), ("Ho", 164.930_329),
    ("Er", 167.259), ("Tm", 168.934_219), ("Yb", 173.045), ("Lu", 174.9668), ("Hf", 178.486),
    ("Ta", 180.947_88), ("W", 183.84), ("Re", 186.207), ("Os", 190.23), ("Ir", 192.217), ("Pt", 195.084),
    ("Au", 196.966_570), ("Hg", 200.592), ("Tl", 204.38), ("Pb", 207.2), ("Bi", 208.980_40), ("Po", 209.0),
    ("At", 210.0), ("Rn", 222.0), ("Fr", 223.0), ("Ra", 226.0), ("Ac", 227.0), ("Th", 232.0377),
    ("Pa", 231.035_88), ("U", 238.028_91), ("Np", 237.0), ("Pu", 244.0), ("Am", 243.0), ("Cm", 247.0),
    ("Bk", 247.0), ("Cf", 251.0), ("Es", 252.0), ("Fm", 257.0), ("Md", 258.0), ("No", 259.0), ("Lr", 262.0),
    ("Rf", 267.0), ("Db", 268.0), ("Sg", 269.0), ("Bh", 270.0), ("Hs", 269.0), ("Mt", 277.0), ("Ds", 281.0),
    ("Rg", 282.0), ("Cn", 285.0), ("Nh", 286.0), ("Fl", 290.0), ("Mc", 290.0), ("Lv", 293.0), ("Ts", 294.0),
    ("Og", 294.0),
];

/// Isotopes that networks follow, with their masses [u] (AME2020).
#[rustfmt::skip]
const ISOTOPES: [(&str, f64); 16] = [
    ("2H", 2.014_101_778), ("3He", 3.016_029_322), ("12C", 12.0), ("13C", 13.003_354_835), ("14N", 14.003_074_004),
    ("15N", 15.000_108_899), ("16O", 15.994_914_619), ("17O", 16.999_131_757), ("18O", 17.999_159_613),
    ("28Si", 27.976_926_534), ("29Si", 28.976_494_664), ("30Si", 29.973_770_136), ("32S", 31.972_071_174),
    ("33S", 32.971_458_910), ("34S", 33.967_867_011), ("37Cl", 36.965_902_573),
];

/// The standard atomic weight [u] of an element, or the mass of an isotope such as `13C` (its mass number for those that
/// are not listed), if there is one of this symbol.
pub(crate) fn atomic_weight(symbol: &str) -> Option<f64> {
    let all = ELEMENTS.iter().chain(&ISOTOPES);
    all.clone().find(|(s, _)| *s == symbol).map(|(_, weight)| *weight).or_else(|| {
        let element = symbol.trim_start_matches(|c: char| c.is_ascii_digit());
        let number: u32 = symbol.strip_suffix(element)?.parse().ok().filter(|n| (1..300).contains(n))?;
        ELEMENTS.iter().any(|(s, _)| *s == element).then_some(f64::from(number))
    })
}

/// Elements without an isotope that lives long enough to be found in nature.
#[rustfmt::skip]
const UNSTABLE: [&str; 35] = [
    "Tc", "Pm", "Po", "At", "Rn", "Fr", "Ra", "Ac", "Pa", "Np", "Pu", "Am", "Cm", "Bk", "Cf", "Es", "Fm", "Md",
    "No", "Lr", "Rf", "Db", "Sg", "Bh", "Hs", "Mt", "Ds", "Rg", "Cn", "Nh", "Fl", "Mc", "Lv", "Ts", "Og",
];

/// Whether an element has a stable or long-lived isotope.
pub(crate) fn is_stable(symbol: &str) -> bool {
    !UNSTABLE.contains(&symbol)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_symbols_differ_and_weights_are_plausible() {
        for (i, (symbol, weight)) in ELEMENTS.iter().enumerate() {
            assert!(ELEMENTS.iter().skip(i + 1).all(|(s, _)| s != symbol), "{symbol} twice");
            assert!(*weight > 1.0 && *weight < 300.0);
        }
        assert_eq!(atomic_weight("Fe"), Some(55.845));
        assert_eq!(atomic_weight("X"), None);
        assert!(UNSTABLE.iter().all(|symbol| atomic_weight(symbol).is_some()));
    }
}
