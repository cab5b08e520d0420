//! What absorbs radiation.

use chem_grammar::expr::ExprId;

use super::Context;
use super::function::ArrayFunction;
use super::structure::{list, texts};
use crate::body::Comments;
use crate::literal;
use crate::source::Source;

/// Writes the function of their densities, and how many there are, if there are any.
pub(super) fn write(source: &mut Source, context: &Context<'_>) {
    let network = &context.system.network;
    if network.absorbers.is_empty() {
        return;
    }
    source.gap();
    source.doc("Number of absorbers of radiation.");
    source.line(format!("pub const ABSORBER_COUNT: usize = {};", network.absorbers.len()));
    let roots: Vec<ExprId> = network.absorbers.iter().map(|absorber| absorber.density).collect();
    let doc = "Number densities of what absorbs radiation \\[cm^-3\\], times all by which its reactions multiply their rates.";
    let function = ArrayFunction {
        name: "absorbers",
        doc,
        count: "ABSORBER_COUNT",
        out: "out",
        comments: Comments::Short,
    };
    let name = |index: usize| {
        let absorber = network.absorbers.get(index)?;
        let field = network.radiations.get(absorber.field)?;
        Some(format!("{} in {}", field.averages.get(absorber.average)?.name, field.name))
    };
    function.write(source, &context.names, &roots, &name);
}

/// The method of the trait.
pub(super) fn write_method(source: &mut Source, context: &Context<'_>) {
    if context.system.network.absorbers.is_empty() {
        return;
    }
    source.gap();
    source.open("fn absorbers(&self, t: f64, y: &[f64], out: &mut [f64]) {");
    source.line("let Some(y) = y.first_chunk::<UNKNOWN_COUNT>() else { return };");
    source.line("let Some(out) = out.first_chunk_mut::<ABSORBER_COUNT>() else { return };");
    source.line("self::absorbers(&self.parameters, t, y, out);");
    source.close("}");
}

/// Bands and absorbers in the static of the structure.
pub(super) fn write_structure(source: &mut Source, context: &Context<'_>) {
    let network = &context.system.network;
    let pair = |[a, b]: [f64; 2]| format!("[{}, {}]", literal::number(a), literal::number(b));
    let bands =
        || network.radiations.iter().flat_map(|field| (0..field.bands.len()).map(move |b| (field, b)));
    let names: Vec<String> = bands().map(|(field, band)| field.band_name(band)).collect();
    texts(source, "bands", names.iter().map(String::as_str));
    let edges = network.radiations.iter().flat_map(|field| field.bands.iter().map(|band| pair(band.edges)));
    list(source, "band_edges", edges);
    let absorbers = network.absorbers.iter().filter_map(|absorber| {
        let before = network.radiations.get(..absorber.field)?;
        let first: usize = before.iter().map(|field| field.bands.len()).sum();
        let average = network.radiations.get(absorber.field)?.averages.get(absorber.average)?;
        let sections = literal::list(&average.bands, |&[by_photons, by_energy, _]| pair([by_photons, by_energy]));
        Some(format!(
            "rt::Absorber {{ name: rt::Cow::Borrowed({}), first_band: {first}, sections: rt::Cow::Borrowed(&[{sections}]) }}",
            literal::string(&average.name)
        ))
    });
    list(source, "absorbers", absorbers);
}
