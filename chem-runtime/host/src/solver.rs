//! A handle: a network, a solver of many cells, and where its work is done.
#![expect(unsafe_code, reason = "arrays of the host")]

use chem_solver::batch::{Batch, CellReport, Status};
use chem_solver::network::{ChemNetwork, GenericNetwork};
use rayon::prelude::*;

use crate::array::{AXES, View};
use crate::block::{Block, place};
use crate::catalogue::CHARGED;
use crate::error::HostError;
use crate::store::Store;
use crate::thermo;
use crate::threads::Threads;

/// Settings of a handle that have names in the interface.
pub const OPTIONS: [&str; 3] = ["MAX_STEPS", "FALLBACK", "LEAST_ABUNDANCE"];

/// Cells that one thread evaluates at a time.
const SHARE: usize = 256;

/// What a host code holds between its steps. No global state: several handles do not know of one another, and one can be
/// used from several threads at once.
#[derive(Debug)]
pub struct Solver<N> {
    batch: Batch<N>,
    threads: Threads,
    settings: Settings,
}

#[derive(Clone, Debug)]
struct Settings {
    rtol: f64,
    atol: f64,
    max_steps: u64,
    fallback: bool,
    least_abundance: Option<f64>,
}

impl Settings {
    fn apply<N: GenericNetwork>(&self, batch: Batch<N>, in_callers_thread: bool) -> Batch<N> {
        let batch = batch.rtol(self.rtol).atol(self.atol).max_steps(self.max_steps).fallback(self.fallback);
        let batch = batch.in_callers_thread(in_callers_thread);
        match self.least_abundance {
            Some(share) => batch.least_abundance(share),
            None => batch,
        }
    }
}

/// Refuses tolerances as the batch does, before tables are made for them.
fn check<N: GenericNetwork>(batch: &Batch<N>) -> Result<(), HostError> {
    batch.check_settings().map_err(HostError::from)
}

impl<N: GenericNetwork + Clone + Default> Solver<N> {
    /// A solver of the network with its declared parameters; relative tolerance and absolute one [cm^-3, K] of a step. 0
    /// threads are as many as the machine has, 1 is the caller's own.
    pub(crate) fn new(rtol: f64, atol: f64, threads: usize) -> Result<Self, HostError> {
        let settings = Settings { rtol, atol, max_steps: 100_000, fallback: true, least_abundance: None };
        let threads = Threads::new(threads)?;
        let batch = settings.apply(Batch::new(N::default()), threads.are_the_callers());
        check(&batch)?;
        Ok(Solver { batch, threads, settings })
    }

    /// The network with the parameters that it has now.
    pub(crate) fn network(&self) -> &N {
        self.batch.network()
    }

    /// Changes a setting; all later steps know it.
    pub(crate) fn set_option(&mut self, option: i32, value: f64) -> Result<(), HostError> {
        let mut settings = self.settings.clone();
        let name = usize::try_from(option).ok().and_then(|option| OPTIONS.get(option));
        match name {
            Some(&"MAX_STEPS") if (1.0..=u32::MAX.into()).contains(&value) => {
                settings.max_steps = value as u64
            }
            Some(&"FALLBACK") if value == 0.0 || value == 1.0 => settings.fallback = value == 1.0,
            Some(&"LEAST_ABUNDANCE") if (0.0..=0.1).contains(&value) => {
                settings.least_abundance = Some(value)
            }
            Some(name) => return Err(HostError::Value(format!("{name} cannot be {value}"))),
            None => return Err(HostError::Choice { what: "the option", value: option.into() }),
        }
        let batch = settings.apply(self.batch.clone(), self.threads.are_the_callers());
        check(&batch)?;
        (self.batch, self.settings) = (batch, settings);
        Ok(())
    }

    fn parameter(&self, name: &str) -> Result<usize, HostError> {
        let structure = self.network().structure();
        let found = structure.parameters.iter().position(|known| known == name);
        found.ok_or_else(|| chem_solver::network::UnknownParameter::new(structure, name).into())
    }

    /// The value that a parameter has now.
    pub(crate) fn get_parameter(&self, name: &str) -> Result<f64, HostError> {
        let index = self.parameter(name)?;
        Ok(self.network().parameter_values().get(index).copied().unwrap_or(f64::NAN))
    }

