//! The functions of the interface: one list, from which the wrappers in Rust, the header and the Fortran module are written.

/// Type of an argument or a result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Type {
    Nothing,
    Solver,
    SolverMut,
    Size,
    Double,
    Int32,
    Int64,
    Uint64,
    /// Text that ends with 0.
    Text,
    Doubles,
    Int32s,
    Int64s,
    Block,
    BlockMut,
    Emulator,
    EmulatorMut,
}

/// What a wrapper hands to the function of [`crate::calls`] before its arguments.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Before {
    Nothing,
    Catalogue,
}

/// A function of the interface.
#[derive(Debug)]
pub(super) struct Function {
    pub(super) name: &'static str,
    /// What it does, for the header.
    pub(super) doc: &'static str,
    pub(super) before: Before,
    pub(super) arguments: &'static [(&'static str, Type)],
    pub(super) result: Type,
}

impl Function {
    /// Whether it is about a trained network.
    pub(super) fn is_of_emulator(&self) -> bool {
        let is_emulator = |kind| matches!(kind, Type::Emulator | Type::EmulatorMut);
        is_emulator(self.result) || self.arguments.iter().any(|(_, kind)| is_emulator(*kind))
    }

    /// Whether the function of [`crate::calls`] takes promises from the caller.
    pub(super) fn is_unsafe(&self) -> bool {
        let is_pointer = |(_, kind): &(&str, Type)| {
            !matches!(kind, Type::Size | Type::Double | Type::Int32 | Type::Int64 | Type::Uint64)
        };
        self.arguments.iter().any(is_pointer)
    }
}

use Before::{Catalogue, Nothing as Alone};
use Type::*;

const fn function(
    name: &'static str,
    before: Before,
    arguments: &'static [(&'static str, Type)],
    result: Type,
    doc: &'static str,
) -> Function {
    Function { name, doc, before, arguments, result }
}

/// The functions of a library, those for a trained network last.
pub(super) fn functions(with_emulator: bool) -> impl Iterator<Item = &'static Function> {
    FUNCTIONS.iter().chain(EMULATOR_FUNCTIONS.iter().filter(move |_| with_emulator))
}

/// What libraries that `chem host --emulator` makes have too.
const EMULATOR_FUNCTIONS: &[Function] = &[
    function(
        "emulator_new",
        Alone,
        &[("solver", Solver), ("path", Text), ("tolerance", Double), ("error", Int64s)],
        EmulatorMut,
        "A trained network from its file (model.safetensors), with the equations, settings and threads that the solver has now behind it. \
         tolerance: the largest residual in decades (0.05 is usual) beyond which a cell is solved instead; 0: only cells outside of the \
         trained domain are. Its parameters must be the declared ones. On failure returns NULL and writes @P@_ERROR_... into error (or NULL).",
    ),
    function(
        "emulator_free",
        Alone,
        &[("emulator", EmulatorMut)],
        Nothing,
        "Gives an emulator back; NULL does nothing.",
    ),
    function(
        "emulator_advance",
        Alone,
        &[("emulator", Emulator), ("block", BlockMut)],
        Int64,
        "Advances the cells of a block, without parameters of cells and start time, by the trained network blended with one step of the \
         equations; status says EMULATED, or DONE for cells that hardly move or that the solver took over. Returns as @p@_step.",
    ),
];

