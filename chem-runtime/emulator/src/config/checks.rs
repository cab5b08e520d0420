//! Values that no training can have.

use super::{Axis, Closure, Config, Curriculum, InitialConditions, Kind, Optimiser, Soap, Spring, Variables};
use chem_solver::batch::RTOL;

/// One value out of its range.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mistake {
    /// Path of the key (`model.width`).
    pub key: &'static str,
    /// What is wrong.
    pub message: String,
    /// What to do about it.
    pub remedy: &'static str,
}

/// Collects mistakes.
#[derive(Default)]
struct Mistakes(Vec<Mistake>);

impl Mistakes {
    fn unless(&mut self, holds: bool, key: &'static str, value: impl ToString, remedy: &'static str) {
        if !holds {
            let message = format!("{} is out of range", value.to_string());
            self.0.push(Mistake { key, message, remedy });
        }
    }
}

/// The widest and deepest network, and the most points of an iteration: far beyond what a machine can train, near
/// enough to keep a slip from asking for all memory.
const MOST_WIDTH: usize = 4096;
const MOST_EXPERTS: usize = 16;
const MOST_DEPTH: usize = 64;
const MOST_POINTS: usize = 10_000_000;
/// The steepest first layer: beyond it neighbouring times are one to a network.
const MOST_SCALE: f64 = 1e6;

/// The largest share of a species that may count as absent.
const MOST_LEAST_SHARE: f64 = 1e-2;

fn positive(value: f64) -> bool {
    value > 0.0 && value.is_finite()
}

impl Config {
    /// Every value that no training can have.
    pub fn mistakes(&self) -> Vec<Mistake> {
        let mut mistakes = Mistakes::default();
        self.check_times(&mut mistakes);
        self.check_model(&mut mistakes);
        self.check_residual(&mut mistakes);
        self.check_parameters(&mut mistakes);
        self.check_points(&mut mistakes);
        self.check_loss(&mut mistakes);
        self.check_stages(&mut mistakes);
        self.check_stop(&mut mistakes);
        mistakes.0
    }

    fn check_times(&self, mistakes: &mut Mistakes) {
        let time = &self.time;
        mistakes.unless(
            time.axis == Axis::Linear || time.start.0 > 0.0,
            "time.start",
            time.start,
            "the logarithmic axis needs a positive shift; write for example \"1e-3 yr\", or axis = \"linear\"",
        );
        mistakes.unless(
            time.end > time.start,
            "time.end",
            time.end,
            "give a time after the start; on the linear axis write start = \"0 s\"",
        );
    }

    fn check_model(&self, mistakes: &mut Mistakes) {
        let model = &self.model;
        mistakes.unless(
            model.experts.iter().all(|parts| (1..=MOST_EXPERTS).contains(parts)),
            "model.experts",
            format!("{:?}", model.experts),
            "give two numbers from 1 to 16: parts by temperature, and by total density",
        );
        mistakes.unless(
            (1..=MOST_WIDTH).contains(&model.width),
            "model.width",
            model.width,
            "give 1 to 4096",
        );
        mistakes.unless((1..=MOST_DEPTH).contains(&model.depth), "model.depth", model.depth, "give 1 to 64");
        mistakes.unless(
            positive(model.first_scale) && model.first_scale <= MOST_SCALE,
            "model.first_scale",
            model.first_scale,
            "give a positive number up to 1e6",
        );
        mistakes.unless(
            model.least_share.is_none_or(|share| share > 0.0 && share <= MOST_LEAST_SHARE),
            "model.least_share",
            model.least_share.unwrap_or_default(),
            "give a positive number up to 0.01, for example 1e-10",
        );
        mistakes.unless(
            model.kind != Kind::Fourier || (1..=MOST_WIDTH).contains(&model.features),
            "model.features",
            model.features,
            "give 1 to 4096",
        );
        if model.expert_count() > 1 && matches!(self.initial, InitialConditions::State(_)) {
            mistakes.0.push(Mistake {
                key: "model.experts",
                message: "one initial state has no parts that several networks could share".to_owned(),
                remedy: "write experts = [1, 1], or initial.domain = \"general\"",
            });
        }
        if self.variables == Variables::Linear && matches!(self.initial, InitialConditions::Domain(_)) {
            mistakes.0.push(Mistake {
                key: "variables",
                message: "a domain of initial states needs logarithmic variables".to_owned(),
                remedy: "write variables = \"log\"",
            });
        }
        if self.time.axis == Axis::Linear && matches!(self.initial, InitialConditions::Domain(_)) {
            mistakes.0.push(Mistake {
                key: "time.axis",
                message: "a domain of initial states needs the logarithmic axis: links are decades of time"
                    .to_owned(),
                remedy: "write axis = \"log\"",
            });
        }
        if self.variables == Variables::Linear && self.closure == Closure::Conservation {
            mistakes.0.push(Mistake {
                key: "closure",
                message: "the closure on conservation laws needs logarithmic variables".to_owned(),
                remedy: "write closure = \"none\"",
            });
        }
    }

