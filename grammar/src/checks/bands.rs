//! Radiation fields in bands as a table, to compare with the groups of a transport code.

use crate::constants::ELECTRONVOLT;
use crate::network::Network;
use crate::radiation::{Quantity, Radiation};

/// Bands that are shown of a field.
const MOST: usize = 100;

/// All fields: band by band its parameter, mean energy of a photon, and of each cross section the averages by photons and by
/// energy [cm^2] and the mean excess of an absorbed photon `[eV]`.
pub fn band_table(network: &Network) -> String {
    if network.radiations.is_empty() {
        return "no radiation fields\n".to_owned();
    }
    network.radiations.iter().map(field).collect()
}

fn field(field: &Radiation) -> String {
    let given = field.given.and_then(|given| Quantity::ALL.iter().find(|(quantity, ..)| *quantity == given));
    let given = given.map_or("its spectrum is the mean intensity", |(_, name, _)| name);
    let mut text = format!("radiation {}: {} bands, given: {given}\n", field.name, field.bands.len());
    let mut header = format!("{:>10} {:>10} {:>10} {:>12}", "from eV", "to eV", "<E> eV", "parameter");
    for average in &field.averages {
        header += &format!(" | {:>12} {:>10} {:>10}", average.name, "by energy", "excess eV");
    }
    text += &format!("{}\n", header.trim_end());
    for (index, band) in field.bands.iter().enumerate().take(MOST) {
        let [low, high] = band.edges.map(|edge| edge / ELECTRONVOLT);
        let parameter = band.parameter.as_deref().unwrap_or("-");
        text +=
            &format!("{low:>10.4} {high:>10.4} {:>10.4} {parameter:>12}", band.mean_energy / ELECTRONVOLT);
        for average in &field.averages {
            let [by_photons, by_energy, excess] = average.bands.get(index).copied().unwrap_or([f64::NAN; 3]);
            text += &format!(" | {by_photons:>12.4e} {by_energy:>10.3e} {:>10.4}", excess / ELECTRONVOLT);
        }
        text.push('\n');
    }
    if field.bands.len() > MOST {
        text += &format!("... and {} more\n", field.bands.len() - MOST);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compile::compile;
    use crate::memory_files::MemoryFiles;

    #[test]
    fn the_table_shows_all_averages() {
        let text = "network x version 1\nspecies e-, H, H+\n\
                    radiation uv: edges = 10, 13.6, inf [eV], spectrum = E^-3, given = photons [cm^-3]\n\
                    pi: H + photon -> H+ + e-  k = photo_rate(uv, verner96[H])\nrr: H+ + e- -> H  k = 1e-13\n";
        let network = compile("x.net".as_ref(), &MemoryFiles::new().with("x.net", text)).unwrap();
        let table = band_table(&network);
        let lines: Vec<&str> = table.lines().collect();
        assert_eq!(lines.len(), 4, "{table}");
        assert!(
            lines[1].contains("verner96[H]") && lines[2].contains("uv_1") && lines[3].contains("inf"),
            "{table}"
        );
        // Mean energy of E^-4 dE above 13.6 eV: 1.5 times that.
        assert!(lines[3].contains("20.4000"), "{table}");
    }
}
