//! The network as text: equations, reactions, conservation laws.

use std::fmt::Write as _;

use chem_grammar::expr::Printer;
use chem_grammar::network::Reaction;
use chem_grammar::system::System;

use super::Context;
use crate::literal;
use crate::source::Source;

pub(crate) fn write(source: &mut Source, context: &Context<'_>) {
    let system = context.system;
    let texts = [
        ("ODES", "The differential equations as text; pin them in a snapshot test.", odes(system)),
        (
            "REACTIONS",
            "The reactions with their rate coefficients and references as text.",
            reactions(system),
        ),
        ("CONSERVATION", "The conservation laws as text.", conservation(system)),
    ];
    for (name, doc, text) in texts {
        source.gap();
        source.doc(doc);
        source.line(format!("pub const {name}: &str ="));
        source.verbatim(&format!("        {};\n", literal::raw_string(&text)));
    }
}

/// `dn[H]/dt = - k[h_ci] n[H] n[e-] + ...`
pub(crate) fn odes(system: &System) -> String {
    let network = &system.network;
    let mut out = String::new();
    for (index, species) in network.species.iter().enumerate() {
        let _ = write!(out, "dn[{}]/dt =", species.name);
        let mut terms = 0;
        for (flux, reaction) in network.reactions.iter().chain(&network.processes).enumerate() {
            let changes = &system.stoichiometry.columns[flux];
            let Some(&(_, change)) = changes.iter().find(|(s, _)| *s == index) else { continue };
            let sign = if change < 0 { '-' } else { '+' };
            let count = if change.abs() == 1 { String::new() } else { format!("{} ", change.abs()) };
            let newline = if terms > 0 { "\n   " } else { "" };
            let _ = write!(out, "{newline} {sign} {count}{}", flux_text(system, reaction, flux));
            terms += 1;
        }
        out.push_str(if terms == 0 { " 0\n" } else { "\n" });
    }
    out.push_str("dT/dt = ");
    if network.evolves_temperature() {
        let signed = |sign: &str, kind: &str, terms: &[chem_grammar::network::ThermalTerm]| -> Vec<String> {
            terms.iter().map(|term| format!("{sign} {kind}[{}]", term.name)).collect()
        };
        let mut terms = signed("+", "heating", &network.heating);
        terms.extend(signed("-", "cooling", &network.cooling));
        let printer = Printer::new(network, &system.dag);
        let excess = match system.dag.as_constant(network.adiabatic_index) {
            Some(value) => format!("({value} - 1)"),
            None => format!("({} - 1)", printer.text(network.adiabatic_index)),
        };
        if network.conserves_energy {
            terms.push("- sum over all species of de/dn dn/dt".to_owned());
            out.push_str("1 / (de/dT) (\n");
        } else {
            let _ = writeln!(out, "{excess} / ({:e} n_tot) (", network.boltzmann);
        }
        let _ = writeln!(out, "    {})", terms.join("\n    "));
        if network.conserves_energy {
            let _ = writeln!(out, "    where e = {:e} n_tot T / {excess}", network.boltzmann);
        }
        if let Some(floor) = network.temperature_floor {
            let _ =
                writeln!(out, "    where it is negative times (T / {floor} K - 1) / 0.01, within -1 .. 1");
        }
    } else {
        out.push_str("0\n");
    }
    out
}

fn flux_text(system: &System, reaction: &Reaction, flux: usize) -> String {
    if flux >= system.network.reactions.len() {
        return format!("flux[{}]", reaction.name);
    }
    let mut out = format!("k[{}]", reaction.name);
    for &(species, count) in &reaction.reactants {
        let name = &system.network.species[species.0 as usize].name;
        let _ = write!(out, " n[{name}]");
        if count > 1 {
            let _ = write!(out, "^{count}");
        }
    }
    match reaction.third_bodies {
        0 => {}
        1 => out.push_str(" n_tot"),
        count => {
            let _ = write!(out, " n_tot^{count}");
        }
    }
    out
}

/// Name, equation, coefficient and references of each reaction and process.
fn reactions(system: &System) -> String {
    let network = &system.network;
    let mut printer = Printer::new(network, &network.dag).limit(2000);
    for definition in &network.definitions {
        let is_rate = network.reactions.iter().any(|r| r.rate == definition.expr);
        if !is_rate {
            printer.define(definition.expr, definition.name.as_str());
        }
    }
    let mut out = String::new();
    for (index, reaction) in network.reactions.iter().chain(&network.processes).enumerate() {
        let is_process = index >= network.reactions.len();
        let number = if is_process { String::new() } else { format!("{:>3}  ", index + 1) };
        let _ = writeln!(out, "{number}{}: {}", reaction.name, reaction.equation);
        let symbol = if is_process { "flux" } else { "k" };
        let _ = writeln!(out, "     {symbol} = {}", printer.definition(reaction.rate));
        for doc in &reaction.doc {
            let _ = writeln!(out, "     \"{doc}\"");
        }
    }
    out
}

/// `H: n[H] + 2 n[H2] + ...`
fn conservation(system: &System) -> String {
    let mut out = String::new();
    for law in &system.conservation {
        let _ = write!(out, "{}:", law.name);
        let mut first = true;
        for (species, &coefficient) in system.network.species.iter().zip(&law.coefficients) {
            let sign = match (coefficient, first) {
                (0, _) => continue,
                (1.., true) => " ",
                (1.., false) => " + ",
                _ => " - ",
            };
            let count =
                if coefficient.abs() == 1 { String::new() } else { format!("{} ", coefficient.abs()) };
            let _ = write!(out, "{sign}{count}n[{}]", species.name);
            first = false;
        }
        out.push_str(" = const\n");
    }
    out
}
