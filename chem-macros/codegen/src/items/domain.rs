//! Domains of initial states that the network file declares.

use chem_grammar::network::{Domain, HydrogenNuclei, Interval};

use super::Context;
use crate::identifier::{Taken, snake_case};
use crate::literal;
use crate::source::{Source, markdown};

pub(crate) fn write(source: &mut Source, context: &Context<'_>) {
    let mut taken = Taken::default();
    source.gap();
    source.doc("Domains of initial states of the network file.");
    source.open("pub mod domain {");
    source.line("use super::*;");
    for domain in &context.system.network.domains {
        source.gap();
        for doc in &domain.doc {
            source.doc(&markdown(doc));
            source.doc("");
        }
        source.doc(&format!("Domain `{}`.", domain.name));
        write_domain(source, domain, &taken.take(&snake_case(&domain.name).to_ascii_uppercase()));
    }
    source.close("}");
}

/// Names of the constants, in declared order.
pub(crate) fn constants(context: &Context<'_>) -> Vec<String> {
    let mut taken = Taken::default();
    let domains = &context.system.network.domains;
    domains.iter().map(|domain| taken.take(&snake_case(&domain.name).to_ascii_uppercase())).collect()
}

fn write_domain(source: &mut Source, domain: &Domain, name: &str) {
    source.open(format!("pub const {name}: rt::Domain = rt::Domain {{"));
    source.line(format!("name: {},", literal::string(&domain.name)));
    source.line(format!("temperature: {},", interval(&domain.temperature)));
    source.line(format!("total_density: {},", optional(domain.total_density.as_ref())));
    source.line(format!("hydrogen: {},", hydrogen(domain.hydrogen.as_ref())));
    source.line(format!("time: {},", optional(domain.time.as_ref())));
    source.open("species: &[");
    for species in &domain.species {
        source.line(format!("{},", optional(species.as_ref())));
    }
    source.close("],");
    source.line(format!("absolute: {},", domain.absolute));
    let nuclei = literal::list(&domain.nuclei, |(element, share)| {
        format!("({element}, {})", optional(share.as_ref()))
    });
    source.line(format!("nuclei: &[{nuclei}],"));
    let neutral = domain.neutral.map_or("None".to_string(), |species| format!("Some({})", species.0));
    source.line(format!("neutral: {neutral},"));
    let parameters =
        literal::list(&domain.parameters, |(parameter, range)| format!("({parameter}, {})", interval(range)));
    source.line(format!("parameters: &[{parameters}],"));
    source.close("};");
}

fn hydrogen(value: Option<&HydrogenNuclei>) -> String {
    value.map_or("None".to_string(), |HydrogenNuclei { element, density, abundances, rest }| {
        format!(
            "Some(rt::HydrogenNuclei {{ element: {element}, density: {}, abundances: {abundances}, rest: {rest:?} }})",
            interval(density)
        )
    })
}

fn optional(value: Option<&Interval>) -> String {
    value.map_or("None".to_string(), |value| format!("Some({})", interval(value)))
}

fn interval(interval: &Interval) -> String {
    format!(
        "rt::Interval {{ low: {}, high: {}, log: {} }}",
        literal::number(interval.low),
        literal::number(interval.high),
        interval.log
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_stated_per_hydrogen_nucleus_is_written() {
        let density = Interval { low: 1.0, high: 1e4, log: true };
        let stated = HydrogenNuclei { element: 0, density, abundances: true, rest: Some(2) };
        let text = "Some(rt::HydrogenNuclei { element: 0, density: rt::Interval { low: 1.0, high: 1e4, log: true }, \
                    abundances: true, rest: Some(2) })";
        assert_eq!(hydrogen(Some(&stated)).replace("10000.0", "1e4"), text);
        assert_eq!(hydrogen(None), "None");
    }
}
