//! Libraries that `chem host` makes, called from C, C++ and Fortran as host codes do. Needs gcc, g++ and gfortran; says what it
//! skips where they are missing.
#![allow(missing_docs, clippy::expect_used, clippy::panic, clippy::print_stdout)] // tests fail by panicking

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;

use chem_cli::host::{HostOptions, host};
use chem_cli::network_file::NetworkFile;
use chem_cli::{Stop, Streams};

fn project() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).expect("the folder of chem").to_path_buf()
}

fn sources() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/host_codes")
}

fn options(network: PathBuf, prefix: &str, out: &Path) -> HostOptions {
    HostOptions {
        network: NetworkFile { path: network },
        prefix: Some(prefix.to_owned()),
        out: out.to_path_buf(),
        chem: None,
        no_build: false,
        emulator: false,
    }
}

fn run_host(options: &HostOptions) -> Result<String, Stop> {
    let (mut out, mut err) = (Vec::new(), Vec::new());
    host(options, &mut Streams { out: &mut out, err: &mut err })?;
    Ok(String::from_utf8_lossy(&out).into_owned() + &String::from_utf8_lossy(&err))
}

/// The libraries `cloud` and `pdr`, built once for all tests, where `.ci/run` builds them, too.
static BUILT: LazyLock<PathBuf> = LazyLock::new(|| {
    let out = Path::new(env!("CARGO_TARGET_TMPDIR")).join("../host_codes");
    for (network, prefix) in
        [(project().join("networks/molecular.net"), "cloud"), (sources().join("pdr.net"), "pdr")]
    {
        let said = run_host(&options(network, prefix, &out)).unwrap_or_else(|stop| panic!("{stop}"));
        assert!(!said.contains("warning"), "{said}");
    }
    out.canonicalize().expect("the folder of the libraries")
});

fn is_there(program: &str) -> bool {
    let found = Command::new(program).arg("--version").output().is_ok();
    if !found {
        println!("SKIPPED: needs {program}");
    }
    found
}

/// Runs a program; what it prints if it ends well.
fn run(command: &mut Command) -> String {
    let output = command.output().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{command:?}: {}\n{out}{err}", output.status);
    out.into_owned()
}

/// How a program is linked.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Link {
    Shared,
    Static,
}

/// Compiles sources with the libraries named, in this order, and returns the program.
fn compile(compiler: &str, flags: &[&str], files: &[PathBuf], libraries: &[&str], link: Link) -> PathBuf {
    let built = BUILT.as_path();
    let stem =
        files.last().and_then(|file| file.file_stem()).expect("a source").to_string_lossy().into_owned();
    let kind = if link == Link::Static { "static" } else { "shared" };
    let work = built.join("programs").join(format!("{stem}_{compiler}_{kind}_{}", libraries.join("_")));
    std::fs::create_dir_all(&work).expect("a folder");
    let program = work.join(stem);
    let mut command = Command::new(compiler);
    command
        .current_dir(&work)
        .args(flags)
        .arg("-g")
        .arg("-I")
        .arg(built.join("include"))
        .arg("-I")
        .arg(sources());
    command.args(files).arg("-o").arg(&program).arg("-L").arg(built.join("lib"));
    for library in libraries {
        match link {
            Link::Shared => command.arg(format!("-l{library}")),
            Link::Static => command.arg(built.join(format!("lib/lib{library}.a"))),
        };
    }
    command.arg(format!("-Wl,-rpath,{}", built.join("lib").display()));
    run(command.args(["-lgcc_s", "-lpthread", "-ldl", "-lm"]));
    program
}

const STRICT_C: &[&str] = &["-std=gnu11", "-Wall", "-Wextra", "-Werror", "-O1"];

#[test]
fn what_host_codes_do_goes_well_or_is_refused() {
    if !is_there("gcc") {
        return;
    }
    for link in [Link::Shared, Link::Static] {
        for file in ["rows.c", "radiation.c"] {
            run(&mut Command::new(compile("gcc", STRICT_C, &[sources().join(file)], &["pdr"], link)));
        }
    }
}

