//! Network files of KROME (Grassi et al. 2014, MNRAS 439, 2386).
//!
//! A file is read line by line into [`items`], as KROME does; then names, expressions and reactions are put into our words.

mod database;
mod directives;
mod elsewhere;
mod functions;
mod items;
mod limits;
mod photo;
mod reactions;
mod scope;
mod species;

use super::Original;
use super::draft::Draft;

/// Reads a network.
pub(super) fn read(original: &Original<'_>) -> Draft {
    let mut draft = Draft::default();
    let items = items::read(original, &mut draft.findings);
    let mut scope = scope::Scope::new(original, &items);
    reactions::translate(original, &items, &mut scope, &mut draft);
    draft
}
