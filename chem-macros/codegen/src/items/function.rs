//! Functions of the state: `fn name<V>(parameters, t, y, out)`.

use chem_grammar::expr::ExprId;

use super::Context;
use crate::body::{Body, Comments, Names};
use crate::source::Source;

/// A function that fills an array with the values of nodes.
pub(crate) struct ArrayFunction<'a> {
    pub(crate) name: &'a str,
    pub(crate) doc: &'a str,
    /// Constant that is the length of the array.
    pub(crate) count: &'a str,
    pub(crate) out: &'a str,
    pub(crate) comments: Comments,
}

impl ArrayFunction<'_> {
    /// Writes it; `labels` tell what each entry is.
    pub(crate) fn write(
        &self,
        source: &mut Source,
        names: &Names,
        roots: &[ExprId],
        labels: &dyn Fn(usize) -> Option<String>,
    ) {
        let ArrayFunction { name, doc, count, out, comments } = self;
        let body = Body::new(names, roots, *comments);
        source.gap();
        source.doc(doc);
        let arguments =
            format!("parameters: &Parameters, t: V, y: &[V; UNKNOWN_COUNT], {out}: &mut [V; {count}]");
        source.line("#[allow(unused_variables)]");
        source.open(format!("pub fn {name}<V: rt::Scalar>({arguments}) {{"));
        body.write_arguments(source);
        body.write(source);
        source.open(format!("*{out} = ["));
        for (index, &root) in roots.iter().enumerate() {
            if let Some(label) = labels(index) {
                source.comment(&label);
            }
            source.line(format!("{},", body.result(root)));
        }
        source.close("];");
        source.close("}");
    }
}

/// A function in a submodule that returns one value. The lines before it (documentation) are already written.
pub(crate) fn write_value(source: &mut Source, context: &Context<'_>, name: &str, root: ExprId) {
    let body = Body::new(&context.names, &[root], Comments::Short);
    let arguments = "parameters: &super::Parameters, t: V, y: &[V; super::UNKNOWN_COUNT]";
    source.line("#[allow(unused_variables)]");
    source.open(format!("pub fn {name}<V: rt::Scalar>({arguments}) -> V {{"));
    body.write_arguments(source);
    body.write(source);
    source.line(body.result(root));
    source.close("}");
}
