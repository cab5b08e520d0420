//! The adjoint equation, from the end of a trajectory back to its beginning.

use super::trajectory::Trajectory;
use super::{Question, Sensitivity, SensitivityError};
use crate::linear::lu::{factor, solve_transposed};
use crate::network::ChemNetwork;
use crate::structure::Structure;

/// SDIRK of order 4: Hairer & Wanner 1996, Table IV.6.5. The last row of A is b.
const GAMMA: f64 = 0.25;
const STAGES: usize = 5;
const C: [f64; STAGES] = [0.25, 0.75, 11.0 / 20.0, 0.5, 1.0];
const A: [[f64; STAGES]; STAGES] = [
    [GAMMA, 0.0, 0.0, 0.0, 0.0],
    [0.5, GAMMA, 0.0, 0.0, 0.0],
    [17.0 / 50.0, -1.0 / 25.0, GAMMA, 0.0, 0.0],
    [371.0 / 1360.0, -137.0 / 2720.0, 15.0 / 544.0, GAMMA, 0.0],
    [25.0 / 24.0, -49.0 / 48.0, 125.0 / 16.0, -85.0 / 12.0, GAMMA],
];
/// b minus the weights of the embedded method of order 3.
const ERROR: [f64; STAGES] = [-3.0 / 16.0, -27.0 / 32.0, 25.0 / 32.0, 0.0, 0.25];
/// First step over the length of the trajectory, and the shortest.
const FIRST_STEP: f64 = 1e-12;
const SHORTEST_STEP: f64 = 1e-18;
/// What a single step has of the tolerated error: those of many steps add up.
const SHARE_OF_TOLERANCE: f64 = 0.03;
/// Growth of factors from which elimination on the diagonal is not trusted.
const LARGEST_GROWTH: f64 = 1e10;
/// Share of the total density that counts as little as none.
const LEAST_SHARE: f64 = 1e-12;

/// One unknown's lambda and its integral.
struct Adjoint {
    lambda: Vec<f64>,
    /// Of each flux, then each thermal term.
    integral: Vec<f64>,
    /// K of each stage, and lambda of the stages.
    slopes: Vec<f64>,
    stages: Vec<f64>,
}

/// Integrates the adjoint equation of every unknown asked for, together: they have the same matrices.
pub(super) fn integrate(
    network: &dyn ChemNetwork,
    question: &Question<'_>,
    trajectory: &Trajectory,
) -> Result<Vec<Sensitivity>, SensitivityError> {
    let structure = network.structure();
    let n = structure.unknown_count();
    let end = trajectory.end();
    let mut adjoints = Vec::new();
    for &unknown in question.of {
        let value = end.get(unknown).copied().unwrap_or(0.0);
        if value <= 0.0 {
            let name = structure.species.get(unknown).map_or("T", |name| name.as_ref());
            return Err(SensitivityError::Zero(name.to_owned()));
        }
        let mut lambda = vec![0.0; n];
        lambda[unknown] = 1.0 / value;
        let integral = vec![0.0; Terms::count(structure)];
        let room = vec![0.0; STAGES * n];
        adjoints.push(Adjoint { lambda, integral, slopes: room.clone(), stages: room });
    }
    let mut work = Work::new(network);
    let (mut passed, mut h) = (0.0, FIRST_STEP * question.end);
    while passed < question.end {
        h = h.min(question.end - passed);
        let error = work.attempt((question, trajectory), (passed, h), &mut adjoints);
        let scaled = error / (SHARE_OF_TOLERANCE * question.tolerance);
        if scaled <= 1.0 {
            // Sums may miss the end by rounding.
            passed = if h >= question.end - passed { question.end } else { passed + h };
            work.accept(h, &mut adjoints);
        } else if h < SHORTEST_STEP * question.end {
            return Err(SensitivityError::Adjoint { time: passed });
        }
        // NaN and infinity shorten the step.
        let change = if scaled.is_finite() { 0.9 * scaled.max(1e-8).powf(-0.25) } else { 0.2 };
        h *= change.clamp(0.2, 5.0);
    }
    let answer = |(adjoint, unknown): (Adjoint, &usize)| {
        let fluxes = structure.reactions.len() + structure.processes.len();
        let mut reactions = adjoint.integral;
        let thermal = reactions.split_off(fluxes);
        let initial = by_initial(structure, &adjoint.lambda, question.initial);
        let end = end.get(*unknown).copied().unwrap_or(0.0);
        Sensitivity { unknown: *unknown, end, reactions, thermal, initial }
    };
    Ok(adjoints.into_iter().zip(question.of).map(answer).collect())
}

