//! The table of seams, against jumps known by hand.
#![expect(clippy::panic, reason = "what is missing fails the test")]

use std::path::Path;

use chem_grammar::checks::{Seam, SeamKind, seam_report, seam_table};
use chem_grammar::compile::compile;
use chem_grammar::memory_files::MemoryFiles;

const NETWORK: &str = r#"network seams version 1
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

fn seams() -> Vec<Seam> {
    match compile(Path::new("a.net"), &MemoryFiles::new().with("a.net", NETWORK)) {
        Ok(network) => seam_report(&network),
        Err(report) => panic!("{report}"),
    }
}

fn close(a: f64, b: f64) -> bool {
    (a - b).abs() <= 1e-9 * b.abs()
}

#[test]
fn reactions_with_the_same_sides_are_one_curve() {
    let seams = seams();
    let joined = seams.iter().find(|s| s.temperature == 1e3).unwrap();
    assert_eq!(joined.names, ["a1", "a2"]);
    assert!(close(joined.value[0], 1.0) && close(joined.value[1], 2.0), "{joined:?}");
    assert!(close(joined.slope[0], 1e-3) && close(joined.slope[1], 4e-3), "{joined:?}");
    assert!(close(joined.jump, 0.5) && close(joined.slope_jump, 0.75), "{joined:?}");
}

#[test]
fn kinks_and_ends() {
    let seams = seams();
    let kink = seams.iter().find(|s| s.temperature == 1e4).unwrap();
    assert!(kink.jump < 1e-9 && kink.slope_jump == 1.0, "{kink:?}");
    let end = seams.iter().find(|s| s.temperature == 1e5).unwrap();
    assert_eq!((end.value, end.jump), ([7.0, 0.0], 1.0));
}

#[test]
fn fluxes_and_thermal_terms_are_taken_at_the_initial_state() {
    let seams = seams();
    let flux = seams.iter().find(|s| s.kind == SeamKind::Process).unwrap();
    assert_eq!(flux.value, [3.0, 4.5]);
    let cooling = seams.iter().find(|s| s.kind == SeamKind::Cooling).unwrap();
    assert_eq!(cooling.value, [2e-20, 6e-20]);
    assert_eq!(seams.len(), 5);
}

#[test]
fn the_table_reads_well() {
    insta::assert_snapshot!(seam_table(&seams()));
}
