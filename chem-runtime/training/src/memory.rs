//! What a training will hold in memory, before it asks for it.
//!
//! Least sizes, from what the largest arrays are multiplied of: a training that is refused could not run. What the
//! machine has left is read where Linux tells it; elsewhere no array is larger than what can be addressed.

mod available;

use super::error::TrainError;
use super::reduce::parallel::WAVE;
pub(crate) use available::available;
use chem_emulator::config::{
    Activation, Architecture, Config, InitialConditions, Kind, Optimiser, ResidualKind,
};
use chem_solver::data::input_error::InputError;

/// Bytes of a number in double precision.
const NUMBER: f64 = 8.0;
/// Copies of what a snapshot holds: in the training, in the last good state, and in the bytes of the file.
const SNAPSHOTS: f64 = 3.0;
/// Vectors of all parameters that a training keeps: parameters, moments, gradient, the copies of the network.
const VECTORS: f64 = 6.0;
/// Initial states in the pool of a domain, for each point.
const POOL: f64 = super::problem::domain::BUFFER as f64;

/// What the sizes depend on.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sizes {
    /// Inputs of the network.
    pub(crate) inputs: usize,
    /// Outputs of the network.
    pub(crate) outputs: usize,
    /// Residuals of a point.
    pub(crate) rows: usize,
    /// Numbers of an initial state in a pool; 0 without a pool.
    pub(crate) unknowns: usize,
}

/// Refuses what does not fit into the memory that is left.
///
/// # Errors
/// The stage that needs most, how much it needs, and how much there is.
pub(crate) fn check(config: &Config, sizes: &Sizes, available: f64) -> Result<(), TrainError> {
    let needs = config.stages.iter().map(|stage| (&stage.optimiser, bytes(config, sizes, &stage.optimiser)));
    let Some((optimiser, bytes)) = needs.max_by(|(_, a), (_, b)| a.total_cmp(b)) else { return Ok(()) };
    if bytes <= available {
        return Ok(());
    }
    let message = format!(
        "needs at least {:.3} GB of memory for {} trained numbers and {} points; {:.3} GB are free",
        bytes / 1e9,
        parameters(&config.model, sizes),
        config.points.count,
        available / 1e9,
    );
    let place = format!("stages.optimiser.{}", optimiser.name());
    Err(TrainError::Config(InputError::new(place, message, remedy(optimiser)).into()))
}

fn remedy(optimiser: &Optimiser) -> &'static str {
    match optimiser {
        Optimiser::LevenbergMarquardt(_) => {
            "make model.width smaller, or write optimiser.lbfgs = {}, which does not need the square of these numbers"
        }
        Optimiser::SampleSpace(_) => "make points.count smaller, or write optimiser.lbfgs = {}",
        Optimiser::Spring(_) => "make points.count smaller, or write optimiser.soap = {}",
        Optimiser::Adam(_) | Optimiser::Lbfgs(_) | Optimiser::Soap(_) => {
            "make model.width or points.count smaller, or let micro_batch be larger"
        }
    }
}

/// Least bytes of a stage.
fn bytes(config: &Config, sizes: &Sizes, optimiser: &Optimiser) -> f64 {
    let parameters = parameters(&config.model, sizes) as f64;
    let points = config.points.count as f64;
    let rows = points * sizes.rows as f64;
    // As many gradients as are in memory at once.
    let parts = |micro_batch: usize| (points / micro_batch.max(1) as f64).ceil().min(WAVE as f64);
    // Three squares: the matrix, with damping, and its factors.
    let squares = match optimiser {
        Optimiser::LevenbergMarquardt(_) => rows * parameters + 3.0 * parameters * parameters,
        Optimiser::SampleSpace(_) => rows * parameters + 3.0 * rows * rows,
        // The matrix in double and in single precision, and its factors.
        Optimiser::Spring(_) if has_factored_rows(config) => 2.5 * rows * rows,
        Optimiser::Spring(_) => rows * parameters + 2.5 * rows * rows,
        Optimiser::Adam(settings) => parts(settings.micro_batch) * parameters,
        Optimiser::Lbfgs(settings) => {
            (parts(settings.micro_batch) + 2.0 * settings.history as f64) * parameters
        }
        Optimiser::Soap(settings) => {
            let experts = config.model.expert_count() as f64;
            let sides: usize = matrices(&config.model, sizes).map(|[a, b]| 2 * (a * a + b * b)).sum();
            let gradients = parts(settings.micro_batch) * parameters / experts;
            gradients + SNAPSHOTS * experts * sides as f64
        }
    };
    let pool = SNAPSHOTS * POOL * points * 2.0 * sizes.unknowns as f64;
    NUMBER * (squares + VECTORS * parameters + pool + 2.0 * rows)
}

/// Whether the rows of a problem are kept as factors of their derivatives.
fn has_factored_rows(config: &Config) -> bool {
    matches!(config.initial, InitialConditions::Domain(_))
        && config.residual.kind != ResidualKind::Derivative
        && config.model.activation != Activation::AdaptiveSigmoid
}

/// Trained numbers of all networks.
pub(crate) fn parameters(form: &Architecture, sizes: &Sizes) -> usize {
    let has_slopes = form.activation == Activation::AdaptiveSigmoid && form.kind != Kind::Siren;
    let slopes = if has_slopes { units_with_slopes(form) * form.width } else { 0 };
    let biases: usize = layers(form, sizes).map(|(biases, _)| biases).sum();
    let weights: usize = matrices(form, sizes).map(|[a, b]| a * b).sum();
    form.expert_count() * (weights + biases + slopes)
}