    fn check_residual(&self, mistakes: &mut Mistakes) {
        let residual = &self.residual;
        let [shortest, longest] = residual.link;
        mistakes.unless(
            positive(shortest) && positive(longest) && shortest <= longest,
            "residual.link",
            format!("{:?}", residual.link),
            "give the shortest and the longest link in decades of time, both positive: [0.5, 1.5]",
        );
        mistakes.unless(
            (RTOL[0]..=RTOL[1]).contains(&residual.tolerance),
            "residual.tolerance",
            residual.tolerance,
            "give a relative tolerance from 1e-10 to 0.1",
        );
        mistakes.unless(
            (0.0..1.0).contains(&residual.averaging),
            "residual.averaging",
            residual.averaging,
            "give a share from 0 to below 1",
        );
        for (key, share) in [("residual.evolved", residual.evolved), ("residual.pairs", residual.pairs)] {
            mistakes.unless((0.0..=1.0).contains(&share), key, share, "give a share from 0 to 1");
        }
    }

    fn check_parameters(&self, mistakes: &mut Mistakes) {
        for (name, value) in &self.parameters {
            let shown = format!("{name} = {value}");
            mistakes.unless(value.is_finite(), "parameters", shown, "give a finite number");
        }
    }

    fn check_points(&self, mistakes: &mut Mistakes) {
        let points = &self.points;
        mistakes.unless(
            (1..=MOST_POINTS).contains(&points.count),
            "points.count",
            points.count,
            "give 1 to 10000000",
        );
        let experts = self.model.expert_count();
        if (1..experts).contains(&points.count) && experts <= MOST_EXPERTS * MOST_EXPERTS {
            mistakes.0.push(Mistake {
                key: "points.count",
                message: format!("{} points are fewer than the {experts} networks of experts", points.count),
                remedy: "give each some points of every iteration: at least as many as there are networks",
            });
        }
        mistakes.unless(
            points.resample_every > 0,
            "points.resample_every",
            points.resample_every,
            "give at least 1",
        );
        mistakes.unless(
            (0.0..=1.0).contains(&points.adaptive),
            "points.adaptive",
            points.adaptive,
            "give a share from 0 to 1",
        );
    }

    fn check_loss(&self, mistakes: &mut Mistakes) {
        let loss = &self.loss;
        mistakes.unless(
            positive(loss.initial_weight),
            "loss.initial_weight",
            loss.initial_weight,
            "give a positive number",
        );
        mistakes.unless(loss.refresh_every > 0, "loss.refresh_every", loss.refresh_every, "give at least 1");
        mistakes.unless((0.0..=1.0).contains(&loss.alpha), "loss.alpha", loss.alpha, "give 0 to 1");
        mistakes.unless(
            positive(loss.largest_weight),
            "loss.largest_weight",
            loss.largest_weight,
            "give a positive number",
        );
    }

