//! `co_thin.net` is KROME's network react_COthin but for what is mended in it, and what is mended matters.
#![allow(clippy::expect_used, clippy::panic, clippy::print_stdout)] // tests fail by panicking and print their figures

use std::collections::BTreeMap;
use std::path::Path;

use chem_networks::DIRECTORY;
use chem_runtime::{Bdf, ChemNetwork, Interpreted, YEAR};

const FAULTS: &str = include_str!("reference/co_thin_faults.txt");

fn mended() -> Interpreted {
    Interpreted::load(Path::new(DIRECTORY).join("co_thin.net")).unwrap_or_else(|report| panic!("{report}"))
}

/// Names of the reactions that are mended, and what the network of KROME has there, as statements.
fn faults() -> BTreeMap<&'static str, &'static str> {
    let statements = FAULTS.lines().filter(|line| !line.starts_with('#'));
    statements.map(|line| (line.split_once(':').expect("a name").0, line)).collect()
}

/// The network with the faults of react_COthin. `file` differs among the tests, which run side by side.
fn as_in_krome(file: &str) -> Interpreted {
    let faults = faults();
    let text = std::fs::read_to_string(Path::new(DIRECTORY).join("co_thin.net")).expect("the network");
    let mut written = String::new();
    let mut replaced = 0;
    let mut skips = false;
    for line in text.lines() {
        if !line.starts_with([' ', '}']) {
            skips = line.split_once(':').is_some_and(|(name, _)| faults.contains_key(name));
            replaced += usize::from(skips);
        }
        if !skips {
            written.push_str(line);
            written.push('\n');
        }
    }
    assert_eq!(replaced, faults.len(), "a name of the list is not in the network");
    for statement in faults.values() {
        written.push_str(&format!("{statement}\n"));
    }
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let library = "hydrogen_helium.rates";
    let own = format!("{file}_{library}");
    std::fs::copy(Path::new(DIRECTORY).join(library), folder.join(&own)).expect("a copy of the library");
    std::fs::write(folder.join(file), written.replace(library, &own)).expect("a file");
    Interpreted::load(folder.join(file)).unwrap_or_else(|report| panic!("{report}"))
}

fn rows(text: &'static str) -> impl Iterator<Item = Vec<&'static str>> {
    text.lines().filter(|line| !line.starts_with('#')).map(|line| line.split(',').collect())
}

fn number(text: &str) -> f64 {
    text.parse().unwrap_or_else(|_| panic!("`{text}` is no number"))
}

/// Coefficients in KROME's reference state at a temperature [K].
fn coefficients(network: &Interpreted, t_gas: f64) -> Vec<f64> {
    let structure = network.structure();
    let density = |name: &str| match name {
        "H" => 100.0,
        "H2" | "He" => 10.0,
        "e-" => 0.01,
        _ => 0.001,
    };
    let mut y: Vec<f64> = structure.species.iter().map(|name| density(name)).collect();
    y.push(t_gas);
    let mut k = vec![0.0; structure.reactions.len()];
    network.rates(0.0, &y, &mut k);
    k
}

/// Largest relative difference to KROME's coefficients, by the names of reactions, and how many numbers were compared.
fn differences(network: &Interpreted) -> (BTreeMap<&'static str, f64>, usize) {
    let names = &network.structure().reactions;
    let mut worst: BTreeMap<&str, f64> = BTreeMap::new();
    let mut compared = 0;
    for row in rows(include_str!("reference/co_thin_krome.csv")).skip(1) {
        let k = coefficients(network, number(row[1]));
        let at = names.iter().position(|name| name == row[0]).unwrap_or_else(|| panic!("no `{}`", row[0]));
        let difference = (k[at] / number(row[2]) - 1.0).abs();
        let largest = worst.entry(row[0]).or_insert(0.0);
        *largest = largest.max(difference);
        compared += 1;
    }
    (worst, compared)
}

#[test]
fn coefficients_are_those_of_krome_but_for_what_is_mended() {
    let (original, compared) = differences(&as_in_krome("co_thin_coefficients.net"));
    let (name, largest) = original.iter().max_by(|a, b| a.1.total_cmp(b.1)).expect("coefficients");
    println!("{compared} coefficients of {} reactions, the worst {largest:.1e}: {name}", original.len());
    // HCO+ + C has none at 10 K and above, H2 on grains is a process.
    assert_eq!((compared, original.len()), (1567, 236));
    for (name, difference) in &original {
        assert!(*difference < 1e-5, "{name}: {difference:e}");
    }
    let (mended, _) = differences(&mended());
    let faults = faults();
    for (name, difference) in &mended {
        // C+ + e- differs only where react_COthin has no coefficient.
        let differs = faults.contains_key(name) && *name != "cp_e";
        assert_eq!(*difference > 1e-5, differs, "{name}: {difference:e}");
    }
    assert!(coefficients(&self::mended(), 3e4).iter().all(|k| *k > 0.0), "a fit that ends");
}

#[test]
fn trajectories_are_those_of_krome_with_its_faults_and_others_without() {
    let networks = [as_in_krome("co_thin_trajectories.net"), mended()];
    let names: Vec<String> = networks[0].structure().species.iter().map(|s| format!("n_{s}")).collect();
    let table: Vec<_> = rows(include_str!("reference/co_thin_trajectories.csv")).collect();
    let column = |name: &str| table[0].iter().position(|known| *known == name).expect("a column");
    let columns: Vec<usize> = names.iter().map(|name| column(name)).chain([column("T_K")]).collect();
    let parameters = &networks[0].structure().parameters;
    let given: Vec<usize> = parameters.iter().map(|name| column(name)).collect();
    let state = |row: &[&str]| -> Vec<f64> { columns.iter().map(|at| number(row[*at])).collect() };
    let mut errors = [Vec::new(), Vec::new()];
    for rows in table[1..].chunks(4) {
        let start = state(&rows[0]);
        let values: Vec<f64> = given.iter().map(|at| number(rows[0][*at])).collect();
        let times: Vec<f64> = rows[1..].iter().map(|row| number(row[column("t_yr")]) * YEAR).collect();
        for (network, errors) in networks.iter().zip(&mut errors) {
            let own = network.with_parameters(&values);
            let bdf = Bdf::new(&*own).rtol(1e-8).atol(1e-25);
            let mut found = vec![0.0; start.len() * times.len()];
            bdf.integrate(&mut bdf.workspace(), &start, &times, &mut found).expect("the BDF");
            for (found, row) in found.chunks(start.len()).zip(&rows[1..]) {
                let expected = state(row);
                let pairs = found.iter().zip(&expected).take(names.len()).filter(|(_, n)| **n > 1e-18);
                errors.extend(pairs.map(|(found, n)| (found / n - 1.0).abs()));
            }
        }
    }
    let [krome, other] = errors.map(|mut errors| {
        errors.sort_by(f64::total_cmp);
        let at = |share: f64| errors[((errors.len() - 1) as f64 * share) as usize];
        println!(
            "{} values: median {:.1e}, 99 % {:.1e}, largest {:.1e}",
            errors.len(),
            at(0.5),
            at(0.99),
            at(1.0)
        );
        [at(0.5), at(0.99)]
    });
    assert!(krome[1] < 1e-4, "{krome:?}");
    assert!(other[0] > 1e-3, "what is mended changes nothing: {other:?}");
}
