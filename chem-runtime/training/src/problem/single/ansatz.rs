//! From network to states: inputs, and how the initial state enters.
//!
//! ```text
//! x = (tau - tau_start) / (tau_end - tau_start)
//! y = y0 + x N(2 x - 1)                             hard initial condition: y0 at the start, whatever N
//! y = N(2 x - 1)                                    soft: a term of the loss
//! ```

use burn::prelude::*;
use burn::tensor::DType;

use crate::model::{Dual, Model, Trace, matrix, numbers};
use chem_emulator::config::{InitialCondition, Time};

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

#[cfg(test)]
mod tests {
    use chem_emulator::checkpoint::Provenance;
    use chem_emulator::config::{Activation, Axis, Config, Kind, Seconds, Time};
    use chem_emulator::{Checkpoint, Pinn};
    use chem_solver::synthetic_network::hydrogen;

    use super::*;
    use crate::device::Place;
    use crate::model::{self, Layout, dtype, values};

    /// The network as it is trained, by burn, and as it predicts must be the same.
    #[test]
    fn prediction_is_the_forward_pass_of_training() {
        let structure = hydrogen();
        let initial = [0.5f64, 80.0, 0.5, 900.0];
        let device = Place::Cpu.device().unwrap();
        for kind in
            [Kind::Fnn, Kind::Siren, Kind::Dgm, Kind::Modified, Kind::Highway, Kind::Fourier, Kind::Resnet]
        {
            for activation in
                [Activation::Tanh, Activation::Silu, Activation::Sine, Activation::AdaptiveSigmoid]
            {
                let mut config = Config::new("hydrogen");
                (config.model.kind, config.model.activation) = (kind, activation);
                (config.model.width, config.model.depth, config.model.first_scale) = (9, 3, 1.0);
                // On the linear axis tau comes back from the time without rounding.
                config.time = Time { axis: Axis::Linear, start: Seconds(0.0), end: Seconds(5.0) };
                let network = model::Model::new(&config.model, [1, 4], 5, &device);
                let ansatz = Ansatz {
                    time: config.time,
                    initial_condition: config.initial_condition,
                    start: initial.iter().map(|x| x.log10()).collect(),
                    dtype: dtype(config.model.precision),
                };
                let times: Vec<f64> = (0..50).map(|i| f64::from(i) / 10.0).collect();
                let [y, _] = ansatz.evaluate(&network, &ansatz.batch(&times, &device));
                let pinn = Pinn::new(&Checkpoint {
                    provenance: Provenance::new(&structure, config.clone()),
                    low: initial.to_vec(),
                    high: initial.to_vec(),
                    weights: Layout::of(&network).arrays(&values(&network)),
                    snapshot: None,
                })
                .unwrap();
                let mut out = vec![0.0; y.len()];
                pinn.evaluate(&initial, &times, &mut out).unwrap();
                for (value, y) in out.iter().zip(&y) {
                    let exact = 10f64.powf(*y);
                    let error = (value / exact - 1.0).abs();
                    assert!(error < 1e-13, "{kind:?} {activation:?}: {value} {exact}");
                }
            }
        }
    }
}
