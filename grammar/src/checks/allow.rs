//! `allow(W...)`: which warnings it silences, and whether it does anything (E010, E024, W011).

use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::program::Program;
use crate::source::Span;
use crate::suggest::did_you_mean;

/// One code of one statement.
struct Allow {
    item: Span,
    code: Code,
    place: Span,
    used: bool,
}

/// All `allow` of a program.
pub(crate) struct Allows {
    list: Vec<Allow>,
}

impl Allows {
    /// Gathers them; codes that do not exist are left out.
    pub(crate) fn new(program: &Program) -> Self {
        let list = program
            .items()
            .flat_map(|(_, item)| item.allow.iter().map(move |text| (item.span, text)))
            .filter_map(|(item, text)| {
                let code = Code::parse(&text.value)?;
                Some(Allow { item, code, place: text.span, used: false })
            })
            .collect();
        Allows { list }
    }

    /// Whether a statement that a warning points at allows it.
    pub(crate) fn allow(&mut self, warning: &Diagnostic) -> bool {
        let mut allowed = false;
        for allow in &mut self.list {
            let concerns = std::iter::once(warning.span)
                .chain(warning.others.iter().map(|l| l.span))
                .any(|span| holds(allow.item, span));
            if allow.code == warning.code && concerns {
                allow.used = true;
                allowed = true;
            }
        }
        allowed
    }

    /// Those that silenced nothing.
    pub(crate) fn unused(&self) -> Vec<Diagnostic> {
        self.list
            .iter()
            .filter(|a| !a.used && a.code.severity() == Severity::Warning && a.code != Code::W011)
            .map(|a| {
                Diagnostic::new(
                    Code::W011,
                    a.place,
                    format!("`allow({})` has no effect: there is nothing to allow", a.code.as_str()),
                )
                .help("remove it")
            })
            .collect()
    }
}

fn holds(item: Span, place: Span) -> bool {
    item.file == place.file && item.start <= place.start && place.end <= item.end
}

/// Checks that the codes exist and are warnings.
pub(crate) fn codes(program: &Program) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for text in program.items().flat_map(|(_, item)| &item.allow) {
        match Code::parse(&text.value) {
            Some(code) if code.severity() == Severity::Error => found.push(
                Diagnostic::new(
                    Code::E024,
                    text.span,
                    format!("`{}` is an error: it cannot be allowed", text.value),
                )
                .label(code.explanation())
                .help("only warnings (W...) can be allowed"),
            ),
            Some(_) => {}
            None => {
                let warnings = Code::ALL.iter().filter(|c| c.severity() == Severity::Warning);
                let diagnostic =
                    Diagnostic::new(Code::E010, text.span, format!("there is no warning `{}`", text.value));
                found.push(match did_you_mean(&text.value, warnings.map(|c| c.as_str())) {
                    Some(suggestion) => diagnostic.help(suggestion),
                    None => diagnostic.help("`chem explain` lists all codes"),
                });
            }
        }
    }
    found
}
