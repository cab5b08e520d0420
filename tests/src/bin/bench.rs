//! What a cell costs: the batch solver beside the BDF, diffsol, CVODE, KROME's figures and the trained networks.
//!
//! `bench` alone takes both networks of the interstellar medium, prints a table for each, and writes plots of work
//! against precision into `out/bench`.
#![allow(clippy::print_stdout, clippy::print_stderr)] // a program

use std::path::PathBuf;
use std::process::ExitCode;

use chem_emulator::Pinn;
use chem_emulator::config::Precision;
use chem_networks::{atomic::Atomic, molecular::Molecular};
use chem_solver::batch::{Batch, Instructions, Method};
use chem_solver::bdf::Bdf;
use chem_solver::data::atomic_file::AtomicFile;
#[cfg(feature = "cuda")]
use chem_solver::data::input_error::InputError;
#[cfg(feature = "large")]
use chem_solver::network::ChemNetwork;
use chem_solver::network::{Interpreted, TypedNetwork};
use chem_tests::bench::calls::{self, RowOfCalls};
use chem_tests::bench::contender::{ATOL, Contender, Diffsol, EachItsOwn, OfDomain, OneByOne};
use chem_tests::bench::krome;
use chem_tests::bench::measurement::{Entry, measure};
use chem_tests::bench::problem::Problem;
use chem_tests::bench::report::ProblemReport;
use chem_tests::bench::temperatures;
use clap::Parser;

/// Measure what a cell costs and how exact it is, by every solver, in one run.
#[derive(Parser)]
#[command(name = "bench", version)]
struct Arguments {
    /// The networks
    #[arg(value_enum, default_values = ["molecular", "atomic"])]
    networks: Vec<Network>,

    /// How often each solver takes its turn
    #[arg(long, default_value_t = 5)]
    rounds: usize,

    /// A tenth of the cells, one round: to see that it works
    #[arg(long)]
    quick: bool,

    /// Only solvers whose name begins with this
    #[arg(long, default_value = "")]
    only: String,

    /// Rows of short calls, as host codes make them, instead of solutions to 1 Myr
    #[arg(long)]
    calls: bool,

    /// What a step costs in cold and in warm gas
    #[arg(long, conflicts_with = "calls")]
    temperatures: bool,

    /// Print JSON instead of tables
    #[arg(long)]
    json: bool,

    /// Measure the residual on a graphics processor instead: cuda:0
    #[arg(long)]
    device: Option<String>,

    /// Where the plots go
    #[arg(long, default_value = "out/bench")]
    out: PathBuf,
}

impl Arguments {
    /// Every how many-th cell is taken, and how often.
    fn effort(&self) -> (usize, usize) {
        if self.quick { (10, 1) } else { (1, self.rounds.max(1)) }
    }

    fn wants(&self, entry: &Entry<'_>) -> bool {
        format!("{} {:e}", entry.solver, entry.rtol.unwrap_or(0.0)).starts_with(&self.only)
    }
}

#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Network {
    Molecular,
    Atomic,
    /// 399 species, 4,400 reactions
    #[cfg(feature = "large")]
    Large,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match run(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &Arguments) -> Result<(), Box<dyn std::error::Error>> {
    if let Some(device) = &arguments.device {
        return on_device(device, &arguments.networks);
    }
    if arguments.calls {
        return calls(arguments);
    }
    if arguments.temperatures {
        return temperatures(arguments);
    }
    let mut reports = Vec::new();
    #[cfg(feature = "large")]
    if arguments.networks.contains(&Network::Large) {
        reports.push(large(arguments));
    }
    for network in &arguments.networks {
        reports.extend(match network {
            Network::Molecular => problems::<Molecular>(arguments),
            Network::Atomic => problems::<Atomic>(arguments),
            #[cfg(feature = "large")]
            Network::Large => Vec::new(),
        });
    }
    std::fs::create_dir_all(&arguments.out)?;
    for report in &reports {
        let path = arguments.out.join(format!("{}_{}.svg", report.network, report.problem));
        AtomicFile::write_text(&path, &report.plot())?;
    }
    if arguments.json {
        println!("{}", serde_json::to_string_pretty(&reports)?);
        return Ok(());
    }
    print_machines();
    println!("The plots are in {}.", arguments.out.display());
    Ok(())
}

fn print_machines() {
    println!("\nMeasured on {}.", krome::processor());
    println!("* KROME's times are of another run, on a like machine (tests/reference/krome_timings.csv).");
}

/// Rows of short calls.
fn calls(arguments: &Arguments) -> Result<(), Box<dyn std::error::Error>> {
    let mut all = Vec::new();
    for network in &arguments.networks {
        all.extend(match network {
            Network::Molecular => calls_of::<Molecular>(arguments),
            Network::Atomic => calls_of::<Atomic>(arguments),
            #[cfg(feature = "large")]
            Network::Large => continue,
        });
    }
    if arguments.json {
        println!("{}", serde_json::to_string_pretty(&all)?);
    } else {
        print_machines();
    }
    Ok(())
}

