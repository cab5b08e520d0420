//! Radiation fields in bands: what a host gives for each, and what cross sections are on average in it.
//!
//! ```text
//! S(E)        the spectrum, energy per unit of energy                       weights of a band
//! <sigma>     int sigma S/E dE / int S/E dE                                 by photons
//! <sigma>_E   int sigma S dE / int S dE                                     by energy
//! <excess>    int sigma (E - E_threshold) S/E dE / int sigma S/E dE
//! ```

use crate::unit::Dimension;

/// A radiation field.
#[derive(Clone, Debug, PartialEq)]
pub struct Radiation {
    /// Name.
    pub name: String,
    /// What is given for each band; `None`: the spectrum itself is the mean intensity.
    pub given: Option<Quantity>,
    /// Its bands, from low to high energies.
    pub bands: Vec<Band>,
    /// Averages of the cross sections that the network uses with it.
    pub averages: Vec<Average>,
    /// Documentation.
    pub doc: Vec<String>,
}

impl Radiation {
    /// The name of a band, from 0 on: that of its parameter, `uv_1`, also where it has none.
    pub fn band_name(&self, band: usize) -> String {
        format!("{}_{}", self.name, band + 1)
    }
}

/// A band.
#[derive(Clone, Debug, PartialEq)]
pub struct Band {
    /// From where to where `[erg]`; the upper end may be infinite.
    pub edges: [f64; 2],
    /// Mean energy of a photon `[erg]`.
    pub mean_energy: f64,
    /// The parameter with its value, if one is given.
    pub parameter: Option<String>,
}

/// A cross section, on average in each band.
#[derive(Clone, Debug, PartialEq)]
pub struct Average {
    /// As written: `verner96[H]`, or the name of a `cross_section`.
    pub name: String,
    /// Threshold `[erg]`.
    pub threshold: f64,
    /// Average by photons, by energy [cm^2], and mean excess of an absorbed photon `[erg]`, band by band.
    pub bands: Vec<[f64; 3]>,
}

/// What a host gives for each band.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Quantity {
    /// Number density of photons [cm^-3].
    Photons,
    /// Their flux, from all directions [cm^-2 s^-1].
    PhotonFlux,
    /// Energy density [erg cm^-3].
    Energy,
    /// Energy flux, from all directions [erg cm^-2 s^-1].
    EnergyFlux,
    /// Mean intensity, on average over the band [erg s^-1 cm^-2 Hz^-1 sr^-1].
    Intensity,
}

impl Quantity {
    /// All, with their names and a unit as one would write it.
    pub const ALL: [(Quantity, &'static str, &'static str); 5] = [
        (Quantity::Photons, "photons", "[cm^-3]"),
        (Quantity::PhotonFlux, "photon_flux", "[cm^-2 s^-1]"),
        (Quantity::Energy, "energy", "[erg cm^-3]"),
        (Quantity::EnergyFlux, "energy_flux", "[erg cm^-2 s^-1]"),
        (Quantity::Intensity, "intensity", "[erg s^-1 cm^-2 Hz^-1 sr^-1]"),
    ];

    /// Its unit.
    pub fn dimension(self) -> Dimension {
        let erg = Dimension::HEAT_CAPACITY.times(Dimension::TEMPERATURE);
        let [density, per_area] = [-3.0, -2.0].map(|cm| Dimension([cm, 0.0, 0.0, 0.0]));
        let per_second = Dimension::TIME.power(-1.0);
        match self {
            Quantity::Photons => density,
            Quantity::PhotonFlux => per_area.times(per_second),
            Quantity::Energy => erg.times(density),
            Quantity::EnergyFlux => erg.times(per_area).times(per_second),
            // Seconds and hertz cancel; steradians are numbers.
            Quantity::Intensity => erg.times(per_area),
        }
    }
}