/// Layers of `width` units that have an activation of their own.
fn units_with_slopes(form: &Architecture) -> usize {
    match form.kind {
        Kind::Dgm => 1 + 4 * form.depth,
        Kind::Modified => 2 + form.depth,
        Kind::Fnn | Kind::Siren | Kind::Highway | Kind::Resnet | Kind::Fourier => form.depth,
    }
}

/// Shapes of the matrices of one network.
fn matrices(form: &Architecture, sizes: &Sizes) -> impl Iterator<Item = [usize; 2]> {
    layers(form, sizes).flat_map(|(_, matrices)| matrices)
}

/// The layers of one network: biases, and shapes of matrices.
fn layers(form: &Architecture, sizes: &Sizes) -> impl Iterator<Item = (usize, Vec<[usize; 2]>)> {
    let Sizes { inputs, outputs, .. } = *sizes;
    let &Architecture { kind, width, depth, features, .. } = form;
    let plain = |inputs: usize, outputs: usize| (outputs, vec![[inputs, outputs]]);
    let first = match kind {
        Kind::Modified => vec![plain(inputs, width); 3],
        Kind::Fourier => vec![plain(inputs, 2 * features), plain(2 * features, width)],
        Kind::Fnn | Kind::Siren | Kind::Dgm | Kind::Highway | Kind::Resnet => vec![plain(inputs, width)],
    };
    let (count, later) = match kind {
        Kind::Dgm => (depth, (4 * width, [[inputs, width], [width, width]].repeat(4))),
        Kind::Highway => (depth.saturating_sub(1), (2 * width, vec![[width, width]; 2])),
        Kind::Fnn | Kind::Siren | Kind::Modified | Kind::Resnet | Kind::Fourier => {
            (depth.saturating_sub(1), plain(width, width))
        }
    };
    first.into_iter().chain(std::iter::repeat_n(later, count)).chain([plain(width, outputs)])
}

#[cfg(test)]
mod tests {
    use super::super::model::{Layout, Model};
    use super::*;
    use burn::tensor::Device;
    use chem_emulator::config::{LevenbergMarquardt, Soap, Spring, Stage};

    const SIZES: Sizes = Sizes { inputs: 3, outputs: 5, rows: 7, unknowns: 0 };

    #[test]
    fn numbers_are_counted_as_the_networks_have_them() {
        for kind in
            [Kind::Fnn, Kind::Dgm, Kind::Modified, Kind::Highway, Kind::Resnet, Kind::Fourier, Kind::Siren]
        {
            for activation in [Activation::Tanh, Activation::AdaptiveSigmoid] {
                for depth in [1, 3] {
                    let form = Architecture {
                        kind,
                        activation,
                        depth,
                        width: 6,
                        features: 4,
                        ..Architecture::default()
                    };
                    let model = Model::new(&form, [SIZES.inputs, SIZES.outputs], 0, &Device::flex());
                    let layout = Layout::of(&model);
                    assert_eq!(parameters(&form, &SIZES), layout.len(), "{form:?}");
                    let found: usize = matrices(&form, &SIZES).map(|[a, b]| a * b).sum();
                    let matrices = layout.slots.iter().filter(|slot| slot.shape.len() == 2);
                    assert_eq!(found, matrices.map(|slot| slot.len()).sum::<usize>(), "{form:?}");
                }
            }
        }
    }

    fn refusal(optimiser: Optimiser, change: impl Fn(&mut Config), available: f64) -> Option<String> {
        let mut config = Config::new("atomic");
        config.stages = vec![Stage { iterations: 1, curriculum: None, optimiser }];
        change(&mut config);
        check(&config, &SIZES, available).err().map(|error| format!("{error}; {}", error.help().unwrap()))
    }

    #[test]
    fn what_does_not_fit_is_refused_with_its_size_and_a_remedy() {
        // 93,005 numbers: their square takes 69 GB, and is needed three times.
        let wide = |config: &mut Config| config.model.width = 300;
        let damped = || Optimiser::LevenbergMarquardt(LevenbergMarquardt::default());
        let text = refusal(damped(), wide, 64e9).unwrap();
        for words in
            ["stages.optimiser.levenberg_marquardt", "GB of memory for 93005", "64.000 GB are free", "lbfgs"]
        {
            assert!(text.contains(words), "`{words}` is not in: {text}");
        }
        assert_eq!(refusal(damped(), wide, 1e12), None);
        assert_eq!(refusal(damped(), |_| (), 64e9), None);
        let many = |config: &mut Config| config.points.count = 100_000;
        for optimiser in
            [Optimiser::SampleSpace(LevenbergMarquardt::default()), Optimiser::Spring(Spring::default())]
        {
            let text = refusal(optimiser, many, 64e9).unwrap();
            assert!(text.contains("points.count smaller"), "{text}");
        }
        let huge = |config: &mut Config| {
            (config.points.count, config.model.width, config.model.depth) = (10_000_000, 4096, 6);
        };
        assert!(refusal(Optimiser::Soap(Soap::default()), huge, 32e9).is_some());
        let shipped = |config: &mut Config| {
            (config.points.count, config.model.width, config.model.experts) = (2048, 64, [6, 6]);
        };
        assert_eq!(refusal(Optimiser::Soap(Soap::default()), shipped, 4e9), None);
    }
}
