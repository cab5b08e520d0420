//! The syntax tree of network files (`.net`) and rate libraries (`.rates`).
//!
//! The tree is what was written, with places; names are not resolved here. See [`crate::network`] for the meaning.

mod definition;
mod limits;
mod radiation;

pub use definition::{Definition, PerCell};
pub use limits::Limits;
pub use radiation::{CrossSection, Edge, Given, Radiation, RadiationSetting, RadiationSettingKind};

use crate::source::{FileId, Span, Spanned};

/// A name with its place.
pub type Name = Spanned<String>;

/// Which of the two languages a file is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileKind {
    /// `network NAME version N`
    Network,
    /// `rates NAME version N`
    Rates,
}

/// A whole file.
#[derive(Clone, Debug, PartialEq)]
pub struct File {
    /// The file's id in the source map.
    pub id: FileId,
    /// Network or rate library.
    pub kind: FileKind,
    /// Name in the magic line.
    pub name: Name,
    /// Version of the *network* in the magic line, as its author counts.
    pub version: Spanned<u32>,
    /// Documentation strings directly after the magic line.
    pub doc: Vec<Spanned<String>>,
    /// Everything else, in order.
    pub items: Vec<Item>,
}

/// One statement.
#[derive(Clone, Debug, PartialEq)]
pub struct Item {
    /// `allow(W002, W008)` in front of the statement, or before `everywhere`.
    pub allow: Vec<Spanned<String>>,
    /// The statement.
    pub kind: ItemKind,
    /// Documentation and references after the statement.
    pub doc: Vec<Spanned<String>>,
    /// From the first to the last character of the statement, `allow` and documentation included.
    pub span: Span,
}

/// The statements of the language.
#[derive(Clone, Debug, PartialEq)]
pub enum ItemKind {
    /// `allow(W009) everywhere`: for the whole file, and in a network file for the libraries that it uses
    AllowEverywhere,
    /// `use "file.rates"`
    Use(Spanned<String>),
    /// `species e-, H-, A (X2 Y)`
    Species(Vec<SpeciesDeclaration>),
    /// `parameter zeta_cr = 3e-17 [s^-1]`, also with `per cell`
    Parameter(Definition),
    /// `switch photoelectric = on`, also with `per cell`: a parameter that is 1 or 0
    Switch(Definition),
    /// `constant k_B = 1.380648e-16 [erg K^-1]`: a number with a name; may replace a built-in constant.
    Constant(Definition),
    /// `let Te = 8.617343e-5 [eV K^-1] * T`
    Let(Definition),
    /// `rate janev87_h_ci = exp(...)`
    Rate(Definition),
    /// `function window(x, a, b) = ...`
    Function(Function),
    /// `table name(log10 n_H [cm^-3], log10 T [K]) = log10 [erg cm^3 s^-1] from "file.csv" ...`
    Table(TableDeclaration),
    /// `radiation NAME: edges = ...`
    Radiation(Radiation),
    /// `cross_section NAME: E = 15.4 .. inf [eV], sigma = ...`
    CrossSection(CrossSection),
    /// `h_ci: H + e- -> H+ + 2 e-   k = ...`, also with `flux = ...` for a process
    Reaction(Reaction),
    /// `heating NAME = ...`
    Heating(Definition),
    /// `cooling NAME = ...`
    Cooling(Definition),
    /// `adiabatic_index = ...`
    AdiabaticIndex(Expr),
    /// `conserve energy`
    ConserveEnergy(Span),
    /// `limits T = 2.73 .. 1e9 [K], floor`
    Limits(Limits),
    /// `seam_tolerance = 0.05`
    SeamTolerance(Spanned<f64>),
    /// `initial NAME: ...`
    Initial(Initial),
    /// `domain NAME: ...`
    Domain(Domain),
}

/// One species in a `species` statement.
#[derive(Clone, Debug, PartialEq)]
pub struct SpeciesDeclaration {
    /// As written, e.g. `He++`.
    pub name: Name,
    /// `A (X2 Y)`: composition stated for names that are not formulas: synthetic elements and their counts.
    pub composition: Option<Vec<(Name, u32)>>,
    /// `mass = 1e-21 [g]`: the mass, where the elements do not say it.
    pub mass: Option<Expr>,
}

/// `function NAME(a, b) = EXPRESSION`
#[derive(Clone, Debug, PartialEq)]
pub struct Function {
    /// The name.
    pub name: Name,
    /// Parameters.
    pub parameters: Vec<Name>,
    /// Body; may use the parameters, `T`, constants, parameters of the network and other functions.
    pub body: Expr,
}

