//! Cells as a host hands them over.

use std::ffi::c_char;

use chem_solver::structure::Structure;

use crate::array::{AXES, Array, View};
use crate::error::HostError;

/// Densities of numbers [cm^-3].
pub const NUMBER: i32 = 0;
/// Densities of mass [g cm^-3].
pub const MASS: i32 = 1;
/// The thermal quantity is the temperature `[K]`.
pub const TEMPERATURE: i32 = 0;
/// It is the internal energy per mass `[erg/g]`.
pub const ENERGY_PER_MASS: i32 = 1;
/// It is the internal energy per volume [erg cm^-3].
pub const ENERGY_PER_VOLUME: i32 = 2;
/// A flag: cells whose charges do not cancel are refused.
pub const NEUTRAL: u32 = 1;
/// Largest charge, as a share of the charges of either sign, of a cell that counts as neutral.
pub(crate) const NEUTRALITY: f64 = 1e-6;

/// A parameter with a value for each cell, as C sees it.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct Environment {
    /// Name of the parameter.
    pub name: *const c_char,
    /// Its values; an array that is not given means the value that the handle has.
    pub values: Array,
}

/// Cells of the host and what is to become of them, as C sees it. Zeros mean: not given, the usual.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct Block {
    /// Size of this structure in bytes: which version of it the host knows.
    pub size: usize,
    /// Number of species that the host knows of; must be that of the network.
    pub species: usize,
    /// Number of cells along each axis; axes that the host does not have count 1.
    pub cells: [usize; AXES],
    /// Densities of the species [cm^-3, or g cm^-3].
    pub densities: Array,
    /// Numbers from a species to the next.
    pub species_stride: isize,
    /// T `[K]` or internal energy [erg/g, erg cm^-3].
    pub thermal: Array,
    /// Time steps `[s]`.
    pub dt: Array,
    /// Takes what the floor added to the densities of each cell [cm^-3]; or not given.
    pub added: Array,
    /// Takes what became of each cell, along the first axis first; or NULL.
    pub status: *mut i32,
    /// Takes the solver's steps of each cell, in the same order; or NULL.
    pub steps: *mut u32,
    /// `NUMBER` or `MASS`.
    pub density_unit: i32,
    /// `TEMPERATURE`, `ENERGY_PER_MASS` or `ENERGY_PER_VOLUME`.
    pub thermal_unit: i32,
    /// `NEUTRAL`, or 0.
    pub flags: u32,
    /// 0.
    pub reserved: u32,
    /// Time at the start of the steps `[s]`, for networks with rates that depend on it.
    pub start: f64,
    /// Densities below it [cm^-3] are raised to it, negative ones within `tolerated`.
    pub floor: f64,
    /// Share of the density of all particles by which a density may be negative, as advection leaves it.
    pub tolerated: f64,
    /// Takes what the floor added in all cells [cm^-3, added up].
    pub total_added: f64,
    /// Parameters with a value for each cell, or NULL.
    pub environment: *const Environment,
    /// Their number.
    pub environments: usize,
}

impl Block {
    /// A block of so many species, with nothing in it.
    pub fn empty(species: usize) -> Self {
        Block {
            size: size_of::<Block>(),
            species,
            cells: [0, 1, 1],
            densities: Array::NONE,
            species_stride: 1,
            thermal: Array::NONE,
            dt: Array::NONE,
            added: Array::NONE,
            status: std::ptr::null_mut(),
            steps: std::ptr::null_mut(),
            density_unit: NUMBER,
            thermal_unit: TEMPERATURE,
            flags: 0,
            reserved: 0,
            start: 0.0,
            floor: 0.0,
            tolerated: 0.0,
            total_added: 0.0,
            environment: std::ptr::null(),
            environments: 0,
        }
    }

