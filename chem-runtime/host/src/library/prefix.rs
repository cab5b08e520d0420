//! The prefix of all names of a library.

/// Longest prefix: names in Fortran have at most 63 letters.
const LONGEST: usize = 20;

/// Names of libraries that a linker looks for under this name.
const TAKEN: [&str; 16] = [
    "c",
    "m",
    "dl",
    "rt",
    "pthread",
    "util",
    "gcc",
    "gfortran",
    "mpi",
    "stdc",
    "std",
    "core",
    "alloc",
    "test",
    "proc_macro",
    "chem_runtime",
];

/// The prefix of all names of a library: small letters, digits and single underscores.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Prefix {
    lower: String,
    upper: String,
}

/// A prefix that cannot be.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{prefix}` cannot be the prefix of a library: {reason}")]
pub struct PrefixError {
    prefix: String,
    reason: &'static str,
}

impl Prefix {
    /// Looks at a prefix.
    ///
    /// # Errors
    /// If it is no beginning of names in C and Fortran, or too long, or the name of a library of the system.
    pub fn new(prefix: &str) -> Result<Self, PrefixError> {
        let is_letter = |letter: u8| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == b'_';
        let reason = if !prefix.starts_with(|letter: char| letter.is_ascii_lowercase()) {
            "it must begin with a small letter"
        } else if !prefix.bytes().all(is_letter) {
            "it may have small letters, digits and underscores alone"
        } else if prefix.ends_with('_') || prefix.contains("__") {
            "underscores may stand between letters and digits alone"
        } else if prefix.len() > LONGEST {
            "it may have 20 letters at most, so that names in Fortran have no more than 63"
        } else if TAKEN.contains(&prefix) {
            "a library of the system or of Rust has this name"
        } else {
            return Ok(Prefix { lower: prefix.to_owned(), upper: prefix.to_ascii_uppercase() });
        };
        Err(PrefixError { prefix: prefix.to_owned(), reason })
    }

    /// `cloud`
    pub fn lower(&self) -> &str {
        &self.lower
    }

    /// `CLOUD`
    pub fn upper(&self) -> &str {
        &self.upper
    }

    /// A template with the prefix for `@p@` and `@P@`.
    pub(super) fn fill(&self, template: &str) -> String {
        template.replace("@p@", &self.lower).replace("@P@", &self.upper)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prefixes_begin_names_in_c_and_fortran() {
        for good in ["cloud", "h2", "my_gas2", "abcdefghijklmnopqrst"] {
            assert_eq!(Prefix::new(good).unwrap().lower(), good);
        }
        for bad in [
            "",
            "Cloud",
            "2h",
            "_a",
            "a_",
            "a__b",
            "a-b",
            "a b",
            "m",
            "core",
            "abcdefghijklmnopqrstu",
            "wolke\u{e4}",
        ] {
            let error = Prefix::new(bad).unwrap_err().to_string();
            assert!(error.starts_with(&format!("`{bad}` cannot be the prefix")), "{error}");
        }
    }
}
