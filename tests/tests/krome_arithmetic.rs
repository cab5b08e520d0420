//! Where the remaining differences to KROME come from. It evaluates the literals of its network file that lack
//! Fortran's `d0` in single precision, and it takes the spacing of the first two nodes of the metal table, which were
//! rounded to single precision too, for the width of all cells. With both done alike, the differences fall.
#![allow(missing_docs, clippy::expect_used, clippy::panic, clippy::print_stdout)]

use std::fs;

use chem_grammar::network::Network;
use chem_grammar::system::System;
use chem_solver::bdf::Bdf;
use chem_solver::network::ChemNetwork;
use chem_solver::network::interpreted::Interpreted;
use chem_tests::figures::Figures;
use chem_tests::quantiles::Errors;

/// Literals without `d0` in KROME's network file, by the definition of ours that holds them. (Integers and numbers
/// that single precision holds exactly are left out.)
const SINGLE: [(&str, &[&str]); 11] = [
    ("verner96_hepp_rr", &["9.37", "0.2476", "1.7524"]),
    ("dejong72_h_ra", &["0.928"]),
    (
        "kreckel10_hm_ad",
        &[
            "1.35e-9",
            "9.8493e-2",
            "0.32852",
            "0.5561",
            "2.771e-7",
            "2.1826",
            "6.191e-3",
            "1.0461",
            "8.9712e-11",
            "3.0424",
            "3.2576e-14",
            "3.7741",
        ],
    ),
    ("ramaker76_h_hp_ra_low", &["2.10e-20", "0.15"]),
    ("ramaker76_h_hp_ra_high", &["18.20", "3.194", "1.786", "0.2072"]),
    ("capitelli07_h2_da", &["2.28"]),
    ("mitchell83_h2_e_cd", &["0.35"]),
    ("glover08_h2_h_cd", &["6.67e-12"]),
    ("glover08_h2_h2_cd", &["4.1881", "5.6881", "54657.4"]),
    ("glover11_h2_he_cd", &["27.029", "3.801"]),
    ("solomon_h2_pdis", &["2.01235e-10"]),
];

/// The text of a library with the literals rounded; panics if a definition no longer holds its literals.
fn rounded(mut text: String) -> String {
    for (definition, literals) in SINGLE {
        let Some(start) = text.find(&format!("rate {definition} =")) else { continue };
        let end = text[start..].find("\n\n").map_or(text.len(), |length| start + length);
        let mut statement = text[start..end].to_owned();
        for literal in literals {
            let single: f32 = literal.parse().expect("a number");
            assert_eq!(
                statement.matches(literal).count(),
                expected_count(literal),
                "{literal} in {definition}"
            );
            statement = statement.replace(literal, &format!("{:e}", f64::from(single)));
        }
        text.replace_range(start..end, &statement);
    }
    text
}

/// 9.37 K stands twice in its formula.
fn expected_count(literal: &str) -> usize {
    if literal == "9.37" { 2 } else { 1 }
}

/// One axis of the metal table: nodes, and just below each the end of the cell before as KROME computes it:
/// (position, cell, fraction of the cell).
fn cells_of_krome(nodes: &[f64], width: f64) -> Vec<(f64, usize, f64)> {
    let ends = |(i, pair): (usize, &[f64])| {
        let end = pair[1] - 1e-9;
        [(pair[0], i, 0.0), (end, i, (end - pair[0]) / width)]
    };
    nodes.windows(2).enumerate().flat_map(ends).collect()
}

/// The metal table with cells as wide as the first one of KROME's table: 0.0999999 in log n, 0.0499998 in log T.
fn table_of_krome(text: &str) -> String {
    let lines: Vec<Vec<&str>> =
        text.lines().filter(|line| !line.starts_with('#')).map(|line| line.split(',').collect()).collect();
    let number = |text: &&str| text.parse::<f64>().expect("a number");
    let columns: Vec<f64> = lines[0].iter().skip(1).map(number).collect();
    let rows: Vec<f64> = lines.iter().skip(1).map(|line| number(&line[0])).collect();
    let values: Vec<Vec<f64>> =
        lines.iter().skip(1).map(|l| l.iter().skip(1).map(number).collect()).collect();
    let columns = cells_of_krome(&columns, -8.9000001 + 9.0);
    let mut out = String::new();
    for (x, _, _) in &columns {
        out += &format!(",{x}");
    }
    for (y, j, q) in cells_of_krome(&rows, 1.0499998 - 1.0) {
        out += &format!("\n{y}");
        for (_, i, p) in &columns {
            let at = |row: &Vec<f64>| row[*i] + p * (row[i + 1] - row[*i]);
            let (low, high) = (at(&values[j]), at(&values[j + 1]));
            out += &format!(",{}", low + q * (high - low));
        }
    }
    out + "\n"
}

