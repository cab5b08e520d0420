//! From the intermediate form of a network to readable Rust.
//!
//! [`expand`] gives the text of one module, comments included; the macro `chem_network!` compiles that text and
//! `chem expand` prints it. Each kind of generated item has its own file in `items`.

mod body;
mod fallback;
mod form;
mod identifier;
mod items;
mod literal;
mod source;

pub use fallback::fallback;
pub use form::Form;
pub use items::{expand, expand_as, type_name};

use proc_macro2::TokenStream;

/// The text of a module as tokens.
///
/// # Errors
/// If the text is not Rust: a defect of this crate, and said so.
pub fn tokens(text: &str) -> Result<TokenStream, String> {
    text.parse().map_err(|error| format!("chem-codegen wrote text that is not Rust: {error}"))
}
