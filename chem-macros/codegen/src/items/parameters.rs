//! `struct Parameters`: numbers of the network that may be changed at run time.

use chem_grammar::network::ParameterKind;

use super::Context;
use crate::literal;
use crate::source::{Source, markdown};

pub(crate) fn write(source: &mut Source, context: &Context<'_>) {
    let parameters = &context.system.network.parameters;
    let fields = context.names.fields();
    source.gap();
    source.doc("Parameters of the network, in cgs units and K.");
    source.line("#[derive(Clone, Debug, PartialEq)]");
    if parameters.is_empty() {
        source.line("pub struct Parameters {}");
    } else {
        source.open("pub struct Parameters {");
        for (parameter, field) in parameters.iter().zip(fields) {
            let unit = parameter.unit.as_ref().map_or(String::new(), |unit| format!(" `[{unit}]`"));
            let doc = if parameter.doc.is_empty() { parameter.name.clone() } else { parameter.doc.join(" ") };
            let default = match parameter.kind {
                ParameterKind::Number | ParameterKind::Band => {
                    format!("Default {}.", literal::number(parameter.default))
                }
                ParameterKind::Switch if parameter.default == 1.0 => {
                    "On (1) or off (0), by default on.".into()
                }
                ParameterKind::Switch => "On (1) or off (0), by default off.".into(),
            };
            source.doc(&format!("{}{unit}. {default}", markdown(&doc)));
            source.line(format!("pub {field}: f64,"));
        }
        source.close("}");
    }
    source.gap();
    source.open("impl ::core::default::Default for Parameters {");
    source.open("fn default() -> Self {");
    let values = parameters.iter().zip(fields);
    let values = literal::list(values, |(p, field)| format!("{field}: {}", literal::number(p.default)));
    source.line(if values.is_empty() {
        "Parameters {}".to_string()
    } else {
        format!("Parameters {{ {values} }}")
    });
    source.close("}");
    source.close("}");
    source.gap();
    source.open("impl Parameters {");
    source.doc("Of values in declared order; defaults if there are not as many.");
    source.line("#[allow(unused_variables)]");
    source.open("fn of(values: &[f64]) -> Self {");
    source.line(format!(
        "let [{}] = *values else {{ return Self::default() }};",
        literal::list(fields, |field| field.clone())
    ));
    source.line(format!("Parameters {{ {} }}", literal::list(fields, |field| field.clone())));
    source.close("}");
    source.close("}");
}