/// What a step costs at temperatures from 25 to 1e5 K.
fn temperatures(arguments: &Arguments) -> Result<(), Box<dyn std::error::Error>> {
    let (thinning, rounds) = arguments.effort();
    for network in &arguments.networks {
        let (name, rows) = match network {
            Network::Molecular => ("molecular", temperatures::measure::<Molecular>(thinning, rounds)),
            Network::Atomic => ("atomic", temperatures::measure::<Atomic>(thinning, rounds)),
            #[cfg(feature = "large")]
            Network::Large => continue,
        };
        if arguments.json {
            println!("{}", serde_json::to_string_pretty(&rows)?);
        } else {
            println!(
                "\n{name}: Batch at rtol 1e-3, gas of one temperature over 20 kyr\n\n{}",
                temperatures::table(&rows)
            );
        }
    }
    Ok(())
}

fn calls_of<N: TypedNetwork + 'static>(arguments: &Arguments) -> Vec<RowOfCalls> {
    let (thinning, rounds) = arguments.effort();
    let network = N::default();
    let name = network.structure().name.to_string();
    let mut entries = solvers(&network);
    entries.extend(emulators("general", &name));
    entries.retain(|entry| arguments.wants(entry));
    let rows = calls::measure(&network, &Problem::general::<N>(thinning).timed, &entries, rounds);
    if !arguments.json {
        println!(
            "\n{name}: cells that have settled for 0.1 Myr, then 20 calls of 1000 yr; `shaken`: T multiplied by 1.1, 0.9, 1.1, ... before each\n"
        );
        print!("{}", calls::table(&name, &rows));
    }
    rows
}

#[cfg(feature = "cuda")]
fn on_device(device: &str, networks: &[Network]) -> Result<(), Box<dyn std::error::Error>> {
    use chem_tests::bench::device::report;
    use chem_training::device::Place;
    let place: Place = device.parse().map_err(|error: InputError| error.to_string())?;
    for network in networks {
        let text = match network {
            Network::Molecular => report::<Molecular>(place)?,
            Network::Atomic => report::<Atomic>(place)?,
            #[cfg(feature = "large")]
            Network::Large => continue,
        };
        println!("{text}");
    }
    Ok(())
}

#[cfg(not(feature = "cuda"))]
fn on_device(_: &str, _: &[Network]) -> Result<(), Box<dyn std::error::Error>> {
    Err("this program was built without CUDA: build it with --features cuda".into())
}

fn problems<N: TypedNetwork + 'static>(arguments: &Arguments) -> Vec<ProblemReport> {
    let (thinning, rounds) = arguments.effort();
    let network = N::default();
    let structure = network.structure();
    let names: Vec<String> = structure.species.iter().map(|name| name.to_string()).collect();
    let problems = [Problem::general::<N>(thinning), Problem::single::<N>(thinning)];
    let mut reports = Vec::new();
    for problem in problems {
        let mut entries = solvers(&network);
        entries.extend(emulators(problem.name, &structure.name));
        entries.retain(|entry| arguments.wants(entry));
        let measured = measure((&structure.name, &names), &problem, &entries, rounds);
        let report = ProblemReport::new(&structure.name, &names, &problem, measured);
        if !arguments.json {
            println!("\n{}, {}: {}", structure.name, problem.name, report.description);
            let batch = Batch::new(&network);
            let places = (0..20_000).map(|i| 10f64.powf(9.3 * (f64::from(i) + 0.5) / 2e4));
            println!(
                "table of the functions of T: {:.1} MB, {:.2} % of 1 to 2e9 K, largest relative error {:.1e}\n",
                1e-6 * batch.table_size() as f64,
                100.0 * batch.table_coverage(),
                batch.table_error_at(places)
            );
            print!("{}\n{}", report.table(), report.at_the_accuracy_of_krome());
        }
        reports.push(report);
    }
    reports
}

