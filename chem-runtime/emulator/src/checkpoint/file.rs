//! Checkpoints as bytes.

use std::borrow::Cow;
use std::collections::HashMap;

use chem_grammar::fnv::Fnv1a;
use safetensors::{Dtype, SafeTensorError, SafeTensors, View};
use serde::{Deserialize, Serialize};

use super::Checkpoint;
use super::error::Problem;
use super::provenance::{NetworkIdentity, Outcome, Provenance};
use crate::config::{Config, Precision};
use crate::snapshot::Snapshot;
use crate::trained_domain::TrainedDomain;
use crate::weights::NamedArray;

const FORMAT: u64 = 1;
const ENTRY: &str = "chem";
const DIGEST: &str = "digest";
/// What the names of trained numbers begin with.
const WEIGHTS: &str = "weights.";

/// The entry `chem` of the metadata.
#[derive(Serialize, Deserialize)]
struct Header {
    format: u64,
    generator: String,
    network: NetworkIdentity,
    config: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    domain: Option<TrainedDomain>,
    outcome: Outcome,
    #[serde(skip_serializing_if = "Option::is_none")]
    state: Option<serde_json::Value>,
}

/// An array as safetensors writes it.
struct Bytes {
    dtype: Dtype,
    shape: Vec<usize>,
    data: Vec<u8>,
}

impl View for &Bytes {
    fn dtype(&self) -> Dtype {
        self.dtype
    }
    fn shape(&self) -> &[usize] {
        &self.shape
    }
    fn data(&self) -> Cow<'_, [u8]> {
        Cow::Borrowed(&self.data)
    }
    fn data_len(&self) -> usize {
        self.data.len()
    }
}

impl Checkpoint {
    /// The bytes of the file.
    ///
    /// # Errors
    /// If arrays do not have the shape they state, or share a name.
    pub fn to_bytes(&self) -> Result<Vec<u8>, Problem> {
        self.bytes(&self.provenance.config)
    }

    /// The bytes of a file that holds this config.
    pub(super) fn bytes(&self, config: &Config) -> Result<Vec<u8>, Problem> {
        let inconsistent = |e: &dyn std::fmt::Display| Problem::Inconsistent(e.to_string());
        let header = Header {
            format: FORMAT,
            generator: self.provenance.generator.clone(),
            network: self.provenance.network.clone(),
            config: config.to_toml().map_err(|e| inconsistent(&e))?,
            domain: self.provenance.domain.clone(),
            outcome: self.provenance.outcome.clone(),
            state: self.snapshot.as_ref().map(|snapshot| snapshot.state.clone()),
        };
        let header = serde_json::to_string(&header).map_err(|e| inconsistent(&e))?;
        let mut arrays = self.arrays()?;
        let digest = digest(&header, arrays.iter().map(|(name, b)| (name.as_str(), &*b.shape, &*b.data)));
        arrays.push((DIGEST.to_owned(), Bytes { dtype: Dtype::U8, shape: vec![8], data: digest.to_vec() }));
        let metadata = HashMap::from([(ENTRY.to_owned(), header)]);
        let views = arrays.iter().map(|(name, bytes)| (name.as_str(), bytes));
        safetensors::serialize(views, Some(metadata)).map_err(|e| inconsistent(&e))
    }

    /// All arrays by name, sorted.
    fn arrays(&self) -> Result<Vec<(String, Bytes)>, Problem> {
        let mut arrays = Vec::new();
        // What is trained on keeps its digits; a model needs those that it was evaluated with.
        let single = self.snapshot.is_none() && self.provenance.config.model.precision == Precision::F32;
        let mut add = |name: String, shape: &[usize], values: &[f64]| {
            if shape.iter().product::<usize>() != values.len() {
                let message = format!("{} values in {name}, of shape {shape:?}", values.len());
                return Err(Problem::Inconsistent(message));
            }
            let (dtype, data) = if single && name.starts_with(WEIGHTS) {
                (Dtype::F32, values.iter().flat_map(|v| (*v as f32).to_le_bytes()).collect())
            } else {
                (Dtype::F64, values.iter().flat_map(|v| v.to_le_bytes()).collect())
            };
            arrays.push((name, Bytes { dtype, shape: shape.to_vec(), data }));
            Ok(())
        };
        add("trained.low".to_owned(), &[self.low.len()], &self.low)?;
        add("trained.high".to_owned(), &[self.high.len()], &self.high)?;
        for array in &self.weights {
            add(format!("{WEIGHTS}{}", array.name), &array.shape, &array.values)?;
        }
        for array in self.snapshot.iter().flat_map(|snapshot| &snapshot.arrays) {
            add(format!("state.{}", array.name), &array.shape, &array.values)?;
        }
        arrays.sort_by(|(a, _), (b, _)| a.cmp(b));
        let twice = arrays.windows(2).find(|pair| matches!(pair, [(a, _), (b, _)] if a == b));
        match twice {
            Some([(name, _), ..]) => Err(Problem::Inconsistent(format!("two arrays are called {name}"))),
            _ => Ok(arrays),
        }
    }

