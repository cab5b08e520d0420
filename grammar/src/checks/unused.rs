//! Definitions in the network file that nothing uses (W005, W006, W007).

use crate::diagnostic::{Code, Diagnostic};
use crate::resolve::facts::Facts;

/// One finding per definition.
pub(crate) fn check(facts: &Facts) -> Vec<Diagnostic> {
    facts
        .unused
        .iter()
        .map(|unused| {
            let code = match unused.what {
                "parameter" | "switch" => Code::W005,
                "rate" => Code::W007,
                _ => Code::W006,
            };
            let message = format!("the {} `{}` is not used", unused.what, unused.name);
            Diagnostic::new(code, unused.span, message)
                .help(format!("use it, remove it, or write `allow({})` before it", code.as_str()))
        })
        .collect()
}
