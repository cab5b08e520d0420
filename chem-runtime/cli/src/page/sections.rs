//! The parts of the page.

use chem_grammar::checks::{band_table, breakpoint_report, breakpoint_table};
use chem_grammar::network::{Network, Reaction, ThermalTerm};
use chem_grammar::system::System;

use super::formula::formula;
use super::html::{escape, section, table};
use super::pictures::{pattern, sparkline};
use crate::coefficients::{composition, grid, temperature_range, values};
use crate::reactions::range_and_rate;
use chem_report::plot::{GraphView, network_graph};
use chem_solver::network::{ChemNetwork as _, Interpreted};

const STYLE: &str = "body{font:15px/1.45 system-ui,sans-serif;max-width:80rem;margin:auto;padding:1rem;color-scheme:light dark}\
h2{display:inline;font-size:1.2rem}summary{margin:1rem 0 .5rem;cursor:pointer}.wide{overflow-x:auto}\
table{border-collapse:collapse}td,th{text-align:left;vertical-align:top;padding:.2rem .6rem;border-bottom:1px solid #8886}\
tr{content-visibility:auto;contain-intrinsic-size:auto 2.5rem}td.f{min-width:16rem}svg.k,svg.pattern{fill:currentColor}.graph svg{max-width:60rem;height:auto;background:#fff}\
svg.k{width:120px;height:32px}svg.k path{fill:none;stroke:currentColor;stroke-width:1.3}svg.pattern{width:min(24rem,90vw)}\
@media (min-width:60rem){.e{white-space:nowrap}}pre{overflow-x:auto}@media print{summary{list-style:none}.wide{overflow:visible}}";

/// The whole page.
pub(super) fn page(system: &System) -> String {
    let network = &system.network;
    let name = escape(&network.name);
    let mut out = format!(
        "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"/>\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\
         <title>{name}</title><style>{STYLE}</style></head><body>\n<h1>{name} version {}</h1>\n",
        network.version
    );
    out.extend(network.doc.iter().map(|text| format!("<p>{}</p>\n", escape(text))));
    out.push_str(&format!(
        "<p>Species {}, reactions {}, processes {}, heating terms {}, cooling terms {}; digest {:016x}</p>\n",
        network.species.len(),
        network.reactions.len(),
        network.processes.len(),
        network.heating.len(),
        network.cooling.len(),
        network.hash
    ));
    out.push_str(&findings(network));
    out.push_str(&species(network));
    out.push_str(&graph(system));
    out.push_str(&reactions(network));
    out.push_str(&thermal("Heating", &network.heating));
    out.push_str(&thermal("Cooling", &network.cooling));
    out.push_str(&parameters(network));
    out.push_str(&conservation(system));
    out.push_str(&jacobian(system));
    let breakpoints = breakpoint_table(&breakpoint_report(network));
    out.push_str(&section("Breakpoints", network.breakpoints.len(), &pre(&breakpoints)));
    out.push_str(&section("Radiation fields", network.radiations.len(), &pre(&band_table(network))));
    out.push_str(&states(network));
    out.push_str("</body></html>\n");
    out
}

fn pre(text: &str) -> String {
    format!("<pre>{}</pre>\n", escape(text))
}

fn findings(network: &Network) -> String {
    section("Findings", network.findings.len(), &pre(&network.report().render()))
}

fn species(network: &Network) -> String {
    let has = |list: &[(chem_grammar::expr::SpeciesId, u32)], at: usize| {
        list.iter().any(|(id, _)| id.0 as usize == at)
    };
    let rows = network.species.iter().enumerate().map(|(at, species)| {
        let nuclei = network.elements.iter().zip(&species.composition).filter(|(_, n)| **n > 0);
        let nuclei: Vec<String> = nuclei
            .map(|(e, n)| match n {
                1 => e.to_string(),
                _ => format!("{e}<sub>{n}</sub>"),
            })
            .collect();
        let all = || network.reactions.iter().chain(&network.processes);
        vec![
            format!("<b>{}</b>", escape(&species.name)),
            species.charge.to_string(),
            format!("{:.4e}", species.mass),
            nuclei.join(" "),
            all().filter(|r| has(&r.products, at)).count().to_string(),
            all().filter(|r| has(&r.reactants, at)).count().to_string(),
            escape(&species.doc.join(" ")),
        ]
    });
    let headers = ["species", "charge [e]", "mass [g]", "nuclei", "formed by", "destroyed by", ""];
    section("Species", network.species.len(), &table(&headers, rows))
}

/// Most species of which a graph on a page can be read.
const MOST_IN_GRAPH: usize = 60;

