//! Options shared by the programs.

use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};

use chem_solver::bdf::Options;
use chem_solver::data::input_error::{InputError, InputErrors};
use chem_solver::data::states_csv::{
    NeutralityCheck, OutputTimes, Rows, State, States, read_states, read_times,
};
use chem_solver::data::suggestion;
use chem_solver::data::times;
use chem_solver::network::position_of;
use chem_solver::runs::AnyNetwork;

/// Options of `solve`.
#[derive(Args, Clone, Debug)]
pub struct SolveOptions {
    #[command(flatten)]
    #[allow(missing_docs)]
    pub cells: CellOptions,

    /// By which solver: side by side in lanes, one after the other, or what suits the cells, the network and the tolerance
    #[arg(long, value_enum, default_value_t = SolveMethod::Auto)]
    pub method: SolveMethod,

    /// Where the trajectories go
    #[arg(long, value_name = "OUT.csv")]
    pub out: Option<PathBuf>,

    /// Where the picture of the first cell goes
    #[arg(long, value_name = "OUT.svg")]
    pub plot: Option<PathBuf>,

    /// Species that the picture shows; of many the most abundant are named if not given
    #[arg(long, value_name = "CO,C,C+", value_delimiter = ',')]
    pub species: Vec<String>,

    /// Let the picture show abundances n/n_H, relative to all hydrogen nuclei, instead of densities
    #[arg(long)]
    pub plot_abundances: bool,
}

/// A solver of many cells.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum SolveMethod {
    /// The batch for 16 cells or more with up to 12 output times, of a network of up to 100 species, at rtol 1e-6 or more; else the BDF.
    #[default]
    Auto,
    /// Rosenbrock methods in lanes.
    Batch,
    /// Backward differentiation formulae.
    Bdf,
}

/// Cells, and how they are solved.
#[derive(Args, Clone, Debug)]
pub struct CellOptions {
    /// CSV file with columns id, T_K, `n_<species>` (in any order; species without a column have none), or the name of
    /// an initial state of the network
    #[arg(long, value_name = "FILE.csv|NAME")]
    pub initial: Option<String>,

    /// Output times: "1e-2..1e6 yr x 20" (logarithmic), "0..5 s x 101 linear", "0, 1 kyr, 1 Myr"
    #[arg(long, value_name = "TIMES", conflicts_with = "times_from", allow_hyphen_values = true)]
    pub times: Option<String>,

    /// Output times of each cell from the column t_s of a CSV file
    #[arg(long, value_name = "FILE.csv")]
    pub times_from: Option<PathBuf>,

    /// Relative tolerance
    #[arg(long, default_value_t = 1e-4, allow_negative_numbers = true)]
    pub rtol: f64,

    /// Absolute tolerance [cm^-3, K]
    #[arg(long, default_value_t = 1e-20, allow_negative_numbers = true)]
    pub atol: f64,

    #[command(flatten)]
    #[allow(missing_docs)]
    pub parameters: ParameterOptions,

    /// Number of threads; all cores if not given
    #[arg(long)]
    pub threads: Option<NonZeroUsize>,
}

/// Values of parameters.
#[derive(Args, Clone, Debug)]
pub struct ParameterOptions {
    /// Value of a parameter of the network, in cgs units, or `on` or `off` of a switch; may be repeated
    #[arg(long = "set", value_name = "NAME=VALUE")]
    pub set: Vec<String>,
}

impl ParameterOptions {
    /// Sets the parameters of a network.
    ///
    /// # Errors
    /// Every text that is not an assignment, or names no parameter.
    pub fn apply(&self, network: &mut AnyNetwork) -> Result<(), InputErrors> {
        let mut errors = InputErrors::default();
        for text in &self.set {
            let assignment = text.split_once('=').map(|(name, value)| {
                let (name, value) = (name.trim(), value.trim());
                let position = position_of(value).filter(|_| is_switch(network, name));
                (name, position.map_or_else(|| value.parse::<f64>(), Ok))
            });
            match assignment {
                Some((name, Ok(value))) if value.is_finite() => {
                    if let Err(unknown) = network.set_parameter(name, value) {
                        errors.0.push(InputError::new("--set", unknown.to_string(), unknown.help()));
                    }
                }
                Some((name, _)) if is_switch(network, name) => {
                    let message = format!("`{text}`: the switch `{name}` is on or off");
                    let remedy = format!("write --set {name}=on or --set {name}=off");
                    errors.0.push(InputError::new("--set", message, remedy));
                }
                _ => {
                    let message = format!("`{text}` is not an assignment of a number");
                    errors.0.push(InputError::new("--set", message, "write for example --set zeta_cr=1e-16"));
                }
            }
        }
        errors.into_result()
    }
}

