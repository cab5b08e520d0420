//! Points at which kernels are compared with the functions that `chem_network!` generated, and what these give there.

use chem_solver::network::domain::random_stream;
use chem_solver::log_form::{Cotangents, LogForm, LogScratch};
use chem_solver::network::TypedNetwork;
use chem_solver::scalar::Dual;

/// Cells are drawn from this.
const SEED: u64 = 20_23;

/// States, directions and results, a row per point. Directions and states are exact in single precision, so that kernels
/// of both precisions are given the same.
pub struct Points {
    /// log10 of the time `[s]`.
    pub tau: Vec<f64>,
    /// log10 of densities and T.
    pub u: Vec<f64>,
    /// du/dtau, and also the cotangent of the product.
    pub direction: Vec<f64>,
    /// The residual.
    pub residual: Compared,
    /// The product by u.
    pub by_u: Compared,
    /// The product by tau.
    pub by_tau: Compared,
}

/// Results and the sums of the sizes of their terms, to which errors of rounding are relative.
#[derive(Default)]
pub struct Compared {
    values: Vec<f64>,
    sizes: Vec<f64>,
}

impl Compared {
    /// One more result.
    pub fn add(&mut self, value: f64, size: f64) {
        self.values.push(value);
        self.sizes.push(size);
    }

    /// Number of results.
    pub fn len(&self) -> usize {
        self.values.len()
    }

    /// Errors of what a kernel found, relative to the sizes: the median and the largest. Infinite where it is no number.
    pub fn errors(&self, found: &[f64]) -> [f64; 2] {
        let pairs = self.values.iter().zip(found).zip(&self.sizes);
        let error = |((value, found), size): ((&f64, &f64), &f64)| {
            let error = (value - found).abs() / size;
            if error.is_nan() { f64::INFINITY } else { error }
        };
        let mut errors: Vec<f64> = pairs.map(error).collect();
        if errors.len() != self.values.len() {
            return [f64::INFINITY; 2];
        }
        errors.sort_by(f64::total_cmp);
        [errors[errors.len() / 2], errors.last().copied().unwrap_or(f64::INFINITY)]
    }
}

impl Points {
    /// Random cells of the first domain that the network declares, at random times.
    pub fn draw<N: TypedNetwork>(network: &N, count: usize) -> Self {
        let mut points = Points {
            tau: Vec::new(),
            u: Vec::new(),
            direction: Vec::new(),
            residual: Compared::default(),
            by_u: Compared::default(),
            by_tau: Compared::default(),
        };
        let single = |value: f64| f64::from(value as f32);
        for index in 0..count {
            let mut random = random_stream(SEED, index as u64);
            let Some(x) = N::DOMAINS.first().and_then(|d| d.draw(network.structure(), &mut random)) else {
                continue;
            };
            // A fixed sequence without structure: fractions of multiples of the golden ratio.
            let fraction = |i: usize| (0.618_033_988_749_894_9 * (index * 31 + i + 1) as f64).fract();
            points.tau.push(single(5.5 + 8.0 * fraction(0)));
            // Species of which there is none are given a trace.
            let u = x.iter().enumerate().map(|(i, x)| single(x.max(1e-10 * (1.0 + fraction(i))).log10()));
            points.u.extend(u);
            points.direction.extend((0..x.len()).map(|i| single(2.0 * fraction(i + 17) - 1.0)));
        }
        points.evaluate(network);
        points
    }

