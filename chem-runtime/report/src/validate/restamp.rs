//! Models whose network changed where they do not go: judged by the new equations, and taken over if they are as good.

use std::path::{Path, PathBuf};

use super::error::ValidateError;
use super::sha256::sha256_of_file;
use super::summary::Summary;
use super::validation::Validation;
use chem_emulator::checkpoint::{NetworkIdentity, Problem};
use chem_emulator::{Checkpoint, CheckpointError};
use chem_solver::data::input_error::InputError;
use chem_solver::runs::AnyNetwork;

/// Difference of log10 of a quantile of the errors that another machine may make.
const SAME: f64 = 0.01;

/// A model that now belongs to the network as it is.
#[derive(Clone, Debug)]
pub struct Restamped {
    /// The model.
    pub path: PathBuf,
    /// Digest of the equations that it belonged to.
    pub from: String,
    /// Digest of those that it belongs to.
    pub to: String,
    /// Largest difference of log10 of the quantiles of its errors from those of its summary.
    pub difference: f64,
}

/// Judges a model by its network as it is now. If its errors are those that the `summary.json` beside it says, the model and
/// the summary become those of this network; else nothing is changed. The model keeps the digest of the equations that it was
/// trained on. `None` if the equations are the same.
///
/// # Errors
/// A model that cannot be read or judged or that has no summary; another network's; errors other than the summary's.
pub fn restamp<E: From<ValidateError>>(
    path: &Path,
    network_of: impl Fn(&str) -> Result<AnyNetwork, E>,
) -> Result<Option<Restamped>, E> {
    let at = |problem| ValidateError::from(CheckpointError { path: path.to_path_buf(), problem });
    let mut checkpoint = Checkpoint::load(path).map_err(|e| E::from(ValidateError::from(e)))?;
    let network = network_of(&checkpoint.provenance.config.network)?;
    let trained = checkpoint.provenance.network.clone();
    let given = NetworkIdentity::of(network.network.structure());
    if (&given.name, &given.species) != (&trained.name, &trained.species) {
        let (trained, given) = (trained.headline(), given.headline());
        return Err(at(Problem::OtherNetwork { trained, given }).into());
    }
    if (&given.hash, given.version) == (&trained.hash, trained.version) {
        return Ok(None);
    }
    let beside = path.with_file_name("summary.json");
    let mut summary = Summary::read(&beside)?;
    let (from, to) = (trained.hash.clone(), given.hash.clone());
    checkpoint.provenance.network =
        NetworkIdentity { trained_on: Some(trained.trained_on.unwrap_or(trained.hash)), ..given };
    let judged = Validation::of_model(path, &checkpoint, network_of, None)?.summary;
    let difference = difference(&summary, &judged).filter(|difference| *difference <= SAME);
    let Some(difference) = difference else {
        let message = format!(
            "its errors by the network as it is are not those of {}: log10 of the quantiles is {:?}, not {:?}",
            beside.display(),
            judged.quantiles_log10_relative_error.all(),
            summary.quantiles_log10_relative_error.all(),
        );
        let remedy = "train it again; nothing was changed";
        return Err(ValidateError::from(InputError::new(path, message, remedy)).into());
    };
    summary.provenance.network = checkpoint.provenance.network.clone();
    checkpoint.save(path).map_err(|e| E::from(ValidateError::from(e)))?;
    summary.provenance.model_sha256 = Some(sha256_of_file(path)?);
    summary.write(&beside)?;
    Ok(Some(Restamped { path: path.to_path_buf(), from, to, difference }))
}

/// The largest difference of log10 of the quantiles of two judgements of the same states.
fn difference(said: &Summary, now: &Summary) -> Option<f64> {
    if said.states != now.states || said.per_species.len() != now.per_species.len() {
        return None;
    }
    let mut pairs = vec![(said.quantiles_log10_relative_error, now.quantiles_log10_relative_error)];
    for (name, said) in &said.per_species {
        pairs.push((
            said.quantiles_log10_relative_error,
            now.per_species.get(name)?.quantiles_log10_relative_error,
        ));
    }
    let differences = pairs
        .into_iter()
        .flat_map(|(said, now)| said.all().into_iter().zip(now.all()).map(|(said, now)| (said - now).abs()));
    Some(differences.fold(0.0, f64::max))
}
