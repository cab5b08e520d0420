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

/// All fits that the language knows: rows of table 1 of the paper of which two transcriptions that are independent of each other
/// agree in every digit. Outer shells alone.
pub const VERNER96: [Verner96; 37] = [
    fit("H", 13.6, 5e4, [0.4298, 5.475e4, 32.88, 2.963, 0.0, 0.0, 0.0]),
    // The electron does not feel the neutron.
    fit("D", 13.6, 5e4, [0.4298, 5.475e4, 32.88, 2.963, 0.0, 0.0, 0.0]),
    fit("He", 24.59, 5e4, [13.61, 949.2, 1.469, 3.188, 2.039, 0.4434, 2.136]),
    fit("He+", 54.42, 5e4, [1.72, 1.369e4, 32.88, 2.963, 0.0, 0.0, 0.0]),
    fit("C", 11.26, 291.0, [2.144, 502.7, 62.16, 5.101, 0.09157, 1.133, 1.607]),
    fit("C+", 24.38, 307.6, [0.4058, 8.709, 126.1, 8.578, 2.093, 49.29, 3.234]),
    fit("C++", 47.89, 328.9, [4.614, 1.539e4, 1.737, 15.93, 5.922, 0.004378, 0.02528]),
    fit("C+++", 64.49, 352.2, [3.506, 106.8, 14.36, 7.457, 0.0, 0.0, 0.0]),
    fit("N", 14.53, 404.8, [4.034, 823.5, 80.33, 3.928, 0.09097, 0.8598, 2.325]),
    fit("N+", 29.6, 423.6, [0.06128, 1.944, 816.3, 8.773, 10.43, 428.0, 20.3]),
    fit("N++", 47.45, 447.3, [0.242, 0.9375, 278.8, 9.156, 1.85, 187.7, 3.999]),
    fit("N+++", 77.47, 475.3, [5.494, 1.69e4, 1.714, 17.06, 7.904, 0.006415, 0.01937]),
    fit("O", 13.62, 538.0, [1.24, 1745.0, 3.784, 17.64, 0.07589, 8.698, 0.1271]),
    fit("O+", 35.12, 558.1, [1.386, 59.67, 31.75, 8.943, 0.01934, 21.31, 0.01503]),
    fit("O++", 54.94, 584.0, [0.1723, 675.3, 385.2, 6.822, 0.1191, 0.003839, 0.4569]),
    fit("O+++", 77.41, 614.4, [0.2044, 0.8659, 493.1, 8.785, 3.143, 332.8, 42.85]),
    fit("Ne", 21.56, 870.1, [4.87, 4287.0, 5.798, 8.355, 0.2434, 0.04236, 5.873]),
    fit("Ne+", 40.96, 883.1, [12.47, 1583.0, 3.935, 7.81, 0.06558, 1.52, 0.1084]),
    fit("Ne++", 63.46, 913.1, [0.7753, 5.708, 67.25, 10.05, 0.4633, 76.54, 2.023]),
    fit("Ne+++", 97.12, 948.0, [5.566, 1685.0, 640.9, 3.056, 0.00829, 5.149, 6.687]),
    fit("Na", 5.139, 38.14, [6.139, 1.601, 6148.0, 3.839, 0.0, 0.0, 0.0]),
    fit("Mg", 7.646, 54.9, [11.97, 1.372e8, 0.2228, 15.74, 0.2805, 0.0, 0.0]),
    fit("Mg+", 15.04, 65.69, [8.139, 3.278, 4.341e7, 3.61, 0.0, 0.0, 0.0]),
    fit("Si", 8.152, 106.0, [23.17, 25.06, 20.57, 3.546, 0.2837, 1.672e-5, 0.4207]),
    fit("Si+", 16.35, 118.6, [2.556, 4.14, 13.37, 11.91, 1.57, 6.634, 0.1272]),
    fit("Si++", 33.49, 131.1, [0.1659, 5.79e-4, 147.4, 13.36, 0.8626, 96.13, 0.6442]),
    fit("Si+++", 45.14, 146.6, [12.88, 6.083, 1.356e6, 3.353, 0.0, 0.0, 0.0]),
    fit("S", 10.36, 170.0, [18.08, 4.564e4, 1.0, 13.61, 0.6385, 0.9935, 0.2486]),
    fit("S+", 23.33, 184.6, [8.787, 313.6, 3.442, 12.81, 0.7354, 2.782, 0.1788]),
    fit("S++", 34.83, 199.5, [2.027, 6.666, 54.54, 8.611, 4.109, 15.68, 9.421]),
    fit("S+++", 47.31, 216.4, [2.173, 2.606, 66.41, 8.655, 1.863, 19.75, 3.361]),
    fit("Ca", 6.113, 34.43, [12.78, 5.37e5, 0.3162, 12.42, 0.4477, 0.001012, 0.01851]),
    fit("Ca+", 11.87, 40.9, [15.53, 1.064e7, 0.779, 21.3, 0.6453, 0.002161, 0.06706]),
    fit("Fe", 7.902, 66.0, [0.05461, 0.3062, 2.671e7, 7.923, 20.69, 138.2, 0.2481]),
    fit("Fe+", 16.19, 76.17, [0.1761, 4365.0, 6298.0, 5.204, 11.41, 92.72, 107.5]),
    fit("Fe++", 30.65, 87.05, [0.1698, 6.107, 1555.0, 8.055, 8.698, 176.0, 18.47]),
    fit("Fe+++", 54.8, 106.7, [25.44, 365.3, 8.913, 6.538, 0.5602, 0.0, 0.0]),
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
        assert!(Verner96::find("Fe++++").is_none());
    }

    /// Species; ionisation energy by the Atomic Spectra Database of NIST `[eV]`; cross section at the threshold and at 1.5 times it
    /// [cm^2], computed apart from the parameters in two other transcriptions: PION (Mackey et al. 2021) for C, N, O, Ne, Si, S, Fe and
    /// their ions, EXHALE (from the authors' `photo.dat`) for Na, Mg, Ca.
    const OTHERS: [(&str, f64, f64, f64); 33] = [
        ("C", 11.2603, 1.8277e-17, 1.2623e-17),
        ("C+", 24.3832, 4.9333e-18, 3.2272e-18),
        ("C++", 47.8878, 1.6830e-18, 8.6988e-19),
        ("C+++", 64.4939, 6.5699e-19, 3.2303e-19),
        ("N", 14.5341, 1.2783e-17, 1.3435e-17),
        ("N+", 29.6013, 7.8707e-18, 4.7618e-18),
        ("N++", 47.4492, 1.4978e-18, 1.7190e-18),
        ("N+++", 77.4735, 1.1399e-18, 5.6191e-19),
        ("O", 13.6181, 1.7697e-18, 1.1165e-17),
        ("O+", 35.1173, 8.5601e-18, 6.1924e-18),
        ("O++", 54.9355, 4.8642e-18, 2.3491e-18),
        ("O+++", 77.4135, 1.2267e-18, 1.0622e-18),
        ("Ne", 21.5645, 6.5385e-18, 9.1354e-18),
        ("Ne+", 40.9633, 6.8369e-18, 7.6170e-18),
        ("Ne++", 63.45, 3.6181e-18, 4.3633e-18),
        ("Ne+++", 97.12, 3.9570e-18, 1.8487e-18),
        ("Si", 8.1517, 6.8850e-17, 1.8248e-17),
        ("Si+", 16.3459, 1.8747e-18, 4.3263e-19),
        ("Si++", 33.493, 4.2815e-19, 3.8757e-19),
        ("Si+++", 45.1418, 3.1392e-19, 1.9219e-19),
        ("S", 10.36, 3.2022e-17, 4.4918e-17),
        ("S+", 23.3379, 8.0492e-18, 5.5388e-19),
        ("S++", 34.79, 3.8108e-19, 8.6305e-19),
        ("S+++", 47.222, 3.6055e-19, 7.3638e-19),
        ("Fe", 7.9025, 7.8423e-18, 2.3660e-18),
        ("Fe+", 16.1992, 3.9853e-19, 4.7955e-18),
        ("Fe++", 30.651, 3.0187e-18, 1.0784e-17),
        ("Fe+++", 54.91, 7.9459e-18, 6.4808e-18),
        ("Na", 5.1391, 7.6796e-20, 4.3858e-20),
        ("Mg", 7.6462, 1.6751e-18, 2.1031e-19),
        ("Mg+", 15.0353, 2.4355e-19, 2.3770e-19),
        ("Ca", 6.1132, 7.1426e-18, 1.3223e-18),
        ("Ca+", 11.8717, 5.4017e-19, 4.2142e-19),
    ];

    #[test]
    fn fits_of_heavy_ions_are_those_of_other_transcriptions() {
        for (species, ionisation, at_threshold, above) in OTHERS {
            let fit = Verner96::find(species).unwrap();
            // The table rounds to 10 meV; ionisation energies of ions with many charges have improved since.
            let tolerance = if fit.threshold > 30.0 { 0.003 } else { 6e-4 };
            assert!((fit.threshold / ionisation - 1.0).abs() < tolerance, "{species}");
            for (energy, expected) in
                [(fit.threshold * (1.0 + 1e-12), at_threshold), (1.5 * fit.threshold, above)]
            {
                let found = fit.sigma_at_ev(energy);
                assert!(
                    (found / expected - 1.0).abs() < 6e-5,
                    "{species} at {energy} eV: {found:e} {expected:e}"
                );
            }
            let beyond = fit.sigma_at_ev(fit.highest * 1.001);
            assert!(fit.highest > 1.5 * fit.threshold && beyond == 0.0);
        }
        for (position, fit) in VERNER96.iter().enumerate() {
            assert_eq!(VERNER96.iter().position(|other| other.species == fit.species), Some(position));
            assert!(
                ["H", "D", "He", "He+"].contains(&fit.species)
                    || OTHERS.iter().any(|other| other.0 == fit.species)
            );
        }
    }
}