fn is_switch(network: &AnyNetwork, name: &str) -> bool {
    let structure = network.network.structure();
    structure.parameters.iter().position(|p| p == name).is_some_and(|index| structure.is_switch(index))
}

impl CellOptions {
    /// The initial states asked for.
    ///
    /// # Errors
    /// Every mistake of the file, or that there is no initial state of that name.
    pub fn initial_states(&self, network: &AnyNetwork) -> Result<States, InputErrors> {
        let structure = network.network.structure();
        let names: Vec<&str> = network.initials.iter().map(|s| s.id.as_str()).collect();
        let declared = |state: &State| States { states: vec![state.clone()], ..States::default() };
        let Some(wanted) = &self.initial else {
            return network.initials.first().map(declared).ok_or_else(|| {
                let message = format!("the network `{}` declares no initial state", structure.name);
                InputError::new("--initial", message, "give a CSV file with states").into()
            });
        };
        if let Some(state) = network.initials.iter().find(|s| s.id == *wanted) {
            return Ok(declared(state));
        }
        let path = Path::new(wanted);
        if path.exists() || path.extension().is_some() || wanted.contains('/') {
            return read_states(path, structure, Rows::FirstOfEachId, NeutralityCheck::Required);
        }
        let message = format!("the network `{}` has no initial state `{wanted}`", structure.name);
        let remedy = match names.is_empty() {
            true => "it declares none: give a CSV file with states".to_owned(),
            false => format!("{} Or give a CSV file", suggestion::remedy(wanted, &names)),
        };
        Err(InputError::new("--initial", message, remedy).into())
    }

    /// The output times of every cell.
    ///
    /// # Errors
    /// Every mistake of the text or file; cells without times.
    pub fn output_times(&self, network: &AnyNetwork, cells: &[State]) -> Result<OutputTimes, InputErrors> {
        if let Some(text) = &self.times {
            return times::parse(text)
                .map(OutputTimes::Common)
                .map_err(|e| InputError::new("--times", e.message, e.remedy).into());
        }
        let Some(path) = &self.times_from else { return Ok(OutputTimes::Common(network.default_times())) };
        let times = read_times(path)?;
        let without = cells.iter().filter(|cell| times.of(&cell.id).is_none());
        let errors = without.map(|cell| {
            let message = format!("there are no times for the cell `{}`", cell.id);
            InputError::new(
                path,
                message,
                "give times for every id of the initial states, or for one id only",
            )
        });
        InputErrors(errors.collect()).into_result()?;
        Ok(times)
    }

    /// The tolerances asked for.
    ///
    /// # Errors
    /// Tolerances that no solver has.
    pub fn settings(&self) -> Result<Options, InputErrors> {
        let mut errors = InputErrors::default();
        if !(1e-13..=0.1).contains(&self.rtol) {
            let message = format!("{:e} is out of range", self.rtol);
            errors.0.push(InputError::new("--rtol", message, "give a number from 1e-13 to 0.1"));
        }
        if !(self.atol >= 1e-100 && self.atol.is_finite()) {
            let message = format!("{:e} is out of range", self.atol);
            errors.0.push(InputError::new("--atol", message, "give a number of at least 1e-100"));
        }
        errors.into_result()?;
        Ok(Options::default().rtol(self.rtol).atol(self.atol))
    }

    /// All cores, or as many threads as asked for.
    pub fn thread_count(&self) -> NonZeroUsize {
        self.threads.or_else(|| std::thread::available_parallelism().ok()).unwrap_or(NonZeroUsize::MIN)
    }
}
