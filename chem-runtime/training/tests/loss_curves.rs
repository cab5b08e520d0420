//! Loss curves of every optimiser, frozen: what changes how trainings are written must not change what they compute.
//!
//! In double precision on the processor. Curves are the same to the last bit on one machine; on others the widths of vectors
//! and caches decide the order of some sums, so that the frozen numbers hold to `LIKE` of themselves, and the rows of SPRING,
//! which are in single precision, to `LIKE_SINGLE`. `CHEM_CURVES=exact` asks for the last bit, on the machine that made the
//! numbers; `CHEM_CURVES=print` prints them anew.
//!
//! Checkpoints of the first version that had these curves are kept in `checkpoints/`: what was begun with it goes on.
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout)] // tests fail by panicking

use std::path::{Path, PathBuf};

use chem_emulator::checkpoint::Checkpoint;
use chem_emulator::config::Config;
use chem_solver::runs::AnyNetwork;
use chem_training::session::{Session, Start};
use chem_training::{Device, Execution, Iterate};

/// Agreement of losses between machines.
const LIKE: f64 = 1e-9;
const LIKE_SINGLE: f64 = 1e-3;

/// One training: a config, and after which iterations (from 1) its loss is frozen.
struct Case {
    name: &'static str,
    config: &'static str,
    like: f64,
    frozen: &'static [(u64, f64)],
}

const SINGLE: &str = "variables = 'linear'\ntime = { axis = 'linear', start = '0 s', end = '5 s' }\n\
    model = { width = 6, first_scale = 2.0 }\n";
const DOMAIN: &str = "network = 'atomic'\ninitial.domain = 'general'\n";
const RESNET: &str =
    "model = { kind = 'resnet', activation = 'silu', width = 6, depth = 3, first_scale = 1.0 }\n";

/// Cases of one initial state.
fn single() -> Vec<Case> {
    vec![
        Case {
            name: "adam",
            config: "network = 'benchmark_tdep'\nSINGLEpoints = { count = 30, sampler = 'sobol', resample_every = 3 }\n\
                [[stages]]\niterations = 40\ncurriculum = { first = 2.0, step = 1.0, iterations = 4 }\n\
                optimiser.adam = { learning_rate = 1e-2, warm_up = 10, decay = 0.99, micro_batch = 7 }\n",
            like: LIKE,
            frozen: &[
                (1, 9.236251082097502e-2),
                (2, 9.189572414546948e-2),
                (5, 8.141659915132592e-2),
                (10, 3.0201573526757697e-1),
                (26, 1.5100299413636836e-1),
                (51, 1.0806663737597731e-1),
                (52, 1.0100566801231889e-1),
            ],
        },
        Case {
            name: "adam with annealed weights, then lbfgs",
            config: "network = 'benchmark_const'\ninitial_condition = 'soft'\nclosure = 'none'\n\
                residual.preconditioner = 'none'\nSINGLEpoints.count = 20\n\
                loss = { weights = 'annealed', refresh_every = 5, initial_weight = 2.0 }\n\
                [[stages]]\niterations = 20\noptimiser.adam = { learning_rate = 1e-2, warm_up = 5 }\n\
                [[stages]]\niterations = 20\noptimiser.lbfgs = { history = 5, micro_batch = 8 }\n",
            like: LIKE,
            frozen: &[
                (1, 1.8576057340964762e0),
                (2, 1.8161813485069613e0),
                (5, 1.509366235698314e0),
                (10, 1.1668921236913474e0),
                (20, 1.0647556061194363e0),
                (39, 6.0395771876651634e-2),
                (40, 4.6050807304758294e-2),
            ],
        },
        Case {
            name: "levenberg_marquardt",
            config: "network = 'atomic'\nmodel = { width = 5, first_scale = 2.0 }\n\
                points = { count = 20, adaptive = 0.5 }\n\
                [[stages]]\niterations = 15\ncurriculum = { first = 1.0, step = 3.0, iterations = 5 }\n\
                optimiser.levenberg_marquardt = {}\n",
            like: LIKE,
            frozen: &[
                (1, 1.4988416926714447e-5),
                (2, 4.644754195983286e0),
                (5, 5.6475220727946445e0),
                (10, 2.8903779194195113e3),
                (13, 3.835914680052885e1),
                (25, 3.3137058666298025e-1),
                (26, 4.23480460581635e-1),
            ],
        },
        Case {
            name: "levenberg_marquardt, then sample_space",
            config: "network = 'atomic'\nresidual.preconditioner = 'full'\n\
                model = { kind = 'dgm', width = 4, depth = 1, first_scale = 2.0 }\npoints.count = 12\n\
                [[stages]]\niterations = 5\noptimiser.levenberg_marquardt = { tries = 4 }\n\
                [[stages]]\niterations = 20\noptimiser.sample_space = { damping = 0.1 }\n",
            like: LIKE,
            frozen: &[
                (1, 3.292440105122394e2),
                (2, 1.543748959805984e1),
                (5, 7.296645252433065e0),
                (10, 2.110470598265345e1),
                (12, 5.60011370066314e0),
                (24, 1.6234734409677267e2),
                (25, 1.9307081508670692e2),
            ],
        },
    ]
}

