//! The gathered right-hand side is the right-hand side, with fewer operations.

use std::path::Path;

use chem_grammar::expr::{BinaryOp, Dag, Evaluator, ExprId, Node, Point, needed};
use chem_grammar::gathered::gathered_rhs;
use chem_grammar::network::Network;
use chem_grammar::system::System;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use crate::builder::Builder;
use crate::system::one_of_everything;

/// Relative to the largest flux or, for T, to the largest of heating, cooling and what particles carry: sums cancel.
pub(crate) fn compare(system: &System) {
    let mut dag = system.dag.clone();
    let gathered = gathered_rhs(system, &mut dag);
    assert_eq!(gathered.len(), system.rhs.len());
    let parameters = system.network.default_parameters();
    let mut rng = ChaCha8Rng::seed_from_u64(5);
    for _ in 0..300 {
        let densities: Vec<f64> =
            system.network.species.iter().map(|_| 10f64.powf(rng.random_range(-9.0..3.0))).collect();
        let point = Point {
            densities: &densities,
            temperature: 10f64.powf(rng.random_range(0.5..7.0)),
            time: 1e9,
            parameters: &parameters,
            tables: &system.network.tables,
        };
        let mut evaluator = Evaluator::new(&dag, point);
        let largest = system.fluxes.iter().map(|flux| evaluator.value(*flux).abs()).fold(0.0, f64::max);
        for (row, (a, b)) in system.rhs.iter().zip(&gathered).enumerate() {
            let mut size = largest;
            if row == densities.len() {
                let Some(equation) = system.temperature else { continue };
                let heating = evaluator.value(system.total_heating).abs();
                let power = heating.max(evaluator.value(system.total_cooling).abs());
                let carried = system.carried.iter().map(|carried| largest * evaluator.value(*carried).abs());
                let power = carried.fold(power, f64::max);
                size = power * evaluator.value(equation.excess) / evaluator.value(equation.capacity);
            }
            let (a, b) = (evaluator.value(*a), evaluator.value(*b));
            assert!((a - b).abs() <= 1e-12 * size, "row {row}: {a:e} {b:e}");
        }
    }
}

fn operations(roots: &[ExprId], dag: &Dag) -> usize {
    let is_operation = |id: &ExprId| {
        matches!(dag.node(*id), Node::Binary(BinaryOp::Add | BinaryOp::Sub | BinaryOp::Mul, ..))
    };
    needed(dag, roots).iter().filter(|id| is_operation(id)).count()
}

#[test]
fn gathering_changes_no_value() {
    compare(&System::new(one_of_everything()));
    for name in ["atomic", "molecular", "benchmark_tdep"] {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../networks").join(name).with_extension("net");
        let system = System::new(Network::load(path).expect("a network of the project"));
        compare(&system);
        let mut dag = system.dag.clone();
        let gathered = gathered_rhs(&system, &mut dag);
        let (before, after) = (operations(&system.rhs, &system.dag), operations(&gathered, &dag));
        assert!(after < before || name == "benchmark_tdep", "{name}: {after} operations, {before} before");
    }
}

/// An ionisation by electrons and by atoms, and the recombination that undoes them, are one flux; rates of the same
/// densities are one coefficient.
#[test]
fn reactions_with_the_same_net_change_are_one_flux() {
    let mut b = Builder::new(&["e-", "H", "H+"]);
    let t = b.dag().temperature();
    let [low, high] = [0.5, -0.7].map(|power| {
        let power = b.dag().constant(power);
        b.dag().pow(t, power)
    });
    let exp = b.dag().exp(high);
    b.reaction("H + e- -> H+ + 2 e-", low);
    b.reaction("H + H -> H+ + e- + H", exp);
    b.reaction("H+ + e- -> H + photon", high);
    b.reaction("H+ + e- -> H + photon", exp);
    let system = System::new(b.network);
    compare(&system);
    let mut dag = system.dag.clone();
    let gathered = gathered_rhs(&system, &mut dag);
    let [electron, atom, ion, _] = gathered[..] else { panic!("{} unknowns", gathered.len()) };
    assert_eq!(electron, ion);
    assert!(atom == dag.neg(electron) || electron == dag.neg(atom));
    let both = dag.add(high, exp);
    assert!(needed(&dag, &[electron]).contains(&both), "one coefficient of both recombinations");
}