/// y_k lambda_k at the beginning. An ion brings or takes the electrons that keep the gas neutral; they have no derivative of their own.
fn by_initial(structure: &Structure, lambda: &[f64], initial: &[f64]) -> Vec<f64> {
    let electron = structure.species.iter().position(|name| name == "e-");
    let of_electron = electron.and_then(|electron| lambda.get(electron)).copied().unwrap_or(0.0);
    let derivative = |(k, (lambda, y)): (usize, (&f64, &f64))| {
        let charge = f64::from(structure.charges.get(k).copied().unwrap_or(0));
        if Some(k) == electron { 0.0 } else { y * (lambda + charge * of_electron) }
    };
    lambda.iter().zip(initial).enumerate().map(derivative).collect()
}

/// Memory of a step.
struct Work<'n> {
    network: &'n dyn ChemNetwork,
    y: Vec<f64>,
    jacobian: Vec<f64>,
    lu: Vec<f64>,
    b: Vec<f64>,
    /// The fluxes and thermal terms of each stage.
    terms: Vec<Terms>,
    /// Sizes that lambda counts with: densities at the middle of the step.
    scale: Vec<f64>,
}

impl<'n> Work<'n> {
    fn new(network: &'n dyn ChemNetwork) -> Self {
        let structure = network.structure();
        let zeros = vec![0.0; structure.unknown_count()];
        Work {
            network,
            y: zeros.clone(),
            jacobian: vec![0.0; structure.jacobian_count()],
            lu: vec![0.0; structure.lu_count()],
            b: zeros.clone(),
            terms: (0..STAGES).map(|_| Terms::new(structure)).collect(),
            scale: zeros,
        }
    }

