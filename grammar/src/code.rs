//! Codes of findings, their levels, and which of them are to stop.

/// How much a finding weighs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// The network has no meaning: nothing can be done with it. Cannot be allowed.
    Error,
    /// The network has a meaning, perhaps not the one that is meant. Stops only what is told to deny warnings.
    Warning,
    /// Something could be better. Stops only what is told to deny notes.
    Note,
}

impl Severity {
    /// As it is printed: `error`, `warning` or `note`.
    pub fn as_str(self) -> &'static str {
        match self {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Note => "note",
        }
    }
}

macro_rules! codes {
    ($($(#[doc = $doc:literal])* $code:ident,)*) => {
        /// Code of a diagnostic. The documentation of each variant is the first sentence of `chem explain`.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Code { $($(#[doc = $doc])* $code,)* }

        impl Code {
            /// All codes, in order.
            pub const ALL: &'static [Code] = &[$(Code::$code,)*];

            /// The code as text, e.g. `"E012"`.
            pub fn as_str(self) -> &'static str {
                match self { $(Code::$code => stringify!($code),)* }
            }

            /// One sentence on what the code means.
            pub fn explanation(self) -> &'static str {
                match self { $(Code::$code => concat!($($doc,)*).trim_ascii(),)* }
            }

            /// What `chem explain` says beyond that sentence, as Markdown: the cause, an example (a network that has the
            /// finding, with the files that it uses), and the cure (the same network without it).
            pub fn page(self) -> &'static str {
                match self { $(Code::$code => include_str!(concat!("explain/", stringify!($code), ".md")),)* }
            }
        }
    };
}

codes! {
    /// The text does not follow the grammar.
    E001,
    /// The file is of another format (KROME, KIDA, UMIST, ...), or its magic first line is missing.
    E002,
    /// The version in the magic line is not supported.
    E003,
    /// A file named by `use` or `table` cannot be read.
    E004,
    /// A name is not defined.
    E010,
    /// A species is not declared.
    E011,
    /// Charge is not conserved by a reaction.
    E012,
    /// An element is not conserved by a reaction.
    E013,
    /// A name is defined twice.
    E014,
    /// A definition refers to itself.
    E015,
    /// A function is called with the wrong number of arguments.
    E016,
    /// A unit is not known.
    E017,
    /// Units do not match.
    E018,
    /// The name of a species is not a chemical formula and has no stated composition.
    E019,
    /// Temperature ranges overlap.
    E020,
    /// A table is not a full rectangular grid of finite numbers with increasing axes, or its axes do not match.
    E021,
    /// An initial state is incomplete, contradictory or not neutral.
    E022,
    /// A domain is empty, contradictory or names something unknown.
    E023,
    /// A value is outside what the language allows (an exponent, a count, a tolerance).
    E024,
    /// A quantity is used where it has no meaning (a reaction's flux in a rate coefficient, a density in a rate library).
    E025,
    /// A line of a file of another program cannot be read, or has no counterpart in the language.
    E026,
    /// Temperature ranges leave a gap inside the declared domain.
    W001,
    /// A rate coefficient jumps at the edge of a temperature range by more than `seam_tolerance` (kinks are listed
    /// by `chem check --breakpoints`).
    W002,
    /// A species is never formed.
    W003,
    /// A species is never destroyed.
    W004,
    /// A parameter is not used.
    W005,
    /// A `let`, `function` or `table` is not used.
    W006,
    /// A `rate` defined in the network file is not used.
    W007,
    /// Two reactions have the same reactants and products over a common temperature range.
    W008,
    /// A reaction, heating or cooling process has no reference.
    W009,
    /// A rate coefficient is negative or not finite somewhere in the declared domain, or it or a derivative is not finite in
    /// an initial state, at a corner of the domain or where a species is missing.
    W010,
    /// An `allow` has no effect.
    W011,
    /// A temperature range is empty, holds one temperature only, or lies outside of the limits of T.
    W012,
    /// The name of a species may be meant otherwise than it is read: `SI` is sulphur and iodine.
    W013,
    /// A constant of the network differs from the built-in constant that it replaces by more than 5 %.
    W014,
    /// A number without unit is added to an energy or another quantity whose number depends on the system of units.
    W015,
    /// A comment begins directly before what looks like the name of a species: `#CO`.
    W016,
    /// The two sides of a reaction are equal, and nothing uses it.
    W017,
    /// A formula divides by the density of a species, which may be zero.
    W018,
    /// A line of a file of another program is left out, or read otherwise than it is written.
    W019,
}

impl Code {
    /// The level. Codes keep their letter: `E...` are errors, `W...` are warnings or notes.
    pub fn severity(self) -> Severity {
        match self {
            Code::W009 | Code::W011 | Code::W018 => Severity::Note,
            _ if self.as_str().starts_with('E') => Severity::Error,
            _ => Severity::Warning,
        }
    }

    /// Reads a code such as `W002`.
    pub fn parse(text: &str) -> Option<Code> {
        Code::ALL.iter().copied().find(|c| c.as_str() == text)
    }
}

/// Findings that are to stop what they would not stop by themselves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deny {
    /// All warnings.
    Warnings,
    /// All warnings and notes.
    Notes,
    /// All findings of one code.
    Code(Code),
}

impl Deny {
    /// Whether a finding of this code is to stop.
    pub fn covers(self, code: Code) -> bool {
        match self {
            Deny::Warnings => code.severity() <= Severity::Warning,
            Deny::Notes => true,
            Deny::Code(denied) => denied == code,
        }
    }
}

impl std::fmt::Display for Deny {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Deny::Warnings => f.write_str("warnings"),
            Deny::Notes => f.write_str("notes"),
            Deny::Code(code) => f.write_str(code.as_str()),
        }
    }
}

/// A word that denies nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownDeny(String);

impl std::fmt::Display for UnknownDeny {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "`{}` cannot be denied: give `warnings`, `notes` or a code such as `W002`", self.0)
    }
}

impl std::error::Error for UnknownDeny {}

impl std::str::FromStr for Deny {
    type Err = UnknownDeny;

    fn from_str(text: &str) -> Result<Self, UnknownDeny> {
        match text {
            "warnings" => Ok(Deny::Warnings),
            "notes" => Ok(Deny::Notes),
            _ => {
                Code::parse(&text.to_uppercase()).map(Deny::Code).ok_or_else(|| UnknownDeny(text.to_owned()))
            }
        }
    }
}