    /// Sets a parameter; all later steps know it. The value that it has costs nothing.
    pub(crate) fn set_parameter(&mut self, name: &str, value: f64) -> Result<(), HostError> {
        let index = self.parameter(name)?;
        let default = N::default().parameter_values().get(index).copied().unwrap_or(0.0);
        if !value.is_finite() || (value < 0.0 && default > 0.0) {
            let remedy = if value.is_finite() {
                "its declared value is positive; give 0 or more"
            } else {
                "give a finite number"
            };
            return Err(HostError::Value(format!("the parameter `{name}` cannot be {value}; {remedy}")));
        }
        if self.get_parameter(name)?.to_bits() == value.to_bits() {
            return Ok(());
        }
        let mut network = self.network().clone();
        network.set_parameter(name, value)?;
        self.batch = self.settings.apply(Batch::new(network), self.threads.are_the_callers());
        Ok(())
    }

    /// Advances the cells of a block; returns how many were not.
    pub(crate) fn advance(&self, block: &mut Block) -> Result<i64, HostError> {
        let structure = self.network().structure();
        block.check_identity(structure)?;
        let count = block.count()?;
        if block.environments > 0 {
            let text = "this version of the interface has no parameters with a value for each cell; use the parameters of the handle";
            return Err(HostError::Missing(text.to_owned()));
        }
        if count == 0 {
            block.total_added = 0.0;
            return Ok(0);
        }
        let gas = block.look(structure, true)?;
        let dt = View::new("the array of time steps", &block.dt, block.cells, (1, 0), false)?;
        let added_to = match block.added.data.is_null() {
            true => None,
            false => Some(View::new("the array `added`", &block.added, block.cells, (1, 0), true)?),
        };
        aligned("the array `status`", block.status)?;
        aligned("the array `steps`", block.steps)?;
        let store = Store { network: self.network(), gas, first: 0, count };
        let mut added = match block.floor > 0.0 || block.tolerated > 0.0 || added_to.is_some() {
            true => per_cell(count, |cell, row| store.read_cell(cell, row), structure.unknown_count())?,
            false => Vec::new(),
        };
        let batch = self.batch.clone().start_time(block.start);
        let report = if block.dt.is_one_for_all() {
            let dt = dt.get([0; AXES], 0);
            self.threads.install(|| batch.advance(store.clone(), dt))?
        } else {
            let each = per_cell(count, |cell, _| dt.get(place(cell, block.cells), 0), 0)?;
            self.threads.install(|| batch.advance_each(store.clone(), &each))?
        }?;
        let mut row = vec![0.0; structure.unknown_count()];
        let mut failed = 0;
        for (cell, report) in report.cells.iter().enumerate() {
            failed += i64::from(!report.status.is_ok());
            self.hand_back(block, &store, (cell, report), &mut row);
            if let Some(added) = added.get_mut(cell) {
                let is_written = report.status.is_ok() && report.steps > 0;
                *added = if is_written { *added } else { 0.0 };
                if let Some(view) = added_to {
                    view.set(place(cell, block.cells), 0, *added);
                }
            }
        }
        block.total_added = added.iter().sum();
        Ok(failed)
    }

    /// Tells the host what became of a cell.
    fn hand_back(
        &self,
        block: &Block,
        store: &Store<'_, N>,
        (cell, report): (usize, &CellReport),
        row: &mut [f64],
    ) {
        if !block.status.is_null() {
            let charged = report.status == Status::InvalidDensity && store.was_charged(cell, row);
            let status = if charged { CHARGED } else { report.status as i32 };
            // SAFETY: the host promises an entry for each cell; aligned.
            unsafe { *block.status.add(cell) = status };
        }
        if !block.steps.is_null() {
            // SAFETY: the host promises an entry for each cell; aligned.
            unsafe { *block.steps.add(cell) = report.steps };
        }
    }

    /// Evaluates a quantity in every cell: `out` takes `items` numbers for each, cell after cell. Returns in how many cells
    /// densities or temperature are not such as cells can have; what stands there is not a number.
    pub(crate) fn evaluate(&self, block: &Block, quantity: i32, out: &mut [f64]) -> Result<i64, HostError> {
        let structure = self.network().structure();
        let items = items(structure, quantity)?;
        let gas = block.look(structure, false)?;
        let store = Store { network: self.network(), gas, first: 0, count: block.count()? };
        let start = block.start;
        let shares = |(number, out): (usize, &mut [f64])| -> i64 {
            let mut row = vec![0.0; structure.unknown_count()];
            let mut wrong = 0;
            for (cell, out) in out.chunks_exact_mut(items).enumerate() {
                store.read_cell(number * SHARE + cell, &mut row);
                if is_gas(&row) {
                    value_of(self.network(), quantity, (start, &row), out);
                } else {
                    out.fill(f64::NAN);
                    wrong += 1;
                }
            }
            wrong
        };
        if items == 0 {
            return Ok(0);
        }
        if self.threads.are_the_callers() {
            return Ok(out.chunks_mut(items * SHARE).enumerate().map(shares).sum());
        }
        let own = |share| chem_solver::float_mode::with_own_mode(|| shares(share));
        self.threads.install(|| out.par_chunks_mut(items * SHARE).enumerate().map(own).sum())
    }
}

