//! What the solver must know of a network beside its functions: names, patterns, conservation laws.

use std::borrow::Cow;

pub use chem_grammar::network::ParameterKind;

/// A list that generated code holds as a constant and the interpreter on the heap.
pub type List<T> = Cow<'static, [T]>;
/// A text that generated code holds as a constant and the interpreter on the heap.
pub type Text = Cow<'static, str>;

/// Names, patterns and laws of one network. Unknowns are the species in declared order, then T.
#[derive(Clone, Debug)]
pub struct Structure {
    /// Name of the network.
    pub name: Text,
    /// Version of the network.
    pub version: u32,
    /// Digest of the network's equations.
    pub hash: u64,
    /// Names of the species as written (`e-`, `H2+`).
    pub species: List<Text>,
    /// Charge of each species `[e]`.
    pub charges: List<i32>,
    /// Mass of each species `[g]`; 0 for synthetic elements.
    pub masses: List<f64>,
    /// Names of the elements.
    pub elements: List<Text>,
    /// Number of nuclei of each element in each species, species after species.
    pub composition: List<u32>,
    /// Names of the reactions: k1, k2, ... of the output are in this order.
    pub reactions: List<Text>,
    /// Equation of each reaction, then of each process.
    pub equations: List<Text>,
    /// Names of the processes (statements that give a flux).
    pub processes: List<Text>,
    /// Net stoichiometry: entries of reaction `j` (reactions, then processes) are
    /// `stoichiometry[stoichiometry_starts[j]..stoichiometry_starts[j + 1]]`: (species, net change).
    pub stoichiometry_starts: List<u32>,
    /// See `stoichiometry_starts`.
    pub stoichiometry: List<(u32, i32)>,
    /// Names of the heating terms.
    pub heating: List<Text>,
    /// Names of the cooling terms.
    pub cooling: List<Text>,
    /// Names of the parameters.
    pub parameters: List<Text>,
    /// Where a value of each parameter holds.
    pub scopes: List<ParameterScope>,
    /// Which values each parameter may have.
    pub kinds: List<ParameterKind>,
    /// Names of the bands of all radiation fields, field after field from low to high energies: `uv_1`, `uv_2`.
    pub bands: List<Text>,
    /// From where to where each band goes `[erg]`; the upper end may be infinite.
    pub band_edges: List<[f64; 2]>,
    /// What absorbs in them.
    pub absorbers: List<Absorber>,
    /// Whether T changes.
    pub evolves_temperature: bool,
    /// Temperature `[K]` below which the gas does not cool, if the network has a floor.
    pub temperature_floor: Option<f64>,
    /// Names of the conservation laws.
    pub conservation_names: List<Text>,
    /// Integer coefficients of the conservation laws over the species, law after law.
    pub conservation: List<i64>,
    /// Temperatures at which a rate changes its formula `[K]`, ascending.
    pub breakpoints: List<f64>,
    /// Starts of the Jacobian's columns in `jacobian_rows` (compressed columns, rows ascending, diagonal
    /// included).
    pub jacobian_columns: List<u32>,
    /// Rows of the Jacobian's entries.
    pub jacobian_rows: List<u32>,
    /// The factors of I - c J.
    pub lu: LuStructure,
}

/// What absorbs in a radiation field by one cross section.
#[derive(Clone, Debug, PartialEq)]
pub struct Absorber {
    /// The cross section as written: `verner96[H]`.
    pub name: Text,
    /// Number of the first band of its field.
    pub first_band: u32,
    /// Its average in each band of the field, by photons and by energy [cm^2].
    pub sections: List<[f64; 2]>,
}

/// Where a value of a parameter holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ParameterScope {
    /// In the whole network.
    Network,
    /// Each cell may have its own, where the file says `per cell`.
    Cell {
        /// Whether it may be negative.
        signed: bool,
    },
}

/// Pattern of the LU factors in elimination order; see [`chem_grammar::structure::SymbolicLu`].
#[derive(Clone, Debug)]
pub struct LuStructure {
    /// Unknown eliminated at each position.
    pub order: List<u32>,
    /// Starts of the columns in `rows`, in positions.
    pub columns: List<u32>,
    /// Rows (positions) of the entries.
    pub rows: List<u32>,
    /// For each entry of the Jacobian its entry in the factors.
    pub from_jacobian: List<u32>,
    /// Entry of each diagonal.
    pub diagonal: List<u32>,
    /// How many of the last positions form a block without zeros.
    pub full_tail: u32,
}

impl Structure {
    /// Number of species.
    pub fn species_count(&self) -> usize {
        self.species.len()
    }

    /// Number of unknowns: species and T.
    pub fn unknown_count(&self) -> usize {
        self.species.len() + 1
    }

    /// Number of entries of the Jacobian.
    pub fn jacobian_count(&self) -> usize {
        self.jacobian_rows.len()
    }

    /// The entries of a column of the Jacobian, by their numbers.
    pub fn jacobian_column(&self, column: usize) -> std::ops::Range<usize> {
        self.jacobian_columns[column] as usize..self.jacobian_columns[column + 1] as usize
    }

    /// The rows of a column's entries, and their values in a Jacobian.
    pub fn jacobian_values<'a, V>(
        &'a self,
        column: usize,
        jacobian: &'a [V],
    ) -> impl Iterator<Item = (usize, &'a V)> {
        let entries = self.jacobian_column(column);
        let rows = self.jacobian_rows[entries.clone()].iter().map(|row| *row as usize);
        rows.zip(&jacobian[entries])
    }

    /// The entries of the Jacobian: (row, column, number of the entry).
    pub fn jacobian_entries(&self) -> impl Iterator<Item = (usize, usize, usize)> + '_ {
        (0..self.jacobian_columns.len().saturating_sub(1)).flat_map(move |column| {
            self.jacobian_column(column).map(move |entry| (self.jacobian_rows[entry] as usize, column, entry))
        })
    }

    /// The number of the entry on the diagonal, if there is one.
    pub fn jacobian_diagonal(&self, unknown: usize) -> Option<usize> {
        self.jacobian_column(unknown).find(|entry| self.jacobian_rows[*entry] as usize == unknown)
    }

    /// Room for the LU factors: their entries, and one column for the elimination to work in.
    pub fn lu_count(&self) -> usize {
        self.lu.rows.len() + self.unknown_count()
    }

    /// Whether a parameter, by its number, is a switch: 1 (on) or 0 (off).
    pub fn is_switch(&self, parameter: usize) -> bool {
        self.kinds.get(parameter) == Some(&ParameterKind::Switch)
    }

    /// Number of conservation laws.
    pub fn law_count(&self) -> usize {
        self.conservation_names.len()
    }

    /// Coefficients of a conservation law over the species.
    pub fn law(&self, index: usize) -> &[i64] {
        let count = self.species_count();
        &self.conservation[index * count..(index + 1) * count]
    }

    /// Net changes of the species by one reaction or process: (species, change).
    pub fn net_changes(&self, reaction: usize) -> &[(u32, i32)] {
        let start = self.stoichiometry_starts[reaction] as usize;
        let end = self.stoichiometry_starts[reaction + 1] as usize;
        &self.stoichiometry[start..end]
    }
}
