//! `chem rates`: rate coefficients against temperature.

use std::io::{self, Write};
use std::path::PathBuf;

use clap::Args;

use super::Streams;
use super::exit::{Exit, Stop};
use super::network_file::{NetworkFile, default_output};
use super::options::ParameterOptions;
use super::solve::create;
use crate::input_error::InputError;
use crate::plot::{RateCurve, rate_coefficients};
use crate::runs::AnyNetwork;
use crate::states_csv::Digits;
use crate::times::logarithmic;

/// Options of `rates`.
#[derive(Args, Clone, Debug)]
pub struct RatesOptions {
    #[command(flatten)]
    #[allow(missing_docs)]
    pub network: NetworkFile,

    /// Lowest temperature in K; that of the network's first domain if not given
    #[arg(long)]
    pub t_min: Option<f64>,

    /// Highest temperature in K
    #[arg(long)]
    pub t_max: Option<f64>,

    /// Number of temperatures
    #[arg(long, default_value_t = 400)]
    pub points: usize,

    /// Where the picture goes; `out/<network>_rates.svg` if not given
    #[arg(long, value_name = "OUT.svg")]
    pub plot: Option<PathBuf>,

    /// Where the numbers go: T_K, k1, k2, ...; `out/<network>_rates.csv` if not given
    #[arg(long, value_name = "OUT.csv")]
    pub out: Option<PathBuf>,

    #[command(flatten)]
    #[allow(missing_docs)]
    pub parameters: ParameterOptions,
}

/// Temperatures `[K]` if the network file declares no domain.
const TEMPERATURES: (f64, f64) = (10.0, 1e8);

/// Evaluates and draws k(T) at the composition of the first declared initial state.
///
/// # Errors
/// Findings of the network file; a range of temperatures that is none; writing.
pub fn rates(options: &RatesOptions, streams: &mut Streams<'_>) -> Result<Exit, Stop> {
    let source = options.network.load(streams)?;
    let declared = source.domains.first().map_or(TEMPERATURES, |d| (d.temperature.low, d.temperature.high));
    let mut network = AnyNetwork::interpreted(source);
    options.parameters.apply(&mut network)?;
    let (low, high) = (options.t_min.unwrap_or(declared.0), options.t_max.unwrap_or(declared.1));
    if !(low > 0.0 && low < high && high.is_finite()) {
        let message = format!("the range from {low:e} K to {high:e} K is empty");
        return Err(InputError::new("--t-min", message, "give 0 < t-min < t-max").into());
    }
    if !(2..=1_000_000).contains(&options.points) {
        return Err(InputError::new("--points", "is out of range", "give 2 to 1000000 points").into());
    }
    let structure = network.network.structure();
    let output = |path: &Option<PathBuf>, extension| {
        path.clone().unwrap_or_else(|| default_output(&format!("{}_rates", structure.name), extension))
    };
    let (svg, csv) = (output(&options.plot, "svg"), output(&options.out, "csv"));
    let (mut picture, mut table) = (create(&svg)?, create(&csv)?);

    let temperatures = logarithmic(low, high, options.points);
    let columns = evaluate(&network, &temperatures);
    write_table(&mut table, &temperatures, &columns)?;
    let curves: Vec<RateCurve> = columns
        .into_iter()
        .zip(structure.equations.iter())
        .enumerate()
        .map(|(index, (k, equation))| RateCurve { number: index + 1, equation: equation.to_string(), k })
        .collect();
    let title = format!("Rate coefficients of the {} network", structure.name);
    let composition = network.initials.first().map_or("without particles".to_owned(), |s| {
        format!("where they depend on the composition: initial state {}", s.id)
    });
    let subtitle = format!("{} reactions · k in cm³⁽ʳ⁻¹⁾ s⁻¹ for r reactants · {composition}", curves.len());
    picture.write_all(rate_coefficients(&title, &subtitle, &temperatures, &curves).as_bytes())?;
    table.commit()?;
    picture.commit()?;
    writeln!(streams.out, "written: {}, {}", csv.display(), svg.display())?;
    Ok(Exit::Success)
}

/// k of every reaction at every temperature.
fn evaluate(network: &AnyNetwork, temperatures: &[f64]) -> Vec<Vec<f64>> {
    let structure = network.network.structure();
    let zeros = vec![0.0; structure.unknown_count()];
    let mut y = network.initials.first().map_or(zeros, |s| s.unknowns.clone());
    let mut k = vec![0.0; structure.reactions.len()];
    let mut columns = vec![Vec::with_capacity(temperatures.len()); k.len()];
    for temperature in temperatures {
        if let Some(last) = y.last_mut() {
            *last = *temperature;
        }
        network.network.rates(0.0, &y, &mut k);
        for (column, value) in columns.iter_mut().zip(&k) {
            column.push(*value);
        }
    }
    columns
}

fn write_table(out: &mut dyn Write, temperatures: &[f64], columns: &[Vec<f64>]) -> io::Result<()> {
    write!(out, "T_K")?;
    for number in 1..=columns.len() {
        write!(out, ",k{number}")?;
    }
    writeln!(out)?;
    for (row, temperature) in temperatures.iter().enumerate() {
        write!(out, "{}", Digits(*temperature))?;
        for column in columns {
            write!(out, ",{}", Digits(column.get(row).copied().unwrap_or(f64::NAN)))?;
        }
        writeln!(out)?;
    }
    Ok(())
}