/// Linear or logarithmic axis (or values) of a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scale {
    /// The file holds the quantity itself.
    Linear,
    /// The file holds its decimal logarithm; the language converts, calls use the quantity itself.
    Log10,
}

/// Axis of a table.
#[derive(Clone, Debug, PartialEq)]
pub struct Axis {
    /// Linear or logarithmic.
    pub scale: Scale,
    /// Name, for messages only.
    pub name: Name,
    /// Unit of the quantity (not of its logarithm).
    pub unit: Option<UnitExpr>,
}

/// How a table is interpolated between nodes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Interpolation {
    /// Linear per axis.
    Linear,
    /// Cubic Hermite per axis, continuous first derivative.
    Cubic,
}

/// What a table does outside its axes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Outside {
    /// The value at the edge (default).
    Clamp,
    /// The outermost cell's polynomial goes on.
    Extrapolate,
    /// Zero, in the quantity itself.
    Zero,
}

/// `table metal(log10 n_H [cm^-3], log10 T [K]) = log10 [erg cm^3 s^-1] from "metal.csv" interpolate linear outside extrapolate`
#[derive(Clone, Debug, PartialEq)]
pub struct TableDeclaration {
    /// The name; used like a function.
    pub name: Name,
    /// One or two axes. In the CSV of a 2-D table the first row is the first axis, the first column the second.
    pub axes: Vec<Axis>,
    /// Scale of the values in the file.
    pub value_scale: Scale,
    /// Unit of the value.
    pub value_unit: Option<UnitExpr>,
    /// CSV file, relative to the file that names it.
    pub path: Spanned<String>,
    /// Between nodes.
    pub interpolation: Interpolation,
    /// Outside the axes.
    pub outside: Outside,
}

/// One side's term: `2 e-`.
#[derive(Clone, Debug, PartialEq)]
pub struct Term {
    /// Stoichiometric count, at least 1.
    pub count: Spanned<u32>,
    /// Species, or one of `photon`, `cr`, `grain` (no effect but in the signature of the reaction) and `M`
    /// (any particle: the flux gets a factor `n_tot`).
    pub name: Name,
}

/// What a reaction states.
#[derive(Clone, Debug, PartialEq)]
pub enum RateLaw {
    /// `k = ...`: the flux is k times the product of the reactants' number densities.
    Coefficient(Expr),
    /// `flux = ...`: the flux itself [cm^-3 s^-1]; such a statement is a *process* and not counted as a reaction.
    Flux(Expr),
}

/// A reaction or process.
#[derive(Clone, Debug, PartialEq)]
pub struct Reaction {
    /// Stable name.
    pub name: Name,
    /// Left side.
    pub reactants: Vec<Term>,
    /// Right side.
    pub products: Vec<Term>,
    /// `for 100 [K] <= T < 1e5 [K]`: the coefficient is zero outside.
    pub range: Option<Condition>,
    /// Coefficient or flux.
    pub law: RateLaw,
}

/// `LOW .. HIGH [UNIT] log`
#[derive(Clone, Debug, PartialEq)]
pub struct Range {
    /// Lower end.
    pub low: Expr,
    /// Upper end.
    pub high: Expr,
    /// `log` after the range: sampled uniformly in the logarithm.
    pub log: bool,
    /// Place.
    pub span: Span,
}

/// `initial single: T = 1e3 [K], n_tot = 100 [cm^-3], fraction H = 0.6241, n[H2] = 1e-3 [cm^-3], e- = neutral`
#[derive(Clone, Debug, PartialEq)]
pub struct Initial {
    /// The name; becomes a function of the generated module.
    pub name: Name,
    /// The settings, in order.
    pub settings: Vec<Setting<Expr>>,
}

/// `domain general: T = 20 .. 1e6 [K] log, n_tot = 1e-2 .. 1e3 [cm^-3] log, fraction H, H+ = 1e-6 .. 1 log,
/// nuclei He = 0.05 .. 0.3, nuclei H = rest, e- = neutral, t = 1e-2 .. 1e6 [yr] log`
#[derive(Clone, Debug, PartialEq)]
pub struct Domain {
    /// The name.
    pub name: Name,
    /// The settings, in order. A single value `x` is the range `x .. x`.
    pub settings: Vec<Setting<Range>>,
}

