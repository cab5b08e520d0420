//! From network to states: inputs, and how the initial state enters.
//!
//! ```text
//! x = (tau - tau_start) / (tau_end - tau_start)
//! y = y0 + x N(2 x - 1)                             hard initial condition: y0 at the start, whatever N
//! y = N(2 x - 1)                                    soft: a term of the loss
//! ```

use burn::prelude::*;
use burn::tensor::DType;

use super::config::{InitialCondition, Time};
use super::model::{Dual, Model, Trace, matrix, numbers};

/// How states are made of the outputs of a network.
#[derive(Clone, Debug)]
pub(crate) struct Ansatz {
    pub(crate) time: Time,
    pub(crate) initial_condition: InitialCondition,
    /// The initial state, as trained.
    pub(crate) start: Vec<f64>,
    pub(crate) dtype: DType,
}

/// Points in tau as tensors of a device.
#[derive(Clone, Debug)]
pub(crate) struct Batch {
    /// Inputs of the network `[points, inputs]`.
    pub(crate) inputs: Dual,
    /// x `[points, 1]`.
    share: Dual,
    /// The initial state `[1, unknowns]`.
    start: Tensor<2>,
}

impl Batch {
    /// `copies` of the batch, one after another.
    pub(crate) fn repeat(&self, copies: usize) -> Self {
        let repeat = |dual: &Dual| Dual {
            value: dual.value.clone().repeat(&[copies, 1]),
            tangent: dual.tangent.clone().map(|tangent| tangent.repeat(&[copies, 1])),
        };
        Batch { inputs: repeat(&self.inputs), share: repeat(&self.share), start: self.start.clone() }
    }
}

impl Ansatz {
    /// Number of inputs of the network.
    pub(crate) fn inputs(&self) -> usize {
        1
    }

    /// The inputs at each tau.
    pub(crate) fn batch(&self, tau: &[f64], device: &Device) -> Batch {
        let (start, span) = (self.time.tau_start(), self.time.tau_end() - self.time.tau_start());
        let column = |values: Vec<f64>| {
            let shape = [values.len(), 1];
            matrix(values, shape, device, self.dtype)
        };
        let x: Vec<f64> = tau.iter().map(|tau| (tau - start) / span).collect();
        let inputs = Dual::with_tangent(
            column(x.iter().map(|x| 2.0 * x - 1.0).collect()),
            column(vec![2.0 / span; x.len()]),
        );
        let slopes = column(vec![1.0 / span; x.len()]);
        let share = Dual::with_tangent(column(x), slopes);
        let start = matrix(self.start.clone(), [1, self.start.len()], device, self.dtype);
        Batch { inputs, share, start }
    }

    /// y and dy/dtau `[points, unknowns]`.
    pub(crate) fn states(&self, model: &Model, batch: &Batch, trace: &mut Trace) -> Dual {
        let outputs = model.forward(&batch.inputs, trace);
        match self.initial_condition {
            InitialCondition::Soft => outputs,
            InitialCondition::Hard => {
                let Dual { value, tangent } = batch.share.clone() * outputs;
                Dual { value: batch.start.clone() + value, tangent }
            }
        }
    }

    /// y and dy/dtau as numbers, row after row.
    pub(crate) fn evaluate(&self, model: &Model, batch: &Batch) -> [Vec<f64>; 2] {
        let Dual { value, tangent } = self.states(model, batch, &mut Trace::off());
        [numbers(value), tangent.map(numbers).unwrap_or_default()]
    }
}