/// Which species become which; as `chem graph` draws it.
fn graph(system: &System) -> String {
    if system.network.species.len() > MOST_IN_GRAPH {
        return String::new();
    }
    let network = Interpreted::new(system);
    let view = GraphView {
        structure: network.structure(),
        species: &[],
        depth: 1,
        reactions: None,
        fluxes: None,
        top: None,
    };
    let picture = network_graph(&view);
    // Within a page of HTML a picture needs no address of its namespace.
    let svg = picture.svg.replace(" xmlns=\"http://www.w3.org/2000/svg\"", "");
    section("Graph", picture.species, &format!("<div class=\"wide graph\">{svg}</div>\n"))
}

fn reactions(network: &Network) -> String {
    let (name, densities) = composition(network);
    let range = temperature_range(network);
    let roots: Vec<_> = network.reactions.iter().chain(&network.processes).map(|r| r.rate).collect();
    let rows = values(network, &roots, &densities, &grid(range, 40));
    let row = |(at, reaction): (usize, &Reaction)| {
        let (valid, rate) = range_and_rate(&reaction.source);
        let curve: Vec<f64> = rows.iter().filter_map(|row| row.get(at).copied()).collect();
        let number = if at < network.reactions.len() { format!("k{}", at + 1) } else { String::new() };
        vec![
            number,
            escape(&reaction.name),
            format!("<span class=\"e\">{}</span>", escape(&reaction.equation).replace("-&gt;", "→")),
            escape(&valid),
            formula(&rate),
            sparkline(&curve),
            escape(&reaction.doc.join("; ")),
        ]
    };
    let headers = ["", "name", "reaction", "range", "rate coefficient or flux", "k(T)", "reference"];
    let body = table(&headers, network.reactions.iter().chain(&network.processes).enumerate().map(row));
    let text = format!(
        "<p>Curves: both axes logarithmic, {:e} to {:e} K, {}.</p>\n",
        range.0,
        range.1,
        escape(&name)
    );
    section("Reactions", roots.len(), &(text + &body))
}

fn thermal(title: &str, terms: &[ThermalTerm]) -> String {
    let rows = terms.iter().map(|t| vec![escape(&t.name), formula(&t.source), escape(&t.doc.join("; "))]);
    section(title, terms.len(), &table(&["name", "rate [erg cm^-3 s^-1]", "reference"], rows))
}

fn parameters(network: &Network) -> String {
    let rows = network.parameters.iter().map(|p| {
        let cell = if p.per_cell.is_some() { "per cell" } else { "" };
        let unit = escape(p.unit.as_deref().unwrap_or_default());
        vec![escape(&p.name), format!("{:e}", p.default), unit, cell.to_owned(), escape(&p.doc.join(" "))]
    });
    section("Parameters", network.parameters.len(), &table(&["name", "default", "unit", "", ""], rows))
}

fn conservation(system: &System) -> String {
    let rows = system.conservation.iter().map(|law| {
        let terms = law.coefficients.iter().zip(&system.network.species).filter(|(c, _)| **c != 0);
        let terms: Vec<String> = terms.map(|(c, s)| format!("{c} n[{}]", escape(&s.name))).collect();
        vec![escape(&law.name), terms.join(" + ").replace("+ -", "− ")]
    });
    section("Conservation laws", system.conservation.len(), &table(&["what", "conserved sum"], rows))
}

fn jacobian(system: &System) -> String {
    let entries = system.pattern.entry_count();
    let body = format!(
        "<p>{entries} entries; in the order of elimination {} with {} filled in.</p>\n{}\n{}\n",
        system.lu.pattern.entry_count(),
        system.lu.fill(),
        pattern(&system.pattern),
        pattern(&system.lu.pattern)
    );
    section("Jacobian", entries, &body)
}

fn states(network: &Network) -> String {
    let states = network.initials.iter().map(|state| {
        let densities = state.densities.iter().zip(&network.species).filter(|(n, _)| **n > 0.0);
        let densities: Vec<String> = densities.map(|(n, s)| format!("{} {n:.3e}", escape(&s.name))).collect();
        vec![escape(&state.name), format!("{:e}", state.temperature), densities.join(", ")]
    });
    let body = table(&["name", "T [K]", "number densities [cm^-3]"], states);
    let domains = network.domains.iter().map(|d| {
        let t = format!("{:e} to {:e}", d.temperature.low, d.temperature.high);
        vec![escape(&d.name), t, escape(&d.doc.join(" "))]
    });
    let boxes = table(&["name", "T [K]", ""], domains);
    section("Initial states", network.initials.len(), &body)
        + &section("Domains", network.domains.len(), &boxes)
}
