//! Errors and warnings as the terminal shows them. Libraries say what is wrong and, apart, what to do about it.

use std::fmt::Display;

use chem_solver::data::input_error::{InputErrors, InputWarning};

/// `error: what`, and below it `= help: help`.
pub(crate) fn error(what: &dyn Display, help: Option<&str>) -> String {
    finding("error", what, help)
}

/// All mistakes of an input, one below the other.
pub(crate) fn errors(errors: &InputErrors) -> String {
    let (shown, more) = errors.shown();
    let mut lines: Vec<String> = shown.iter().map(|mistake| error(mistake, mistake.help())).collect();
    if more > 0 {
        lines.push(format!("and {more} further errors of this kind"));
    }
    lines.join("\n")
}

/// What is odd about an input that can be used.
pub(crate) fn warning(warning: &InputWarning) -> String {
    finding("warning", warning, warning.0.help())
}

fn finding(level: &str, what: &dyn Display, help: Option<&str>) -> String {
    match help {
        Some(help) => format!("{level}: {what}\n  = help: {help}"),
        None => format!("{level}: {what}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chem_solver::data::input_error::InputError;

    #[test]
    fn twenty_mistakes_are_shown_with_their_remedies() {
        let mistake = |line| InputError::new("cells.csv", "n_H is negative", "give 0 or more").at_line(line);
        let text = errors(&InputErrors((1..=22).map(mistake).collect()));
        assert!(text.starts_with(
            "error: cells.csv:1: n_H is negative\n  = help: give 0 or more\nerror: cells.csv:2: "
        ));
        assert!(text.ends_with("\nand 2 further errors of this kind"), "{text}");
        assert_eq!(text.matches("= help: ").count(), 20);
        let odd = InputWarning(InputError::new("cells.csv", "the column x is not used", ""));
        assert_eq!(warning(&odd), "warning: cells.csv: the column x is not used");
    }
}
