//! What networks cost to compile, in fresh crates as a user has them: `chem_network!` itself is built without
//! optimisation, as cargo builds macros in every profile that does not say otherwise.
//!
//! `cargo test --release --test compile_budget -- --ignored --nocapture`
#![allow(clippy::expect_used, clippy::print_stdout)] // tests fail by panicking and print their figures

use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::time::{Duration, Instant};

use chem_tests::synthetic;

/// Where the crates are written; kept, so that dependencies are compiled once.
const DIRECTORY: &str = concat!(env!("CARGO_TARGET_TMPDIR"), "/compile_budget");
const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");

/// A crate outside the workspace.
struct Crate {
    directory: PathBuf,
    profile: &'static str,
}

impl Crate {
    /// An empty program with these dependencies, compiled.
    fn new(name: &str, profile: &'static str, dependencies: &[(&str, &str)]) -> Self {
        let directory = Path::new(DIRECTORY).join(name);
        std::fs::create_dir_all(directory.join("src")).expect("a directory");
        let mut manifest =
            format!("[package]\nname = \"{name}\"\nedition = \"2024\"\n\n[workspace]\n\n[dependencies]\n");
        for (dependency, folder) in dependencies {
            manifest.push_str(&format!("{dependency} = {{ path = \"{ROOT}/{folder}\" }}\n"));
        }
        std::fs::write(directory.join("Cargo.toml"), manifest).expect("written");
        std::fs::copy(format!("{ROOT}/Cargo.lock"), directory.join("Cargo.lock")).expect("copied");
        let empty = Crate { directory, profile };
        empty.write("src/main.rs", "fn main() {}");
        assert!(empty.build().wait().expect("cargo").success());
        empty
    }

    fn write(&self, file: &str, text: &str) {
        std::fs::write(self.directory.join(file), text).expect("written");
    }

    fn cargo(&self, command: &str) -> Command {
        let mut cargo = Command::new(env!("CARGO"));
        cargo.args([command, "--quiet", "--offline", "--profile", self.profile]);
        cargo.current_dir(&self.directory).env("CARGO_TARGET_DIR", Path::new(DIRECTORY).join("target"));
        cargo.env_remove("CARGO_INCREMENTAL");
        cargo
    }

    fn build(&self) -> Child {
        self.cargo("build").spawn().expect("cargo")
    }

    fn run(&self, arguments: &[&str]) {
        assert!(self.cargo("run").arg("--").args(arguments).status().expect("cargo").success());
    }
}

/// What the compiler needed for one crate.
#[derive(Debug, Default)]
struct Cost {
    cpu_seconds: f64,
    peak_gib: f64,
}

/// Waits for the end of a build; figures of the compiler are those of Linux's `/proc`, and zero elsewhere.
fn watch(mut build: Child, name: &str) -> Cost {
    let mut cost = Cost::default();
    loop {
        if let Some(status) = build.try_wait().expect("cargo") {
            assert!(status.success());
            return cost;
        }
        for process in std::fs::read_dir("/proc").into_iter().flatten().flatten() {
            measure(&process.path(), name, &mut cost);
        }
        std::thread::sleep(Duration::from_millis(20));
    }
}

fn measure(process: &Path, name: &str, cost: &mut Cost) -> Option<()> {
    let command = std::fs::read(process.join("cmdline")).ok()?;
    let mut words = command.split(|&byte| byte == 0);
    words.find(|word| *word == b"--crate-name")?;
    if words.next()? != name.as_bytes() {
        return None;
    }
    let status = std::fs::read_to_string(process.join("status")).ok()?;
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kib: f64 = peak.trim().strip_suffix(" kB")?.parse().ok()?;
    cost.peak_gib = cost.peak_gib.max(kib / 1024.0 / 1024.0);
    let stat = std::fs::read_to_string(process.join("stat")).ok()?;
    // User and system time in hundredths of a second, counted from behind the name.
    let fields: Vec<&str> = stat.rsplit(')').next()?.split_whitespace().collect();
    let ticks: f64 = fields.get(11..13)?.iter().filter_map(|field| field.parse::<f64>().ok()).sum();
    cost.cpu_seconds = cost.cpu_seconds.max(ticks / 100.0);
    Some(())
}

#[test]
#[ignore = "builds the runtime again in a crate of its own"]
fn a_large_network_compiles_and_runs() {
    let name = "large_network";
    let large = Crate::new(name, "release", &[("chem-runtime", "chem-runtime")]);
    large.write("synthetic.net", &synthetic::network(400, 3000, 1));
    large.write("src/main.rs", include_str!("../compile_budget/large_network.rs"));
    let clock = Instant::now();
    let cost = watch(large.build(), name);
    let seconds = clock.elapsed().as_secs_f64();
    println!(
        "compiled in release in {seconds:.1} s ({:.1} s of CPU time, {:.2} GiB at most)",
        cost.cpu_seconds, cost.peak_gib
    );
    large.run(&[]);
    assert!(seconds < 180.0 && cost.peak_gib < 6.0, "over budget");
}

/// Builds a network of common size in one form, prints what that takes, and runs it.
fn common_size(species: usize, reactions: usize, form: &str) -> Cost {
    let name = "common_size";
    let common = Crate::new(name, "release", &[("chem-runtime", "chem-runtime")]);
    common.write("synthetic.net", &synthetic::network(species, reactions, 1));
    common
        .write("src/main.rs", &include_str!("../compile_budget/common_size.rs").replace(" /* form */", form));
    let cost = watch(common.build(), name);
    let form = if form.is_empty() { "written out" } else { "as loops" };
    println!("{form}: {:.1} s of CPU time to compile, {:.2} GiB at most", cost.cpu_seconds, cost.peak_gib);
    common.run(&[]);
    cost
}

#[test]
#[ignore = "builds the runtime again in a crate of its own, and four networks"]
fn networks_of_common_size_compile_in_both_forms() {
    for (species, reactions) in [(38, 287), (64, 400)] {
        for form in [", looped", ""] {
            let cost = common_size(species, reactions, form);
            assert!(cost.cpu_seconds < 180.0 && cost.peak_gib < 6.0, "over budget: {cost:?}");
        }
    }
}

#[test]
#[ignore = "builds the compiler of networks again without optimisation"]
fn networks_expand() {
    let dependencies = [("chem-grammar", "grammar"), ("chem-codegen", "chem-macros/codegen")];
    let expansion = Crate::new("expansion", "dev", &dependencies);
    expansion.write("src/main.rs", include_str!("../compile_budget/expansion.rs"));
    expansion.write("synthetic.net", &synthetic::network(400, 3000, 1));
    let molecular = format!("{}/molecular.net", chem_networks::DIRECTORY);
    expansion.run(&[&molecular, "synthetic.net"]);
}
