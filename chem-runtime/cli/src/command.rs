//! The command `chem`.

use clap::Subcommand;

use super::Streams;
use super::check::{CheckOptions, check};
use super::diff::{DiffOptions, diff};
use super::exit::{Exit, Stop};
use super::expand::{ExpandOptions, expand};
use super::explain::{ExplainOptions, explain};
use super::format::{FormatOptions, format};
use super::graph::{GraphOptions, graph};
use super::host::{HostOptions, host};
use super::import::{ImportCommandOptions, import};
use super::network_file::NetworkFile;
use super::options::SolveOptions;
use super::page::{ReportOptions, report};
use super::rates::{RatesOptions, rates};
use super::reactions::{ReactionsOptions, reactions};
use super::reduce::{ReduceOptions, reduce};
use super::routes::{RoutesOptions, routes};
use super::sensitivity::{SensitivityOptions, sensitivity};
use super::solve::solve;
use super::terms::{TermsOptions, terms};

/// What `chem` can do with a network file.
#[derive(Clone, Debug, Subcommand)]
#[allow(missing_docs)]
pub enum Command {
    /// Check network files and print all findings
    Check(CheckOptions),
    /// Lay out network files and rate libraries
    Fmt(FormatOptions),
    /// Print the Rust that the macro chem_network! makes of a network
    Expand(ExpandOptions),
    /// Say in what two networks differ: exit code 0 if in nothing, 1 if in something
    Diff(DiffOptions),
    /// Draw species and reactions
    Graph(GraphOptions),
    /// Make a library of a network for host codes in C, C++ and Fortran
    Host(HostOptions),
    /// Write a network file of KROME, UMIST, KIDA, PRIZMO or UCLCHEM in our language
    Import(ImportCommandOptions),
    /// Serve an editor over standard input and output (language server protocol)
    #[cfg(feature = "lsp")]
    Lsp {
        /// Accepted because editors give it: there is no other way to talk
        #[arg(long, hide = true)]
        stdio: bool,
    },
    /// Draw and tabulate rate coefficients against temperature
    Rates(RatesOptions),
    /// Print the reactions as a table
    Reactions(ReactionsOptions),
    /// Find the smallest network that keeps some species within a tolerance
    Reduce(ReduceOptions),
    /// Write a network as one HTML page
    Report(ReportOptions),
    /// Say what forms and destroys a species along a trajectory, or heats and cools the gas
    Routes(RoutesOptions),
    /// Say which rate coefficients the end of a trajectory depends on: d ln n / d ln k
    Sensitivity(SensitivityOptions),
    /// Solve a network without compiling it
    Solve {
        #[command(flatten)]
        network: NetworkFile,
        #[command(flatten)]
        options: SolveOptions,
    },
    /// Evaluate time derivatives, rate coefficients, heating and cooling of states
    Terms {
        #[command(flatten)]
        network: NetworkFile,
        #[command(flatten)]
        options: TermsOptions,
    },
    /// Say what the code of a finding means
    Explain(ExplainOptions),
}

/// Does what a command says.
///
/// # Errors
/// Wrong input, findings of the network file, reading and writing.
pub fn run(command: &Command, streams: &mut Streams<'_>) -> Result<Exit, Stop> {
    match command {
        Command::Check(options) => check(options, streams),
        Command::Fmt(options) => format(options, streams),
        Command::Expand(options) => expand(options, streams),
        Command::Diff(options) => diff(options, streams),
        Command::Graph(options) => graph(options, streams),
        Command::Host(options) => host(options, streams),
        Command::Import(options) => import(options, streams),
        #[cfg(feature = "lsp")]
        Command::Lsp { .. } => super::lsp::lsp(streams),
        Command::Rates(options) => rates(options, streams),
        Command::Reactions(options) => reactions(options, streams),
        Command::Reduce(options) => reduce(options, streams),
        Command::Report(options) => report(options, streams),
        Command::Routes(options) => routes(options, streams),
        Command::Sensitivity(options) => sensitivity(options, streams),
        Command::Solve { network, options } => solve(network.load_any()?, options, streams),
        Command::Terms { network, options } => terms(network.load_any()?, options, streams),
        Command::Explain(options) => explain(options, streams),
    }
}
