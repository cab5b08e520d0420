//! The programs `solve` and `terms` on the networks that come with chem.

#![allow(clippy::unwrap_used)]

use std::path::Path;
use std::process::{Command, Output};

const SOLVE: &str = env!("CARGO_BIN_EXE_solve");
const TERMS: &str = env!("CARGO_BIN_EXE_terms");

fn run(program: &str, folder: &Path, arguments: &[&str]) -> Output {
    Command::new(program).args(arguments).current_dir(folder).output().unwrap()
}

#[track_caller]
fn succeed(program: &str, folder: &Path, arguments: &[&str]) -> String {
    let output = run(program, folder, arguments);
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

struct Table {
    header: Vec<String>,
    rows: Vec<Vec<String>>,
}

impl Table {
    fn read(path: impl AsRef<Path>) -> Self {
        let mut reader = csv::Reader::from_path(path).unwrap();
        let texts = |r: &csv::StringRecord| r.iter().map(str::to_owned).collect::<Vec<_>>();
        let header = texts(reader.headers().unwrap());
        Table { header, rows: reader.records().map(|r| texts(&r.unwrap())).collect() }
    }

    fn number(&self, row: usize, column: &str) -> f64 {
        let index = self.header.iter().position(|h| h == column).unwrap();
        self.rows[row][index].parse().unwrap()
    }
}

#[test]
fn without_arguments_the_molecular_network_evolves_for_a_million_years() {
    let folder = tempfile::tempdir().unwrap();
    let text = succeed(SOLVE, folder.path(), &[]);
    for word in ["molecular", "9 species, 46 reactions", "steps", "charge", "n(H2)", "out/molecular.csv"] {
        assert!(text.contains(word), "`{word}` is not in:\n{text}");
    }
    let table = Table::read(folder.path().join("out/molecular.csv"));
    assert_eq!(table.header.join(","), "id,t_s,t_yr,T_K,n_e-,n_H-,n_H,n_He,n_H2,n_H+,n_He+,n_H2+,n_He++");
    assert_eq!(table.rows.len(), 200);
    assert_eq!((table.number(0, "t_yr"), table.number(199, "t_yr")), (0.01, 1e6));
    assert_eq!(table.number(199, "t_s"), 3.1536e13);
    for row in [0, 100, 199] {
        let n = |name: &str| table.number(row, &format!("n_{name}"));
        let nuclei = n("H") + n("H+") + n("H-") + 2.0 * (n("H2") + n("H2+"));
        assert!(
            (nuclei / (62.41 + 0.62 + 0.1 + 2.0 * (10.4 + 0.1)) - 1.0).abs() < 1e-12,
            "H nuclei: {nuclei}"
        );
        let charge = n("H+") + n("He+") + n("H2+") + 2.0 * n("He++") - n("H-") - n("e-");
        assert!(charge.abs() < 1e-12 * n("e-"), "charge {charge}");
    }
    let picture = std::fs::read_to_string(folder.path().join("out/molecular.svg")).unwrap();
    for label in ["He⁺⁺", "H₂⁺", "e⁻", "time  [yr]", "T  [K]"] {
        assert!(picture.contains(label), "{label} is not in the picture");
    }
}

#[test]
fn all_networks_solve_their_declared_states() {
    for (network, columns) in
        [("atomic", "n_e-,n_H-,n_H,n_He,n_H+,n_He+,n_He++"), ("benchmark_const", "n_A,n_B,n_C")]
    {
        let folder = tempfile::tempdir().unwrap();
        succeed(SOLVE, folder.path(), &[network]);
        let table = Table::read(folder.path().join(format!("out/{network}.csv")));
        let header = table.header.join(",");
        assert!(header.starts_with("id,t_s,t_yr,T_K,n_"), "{header}");
        assert_eq!(header.split(',').count(), 4 + columns.split(',').count(), "{header}");
        assert_eq!(table.rows.len(), 200);
    }
}

/// An independent solution of the benchmark by Runge-Kutta steps of fourth order.
fn benchmark_tdep(end: f64) -> [f64; 3] {
    let slope = |t: f64, [a, b, c]: [f64; 3]| {
        let (k1, k2, k3) = (0.8 - t.sin(), 0.5 + t.cos(), 0.2 + (2.0 * t).sin());
        [-k1 * a - k3 * a * c, k1 * a - k2 * b + 2.0 * k3 * a * c, k2 * b - k3 * a * c]
    };
    let along = |y: [f64; 3], k: [f64; 3], h: f64| std::array::from_fn(|i| y[i] + h * k[i]);
    let (steps, mut y) = (5000, [1.0, 0.001, 0.1]);
    let h = end / f64::from(steps);
    for step in 0..steps {
        let t = h * f64::from(step);
        let k1 = slope(t, y);
        let k2 = slope(t + h / 2.0, along(y, k1, h / 2.0));
        let k3 = slope(t + h / 2.0, along(y, k2, h / 2.0));
        let k4 = slope(t + h, along(y, k3, h));
        y = std::array::from_fn(|i| y[i] + h / 6.0 * (k1[i] + 2.0 * k2[i] + 2.0 * k3[i] + k4[i]));
    }
    y
}

#[test]
fn made_up_species_may_become_negative_where_rate_coefficients_are() {
    let folder = tempfile::tempdir().unwrap();
    let arguments = ["benchmark_tdep", "--times", "1, 2.75, 4.5 s", "--rtol", "1e-8", "--out", "o.csv"];
    succeed(SOLVE, folder.path(), &arguments);
    let table = Table::read(folder.path().join("o.csv"));
    for row in 0..3 {
        let exact = benchmark_tdep(table.number(row, "t_s"));
        for (column, exact) in ["n_A", "n_B", "n_C"].into_iter().zip(exact) {
            let n = table.number(row, column);
            assert!((n - exact).abs() < 1e-6, "{column}: {n} instead of {exact}");
        }
    }
    assert!(table.number(1, "n_B") < -0.1);
}

#[test]
fn a_network_file_gives_the_numbers_of_the_compiled_network() {
    let folder = tempfile::tempdir().unwrap();
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../networks/atomic.net");
    for (network, out) in [("atomic", "a.csv"), (file, "b.csv")] {
        let arguments = [network, "--times", "1, 1e6 yr", "--rtol", "1e-8", "--out", out];
        succeed(SOLVE, folder.path(), &arguments);
    }
    let (a, b) = (Table::read(folder.path().join("a.csv")), Table::read(folder.path().join("b.csv")));
    assert_eq!(a.header, b.header);
    for column in a.header.iter().skip(3) {
        let (x, y) = (a.number(1, column), b.number(1, column));
        assert!((x / y - 1.0).abs() < 1e-6, "{column}: {x} and {y}");
    }
}

#[test]
fn cosmic_rays_can_be_switched_off() {
    let folder = tempfile::tempdir().unwrap();
    let end = |set: &[&str], out: &str| {
        succeed(SOLVE, folder.path(), &[&["molecular", "--times", "1 Myr", "--out", out], set].concat());
        Table::read(folder.path().join(out)).number(0, "n_e-")
    };
    assert!(end(&["--set", "zeta_cr=0"], "b.csv") < end(&[], "a.csv"));
}

#[test]
fn terms_have_the_columns_and_the_rates_of_the_network() {
    let folder = tempfile::tempdir().unwrap();
    let states =
        "T_K,id,n_e-,n_H-,n_H,n_He,n_H2,n_H+,n_He+,n_H2+,n_He++\n1e4,a,0.5,1e-6,10,1,1e-3,0.5,1e-3,1e-6,0\n";
    std::fs::write(folder.path().join("s.csv"), states).unwrap();
    succeed(TERMS, folder.path(), &["molecular", "--states", "s.csv", "--out", "o.csv"]);
    let table = Table::read(folder.path().join("o.csv"));
    let header = table.header.join(",");
    assert!(header.starts_with("id,dndt_e-,dndt_H-,dndt_H,"), "{header}");
    for columns in
        [",dTdt,k1,k2,", ",k46,heat_", ",heat_CR", ",cool_H2", ",heat_total,cool_total,", ",flux_h2_dust"]
    {
        assert!(header.contains(columns), "{columns} is not in {header}");
    }
    // Karpas 1979; Barlow 1984.
    assert_eq!((table.number(0, "k13"), table.number(0, "k33")), (6.0e-10, 7.2e-15));
    let heat: f64 = table
        .header
        .iter()
        .filter(|h| h.starts_with("heat_") && *h != "heat_total")
        .map(|h| table.number(0, h))
        .sum();
    assert!((heat / table.number(0, "heat_total") - 1.0).abs() < 1e-14);
}

#[test]
fn wrong_input_ends_with_exit_code_two() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("keep.csv"), "precious").unwrap();
    let states = "id,T_K,n_e-,n_H-,n_H,n_He,n_H+,n_He+,n_He++,n_H2\n1,10,0,0,1,0,0,0,0,1\n";
    std::fs::write(folder.path().join("s.csv"), states).unwrap();
    for (program, arguments, words) in [
        (SOLVE, &["molecula"][..], "did you mean `molecular`?"),
        (SOLVE, &["gone.net"][..], "gone.net"),
        (SOLVE, &["atomic", "--initial", "s.csv", "--out", "keep.csv"][..], "s.csv:1, column n_H2"),
        (SOLVE, &["atomic", "--times", "1..2 parsec x 3", "--out", "keep.csv"][..], "`parsec` is not a unit"),
        (TERMS, &["atomic", "--states", "s.csv", "--out", "keep.csv"][..], "no species `H2`"),
        (TERMS, &["atomic", "--states", "none.csv", "--out", "keep.csv"][..], "none.csv"),
    ] {
        let output = run(program, folder.path(), arguments);
        let error = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {error}");
        assert!(error.contains(words), "{arguments:?}: {error}");
        assert_eq!(std::fs::read_to_string(folder.path().join("keep.csv")).unwrap(), "precious");
    }
}
