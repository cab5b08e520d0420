//! `chem sensitivity`: which rate coefficients the end of a trajectory depends on.

use std::io::{self, Write};
use std::path::PathBuf;

use chem_report::aligned::aligned;
use chem_report::plot::{Bar, Bars, bars};
use clap::Args;

use super::Streams;
use super::exit::{Exit, Stop};
use super::network_file::{NetworkFile, print_findings};
use super::options::CellOptions;
use super::selection;
use super::solve::create;
use chem_solver::data::input_error::{InputError, InputErrors};
use chem_solver::data::states_csv::{Entry, State, States, write_record};
use chem_solver::network::ChemNetwork;
use chem_solver::network::environment::network_in;
use chem_solver::runs::AnyNetwork;
use chem_solver::sensitivity::{Question, Sensitivity, sensitivities};
use chem_solver::structure::Structure;
use chem_solver::units::YEAR;

/// Tolerance of the adjoint equation: derivatives are then right to 1e-3.
const TOLERANCE: f64 = 1e-5;

/// Options of `sensitivity`.
#[derive(Args, Clone, Debug)]
pub struct SensitivityOptions {
    #[command(flatten)]
    #[allow(missing_docs)]
    pub network: NetworkFile,

    /// The species whose density at the last time is looked at; `T` for the temperature
    #[arg(long, value_name = "CO,H2", value_delimiter = ',', required = true)]
    pub species: Vec<String>,

    /// Number of coefficients that the table and the picture name
    #[arg(long, value_name = "N", default_value_t = 12)]
    pub top: usize,

    #[command(flatten)]
    #[allow(missing_docs)]
    pub cells: CellOptions,

    /// Where all derivatives go
    #[arg(long, value_name = "OUT.csv")]
    pub out: Option<PathBuf>,

    /// Where the picture of the first cell goes
    #[arg(long, value_name = "OUT.svg")]
    pub plot: Option<PathBuf>,
}

/// Prints, for each cell and species, the largest d ln n(t_end) / d ln k over all reactions, thermal terms and initial values.
///
/// # Errors
/// Findings of the network, wrong input; nothing is then written.
pub fn sensitivity(options: &SensitivityOptions, streams: &mut Streams<'_>) -> Result<Exit, Stop> {
    let network = super::network_file::load(&options.network.path)?;
    if network.conserves_energy {
        let message =
            format!("the network `{}` conserves energy: its reactions change T as well", network.name);
        let remedy = "leave out `conserve energy` for the question";
        return Err(InputError::new(&options.network.path, message, remedy).into());
    }
    let mut network = AnyNetwork::interpreted(network);
    print_findings(&network.findings, streams)?;
    options.cells.parameters.apply(&mut network)?;
    let structure = network.network.structure();
    let of = unknowns(structure, &options.species)?;
    let States { states: cells, warnings, .. } = options.cells.initial_states(&network)?;
    streams.warn(&warnings)?;
    let times = options.cells.output_times(&network, &cells)?;
    let settings = options.cells.settings()?.allow_negative(network.allows_negative());
    let mut csv = options.out.as_deref().map(create).transpose()?;
    let mut plot = options.plot.as_deref().map(create).transpose()?;
    if let Some(file) = &mut csv {
        let columns = ["id", "t_s", "species", "kind", "name", "equation", "dlnn_dlnk"];
        write_record(file, columns.into_iter().map(Entry::text))?;
    }
    let mut failed = 0;
    for state in &cells {
        let Some(end) = times.of(&state.id).and_then(<[f64]>::last).copied().filter(|end| *end > 0.0) else {
            let remedy = "give a time after t = 0 with --times";
            return Err(InputError::new("--times", "the last time is not after the beginning", remedy).into());
        };
        let own = network_in(&*network.network, &state.environment);
        let own = own.as_deref().unwrap_or(&*network.network);
        let question = Question { initial: &state.unknowns, end, of: &of, tolerance: TOLERANCE };
        let found = match sensitivities(own, &question, &settings) {
            Ok(found) => found,
            Err(failure) => {
                failed += 1;
                writeln!(streams.err, "error: cell {}: {failure}", state.id)?;
                continue;
            }
        };
        for of in &found {
            write!(streams.out, "{}", table(structure, (state, end), of, options.top))?;
            if let Some(file) = &mut csv {
                write_rows(file, structure, (state, end), of)?;
            }
        }
        if let Some(mut file) = plot.take() {
            file.write_all(picture(own, (state, end), &found, options.top).as_bytes())?;
            file.commit()?;
        }
    }
    if let Some(file) = csv {
        file.commit()?;
    }
    Ok(if failed == 0 { Exit::Success } else { Exit::Failure })
}