/// One setting of an initial state or a domain.
#[derive(Clone, Debug, PartialEq)]
pub struct Setting<V> {
    /// What is set.
    pub target: Target,
    /// To what; `None` for `= neutral` and `= rest`.
    pub value: Option<V>,
    /// Place.
    pub span: Span,
}

/// What a setting of an initial state or domain is about.
#[derive(Clone, Debug, PartialEq)]
pub enum Target {
    /// `T`
    Temperature,
    /// `t`: time span of the problem
    Time,
    /// `n_tot`
    TotalDensity,
    /// `n[X]`
    Density(Name),
    /// `n_H`: number density of the hydrogen nuclei
    HydrogenDensity,
    /// `fraction X, Y` of n_tot
    Fraction(Vec<Name>),
    /// `abundance X, Y`: particles per hydrogen nucleus
    Abundance(Vec<Name>),
    /// `abundance X = rest`: the species that takes the hydrogen nuclei that the others leave
    Rest(Name),
    /// `nuclei H`: share of all nuclei by number
    Nuclei(Name),
    /// `nuclei H = rest`: the element that takes the nuclei that the others leave
    NucleiRest(Name),
    /// `X = neutral`: the species that closes the charge balance
    Neutral(Name),
    /// `parameter G0`: a parameter per cell, in domains alone
    Parameter(Name),
}

/// A unit as written: `[erg cm^3 s^-1]`, `[eV/K]`, `[1]`.
#[derive(Clone, Debug, PartialEq)]
pub struct UnitExpr {
    /// Names with integer exponents (negative after `/`). Empty for `[1]`.
    pub factors: Vec<(Name, i32)>,
    /// Place, brackets included.
    pub span: Span,
}

/// An expression with its place.
#[derive(Clone, Debug, PartialEq)]
pub struct Expr {
    /// What it is.
    pub kind: ExprKind,
    /// Where it stands.
    pub span: Span,
}

/// Expressions.
#[derive(Clone, Debug, PartialEq)]
pub enum ExprKind {
    /// `20 [eV]`
    Number {
        /// The number as written.
        value: f64,
        /// Its text, so that the formatter changes no digit.
        text: String,
        /// Unit, if stated.
        unit: Option<UnitExpr>,
    },
    /// `zeta_cr`, `T`, `t`, `n_tot`, a `let`, `rate`, `parameter`, constant, function argument
    Name(String),
    /// `n[H+]`, `nuclei[H]`, `k[h_ci]`, `flux[h_ci]`: the name before the bracket and what is inside
    Indexed(Name, Name),
    /// `-x`
    Negate(Box<Expr>),
    /// `a + b` and so on
    Binary(BinaryOperator, Box<Expr>, Box<Expr>),
    /// `exp(x)`, `window(T; 1, 4)`; `;` and `,` separate alike, except that the formatter keeps them
    Call {
        /// Function, table or built-in.
        name: Name,
        /// Arguments.
        arguments: Vec<Expr>,
        /// Index of the first argument after `;`, if there was one.
        semicolon: Option<usize>,
    },
    /// `{ T <= 5500 [K] : a   else : b }`; without `else` the rest is zero
    Piecewise {
        /// Condition and value, in order of precedence (first match wins).
        pieces: Vec<(Condition, Expr)>,
        /// Value where no condition holds.
        otherwise: Option<Box<Expr>>,
    },
}

/// Operators; `^` binds tightest and to the right, then unary minus, `* /`, `+ -`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BinaryOperator {
    /// `+`
    Add,
    /// `-`
    Subtract,
    /// `*`
    Multiply,
    /// `/`
    Divide,
    /// `^` (also `**`)
    Power,
}

/// A condition with its place.
#[derive(Clone, Debug, PartialEq)]
pub struct Condition {
    /// What it is.
    pub kind: ConditionKind,
    /// Where it stands.
    pub span: Span,
}

/// Conditions.
#[derive(Clone, Debug, PartialEq)]
pub enum ConditionKind {
    /// `a < b`, or a chain `a <= T < b` (one more expression than operators)
    Chain(Vec<Expr>, Vec<Comparison>),
    /// `a and b`
    And(Box<Condition>, Box<Condition>),
    /// `a or b`
    Or(Box<Condition>, Box<Condition>),
    /// `not a`
    Not(Box<Condition>),
}

/// Comparisons.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Comparison {
    /// `<`
    Less,
    /// `<=`
    LessEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterEqual,
    /// `==`
    Equal,
    /// `!=`
    NotEqual,
}
