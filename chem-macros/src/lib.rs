//! The macro `chem_network!`; use it through `chem-runtime`, which re-exports it.

use std::path::{Path, PathBuf};

use chem_codegen::Form;
use chem_grammar::network::Network;
use chem_grammar::system::System;
use proc_macro::TokenStream;
use proc_macro2::TokenStream as Tokens;
use quote::{quote, quote_spanned};
use syn::parse::{Parse, ParseStream};
use syn::{Ident, LitStr, Token};

/// Compiles a network file into a module of typed Rust.
///
/// ```ignore
/// chem_runtime::chem_network!("molecular.net");          // pub mod molecular { ... }
/// chem_runtime::chem_network!("molecular.net" as gas);   // pub mod gas { ... }
/// chem_runtime::chem_network!("molecular.net" as gas, looped);   // the same with loops over tables
/// ```
///
/// Networks of tens of species are written out line by line; for larger ones, and with `looped`, fluxes, Jacobian
/// and factors are loops over tables, which compile fast at any size. The numbers are the same to rounding.
///
/// The path is absolute, or relative to the folder of the crate's `Cargo.toml`, or else relative to the folder of
/// the source file that calls the macro; the first that exists is taken. `"$OUT_DIR/made.net"` is what the crate's
/// build script made. The module is named after the network.
/// The crate is compiled again when the network or any file that it uses changes.
///
/// # Errors
/// What is wrong with the network is shown at the path, with places in the network's files. The species that
/// were understood stay defined.
#[proc_macro]
pub fn chem_network(input: TokenStream) -> TokenStream {
    let call = syn::parse_macro_input!(input as Call);
    expand(&call).into()
}

/// `"path.net"`, then perhaps `as name`, then perhaps `, looped`.
struct Call {
    path: LitStr,
    module: Option<Ident>,
    form: Option<Form>,
}

mod keyword {
    syn::custom_keyword!(looped);
}

impl Parse for Call {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let path = input.parse()?;
        let module = match input.parse::<Option<Token![as]>>()? {
            Some(_) => Some(input.parse()?),
            None => None,
        };
        let form = match input.parse::<Option<Token![,]>>()? {
            Some(_) if !input.is_empty() => {
                input.parse::<keyword::looped>()?;
                Some(Form::Looped)
            }
            _ => None,
        };
        Ok(Call { path, module, form })
    }
}

fn expand(call: &Call) -> Tokens {
    let Some(path) = find(&call.path) else {
        let text =
            format!("the network file {:?} was not found beside Cargo.toml nor this file", call.path.value());
        return error(call, &text);
    };
    let module = call.module.as_ref().map(ToString::to_string);
    let (text, files, problem) = match Network::load(&path) {
        Ok(network) => {
            let files = network.files.clone();
            let system = System::new(network);
            let form = call.form.unwrap_or_else(|| Form::of(&system));
            (chem_codegen::expand_as(form, &system, module.as_deref()), files, None)
        }
        Err(report) => {
            let stem = path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
            let files = report.sources.files().iter().map(|file| file.path.clone()).collect();
            let text = chem_codegen::fallback(&report, &module.unwrap_or(stem));
            (text, files, Some(error(call, &report.render())))
        }
    };
    let tokens = chem_codegen::tokens(&text).unwrap_or_else(|text| error(call, &text));
    let watched = files.iter().map(|file| watch(file));
    quote! { #tokens #problem #(#watched)* }
}

/// The first existing file that the path can mean.
fn find(literal: &LitStr) -> Option<PathBuf> {
    let path = match literal.value().strip_prefix("$OUT_DIR/") {
        Some(made) => PathBuf::from(std::env::var_os("OUT_DIR")?).join(made),
        None => PathBuf::from(literal.value()),
    };
    let beside_manifest = std::env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from);
    let beside_source =
        literal.span().unwrap().local_file().and_then(|file| file.parent().map(Path::to_path_buf));
    let folders = [beside_manifest, beside_source];
    folders.into_iter().flatten().map(|folder| folder.join(&path)).find(|path| path.is_file())
}

/// Makes cargo compile the crate again when the file changes.
fn watch(file: &Path) -> Tokens {
    match file.canonicalize() {
        Ok(file) => {
            let file = file.to_string_lossy();
            quote! { const _: &[u8] = ::core::include_bytes!(#file); }
        }
        Err(_) => Tokens::new(),
    }
}

fn error(call: &Call, text: &str) -> Tokens {
    quote_spanned! { call.path.span() => ::core::compile_error!(#text); }
}
