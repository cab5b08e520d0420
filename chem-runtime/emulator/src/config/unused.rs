//! Keys that a training of this kind does not look at.

use super::{
    Activation, Config, InitialCondition, InitialConditions, Kind, Loss, Optimiser, Points, Residual,
    ResidualKind, Weighting,
};

/// A key with another value than the default one, and without an effect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unused {
    /// Path of the key (`points.sampler`).
    pub key: &'static str,
    /// Why it has no effect.
    pub reason: &'static str,
}

impl Config {
    /// Keys that were given another value than the default one, but that this training does not look at.
    pub fn unused(&self) -> Vec<Unused> {
        let domain = matches!(self.initial, InitialConditions::Domain(_));
        let mut unused: Vec<Unused> = self.unused_of_model(domain).collect();
        unused.extend(self.unused_of_residual(domain));
        unused.extend(self.unused_of_points(domain));
        unused.extend(self.unused_of_loss(domain));
        unused
    }

    fn unused_of_model(&self, domain: bool) -> impl Iterator<Item = Unused> {
        let model = &self.model;
        let only_of_domains = "it is of domains of initial states";
        given([
            (model.features != 16 && model.kind != Kind::Fourier, "model.features", "it is of kind fourier"),
            (
                model.activation != Activation::Tanh && model.kind == Kind::Siren,
                "model.activation",
                "kind siren has sines",
            ),
            (model.slopes && !domain, "model.slopes", only_of_domains),
            (!model.quasi_steady.is_empty() && !domain, "model.quasi_steady", only_of_domains),
            (model.least_share.is_some() && !domain, "model.least_share", only_of_domains),
        ])
    }

    fn unused_of_residual(&self, domain: bool) -> impl Iterator<Item = Unused> {
        let (residual, usual) = (&self.residual, Residual::default());
        let kind = if domain { residual.kind } else { ResidualKind::Derivative };
        let [derivative, discrete, integrated] =
            [ResidualKind::Derivative, ResidualKind::DiscreteTime, ResidualKind::IntegratorInTheLoop]
                .map(|one| kind == one);
        given([
            (
                residual.preconditioner != usual.preconditioner && !derivative,
                "residual.preconditioner",
                "it is of kind derivative",
            ),
            (residual.link != usual.link && !discrete, "residual.link", "it is of kind discrete_time"),
            (
                residual.tolerance != usual.tolerance && derivative,
                "residual.tolerance",
                "kind derivative takes no implicit steps",
            ),
            (
                residual.averaging != usual.averaging && !discrete,
                "residual.averaging",
                "it is of kind discrete_time",
            ),
            (
                residual.evolved != usual.evolved && derivative,
                "residual.evolved",
                "kind derivative reaches no states",
            ),
            (residual.pairs > 0.0 && !integrated, "residual.pairs", "it is of kind integrator_in_the_loop"),
        ])
    }

    fn unused_of_points(&self, domain: bool) -> impl Iterator<Item = Unused> {
        let (points, usual) = (&self.points, Points::default());
        let by_rows = |optimiser: &Optimiser| {
            matches!(
                optimiser,
                Optimiser::LevenbergMarquardt(_) | Optimiser::SampleSpace(_) | Optimiser::Spring(_)
            )
        };
        let follows = domain || self.stages.iter().any(|stage| by_rows(&stage.optimiser));
        given([
            (
                points.sampler != usual.sampler && domain,
                "points.sampler",
                "points of a domain are drawn independently",
            ),
            (
                points.resample_every != usual.resample_every && domain,
                "points.resample_every",
                "every iteration of a domain has new points",
            ),
            (
                points.adaptive > 0.0 && !follows,
                "points.adaptive",
                "only levenberg_marquardt, sample_space and spring say where the residual is large",
            ),
        ])
    }

