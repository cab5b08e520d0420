//! States of cells that start anywhere in a domain.

use std::sync::Arc;

use pulp::{Arch, Simd, WithSimd};

use super::affine::{BLOCK, Column};
use super::blend::Blend;
use super::columns::{self, Memory};
use super::layers::Layers;
use super::real::Real;
use crate::ansatz::GeneralAnsatz;
use crate::checkpoint::{Checkpoint, Problem};
use crate::config::Precision;
use crate::trained_domain::TrainedDomain;
use crate::weights::NamedArray;
use crate::weights::expert_name;
use chem_solver::equations::Equations;

/// How outputs become states, from any initial state.
#[derive(Clone)]
pub(super) struct General {
    ansatz: GeneralAnsatz,
    /// What tells trained initial states from others.
    pub(super) domain: TrainedDomain,
    pub(super) unknowns: usize,
    /// Each network, in both precisions.
    double: Vec<Layers<f64>>,
    single: Vec<Layers<f32>>,
    /// The precision in which layers are evaluated.
    pub(super) precision: Precision,
    /// The equations, for networks that are told the slopes of initial states, and for steps.
    pub(super) equations: Option<Arc<dyn Equations>>,
    /// How it is blended with steps of the equations, if it is.
    pub(super) blend: Option<Blend>,
}

/// The work of one call, compiled once for each kind of SIMD; closures would not be.
struct InBlocks<'a, R> {
    general: &'a General,
    experts: &'a [Layers<R>],
    points: (&'a [f64], usize),
    times: &'a [f64],
    rows: &'a mut [f64],
}

impl<R: Real> WithSimd for InBlocks<'_, R> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let InBlocks { general, experts, points: (initial, stride), times, rows } = self;
        let Some(layers) = experts.first() else { return };
        let mut memory = Memory::new(&general.ansatz, layers);
        let shares = general.shares(initial, stride, times.len());
        for (layers, cells) in experts.iter().zip(shares) {
            for cells in cells.chunks(BLOCK) {
                let (points, memory) = ((initial, stride), &mut memory);
                match general.needs_equations() {
                    true => general.in_logarithms(simd, layers, memory, (cells, times), points, rows),
                    false => {
                        columns::block(simd, &general.ansatz, layers, memory, (cells, times), points, rows);
                    }
                }
            }
        }
    }
}

impl std::fmt::Debug for General {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("General").field("ansatz", &self.ansatz).finish_non_exhaustive()
    }
}

/// The arrays of one of several networks, under the names that they have where there is one.
fn of_expert(arrays: &[NamedArray], expert: usize, experts: usize) -> Vec<NamedArray> {
    let prefix = expert_name("", expert, experts);
    let named = |array: &NamedArray| {
        let name = array.name.strip_prefix(&prefix)?.to_owned();
        Some(NamedArray { name, ..array.clone() })
    };
    arrays.iter().filter_map(named).collect()
}

impl General {
    /// # Errors
    /// If its arrays do not make up the network that its config says.
    pub(super) fn new(checkpoint: &Checkpoint) -> Result<Self, Problem> {
        let (config, network) = (&checkpoint.provenance.config, &checkpoint.provenance.network);
        let experts = config.model.expert_count();
        let bias = expert_name("output.bias", 0, experts);
        let outputs = checkpoint.weights.iter().find(|array| array.name == bias);
        let evolves_temperature = outputs.is_none_or(|bias| bias.values.len() == checkpoint.low.len());
        let range = [checkpoint.low.as_slice(), checkpoint.high.as_slice()];
        let ansatz = GeneralAnsatz::new(config, network, evolves_temperature, range);
        let (mut double, mut single) = (Vec::new(), Vec::new());
        for expert in 0..experts {
            let arrays = of_expert(&checkpoint.weights, expert, experts);
            let layers = Layers::take(&config.model, &arrays, ansatz.inputs())?;
            super::check_outputs(layers.outputs(), ansatz.outputs()..=ansatz.outputs())?;
            double.push(layers);
            single.push(Layers::take(&config.model, &arrays, ansatz.inputs())?);
        }
        let unknowns = checkpoint.low.len();
        let domain = checkpoint.provenance.domain.clone().filter(|domain| domain.fits(ansatz.species));
        let mut domain = domain.ok_or_else(|| {
            Problem::Inconsistent("it does not say for which initial states it was trained".to_owned())
        })?;
        domain.absent_below(ansatz.least_start);
        let precision = config.model.precision;
        Ok(General { ansatz, domain, unknowns, double, single, precision, equations: None, blend: None })
    }