/// Indices of the unknowns of these names.
fn unknowns(structure: &Structure, names: &[String]) -> Result<Vec<usize>, InputErrors> {
    let (temperature, species): (Vec<String>, Vec<String>) =
        names.iter().cloned().partition(|name| name == "T");
    let mut found = selection::species(structure, &species)?;
    if !temperature.is_empty() {
        if !structure.evolves_temperature {
            let message = format!("T does not change in the network `{}`", structure.name);
            return Err(InputError::new("--species", message, "name species").into());
        }
        found.push(structure.species_count());
    }
    match found.is_empty() {
        true => Err(InputError::new("--species", "names no species", "name species of the network").into()),
        false => Ok(found),
    }
}

/// One derivative.
struct Line<'a> {
    kind: &'static str,
    name: &'a str,
    equation: &'a str,
    value: f64,
}

/// All derivatives, the largest first.
fn lines<'a>(structure: &'a Structure, of: &Sensitivity) -> Vec<Line<'a>> {
    let named =
        |kind: &'static str, names: Vec<&'a str>, equations: Vec<&'a str>, values: &[f64]| -> Vec<Line<'a>> {
            let equations = equations.into_iter().chain(std::iter::repeat(""));
            let each = names.into_iter().zip(equations).zip(values.to_vec());
            each.map(|((name, equation), value)| Line { kind, name, equation, value }).collect()
        };
    let texts = |list: &'a [chem_solver::structure::Text]| -> Vec<&'a str> {
        list.iter().map(|t| t.as_ref()).collect()
    };
    let reactions = [texts(&structure.reactions), texts(&structure.processes)].concat();
    let thermal = [texts(&structure.heating), texts(&structure.cooling)].concat();
    let initial = [texts(&structure.species), vec!["T"]].concat();
    let mut lines = named("reaction", reactions, texts(&structure.equations), &of.reactions);
    lines.extend(named("thermal term", thermal, Vec::new(), &of.thermal));
    lines.extend(named("initial value", initial, Vec::new(), &of.initial));
    lines.sort_by(|a, b| b.value.abs().total_cmp(&a.value.abs()));
    lines
}

fn unknown_name<'a>(structure: &'a Structure, of: &Sensitivity) -> &'a str {
    structure.species.get(of.unknown).map_or("T", |name| name.as_ref())
}

fn time_text(end: f64) -> String {
    if end >= 0.1 * YEAR { format!("{:.3e} yr", end / YEAR) } else { format!("{end:.3e} s") }
}

fn table(structure: &Structure, (state, end): (&State, f64), of: &Sensitivity, top: usize) -> String {
    let lines = lines(structure, of);
    let name = unknown_name(structure, of);
    let unit = if name == "T" { "K" } else { "cm^-3" };
    let time = time_text(end);
    let mut text =
        format!("{} network, {}: {name} = {:.3e} {unit} at {time}\n", structure.name, state.id, of.end);
    let head = ["d ln / d ln", "of", "name", "equation"].map(str::to_owned).to_vec();
    let shown = lines.iter().filter(|line| line.value.abs() >= 5e-4).take(top);
    let row = |line: &Line<'_>| {
        let value = format!("{:+.3}", line.value);
        vec![value, line.kind.to_owned(), line.name.to_owned(), line.equation.to_owned()]
    };
    let rows: Vec<Vec<String>> = std::iter::once(head).chain(shown.map(row)).collect();
    for row in aligned(&rows, 0, |column| column == 0) {
        text.push_str(row.join("  ").trim_end());
        text.push('\n');
    }
    text.push('\n');
    text
}

fn write_rows(
    out: &mut dyn Write,
    structure: &Structure,
    (state, end): (&State, f64),
    of: &Sensitivity,
) -> io::Result<()> {
    for line in lines(structure, of) {
        let texts = [unknown_name(structure, of), line.kind, line.name, line.equation].map(Entry::text);
        let head = [Entry::text(&state.id), Entry::Number(end)];
        write_record(out, head.into_iter().chain(texts).chain([Entry::Number(line.value)]))?;
    }
    Ok(())
}

fn picture(
    network: &dyn ChemNetwork,
    (state, end): (&State, f64),
    found: &[Sensitivity],
    top: usize,
) -> String {
    let structure = network.structure();
    let panels: Vec<(String, Vec<Bar>)> = found
        .iter()
        .map(|of| {
            let shown = lines(structure, of).into_iter().filter(|line| line.value.abs() >= 5e-3).take(top);
            let bar = |line: Line<'_>| {
                let label = if line.equation.is_empty() {
                    format!("{} {}", line.kind, line.name)
                } else {
                    line.equation.to_owned()
                };
                Bar { label, value: line.value }
            };
            (unknown_name(structure, of).to_owned(), shown.map(bar).collect())
        })
        .collect();
    bars(&Bars {
        title: &format!("{} network · {} · {}", structure.name, state.id, time_text(end)),
        subtitle: "d ln (end) / d ln (coefficient, term or initial value)",
        panels: &panels,
    })
}