/// Whether a cell can be evaluated: by the same limits as it is advanced, and not a vacuum.
fn is_gas(row: &[f64]) -> bool {
    let Some((t_gas, densities)) = row.split_last() else { return false };
    let within = densities.iter().all(|n| chem_solver::float_mode::is_from_zero_to(*n, 1e100));
    within && *t_gas > 0.0 && t_gas.is_finite() && densities.iter().any(|n| *n > 0.0)
}

/// What can be evaluated, by number.
pub const QUANTITIES: [&str; 16] = [
    "TEMPERATURE",
    "ENERGY_PER_MASS",
    "ENERGY_PER_VOLUME",
    "GAMMA",
    "MU",
    "MASS_DENSITY",
    "PARTICLES",
    "HEATING",
    "COOLING",
    "COOLING_TIME",
    "RATES",
    "FLUXES",
    "EACH_HEATING",
    "EACH_COOLING",
    "SLOPES",
    "NUCLEI",
];

/// How many numbers a cell has of a quantity.
pub(crate) fn items(
    structure: &chem_solver::structure::Structure,
    quantity: i32,
) -> Result<usize, HostError> {
    Ok(match quantity {
        0..=9 => 1,
        10 => structure.reactions.len(),
        11 => structure.reactions.len() + structure.processes.len(),
        12 => structure.heating.len(),
        13 => structure.cooling.len(),
        14 => structure.unknown_count(),
        15 => structure.elements.len(),
        value => return Err(HostError::Choice { what: "the quantity", value: value.into() }),
    })
}

fn value_of<N: ChemNetwork>(network: &N, quantity: i32, (t, y): (f64, &[f64]), out: &mut [f64]) {
    let structure = network.structure();
    let densities = &y[..y.len() - 1];
    let mass_density = || thermo::mass_density(structure, densities);
    let heating = || total(structure.heating.len(), |terms| network.heating(t, y, terms));
    let cooling = || total(structure.cooling.len(), |terms| network.cooling(t, y, terms));
    let one = match quantity {
        0 => y[y.len() - 1],
        1 => thermo::energy_of(network, y) / mass_density(),
        2 => thermo::energy_of(network, y),
        3 => network.adiabatic_index(t, y),
        4 => thermo::mean_weight(structure, densities),
        5 => mass_density(),
        6 => densities.iter().sum(),
        7 => heating(),
        8 => cooling(),
        9 => thermo::energy_of(network, y) / (cooling() - heating()),
        10 => return network.rates(t, y, out),
        11 => return network.fluxes(t, y, out),
        12 => return network.heating(t, y, out),
        13 => return network.cooling(t, y, out),
        14 => return network.rhs(t, y, out),
        _ => return nuclei(structure, densities, out),
    };
    if let Some(out) = out.first_mut() {
        *out = one;
    }
}

fn nuclei(structure: &chem_solver::structure::Structure, densities: &[f64], out: &mut [f64]) {
    out.fill(0.0);
    for (n, nuclei) in densities.iter().zip(structure.composition.chunks(out.len().max(1))) {
        out.iter_mut().zip(nuclei).for_each(|(out, count)| *out += n * f64::from(*count));
    }
}

fn total(count: usize, terms: impl FnOnce(&mut [f64])) -> f64 {
    let mut values = vec![0.0; count];
    terms(&mut values);
    values.iter().sum()
}

/// A number for each cell.
fn per_cell(
    count: usize,
    value: impl Fn(usize, &mut [f64]) -> f64,
    unknowns: usize,
) -> Result<Vec<f64>, HostError> {
    let mut values = Vec::new();
    let no_memory =
        |_| HostError::Cells(format!("there is no memory for {count} cells; give them in several calls"));
    values.try_reserve_exact(count).map_err(no_memory)?;
    let mut row = vec![0.0; unknowns];
    values.extend((0..count).map(|cell| value(cell, &mut row)));
    Ok(values)
}

/// Refuses a pointer that lies between two numbers.
pub(crate) fn aligned<T>(what: &'static str, pointer: *const T) -> Result<(), HostError> {
    if pointer.is_aligned() { Ok(()) } else { Err(HostError::Alignment { what, bytes: size_of::<T>() }) }
}