/// Right counts, right results: the same bits from C, shared and static and in either order of the libraries; and what one
/// network does alone.
#[test]
fn two_networks_live_in_one_host() {
    if !is_there("gcc") {
        return;
    }
    let mut answers = Vec::new();
    for link in [Link::Shared, Link::Static] {
        for libraries in [["cloud", "pdr"], ["pdr", "cloud"]] {
            let program = compile("gcc", STRICT_C, &[sources().join("two.c")], &libraries, link);
            answers.push(run(&mut Command::new(program)));
        }
    }
    assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:#?}");
    if !is_there("gfortran") {
        return;
    }
    let files = |main: &str| {
        vec![BUILT.join("include/cloud.f90"), BUILT.join("include/pdr.f90"), sources().join(main)]
    };
    let flags = ["-std=f2018", "-Wall", "-Wno-compare-reals", "-Werror"];
    let fortran: Vec<String> = [Link::Shared, Link::Static]
        .map(|link| {
            run(&mut Command::new(compile("gfortran", &flags, &files("two.f90"), &["pdr", "cloud"], link)))
        })
        .into();
    assert_eq!(fortran[0], fortran[1]);
    // The numbers of the C program, by their bits.
    let bits = |text: &str| -> Vec<u64> {
        text.split_whitespace().map(|word| u64::from_str_radix(word, 16).expect("a number")).collect()
    };
    let c: Vec<u64> = answers[0].split_whitespace().take(19).map(hexadecimal).collect();
    assert_eq!(bits(&fortran[0]), c);
}

/// The bits of what C prints by `%a`.
fn hexadecimal(text: &str) -> u64 {
    let (digits, exponent) = text.trim_start_matches("0x").split_once('p').expect("an exponent");
    let (one, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    assert_eq!(one, "1", "{text}");
    let fraction = u64::from_str_radix(&format!("{fraction:0<13}"), 16).expect("digits");
    let exponent: i64 = exponent.parse().expect("an exponent");
    ((exponent + 1023) as u64) << 52 | fraction
}

/// Arrays in every order, sections of them too; what the wrapper for C++ adds.
#[test]
fn fortran_and_cpp_have_the_whole_interface() {
    if is_there("gfortran") {
        let module = BUILT.join("include/pdr.f90");
        let flags = ["-std=f2018", "-fcheck=bounds,mem,pointer", "-fsanitize=address,undefined", "-Wall"];
        let files = [module, sources().join("sections.f90")];
        run(&mut Command::new(compile("gfortran", &flags, &files, &["pdr"], Link::Shared)));
    }
    if is_there("g++") {
        let flags = ["-std=c++14", "-Wall", "-Wextra", "-Werror", "-pedantic"];
        let files = [sources().join("wrapper.cpp")];
        run(&mut Command::new(compile("g++", &flags, &files, &["pdr", "cloud"], Link::Shared)));
    }
}

#[test]
fn cmake_finds_two_libraries() {
    if !(is_there("cmake") && is_there("gcc") && is_there("gfortran")) {
        return;
    }
    let work = BUILT.join("programs/cmake");
    let mut configure = Command::new("cmake");
    configure.arg("-S").arg(sources()).arg("-B").arg(&work);
    run(configure.arg(format!("-DLIBRARIES={}", BUILT.display())));
    run(Command::new("cmake").arg("--build").arg(&work));
    let answers = ["two_shared", "two_static"].map(|program| run(&mut Command::new(work.join(program))));
    assert_eq!(answers[0], answers[1]);
    run(&mut Command::new(work.join("two_fortran")));
}

/// 100,000 calls with broken arguments; a tenth of it under valgrind where that is there.
#[test]
fn random_calls_end_no_program_and_touch_nothing_else() {
    if !is_there("gcc") {
        return;
    }
    let program = compile("gcc", STRICT_C, &[sources().join("random_calls.c")], &["pdr"], Link::Shared);
    println!("{}", run(Command::new(&program).arg("100000")));
    if is_there("valgrind") {
        let mut valgrind = Command::new("valgrind");
        valgrind.args(["-q", "--error-exitcode=9"]).arg(&program).args(["10000", "20261126"]);
        println!("{}", run(&mut valgrind));
    }
}

#[test]
fn files_have_no_name_without_the_prefix() {
    let built = BUILT.as_path();
    let read = |name: &str| std::fs::read_to_string(built.join(name)).expect("a file");
    for line in read("include/pdr.h").lines().filter_map(|line| line.strip_prefix("#define ")) {
        assert!(line.starts_with("PDR_"), "{line}");
    }
    assert!(read("include/pdr.f90").starts_with("! The network `pdr`"));
    if is_there("nm") {
        let exported =
            run(Command::new("nm").args(["-D", "--defined-only"]).arg(built.join("lib/libpdr.so")));
        let kept = run(Command::new("nm").args(["-g", "--defined-only"]).arg(built.join("lib/libpdr.a")));
        for line in exported.lines().chain(kept.lines()).filter(|line| line.contains(" T ")) {
            assert!(line.contains(" T pdr_"), "{line}");
        }
    }
}

/// With the longest prefix that can be; compilers of Fortran need not read what is longer.
#[test]
fn lines_of_fortran_have_132_letters_at_most() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("host_lines");
    let prefix = "abcdefghijklmnopqrst";
    let options = HostOptions { no_build: true, ..options(sources().join("pdr.net"), prefix, &folder) };
    run_host(&options).unwrap_or_else(|stop| panic!("{stop}"));
    for name in [format!("{prefix}.f90"), format!("{prefix}_krome.f90")] {
        let text = std::fs::read_to_string(folder.join("include").join(name)).expect("a file");
        for line in text.lines() {
            let code = line.split('!').next().unwrap_or_default();
            assert!(code.len() <= 132, "{line}");
        }
    }
}

