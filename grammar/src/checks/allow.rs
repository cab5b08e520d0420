//! `allow(W...)`: which findings it silences, and whether it does anything (E010, E024, W011).

use crate::ast::ItemKind;
use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::program::Program;
use crate::source::{FileId, Span};
use crate::suggest::did_you_mean;

/// Where an `allow` holds.
#[derive(Clone, Copy)]
enum Reach {
    /// In one statement.
    Statement(Span),
    /// In one file.
    File(FileId),
    /// In the network file and its libraries.
    Everywhere,
}

impl Reach {
    fn holds(self, place: Span) -> bool {
        match self {
            Reach::Statement(item) => {
                item.file == place.file && item.start <= place.start && place.end <= item.end
            }
            Reach::File(file) => file == place.file,
            Reach::Everywhere => true,
        }
    }
}

/// One code of one statement.
struct Allow {
    reach: Reach,
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
            .flat_map(|(_, item)| item.allow.iter().map(move |text| (item, text)))
            .filter_map(|(item, text)| {
                let code = Code::parse(&text.value)?;
                let reach = match item.kind {
                    ItemKind::AllowEverywhere if program.in_main(item.span) => Reach::Everywhere,
                    ItemKind::AllowEverywhere => Reach::File(item.span.file),
                    _ => Reach::Statement(item.span),
                };
                Some(Allow { reach, code, place: text.span, used: false })
            })
            .collect();
        Allows { list }
    }

    /// Whether a statement that a finding points at allows it, or its file does.
    pub(crate) fn allow(&mut self, finding: &Diagnostic) -> bool {
        let mut allowed = false;
        for allow in self.list.iter_mut().filter(|allow| allow.code == finding.code) {
            let mut places = std::iter::once(finding.span).chain(finding.others.iter().map(|l| l.span));
            if places.any(|span| allow.reach.holds(span)) {
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
            .filter(|a| !a.used && a.code.severity() != Severity::Error && a.code != Code::W011)
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

/// Checks that the codes exist and can be allowed.
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
                .help("only warnings and notes (W...) can be allowed"),
            ),
            Some(_) => {}
            None => {
                let warnings = Code::ALL.iter().filter(|c| c.severity() != Severity::Error);
                let diagnostic =
                    Diagnostic::new(Code::E010, text.span, format!("there is no code `{}`", text.value));
                found.push(match did_you_mean(&text.value, warnings.map(|c| c.as_str())) {
                    Some(suggestion) => diagnostic.help(suggestion),
                    None => diagnostic.help("`chem explain` lists all codes"),
                });
            }
        }
    }
    found
}
