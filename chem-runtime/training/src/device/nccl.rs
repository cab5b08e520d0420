//! Sums among the graphics processors of one process, by NCCL through burn.

use std::panic::{AssertUnwindSafe, catch_unwind};

use burn::tensor::distributed::{ReduceOperation, all_reduce};
use burn::tensor::{DType, Device, Tensor, TensorData};

use chem_solver::data::input_error::InputError;

/// Adds up one vector of each device; the sum on the first.
pub(crate) fn sum(tensors: Vec<Tensor<1>>) -> Tensor<1> {
    let devices: Vec<Device> = tensors.iter().map(Tensor::device).collect();
    // Each call only tells its device to take part; the sum begins when all do.
    let sums: Vec<_> =
        tensors.into_iter().map(|tensor| all_reduce(tensor, ReduceOperation::Sum, devices.clone())).collect();
    // All are waited for: none may be given back while others still read it.
    let mut sums: Vec<Tensor<1>> = sums.into_iter().map(|sum| sum.resolve()).collect();
    sums.swap_remove(0)
}

/// Adds up numbers that are known, so that a training does not begin where it cannot go on.
///
/// # Errors
/// Fewer than two devices; NCCL is not there or does not add up.
pub fn check(devices: &[Device]) -> Result<(), InputError> {
    if devices.len() < 2 {
        let message = "one device has nothing to add up";
        return Err(InputError::new("--nccl", message, "name several: --devices cuda:0,cuda:1"));
    }
    let wrong = |what: &str| {
        let message = format!("NCCL does not add up among these devices: {what}");
        InputError::new("--nccl", message, "install libnccl2, or leave --nccl out: the host then adds up")
    };
    let one = |(index, device): (usize, &Device)| {
        let data = TensorData::new(vec![1.0 + index as f64, 2.0], [2]);
        Tensor::from_data(data, (&device.clone().inner(), DType::F64))
    };
    let tensors = devices.iter().enumerate().map(one).collect();
    // cubecl panics where NCCL is not installed.
    let found = catch_unwind(AssertUnwindSafe(|| sum(tensors).try_into_data()))
        .map_err(|_| wrong("it was not found"))?
        .map_err(|error| wrong(&error.to_string()))?;
    let count = devices.len() as f64;
    let expected = [count * (count + 1.0) / 2.0, 2.0 * count];
    match found.as_slice::<f64>() {
        Ok(found) if *found == expected => Ok(()),
        _ => Err(wrong("the sum is wrong")),
    }
}