    fn unused_of_loss(&self, domain: bool) -> impl Iterator<Item = Unused> {
        let (loss, usual) = (&self.loss, Loss::default());
        let by_gradient =
            |optimiser: &Optimiser| matches!(optimiser, Optimiser::Adam(_) | Optimiser::Soap(_));
        let weighted = self.stages.iter().any(|stage| by_gradient(&stage.optimiser));
        let anneals = loss.weights == Weighting::Annealed;
        let not_annealed = "it is of annealed weights";
        let no_weights = (domain || !weighted) && anneals;
        let annealed = anneals && !no_weights;
        given([
            (no_weights, "loss.weights", "only adam and soap, from one initial state, change weights"),
            (
                loss.initial_weight != usual.initial_weight
                    && (domain || self.initial_condition == InitialCondition::Hard),
                "loss.initial_weight",
                "the initial state is built in: initial_condition is hard",
            ),
            (loss.refresh_every != usual.refresh_every && !annealed, "loss.refresh_every", not_annealed),
            (loss.alpha != usual.alpha && !annealed, "loss.alpha", not_annealed),
            (loss.largest_weight != usual.largest_weight && !annealed, "loss.largest_weight", not_annealed),
        ])
    }
}

/// Those that hold.
fn given<const N: usize>(keys: [(bool, &'static str, &'static str); N]) -> impl Iterator<Item = Unused> {
    keys.into_iter().filter(|(holds, ..)| *holds).map(|(_, key, reason)| Unused { key, reason })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unused(text: &str) -> Vec<&'static str> {
        let config = Config::parse(&format!("network = 'atomic'\n{text}"), "c.toml").unwrap();
        config.unused().into_iter().map(|unused| unused.key).collect()
    }

    #[test]
    fn keys_without_an_effect_are_named() {
        let soap = "[[stages]]\niterations = 9\noptimiser.soap = {}\n";
        for (text, keys) in [
            ("", &[][..]),
            ("residual.link = [1.0, 2.0]", &["residual.link"]),
            ("residual = { averaging = 0.9, pairs = 0.5 }", &["residual.averaging", "residual.pairs"]),
            ("model.slopes = true", &["model.slopes"]),
            ("model.features = 8", &["model.features"]),
            ("model = { features = 8, kind = 'fourier' }", &[]),
            ("model = { kind = 'siren', activation = 'silu' }", &["model.activation"]),
            ("loss.weights = 'annealed'", &["loss.weights"]),
            ("loss = { alpha = 0.5 }", &["loss.alpha"]),
            ("points.adaptive = 0.3", &[]),
            ("points.adaptive = 0.3\n[[stages]]\niterations = 9\noptimiser.adam = {}", &["points.adaptive"]),
        ] {
            assert_eq!(unused(text), keys, "{text}");
        }
        let domain = "initial.domain = 'general'\n";
        for (text, keys) in [
            ("", &[][..]),
            ("points.sampler = 'sobol'\n", &["points.sampler"]),
            ("residual = { kind = 'discrete_time', link = [1.0, 2.0], averaging = 0.9 }\n", &[]),
            ("residual = { kind = 'discrete_time', pairs = 0.3 }\n", &["residual.pairs"]),
            ("residual = { kind = 'integrator_in_the_loop', pairs = 0.3, tolerance = 1e-2 }\n", &[]),
            (
                "residual = { kind = 'discrete_time', preconditioner = 'full' }\n",
                &["residual.preconditioner"],
            ),
            ("loss.initial_weight = 3.0\n", &["loss.initial_weight"]),
        ] {
            assert_eq!(unused(&format!("{domain}{text}{soap}")), keys, "{text}");
        }
    }

    /// What comes with chem says nothing in vain.
    #[test]
    fn the_trainings_that_come_with_chem_have_no_key_without_an_effect() {
        let networks = concat!(env!("CARGO_MANIFEST_DIR"), "/../../networks");
        let mut count = 0;
        for kind in ["trained", "paper_mode", "ladder"] {
            for entry in std::fs::read_dir(format!("{networks}/{kind}")).unwrap() {
                let path = entry.unwrap().path().join("config.toml");
                if path.is_file() {
                    let config = Config::load(&path).unwrap();
                    assert_eq!(config.unused(), [], "{}", path.display());
                    count += 1;
                }
            }
        }
        assert!(count > 40, "{count}");
    }
}