/// The molecular network as written, or with KROME's arithmetic.
fn molecular(as_krome: bool) -> Interpreted {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for entry in fs::read_dir(chem_networks::DIRECTORY).expect("the networks").flatten() {
        let path = entry.path();
        let extension = path.extension().and_then(|e| e.to_str());
        if let Some("net" | "rates" | "csv") = extension {
            let text = fs::read_to_string(&path).expect("text");
            let text = match (as_krome, extension) {
                (true, Some("csv")) if path.ends_with("metal_cooling.csv") => table_of_krome(&text),
                (true, Some("rates")) => rounded(text),
                _ => text,
            };
            fs::write(folder.path().join(entry.file_name()), text).expect("a copy");
        }
    }
    let network =
        Network::load(folder.path().join("molecular.net")).unwrap_or_else(|report| panic!("{report}"));
    Interpreted::new(&System::new(network))
}

fn unknowns(network: &Interpreted, figures: &Figures) -> Vec<usize> {
    let species = network.structure().species.iter().map(AsRef::as_ref);
    figures.columns(species, "n_").into_iter().chain([figures.column("T_K")]).collect()
}

/// Relative differences of the coefficients above 1e-30, where KROME's floor plays no part.
fn rates(network: &Interpreted) -> Errors {
    let figures = Figures::read("rhs_molecular.csv");
    let columns = unknowns(network, &figures);
    let names = &network.structure().reactions;
    let mut errors = Errors::default();
    for row in figures.rows() {
        let y: Vec<f64> = columns.iter().map(|&c| row[c]).collect();
        let mut k = vec![f64::NAN; names.len()];
        network.rates(0.0, &y, &mut k);
        for (i, (name, k)) in names.iter().zip(k).enumerate() {
            let expected = row[figures.column(&format!("k{}", i + 1))];
            if expected > 1e-30 {
                errors.add((k - expected) / expected, || name.to_string());
            }
        }
    }
    errors
}

/// Relative differences of T and of all densities above 1e-18 cm^-3 along the general trajectories.
fn trajectories(network: &Interpreted) -> Errors {
    let figures = Figures::read("general_molecular.csv");
    let columns = unknowns(network, &figures);
    let solver = Bdf::new(network).rtol(1e-9).atol(1e-30);
    let mut workspace = solver.workspace();
    let mut errors = Errors::default();
    for rows in figures.cells() {
        let state = |row: &[f64]| columns.iter().map(|&c| row[c]).collect::<Vec<f64>>();
        let times: Vec<f64> = rows.iter().map(|row| row[figures.column("t_s")]).collect();
        let mut out = vec![f64::NAN; times.len() * columns.len()];
        solver
            .integrate(&mut workspace, &state(&rows[0]), &times, &mut out)
            .unwrap_or_else(|e| panic!("{e}"));
        for (row, found) in rows.iter().zip(out.chunks_exact(columns.len())).skip(1) {
            for (unknown, (expected, found)) in state(row).iter().zip(found).enumerate() {
                if *expected > 1e-18 {
                    let name = || format!("unknown {unknown} of id {}", row[0]);
                    errors.add((found - expected) / expected, name);
                }
            }
        }
    }
    errors
}

#[test]
fn most_of_the_difference_to_krome_is_its_arithmetic() {
    let (ours, alike) = (molecular(false), molecular(true));
    let (rates_ours, rates_alike) = (rates(&ours), rates(&alike));
    println!("rates\n  double: {rates_ours}\n  as KROME: {rates_alike}");
    let (paths_ours, paths_alike) = (trajectories(&ours), trajectories(&alike));
    println!("trajectories\n  double: {paths_ours}\n  as KROME: {paths_alike}");
    assert!(rates_alike.maximum() < 0.1 * rates_ours.maximum());
    assert!(paths_alike.median() < 0.5 * paths_ours.median());
    assert!(paths_alike.quantile(0.99) < 0.1 * paths_ours.quantile(0.99));
    assert!(paths_alike.maximum() < 0.2 * paths_ours.maximum());
}
