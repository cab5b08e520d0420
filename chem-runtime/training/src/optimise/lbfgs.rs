//! L-BFGS (Nocedal 1980) with a line search for the strong Wolfe conditions.

use std::collections::VecDeque;

use chem_emulator::config::Lbfgs as Settings;
use chem_emulator::weights::NamedArray;

use super::{Optimiser, Place};
use crate::error::TrainError;
use crate::loss::{Cost, Loss, Measure};
use crate::problem::Problem;
use crate::training::arrays::{Arrays, vector};

/// L-BFGS with the pairs of steps and changes of the gradient from which the curvature is known.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Lbfgs {
    settings: Settings,
    steps: VecDeque<Vec<f64>>,
    changes: VecDeque<Vec<f64>>,
}

/// A point with its loss and gradient.
#[derive(Clone, Debug, PartialEq)]
struct Point {
    parameters: Vec<f64>,
    loss: Loss,
}

/// Sufficient decrease and curvature (Nocedal & Wright 2006, sec. 3.1).
const DECREASE: f64 = 1e-4;
const CURVATURE: f64 = 0.9;
/// Evaluations of one line search.
const TRIES: u32 = 25;

impl Optimiser for Lbfgs {
    fn measure(&self) -> Measure {
        Measure { cost: Cost::Square, micro_batch: self.settings.micro_batch }
    }

    fn step(
        &mut self,
        problem: &mut dyn Problem,
        _: Place,
        parameters: &mut Vec<f64>,
    ) -> Result<Loss, TrainError> {
        let from = Point { loss: problem.loss(parameters)?, parameters: parameters.clone() };
        let to = self.search(&from, |parameters| -> Result<_, TrainError> {
            match problem.loss(&parameters) {
                // Too far: the line search comes back.
                Err(TrainError::NotFinite(_)) => {
                    let gradient = vec![0.0; parameters.len()];
                    Ok(Point { parameters, loss: Loss { value: f64::INFINITY, gradient, ..Loss::default() } })
                }
                other => Ok(Point { loss: other?, parameters }),
            }
        })?;
        let Point { parameters: at, loss } = to.unwrap_or(from);
        *parameters = at;
        Ok(loss)
    }

    /// What is known of the curvature is that of another loss.
    fn range_has_grown(&mut self) {
        self.steps.clear();
        self.changes.clear();
    }

    fn arrays(&self) -> Vec<NamedArray> {
        let flat = |rows: &VecDeque<Vec<f64>>| rows.iter().flatten().copied().collect::<Vec<_>>();
        vec![vector("lbfgs.steps", &flat(&self.steps)), vector("lbfgs.changes", &flat(&self.changes))]
    }

    fn restore(&mut self, arrays: &Arrays<'_>) -> Result<(), TrainError> {
        let parameters = arrays.any("parameters")?.len().max(1);
        let rows = |name: &str| -> Result<_, TrainError> {
            Ok(arrays.any(name)?.chunks_exact(parameters).map(<[f64]>::to_vec).collect())
        };
        (self.steps, self.changes) = (rows("lbfgs.steps")?, rows("lbfgs.changes")?);
        Ok(())
    }
}

impl Lbfgs {
    pub(super) fn new(settings: Settings) -> Self {
        Lbfgs { settings, steps: VecDeque::new(), changes: VecDeque::new() }
    }

