//! The terms of the right-hand side as CSV: `id`, `dndt_<species>`..., `dTdt`, `k1`..., `heat_<name>`...,
//! `cool_<name>`..., `heat_total`, `cool_total`, `flux_<reaction>`..., `absorption_<band>`... [cm^-1].

use std::io::{self, Write};

use crate::data::states_csv::{Entry, State, write_record};
use crate::network::ChemNetwork;
use crate::network::absorption::{Average, absorption};
use crate::network::environment::network_in;
use crate::structure::{Structure, Text};

/// Writes the names of the columns.
///
/// # Errors
/// As the writer says.
pub fn write_terms_header(out: &mut dyn Write, structure: &Structure, with_time: bool) -> io::Result<()> {
    let time = with_time.then(|| Entry::text("t_s"));
    let named = |prefix: &'static str, names: &[Text]| -> Vec<Entry<'static>> {
        names.iter().map(|name| Entry::text(format!("{prefix}{name}"))).collect()
    };
    let columns = std::iter::once(Entry::text("id"))
        .chain(time)
        .chain(named("dndt_", &structure.species))
        .chain([Entry::text("dTdt")])
        .chain((1..=structure.reactions.len()).map(|number| Entry::text(format!("k{number}"))))
        .chain(named("heat_", &structure.heating))
        .chain(named("cool_", &structure.cooling))
        .chain(["heat_total", "cool_total"].map(Entry::text))
        .chain(named("flux_", &structure.reactions))
        .chain(named("flux_", &structure.processes))
        .chain(named("absorption_", &structure.bands));
    write_record(out, columns)
}

/// Evaluates one state in its own environment and writes its row. Returns the names of the terms that are not finite.
///
/// # Errors
/// As the writer says.
pub fn write_terms_row(
    out: &mut dyn Write,
    network: &dyn ChemNetwork,
    state: &State,
    with_time: bool,
) -> io::Result<Vec<String>> {
    let own = network_in(network, &state.environment);
    let network = own.as_deref().unwrap_or(network);
    let structure = network.structure();
    let (t, y) = (state.time, state.unknowns.as_slice());
    let evaluate = |count: usize, function: &dyn Fn(&mut [f64])| {
        let mut values = vec![0.0; count];
        function(&mut values);
        values
    };
    let reactions = structure.reactions.len();
    let rhs = evaluate(structure.unknown_count(), &|v| network.rhs(t, y, v));
    let rates = evaluate(reactions, &|v| network.rates(t, y, v));
    let heating = evaluate(structure.heating.len(), &|v| network.heating(t, y, v));
    let cooling = evaluate(structure.cooling.len(), &|v| network.cooling(t, y, v));
    let fluxes = evaluate(reactions + structure.processes.len(), &|v| network.fluxes(t, y, v));
    let absorbed = absorption(network, t, y, Average::Photons);
    let totals = [heating.iter().sum(), cooling.iter().sum()];

    let time = with_time.then_some(&t);
    let values = rhs
        .iter()
        .chain(&rates)
        .chain(&heating)
        .chain(&cooling)
        .chain(&totals)
        .chain(&fluxes)
        .chain(&absorbed);
    let numbers = time.into_iter().chain(values).map(|value| Entry::Number(*value));
    write_record(out, std::iter::once(Entry::text(&state.id)).chain(numbers))?;
    Ok(not_finite(structure, &rhs, &rates, &heating, &cooling))
}

fn not_finite(
    structure: &Structure,
    rhs: &[f64],
    rates: &[f64],
    heating: &[f64],
    cooling: &[f64],
) -> Vec<String> {
    let mut names = Vec::new();
    let mut check = |prefix: &str, terms: &[Text], values: &[f64]| {
        let bad = terms.iter().zip(values).filter(|(_, v)| !v.is_finite());
        names.extend(bad.map(|(name, v)| format!("{prefix} {name} is {v}")));
    };
    check("the rate coefficient of", &structure.reactions, rates);
    check("heating", &structure.heating, heating);
    check("cooling", &structure.cooling, cooling);
    check("dn/dt of", &structure.species, rhs);
    if rhs.last().is_some_and(|v| !v.is_finite()) {
        names.push("dT/dt is not finite".to_owned());
    }
    names
}
