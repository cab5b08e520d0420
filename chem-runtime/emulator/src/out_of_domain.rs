//! Why a cell is not one that an emulator was trained for.

/// Why a cell is not one that an emulator was trained for: the quantity, its value, and what was trained.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum OutOfDomain {
    /// A time step outside of the trained ones.
    #[error("t = {time:e} s lies outside of the trained times, 0 to {last:e} s")]
    Time {
        /// As given `[s]`.
        time: f64,
        /// Last trained time `[s]`.
        last: f64,
    },
    /// A state other than the one that was trained.
    #[error("{unknown} = {value:e} is not the trained one, {trained:e}: one initial state was trained")]
    State {
        /// `n(species)`, or `T`.
        unknown: String,
        /// As given.
        value: f64,
        /// The trained value.
        trained: f64,
    },
    /// A temperature outside of the trained ones.
    #[error("T = {value:e} K lies outside of the trained range, {low:e} to {high:e} K")]
    Temperature {
        /// As given `[K]`.
        value: f64,
        /// Least trained temperature `[K]`.
        low: f64,
        /// Largest trained temperature `[K]`.
        high: f64,
    },
    /// A density that is negative or none.
    #[error("n({species}) = {value:e} cm^-3 is no density")]
    Density {
        /// Which.
        species: String,
        /// As given [cm^-3].
        value: f64,
    },
    /// A species that is missing, though no trained state was without.
    #[error(
        "n({species}) = 0, but every trained state had {least:.1e} n_tot of it or more: give it so much, or let the \
         solver take the first step"
    )]
    Absent {
        /// Which.
        species: String,
        /// Its least trained share of the total density.
        least: f64,
    },
    /// Denser or thinner gas than was trained, counted in nuclei: reactions do not change their number.
    #[error(
        "the density of all nuclei, {value:.3e} cm^-3, lies outside of the trained range, {low:.3e} to {high:.3e}"
    )]
    Nuclei {
        /// As given [cm^-3].
        value: f64,
        /// Least trained [cm^-3].
        low: f64,
        /// Largest trained [cm^-3].
        high: f64,
    },
    /// Gas of another composition of elements.
    #[error(
        "{value:.4} of the nuclei are {element}, which lies outside of the trained range, {low:.4} to {high:.4}"
    )]
    Share {
        /// Name of the element.
        element: String,
        /// As given.
        value: f64,
        /// Least trained share.
        low: f64,
        /// Largest trained share.
        high: f64,
    },
    /// Charges that do not cancel, though they did in all trained states.
    #[error(
        "it is not neutral, as all trained states were: {net:e} of {gross:e} charges per cm^3 are left over"
    )]
    Charge {
        /// Sum of the charges [cm^-3].
        net: f64,
        /// Sum of their sizes [cm^-3].
        gross: f64,
    },
}

/// A cell that an emulator refused, among others.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error("cell {cell}: {reason}")]
#[non_exhaustive]
pub struct RefusedCell {
    /// Its index, from 0.
    pub cell: usize,
    /// Why.
    #[source]
    pub reason: OutOfDomain,
}
