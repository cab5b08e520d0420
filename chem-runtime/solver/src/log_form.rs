//! Networks in logarithmic variables: the one place where the formula stands.
//!
//! With u_k = log10 x_k (x: number densities [cm^-3], then T `[K]`), f = dx/dt, and an axis of time tau with s = dt/dtau `[s]`
//!
//! ```text
//! g_k       = du_k/dtau  = s f_k / (x_k ln 10)                                   [`slope`]
//! dg_k/du_j = s (x_j / x_k) df_k/dx_j - delta_kj ln 10 g_k                       [`derivative`]
//! R_k       = du_k/dtau - g_k
//! ```
//! [`LogForm`] is that for tau = log10 t, where s = t ln 10: g_k = (t / x_k) f_k, and
//!
//! ```text
//! dg_k/dtau = ln 10 [ g_k + t (t / x_k) df_k/dt ]
//! ```
//! R is then the residual of Branca & Pallottini 2023, eq. 23. A temperature in other units (eV) only shifts u.
//!
//! Trainings (on other axes of time, see `chem_emulator::config::Time`), validations and tests take the formula from here. The
//! kernels of `chem-kernels` are written in the language of their devices; tests hold them to [`LogForm`].
//!
//! Everything is generic over the scalar and works in memory that the caller brings.

use std::f64::consts::LN_10;

use crate::network::GenericNetwork;
use crate::scalar::{Scalar, exp10};
use crate::structure::Structure;

/// g of an unknown `x` whose dx/dt is `f`, on an axis of time with dt/dtau = `s` `[s]`.
#[inline(always)]
pub fn slope<V: Scalar>(s: V, x: V, f: V) -> V {
    f * (s / (x * V::constant(LN_10)))
}

/// dg_k/du_j of unknowns `[x_k, x_j]`, from df_k/dx_j. On the diagonal alone `g` is given, [`slope`] of the same unknown.
#[inline(always)]
pub fn derivative<V: Scalar>(s: V, [of, by]: [V; 2], derivative: V, g: Option<V>) -> V {
    let scaled = derivative * (s * by / of);
    match g {
        Some(g) => scaled - V::constant(LN_10) * g,
        None => scaled,
    }
}

/// Memory for the functions of [`LogForm`].
#[derive(Clone, Debug)]
pub struct LogScratch<V> {
    x: Vec<V>,
    g: Vec<V>,
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
            g: zeros(n),
            time_derivative: zeros(n),
            jacobian: zeros(structure.jacobian_count()),
        }
    }

    /// Fills `x` and `g` and returns t and dt/dtau.
    fn evaluate<N: GenericNetwork + ?Sized>(&mut self, network: &N, tau: V, u: &[V]) -> (V, V) {
        for (x, u) in self.x.iter_mut().zip(u) {
            *x = exp10(*u);
        }
        let t = exp10(tau);
        let s = t * V::constant(LN_10);
        network.rhs_generic(t, &self.x, &mut self.g);
        for (g, x) in self.g.iter_mut().zip(&self.x) {
            *g = slope(s, *x, *g);
        }
        (t, s)
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

/// Right-hand side, Jacobian and residual of a network in logarithmic variables, over tau = log10 t `[s]`.
///
/// Slices have one entry per unknown, `values` one per entry of the Jacobian's pattern.
pub trait LogForm: GenericNetwork {
    /// g = du/dtau.
    fn rhs_log<V: Scalar>(&self, tau: V, u: &[V], g: &mut [V], scratch: &mut LogScratch<V>) {
        scratch.evaluate(self, tau, u);
        g.copy_from_slice(&scratch.g);
    }

    /// dg/du in the order of the Jacobian's pattern.
    fn jacobian_log<V: Scalar>(&self, tau: V, u: &[V], values: &mut [V], scratch: &mut LogScratch<V>) {
        let (t, s) = scratch.evaluate(self, tau, u);
        let LogScratch { x, g, .. } = scratch;
        self.jacobian_generic(t, x, values);
        for (row, column, entry) in self.structure().jacobian_entries() {
            let own = (row == column).then(|| g[row]);
            values[entry] = derivative(s, [x[row], x[column]], values[entry], own);
        }
    }

    /// dg/dtau at fixed u.
    fn time_derivative_log<V: Scalar>(&self, tau: V, u: &[V], out: &mut [V], scratch: &mut LogScratch<V>) {
        let (t, s) = scratch.evaluate(self, tau, u);
        self.time_derivative_generic(t, &scratch.x, &mut scratch.time_derivative);
        let LogScratch { x, g, time_derivative, .. } = scratch;
        for (((out, x), g), f_t) in out.iter_mut().zip(&*x).zip(&*g).zip(&*time_derivative) {
            *out = by_time(s, *x, *g, *f_t);
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
        let (t, s) = scratch.evaluate(self, tau, u);
        let LogScratch { x, g, time_derivative, jacobian } = scratch;
        self.jacobian_generic(t, x, jacobian);
        self.time_derivative_generic(t, x, time_derivative);
        let zero = V::constant(0.0);
        *out.tau = zero;
        for (k, c) in cotangent.iter().enumerate() {
            *out.tau = *out.tau - *c * by_time(s, x[k], g[k], time_derivative[k]);
        }
        out.u.fill(zero);
        out.dudtau.copy_from_slice(cotangent);
        for (row, column, entry) in self.structure().jacobian_entries() {
            let own = (row == column).then(|| g[row]);
            let by_u = derivative(s, [x[row], x[column]], jacobian[entry], own);
            out.u[column] = out.u[column] - cotangent[row] * by_u;
        }
    }
}

impl<N: GenericNetwork + ?Sized> LogForm for N {}

/// dg/dtau for tau = log10 t, with dt/dtau = `s`, from g and df/dt.
#[inline(always)]
fn by_time<V: Scalar>(s: V, x: V, g: V, time_derivative: V) -> V {
    V::constant(LN_10) * g + s * slope(s, x, time_derivative)
}