    /// Whether it asks the equations.
    pub(super) fn needs_equations(&self) -> bool {
        self.ansatz.needs_equations()
    }

    /// How it is blended, and with what; `None` for the network alone.
    pub(super) fn blending(&self) -> Option<(Blend, &dyn Equations)> {
        Some((self.blend?, self.equations.as_deref()?))
    }

    /// Whether the equations are missing.
    pub(super) fn lacks_equations(&self) -> bool {
        self.needs_equations() && self.equations.is_none()
    }

    /// Writes the rows of any number of points: row i of `initial` begins at i times the stride.
    pub(super) fn evaluate(&self, points: (&[f64], usize), times: &[f64], rows: &mut [f64]) {
        let (arch, general) = (Arch::new(), self);
        match self.precision {
            Precision::F64 => {
                arch.dispatch(InBlocks { general, experts: &self.double, points, times, rows });
            }
            Precision::F32 => {
                arch.dispatch(InBlocks { general, experts: &self.single, points, times, rows });
            }
        }
    }

    /// The points that each network knows.
    fn shares(&self, initial: &[f64], stride: usize, count: usize) -> Vec<Vec<usize>> {
        let mut shares = vec![Vec::new(); self.ansatz.expert_count()];
        if let [all] = shares.as_mut_slice() {
            all.extend(0..count);
            return shares;
        }
        for point in 0..count {
            let cell = &initial[point * stride..point * stride + self.unknowns];
            let (n, t_gas) = cell.split_at(self.ansatz.species);
            shares[self.ansatz.expert(n.iter().sum(), t_gas[0])].push(point);
        }
        shares
    }

    /// Writes the rows of up to one block of `cells`, numbers of points, for networks that ask the equations: the ansatz of the
    /// training, in logarithms.
    #[inline(always)]
    fn in_logarithms<R: Real, S: Simd>(
        &self,
        simd: S,
        layers: &Layers<R>,
        memory: &mut Memory<R>,
        (cells, times): (&[usize], &[f64]),
        (initial, stride): (&[f64], usize),
        rows: &mut [f64],
    ) {
        let n = self.unknowns;
        let states: Vec<&[f64]> =
            cells.iter().map(|cell| &initial[cell * stride..cell * stride + n]).collect();
        let mut slopes = vec![0.0; cells.len() * n];
        let equations = self.equations.as_deref();
        if let Some(equations) = equations.filter(|_| self.ansatz.needs_slopes()) {
            equations.slopes(&states.concat(), &mut slopes);
        }
        let start = |(state, slopes): (&&[f64], &[f64])| self.ansatz.start(state, slopes);
        let starts: Vec<_> = states.iter().zip(slopes.chunks_exact(n)).map(start).collect();
        let tau: Vec<f64> = cells.iter().map(|cell| self.ansatz.time.tau(times[*cell])).collect();
        let mut inputs: Vec<Column<R>> = vec![[R::of(0.0); BLOCK]; self.ansatz.inputs()];
        let mut column = Vec::with_capacity(inputs.len());
        for (lane, (start, tau)) in starts.iter().zip(&tau).enumerate() {
            column.clear();
            self.ansatz.push_inputs(start, *tau, &mut column);
            inputs.iter_mut().zip(&column).for_each(|(input, value)| input[lane] = R::of(*value));
        }
        let outputs = layers.apply::<S, true>(simd, cells.len(), &mut memory.scratch, &inputs);
        let of_lane = |lane: usize| outputs.iter().map(move |output| output[lane].to_f64());
        let mut y: Vec<f64> = (0..cells.len()).flat_map(of_lane).collect();
        self.ansatz.close(equations, &starts, &tau, &mut y);
        for ((cell, state), y) in cells.iter().zip(states).zip(y.chunks_exact(self.ansatz.outputs())) {
            let row = &mut rows[cell * n..(cell + 1) * n];
            row.copy_from_slice(state);
            row.iter_mut().zip(y).for_each(|(slot, y)| *slot = super::exp10(*y));
        }
    }
}
