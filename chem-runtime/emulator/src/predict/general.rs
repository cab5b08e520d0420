//! States of cells that start anywhere in a domain.

use std::sync::Arc;

use pulp::{Arch, Simd, WithSimd};

use super::blend::Blend;
use super::columns::{self, Memory};
use super::dense::{LANES, Lanes};
use super::layers::{BLOCK, Layers};
use super::model::{Model, Scratch};
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
    /// The layers of each network, if they can be evaluated column by column; else empty.
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
struct InColumns<'a, R> {
    general: &'a General,
    experts: &'a [Layers<R>],
    memory: &'a mut Memory<R>,
    points: (&'a [f64], usize),
    times: &'a [f64],
    rows: &'a mut [f64],
}

impl<R: Real> WithSimd for InColumns<'_, R> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let InColumns { general, experts, memory, points: (initial, stride), times, rows } = self;
        let shares = general.shares(initial, stride, times.len());
        for (layers, cells) in experts.iter().zip(shares) {
            for cells in cells.chunks(BLOCK) {
                columns::block(
                    simd,
                    &general.ansatz,
                    layers,
                    memory,
                    (cells, times),
                    (initial, stride),
                    rows,
                );
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
pub(super) fn of_expert(arrays: &[NamedArray], expert: usize, experts: usize) -> Vec<NamedArray> {
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
        for expert in (0..experts).filter(|_| !ansatz.needs_equations()) {
            let arrays = of_expert(&checkpoint.weights, expert, experts);
            double.extend(Layers::take(&config.model, &arrays, ansatz.inputs())?);
            single.extend(Layers::take(&config.model, &arrays, ansatz.inputs())?);
        }
        if experts > 1 && double.len() < experts {
            return Err(Problem::Inconsistent("networks that cannot share a domain".to_owned()));
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
    pub(super) fn evaluate(
        &self,
        model: &Model,
        scratch: &mut Scratch,
        (initial, stride): (&[f64], usize),
        times: &[f64],
        rows: &mut [f64],
    ) {
        let points = (initial, stride);
        match (self.precision, self.double.as_slice(), self.single.as_slice()) {
            (Precision::F64, layers @ [_, ..], _) => self.in_columns(layers, points, times, rows),
            (Precision::F32, _, layers @ [_, ..]) => self.in_columns(layers, points, times, rows),
            _ => {
                let blocks = times.chunks(LANES).zip(rows.chunks_mut(LANES * self.unknowns));
                for (number, (times, rows)) in blocks.enumerate() {
                    let initial = &initial[number * LANES * stride..];
                    Arch::new().dispatch(|| self.block(model, scratch, (initial, stride), times, rows));
                }
            }
        }
    }

    fn in_columns<R: Real>(
        &self,
        experts: &[Layers<R>],
        points: (&[f64], usize),
        times: &[f64],
        rows: &mut [f64],
    ) {
        let Some(layers) = experts.first() else { return };
        let mut memory = Memory::new(&self.ansatz, layers);
        Arch::new().dispatch(InColumns { general: self, experts, memory: &mut memory, points, times, rows });
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

    /// Number of inputs of the network.
    pub(super) fn inputs(&self) -> usize {
        self.ansatz.inputs()
    }

    /// Writes the rows of up to one block of points: row i of `initial` begins at i times the stride.
    #[inline(always)]
    fn block(
        &self,
        model: &Model,
        scratch: &mut Scratch,
        (initial, stride): (&[f64], usize),
        times: &[f64],
        rows: &mut [f64],
    ) {
        let cell = |lane: usize| &initial[lane * stride..lane * stride + self.unknowns];
        let mut inputs: Vec<Lanes> = vec![[0.0; LANES]; self.ansatz.inputs()];
        let mut column = Vec::with_capacity(inputs.len());
        let (mut starts, mut tau) = (Vec::with_capacity(times.len()), Vec::with_capacity(times.len()));
        let given = if stride == 0 { self.unknowns } else { times.len() * stride };
        let mut slopes = vec![0.0; given];
        let equations = self.equations.as_deref();
        if let Some(equations) = equations.filter(|_| self.ansatz.needs_slopes()) {
            equations.slopes(&initial[..given], &mut slopes);
        }
        for (lane, time) in times.iter().enumerate() {
            let slopes = &slopes[lane * stride..lane * stride + self.unknowns];
            starts.push(self.ansatz.start(cell(lane), slopes));
            tau.push(self.ansatz.time.tau(*time));
            column.clear();
            self.ansatz.push_inputs(&starts[lane], tau[lane], &mut column);
            for (input, value) in inputs.iter_mut().zip(&column) {
                input[lane] = *value;
            }
        }
        let outputs = model.apply(scratch, &inputs);
        let of_lane = |lane: usize| outputs.iter().map(move |output| output[lane]);
        let mut y: Vec<f64> = (0..times.len()).flat_map(of_lane).collect();
        self.ansatz.close(equations, &starts, &tau, &mut y);
        let states = y.chunks_exact(self.ansatz.outputs());
        for (lane, (y, row)) in states.zip(rows.chunks_exact_mut(self.unknowns)).enumerate() {
            row.copy_from_slice(cell(lane));
            for (slot, y) in row.iter_mut().zip(y) {
                *slot = super::exp10(*y);
            }
        }
    }
}
