//! The numbers of a network: named arrays of f64.
//!
//! Names that prediction knows, for `depth` hidden layers i = 0, 1, ...; a dense layer `L` is `L.weight`
//! `[inputs, outputs]` and `L.bias` `[outputs]`; layers of units have `L.slope` `[outputs]` too if they are adaptive
//! sigmoids:
//!
//! ```text
//! fnn, siren   hidden.0, hidden.1, ..., output
//! dgm          first; layers.i.z, .g, .r, .h, each with a second matrix, .input, for the network's input; output
//! ```

/// One array of trained numbers; all that a checkpoint and prediction need of a network is a list of these.
#[derive(Clone, Debug, PartialEq)]
pub struct NamedArray {
    /// Unique in its list; parts are separated by dots (`layers.0.weight`).
    pub name: String,
    /// Length along each axis; empty for a single number.
    pub shape: Vec<usize>,
    /// Values, the last axis fastest.
    pub values: Vec<f64>,
}

impl NamedArray {
    /// An array; `values` must have as many entries as `shape` says.
    pub fn new(name: impl Into<String>, shape: impl Into<Vec<usize>>, values: Vec<f64>) -> Self {
        NamedArray { name: name.into(), shape: shape.into(), values }
    }

    /// A single number.
    pub fn scalar(name: impl Into<String>, value: f64) -> Self {
        NamedArray::new(name, [], vec![value])
    }

    /// Whether there are as many values as the shape says.
    pub fn is_consistent(&self) -> bool {
        self.shape.iter().product::<usize>() == self.values.len()
    }
}

/// The array of a name.
pub fn find<'a>(arrays: &'a [NamedArray], name: &str) -> Option<&'a NamedArray> {
    arrays.iter().find(|array| array.name == name)
}

/// Number of trained numbers.
pub fn count(arrays: &[NamedArray]) -> usize {
    arrays.iter().map(|array| array.values.len()).sum()
}

/// The name of an array of one of several networks.
pub fn expert_name(name: &str, expert: usize, experts: usize) -> String {
    if experts == 1 { name.to_owned() } else { format!("experts.{expert}.{name}") }
}
