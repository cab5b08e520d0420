//! The README's example, word for word, in a crate of its own whose only dependency is `chem-runtime`.
#![allow(missing_docs, clippy::expect_used, clippy::panic)] // tests fail by panicking

use std::path::{Path, PathBuf};
use std::process::Command;

fn project() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the folder above tests").to_path_buf()
}

/// The first block of the README in this language that contains a text.
fn block(readme: &str, language: &str, contains: &str) -> String {
    let blocks = readme.split("```").skip(1).step_by(2);
    let mut found = blocks.filter_map(|block| block.strip_prefix(language)).filter(|b| b.contains(contains));
    found.next().unwrap_or_else(|| panic!("no {language} block with `{contains}`")).trim_start().to_owned()
}

#[test]
fn readme_example_runs_in_a_fresh_crate() {
    let project = project();
    let readme = std::fs::read_to_string(project.join("README.md")).expect("the README");
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("fresh_crate");
    std::fs::create_dir_all(folder.join("src")).expect("a folder");
    let write = |name: &str, text: &str| std::fs::write(folder.join(name), text).expect("written");
    write("cloud.net", &block(&readme, "text", "network cloud version 1"));
    let main = block(&readme, "rust", "chem_network!(\"cloud.net\")");
    // What a user would pin with insta, printed after the example's own line.
    let main = main.replacen("    Ok(())", "    println!(\"{}\", cloud::ODES);\n    Ok(())", 1);
    write("src/main.rs", &main);
    let runtime = project.join("chem-runtime");
    write(
        "Cargo.toml",
        &format!(
            "[package]\nname = \"fresh-crate\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n[dependencies]\n\
             chem-runtime = {{ path = {:?} }}\n\n[workspace]\n",
            runtime.display().to_string()
        ),
    );
    // The same versions of everything, so that nothing has to be downloaded.
    std::fs::copy(project.join("Cargo.lock"), folder.join("Cargo.lock")).expect("copied");
    let output = Command::new(env!("CARGO"))
        .args(["run", "--quiet", "--offline"])
        .current_dir(&folder)
        .env("CARGO_TARGET_DIR", folder.join("target"))
        .output()
        .expect("cargo runs");
    let (printed, errors) =
        (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{errors}");
    assert!(!errors.contains("warning"), "{errors}");
    let (protons, odes) = printed.split_once('\n').expect("a line, then the equations");
    let (number, text) = protons.split_once(' ').expect("a number and a text");
    assert_eq!(text, "cm^-3 of H+ after 1 Myr");
    // Recombined down to the balance with the cosmic rays.
    let number: f64 = number.parse().expect("a number");
    assert!((1e-4..1.0).contains(&number), "{number}");
    insta::assert_snapshot!(odes);
}
