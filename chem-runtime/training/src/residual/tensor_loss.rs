//! The loss of residuals that stay on their device.

use burn::tensor::{DType, Tensor};

use crate::loss::{Cost, Loss};
use crate::model::{matrix, numbers};

/// What residuals `[points, rows]` out of `count` points add to a loss with a weight for each row, and the same as a tensor
/// to be differentiated.
pub(crate) fn loss_of_tensor(
    r: Tensor<2>,
    cost: Cost,
    weights: &[f64],
    count: usize,
    dtype: DType,
) -> (Loss, Tensor<1>) {
    let device = r.device();
    let row = |values: Vec<f64>| matrix(values, [1, weights.len()], &device, dtype);
    let one = |value: f64| matrix(vec![value], [1, 1], &device, dtype);
    let square = r.clone() * r;
    let shares = row(vec![1.0 / count as f64; weights.len()]);
    let squares = square.clone().sum_dim(0) * shares;
    let mean_squares = numbers(squares.clone());
    let sum = match cost {
        Cost::Square => (squares * row(weights.to_vec())).sum(),
        Cost::Huber(huber) => {
            let root = (square.clone() * one(huber.powi(-2))).add_scalar(1.0).sqrt();
            // 2 h^2 (root - 1) without the difference.
            let costs = square * one(2.0 / count as f64) / root.add_scalar(1.0);
            (costs * row(weights.to_vec())).sum()
        }
    };
    let value = numbers(sum.clone()).first().copied().unwrap_or(f64::NAN);
    (Loss { value, squares: mean_squares, ..Loss::default() }, sum)
}
