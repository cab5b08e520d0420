//! Any bytes as calls of the interface for host codes: arguments that fit, and broken ones - pointers that are NULL or lie between two
//! numbers, counts and strides that cannot be, numbers that are none. No call ends the program, reads or writes outside of the arrays
//! (built with the address sanitizer) or says that it found a fault of chem. What nobody can check, that arrays are as long as they
//! are said to be, is kept.
#![no_main]
#![allow(unsafe_code)]

use std::ffi::{CStr, CString, c_char};
use std::ptr::{null, null_mut};
use std::sync::LazyLock;

use chem_runtime::host::array::Array;
use chem_runtime::host::block::Environment;
use chem_runtime::host::{Block, Catalogue, Solver, calls};
use libfuzzer_sys::fuzz_target;

chem_runtime::chem_network!("../chem-runtime/cli/tests/host_codes/pdr.net");

type Network = pdr::Pdr;

const SPECIES: usize = pdr::UNKNOWN_COUNT - 1;
const NAMES: [&str; 9] = ["g0", "av", "zeta_cr", "euv_1", "photoelectric", "metallicity", "H2", "", "xyz"];
const ODD: [f64; 14] = [
    f64::NAN,
    f64::INFINITY,
    f64::NEG_INFINITY,
    -1.0,
    -0.0,
    0.0,
    5e-324,
    -5e-324,
    1e300,
    1e-300,
    -1e-30,
    1e100,
    1e101,
    0.5,
];

static CATALOGUE: LazyLock<Catalogue> = LazyLock::new(|| Catalogue::new(&Network::default(), &[""; 7]));

/// A solver that no call changes. Threads of the host may share one.
static SHARED: LazyLock<usize> = LazyLock::new(|| solver() as usize);

/// A solver that gives cells up soon.
fn solver() -> *mut Solver<Network> {
    // SAFETY: as the interface says.
    unsafe {
        let solver = calls::new::<Network>(SPECIES, 1e-3, 1e-20, 1, null_mut());
        assert!(!solver.is_null());
        assert_eq!(calls::set_option(solver, 0, 300.0), 0);
        assert_eq!(calls::set_option(solver, 1, 0.0), 0);
        solver
    }
}

/// Choices, made by the bytes.
struct Choices<'d>(&'d [u8]);

impl Choices<'_> {
    fn byte(&mut self) -> u8 {
        let Some((first, rest)) = self.0.split_first() else { return 0 };
        self.0 = rest;
        *first
    }

    fn below(&mut self, count: usize) -> usize {
        usize::from(self.byte()) % count
    }

    /// Not where there are no more bytes.
    fn rarely(&mut self) -> bool {
        self.byte() > 240
    }

    fn large(&mut self) -> usize {
        usize::MAX >> self.below(24)
    }

    fn number(&mut self) -> f64 {
        if self.rarely() { ODD[self.below(ODD.len())] } else { 10f64.powi(self.below(16) as i32 - 10) }
    }

    fn integer(&mut self) -> i32 {
        if self.rarely() { i32::MIN >> self.below(32) } else { self.below(20) as i32 - 1 }
    }

    fn value(&mut self, is_thermal: bool) -> f64 {
        match (self.rarely(), is_thermal) {
            (true, _) => self.number(),
            (false, true) => 10.0 + 50.0 * f64::from(self.byte()),
            (false, false) => 0.1 * f64::from(self.byte()),
        }
    }
}

/// An allocation that ends where its array does.
enum Memory {
    Doubles(Box<[f64]>),
    Floats(Box<[f32]>),
}

fn doubles(choices: &mut Choices<'_>, count: usize, is_thermal: bool) -> Box<[f64]> {
    (0..count).map(|_| choices.value(is_thermal)).collect()
}

