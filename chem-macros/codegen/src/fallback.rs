//! What stands in for a network that does not compile: its types, so that an editor shows one error and not one
//! per use.

use chem_grammar::diagnostic::Report;
use chem_grammar::species::identifier;

use crate::identifier::Taken;
use crate::items::{type_name, write_species_enum};
use crate::source::Source;

/// A module with the species that were understood, empty parameters, and the network's type.
pub fn fallback(report: &Report, module: &str) -> String {
    let mut taken = Taken::default();
    let species: Vec<(String, &str)> =
        report.species.iter().map(|name| (taken.take(&identifier(name)), name.as_str())).collect();
    let mut source = Source::default();
    source.line("#[allow(clippy::all, clippy::pedantic, missing_docs, unreachable_pub)]");
    source.open(format!("pub mod {module} {{"));
    source.line("use ::chem_runtime::generated as rt;");
    if !species.is_empty() {
        let species: Vec<(&str, &str, String)> =
            species.iter().map(|(ident, name)| (ident.as_str(), *name, String::new())).collect();
        write_species_enum(&mut source, &species);
    }
    source.gap();
    source.line("#[derive(Clone, Debug, Default, PartialEq)]");
    source.line("pub struct Parameters {}");
    source.gap();
    source.line("#[derive(Clone, Debug, Default, PartialEq)]");
    source.open(format!("pub struct {} {{", type_name(module)));
    source.line("pub parameters: Parameters,");
    source.close("}");
    source.close("}");
    source.into_text()
}
