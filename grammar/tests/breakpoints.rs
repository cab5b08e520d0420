//! The table of breakpoints, against jumps known by hand.
#![expect(clippy::panic, reason = "what is missing fails the test")]

use std::path::Path;

use chem_grammar::checks::{Breakpoint, BreakpointKind, breakpoint_report, breakpoint_table};
use chem_grammar::compile::compile;
use chem_grammar::memory_files::MemoryFiles;

const NETWORK: &str = r#"network breakpoints version 1
species A (X), B (X), C (X)
seam_tolerance = 2
a1: A -> B  for T <= 1e3 [K]   k = 1e-3 * T             "1 at the edge"
b:  B -> A                     k = { T < 1e4 [K] : 2   else : 2 * T / 1e4 [K] }   "a kink, no jump"
a2: A -> B  for 1e3 [K] < T    k = 4e-3 * T - 2         "2 at the edge"
c:  A -> C  for T < 1e5 [K]    k = 7                    "ends"
d:  2 C -> 2 A                 flux = n[C] * { T < 50 [K] : 1   else : 1.5 }   "jumps"
cooling lines = n[A] * { T < 100 [K] : 1e-20   else : 3e-20 }   "jumps"
initial here: T = 10 [K], n[A] = 2 [cm^-3], n[C] = 3 [cm^-3]
"#;

fn breakpoints() -> Vec<Breakpoint> {
    match compile(Path::new("a.net"), &MemoryFiles::new().with("a.net", NETWORK)) {
        Ok(network) => breakpoint_report(&network),
        Err(report) => panic!("{report}"),
    }
}

fn close(a: f64, b: f64) -> bool {
    (a - b).abs() <= 1e-9 * b.abs()
}

#[test]
fn reactions_with_the_same_sides_are_one_curve() {
    let breakpoints = breakpoints();
    let joined = breakpoints.iter().find(|s| s.temperature == 1e3).unwrap();
    assert_eq!(joined.names, ["a1", "a2"]);
    assert!(close(joined.value[0], 1.0) && close(joined.value[1], 2.0), "{joined:?}");
    assert!(close(joined.slope[0], 1e-3) && close(joined.slope[1], 4e-3), "{joined:?}");
    assert!(close(joined.jump, 0.5) && close(joined.slope_jump, 0.75), "{joined:?}");
}

#[test]
fn kinks_and_ends() {
    let breakpoints = breakpoints();
    let kink = breakpoints.iter().find(|s| s.temperature == 1e4).unwrap();
    assert!(kink.jump < 1e-9 && kink.slope_jump == 1.0, "{kink:?}");
    let end = breakpoints.iter().find(|s| s.temperature == 1e5).unwrap();
    assert_eq!((end.value, end.jump), ([7.0, 0.0], 1.0));
}

#[test]
fn fluxes_and_thermal_terms_are_taken_at_the_initial_state() {
    let breakpoints = breakpoints();
    let flux = breakpoints.iter().find(|s| s.kind == BreakpointKind::Process).unwrap();
    assert_eq!(flux.value, [3.0, 4.5]);
    let cooling = breakpoints.iter().find(|s| s.kind == BreakpointKind::Cooling).unwrap();
    assert_eq!(cooling.value, [2e-20, 6e-20]);
    assert_eq!(breakpoints.len(), 5);
}

#[test]
fn the_table_reads_well() {
    insta::assert_snapshot!(breakpoint_table(&breakpoints()));
}
