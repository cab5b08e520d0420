//! The table of docs/training.md: which optimiser trains what. Each pair in it takes a step, each other is refused.
#![allow(clippy::unwrap_used)] // tests fail by panicking

use std::path::Path;

use chem_emulator::config::Config;
use chem_solver::runs::AnyNetwork;
use chem_training::reduce::Exchange;
use chem_training::session::{Session, Start};
use chem_training::{Device, Execution, Iterate, Reduction, TrainError};

const OPTIMISERS: [&str; 6] = ["adam", "soap", "lbfgs", "levenberg_marquardt", "sample_space", "spring"];

/// What is trained, and its config.
const PROBLEMS: [(&str, &str); 6] = [
    ("one state", ""),
    ("one state, soft initial condition", "initial_condition = 'soft'\n"),
    ("domain, `derivative`", "DOMAINclosure = 'none'\nresidual.kind = 'derivative'\n"),
    ("domain, `discrete_time`", "DOMAINresidual.kind = 'discrete_time'\n"),
    ("domain, `integrator_in_the_loop`", "DOMAINresidual.kind = 'integrator_in_the_loop'\n"),
    (
        "the same, several networks",
        "DOMAINresidual.kind = 'integrator_in_the_loop'\nmodel.experts = [2, 2]\n",
    ),
];

const DOMAIN: &str = "initial.domain = 'general'\nmodel.kind = 'resnet'\nmodel.activation = 'silu'\n";

/// The second of two ranks, before either has said anything.
struct Second;

impl Exchange for Second {
    fn rank(&self) -> usize {
        1
    }

    fn ranks(&self) -> usize {
        2
    }

    fn gather(&self, own: &[f64]) -> Vec<Vec<f64>> {
        vec![own.to_vec(); 2]
    }
}

fn session(problem: &str, optimiser: &str) -> Session {
    let text = format!(
        "network = 'atomic'\npoints.count = 6\nmodel.width = 5\nmodel.depth = 3\n{}\
         [[stages]]\niterations = 2\noptimiser.{optimiser} = {{}}\n",
        problem.replace("DOMAIN", DOMAIN)
    );
    let config = Config::parse(&text, "pair.toml").unwrap();
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../networks/atomic.net");
    let mut session = Session::new(AnyNetwork::load(&path).unwrap(), config).unwrap();
    if let Start::Domain(domain, _) = &mut session.start {
        (domain.temperature.low, domain.temperature.high) = (300.0, 3000.0);
    }
    session
}

/// How a pair is trained: over any number of ranks, in one process, or not.
fn cell(problem: &str, optimiser: &str) -> &'static str {
    let session = session(problem, optimiser);
    let alone = Execution::on(&Device::flex());
    let mut training = match session.training(&alone, None) {
        Err(TrainError::Config(errors)) => {
            let remedies: String = errors.0.iter().map(|error| error.remedy.as_str()).collect();
            assert!(
                errors.to_string().contains(optimiser) && remedies.contains("write "),
                "{errors} {remedies}"
            );
            return "no";
        }
        other => other.unwrap(),
    };
    while !training.step().unwrap().finished {}
    match session.training(&alone.among(&Reduction::over(Second)), None) {
        Err(TrainError::Config(errors)) => {
            assert!(errors.to_string().contains("cannot be shared among ranks"), "{errors}");
            assert!(errors.help().is_some_and(|help| help.contains("mpirun")), "{errors}");
            "one process"
        }
        other => {
            other.unwrap();
            "yes"
        }
    }
}

#[test]
fn every_pair_of_the_table_trains_and_every_other_is_refused() {
    let row = |cells: Vec<String>| format!("| {} |", cells.join(" | "));
    let head = std::iter::once("what".to_owned()).chain(OPTIMISERS.map(|name| format!("`{name}`")));
    let mut table = vec![row(head.collect()), row(vec!["---".to_owned(); OPTIMISERS.len() + 1])];
    for (name, problem) in PROBLEMS {
        let cells = OPTIMISERS.map(|optimiser| cell(problem, optimiser).to_owned());
        table.push(row(std::iter::once(name.to_owned()).chain(cells).collect()));
    }
    let table = table.join("\n");
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/training.md");
    let document = std::fs::read_to_string(path).unwrap();
    assert!(document.contains(&table), "docs/training.md does not have this table:\n{table}");
}

/// What a model would have to be told, and is not.
#[test]
fn domains_with_ranges_of_parameters_are_refused() {
    let mut session = session(PROBLEMS[3].1, "soap");
    if let Start::Domain(domain, _) = &mut session.start {
        domain.parameters = vec![(0, domain.temperature)];
    }
    let error = session.training(&Execution::on(&Device::flex()), None).err().unwrap();
    assert!(error.to_string().contains("`general` has ranges of parameters, `zeta_cr` first"), "{error}");
    assert!(error.help().is_some_and(|help| help.contains("[parameters]")), "{:?}", error.help());
}
