//! To be written.

use super::Original;
use super::draft::Draft;

/// Reads a network.
pub(super) fn read(original: &Original<'_>) -> Draft {
    let mut draft = Draft::default();
    draft.findings.push(original.refused(original.text, "this format cannot be read yet"));
    draft
}
