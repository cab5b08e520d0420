//! The items of a generated module.

mod absorption;
mod adiabatic_index;
mod constants;
mod domain;
mod flux;
mod function;
mod header;
mod initial;
mod jacobian;
mod looped;
mod lu;
mod network;
mod parameters;
mod rate;
mod rhs;
mod species;
mod structure;
mod tables;
mod temperature;
mod text;
mod thermal;
mod time_derivative;

pub(crate) use species::write_enum as write_species_enum;

use chem_grammar::system::System;

use chem_grammar::lane_program::LaneProgram;

use crate::body::Names;
use crate::form::Form;
use crate::identifier::camel_case;
use crate::source::Source;

/// What the generated items of one network share.
pub(crate) struct Context<'a> {
    pub(crate) system: &'a System,
    pub(crate) names: Names,
    /// The network's type.
    pub(crate) type_name: String,
    /// The form of the LU factors.
    pub(crate) factors: Form,
    /// The functions of T that are set apart, if there are any.
    pub(crate) temperature: Option<temperature::TemperatureFunctions>,
    /// What several cells side by side are advanced with, if the functions are not written out.
    pub(crate) lanes: Option<LaneProgram>,
}

/// The module of a network as Rust text: `pub mod molecular { ... }`. `module` replaces the network's name. The
/// form is the one that suits the network's size.
pub fn expand(system: &System, module: Option<&str>) -> String {
    expand_as(Form::of(system), system, module)
}

/// The same in a given form.
pub fn expand_as(form: Form, system: &System, module: Option<&str>) -> String {
    let names = Names::new(system, form);
    let temperature = temperature::TemperatureFunctions::of(system, &names, form);
    let factors = Form::of_factors(form, system);
    let lanes = (form == Form::Looped).then(|| LaneProgram::of(system)).filter(LaneProgram::is_compact);
    let type_name = type_name(&system.network.name);
    let context = Context { factors, system, names, type_name, temperature, lanes };
    let mut source = Source::default();
    header::write(&mut source, &context, module);
    species::write(&mut source, &context);
    parameters::write(&mut source, &context);
    network::write(&mut source, &context);
    constants::write(&mut source, &context);
    text::write(&mut source, &context);
    structure::write(&mut source, &context);
    tables::write(&mut source, &context);
    initial::write(&mut source, &context);
    domain::write(&mut source, &context);
    adiabatic_index::write(&mut source, &context);
    absorption::write(&mut source, &context);
    match form {
        Form::Unrolled => write_unrolled(&mut source, &context),
        Form::Looped => looped::write(&mut source, &context),
    }
    source.close("}");
    source.into_text()
}

fn write_unrolled(source: &mut Source, context: &Context<'_>) {
    rate::write(source, context);
    flux::write(source, context);
    thermal::write(source, context);
    rhs::write(source, context);
    jacobian::write(source, context);
    time_derivative::write(source, context);
    temperature::write(source, context);
    match context.factors {
        Form::Unrolled => lu::write(source, context),
        Form::Looped => looped::write_lu(source),
    }
}

/// The type of a network, distinct from the other types of its module.
pub fn type_name(network: &str) -> String {
    let name = camel_case(network);
    if matches!(name.as_str(), "Species" | "Parameters" | "Self") { format!("{name}Network") } else { name }
}