#[test]
fn what_is_wrong_is_said_with_a_remedy() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("host_errors");
    let network = sources().join("pdr.net");
    let text = |options: &HostOptions| run_host(options).expect_err("an error").to_string();
    let said = text(&options(network.clone(), "Cloud", &folder));
    assert!(said.contains("--prefix: `Cloud` cannot be the prefix") && said.contains("= help"), "{said}");
    let missing = HostOptions { chem: Some("/nowhere".into()), ..options(network.clone(), "cloud", &folder) };
    let said = text(&missing);
    assert!(
        said.contains("/nowhere: the sources of chem are not here") && said.contains("--chem FOLDER"),
        "{said}"
    );
    let said = text(&options(network, "cloud", Path::new("/dev/null/build")));
    assert!(said.contains("/dev/null/build") && said.contains("--out FOLDER"), "{said}");
    // Without cargo.
    let mut command = Command::new(env!("CARGO_BIN_EXE_chem"));
    command
        .arg("host")
        .arg(sources().join("pdr.net"))
        .arg("--out")
        .arg(&folder)
        .env("CARGO", "/nowhere/cargo");
    let output = command.output().expect("the program");
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(
        said.contains("/nowhere/cargo: this program cannot be started") && said.contains("rustup.rs"),
        "{said}"
    );
}

/// The documentation, literally, from a folder with the README's network: what it prints and what its programs do.
#[test]
fn the_documentation_does_what_it_says() {
    if !(is_there("gcc") && is_there("gfortran")) {
        return;
    }
    let read = |path: &str| std::fs::read_to_string(project().join(path)).expect("a page");
    let (page, readme) = (read("docs/host_codes.md"), read("README.md"));
    let folder = tempfile::tempdir().expect("a folder");
    let at = folder.path();
    let write = |name: &str, text: &str| std::fs::write(at.join(name), text).expect("written");
    write("cloud.net", block(&readme, "text", "network cloud version 1"));
    write("host.c", block(&page, "c", "/* host.c"));
    write("host.f90", block(&page, "fortran", "! host.f90"));
    // What was compiled for the other libraries need not be again.
    std::fs::create_dir(at.join("build")).expect("a folder");
    std::os::unix::fs::symlink(BUILT.join("target"), at.join("build/target")).expect("a link");
    let programs = Path::new(env!("CARGO_BIN_EXE_chem")).parent().expect("a folder");
    let path = std::env::join_paths(
        std::iter::once(programs.to_path_buf())
            .chain(std::env::split_paths(&std::env::var_os("PATH").expect("a path"))),
    );
    let shell = |line: &str| {
        run(Command::new("sh")
            .arg("-ec")
            .arg(line)
            .current_dir(at)
            .env("PATH", path.as_ref().expect("a path")))
    };
    let said = shell(block(&page, "sh", "chem host cloud.net"));
    let printed = block(&page, "text", "build/include/cloud.h");
    assert_eq!(said, printed);
    let compile: Vec<&str> = printed.lines().filter(|line| line.contains("host.")).collect();
    let answers: Vec<String> = compile.iter().map(|line| shell(&format!("{line} && ./a.out"))).collect();
    assert_eq!(answers.len(), 2);
    let numbers = |text: &str| -> Vec<f64> {
        text.split_whitespace().filter_map(|word| word.trim_end_matches('.').parse().ok()).collect()
    };
    assert_eq!(numbers(&answers[0]), numbers(&answers[1]), "{answers:?}");
    assert!(answers[0].contains("cm^-3 of H+ at"), "{answers:?}");
    if is_there("pkg-config") {
        let found = "PKG_CONFIG_PATH=build/lib/pkgconfig pkg-config --cflags --libs";
        for package in ["cloud", "cloud-static"] {
            shell(&format!("cc host.c $({found} {package}) && ./a.out"));
        }
    }
}

/// The first block of a page in this language that contains a text.
fn block<'a>(page: &'a str, language: &str, contains: &str) -> &'a str {
    let blocks = page.split("```").skip(1).step_by(2);
    let mut found =
        blocks.filter_map(|block| block.strip_prefix(language)).filter(|block| block.contains(contains));
    found.next().unwrap_or_else(|| panic!("no {language} block with `{contains}`")).trim_start_matches('\n')
}
