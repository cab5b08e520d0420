//! Expressions as text.

use chem_grammar::expr::{Differentiator, Printer, Variable};
use chem_grammar::system::System;

use crate::builder::Builder;
use crate::system::one_of_everything;

#[test]
fn brackets_stand_where_they_are_needed() {
    let mut b = Builder::new(&["H", "e-"]);
    let (a, c) = (b.density("H"), b.density("e-"));
    let t_gas = b.dag().temperature();
    let dag = b.dag();
    let two = dag.constant(2.0);
    let sum = dag.add(a, c);
    let difference = dag.sub(a, sum);
    let quotient = dag.div(sum, difference);
    let nested = dag.div(t_gas, quotient);
    let square = dag.powi(sum, 2);
    let negative = dag.neg(square);
    let power = dag.pow(a, c);
    let tower = dag.pow(power, t_gas);
    let scaled = dag.mul(two, nested);
    let far = dag.constant(-1e-17);
    let shifted = dag.add(far, scaled);
    let roots = [difference, quotient, nested, negative, tower, shifted];
    let printer = Printer::new(&b.network, &b.network.dag);
    let texts: Vec<_> = roots.iter().map(|&id| printer.text(id)).collect();
    insta::assert_snapshot!(texts.join("\n"));
}

#[test]
fn named_nodes_stand_by_their_names() {
    let mut b = Builder::new(&["H"]);
    let t_gas = b.dag().temperature();
    let root = b.dag().sqrt(t_gas);
    let product = b.dag().mul(root, t_gas);
    let mut printer = Printer::new(&b.network, &b.network.dag);
    printer.define(root, "sqrT");
    printer.define(t_gas, "not this");
    assert_eq!([printer.text(product), printer.definition(root)], ["T*sqrT", "sqrt(T)"]);
}

#[test]
fn long_texts_are_cut() {
    let mut b = Builder::new(&["H"]);
    let mut x = b.dag().temperature();
    for _ in 0..64 {
        let e = b.dag().exp(x);
        x = b.dag().mul(e, x);
    }
    let printer = Printer::new(&b.network, &b.network.dag).limit(100);
    let text = printer.text(x);
    assert!(text.len() < 2000 && text.contains("..."), "{text}");
}

#[test]
fn a_system_is_readable() {
    let system = System::new(one_of_everything());
    let mut printer = Printer::new(&system.network, &system.dag);
    let mut text = String::new();
    let mut line = |name: String, value: String| text.push_str(&format!("{name} = {value}\n"));
    for (reaction, &rate) in system.network.reactions.iter().zip(&system.rates) {
        line(format!("k[{}]", reaction.name), printer.text(rate));
    }
    for (i, &rate) in system.rates.iter().enumerate() {
        printer.define(rate, format!("k{}", i + 1));
    }
    for (i, &flux) in system.fluxes.iter().enumerate() {
        line(format!("F{}", i + 1), printer.definition(flux));
    }
    for (i, &flux) in system.fluxes.iter().enumerate() {
        printer.define(flux, format!("F{}", i + 1));
    }
    let unknowns: Vec<String> =
        system.network.species.iter().map(|s| s.name.clone()).chain(["T".to_string()]).collect();
    for (name, &rhs) in unknowns.iter().zip(&system.rhs) {
        line(format!("d[{name}]/dt"), printer.text(rhs));
    }
    for ((row, column), &entry) in system.pattern.entries().zip(&system.jacobian) {
        line(format!("J[{}, {}]", unknowns[row], unknowns[column]), printer.text(entry));
    }
    for (name, &slope) in unknowns.iter().zip(&system.time_derivative) {
        line(format!("d/dt of d[{name}]/dt"), printer.text(slope));
    }
    text.push_str(&system.pattern.picture());
    insta::assert_snapshot!(text);
}

#[test]
fn derivatives_of_common_rates() {
    let mut b = Builder::new(&["H"]);
    let t_gas = b.dag().temperature();
    let dag = b.dag();
    let mut texts = Vec::new();
    let (scale, exponent, barrier) = (dag.constant(1.5e-10), dag.constant(-0.7), dag.constant(-300.0));
    let power = dag.pow(t_gas, exponent);
    let argument = dag.div(barrier, t_gas);
    let exponential = dag.exp(argument);
    let arrhenius = dag.product([scale, power, exponential]);
    let root = dag.sqrt(t_gas);
    let ratio = dag.div(exponential, root);
    let ln = dag.ln(t_gas);
    let coefficients = [1.5, -2.0, 0.25].map(|c| dag.constant(c));
    let polynomial = dag.polynomial(ln, &coefficients);
    let fit = dag.exp(polynomial);
    let mut differentiator = Differentiator::new(1, &[]);
    for f in [arrhenius, ratio, fit] {
        let slope = differentiator.derivative(dag, f, Variable::Temperature);
        texts.push((f, slope));
    }
    let mut printer = Printer::new(&b.network, &b.network.dag);
    printer.define(exponential, "E");
    printer.define(fit, "fit");
    let texts: Vec<_> = texts
        .iter()
        .map(|&(f, slope)| format!("{}\n  -> {}", printer.definition(f), printer.text(slope)))
        .collect();
    insta::assert_snapshot!(texts.join("\n"));
}