    /// Fills in the results.
    fn evaluate<N: TypedNetwork>(&mut self, network: &N) {
        let structure = network.structure();
        let n = structure.unknown_count();
        let mut scratch = LogScratch::new(structure);
        for (point, &tau) in self.tau.iter().enumerate() {
            let row = point * n..(point + 1) * n;
            let (u, direction) = (&self.u[row.clone()], &self.direction[row]);
            let mut residual = vec![0.0; n];
            network.residual_log(tau, u, direction, &mut residual, &mut scratch);
            let (mut by_u, mut by_slope, mut by_tau) = (vec![0.0; n], vec![0.0; n], 0.0);
            let out = Cotangents { u: &mut by_u, dudtau: &mut by_slope, tau: &mut by_tau };
            network.residual_log_vjp(tau, u, direction, out, &mut scratch);

            let t = 10f64.powf(tau);
            let x: Vec<f64> = u.iter().map(|u| 10f64.powf(*u)).collect();
            let f = sizes(network, t, &x);
            let weights: Vec<f64> = (0..n).map(|k| (direction[k] * t / x[k]).abs()).collect();
            let own: Vec<f64> = weights.iter().zip(&f).map(|(w, f)| w * f).collect();
            let product = product_sizes(network, t, &x, &weights);
            let sizes: Vec<f64> =
                own.iter().zip(product).zip(&x).map(|((own, by_x), x)| own + x * by_x).collect();
            for k in 0..n {
                self.residual.add(residual[k], direction[k].abs() + t / x[k] * f[k]);
                self.by_u.add(by_u[k], std::f64::consts::LN_10 * sizes[k]);
            }
            self.by_tau.add(by_tau, std::f64::consts::LN_10 * own.iter().sum::<f64>());
        }
    }
}

/// For each unknown the sum of the sizes of the terms of sum_k w_k df_k/dx: flux by flux, then the equation of T.
fn product_sizes<N: TypedNetwork>(network: &N, t: f64, x: &[f64], weights: &[f64]) -> Vec<f64> {
    let structure = network.structure();
    let mut jacobian = vec![0.0; structure.jacobian_count()];
    network.jacobian(t, x, &mut jacobian);
    let last = x.len() - 1;
    let time = Dual::<1>::fixed(t);
    let mut fluxes = vec![time; structure.reactions.len() + structure.processes.len()];
    let by = |unknown: usize| {
        let dual = |(i, x): (usize, &f64)| if i == unknown { Dual::variable(*x, 0) } else { Dual::fixed(*x) };
        let x: Vec<Dual<1>> = x.iter().enumerate().map(dual).collect();
        network.fluxes_generic(time, &x, &mut fluxes);
        let of_flux = |(index, flux): (usize, &Dual<1>)| {
            let changes = structure.net_changes(index).iter();
            let weight: f64 = changes.map(|(s, change)| f64::from(change.abs()) * weights[*s as usize]).sum();
            weight * flux.derivatives[0].abs()
        };
        let of_fluxes: f64 = fluxes.iter().enumerate().map(of_flux).sum();
        let of_temperature = structure.jacobian_values(unknown, &jacobian).filter(|(row, _)| *row == last);
        of_fluxes + of_temperature.map(|(_, value)| weights[last] * value.abs()).sum::<f64>()
    };
    (0..x.len()).map(by).collect()
}

/// For each equation the sum of the sizes of its terms.
fn sizes<N: TypedNetwork>(network: &N, t: f64, x: &[f64]) -> Vec<f64> {
    let structure = network.structure();
    let mut f = vec![0.0; x.len()];
    network.rhs(t, x, &mut f);
    let last = x.len() - 1;
    let rise = f[last];
    f.fill(0.0);
    let flux_count = structure.reactions.len() + structure.processes.len();
    let mut fluxes = vec![0.0; flux_count];
    network.fluxes(t, x, &mut fluxes);
    for (index, flux) in fluxes.iter().enumerate() {
        for &(species, change) in structure.net_changes(index) {
            f[species as usize] += (f64::from(change) * flux).abs();
        }
    }
    let (mut heating, mut cooling) = (vec![0.0; structure.heating.len()], vec![0.0; structure.cooling.len()]);
    network.heating(t, x, &mut heating);
    network.cooling(t, x, &mut cooling);
    let net: f64 = heating.iter().sum::<f64>() - cooling.iter().sum::<f64>();
    let size: f64 = heating.iter().chain(&cooling).map(|q| q.abs()).sum();
    f[last] = (rise / net).abs() * size;
    f
}