    fn check_stages(&self, mistakes: &mut Mistakes) {
        mistakes.unless(!self.stages.is_empty(), "stages", "an empty list", "give at least one stage");
        for stage in &self.stages {
            mistakes.unless(
                stage.iterations > 0,
                "stages.iterations",
                stage.iterations,
                "give at least 1, or leave the stage out",
            );
            stage.curriculum.iter().for_each(|curriculum| mistakes.curriculum(curriculum));
            match &stage.optimiser {
                Optimiser::Adam(adam) => {
                    let key = "stages.optimiser.adam";
                    let rate = adam.learning_rate;
                    mistakes.unless(positive(rate), key, rate, "give a positive learning_rate");
                    mistakes.unless(positive(adam.decay), key, adam.decay, "give a positive decay");
                    let betas = [adam.beta_1, adam.beta_2];
                    for beta in betas {
                        mistakes.unless(
                            (0.0..1.0).contains(&beta),
                            key,
                            beta,
                            "give a beta from 0 to below 1",
                        );
                    }
                    mistakes.unless(positive(adam.epsilon), key, adam.epsilon, "give a positive epsilon");
                    mistakes.unless(adam.micro_batch > 0, key, adam.micro_batch, "give micro_batch >= 1");
                }
                Optimiser::Lbfgs(lbfgs) => {
                    let key = "stages.optimiser.lbfgs";
                    mistakes.unless(lbfgs.history > 0, key, lbfgs.history, "give history >= 1");
                    let rate = lbfgs.learning_rate;
                    mistakes.unless(positive(rate), key, rate, "give a positive learning_rate");
                    mistakes.unless(lbfgs.micro_batch > 0, key, lbfgs.micro_batch, "give micro_batch >= 1");
                }
                Optimiser::LevenbergMarquardt(settings) => mistakes.damping(
                    "stages.optimiser.levenberg_marquardt",
                    [settings.damping, settings.decrease, settings.increase],
                    settings.tries,
                ),
                Optimiser::Soap(soap) => mistakes.soap(soap),
                Optimiser::Spring(spring) => mistakes.spring(spring),
                Optimiser::SampleSpace(settings) => mistakes.damping(
                    "stages.optimiser.sample_space",
                    [settings.damping, settings.decrease, settings.increase],
                    settings.tries,
                ),
            }
        }
    }

    fn check_stop(&self, mistakes: &mut Mistakes) {
        let stop = &self.stop;
        for (key, value) in
            [("stop.loss", stop.loss), ("stop.error", stop.error), ("stop.cpu_seconds", stop.cpu_seconds)]
        {
            if let Some(value) = value {
                mistakes.unless(positive(value), key, value, "give a positive number, or leave it out");
            }
        }
        for (key, value) in [("stop.stall", stop.stall), ("stop.error_every", stop.error_every)] {
            mistakes.unless(value != Some(0), key, 0, "give at least 1, or leave it out");
        }
    }
}

impl Mistakes {
    fn curriculum(&mut self, curriculum: &Curriculum) {
        let key = "stages.curriculum";
        self.unless(positive(curriculum.first), key, curriculum.first, "give first > 0");
        self.unless(positive(curriculum.step), key, curriculum.step, "give step > 0");
        self.unless(curriculum.iterations > 0, key, curriculum.iterations, "give iterations of at least 1");
        self.unless(positive(curriculum.loss), key, curriculum.loss, "give a positive loss");
    }

    fn soap(&mut self, soap: &Soap) {
        let key = "stages.optimiser.soap";
        self.unless(positive(soap.learning_rate), key, soap.learning_rate, "give a positive learning_rate");
        for beta in [soap.beta_1, soap.beta_2, soap.beta_basis] {
            self.unless((0.0..1.0).contains(&beta), key, beta, "give a beta from 0 to below 1");
        }
        for share in [soap.last, soap.weight_decay] {
            self.unless((0.0..=1.0).contains(&share), key, share, "give last and weight_decay from 0 to 1");
        }
        self.unless(positive(soap.huber), key, soap.huber, "give a positive huber");
        self.unless(soap.refresh_every > 0, key, soap.refresh_every, "give refresh_every >= 1");
        self.unless(soap.micro_batch > 0, key, soap.micro_batch, "give micro_batch >= 1");
    }

    fn spring(&mut self, spring: &Spring) {
        let key = "stages.optimiser.spring";
        self.unless(positive(spring.rate), key, spring.rate, "give a positive rate");
        self.unless(positive(spring.damping), key, spring.damping, "give a positive damping");
        self.unless(positive(spring.longest), key, spring.longest, "give a positive longest");
        self.unless(positive(spring.huber), key, spring.huber, "give a positive huber");
        for share in [spring.momentum, spring.decay_from] {
            self.unless(
                (0.0..1.0).contains(&share),
                key,
                share,
                "give momentum, decay_from from 0 to below 1",
            );
        }
        self.unless((0.0..=1.0).contains(&spring.last), key, spring.last, "give last from 0 to 1");
    }

    fn damping(&mut self, key: &'static str, [damping, decrease, increase]: [f64; 3], tries: u32) {
        self.unless(positive(damping), key, damping, "give a positive damping");
        self.unless(decrease > 0.0 && decrease < 1.0, key, decrease, "give decrease between 0 and 1");
        self.unless(increase > 1.0 && increase.is_finite(), key, increase, "give increase above 1");
        self.unless(tries > 0, key, tries, "give tries >= 1");
    }
}