    /// Moves from a point to a better one; `None` if none was found. `evaluate` gives loss and gradient.
    fn search<E>(
        &mut self,
        from: &Point,
        mut evaluate: impl FnMut(Vec<f64>) -> Result<Point, E>,
    ) -> Result<Option<Point>, E> {
        let gradient = &from.loss.gradient;
        let first = self.settings.learning_rate;
        let mut direction = self.direction(gradient);
        if dot(&direction, gradient) >= 0.0 {
            self.range_has_grown();
            direction = gradient.iter().map(|g| -g).collect();
        }
        let length = match self.steps.is_empty() {
            // Nothing is known of the curvature: a step of a size that does not depend on that of the gradient.
            true => first * f64::min(1.0, 1.0 / gradient.iter().map(|g| g.abs()).sum::<f64>()),
            false => first,
        };
        let Some(to) = along(from, &direction, length, &mut evaluate)? else { return Ok(None) };
        let difference = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a - b).collect::<Vec<f64>>();
        let step = difference(&to.parameters, &from.parameters);
        let change = difference(&to.loss.gradient, gradient);
        if dot(&step, &change) > 1e-14 * dot(&change, &change).sqrt() * dot(&step, &step).sqrt() {
            self.steps.push_back(step);
            self.changes.push_back(change);
        }
        while self.steps.len() > self.settings.history {
            self.steps.pop_front();
            self.changes.pop_front();
        }
        Ok(Some(to))
    }

    /// -H g by the two loops of Nocedal (1980).
    fn direction(&self, gradient: &[f64]) -> Vec<f64> {
        let mut q: Vec<f64> = gradient.iter().map(|g| -g).collect();
        let mut alphas = Vec::with_capacity(self.steps.len());
        for (s, y) in self.steps.iter().zip(&self.changes).rev() {
            let alpha = dot(s, &q) / dot(s, y);
            add(&mut q, -alpha, y);
            alphas.push(alpha);
        }
        if let (Some(s), Some(y)) = (self.steps.back(), self.changes.back()) {
            let scale = dot(s, y) / dot(y, y);
            q.iter_mut().for_each(|q| *q *= scale);
        }
        for ((s, y), alpha) in self.steps.iter().zip(&self.changes).zip(alphas.iter().rev()) {
            let beta = dot(y, &q) / dot(s, y);
            add(&mut q, alpha - beta, s);
        }
        q
    }
}

/// A point along a direction that satisfies the strong Wolfe conditions, by bisection of a bracket; if the tries run
/// out, the best point that makes the loss smaller.
fn along<E>(
    from: &Point,
    direction: &[f64],
    first: f64,
    evaluate: &mut impl FnMut(Vec<f64>) -> Result<Point, E>,
) -> Result<Option<Point>, E> {
    let slope = dot(direction, &from.loss.gradient);
    let (mut low, mut high, mut length) = (0.0, f64::INFINITY, first);
    let mut best: Option<Point> = None;
    for _ in 0..TRIES {
        let mut parameters = from.parameters.clone();
        add(&mut parameters, length, direction);
        let point = evaluate(parameters)?;
        let fits = point.loss.value <= from.loss.value + DECREASE * length * slope;
        let slope_there = dot(direction, &point.loss.gradient);
        let steep = slope_there < CURVATURE * slope;
        let beyond = slope_there > -CURVATURE * slope;
        if fits && best.as_ref().is_none_or(|best| point.loss.value < best.loss.value) {
            best = Some(point);
        }
        if !fits || beyond {
            high = length;
        } else if steep {
            low = length;
        } else {
            break;
        }
        length = if high.is_finite() { 0.5 * (low + high) } else { 2.0 * length };
    }
    Ok(best)
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

/// a += factor b
fn add(a: &mut [f64], factor: f64, b: &[f64]) {
    for (a, b) in a.iter_mut().zip(b) {
        *a += factor * b;
    }
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use super::*;

    fn rosenbrock(p: Vec<f64>) -> Result<Point, Infallible> {
        let (a, b) = (1.0 - p[0], p[1] - p[0] * p[0]);
        let gradient = vec![-2.0 * a - 400.0 * p[0] * b, 200.0 * b];
        let loss = Loss { value: a * a + 100.0 * b * b, gradient, ..Loss::default() };
        Ok(Point { loss, parameters: p })
    }

    #[test]
    fn the_valley_of_rosenbrock_is_followed_to_its_end() {
        let mut lbfgs = Lbfgs::new(Settings { history: 10, ..Settings::default() });
        let Ok(mut point) = rosenbrock(vec![-1.2, 1.0]);
        for _ in 0..60 {
            let Ok(next) = lbfgs.search(&point, rosenbrock);
            let Some(next) = next else { break };
            assert!(next.loss.value <= point.loss.value);
            point = next;
            if point.loss.value < 1e-20 {
                break;
            }
        }
        assert!((point.parameters[0] - 1.0).abs() < 1e-6, "{point:?}");
        assert!(lbfgs.steps.len() <= 10);
    }
}