/// An array over cells with so many items each, its axes in any order, with gaps; and what it may be instead. The last axis' stride
/// is that of the items.
fn array(
    choices: &mut Choices<'_>,
    cells: [usize; 3],
    items: usize,
    is_thermal: bool,
) -> (Memory, Array, isize) {
    let counts = [cells[0], cells[1], cells[2], items];
    let mut order = [0, 1, 2, 3];
    (1..4).rev().for_each(|i| order.swap(i, choices.below(i + 1)));
    let (mut strides, mut reach) = ([0usize; 4], 1);
    for axis in order {
        reach += choices.below(3);
        strides[axis] = reach;
        reach *= counts[axis].max(1);
    }
    let last: usize =
        counts.iter().zip(strides).map(|(count, stride)| count.saturating_sub(1) * stride).sum();
    let total = if counts.contains(&0) { 0 } else { last + 1 };
    let mut memory = match choices.below(3) {
        0 => Memory::Floats(doubles(choices, total, is_thermal).iter().map(|value| *value as f32).collect()),
        _ => Memory::Doubles(doubles(choices, total, is_thermal)),
    };
    let (data, kind) = match &mut memory {
        Memory::Doubles(numbers) => (numbers.as_mut_ptr().cast::<u8>(), 0),
        Memory::Floats(numbers) => (numbers.as_mut_ptr().cast::<u8>(), 1),
    };
    let stride = [strides[0], strides[1], strides[2]].map(|stride| stride as isize);
    let mut array = Array { data: data.cast(), stride, kind, reserved: 0 };
    match choices.byte() {
        255 => array.data = null_mut(),
        254 => array.data = data.wrapping_add(1 + 2 * choices.below(4)).cast(),
        253 => array.kind = 2 + (choices.integer() & 0xff),
        252 => array.stride = [isize::MAX >> choices.below(3); 3],
        251 => array.stride = [0; 3],
        250 => array.stride = [isize::MIN >> choices.below(3); 3],
        _ => {}
    }
    (memory, array, strides[3] as isize)
}

fn name(choices: &mut Choices<'_>) -> CString {
    CString::new(NAMES[choices.below(NAMES.len())]).expect("no zero")
}

fn pointer(choices: &mut Choices<'_>, name: &CString) -> *const c_char {
    if choices.rarely() { null() } else { name.as_ptr() }
}

/// What came back: how many cells were not advanced, or an error with its text.
fn look(result: i64, cells: usize) {
    if result >= 0 {
        assert!(result as usize <= cells, "{result} of {cells} cells");
        return;
    }
    assert!(!calls::error_text(&CATALOGUE, result).is_null());
    // SAFETY: a text of the library.
    let text = unsafe { CStr::from_ptr(calls::last_error()) }.to_string_lossy();
    assert!(!text.is_empty() && !text.contains("fault of chem"), "{text}");
}

fn step(choices: &mut Choices<'_>, solver: *const Solver<Network>) {
    let cells = choices.below(12);
    let (mut n, mut t) = (doubles(choices, SPECIES * cells, false), doubles(choices, cells, true));
    let mut status = vec![-7i32; cells].into_boxed_slice();
    let species = if choices.rarely() { choices.large() } else { SPECIES };
    let asked = if choices.rarely() { choices.large() | 1 << 60 } else { cells };
    let layout = if choices.rarely() { choices.integer() } else { choices.below(2) as i32 };
    let dt = if choices.rarely() { choices.number() } else { 1e8 * f64::from(choices.byte()) };
    let shift = |choices: &mut Choices<'_>, pointer: *mut f64| match choices.byte() {
        255 => null_mut(),
        254 => pointer.cast::<u8>().wrapping_add(1 + choices.below(7)).cast(),
        _ => pointer,
    };
    let (n, t) = (shift(choices, n.as_mut_ptr()), shift(choices, t.as_mut_ptr()));
    let status = if choices.rarely() { null_mut() } else { status.as_mut_ptr() };
    // SAFETY: arrays are as long as they are said to be, or cannot be.
    look(unsafe { calls::step(solver, species, asked, n, t, layout, dt, status) }, cells);
}

