//! A small pretty printer: text with places where a line may end.

/// Widest line that is kept on one line.
pub(crate) const WIDTH: usize = 100;
/// Indentation of continuation lines.
pub(crate) const INDENT: usize = 4;

/// A piece of layout.
#[derive(Clone, Debug)]
pub(crate) enum Doc {
    /// Text without line end.
    Text(String),
    /// The given blanks, or a line end if the group around it does not fit.
    Line(&'static str),
    /// The given blanks, or a line end if what follows up to the next possible end does not fit.
    Fill(&'static str),
    /// That many blanks if the group around it does not fit.
    Pad(usize),
    /// A line end.
    Hard,
    /// A comment; on a line of its own, or after what stands before it. A line end follows.
    Comment(String, bool),
    /// All on one line if it fits.
    Group(Vec<Doc>),
    /// The same; but what stands before it stays on its line even if it does not fit.
    Hug(Vec<Doc>),
    /// Lines inside begin that much further to the right.
    Indent(usize, Vec<Doc>),
}

impl Doc {
    /// Whether it contains a line end in any case.
    pub(crate) fn forced(&self) -> bool {
        match self {
            Doc::Hard | Doc::Comment(..) => true,
            Doc::Group(inner) | Doc::Hug(inner) | Doc::Indent(_, inner) => inner.iter().any(Doc::forced),
            _ => false,
        }
    }
}

/// All on one line; only for docs without forced line ends.
pub(crate) fn flat(docs: &[Doc]) -> String {
    let mut out = String::new();
    for doc in docs {
        match doc {
            Doc::Text(text) => out.push_str(text),
            Doc::Line(blank) | Doc::Fill(blank) => out.push_str(blank),
            Doc::Group(inner) | Doc::Hug(inner) | Doc::Indent(_, inner) => out.push_str(&flat(inner)),
            Doc::Pad(_) | Doc::Hard | Doc::Comment(..) => {}
        }
    }
    out
}

/// Lays out in lines of at most `width` columns where possible, without a line end after the last.
pub(crate) fn render(docs: &[Doc], width: usize) -> String {
    let mut printer = Printer { width, ..Printer::default() };
    let mut stack: Vec<Step<'_>> = steps(0, false, docs).collect();
    while let Some(step) = stack.pop() {
        let Step { indent, flat, doc } = step;
        match doc {
            Doc::Text(text) => printer.text(text, indent),
            Doc::Line(blank) if flat => printer.blank(blank),
            Doc::Fill(blank) if flat => printer.blank(blank),
            Doc::Pad(blank) => printer.pending += if flat { 0 } else { *blank },
            Doc::Line(_) | Doc::Hard => printer.line_end(indent),
            Doc::Fill(blank) => {
                if printer.ended() || !fits(printer.room(blank.len()), &stack, true) {
                    printer.line_end(indent);
                } else {
                    printer.blank(blank);
                }
            }
            Doc::Comment(text, own) => printer.comment(text, *own, indent),
            Doc::Indent(more, inner) => stack.extend(steps(indent + more, flat, inner)),
            Doc::Group(inner) | Doc::Hug(inner) => {
                let before = stack.len();
                stack.extend(steps(indent, true, inner));
                if !flat && (doc.forced() || !fits(printer.room(0), &stack, false)) {
                    stack.truncate(before);
                    stack.extend(steps(indent, false, inner));
                }
            }
        }
    }
    printer.out
}

#[derive(Clone, Copy)]
struct Step<'d> {
    indent: usize,
    flat: bool,
    doc: &'d Doc,
}

/// In the order of a stack: the first comes last.
fn steps(indent: usize, flat: bool, docs: &[Doc]) -> impl Iterator<Item = Step<'_>> {
    docs.iter().rev().map(move |doc| Step { indent, flat, doc })
}

/// Whether all up to the next possible line end has room; with `whole`, groups are not to be broken for it.
fn fits(room: Option<usize>, stack: &[Step<'_>], whole: bool) -> bool {
    let Some(mut room) = room else { return false };
    let mut below = stack.iter().rev().copied();
    let mut inner: Vec<Step<'_>> = Vec::new();
    while let Some(step) = inner.pop().or_else(|| below.next()) {
        let width = match step.doc {
            Doc::Text(text) => text.chars().count(),
            Doc::Line(blank) | Doc::Fill(blank) if step.flat => blank.len(),
            Doc::Pad(blank) => {
                if step.flat {
                    0
                } else {
                    *blank
                }
            }
            Doc::Line(_) | Doc::Fill(_) | Doc::Hard | Doc::Comment(..) => return true,
            Doc::Group(docs) => {
                inner.extend(steps(step.indent, step.flat || (whole && !step.doc.forced()), docs));
                0
            }
            Doc::Hug(docs) | Doc::Indent(_, docs) => {
                inner.extend(steps(step.indent, step.flat, docs));
                0
            }
        };
        match room.checked_sub(width) {
            Some(rest) => room = rest,
            None => return false,
        }
    }
    true
}

#[derive(Default)]
struct Printer {
    width: usize,
    out: String,
    column: usize,
    /// Blanks that stand before the next text, if one follows on the line.
    pending: usize,
    /// Indentation of a line that has begun but has no text yet.
    fresh: Option<usize>,
    /// A comment stands on the line: nothing may follow.
    closed: bool,
}

impl Printer {
    fn ended(&self) -> bool {
        self.fresh.is_some() || self.closed
    }

    /// Columns left after `blank` more; `None` if there are none.
    fn room(&self, blank: usize) -> Option<usize> {
        let column = self.fresh.unwrap_or(self.column + self.pending);
        self.width.checked_sub(column + blank)
    }

    fn blank(&mut self, blank: &str) {
        self.pending = self.pending.max(blank.len());
    }

    fn text(&mut self, text: &str, indent: usize) {
        if text.trim_end_matches(' ').is_empty() {
            return self.blank(text);
        }
        if self.closed {
            // what follows a comment inside a statement must not look like the next statement
            self.line_end(indent.max(INDENT));
        }
        let blank = if let Some(indent) = self.fresh.take() {
            self.column = 0;
            indent
        } else {
            self.pending
        };
        self.pending = 0;
        self.out.extend(std::iter::repeat_n(' ', blank));
        let trailing = text.len() - text.trim_end_matches(' ').len();
        self.out.push_str(text.trim_end_matches(' '));
        self.column += blank + text.chars().count() - trailing;
        self.pending = trailing;
    }

    fn line_end(&mut self, indent: usize) {
        if self.fresh.is_none() {
            self.out.push('\n');
        }
        self.fresh = Some(indent);
        self.pending = 0;
        self.closed = false;
    }

    fn comment(&mut self, text: &str, own: bool, indent: usize) {
        if own || self.closed {
            self.line_end(indent.max(INDENT));
        } else {
            self.pending = 2;
        }
        self.text(text, indent);
        self.closed = true;
    }
}
