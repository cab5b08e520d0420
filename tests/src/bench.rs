//! The bench: what a cell costs, and how exact it is, by each way that there is to solve it.
//!
//! All are timed in turn in the same run, several times over; the least time counts, because what disturbs only adds.
//! Times are CPU times of one thread; errors are those against the tight reference figures of KROME.

pub mod calls;
pub mod contender;
#[cfg(feature = "cuda")]
pub mod device;
pub mod krome;
pub mod measurement;
pub mod problem;
pub mod report;
pub mod temperatures;