/// Cases of a domain of initial states.
#[expect(clippy::too_many_lines, reason = "a table")]
fn domain() -> Vec<Case> {
    vec![
        Case {
            name: "soap on the derivative residual",
            config: "closure = 'none'\nRESNETpoints.count = 12\n\
                [[stages]]\niterations = 30\noptimiser.soap = { warm_up = 5, micro_batch = 5, huber = 0.5 }\n",
            like: LIKE,
            frozen: &[
                (1, 1.1337179192436633e4),
                (2, 3.417143925546942e5),
                (5, 2.8729734345127927e3),
                (10, 8.448813610287698e3),
                (15, 3.6252570159611484e5),
                (29, 9.064865509641724e6),
                (30, 2.8682107713441856e3),
            ],
        },
        Case {
            name: "soap on the discrete-time residual",
            config: "residual = { kind = 'discrete_time', averaging = 0.9 }\nRESNETpoints.count = 6\n\
                [[stages]]\niterations = 15\ncurriculum = { first = 3.0, step = 2.0, iterations = 5 }\n\
                optimiser.soap = { warm_up = 5, micro_batch = 4 }\n\
                [[stages]]\niterations = 10\noptimiser.soap = { warm_up = 2, refresh_every = 3 }\n",
            like: LIKE,
            frozen: &[
                (1, 9.040702425242211e-2),
                (2, 1.783374617640712e-1),
                (5, 4.5424070632020704e-2),
                (10, 1.3561560054076846e-1),
                (22, 1.7659190468800752e0),
                (44, 9.58015885473251e-1),
                (45, 4.665287419233848e-1),
            ],
        },
        Case {
            name: "soap with the integrator in the loop, of several networks",
            config: "residual = { kind = 'integrator_in_the_loop', pairs = 0.5 }\n\
                RESNETmodel.experts = [2, 2]\npoints = { count = 8, adaptive = 0.5 }\n\
                [[stages]]\niterations = 25\noptimiser.soap = { warm_up = 3, micro_batch = 4 }\n",
            like: LIKE,
            frozen: &[
                (1, 5.597387758733707e-1),
                (2, 5.443674782609146e-1),
                (5, 5.329572490926595e-1),
                (10, 4.6875532125205577e-1),
                (12, 3.291092873347838e-1),
                (24, 8.106325956732392e-1),
                (25, 4.83648612435424e-1),
            ],
        },
        Case {
            name: "soap of states in balance",
            config: "residual.kind = 'discrete_time'\nRESNETmodel.slopes = true\nmodel.quasi_steady = ['H-']\n\
                points.count = 6\n[[stages]]\niterations = 20\noptimiser.soap = { warm_up = 3 }\n",
            like: LIKE,
            frozen: &[
                (1, 5.439912118976552e-1),
                (2, 1.0883141890422021e0),
                (5, 6.854060941941673e-1),
                (10, 3.694474638810969e-1),
                (19, 4.7032876061613493e-1),
                (20, 5.476777178324226e-1),
            ],
        },
        Case {
            name: "soap, then spring",
            config: "residual.kind = 'discrete_time'\nRESNETpoints.count = 6\n\
                [[stages]]\niterations = 5\noptimiser.soap = { warm_up = 1, micro_batch = 4 }\n\
                [[stages]]\niterations = 25\noptimiser.spring = { decay_from = 0.3 }\n",
            like: LIKE_SINGLE,
            frozen: &[
                (1, 1.1665152147710294e0),
                (2, 1.6294554672258066e0),
                (5, 1.5683796799573053e0),
                (10, 2.3840434897488585e-1),
                (15, 2.508459221730886e-1),
                (29, 2.3602880779705085e-1),
                (30, 1.0079860332682497e-1),
            ],
        },
        Case {
            name: "spring with the integrator in the loop",
            config: "residual.kind = 'integrator_in_the_loop'\nRESNETpoints.count = 6\n\
                [[stages]]\niterations = 20\noptimiser.spring = {}\n",
            like: LIKE_SINGLE,
            frozen: &[
                (1, 9.394256635256241e-2),
                (2, 1.382234081728547e-1),
                (5, 8.485763183640316e-2),
                (10, 1.0211998593586571e-1),
                (19, 2.0833884282979467e-1),
                (20, 1.1776570241835212e-1),
            ],
        },
    ]
}

