//! The CUDA source, compiled for the processor with g++ and run there: the only check of numbers in double precision that
//! needs no graphics processor.
//!
//! The source is C++ but for a few words, which a header explains to g++. It is run thread after thread.

use std::error::Error;
use std::fs;
use std::path::Path;
use std::process::Command;

/// What CUDA has and C++ has not.
const HEADER: &str = r#"
#include <cmath>
#include <cstddef>
#include <cstdio>
#include <vector>
#define __device__
#define __global__
#define __launch_bounds__(threads)
struct Dimensions { unsigned int x, y, z; };
static Dimensions threadIdx, blockIdx, gridDim{1, 1, 1}, blockDim{128, 1, 1};
inline float min(float a, float b) { return std::fmin(a, b); }
inline float max(float a, float b) { return std::fmax(a, b); }
inline double min(double a, double b) { return std::fmin(a, b); }
inline double max(double a, double b) { return std::fmax(a, b); }
using std::abs; using std::exp; using std::log; using std::sqrt; using std::pow;
"#;

/// Runs a kernel on buffers: those that it reads, then those that it writes, which are `written` long.
pub fn run(
    source_file: &Path,
    single: bool,
    points: usize,
    read: &[&[f64]],
    written: &[usize],
) -> Result<Vec<Vec<f64>>, Box<dyn Error>> {
    let source = fs::read_to_string(source_file)?;
    let name = source.split("__launch_bounds__(128)").nth(1).and_then(|rest| rest.trim().split('(').next());
    let name = name.ok_or("the source has no kernel")?;
    let program = source_file.with_extension("host.cpp");
    let number = if single { "float" } else { "double" };
    fs::write(&program, harness(&source, name, number, points, read, written))?;
    let binary = source_file.with_extension("host");
    // Sums as written: no fused multiplications.
    let options = ["-O1", "-std=c++17", "-ffp-contract=off", "-w"];
    let compiled = Command::new("g++").args(options).arg(&program).arg("-o").arg(&binary).output()?;
    if !compiled.status.success() {
        return Err(String::from_utf8_lossy(&compiled.stderr).into_owned().into());
    }
    let input = source_file.with_extension("input");
    let bytes: Vec<u8> = read.iter().flat_map(|b| b.iter()).flat_map(|v| v.to_le_bytes()).collect();
    fs::write(&input, bytes)?;
    let output = Command::new(&binary).arg(&input).output()?;
    let mut numbers =
        output.stdout.chunks_exact(8).filter_map(|bytes| bytes.try_into().ok().map(f64::from_le_bytes));
    Ok(written.iter().map(|length| numbers.by_ref().take(*length).collect()).collect())
}

fn harness(
    source: &str,
    name: &str,
    number: &str,
    points: usize,
    read: &[&[f64]],
    written: &[usize],
) -> String {
    let lengths: Vec<usize> = read.iter().map(|buffer| buffer.len()).chain(written.iter().copied()).collect();
    let count = lengths.len();
    let list: Vec<String> = lengths.iter().map(ToString::to_string).collect();
    let arguments: Vec<String> = (0..count).map(|i| format!("buffers[{i}].data()")).collect();
    format!(
        r#"{HEADER}
namespace kernel {{
{source}
}}
int main(int, char** arguments) {{
    const size_t lengths[] = {{{list}}};
    std::vector<std::vector<{number}>> buffers;
    FILE* input = std::fopen(arguments[1], "rb");
    for (int i = 0; i < {count}; i++) {{
        buffers.emplace_back(lengths[i]);
        double value;
        for (size_t j = 0; i < {read} && j < lengths[i]; j++)
            if (std::fread(&value, sizeof value, 1, input) == 1) buffers[i][j] = value;
    }}
    kernel::info_st info;
    for (int i = 0; i < {count}; i++) info.static_meta[i] = lengths[i];
    for (size_t point = 0; point < {points}; point++) {{
        blockIdx.x = point / 128;
        threadIdx.x = point % 128;
        kernel::{name}({arguments}, &info);
    }}
    for (int i = {read}; i < {count}; i++)
        for (double value : buffers[i]) std::fwrite(&value, sizeof value, 1, stdout);
}}
"#,
        list = list.join(", "),
        read = read.len(),
        arguments = arguments.join(", "),
    )
}
