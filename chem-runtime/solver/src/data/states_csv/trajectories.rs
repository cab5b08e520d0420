//! Writing trajectories.

use std::io::{self, Write};

use super::record::{Entry, write_record};
use crate::structure::Structure;
use crate::units::YEAR;

/// Writes `id,t_s,t_yr,T_K,n_<species>...`.
///
/// # Errors
/// As the writer says.
pub fn write_trajectory_header(out: &mut dyn Write, structure: &Structure) -> io::Result<()> {
    let densities = structure.species.iter().map(|species| Entry::text(format!("n_{species}")));
    write_record(out, ["id", "t_s", "t_yr", "T_K"].map(Entry::text).into_iter().chain(densities))
}

/// Writes one row per time `[s]`. `unknowns` holds densities [cm^-3] and T `[K]`, time after time.
///
/// # Errors
/// As the writer says.
pub fn write_trajectory_rows(
    out: &mut dyn Write,
    structure: &Structure,
    id: &str,
    times: &[f64],
    unknowns: &[f64],
) -> io::Result<()> {
    for (time, row) in times.iter().zip(unknowns.chunks_exact(structure.unknown_count())) {
        let (temperature, densities) = row.split_last().unwrap_or((&f64::NAN, &[]));
        let numbers = [time, &(time / YEAR), temperature].map(|number| Entry::Number(*number));
        let densities = densities.iter().map(|density| Entry::Number(*density));
        write_record(out, std::iter::once(Entry::text(id)).chain(numbers).chain(densities))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::synthetic_network::hydrogen;

    #[test]
    fn rows_read_back_bit_by_bit() {
        let unknowns = [0.1, 1.0 / 3.0, 1e-310, 1e3 / 7.0];
        let mut out = Vec::new();
        write_trajectory_header(&mut out, &hydrogen()).unwrap();
        write_trajectory_rows(&mut out, &hydrogen(), "a,\"b\"", &[YEAR], &unknowns).unwrap();
        let mut reader = csv::Reader::from_reader(out.as_slice());
        assert_eq!(
            reader.headers().unwrap().iter().collect::<Vec<_>>(),
            ["id", "t_s", "t_yr", "T_K", "n_e-", "n_H", "n_H+"]
        );
        let row = reader.records().next().unwrap().unwrap();
        assert_eq!(&row[0], "a,\"b\"");
        let numbers: Vec<f64> = row.iter().skip(1).map(|f| f.parse().unwrap()).collect();
        assert_eq!(numbers[..3], [YEAR, 1.0, unknowns[3]]);
        assert_eq!(numbers[3..], unknowns[..3]);
    }
}