    /// Number of cells; each axis counts 1 at least unless there is no cell at all.
    ///
    /// # Errors
    /// More than can be counted.
    pub(crate) fn count(&self) -> Result<usize, HostError> {
        let [x, y, z] = self.cells;
        let most = isize::MAX as usize / size_of::<f64>();
        let count = x.checked_mul(y).and_then(|count| count.checked_mul(z)).filter(|count| *count <= most);
        count.ok_or_else(|| HostError::Cells(format!("{x} x {y} x {z} cells are more than can be addressed")))
    }

    /// Whether block and library are of the same version and network.
    pub(crate) fn check_identity(&self, structure: &Structure) -> Result<(), HostError> {
        check_size(self.size)?;
        check_species(self.species, structure)
    }

    /// Looks at everything but the arrays.
    fn check_settings(&self, structure: &Structure) -> Result<(), HostError> {
        if !matches!(self.density_unit, NUMBER | MASS) {
            return Err(HostError::Choice {
                what: "the unit of the densities",
                value: self.density_unit.into(),
            });
        }
        if !matches!(self.thermal_unit, TEMPERATURE | ENERGY_PER_MASS | ENERGY_PER_VOLUME) {
            return Err(HostError::Choice { what: "the thermal unit", value: self.thermal_unit.into() });
        }
        if self.flags & !NEUTRAL != 0 {
            return Err(HostError::Choice { what: "a flag", value: self.flags.into() });
        }
        let needs_masses = self.density_unit == MASS || self.thermal_unit == ENERGY_PER_MASS;
        if needs_masses && !structure.masses.iter().all(|mass| *mass > 0.0) {
            let text = format!(
                "species of the network `{}` have no mass; give number densities and T",
                structure.name
            );
            return Err(HostError::Missing(text));
        }
        for (name, value, largest) in [
            ("start", self.start.abs(), f64::MAX),
            ("floor", self.floor, 1e100),
            ("tolerated", self.tolerated, 1.0),
        ] {
            if !(0.0..=largest).contains(&value) {
                return Err(HostError::Value(format!(
                    "{name} is {value:e}; it must lie between 0 and {largest:e}"
                )));
            }
        }
        Ok(())
    }

    /// Looks at the densities and the thermal quantity.
    pub(crate) fn look(&self, structure: &Structure, written: bool) -> Result<Gas, HostError> {
        self.check_settings(structure)?;
        let species = (structure.species_count(), self.species_stride);
        Ok(Gas {
            cells: self.cells,
            densities: View::new("the array of densities", &self.densities, self.cells, species, written)?,
            thermal: View::new("the thermal array", &self.thermal, self.cells, (1, 0), written)?,
            density_unit: self.density_unit,
            thermal_unit: self.thermal_unit,
            floor: self.floor,
            tolerated: self.tolerated,
            is_neutral: self.flags & NEUTRAL != 0,
        })
    }
}

/// Refuses a block of another version.
pub(crate) fn check_size(size: usize) -> Result<(), HostError> {
    if size == size_of::<Block>() {
        return Ok(());
    }
    let text = "the block has another size than this version of the library knows; build the host with the header or module \
                that was made with the library";
    Err(HostError::Missing(text.to_owned()))
}

/// Refuses another number of species than the network's.
pub(crate) fn check_species(found: usize, structure: &Structure) -> Result<(), HostError> {
    let expected = structure.species_count();
    if found == expected {
        return Ok(());
    }
    Err(HostError::Species { found, expected, network: structure.name.to_string() })
}

/// The gas of a block: arrays that have been looked at, and what their numbers mean.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Gas {
    pub(crate) cells: [usize; AXES],
    pub(crate) densities: View,
    pub(crate) thermal: View,
    pub(crate) density_unit: i32,
    pub(crate) thermal_unit: i32,
    pub(crate) floor: f64,
    pub(crate) tolerated: f64,
    pub(crate) is_neutral: bool,
}

/// Where a cell lies along the axes: the first runs fastest.
pub(crate) fn place(cell: usize, cells: [usize; AXES]) -> [usize; AXES] {
    let [x, y, _] = cells;
    if cell < x {
        return [cell, 0, 0];
    }
    let rows = cell / x;
    [cell % x, rows % y, rows / y]
}
