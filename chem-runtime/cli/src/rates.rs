//! `chem rates`: rate coefficients against temperature.

use std::io::{self, Write};
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};

use chem_grammar::network::Reaction;
use clap::Args;

use super::Streams;
use super::exit::{Exit, Stop};
use super::network_file::{NetworkFile, default_output};
use super::options::ParameterOptions;
use super::selection;
use super::solve::create;
use chem_report::plot::{RateCoefficients, RateCurve, rate_coefficients};
use chem_solver::data::atomic_file::AtomicFile;
use chem_solver::data::input_error::{InputError, InputErrors};
use chem_solver::data::states_csv::{Entry, write_record};
use chem_solver::data::times::logarithmic;
use chem_solver::runs::AnyNetwork;
use chem_solver::structure::Structure;

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

    /// Reactions to be shown, by name or number (k12); all if not given
    #[arg(long, value_name = "NAME,K12", value_delimiter = ',')]
    pub reactions: Vec<String>,

    /// Show reactions that have one of these species on either side
    #[arg(long, value_name = "CO,C+", value_delimiter = ',')]
    pub species: Vec<String>,

    /// Most pages to be drawn: 40 equations each
    #[arg(long, default_value = "12")]
    pub pages: NonZeroUsize,

    /// Where the picture goes, with -1, -2, ... before the dot if it takes several pages; `out/<network>_rates.svg` if
    /// not given
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
/// Findings of the network file; an empty temperature range; writing.
pub fn rates(options: &RatesOptions, streams: &mut Streams<'_>) -> Result<Exit, Stop> {
    let source = options.network.load(streams)?;
    let declared = source.domains.first().map_or(TEMPERATURES, |d| (d.temperature.low, d.temperature.high));
    let of = |reaction: &Reaction| {
        reaction.reactants.iter().map(|(_, count)| count).sum::<u32>() + reaction.third_bodies
    };
    let particles: Vec<u32> = source.reactions.iter().map(of).collect();
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
    let chosen = chosen(structure, options)?;
    let output = |path: &Option<PathBuf>, extension| {
        path.clone().unwrap_or_else(|| default_output(&format!("{}_rates", structure.name), extension))
    };
    let (svg, csv) = (output(&options.plot, "svg"), output(&options.out, "csv"));
    let mut table = create(&csv)?;
    // The number of pages is not known yet, but whether there can be any.
    drop(create(&svg)?);

    let temperatures = logarithmic(low, high, options.points);
    let mut columns = evaluate(&network, &temperatures);
    let curves: Vec<RateCurve> = chosen
        .into_iter()
        .map(|index| RateCurve {
            number: index + 1,
            equation: structure.equations.get(index).map_or_else(String::new, ToString::to_string),
            particles: particles.get(index).copied().unwrap_or(0),
            k: columns.get_mut(index).map(std::mem::take).unwrap_or_default(),
        })
        .collect();
    write_table(&mut table, &temperatures, &curves)?;
    let title = format!("Rate coefficients of the {} network", structure.name);
    let composition = network.initials.first().map_or("without particles".to_owned(), |s| {
        format!("where they depend on the composition: initial state {}", s.id)
    });
    let data = RateCoefficients {
        title: &title,
        subtitle: &format!("{} of {} reactions · {composition}", curves.len(), structure.reactions.len()),
        temperatures: &temperatures,
        curves: &curves,
    };
    let (pages, count) = rate_coefficients(&data, options.pages.get());
    let pictures = write_pages(&pages, &svg, count)?;
    table.commit()?;
    let mut written = vec![csv.display().to_string()];
    for (path, picture) in pictures {
        picture.commit()?;
        written.push(path.display().to_string());
    }
    writeln!(streams.out, "written: {}", listed(&written))?;
    if pages.len() < count {
        writeln!(
            streams.err,
            "note: {} of {count} pages were drawn; choose with --species or --reactions, or give --pages {count}",
            pages.len()
        )?;
    }
    Ok(Exit::Success)
}

/// Indices of the reactions asked for.
fn chosen(structure: &Structure, options: &RatesOptions) -> Result<Vec<usize>, InputErrors> {
    let count = structure.reactions.len();
    let all = match options.reactions.is_empty() {
        true => (0..count).collect(),
        false => selection::reactions(structure, &options.reactions)?,
    };
    if let Some(process) = all.iter().find(|index| **index >= count) {
        let name = structure.processes.get(process - count).map_or("", AsRef::as_ref);
        let message = format!("`{name}` is a process: it has a flux, but no rate coefficient");
        return Err(InputError::new("--reactions", message, "choose reactions with `k = `").into());
    }
    let species = selection::species(structure, &options.species)?;
    let with_species = selection::with_species(structure, &species);
    let chosen: Vec<usize> = all.into_iter().filter(|index| with_species.contains(index)).collect();
    if chosen.is_empty() && count > 0 {
        let message = "none of these reactions has one of these species";
        return Err(InputError::new("--species", message, "choose other species or reactions").into());
    }
    Ok(chosen)
}

/// Writes every page to a file that appears when it is committed.
fn write_pages(pages: &[String], svg: &Path, count: usize) -> Result<Vec<(PathBuf, AtomicFile)>, Stop> {
    let mut files = Vec::new();
    for (index, page) in pages.iter().enumerate() {
        let path = if count == 1 { svg.to_path_buf() } else { numbered(svg, index + 1) };
        let mut file = create(&path)?;
        file.write_all(page.as_bytes())?;
        files.push((path, file));
    }
    Ok(files)
}

/// `a/b.svg` becomes `a/b-3.svg`.
fn numbered(path: &Path, number: usize) -> PathBuf {
    let part = |part: Option<&std::ffi::OsStr>| part.unwrap_or_default().to_string_lossy().into_owned();
    let stem = part(path.file_stem());
    match path.extension() {
        Some(extension) => path.with_file_name(format!("{stem}-{number}.{}", part(Some(extension)))),
        None => path.with_file_name(format!("{stem}-{number}")),
    }
}

/// Names in a row; of many the first and the last.
fn listed(names: &[String]) -> String {
    match names {
        [table, first, .., last] if names.len() > 4 => format!("{table}, {first} to {last}"),
        few => few.join(", "),
    }
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

fn write_table(out: &mut dyn Write, temperatures: &[f64], curves: &[RateCurve]) -> io::Result<()> {
    let names = curves.iter().map(|curve| Entry::text(format!("k{}", curve.number)));
    write_record(out, std::iter::once(Entry::text("T_K")).chain(names))?;
    for (row, temperature) in temperatures.iter().enumerate() {
        let k = curves.iter().map(|curve| curve.k.get(row).copied().unwrap_or(f64::NAN));
        write_record(out, std::iter::once(*temperature).chain(k).map(Entry::Number))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_are_numbered_before_the_dot() {
        assert_eq!(numbered(Path::new("out/a.b.svg"), 12), Path::new("out/a.b-12.svg"));
        assert_eq!(numbered(Path::new("a"), 1), Path::new("a-1"));
        let names: Vec<String> =
            ["k.csv", "k-1.svg", "k-2.svg", "k-3.svg", "k-4.svg"].map(str::to_owned).into();
        assert_eq!(listed(&names), "k.csv, k-1.svg to k-4.svg");
        assert_eq!(listed(&names[..3]), "k.csv, k-1.svg, k-2.svg");
    }
}