    /// Reads the bytes of a file.
    ///
    /// # Errors
    /// As [`Checkpoint::load`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, Problem> {
        let whole = |e: SafeTensorError| Problem::NotWhole(e.to_string());
        let (_, metadata) = SafeTensors::read_metadata(bytes).map_err(whole)?;
        let tensors = SafeTensors::deserialize(bytes).map_err(whole)?;
        let text = metadata
            .metadata()
            .as_ref()
            .and_then(|entries| entries.get(ENTRY))
            .ok_or_else(|| Problem::Foreign(format!("its metadata has no entry `{ENTRY}`")))?;
        check_format(text)?;
        let mut views = tensors.tensors();
        views.sort_by(|(a, _), (b, _)| a.cmp(b));
        let stored = tensors.tensor(DIGEST).map_err(|_| Problem::Damaged)?;
        let content = views.iter().filter(|(name, _)| name != DIGEST);
        let computed = digest(text, content.map(|(name, view)| (name.as_str(), view.shape(), view.data())));
        if stored.data() != computed {
            return Err(Problem::Damaged);
        }
        let mut arrays = Vec::with_capacity(views.len());
        for (name, view) in views.iter().filter(|(name, _)| name != DIGEST) {
            let values = match view.dtype() {
                Dtype::F64 => {
                    view.data().as_chunks().0.iter().map(|word| f64::from_le_bytes(*word)).collect()
                }
                Dtype::F32 if name.starts_with(WEIGHTS) => {
                    let words = view.data().as_chunks().0.iter();
                    words.map(|word| f64::from(f32::from_le_bytes(*word))).collect()
                }
                _ => return Err(Problem::Inconsistent(format!("{name} is not of type F64"))),
            };
            arrays.push(NamedArray::new(name.clone(), view.shape(), values));
        }
        assemble(text, arrays)
    }
}

/// A checkpoint from its parts.
fn assemble(header: &str, arrays: Vec<NamedArray>) -> Result<Checkpoint, Problem> {
    let header: Header = serde_json::from_str(header).map_err(|e| Problem::Inconsistent(e.to_string()))?;
    let config = Config::parse(&header.config, "config").map_err(|e| Problem::Inconsistent(e.to_string()))?;
    let take = |prefix: &str| -> Vec<NamedArray> {
        let named = arrays.iter().filter_map(|array| Some((array.name.strip_prefix(prefix)?, array)));
        named.map(|(name, a)| NamedArray::new(name, a.shape.clone(), a.values.clone())).collect()
    };
    let unknowns = header.network.species.len() + 1;
    let trained = |name: &str| {
        let values = take("trained.").into_iter().find(|array| array.name == name).map(|array| array.values);
        values
            .filter(|v| v.len() == unknowns && v.iter().all(|x| x.is_finite()))
            .ok_or_else(|| Problem::Inconsistent(format!("trained.{name} does not have {unknowns} numbers")))
    };
    let snapshot = header.state.map(|state| Snapshot { arrays: take("state."), state });
    Ok(Checkpoint {
        low: trained("low")?,
        high: trained("high")?,
        weights: take(WEIGHTS),
        snapshot,
        provenance: Provenance {
            generator: header.generator,
            network: header.network,
            config,
            domain: header.domain,
            outcome: header.outcome,
        },
    })
}

/// Refuses formats of other versions before anything else is looked at.
fn check_format(header: &str) -> Result<(), Problem> {
    #[derive(Deserialize)]
    struct Format {
        format: u64,
    }
    match serde_json::from_str::<Format>(header) {
        Ok(Format { format: FORMAT }) => Ok(()),
        Ok(Format { format: found }) => Err(Problem::Format { found, known: FORMAT }),
        Err(error) => Err(Problem::Foreign(format!("its entry `{ENTRY}` has no format: {error}"))),
    }
}

/// Digest over the header and all arrays in the order of their names.
fn digest<'a>(header: &str, arrays: impl Iterator<Item = (&'a str, &'a [usize], &'a [u8])>) -> [u8; 8] {
    let mut digest = Fnv1a::new().bytes(header.as_bytes());
    for (name, shape, data) in arrays {
        digest = digest.bytes(name.as_bytes());
        for length in shape {
            digest = digest.bytes(&(*length as u64).to_le_bytes());
        }
        digest = digest.bytes(data);
    }
    digest.value().to_le_bytes()
}
