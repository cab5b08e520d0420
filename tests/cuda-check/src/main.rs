//! Checks of the kernels for graphics processors, on a machine without one. `.ci/cuda` says what they show.
//!
//! ```text
//! chem-cuda-check emit FOLDER     the CUDA source of every kernel, and whether its constants are exact
//! chem-cuda-check host FOLDER     these sources compiled by g++, against the generated functions
//! chem-cuda-check vulkan          the kernels in single precision on a Vulkan device, against the same
//! ```

mod constants;
mod emit;
mod host;
mod networks;
mod points;
mod run;
mod vulkan;

use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let result = match &arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["emit", folder] => emit::emit(folder.as_ref()),
        ["host", folder] => run::on_host(folder.as_ref()),
        ["vulkan"] => run::on_vulkan(),
        _ => Err("usage: chem-cuda-check emit FOLDER | host FOLDER | vulkan".into()),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}
