//! Functions that KROME has and files call: those whose formula is published, in our language. What is not here is the user's to supply.

/// A function: its name in KROME, its name here, the statement that defines it, and its source.
#[derive(Debug)]
pub(super) struct Known {
    pub(super) krome: &'static str,
    pub(super) name: &'static str,
    pub(super) statement: &'static str,
    pub(super) source: &'static str,
    /// Names of parameters that the statement uses, as statements.
    pub(super) parameters: &'static [&'static str],
    /// Whether KROME hands over densities and T, which are not arguments here.
    pub(super) without_arguments: bool,
}

const fn known(
    krome: &'static str,
    name: &'static str,
    statement: &'static str,
    source: &'static str,
) -> Known {
    Known { krome, name, statement, source, parameters: &[], without_arguments: false }
}

/// Charging parameter of grains and what KROME takes for it.
const GRAINS: &[&str] = &[
    "parameter g_habing = 0 per cell  \"field from 6 to 13.6 eV in Habing units; KROME's is 0 until it is set\"",
    "parameter dust_to_gas = 1 per cell  \"dust to gas in units of the solar ratio\"",
];

pub(super) const KNOWN: &[Known] = &[
    known(
        "fselfh2",
        "fself_h2",
        "function fself_h2(column, b) = 0.965 / (1 + column * 2e-15 / (b * 1e-5))^2\n    + 0.035 / sqrt(1 + column * 2e-15) * exp(max(-8.5e-4 * sqrt(1 + column * 2e-15), -250))",
        "self-shielding of H2 of a column [cm^-2] with the Doppler parameter b [cm s^-1]; Draine & Bertoldi 1996, ApJ 468, 269, eq. 37",
    ),
    known(
        "fhnoj",
        "fhnoj",
        "function fhnoj(av) = { av <= 15 : exp(-2.55 * av + 0.0165 * av^2), else : exp(-2.8 * av) }",
        "shielding by dust of ions of water; Glover et al. 2010, MNRAS 404, 2, table B2",
    ),
    known(
        "sigma_v96",
        "sigma_v96",
        "function sigma_v96(e, e0, s0, ya, p, yw, y0, y1) = 1e-18 * s0 * ((e / e0 - y0 - 1)^2 + yw^2)\n    * sqrt((e / e0 - y0)^2 + y1^2)^(0.5 * p - 5.5)\n    * (1 + sqrt(sqrt((e / e0 - y0)^2 + y1^2) / ya))^(-p)",
        "cross section [cm^2], energies in eV; Verner et al. 1996, ApJ 465, 487, eq. 1",
    ),
    known(
        "h2_solomonlw",
        "h2_solomon",
        "function h2_solomon(j) = 1.38e9 * 1.60217648e-12 * j",
        "dissociation of H2 in the Solomon process by the mean intensity at 12.87 eV [eV s^-1 cm^-2 Hz^-1 sr^-1]; Glover & Jappsen 2007, ApJ 666, 1",
    ),
    known(
        "h2_sigmalw",
        "h2_direct",
        "function h2_direct(e) = 1e-18 * (0.25 * ({ 14.675 < e and e < 16.820 : exp10(15.1289 - 1.05139 * e), 16.820 <= e and e < 17.6 : exp10(-31.41 + 1.8042e-2 * e^3 - 4.2339e-5 * e^5) }\n    + { 14.675 < e and e < 17.7 : exp10(13.5311 - 0.9182618 * e) })\n    + 0.75 * ({ 14.159 < e and e < 15.302 : exp10(12.0218406 - 0.819429 * e), 15.302 <= e and e < 17.2 : exp10(16.04644 - 1.082438 * e) }\n    + { 14.159 < e and e < 17.2 : exp10(12.87367 - 0.85088597 * e) }))",
        "cross section of direct dissociation of H2 [cm^2], energy in eV, three parts of ortho to one of para; Abel et al. 1997, New Astronomy 2, 181",
    ),
    Known {
        parameters: GRAINS,
        without_arguments: true,
        ..known(
            "h_recombination_on_dust",
            "h_on_dust",
            "let grain_charging = max(g_habing * sqrt(T) / max(n[e-], 1e-20), 1e-30)\nlet h_on_dust = { n[e-] >= 1e-20 : 1.225e-13 * dust_to_gas / (1 + 8.074e-6 * grain_charging^1.378 * (1 + 508.7 * T^0.01586 * grain_charging^(-0.4723 - 1.102e-5 * ln(T)))) }",
            "recombination of H+ on grains; Weingartner & Draine 2001, ApJ 563, 842, eq. 8, per n(e-) as KROME has it",
        )
    },
    Known {
        parameters: GRAINS,
        without_arguments: true,
        ..known(
            "he_recombination_on_dust",
            "he_on_dust",
            "let grain_charging = max(g_habing * sqrt(T) / max(n[e-], 1e-20), 1e-30)\nlet he_on_dust = { n[e-] >= 1e-20 : 5.572e-14 * dust_to_gas / (1 + 3.185e-7 * grain_charging^1.512 * (1 + 5115 * T^3.903e-7 * grain_charging^(-0.4956 - 5.494e-7 * ln(T)))) }",
            "recombination of He+ on grains; Weingartner & Draine 2001, ApJ 563, 842, eq. 8, per n(e-) as KROME has it",
        )
    },
];

/// A function of KROME by its name in small letters.
pub(super) fn known_function(krome: &str) -> Option<&'static Known> {
    KNOWN.iter().find(|known| known.krome == krome)
}
