//! Judging trained networks against the solver or against figures from elsewhere.
//!
//! ```text
//! checkpoint + reference (BDF at rtol 1e-8, or CSV)
//!   -> errors Delta_r, Delta_f, Delta; residuals; time per cell
//!   -> summary.json, tables beside the paper's, pictures, report.html
//! ```
//!
//! The paper is Branca & Pallottini 2023 (MNRAS 518, 5718); its figures and Table 2 are made here for our models.

pub mod error;
pub mod errors;
pub mod figures;
pub mod judged_times;
pub mod kernel_density;
pub mod paper;
pub mod quantile;
pub mod reference;
pub mod report;
pub mod residual;
mod restamp;
pub mod rollout;
mod sha256;
pub mod summary;
pub mod table;
pub mod timing;
mod training_figures;
pub mod validation;
pub mod ways;
pub mod worst;

pub use error::ValidateError;
pub use reference::{Reference, ReferenceCell};
pub use report::write_report;
pub use restamp::{Restamped, restamp};
pub use rollout::{Rollout, rollout};
pub use sha256::sha256_of_file;
pub use summary::Summary;
pub use validation::{Subject, Validation, rollout_of_checkpoint};