const FUNCTIONS: &[Function] = &[
    function(
        "abi_version",
        Alone,
        &[],
        Int32,
        "Version of this interface in the library; @P@_ABI_VERSION is that of the header.",
    ),
    function(
        "new",
        Alone,
        &[("species", Size), ("rtol", Double), ("atol", Double), ("threads", Size), ("error", Int64s)],
        SolverMut,
        "A solver of the network with its declared parameters. species: @P@_SPECIES_COUNT. rtol in 1e-10 .. 0.1 (1e-3 is usual) and atol \
         [cm^-3, K] in 1e-100 .. 1e100 are tolerances of a step. threads: 1 is the thread of the caller (ranks of an MPI code, threads of \
         OpenMP), 0 as many as the machine has, at most 1024. On failure returns NULL and writes @P@_ERROR_... into error (or NULL).",
    ),
    function("free", Alone, &[("solver", SolverMut)], Nothing, "Gives a solver back; NULL does nothing."),
    function(
        "set_option",
        Alone,
        &[("solver", SolverMut), ("option", Int32), ("value", Double)],
        Int64,
        "Sets @P@_OPTION_...: MAX_STEPS of a cell before it is given up (100,000), FALLBACK 0 or 1 (1): whether cells that are given up are \
         tried by another method, LEAST_ABUNDANCE of species that need be exact. Returns 0 or @P@_ERROR_...",
    ),
    function(
        "set_parameter",
        Alone,
        &[("solver", SolverMut), ("name", Text), ("value", Double)],
        Int64,
        "Sets a parameter, in cgs units and K; all later steps know it. Not while another thread uses the solver. Refuses what is not \
         finite, and negative values of parameters that are declared positive. Returns 0 or @P@_ERROR_...; it then keeps its value.",
    ),
    function(
        "get_parameter",
        Alone,
        &[("solver", Solver), ("name", Text), ("value", Doubles)],
        Int64,
        "Writes the value that a parameter has. Returns 0 or @P@_ERROR_...",
    ),
    function(
        "step",
        Alone,
        &[
            ("solver", Solver),
            ("species", Size),
            ("cells", Size),
            ("n", Doubles),
            ("t_gas", Doubles),
            ("layout", Int32),
            ("dt", Double),
            ("status", Int32s),
        ],
        Int64,
        "Advances cells by dt [s]: number densities n [cm^-3] of species * cells numbers in the order layout, temperatures t_gas [K]. status \
         (or NULL) takes @P@_STATUS_... of each cell. Returns how many cells were not advanced, which are unchanged, or @P@_ERROR_..., and \
         then (but for FAULT) nothing was changed. 0 cells are no error, whatever the pointers.",
    ),
    function(
        "advance",
        Alone,
        &[("solver", Solver), ("block", BlockMut)],
        Int64,
        "Advances the cells of a block, see @p@_block. Returns as @p@_step.",
    ),
    function(
        "equilibrium",
        Alone,
        &[("solver", Solver), ("block", BlockMut), ("tolerance", Double)],
        Int64,
        "Advances the cells of a block by dt, the longest time that the host would wait, and looks whether they stand still: no species \
         above 1e-12 of all particles, nor T, moved by more than tolerance, relative, in the last nine tenths of it. Returns how many \
         cells were not advanced or are not steady (@P@_STATUS_NOT_STEADY), or @P@_ERROR_...",
    ),
    function(
        "evaluate",
        Alone,
        &[("solver", Solver), ("block", Block), ("quantity", Int32), ("out", Doubles), ("room", Size)],
        Int64,
        "Evaluates @P@_QUANTITY_... in the cells of a block, whose dt is not looked at: out takes @p@_quantity_size() numbers for each cell, \
         cell after cell, room in all. Returns in how many cells densities or temperature are such as no cell has (NaN stands there), or \
         @P@_ERROR_...",
    ),
    function(
        "quantity_size",
        Catalogue,
        &[("quantity", Int32)],
        Int64,
        "How many numbers a cell has of a quantity, or @P@_ERROR_CHOICE.",
    ),
    function("count", Catalogue, &[("list", Int32)], Size, "How many names the list @P@_LIST_... has."),
    function(
        "name",
        Catalogue,
        &[("list", Int32), ("index", Size)],
        Text,
        "A name of the list @P@_LIST_..., from 0 on; NULL beyond the last.",
    ),
    function(
        "index",
        Catalogue,
        &[("list", Int32), ("name", Text)],
        Int64,
        "Where a name stands in the list @P@_LIST_..., from 0 on, or @P@_ERROR_NAME.",
    ),
    function(
        "parameter_unit",
        Catalogue,
        &[("parameter", Size)],
        Text,
        "Unit of a parameter as declared, \"\" for none.",
    ),
    function(
        "parameter_default",
        Catalogue,
        &[("parameter", Size)],
        Double,
        "Declared value of a parameter, in cgs units and K.",
    ),
    function(
        "parameter_kind",
        Catalogue,
        &[("parameter", Size)],
        Int32,
        "Which values a parameter may have: @P@_PARAMETER_NUMBER, _SWITCH (1 on, 0 off), _BAND of a radiation field; -1 beyond the last.",
    ),
    function(
        "parameter_scope",
        Catalogue,
        &[("parameter", Size)],
        Int32,
        "Where a value of a parameter holds: @P@_SCOPE_NETWORK in all cells; _CELL, _CELL_SIGNED: each cell may have its own, which may \
         be negative if signed; -1 beyond the last.",
    ),
    function(
        "band_edge",
        Catalogue,
        &[("band", Size), ("upper", Int32)],
        Double,
        "Photon energy [erg] at which a band of @P@_LIST_BANDS begins (upper 0) or ends (1; may be infinite).",
    ),
    function("mass", Catalogue, &[("species", Size)], Double, "Mass of a species [g]; 0 of made-up ones."),
    function("charge", Catalogue, &[("species", Size)], Int32, "Charge of a species [e]."),
    function(
        "nuclei",
        Catalogue,
        &[("species", Size), ("element", Size)],
        Int32,
        "How many nuclei of an element a species has.",
    ),
    function(
        "network_hash",
        Catalogue,
        &[],
        Uint64,
        "Digest of the network's equations: equal for equal networks.",
    ),
    function(
        "status_text",
        Catalogue,
        &[("status", Int32)],
        Text,
        "What a status of a cell means; NULL if there is none.",
    ),
    function(
        "error_text",
        Catalogue,
        &[("code", Int64)],
        Text,
        "What @P@_ERROR_... means; NULL if there is none.",
    ),
    function(
        "last_error",
        Alone,
        &[],
        Text,
        "What the last error in this thread was, with names and numbers; stands until the next one.",
    ),
];
