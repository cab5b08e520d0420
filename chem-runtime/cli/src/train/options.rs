//! Options of `train`.

use std::path::PathBuf;

use clap::Args;

/// Options of `train`.
#[derive(Args, Clone, Debug)]
pub struct TrainOptions {
    /// Name of a training that comes with chem (`--list` names them), or path of a config.toml
    #[arg(default_value = "single_atomic")]
    pub config: String,

    /// Name the trainings that come with chem, and do nothing else
    #[arg(long)]
    pub list: bool,

    /// Go on with the training in the folder of --out, from its last checkpoint
    #[arg(long)]
    pub resume: bool,

    /// Seed of all random numbers, instead of the config's
    #[arg(long)]
    pub seed: Option<u64>,

    /// Folder of the run; `out/<name>` if not given, with a number if there is a training already
    #[arg(long, value_name = "FOLDER")]
    pub out: Option<PathBuf>,

    /// Replace the training that the folder holds
    #[arg(long, conflicts_with = "resume")]
    pub overwrite: bool,

    /// cpu, cuda, or cuda:0; several share each batch: cuda:0,cuda:1
    #[arg(long, visible_alias = "devices", default_value = "cpu")]
    pub device: String,

    /// Let several devices add up their gradients by NCCL, not on the host
    #[cfg(feature = "cuda")]
    #[arg(long)]
    pub nccl: bool,

    /// Seconds between checkpoints
    #[arg(long, value_name = "SECONDS", default_value_t = 10.0)]
    pub checkpoint_every: f64,
}