fn block(choices: &mut Choices<'_>, solver: *const Solver<Network>) {
    let cells = [choices.below(5), 1 + choices.below(3), 1 + choices.below(3)];
    let count: usize = cells.iter().product();
    let mut kept = Vec::new();
    let mut keep = |(memory, array, item): (Memory, Array, isize)| {
        kept.push(memory);
        (array, item)
    };
    let mut block = Block { cells, ..Block::empty(SPECIES) };
    (block.densities, block.species_stride) = keep(array(choices, cells, SPECIES, false));
    block.thermal = keep(array(choices, cells, 1, true)).0;
    block.dt = keep(array(choices, cells, 1, true)).0;
    if choices.below(3) == 0 {
        block.added = keep(array(choices, cells, 1, true)).0;
    }
    let (mut status, mut steps) =
        (vec![0i32; count].into_boxed_slice(), vec![0u32; count].into_boxed_slice());
    if choices.below(2) == 0 {
        (block.status, block.steps) = (status.as_mut_ptr(), steps.as_mut_ptr());
    }
    let names: Vec<CString> = (0..3).map(|_| name(choices)).collect();
    let environment: Box<[Environment]> = (names.iter())
        .map(|name| Environment {
            name: pointer(choices, name),
            values: keep(array(choices, cells, 1, true)).0,
        })
        .collect();
    block.environments = if choices.rarely() { 8 + choices.large() / 2 } else { choices.below(4) };
    block.environment = if choices.rarely() { null() } else { environment.as_ptr() };
    match choices.byte() {
        255 => block.size = choices.large(),
        254 => block.species = choices.large(),
        253 => block.cells[choices.below(3)] = choices.large() | 1 << 62,
        252 => block.flags = choices.integer() as u32,
        251 => block.status = block.status.cast::<u8>().wrapping_add(1).cast(),
        250 => block.steps = block.steps.cast::<u8>().wrapping_add(2).cast(),
        249 => block.start = choices.number(),
        248 => block.density_unit = choices.integer(),
        247 => block.thermal_unit = choices.integer(),
        246 => block.species_stride = isize::MIN >> choices.below(4),
        _ => {
            (block.density_unit, block.thermal_unit) = (choices.below(2) as i32, choices.below(3) as i32);
            (block.tolerated, block.floor) = (choices.number() * 1e-3, choices.number() * 1e-20);
        }
    }
    let at: *mut Block = if choices.rarely() { null_mut() } else { &raw mut block };
    // SAFETY: as above.
    match choices.below(8) {
        0 => look(unsafe { calls::equilibrium(solver, at, choices.number()) }, count),
        1..4 => look(unsafe { calls::advance(solver, at) }, count),
        _ => {
            let quantity = choices.integer();
            let items = usize::try_from(calls::quantity_size(&CATALOGUE, quantity)).unwrap_or(1);
            let mut out = vec![0.0; items * count].into_boxed_slice();
            let room = if choices.rarely() { choices.below(9).min(out.len()) } else { out.len() };
            let out = if choices.rarely() { null_mut() } else { out.as_mut_ptr() };
            look(unsafe { calls::evaluate(solver, at, quantity, out, room) }, count);
        }
    }
}

/// Settings, which need a solver of their own.
fn settings(choices: &mut Choices<'_>, solver: *mut Solver<Network>) {
    let name = name(choices);
    let name = pointer(choices, &name);
    let mut value = choices.number();
    let at: *mut f64 = if choices.rarely() { null_mut() } else { &raw mut value };
    // SAFETY: as above.
    unsafe {
        match choices.below(4) {
            0 => look(calls::set_parameter(solver, name, value), 0),
            1 => look(calls::get_parameter(solver, name, at), 0),
            2 => {
                look(calls::set_option(solver, choices.integer(), value), 0);
                look(calls::set_option(solver, 0, 300.0), 0);
                look(calls::set_option(solver, 1, 0.0), 0);
            }
            _ => {
                let species = if choices.rarely() { choices.large() } else { SPECIES };
                let threads =
                    if choices.rarely() { 1025 + choices.large() / 2 } else { 1 + choices.below(2) };
                let mut error = 0;
                let other = calls::new::<Network>(species, value, choices.number(), threads, &raw mut error);
                assert_eq!(other.is_null(), error < 0);
                calls::free(other);
            }
        }
    }
}

fn names(choices: &mut Choices<'_>) {
    let text = name(choices);
    let (list, number, text) = (choices.integer(), choices.below(20), pointer(choices, &text));
    let place = if choices.rarely() { choices.large() } else { number };
    // SAFETY: as above.
    look(unsafe { calls::index(&CATALOGUE, list, text) }.min(0), 0);
    calls::count(&CATALOGUE, list);
    calls::name(&CATALOGUE, list, place);
    calls::parameter_unit(&CATALOGUE, place);
    calls::parameter_default(&CATALOGUE, place);
    calls::parameter_kind(&CATALOGUE, place);
    calls::parameter_scope(&CATALOGUE, place);
    calls::band_edge(&CATALOGUE, place, list);
    calls::mass(&CATALOGUE, place);
    calls::charge(&CATALOGUE, place);
    calls::nuclei(&CATALOGUE, place, number);
    calls::status_text(&CATALOGUE, list);
}

fuzz_target!(|data: &[u8]| {
    let mut choices = Choices(data);
    let mut own: *mut Solver<Network> = null_mut();
    for _ in 0..6 {
        let shared = *SHARED as *mut Solver<Network>;
        let solver = match choices.byte() {
            255 => null_mut(),
            _ if own.is_null() => shared,
            _ => own,
        };
        match choices.below(8) {
            0 => names(&mut choices),
            1 => {
                if own.is_null() {
                    own = self::solver();
                }
                settings(&mut choices, own);
            }
            2 | 3 => step(&mut choices, solver),
            _ => block(&mut choices, solver),
        }
        if choices.0.is_empty() {
            break;
        }
    }
    // SAFETY: NULL, or made above.
    unsafe { calls::free(own) };
});