/// The large network: what a cell costs, and what memory its functions need.
#[cfg(feature = "large")]
fn large(arguments: &Arguments) -> ProblemReport {
    let network = chem_tests::large::Synthetic::default();
    let structure = network.structure();
    let names: Vec<String> = structure.species.iter().map(|name| name.to_string()).collect();
    let batch = Batch::new(&network);
    let mut entries = Vec::new();
    for rtol in [1e-2, 1e-3, 1e-4] {
        entries.push(entry("Batch", rtol, batch.clone().rtol(rtol)));
        entries.push(entry("BDF", rtol, OneByOne(Bdf::new(&network).rtol(rtol))));
        #[cfg(feature = "peers")]
        {
            let peer = chem_tests::bench::contender::Sundials { network: &network, rtol };
            entries.push(entry("CVODE", rtol, OneByOne(peer)));
        }
    }
    let problem = Problem::large();
    let rounds = if arguments.quick { 1 } else { 2 };
    let measured = measure((&structure.name, &names), &problem, &entries, rounds);
    let report = ProblemReport::new(&structure.name, &names, &problem, measured);
    if !arguments.json {
        let (n, entries, factors) =
            (structure.unknown_count(), structure.jacobian_count(), structure.lu_count());
        println!("\n{}, {}: {}", structure.name, problem.name, report.description);
        println!(
            "{} species, {} reactions; {entries} entries of the Jacobian, {factors} of its factors; a cell in work needs {} kB\n",
            structure.species_count(),
            structure.reactions.len(),
            8 * (entries + factors + 13 * n) / 1000,
        );
        print!("{}", report.table());
    }
    report
}

fn entry<'a>(solver: &str, rtol: f64, contender: impl Contender + 'a) -> Entry<'a> {
    Entry { solver: solver.to_owned(), rtol: Some(rtol), contender: Box::new(contender) }
}

fn solvers<N: TypedNetwork>(network: &N) -> Vec<Entry<'_>> {
    let batch = Batch::new(network).atol(ATOL);
    let mut entries = Vec::new();
    for rtol in [1e-2, 5e-3, 3e-3, 2e-3, 1.5e-3, 1e-3, 5e-4, 3e-4, 2e-4, 1e-4, 1e-5, 1e-6] {
        entries.push(entry("Batch", rtol, batch.clone().rtol(rtol)));
    }
    for rtol in [1e-2, 1e-3, 1e-4] {
        entries.push(entry("Batch, Rodas4", rtol, batch.clone().method(Method::Rodas4).rtol(rtol)));
    }
    if Instructions::detect() == Instructions::Avx512 {
        for rtol in [2e-3, 1e-3, 3e-4] {
            let narrow = batch.clone().instructions(Instructions::Avx2).rtol(rtol);
            entries.push(entry("Batch, AVX2", rtol, narrow));
        }
    }
    for rtol in [2e-3, 1.5e-3, 1e-3, 3e-4, 1e-4] {
        let one = batch.clone().instructions(Instructions::Fma).rtol(rtol);
        entries.push(entry("Batch, one cell", rtol, one));
    }
    let one = batch.clone().instructions(Instructions::Fma).least_abundance(1e-10).rtol(1e-3);
    entries.push(entry("Batch, one cell, least 1e-10", 1e-3, one));
    let scalar = batch.clone().instructions(Instructions::Scalar).rtol(1e-3);
    entries.push(entry("Batch, scalar", 1e-3, scalar));
    for share in [0.0, 1e-10] {
        let exact = batch.clone().least_abundance(share).rtol(1e-3);
        entries.push(entry(&format!("Batch, least {share:e}"), 1e-3, exact));
    }
    entries.push(entry("Batch, each its own environment", 1e-3, EachItsOwn(batch.clone().rtol(1e-3))));
    if let Some(read) = interpreted(&network.structure().name) {
        for rtol in [1e-2, 1e-3, 1e-4] {
            let batch = Batch::new(read.clone()).atol(ATOL).rtol(rtol);
            entries.push(entry("Batch, interpreted", rtol, batch));
        }
    }
    entries.push(entry("Batch, no tables", 1e-3, batch.clone().without_tables().rtol(1e-3)));
    for rtol in [1e-3, 1e-4, 1e-5] {
        entries.push(entry("BDF", rtol, OneByOne(Bdf::new(network).rtol(rtol).atol(ATOL))));
        entries.push(entry("diffsol", rtol, OneByOne(Diffsol { network, rtol })));
        #[cfg(feature = "peers")]
        {
            let peer = chem_tests::bench::contender::Sundials { network, rtol };
            entries.push(entry("CVODE", rtol, OneByOne(peer)));
        }
    }
    entries
}

/// The network as it is read at run time.
fn interpreted(name: &str) -> Option<Interpreted> {
    let path = format!(concat!(env!("CARGO_MANIFEST_DIR"), "/../networks/{}.net"), name);
    Interpreted::load(path).ok()
}

/// The trained networks of a problem that come with chem, where they are there.
fn emulators(problem: &str, network: &str) -> Vec<Entry<'static>> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../networks/trained");
    ["", "_dgm", "_in_the_loop"]
        .into_iter()
        .filter_map(|form| {
            let name = format!("{problem}_{network}{form}");
            let pinn = Pinn::load(format!("{folder}/{name}/model.safetensors")).ok()?;
            let contender: Box<dyn Contender> = match problem {
                "single" => Box::new(pinn),
                _ => Box::new(OfDomain(pinn.with_precision(Precision::F32))),
            };
            Some(Entry { solver: name, rtol: None, contender })
        })
        .collect()
}
