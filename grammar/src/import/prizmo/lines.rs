//! Lines of a file, without comments and joined where `&` continues them.

use crate::import::Original;

/// A line, or several that are one.
#[derive(Clone, Debug)]
pub(super) struct Line<'t> {
    /// Counted from 1.
    pub(super) number: u32,
    /// What the file says.
    pub(super) text: String,
    /// Where findings are shown: the first line.
    pub(super) place: &'t str,
}

/// All lines that say something.
pub(super) fn logical<'t>(original: &'t Original<'_>) -> Vec<Line<'t>> {
    let mut lines: Vec<Line<'t>> = Vec::new();
    let mut goes_on = false;
    for (number, whole) in original.lines() {
        let place = whole.split('#').next().unwrap_or("").trim();
        if place.is_empty() {
            continue;
        }
        let text = place.trim_end_matches('&');
        match lines.last_mut().filter(|_| goes_on) {
            Some(line) => {
                line.text.push(' ');
                line.text.push_str(text);
            }
            None => lines.push(Line { number, text: text.to_owned(), place }),
        }
        goes_on = place.ends_with('&');
    }
    lines
}