    /// The stages of a step from `passed` before the end to `h` more. Returns the estimate of its error in y lambda, which is
    /// infinite if the step cannot be made.
    fn attempt(
        &mut self,
        (question, trajectory): (&Question<'_>, &Trajectory),
        (passed, h): (f64, f64),
        adjoints: &mut [Adjoint],
    ) -> f64 {
        let structure = self.network.structure();
        let n = structure.unknown_count();
        for stage in 0..STAGES {
            let time = question.end - (passed + C[stage] * h);
            trajectory.at(time, &mut self.y);
            self.network.jacobian(time, &self.y, &mut self.jacobian);
            let growth = factor(structure, h * GAMMA, &self.jacobian, &mut self.lu);
            if growth.is_nan() || growth >= LARGEST_GROWTH {
                return f64::INFINITY;
            }
            self.terms[stage].take(self.network, time, &self.y);
            for adjoint in &mut *adjoints {
                self.b.copy_from_slice(&adjoint.lambda);
                for (a, slope) in A[stage][..stage].iter().zip(adjoint.slopes.chunks_exact(n)) {
                    self.b.iter_mut().zip(slope).for_each(|(b, k)| *b += h * a * k);
                }
                let known = stage * n..(stage + 1) * n;
                let value = &mut adjoint.stages[known.clone()];
                value.copy_from_slice(&self.b);
                solve_transposed(structure, &self.lu, value);
                let given = adjoint.stages[known.clone()].iter().zip(&self.b);
                for (slope, (value, b)) in adjoint.slopes[known].iter_mut().zip(given) {
                    *slope = (value - b) / (h * GAMMA);
                }
            }
        }
        let total: f64 = self.y[..n - 1].iter().sum();
        for (k, (scale, y)) in self.scale.iter_mut().zip(&self.y).enumerate() {
            *scale = if k + 1 < n { y + LEAST_SHARE * total } else { *y };
        }
        adjoints.iter().map(|adjoint| self.error(h, adjoint)).fold(0.0, largest)
    }

    /// The largest error of y lambda, relative to 1 + |y lambda|, and of the integrals.
    fn error(&self, h: f64, adjoint: &Adjoint) -> f64 {
        let n = self.y.len();
        let structure = self.network.structure();
        let mut integrals = vec![0.0; adjoint.integral.len()];
        for ((lambda, terms), e) in adjoint.stages.chunks_exact(n).zip(&self.terms).zip(ERROR) {
            terms.add(structure, h * e, lambda, &mut integrals);
        }
        let of_integrals = integrals.iter().map(|error| error.abs()).fold(0.0, largest);
        let of = |(k, scale): (usize, &f64)| {
            let error: f64 = (0..STAGES).map(|stage| ERROR[stage] * adjoint.slopes[stage * n + k]).sum();
            let value = adjoint.stages[(STAGES - 1) * n + k];
            (h * error * scale).abs() / (1.0 + (value * scale).abs())
        };
        self.scale.iter().enumerate().map(of).fold(of_integrals, largest)
    }

    /// Takes the last stage as the new value, and the integral over the step.
    fn accept(&self, h: f64, adjoints: &mut [Adjoint]) {
        let structure = self.network.structure();
        let n = self.y.len();
        for adjoint in adjoints {
            adjoint.lambda.copy_from_slice(&adjoint.stages[(STAGES - 1) * n..]);
            let stages = adjoint.stages.chunks_exact(n).zip(&self.terms);
            for ((lambda, terms), b) in stages.zip(A[STAGES - 1]) {
                terms.add(structure, h * b, lambda, &mut adjoint.integral);
            }
        }
    }
}

/// A maximum that keeps NaN as infinity.
fn largest(a: f64, b: f64) -> f64 {
    if b.is_nan() { f64::INFINITY } else { a.max(b) }
}

/// Fluxes of reactions and processes, and what thermal terms do to T.
struct Terms {
    fluxes: Vec<f64>,
    heating: Vec<f64>,
    cooling: Vec<f64>,
    /// dT/dt per unit of heating [K cm^3 erg^-1].
    by_heating: f64,
}

impl Terms {
    fn new(structure: &Structure) -> Self {
        Terms {
            fluxes: vec![0.0; structure.reactions.len() + structure.processes.len()],
            heating: vec![0.0; structure.heating.len()],
            cooling: vec![0.0; structure.cooling.len()],
            by_heating: 0.0,
        }
    }

    fn count(structure: &Structure) -> usize {
        let fluxes = structure.reactions.len() + structure.processes.len();
        fluxes + structure.heating.len() + structure.cooling.len()
    }

    fn take(&mut self, network: &dyn ChemNetwork, time: f64, y: &[f64]) {
        network.fluxes(time, y, &mut self.fluxes);
        network.heating(time, y, &mut self.heating);
        network.cooling(time, y, &mut self.cooling);
        let total: f64 = y[..y.len() - 1].iter().sum();
        let evolves = network.structure().evolves_temperature && total > 0.0;
        let gamma = if evolves { network.adiabatic_index(time, y) } else { 1.0 };
        self.by_heating = if evolves { (gamma - 1.0) / (network.boltzmann() * total) } else { 0.0 };
    }

    /// Adds weight lambda . S_j r_j to the integral of each j.
    fn add(&self, structure: &Structure, weight: f64, lambda: &[f64], integral: &mut [f64]) {
        let t_gas = lambda.last().copied().unwrap_or(0.0) * self.by_heating;
        let (of_fluxes, of_terms) = integral.split_at_mut(self.fluxes.len());
        for (j, (integral, flux)) in of_fluxes.iter_mut().zip(&self.fluxes).enumerate() {
            let change = |(species, net): &(u32, i32)| lambda[*species as usize] * f64::from(*net);
            let along: f64 = structure.net_changes(j).iter().map(change).sum();
            *integral += weight * along * flux;
        }
        let terms = self.heating.iter().copied().chain(self.cooling.iter().map(|cooling| -cooling));
        for (integral, term) in of_terms.iter_mut().zip(terms) {
            *integral += weight * t_gas * term;
        }
    }
}
