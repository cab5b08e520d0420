//! The sum of the gradients of the parts of a batch: on the host in double precision, in the order of the parts; or, if asked
//! for, first on each device over its own parts, then among the devices by an all-reduce.

use std::collections::BTreeMap;

use burn::module::Module;
use burn::tensor::{DType, Device, Gradients, Tensor};

use super::devices::{AllReduce, Devices};
use crate::model::{gradient, gradient_tensor, numbers};

/// The gradient of one part, where it is added up.
#[expect(clippy::large_enum_variant, reason = "there are as many as parts of a batch")]
pub(crate) enum PartGradient {
    Host(Vec<f64>),
    Device(Tensor<1>),
}

/// The sum as it grows.
pub(crate) enum GradientSum<'a> {
    Host(Vec<f64>),
    Devices {
        devices: &'a [Device],
        all_reduce: AllReduce,
        parameters: usize,
        /// For each device, what was added from a parameter on.
        sums: Vec<BTreeMap<usize, Tensor<1>>>,
    },
}

impl Devices {
    /// The gradient by the parameters of a part's network.
    pub(crate) fn gradient(&self, module: &impl Module, gradients: &Gradients) -> PartGradient {
        match self.all_reduce {
            None => PartGradient::Host(gradient(module, gradients)),
            Some(_) => PartGradient::Device(gradient_tensor(module, gradients)),
        }
    }

    /// An empty sum over all parameters.
    pub(crate) fn gradient_sum(&self, parameters: usize) -> GradientSum<'_> {
        match self.all_reduce {
            None => GradientSum::Host(vec![0.0; parameters]),
            Some(all_reduce) => GradientSum::Devices {
                devices: &self.all,
                all_reduce,
                parameters,
                sums: vec![BTreeMap::new(); self.all.len()],
            },
        }
    }
}

impl GradientSum<'_> {
    /// Adds the gradient of a part by the parameters from `first` on; `part` is its number, see [`Devices::place`].
    pub(crate) fn add(&mut self, part: usize, first: usize, gradient: PartGradient) {
        match (self, gradient) {
            (GradientSum::Host(sum), gradient) => {
                let gradient = match gradient {
                    PartGradient::Host(values) => values,
                    PartGradient::Device(tensor) => numbers(tensor),
                };
                sum[first..].iter_mut().zip(&gradient).for_each(|(sum, g)| *sum += g);
            }
            (GradientSum::Devices { devices, sums, .. }, gradient) => {
                let place = part % devices.len();
                let gradient = match gradient {
                    PartGradient::Device(tensor) => tensor,
                    PartGradient::Host(values) => vector(values, &devices[place], DType::F64),
                };
                let sum = match sums[place].remove(&first) {
                    Some(sum) => sum + gradient,
                    None => gradient,
                };
                sums[place].insert(first, sum);
            }
        }
    }

    /// The whole sum.
    pub(crate) fn total(self) -> Vec<f64> {
        match self {
            GradientSum::Host(sum) => sum,
            GradientSum::Devices { devices, all_reduce, parameters, sums } => {
                let dtype = sums.iter().flat_map(BTreeMap::values).map(Tensor::dtype).next();
                let dtype = dtype.unwrap_or(DType::F64);
                let whole = |(sums, device): (BTreeMap<usize, Tensor<1>>, &Device)| {
                    // Networks that no part of this device asked have no gradient there.
                    let zeros = |count: usize| vector(vec![0.0; count], device, dtype);
                    let (mut pieces, mut end) = (Vec::new(), 0);
                    for (first, sum) in sums {
                        if first > end {
                            pieces.push(zeros(first - end));
                        }
                        end = first + sum.dims()[0];
                        pieces.push(sum);
                    }
                    if end < parameters {
                        pieces.push(zeros(parameters - end));
                    }
                    Tensor::cat(pieces, 0)
                };
                numbers(all_reduce(sums.into_iter().zip(devices).map(whole).collect()))
            }
        }
    }
}

fn vector(values: Vec<f64>, device: &Device, dtype: DType) -> Tensor<1> {
    let count = values.len();
    Tensor::from_data(burn::tensor::TensorData::new(values, [count]), (device, dtype))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What NCCL does, through the host.
    fn by_hand(tensors: Vec<Tensor<1>>) -> Tensor<1> {
        tensors.into_iter().reduce(|a, b| a + b).unwrap()
    }

    #[test]
    fn parts_of_several_networks_on_several_devices_are_added_up() {
        let devices = vec![Device::flex(); 3];
        let spread = Devices { all: devices.clone(), all_reduce: Some(by_hand) };
        let mut sum = spread.gradient_sum(7);
        let mut expected = vec![0.0; 7];
        // Parts of two parameters each, by the parameters from 1, 5 and 3 on; the third device has none of these.
        for (part, first) in [(0, 1), (1, 5), (3, 1), (4, 3)] {
            let values = vec![1.0 + f64::from(part), 0.5];
            expected[first..].iter_mut().zip(&values).for_each(|(sum, v)| *sum += v);
            sum.add(part as usize, first, PartGradient::Device(vector(values, &devices[0], DType::F64)));
        }
        assert_eq!(sum.total(), expected);
        assert_eq!(spread.gradient_sum(2).total(), [0.0, 0.0]);
    }
}
