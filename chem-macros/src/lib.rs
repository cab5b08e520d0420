//! The macro `chem_network!`; use it through `chem-runtime`, which re-exports it.

use std::path::{Path, PathBuf};

use chem_codegen::Form;
use chem_grammar::compile::{Disk, compile_as};
use chem_grammar::diagnostic::{Deny, Report, Severity};
use chem_grammar::import::ImportOptions;
use chem_grammar::system::System;
use proc_macro::TokenStream;
use proc_macro2::TokenStream as Tokens;
use quote::{quote, quote_spanned};
use syn::parse::{Parse, ParseStream};
use syn::{Ident, LitStr, Token};

/// Compiles a network file into a module of typed Rust.
///
/// ```
/// // pub mod molecular { ... }
/// chem_runtime::chem_network!("../networks/molecular.net");
/// // pub mod gas { ... }
/// chem_runtime::chem_network!("../networks/molecular.net" as gas);
/// // the same with loops over tables
/// chem_runtime::chem_network!("../networks/molecular.net" as large, looped);
/// // warnings about the network are errors
/// chem_runtime::chem_network!("../networks/molecular.net" as sound, deny(warnings));
/// # fn main() {}
/// ```
///
/// Files of KROME, UMIST, KIDA, PRIZMO and UCLCHEM are recognised and read too; `format = "krome"` says which it is, and
/// `fortran_literals` reads numbers without `d` exponent in single precision, as Fortran does:
/// `chem_network!("react_COthin" as co, format = "krome")`.
///
/// Networks of tens of species are written out line by line; for larger ones, and with `looped`, fluxes, Jacobian
/// and factors are loops over tables, which compile fast at any size. The numbers are the same to rounding.
///
/// The path is absolute, or relative to the folder of the crate's `Cargo.toml`, or else relative to the folder of
/// the source file that calls the macro; the first that exists is taken. `"$OUT_DIR/made.net"` is what the crate's
/// build script made. The module is named after the network.
/// The crate is compiled again when the network or any file that it uses changes.
///
/// Warnings about the network are warnings of the compiler, at the path; notes are left to `chem check`. `deny(...)`
/// makes errors of `warnings`, of `notes` too, or of single codes: `deny(W002, W008)`.
///
/// # Errors
/// What is wrong with the network is shown at the path, with places in the network's files. The species that
/// were understood stay defined.
#[proc_macro]
pub fn chem_network(input: TokenStream) -> TokenStream {
    let call = syn::parse_macro_input!(input as Call);
    expand(&call).into()
}

/// `"path.net"`, then perhaps `as name`, then perhaps `, looped` and `, deny(...)`.
struct Call {
    path: LitStr,
    module: Option<Ident>,
    form: Option<Form>,
    deny: Vec<Deny>,
    import: ImportOptions,
}

mod keyword {
    syn::custom_keyword!(looped);
    syn::custom_keyword!(deny);
    syn::custom_keyword!(format);
    syn::custom_keyword!(fortran_literals);
}

impl Parse for Call {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let path = input.parse()?;
        let module = match input.parse::<Option<Token![as]>>()? {
            Some(_) => Some(input.parse()?),
            None => None,
        };
        let mut call = Call { path, module, form: None, deny: Vec::new(), import: ImportOptions::default() };
        while input.parse::<Option<Token![,]>>()?.is_some() && !input.is_empty() {
            let next = input.lookahead1();
            if next.peek(keyword::looped) {
                input.parse::<keyword::looped>()?;
                call.form = Some(Form::Looped);
            } else if next.peek(keyword::deny) {
                input.parse::<keyword::deny>()?;
                call.deny.extend(denied(input)?);
            } else if next.peek(keyword::format) {
                input.parse::<keyword::format>()?;
                input.parse::<Token![=]>()?;
                let name: LitStr = input.parse()?;
                let format = name.value().parse().map_err(|e| syn::Error::new(name.span(), e))?;
                call.import.format = Some(format);
            } else if next.peek(keyword::fortran_literals) {
                input.parse::<keyword::fortran_literals>()?;
                call.import.fortran_literals = true;
            } else {
                return Err(next.error());
            }
        }
        Ok(call)
    }
}

/// `(warnings)`, `(notes)`, `(W002, W008)`
fn denied(input: ParseStream<'_>) -> syn::Result<Vec<Deny>> {
    let list;
    syn::parenthesized!(list in input);
    let words = list.parse_terminated(Ident::parse, Token![,])?;
    words.iter().map(|word| word.to_string().parse().map_err(|e| syn::Error::new(word.span(), e))).collect()
}

fn expand(call: &Call) -> Tokens {
    let Some(path) = find(&call.path) else {
        let text =
            format!("the network file {:?} was not found beside Cargo.toml nor this file", call.path.value());
        return error(call, &text);
    };
    let module = call.module.as_ref().map(ToString::to_string);
    let (text, files, problem) = match compile_as(&path, call.import, &Disk) {
        Ok(network) => {
            let files = network.files.clone();
            let findings = findings(call, &network.report());
            let system = System::new(network);
            let form = call.form.unwrap_or_else(|| Form::of(&system));
            (chem_codegen::expand_as(form, &system, module.as_deref()), files, findings)
        }
        Err(report) => {
            let stem = path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
            let files = report.sources.paths();
            let text = chem_codegen::fallback(&report, &module.unwrap_or(stem));
            (text, files, Some(error(call, &report.render())))
        }
    };
    let tokens = chem_codegen::tokens(&text).unwrap_or_else(|text| error(call, &text));
    let watched = files.iter().map(|file| watch(file));
    quote! { #tokens #problem #(#watched)* }
}

/// What is denied as an error, else the warnings as a warning of the compiler.
fn findings(call: &Call, report: &Report) -> Option<Tokens> {
    let denied: Vec<_> = report.denied(&call.deny).cloned().collect();
    if !denied.is_empty() {
        let report = Report { diagnostics: denied, ..report.clone() };
        let text = format!("{}denied by `deny(...)` at `chem_network!`", report.render());
        return Some(error(call, &text));
    }
    let warnings = report.only(Severity::Warning);
    (!warnings.is_empty()).then(|| warning(call, &warnings.render()))
}

/// A warning at the path: macros cannot warn, but what uses something deprecated is warned about.
fn warning(call: &Call, text: &str) -> Tokens {
    let text = format!("\n{text}");
    quote_spanned! { call.path.span() =>
        const _: () = {
            #[deprecated(note = #text)]
            const NETWORK_WITH_FINDINGS: () = ();
            NETWORK_WITH_FINDINGS
        };
    }
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
