//! Networks in logarithmic variables.
//!
//! With u_k = log10 x_k (x: number densities [cm^-3], then T `[K]`) and tau = log10 t `[s]`
//!
//! ```text
//! du_k/dtau = g_k(tau, u) = (t / x_k) f_k(t, x)          f = dx/dt; the factors ln 10 cancel
//! dg_k/du_j = ln 10 [ (t / x_k) x_j df_k/dx_j - delta_kj g_k ]
//! dg_k/dtau = ln 10 [ g_k + (t / x_k) t df_k/dt ]
//! R_k       = du_k/dtau - g_k
//! ```
//! R is the residual of Branca & Pallottini 2023, eq. 23. A temperature in other units (eV) only shifts u.
//!
//! Everything is generic over the scalar and works in memory that the caller brings.

use crate::network::GenericNetwork;
use crate::scalar::Scalar;
use crate::structure::Structure;

/// Memory for the functions of [`LogForm`].
#[derive(Clone, Debug)]
pub struct LogScratch<V> {
    x: Vec<V>,
    f: Vec<V>,
    time_derivative: Vec<V>,
    jacobian: Vec<V>,
}

impl<V: Scalar> LogScratch<V> {
    /// Memory for one network.
    pub fn new(structure: &Structure) -> Self {
        let zeros = |n| vec![V::constant(0.0); n];
        let n = structure.unknown_count();
        LogScratch {
            x: zeros(n),
            f: zeros(n),
            time_derivative: zeros(n),
            jacobian: zeros(structure.jacobian_count()),
        }
    }

    /// Fills `x` and `f` and returns the time.
    fn evaluate<N: GenericNetwork + ?Sized>(&mut self, network: &N, tau: V, u: &[V]) -> V {
        for (x, u) in self.x.iter_mut().zip(u) {
            *x = exp10(*u);
        }
        let t = exp10(tau);
        network.rhs_generic(t, &self.x, &mut self.f);
        t
    }
}

/// The residual's arguments multiplied from the left by a cotangent; see [`LogForm::residual_log_vjp`].
#[derive(Debug)]
pub struct Cotangents<'a, V> {
    /// By u.
    pub u: &'a mut [V],
    /// By du/dtau.
    pub dudtau: &'a mut [V],
    /// By tau.
    pub tau: &'a mut V,
}

/// Right-hand side, Jacobian and residual of a network in logarithmic variables.
///
/// Slices have one entry per unknown, `values` one per entry of the Jacobian's pattern.
pub trait LogForm: GenericNetwork {
    /// g = du/dtau.
    fn rhs_log<V: Scalar>(&self, tau: V, u: &[V], g: &mut [V], scratch: &mut LogScratch<V>) {
        let t = scratch.evaluate(self, tau, u);
        for ((g, x), f) in g.iter_mut().zip(&scratch.x).zip(&scratch.f) {
            *g = t / *x * *f;
        }
    }

    /// dg/du in the order of the Jacobian's pattern.
    fn jacobian_log<V: Scalar>(&self, tau: V, u: &[V], values: &mut [V], scratch: &mut LogScratch<V>) {
        let t = scratch.evaluate(self, tau, u);
        self.jacobian_generic(t, &scratch.x, values);
        let ln10 = V::constant(std::f64::consts::LN_10);
        for (row, column, entry) in entries(self.structure()) {
            let LogScratch { x, f, .. } = &*scratch;
            let mut slope = t / x[row] * x[column] * values[entry];
            if row == column {
                slope = slope - t / x[row] * f[row];
            }
            values[entry] = ln10 * slope;
        }
    }

    /// dg/dtau at fixed u.
    fn time_derivative_log<V: Scalar>(&self, tau: V, u: &[V], out: &mut [V], scratch: &mut LogScratch<V>) {
        let t = scratch.evaluate(self, tau, u);
        let LogScratch { x, f, time_derivative, .. } = scratch;
        self.time_derivative_generic(t, x, time_derivative);
        let ln10 = V::constant(std::f64::consts::LN_10);
        for (((out, x), f), f_t) in out.iter_mut().zip(&*x).zip(&*f).zip(&*time_derivative) {
            *out = ln10 * (t / *x) * (*f + t * *f_t);
        }
    }

    /// R = du/dtau - g.
    fn residual_log<V: Scalar>(
        &self,
        tau: V,
        u: &[V],
        dudtau: &[V],
        residual: &mut [V],
        scratch: &mut LogScratch<V>,
    ) {
        self.rhs_log(tau, u, residual, scratch);
        for (r, slope) in residual.iter_mut().zip(dudtau) {
            *r = *slope - *r;
        }
    }

    /// Vector-Jacobian product of the residual: the derivatives of `sum_k cotangent_k R_k` by u, du/dtau and
    /// tau, written to `out`.
    fn residual_log_vjp<V: Scalar>(
        &self,
        tau: V,
        u: &[V],
        cotangent: &[V],
        out: Cotangents<'_, V>,
        scratch: &mut LogScratch<V>,
    ) {
        let t = scratch.evaluate(self, tau, u);
        let LogScratch { x, f, time_derivative, jacobian } = scratch;
        self.jacobian_generic(t, x, jacobian);
        self.time_derivative_generic(t, x, time_derivative);
        let ln10 = V::constant(std::f64::consts::LN_10);
        *out.tau = V::constant(0.0);
        for k in 0..x.len() {
            // c_k t / x_k: what multiplies df_k in the sum.
            let weight = cotangent[k] * (t / x[k]);
            *out.tau = *out.tau - ln10 * weight * (f[k] + t * time_derivative[k]);
            out.u[k] = ln10 * weight * f[k];
            out.dudtau[k] = cotangent[k];
        }
        for (row, column, entry) in entries(self.structure()) {
            let weight = cotangent[row] * (t / x[row]);
            out.u[column] = out.u[column] - ln10 * weight * x[column] * jacobian[entry];
        }
    }
}

impl<N: GenericNetwork + ?Sized> LogForm for N {}

fn exp10<V: Scalar>(x: V) -> V {
    (V::constant(std::f64::consts::LN_10) * x).exp()
}

/// (row, column, entry) of the Jacobian's pattern.
fn entries(structure: &Structure) -> impl Iterator<Item = (usize, usize, usize)> + '_ {
    let columns = structure.jacobian_columns.windows(2).enumerate();
    columns.flat_map(move |(column, ends)| {
        (ends[0] as usize..ends[1] as usize)
            .map(move |entry| (structure.jacobian_rows[entry] as usize, column, entry))
    })
}
