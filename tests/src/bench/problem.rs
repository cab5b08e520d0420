//! What is solved: cells to be timed, and cells whose end is known.

use chem_solver::data::times;
#[cfg(feature = "large")]
use chem_solver::network::ChemNetwork;
use chem_solver::network::TypedNetwork;
use chem_solver::units::YEAR;

use super::krome;
use crate::figures::Figures;

/// End of the cells to be timed.
const END: f64 = 1e6 * YEAR;
/// First time of the test `single`, where the emulators begin too.
const FIRST: f64 = 10.0 * YEAR;
/// End times of the test `single`, from there to 1 Myr (Branca & Pallottini 2023, sec. 4).
const END_TIMES: usize = 2000;

/// Cells, each with its own end time.
#[derive(Clone, Debug, Default)]
pub struct Cells {
    /// Unknowns of a cell.
    pub unknowns: usize,
    /// Initial states, one after the other: densities [cm^-3], then T `[K]`.
    pub starts: Vec<f64>,
    /// End times `[s]`.
    pub times: Vec<f64>,
}

impl Cells {
    /// Adds a cell.
    pub fn push(&mut self, start: &[f64], time: f64) {
        self.starts.extend_from_slice(start);
        self.times.push(time);
    }

    /// Initial states and end times.
    pub fn iter(&self) -> impl Iterator<Item = (&[f64], f64)> {
        self.starts.chunks_exact(self.unknowns).zip(self.times.iter().copied())
    }
}

/// A problem of the bench.
#[derive(Clone, Debug)]
pub struct Problem {
    /// Its name.
    pub name: &'static str,
    /// What it is.
    pub description: String,
    /// The cells to be timed.
    pub timed: Cells,
    /// The cells whose end is known.
    pub judged: Cells,
    /// Their end by KROME with tight tolerances.
    pub judge: Vec<f64>,
    /// Their end by KROME with its default tolerances.
    pub krome: Vec<f64>,
    /// CPU time of a solution by KROME with its default tolerances, on a like machine `[s]`.
    pub krome_seconds: Option<f64>,
}

impl Problem {
    /// Random cells to 1 Myr; every `thinning`-th.
    ///
    /// # Panics
    /// If the reference figures are not those of the network.
    pub fn general<N: TypedNetwork>(thinning: usize) -> Self {
        let network = N::default();
        let structure = network.structure();
        let unknowns = structure.unknown_count();
        let mut timed = Cells { unknowns, ..Cells::default() };
        let figures = Figures::read(&format!("bench500_{}.csv", structure.name));
        let columns = unknown_columns(&figures, &network);
        for row in figures.rows().iter().step_by(thinning) {
            timed.push(&pick(row, &columns), END);
        }
        let mut problem = Problem {
            name: "general",
            description: format!("{} random cells, each to 1 Myr", timed.times.len()),
            timed,
            judged: Cells { unknowns, ..Cells::default() },
            judge: Vec::new(),
            krome: Vec::new(),
            krome_seconds: krome::seconds(&structure.name, "bench500"),
        };
        problem.read_judge("general", &network, 0.0, thinning);
        problem
    }

    /// The declared initial state `single`, solved to each of many times.
    ///
    /// # Panics
    /// If the network or the reference figures do not have it.
    pub fn single<N: TypedNetwork>(thinning: usize) -> Self {
        let network = N::default();
        let structure = network.structure();
        let unknowns = structure.unknown_count();
        let mut start = vec![0.0; unknowns];
        N::initial("single").expect("the network declares it").write_unknowns(&mut start);
        let mut timed = Cells { unknowns, ..Cells::default() };
        for time in times::logarithmic(FIRST, END, END_TIMES).into_iter().step_by(thinning) {
            timed.push(&start, time);
        }
        let count = timed.times.len();
        let mut problem = Problem {
            name: "single",
            description: format!("one cell, solved from the start to each of {count} times, 10 yr to 1 Myr"),
            timed,
            judged: Cells { unknowns, ..Cells::default() },
            judge: Vec::new(),
            krome: Vec::new(),
            krome_seconds: krome::seconds(&structure.name, "single"),
        };
        problem.read_judge("single", &network, FIRST, 1);
        problem
    }

    /// The declared initial state of a large network at eight temperatures, to 1 Myr; a tight BDF is the judge.
    ///
    /// # Panics
    /// If the BDF fails.
    #[cfg(feature = "large")]
    pub fn large() -> Self {
        let network = crate::large::Synthetic::default();
        let unknowns = network.structure().unknown_count();
        let mut start = vec![0.0; unknowns];
        crate::large::Synthetic::initial("start").expect("it is declared").write_unknowns(&mut start);
        let mut timed = Cells { unknowns, ..Cells::default() };
        let mut judge = Vec::new();
        let bdf = chem_solver::bdf::Bdf::new(&network).rtol(1e-9);
        for cell in 0..8 {
            start[unknowns - 1] = 20.0 * 2f64.powi(cell);
            timed.push(&start, END);
            let mut end = vec![0.0; unknowns];
            bdf.integrate(&mut bdf.workspace(), &start, &[END], &mut end).expect("a tight solution");
            judge.extend(end);
        }
        Problem {
            name: "large",
            description: "the initial state at 8 temperatures, each to 1 Myr".to_owned(),
            judged: timed.clone(),
            timed,
            judge,
            krome: Vec::new(),
            krome_seconds: None,
        }
    }

    fn read_judge(&mut self, file: &str, network: &impl TypedNetwork, first_time: f64, thinning: usize) {
        let name = &network.structure().name;
        let tight = Figures::read(&format!("{file}_{name}.csv"));
        let default = Figures::read(&format!("{file}_{name}_default.csv"));
        let columns = unknown_columns(&tight, network);
        let default_columns = unknown_columns(&default, network);
        let time = tight.column("t_s");
        for (tight, default) in tight.cells().iter().zip(default.cells()).step_by(thinning) {
            let Some((first, others)) = tight.split_first() else { continue };
            let start = pick(first, &columns);
            for (row, other) in others.iter().zip(&default[1..]).filter(|(row, _)| row[time] >= first_time) {
                assert_eq!(row[time], other[time], "both files have the same times");
                self.judged.push(&start, row[time]);
                self.judge.extend(pick(row, &columns));
                self.krome.extend(pick(other, &default_columns));
            }
        }
    }
}

fn unknown_columns(figures: &Figures, network: &impl TypedNetwork) -> Vec<usize> {
    let names = network.structure().species.iter().map(|name| name.as_ref());
    let mut columns = figures.columns(names, "n_");
    columns.push(figures.column("T_K"));
    columns
}

fn pick(row: &[f64], columns: &[usize]) -> Vec<f64> {
    columns.iter().map(|&column| row[column]).collect()
}
