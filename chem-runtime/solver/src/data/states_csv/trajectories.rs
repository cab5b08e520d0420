//! Writing trajectories.

use std::fmt;
use std::io::{self, Write};

use crate::structure::Structure;
use crate::units::YEAR;

/// Displays a number with 17 significant digits, enough to read the same number back.
#[derive(Clone, Copy, Debug)]
pub struct Digits(pub f64);

impl fmt::Display for Digits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:.16e}", self.0)
    }
}

/// Writes `id,t_s,t_yr,T_K,n_<species>...`.
///
/// # Errors
/// As the writer says.
pub fn write_trajectory_header(out: &mut dyn Write, structure: &Structure) -> io::Result<()> {
    write!(out, "id,t_s,t_yr,T_K")?;
    for species in structure.species.iter() {
        write!(out, ",n_{species}")?;
    }
    writeln!(out)
}

/// Writes one row per time. `unknowns` holds densities and T, time after time.
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
        write!(out, "{},{},{},{}", Field(id), Digits(*time), Digits(time / YEAR), Digits(*temperature))?;
        for density in densities {
            write!(out, ",{}", Digits(*density))?;
        }
        writeln!(out)?;
    }
    Ok(())
}

/// A text as a CSV field, in quotes where it needs them.
pub(crate) struct Field<'a>(pub(crate) &'a str);

impl fmt::Display for Field<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.contains(['"', ',', '\n', '\r']) || self.0.starts_with('#') {
            write!(f, "\"{}\"", self.0.replace('"', "\"\""))
        } else {
            f.write_str(self.0)
        }
    }
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
