//! Cross sections of photoionisation of atoms in the ground state: fits of Verner et al. 1996, ApJ 465, 487, eq. 1.

use crate::constants::ELECTRONVOLT;

/// A fit.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Verner96 {
    /// Species.
    pub species: &'static str,
    /// Threshold `[eV]`.
    pub threshold: f64,
    /// Energy above which the fit does not hold `[eV]`: inner shells.
    pub highest: f64,
    /// E_0 `[eV]`, sigma_0 `[Mb]`, y_a, P, y_w, y_0, y_1.
    pub parameters: [f64; 7],
}

const fn fit(species: &'static str, threshold: f64, highest: f64, parameters: [f64; 7]) -> Verner96 {
    Verner96 { species, threshold, highest, parameters }
}

/// All fits that the language knows (table 1 of the paper).
pub const VERNER96: [Verner96; 6] = [
    fit("H", 13.6, 5e4, [0.4298, 5.475e4, 32.88, 2.963, 0.0, 0.0, 0.0]),
    // The electron does not feel the neutron.
    fit("D", 13.6, 5e4, [0.4298, 5.475e4, 32.88, 2.963, 0.0, 0.0, 0.0]),
    fit("He", 24.59, 5e4, [13.61, 949.2, 1.469, 3.188, 2.039, 0.4434, 2.136]),
    fit("He+", 54.42, 5e4, [1.720, 1.369e4, 32.88, 2.963, 0.0, 0.0, 0.0]),
    fit("C", 11.26, 291.0, [2.144, 502.7, 62.16, 5.101, 0.09157, 1.133, 1.607]),
    fit("O", 13.62, 538.0, [1.240, 1745.0, 3.784, 17.64, 0.07589, 8.698, 0.1271]),
];

impl Verner96 {
    /// The fit of a species.
    pub fn find(species: &str) -> Option<&'static Verner96> {
        VERNER96.iter().find(|fit| fit.species == species)
    }

    /// The cross section [cm^2] for photons of an energy `[erg]`; zero where the fit does not hold. `ev` is an electron volt
    /// `[erg]`, which a network may define.
    pub fn sigma(&self, energy: f64, ev: f64) -> f64 {
        let energy = energy / ev;
        if !(self.threshold..=self.highest).contains(&energy) {
            return 0.0;
        }
        let [e_0, sigma_0, y_a, p, y_w, y_0, y_1] = self.parameters;
        let x = energy / e_0 - y_0;
        let y = x.hypot(y_1);
        let f = ((x - 1.0).powi(2) + y_w * y_w) * y.powf(0.5 * p - 5.5) * (1.0 + (y / y_a).sqrt()).powf(-p);
        1e-18 * sigma_0 * f
    }

    /// With the electron volt of CODATA 2018.
    pub fn sigma_at_ev(&self, energy: f64) -> f64 {
        self.sigma(energy * ELECTRONVOLT, ELECTRONVOLT)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// KROME (master of March 2024) at the middles of its bins: networks primordialZ_UV (H, He, C, O) and galaxy_ism (He+).
    #[test]
    fn fits_are_those_that_krome_evaluates() {
        let middle = 0.5 * (13.599999999999998 + 27.965663494400488);
        let second = 0.5 * (27.965663494400488 + 57.505759903091494);
        let cases = [
            ("H", middle, 1.986_958_985_135_675e-18),
            ("He", second, 2.7767254952362214e-18),
            ("C", middle, 9.582_633_243_526_002e-18),
            ("O", middle, 1.1324520297306044e-17),
        ];
        for (species, energy, expected) in cases {
            let found = Verner96::find(species).unwrap().sigma_at_ev(energy);
            assert!((found / expected - 1.0).abs() < 1e-12, "{species}: {found:e} {expected:e}");
        }
        assert_eq!(Verner96::find("C").unwrap().sigma_at_ev(300.0), 0.0);
        assert_eq!(Verner96::find("H").unwrap().sigma_at_ev(13.5), 0.0);
        assert!(Verner96::find("Fe").is_none());
    }
}
