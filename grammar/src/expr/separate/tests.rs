use super::*;
use crate::compile::compile;
use crate::expr::{Evaluator, ParameterId, Point};
use crate::memory_files::MemoryFiles;

/// A network with the rate coefficient of its only reaction; `p` and `q` are per cell, `z` is of the network.
fn network(k: &str) -> Network {
    let text = format!(
        "network made version 1\n\nspecies A (X), B (X)\n\
         parameter p = 2 per cell\nparameter q = 0.3 per cell\nparameter z = 0.7\nlet x = T / 1 [K]\n\
         ab: A -> B  k = 1 [s^-1] * ({k})\nba: B -> A  k = 1e-9 * (p + q + z)\n\
         initial start: T = 100 [K], n[A] = 1 [cm^-3]\n"
    );
    compile("made.net".as_ref(), &MemoryFiles::new().with("made.net", text))
        .unwrap_or_else(|report| panic!("{report}"))
}

/// Separates k, checks that its value stays, and returns its functions of T, those of parameters, and what is unsplit.
fn separated(k: &str) -> (Vec<ExprId>, Vec<ExprId>, Separated, Dag) {
    let network = network(k);
    let mut dag = network.dag.clone();
    let root = network.reactions[0].rate;
    let separated = separate(&network, &mut dag, &[root]);
    for (temperature, parameters) in
        [(20.0, [2.0, 0.3, 0.7]), (150.0, [0.0, 1.0, 0.1]), (3e4, [5.0, 0.01, 2.0])]
    {
        let point = Point {
            densities: &[1.0, 2.0],
            temperature,
            time: 0.0,
            parameters: &parameters,
            tables: &network.tables,
        };
        let mut evaluator = Evaluator::new(&dag, point);
        let (before, after) = (evaluator.value(root), evaluator.value(separated.roots[0]));
        assert!(
            (before - after).abs() <= 1e-13 * before.abs(),
            "{k}: {before:e} {after:e} at {temperature} K"
        );
    }
    let (mut functions, mut environment) = (Vec::new(), Vec::new());
    let mut stack = separated.roots.clone();
    while let Some(id) = stack.pop() {
        match separated.classes.class(id) {
            Class::Temperature if separated.classes.is_costly(id) => functions.push(id),
            Class::Environment => environment.push(id),
            _ => stack.extend(dag.node(id).operands()),
        }
    }
    for list in [&mut functions, &mut environment] {
        list.sort_unstable();
        list.dedup();
    }
    (functions, environment, separated, dag)
}

#[track_caller]
fn splits(k: &str, functions: usize, environment: usize) {
    let (found, of_parameters, separated, _) = separated(k);
    assert_eq!(separated.unsplit, [], "{k}");
    assert_eq!((found.len(), of_parameters.len()), (functions, environment), "{k}");
}

#[test]
fn factors_are_parted_from_functions_of_t() {
    splits("1e-10 * p * sqrt(x) * exp(-100 / T)", 1, 1);
    splits("sqrt(x) * p * exp(-100 / T) / q", 1, 1);
    splits("3e-10 * exp(-1.8 * q - 20 / T)", 1, 1);
    splits("(p * x / 300)^0.73 * exp(-3.5 * q)", 1, 1);
    splits("sqrt(p * x)", 1, 1);
    splits("z * sqrt(x)", 1, 1);
    splits("1e-12 * (sqrt(x) * p)^2 * exp(-10/T)", 1, 1);
    // Parameters alone, and terms beside them.
    splits("1e-9 * exp(-2 * p) * (1 + q)", 0, 1);
    splits("1e-12 * sqrt(x) + 0.46 * p", 1, 1);
    // Sums are left as they are where that takes no more functions of T.
    splits("1e-12 * p * (sqrt(x) + q * exp(-10/T))", 2, 2);
    // Multiplied out there are two functions of T, else three.
    splits("1e-12 * ln(x) * (sqrt(x) + q * exp(-10/T))", 2, 1);
    // Nothing costly: the background's share of Compton cooling.
    splits("1e-12 * (1 + p)^4 * (x - 2.73 * (1 + p))", 0, 2);
}

/// A function that is chosen below a temperature is tabulated as chosen: elsewhere it may be anything.
#[test]
fn choices_by_temperature_stay_with_the_functions() {
    splits("{ T < 100 [K] : p * sqrt(x), else : q * exp(-10/T) }", 2, 2);
    splits("{ T < 100 [K] : p * sqrt(x), else : p * exp(-10/T) }", 1, 1);
    splits("{ T < 100 [K] : p * exp(100/T) }", 1, 1);
    splits("{ p > 1 : sqrt(x), else : q * sqrt(x) }", 1, 1);
}

#[track_caller]
fn does_not_split(k: &str, obstacle: Obstacle, is_per_cell: bool) {
    let (_, _, separated, _) = separated(k);
    let found: Vec<_> =
        separated.unsplit.iter().map(|unsplit| (unsplit.obstacle, unsplit.per_cell)).collect();
    assert_eq!(found, [(obstacle, is_per_cell)], "{k}");
}

#[test]
fn what_cannot_be_parted_is_named() {
    does_not_split("1e-10 * exp(-100 * p / T)", Obstacle::Exponent, true);
    does_not_split("1e-10 * exp(-100 * z / T)", Obstacle::Exponent, false);
    does_not_split("sqrt(x + p)", Obstacle::Argument, true);
    does_not_split("1e-10 / (sqrt(x) + p)", Obstacle::Divisor, true);
    does_not_split("{ T < 100 [K] * p : 1e-10, else : 1e-11 * sqrt(x) }", Obstacle::Comparison, true);
    does_not_split("{ T < 100 [K] : sqrt(x) / p, else : 1e-10 }", Obstacle::Pole, true);
    does_not_split("1e-10 * max(p, sqrt(x))", Obstacle::Extremum, true);
    does_not_split("1e-10 * (x / 100)^p", Obstacle::Exponent, true);
    does_not_split("1e-10 * exp(-100 * sqrt(1 + p / T))", Obstacle::Argument, true);
}

/// Parameters of the network go into one function of T with what they cannot be parted from; per-cell factors stay outside.
#[test]
fn parameters_of_the_network_are_tabulated_if_need_be() {
    let (functions, environment, separated, dag) = separated("p * sqrt(x) * exp(-100 * z / T)");
    assert_eq!((functions.len(), environment.len(), separated.unsplit.len()), (1, 1, 1));
    assert_eq!(crate::expr::parameters(&dag, &functions), [ParameterId(2)]);
}
