//! Comments in lists of species that look like a species: `species CO, #CO` (W016).

use crate::ast::ItemKind;
use crate::diagnostic::{Code, Diagnostic};
use crate::parse::scan::Scanner;
use crate::program::Program;
use crate::source::Span;
use crate::species::Formula;

/// One finding per `species` statement.
pub(crate) fn check(program: &Program) -> Vec<Diagnostic> {
    let statements = program.items().filter(|(_, item)| matches!(item.kind, ItemKind::Species(_)));
    statements.filter_map(|(_, item)| in_statement(program, item.span)).collect()
}

fn in_statement(program: &Program, statement: Span) -> Option<Diagnostic> {
    let text = &program.sources.get(statement.file)?.text;
    let (start, end) = (statement.start as usize, statement.end as usize);
    let end = text.get(end..)?.find('\n').map_or(text.len(), |length| end + length);
    let line = text.get(start..end)?;
    Scanner::new(line).filter(|piece| piece.comment && !piece.line_start).find_map(|piece| {
        let name = species_after_mark(line.get(piece.start..piece.end)?)?;
        // A comma before it says that another species is to follow.
        if !line.get(..piece.start)?.trim_end().ends_with(',') {
            return None;
        }
        let at = statement.start + piece.start as u32;
        let span = Span { file: statement.file, start: at, end: at + 1 + name.len() as u32 };
        Some(
            Diagnostic::new(Code::W016, span, format!("`#{name}` is a comment, not a species"))
                .label("`#` begins a comment: the rest of the line is not read")
                .help(format!("put the name between backquotes, here and everywhere: `` `#{name}` ``"))
                .help("if it is a comment, put a blank after `#`"),
        )
    })
}

/// The species that stands directly after `#`, alone or before a comma.
fn species_after_mark(comment: &str) -> Option<&str> {
    let rest = comment.strip_prefix('#')?;
    let name = rest.split([',', ' ', '\t']).next()?;
    let after = rest.get(name.len()..)?.trim_start();
    (Formula::parse(name).is_some() && (after.is_empty() || after.starts_with(','))).then_some(name)
}
