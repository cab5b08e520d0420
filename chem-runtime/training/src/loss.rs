//! The loss of a batch, and how a residual counts in it.

/// How a residual r counts in the loss.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Cost {
    /// r^2
    Square,
    /// r^2, and beyond this by its size: 2 h^2 (sqrt(1 + (r/h)^2) - 1), the pseudo-Huber loss.
    Huber(f64),
}

impl Cost {
    /// What r counts, and the derivative of that by r.
    pub(crate) fn of(self, r: f64) -> [f64; 2] {
        match self {
            Cost::Square => [r * r, 2.0 * r],
            Cost::Huber(h) => {
                let root = (1.0 + (r / h).powi(2)).sqrt();
                [2.0 * h * h * (root - 1.0), 2.0 * r / root]
            }
        }
    }

    /// The weight of a row r in least squares that are made anew in every iteration.
    pub(crate) fn weight(self, r: f64) -> f64 {
        match self {
            Cost::Square => 1.0,
            Cost::Huber(h) => 1.0 / (1.0 + (r / h).powi(2)).sqrt(),
        }
    }
}

/// How an optimiser wants a loss to be computed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Measure {
    pub(crate) cost: Cost,
    /// Most points of one graph; threads take one graph each.
    pub(crate) micro_batch: usize,
}

/// A loss with its gradient.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Loss {
    /// Mean over the points of the sum over the rows.
    pub(crate) value: f64,
    /// By all parameters; empty where only the value is known.
    pub(crate) gradient: Vec<f64>,
    /// Mean square of each row's residual.
    pub(crate) squares: Vec<f64>,
    /// Share of each point in the value, where it is known.
    pub(crate) by_point: Vec<f64>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slopes_are_derivatives_and_large_residuals_count_by_their_size() {
        for cost in [Cost::Square, Cost::Huber(0.1), Cost::Huber(3.0)] {
            for r in [-5.0, -0.2, 0.0, 1e-3, 0.7] {
                let difference = (cost.of(r + 1e-6)[0] - cost.of(r - 1e-6)[0]) / 2e-6;
                assert!((cost.of(r)[1] - difference).abs() < 1e-7 * (1.0 + r.abs()), "{cost:?} {r}");
            }
        }
        assert!((Cost::Huber(0.1).of(100.0)[0] / (0.2 * 100.0) - 1.0).abs() < 2e-3);
        assert!((Cost::Huber(1e3).of(0.5)[0] - 0.25).abs() < 1e-6);
        assert!((Cost::Huber(0.1).weight(0.5) * 0.5 - 0.5 / 26f64.sqrt()).abs() < 1e-15);
    }
}
