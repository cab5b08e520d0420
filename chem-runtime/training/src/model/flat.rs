//! Parameters of a network as one vector, and as named arrays.

use burn::module::{Module, ModuleMapper, ModuleVisitor, Param, ParamId};
use burn::prelude::*;
use burn::tensor::TensorData;

use super::dual::numbers;
use chem_emulator::weights::NamedArray;

/// Where a parameter is in the vector of all.
#[derive(Clone, Debug)]
pub(crate) struct Slot {
    pub(crate) id: ParamId,
    /// Path of the fields (`hidden.0.weight`).
    pub(crate) name: String,
    pub(crate) shape: Vec<usize>,
    pub(crate) start: usize,
}

impl Slot {
    pub(crate) fn len(&self) -> usize {
        self.shape.iter().product()
    }
}

/// The order of a network's parameters in one vector.
#[derive(Clone, Debug, Default)]
pub(crate) struct Layout {
    pub(crate) slots: Vec<Slot>,
}

impl Layout {
    pub(crate) fn of(module: &impl Module) -> Self {
        let mut reader = Reader::default();
        module.visit(&mut reader);
        reader.layout
    }

    /// Number of parameters.
    pub(crate) fn len(&self) -> usize {
        self.slots.iter().map(Slot::len).sum()
    }

    /// The slot of a parameter.
    pub(crate) fn slot(&self, id: ParamId) -> Option<&Slot> {
        self.slots.iter().find(|slot| slot.id == id)
    }

    /// Named arrays of a vector.
    pub(crate) fn arrays(&self, values: &[f64]) -> Vec<NamedArray> {
        let slice =
            |slot: &Slot| values.get(slot.start..slot.start + slot.len()).unwrap_or_default().to_vec();
        self.slots.iter().map(|slot| NamedArray::new(&slot.name, slot.shape.clone(), slice(slot))).collect()
    }
}

/// The parameters of a network in one vector.
pub(crate) fn values(module: &impl Module) -> Vec<f64> {
    let mut reader = Reader::default();
    module.visit(&mut reader);
    reader.values
}

/// The network with other parameters, which stay on its device; `values` has one entry per parameter.
pub(crate) fn with_values<M: Module>(module: M, values: &[f64]) -> M {
    module.map(&mut Writer { values })
}

#[derive(Default)]
struct Reader {
    path: Vec<String>,
    layout: Layout,
    values: Vec<f64>,
}

impl ModuleVisitor for Reader {
    fn enter_module(&mut self, name: &str, container: &str) {
        // The variant of an enumeration is said by the config.
        let name = if container.starts_with("Enum:") { "" } else { name };
        self.path.push(name.to_owned());
    }

    fn exit_module(&mut self, _: &str, _: &str) {
        self.path.pop();
    }

    fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
        let parts: Vec<&str> = self.path.iter().map(String::as_str).filter(|part| !part.is_empty()).collect();
        let value = param.val();
        let slot = Slot {
            id: param.id,
            name: parts.join("."),
            shape: value.dims().to_vec(),
            start: self.values.len(),
        };
        self.layout.slots.push(slot);
        self.values.extend(numbers(value));
    }
}

struct Writer<'a> {
    values: &'a [f64],
}

impl ModuleMapper for Writer<'_> {
    fn map_float<const D: usize>(&mut self, param: Param<Tensor<D>>) -> Param<Tensor<D>> {
        let count = param.val().dims().iter().product();
        let Some((values, rest)) = self.values.split_at_checked(count) else { return param };
        self.values = rest;
        param.map(|tensor| {
            let data = TensorData::new(values.to_vec(), tensor.shape());
            let options = (&tensor.device(), tensor.dtype());
            let fresh = Tensor::from_data(data, options);
            if tensor.is_require_grad() { fresh.require_grad() } else { fresh }
        })
    }
}