/// The session of a case; domains are cool and thin, so that little happens and steps of the solver are cheap.
fn session(config: &str) -> Session {
    let resnet = RESNET.replace("model = {", "").replace(" }\n", "").trim().to_owned();
    let keys: String = resnet.split(", ").map(|key| format!("model.{}\n", key.trim())).collect();
    let config =
        Config::parse(&config.replace("SINGLE", SINGLE).replace("RESNET", &keys), "curve.toml").unwrap();
    let path =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../networks").join(format!("{}.net", config.network));
    let mut session = Session::new(AnyNetwork::load(&path).unwrap(), config).unwrap();
    if let Start::Domain(domain, _) = &mut session.start {
        (domain.temperature.low, domain.temperature.high) = (300.0, 3000.0);
    }
    session
}

fn losses(config: &str) -> Vec<f64> {
    let mut training = session(config).training(&Execution::on(&Device::flex()), None).unwrap();
    let mut losses = Vec::new();
    loop {
        let progress = training.step().unwrap();
        losses.push(progress.loss);
        if progress.finished {
            return losses;
        }
    }
}

fn compare(cases: &[Case], head: &str) {
    let mode = std::env::var("CHEM_CURVES").unwrap_or_default();
    let mut wrong = Vec::new();
    for Case { name, config, like, frozen } in cases {
        let losses = losses(&format!("{head}{config}"));
        if mode == "print" {
            let chosen = [1, 2, 5, 10, losses.len() / 2, losses.len() - 1, losses.len()];
            let shown: Vec<String> = chosen.iter().map(|n| format!("({n}, {:e})", losses[n - 1])).collect();
            println!("{name}: &[{}]", shown.join(", "));
            continue;
        }
        for (iteration, expected) in *frozen {
            let found = losses[*iteration as usize - 1];
            let agrees = match mode.as_str() {
                "exact" => found.to_bits() == expected.to_bits(),
                _ => (found - expected).abs() <= like * expected.abs(),
            };
            if !agrees {
                wrong.push(format!("{name}, iteration {iteration}: {found:e} instead of {expected:e}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn curves_of_one_initial_state_stay_what_they_are() {
    compare(&single(), "");
}

#[test]
fn curves_of_a_domain_stay_what_they_are() {
    compare(&domain(), DOMAIN);
}

/// Which trainings were saved, and after which iteration.
const SAVED: [(&str, u64); 5] = [
    ("adam", 10),
    ("adam with annealed weights, then lbfgs", 30),
    ("levenberg_marquardt", 12),
    ("soap with the integrator in the loop, of several networks", 11),
    ("soap, then spring", 14),
];

fn saved(name: &str) -> PathBuf {
    let file = format!("{}.safetensors", name.replace(", ", " ").replace(' ', "_"));
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/checkpoints").join(file)
}

/// `CHEM_CURVES=save` writes the checkpoints.
#[test]
fn what_an_earlier_version_began_goes_on() {
    let saves = std::env::var("CHEM_CURVES").is_ok_and(|mode| mode == "save");
    let cases =
        single().into_iter().map(|case| (case, "")).chain(domain().into_iter().map(|case| (case, DOMAIN)));
    for (Case { name, config, like, frozen }, head) in cases {
        let Some((_, iteration)) = SAVED.iter().find(|(saved, _)| *saved == name) else { continue };
        let session = session(&format!("{head}{config}"));
        if saves {
            let mut training = session.training(&Execution::on(&Device::flex()), None).unwrap();
            (0..*iteration).for_each(|_| drop(training.step().unwrap()));
            let [low, high] = session.trained();
            let (weights, snapshot) = (training.weights(), Some(training.snapshot()));
            let checkpoint = Checkpoint { provenance: session.provenance(), low, high, weights, snapshot };
            checkpoint.save(saved(name)).unwrap();
            continue;
        }
        let snapshot = Checkpoint::load(saved(name)).unwrap().snapshot.unwrap();
        let mut training = session.training(&Execution::on(&Device::flex()), Some(&snapshot)).unwrap();
        let last = frozen.last().map_or(0, |(last, _)| *last);
        for at in iteration + 1..=last {
            let found = training.step().unwrap().loss;
            if let Some((_, expected)) = frozen.iter().find(|(iteration, _)| *iteration == at) {
                assert!(
                    (found - expected).abs() <= like * expected.abs(),
                    "{name}, iteration {at}: {found:e}"
                );
            }
        }
    }
}
