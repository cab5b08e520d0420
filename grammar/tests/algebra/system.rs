//! A whole system from a network that has one of everything.

use chem_grammar::ast::{Interpolation, Outside};
use chem_grammar::expr::{Compare, ParameterId, TableId};
use chem_grammar::interpolation::Grid;
use chem_grammar::interpret::Interpreter;
use chem_grammar::network::Network;
use chem_grammar::system::System;

use crate::builder::Builder;

/// Piecewise rates, a third body, a process, a table, a parameter, explicit time, heating and cooling.
pub(crate) fn one_of_everything() -> Network {
    let mut b = Builder::new(&["e-", "H", "H+", "H2", "He"]);
    let t_gas = b.dag().temperature();
    let low = b.dag().constant(10.0);
    let clamped = b.dag().max(t_gas, low);
    let zeta = b.parameter("zeta_cr", 3e-17);
    // Arrhenius with a power of T, above 100 K only.
    let c = b.dag().constant(1.5e-10);
    let exponent = b.dag().constant(-0.7);
    let power = b.dag().pow(clamped, exponent);
    let barrier = b.dag().constant(-300.0);
    let argument = b.dag().div(barrier, clamped);
    let boltzmann = b.dag().exp(argument);
    let arrhenius = b.dag().product([c, power, boltzmann]);
    let zero = b.dag().constant(0.0);
    let breakpoint = b.dag().constant(100.0);
    let piecewise = b.dag().select(Compare::Less, clamped, breakpoint, zero, arrhenius);
    b.reaction("H + e- -> H+ + 2 e-", piecewise);
    b.reaction("H+ + e- -> H + photon", arrhenius);
    b.table(
        "dissociation",
        Grid {
            axes: [vec![0.0, 2.0, 3.0, 5.0, 8.0].into(), vec![0.0].into()],
            values: vec![-30.0, -29.0, -25.0, -20.0, -21.0].into(),
            interpolation: Interpolation::Cubic,
            outside: Outside::Clamp,
        },
    );
    let ln = b.dag().ln(clamped);
    let looked_up = b.dag().table(TableId(0), [ln, ln], [0, 0]);
    let dissociation = b.dag().exp(looked_up);
    b.reaction("H2 + M -> 2 H + M", dissociation);
    b.reaction("H2 + photon -> H+ + H + e-", zeta);
    let (n_h, n_tot) = (b.density("H"), b.n_tot());
    let grains = b.dag().constant(3e-17);
    let pace = b.dag().constant(1e-10);
    let time = b.dag().time();
    let phase = b.dag().mul(pace, time);
    let wave = b.dag().unary(chem_grammar::expr::UnaryOp::Sin, phase);
    let one = b.dag().constant(1.5);
    let modulation = b.dag().add(one, wave);
    let flux = b.dag().product([grains, n_h, n_tot, modulation]);
    b.process("2 H -> H2", flux);
    let energy = b.dag().constant(3.2e-11);
    let n_h2 = b.density("H2");
    let ionisation = b.dag().product([energy, zeta, n_h2]);
    b.thermal(true, "cosmic_rays", ionisation);
    let (n_e, strength) = (b.density("e-"), b.dag().constant(1e-24));
    let root = b.dag().sqrt(clamped);
    let line = b.dag().product([strength, root, n_e, n_h]);
    b.thermal(false, "line", line);
    b.network
}

const STATE: [f64; 6] = [0.3, 2.0, 0.3, 5.0, 0.7, 1234.5];

/// Central difference of the right-hand side by one unknown.
fn difference(interpreter: &Interpreter, parameters: &[f64], column: usize) -> Vec<f64> {
    let step = STATE[column] * 1e-5;
    let [plus, minus] = [step, -step].map(|step| {
        let mut y = STATE;
        y[column] += step;
        let mut out = vec![0.0; 6];
        interpreter.rhs(1e9, &y, parameters, &mut out);
        out
    });
    plus.iter().zip(&minus).map(|(p, m)| (p - m) / (2.0 * step)).collect()
}

#[test]
fn jacobian_agrees_with_differences() {
    let system = System::new(one_of_everything());
    let interpreter = Interpreter::new(&system);
    let parameters = [3e-17];
    let mut entries = vec![f64::NAN; system.jacobian.len()];
    interpreter.jacobian(1e9, &STATE, &parameters, &mut entries);
    for column in 0..6 {
        let expected = difference(&interpreter, &parameters, column);
        let scale = expected.iter().fold(0f64, |m, x| m.max(x.abs()));
        for (row, expected) in expected.iter().enumerate() {
            let entry = system.pattern.find(row, column).map_or(0.0, |i| entries[i]);
            assert!((entry - expected).abs() <= 1e-6 * scale, "({row}, {column}): {entry:e} {expected:e}");
        }
    }
}

#[test]
fn nothing_is_left_to_the_unchosen_branch() {
    let mut network = one_of_everything();
    // ln(-1) where T is below 5000 K, which it is.
    let (t_gas, breakpoint, minus) = (network.dag.temperature(), network.dag.constant(5e3), ParameterId(0));
    let parameter = network.dag.parameter(minus);
    let negative = network.dag.neg(parameter);
    let nan = network.dag.ln(negative);
    let rate = network.reactions[1].rate;
    network.reactions[1].rate = network.dag.select(Compare::Less, t_gas, breakpoint, rate, nan);
    let system = System::new(network);
    let interpreter = Interpreter::new(&system);
    let mut rhs = [f64::NAN; 6];
    interpreter.rhs(0.0, &STATE, &[3e-17], &mut rhs);
    assert!(rhs.iter().all(|x| x.is_finite()), "{rhs:?}");
    let mut entries = vec![f64::NAN; system.jacobian.len()];
    interpreter.jacobian(0.0, &STATE, &[3e-17], &mut entries);
    assert!(entries.iter().all(|x| x.is_finite()), "{entries:?}");
}

#[test]
fn laws_are_nuclei_and_charge() {
    let system = System::new(one_of_everything());
    let laws: Vec<_> = system.conservation.iter().map(|law| (law.name.as_str(), &law.coefficients)).collect();
    assert_eq!(
        laws,
        [("H", &vec![0, 1, 1, 2, 0]), ("He", &vec![0, 0, 0, 0, 1]), ("charge", &vec![-1, 0, 1, 0, 0]),]
    );
}
