//! Passage of the temperature breakpoints.
//!
//! Where a rate changes its formula the right-hand side jumps. If it points towards the breakpoint from both sides,
//! the gas sticks there (Filippov 1988): T stays at the breakpoint while the composition changes, and an implicit
//! step has no solution. Within a layer much thinner than the tolerance the two sides are therefore blended
//! linearly. The layer is stiff, not discontinuous, and its equilibrium is Filippov's sliding mode.

use super::counters::Counters;
use crate::network::ChemNetwork;

/// Half-width of the layer over rtol T.
const RELATIVE_WIDTH: f64 = 0.1;

/// Buffers for the second side.
#[derive(Clone, Debug, Default)]
pub(super) struct BreakpointBuffers {
    state: Vec<f64>,
    rhs: Vec<f64>,
    low_rhs: Vec<f64>,
    jacobian: Vec<f64>,
}

impl BreakpointBuffers {
    pub(super) fn new(unknowns: usize, entries: usize) -> Self {
        BreakpointBuffers {
            state: vec![0.0; unknowns],
            rhs: vec![0.0; unknowns],
            low_rhs: vec![0.0; unknowns],
            jacobian: vec![0.0; entries],
        }
    }
}

/// A network whose right-hand side is continuous.
pub(super) struct Continuous<'n, N: ?Sized> {
    pub(super) network: &'n N,
    breakpoints: &'n [f64],
    width: f64,
    /// Open interval of temperatures known to lie outside of all layers.
    clear: (f64, f64),
    /// Region of the temperature last looked at: even between layers, odd inside one.
    region: usize,
    jacobian_region: usize,
}

/// A layer that a temperature lies in.
struct Layer {
    low: f64,
    high: f64,
    /// Share of the upper side.
    share: f64,
}

impl<'n, N: ChemNetwork + ?Sized> Continuous<'n, N> {
    pub(super) fn new(network: &'n N, rtol: f64) -> Self {
        let structure = network.structure();
        let breakpoints = if structure.evolves_temperature { &*structure.breakpoints } else { &[] };
        let width = (RELATIVE_WIDTH * rtol).clamp(1e-12, 1e-3);
        Continuous {
            network,
            breakpoints,
            width,
            clear: (f64::INFINITY, f64::NEG_INFINITY),
            region: 0,
            jacobian_region: 0,
        }
    }

    fn layer(&mut self, t_gas: f64) -> Option<Layer> {
        if t_gas > self.clear.0 && t_gas < self.clear.1 {
            return None;
        }
        let above = self.breakpoints.partition_point(|&breakpoint| breakpoint <= t_gas);
        let lower = above.checked_sub(1).and_then(|i| self.breakpoints.get(i)).copied();
        let upper = self.breakpoints.get(above).copied();
        for (i, breakpoint) in [lower, upper].into_iter().enumerate() {
            let Some(breakpoint) = breakpoint else { continue };
            let (low, high) = (breakpoint * (1.0 - self.width), breakpoint * (1.0 + self.width));
            if t_gas > low && t_gas < high {
                self.clear = (f64::INFINITY, f64::NEG_INFINITY);
                self.region = 2 * (above + i) - 1;
                return Some(Layer { low, high, share: (t_gas - low) / (high - low) });
            }
        }
        self.clear.0 = lower.map_or(f64::NEG_INFINITY, |breakpoint| breakpoint * (1.0 + self.width));
        self.clear.1 = upper.map_or(f64::INFINITY, |breakpoint| breakpoint * (1.0 - self.width));
        self.region = 2 * above;
        None
    }

    /// Whether the last right-hand side and the Jacobian are from different sides of a layer's edge, where
    /// their slopes differ by orders of magnitude.
    pub(super) fn jacobian_is_foreign(&self) -> bool {
        self.region != self.jacobian_region && (self.region % 2 == 1 || self.jacobian_region % 2 == 1)
    }

    /// Whether one of two states lies in a layer that the other does not lie in.
    #[inline]
    pub(super) fn is_kinked(&self, a: &[f64], b: &[f64]) -> bool {
        let (a, b) = (a[a.len() - 1], b[b.len() - 1]);
        let clear = |t_gas: f64| t_gas > self.clear.0 && t_gas < self.clear.1;
        !(clear(a) && clear(b)) && self.layer_breakpoint(a) != self.layer_breakpoint(b)
    }

    /// The breakpoint in whose layer a temperature lies.
    fn layer_breakpoint(&self, t_gas: f64) -> Option<usize> {
        self.breakpoints.iter().position(|breakpoint| (t_gas - breakpoint).abs() < breakpoint * self.width)
    }

    /// The breakpoint strictly between two temperatures that is nearest to the first.
    pub(super) fn breakpoint_between(&self, from: f64, to: f64) -> Option<f64> {
        if from < to {
            self.breakpoints.iter().copied().find(|&breakpoint| breakpoint > from && breakpoint < to)
        } else {
            self.breakpoints.iter().rev().copied().find(|&breakpoint| breakpoint < from && breakpoint > to)
        }
    }

    #[inline]
    pub(super) fn rhs(
        &mut self,
        t: f64,
        y: &[f64],
        out: &mut [f64],
        buffers: &mut BreakpointBuffers,
        counters: &mut Counters,
    ) {
        counters.rhs += 1;
        match self.layer(y[y.len() - 1]) {
            None => self.network.rhs(t, y, out),
            Some(layer) => {
                counters.rhs += 1;
                let BreakpointBuffers { state, rhs, .. } = buffers;
                self.at(t, y, layer.low, state, |n, t, y| n.rhs(t, y, out));
                self.at(t, y, layer.high, state, |n, t, y| n.rhs(t, y, rhs));
                blend(out, rhs, layer.share);
            }
        }
    }

    /// Calls a function of the network at another temperature.
    fn at(&self, t: f64, y: &[f64], t_gas: f64, state: &mut [f64], call: impl FnOnce(&N, f64, &[f64])) {
        state.copy_from_slice(y);
        if let Some(last) = state.last_mut() {
            *last = t_gas;
        }
        call(self.network, t, state);
    }

    pub(super) fn jacobian(
        &mut self,
        t: f64,
        y: &[f64],
        out: &mut [f64],
        buffers: &mut BreakpointBuffers,
        counters: &mut Counters,
    ) {
        counters.jacobians += 1;
        let layer = self.layer(y[y.len() - 1]);
        self.jacobian_region = self.region;
        let Some(layer) = layer else {
            self.network.jacobian(t, y, out);
            return;
        };
        counters.jacobians += 1;
        counters.rhs += 2;
        let BreakpointBuffers { state, rhs, low_rhs, jacobian } = buffers;
        self.at(t, y, layer.low, state, |n, t, y| {
            n.rhs(t, y, low_rhs);
            n.jacobian(t, y, out);
        });
        self.at(t, y, layer.high, state, |n, t, y| {
            n.rhs(t, y, rhs);
            n.jacobian(t, y, jacobian);
        });
        blend(out, jacobian, layer.share);
        // By T the blend is linear: its slope is the jump over the layer.
        let structure = self.network.structure();
        let column = y.len() - 1;
        let entries = structure.jacobian_column(column);
        for (row, slope) in structure.jacobian_rows[entries.clone()].iter().zip(&mut out[entries]) {
            let row = *row as usize;
            *slope = (rhs[row] - low_rhs[row]) / (layer.high - layer.low);
        }
    }
}

fn blend(low: &mut [f64], high: &[f64], share: f64) {
    for (l, h) in low.iter_mut().zip(high) {
        *l = (1.0 - share) * *l + share * h;
    }
}
