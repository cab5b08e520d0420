//! A network with fewer reactions, and how far its cells are from those of the whole.

use std::collections::HashMap;
use std::io;
use std::path::{Path, PathBuf};

use chem_grammar::compile::{Disk, Files, compile};
use chem_grammar::reduced::{Kept, reduced};
use chem_solver::bdf::Options;
use chem_solver::data::states_csv::State;
use chem_solver::runs::{AnyNetwork, SolvedCell, solve_cells};
use chem_solver::structure::Structure;

use super::ReduceOptions;
use crate::exit::Stop;

/// Densities below this share of the total do not count.
const LEAST_SHARE: f64 = 1e-14;

/// What the whole network gives.
pub(super) struct Reference<'a> {
    pub(super) structure: &'a Structure,
    pub(super) cells: &'a [State],
    pub(super) solved: &'a [SolvedCell],
    /// The unknowns that are to stay right.
    pub(super) targets: &'a [usize],
}

/// Makes and judges candidates.
pub(super) struct Judge<'a> {
    pub(super) options: &'a ReduceOptions,
    pub(super) text: &'a str,
    pub(super) reference: Reference<'a>,
    pub(super) settings: &'a Options,
}

/// A network with fewer reactions.
#[derive(Clone, Debug)]
pub(super) struct Candidate {
    pub(super) text: String,
    /// Species and reactions that are left.
    pub(super) left: (usize, usize),
    /// Largest deviation of each target, relative; infinite if a cell cannot be solved.
    pub(super) deviations: Vec<f64>,
}

impl Candidate {
    pub(super) fn worst(&self) -> f64 {
        self.deviations.iter().copied().fold(0.0, f64::max)
    }
}

/// One text in memory, all else from the disk.
struct InPlace<'a> {
    path: &'a Path,
    text: &'a str,
}

impl Files for InPlace<'_> {
    fn read(&self, path: &Path) -> io::Result<String> {
        if path == self.path { Ok(self.text.to_owned()) } else { Disk.read(path) }
    }
}

impl Judge<'_> {
    /// The network with the reactions for which `keep` holds (by their number, processes after reactions).
    pub(super) fn candidate(&self, keep: &dyn Fn(usize) -> bool) -> Result<Candidate, Stop> {
        let Reference { structure, cells, targets, .. } = &self.reference;
        let names: Vec<&str> =
            structure.reactions.iter().chain(structure.processes.iter()).map(|name| name.as_ref()).collect();
        let places: HashMap<&str, usize> = names.into_iter().enumerate().map(|(j, name)| (name, j)).collect();
        let is_kept = |name: &str| places.get(name).is_none_or(|j| keep(*j));
        let needed = |name: &str| {
            let index = structure.species.iter().position(|known| known == name);
            index.is_none_or(|k| targets.contains(&k) || cells.iter().any(|cell| cell.unknowns[k] != 0.0))
        };
        let path = PathBuf::from(format!("{}.net", self.options.network.path.display()));
        let text = reduced(self.text, &path, &Kept { reaction: &is_kept, species: &needed })
            .map_err(|report| Stop::Network(Box::new(report)))?;
        let network = compile(&path, &InPlace { path: &path, text: &text })
            .map_err(|report| Stop::Network(Box::new(report)))?;
        let left = (network.species.len(), network.reactions.len() + network.processes.len());
        let mut network = AnyNetwork::interpreted(network);
        self.options.cells.parameters.apply(&mut network)?;
        Ok(Candidate { deviations: self.deviations(&network), left, text })
    }

    fn deviations(&self, network: &AnyNetwork) -> Vec<f64> {
        let Reference { structure, cells, solved, targets } = &self.reference;
        let own = network.network.structure();
        // Where each unknown of the reduced network stands in the whole; T is last in both.
        let place = |name: &str| structure.species.iter().position(|known| known == name);
        let places: Vec<usize> =
            own.species.iter().filter_map(|name| place(name)).chain([structure.species_count()]).collect();
        let state = |cell: &State| State {
            unknowns: places.iter().map(|k| cell.unknowns[*k]).collect(),
            ..cell.clone()
        };
        let cells: Vec<State> = cells.iter().map(state).collect();
        let times_of = |index: usize| solved.get(index).map_or(&[][..], |cell| cell.times.as_slice());
        let threads = self.options.cells.thread_count();
        let found = solve_cells(&*network.network, self.settings, &cells, times_of, threads);
        let targets = targets.iter().map(|target| (*target, places.iter().position(|place| place == target)));
        targets
            .map(|(target, reduced)| {
                let of_cell = found.iter().zip(*solved).map(|(found, whole)| match (found, reduced) {
                    (Ok(found), Some(reduced)) => {
                        deviation((structure.unknown_count(), target, whole), (places.len(), reduced, found))
                    }
                    _ => f64::INFINITY,
                });
                of_cell.fold(0.0, f64::max)
            })
            .collect()
    }
}

/// Largest relative deviation of an unknown over the times of a cell; each side with its number of unknowns and the place.
fn deviation(
    (n, target, whole): (usize, usize, &SolvedCell),
    (m, reduced, found): (usize, usize, &SolvedCell),
) -> f64 {
    let rows = whole.unknowns.chunks_exact(n).zip(found.unknowns.chunks_exact(m));
    let of_row = |(whole, found): (&[f64], &[f64])| {
        let least = if target + 1 < n { LEAST_SHARE * whole[..n - 1].iter().sum::<f64>() } else { 0.0 };
        let (exact, value) = (whole[target], found[reduced]);
        if exact.max(value) <= least { 0.0 } else { (value - exact).abs() / exact.max(least) }
    };
    // NaN counts as infinite.
    rows.map(of_row).fold(0.0, |worst: f64, off| if off.is_nan() { f64::INFINITY } else { worst.max(off) })
}
