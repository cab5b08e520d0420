//! A folder with a network, and `chem` run in it.

use std::path::Path;
use std::process::{Command, Output};

/// dA/dt = -speed A + B: A relaxes to (A + B) / (1 + speed) at the rate 1 + speed.
pub(crate) const PAIR: &str = r#"network pair version 1
"Two forms of one made-up atom that turn into each other."

species A (X), B (X), C+ (X), e-
parameter speed = 2 [s^-1]    "made up"

forth: A -> B          k = speed                   "made up"
back:  B -> A          k = 1 [s^-1]                "made up"
ion:   A -> C+ + e-    k = 0 [s^-1]                "made up"
neutral: C+ + e- -> A  k = 1e-9 [cm^3 s^-1]        "made up"

initial start: T = 100 [K], n[A] = 3 [cm^-3]
initial other: T = 10 [K], n[B] = 1 [cm^-3]
"#;

pub(crate) struct Folder(tempfile::TempDir);

impl Folder {
    pub(crate) fn new() -> Self {
        let folder = Folder(tempfile::tempdir().unwrap());
        folder.write("pair.net", PAIR);
        folder
    }

    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }

    pub(crate) fn write(&self, name: &str, text: &str) {
        std::fs::write(self.path().join(name), text).unwrap();
    }

    pub(crate) fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.path().join(name)).unwrap()
    }

    /// Header and rows of a CSV file.
    pub(crate) fn table(&self, name: &str) -> (Vec<String>, Vec<Vec<f64>>) {
        let text = self.read(name);
        let mut lines = text.lines();
        let header = lines.next().unwrap().split(',').map(str::to_owned).collect();
        let number = |f: &str| f.parse().unwrap_or(f64::NAN);
        (header, lines.map(|l| l.split(',').map(number).collect()).collect())
    }

    pub(crate) fn chem(&self, arguments: &[&str]) -> Output {
        Command::new(env!("CARGO_BIN_EXE_chem")).args(arguments).current_dir(self.path()).output().unwrap()
    }

    #[track_caller]
    pub(crate) fn succeeds(&self, arguments: &[&str]) -> String {
        let output = self.chem(arguments);
        assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    }

    /// Wrong input: exit code 2, these words on standard error, no panic, and no file touched.
    #[track_caller]
    pub(crate) fn is_refused(&self, arguments: &[&str], words: &[&str]) {
        let before = self.files();
        let output = self.chem(arguments);
        let error = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{error}");
        for word in words {
            assert!(error.contains(word), "`{word}` is not in:\n{error}");
        }
        assert_eq!(self.files(), before, "files changed");
    }

    /// Names and contents of all files.
    pub(crate) fn files(&self) -> Vec<(String, String)> {
        let entries = std::fs::read_dir(self.path()).unwrap().map(|e| e.unwrap().file_name());
        let mut files: Vec<_> = entries
            .map(|name| name.into_string().unwrap())
            .map(|name| {
                let text = std::fs::read_to_string(self.path().join(&name)).unwrap_or_default();
                (name, text)
            })
            .collect();
        files.sort();
        files
    }
}
