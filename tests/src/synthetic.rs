//! Large synthetic networks, to measure what size costs.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use rand::{Rng, RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// Text of a network with the given numbers of species and reactions, the same for the same seed.
///
/// Half of the species are neutral, half are their ions; a few are much more reactive than the others, as H, H2 and
/// e- are in real networks, so that the Jacobian has a few dense rows and many sparse ones. Rate coefficients are
/// modified Arrhenius laws. Every species is formed and destroyed; every reaction conserves element and charge.
pub fn network(species: usize, reactions: usize, seed: u64) -> String {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let pairs = species.saturating_sub(1) / 2;
    let mut text =
        String::from("network synthetic version 1\n\"A synthetic network, to measure what size costs.\"\n\n");
    text.push_str("species e-");
    for i in 0..pairs {
        let _ = write!(text, ",\n    S{i} (X), S{i}+ (X)");
    }
    text.push_str("\n\n");
    let mut seen = BTreeSet::new();
    let mut count = 0;
    for i in 0..pairs {
        let ionised = format!("S{i} + cr -> S{i}+ + e-");
        let recombined = format!("S{i}+ + e- -> S{i} + photon");
        for equation in [ionised, recombined] {
            push(&mut text, &mut count, &equation, &mut rng);
            seen.insert(equation);
        }
    }
    while count < reactions {
        let [a, b, c, d] = std::array::from_fn(|_| pick(&mut rng, pairs));
        let charge = if rng.random_bool(0.6) { "+" } else { "" };
        if (a == c && b == d) || a == d || b == c {
            continue;
        }
        // The order of the partners does not make another reaction.
        let pair = |x: String, y: String| if x <= y { format!("{x} + {y}") } else { format!("{y} + {x}") };
        let equation = format!(
            "{} -> {}",
            pair(format!("S{a}{charge}"), format!("S{b}")),
            pair(format!("S{c}{charge}"), format!("S{d}"))
        );
        if !seen.insert(equation.clone()) {
            continue;
        }
        push(&mut text, &mut count, &equation, &mut rng);
    }
    text.push_str("\ncooling line = 1e-24 * n_tot * n[e-] * sqrt(T)  \"made up\"\n");
    text.push_str("heating cr = 1e-26 * n_tot  \"made up\"\n");
    text.push_str("\ninitial start: T = 100 [K], n_tot = 1e4 [cm^-3], ");
    for i in 0..pairs {
        let _ = write!(text, "fraction S{i} = {:e}, ", 1.0 / pairs as f64);
    }
    text.push_str("e- = neutral  \"all neutral\"\n");
    text
}

/// An index with a strong preference for small ones.
fn pick(rng: &mut impl Rng, pairs: usize) -> usize {
    let u: f64 = rng.random();
    ((u * u * u) * pairs as f64) as usize
}

fn push(text: &mut String, count: &mut usize, equation: &str, rng: &mut impl Rng) {
    *count += 1;
    let unit = if equation.contains("cr") { "1e-17" } else { "1e-10" };
    let _ = writeln!(
        text,
        "r{count}: {equation}  k = {:.4} * {unit} * (T / 300)^{:.3} * exp(-{:.2} / T)  \"made up\"",
        rng.random_range(0.1..10.0),
        rng.random_range(-1.0..1.0),
        rng.random_range(1.0..2000.0)
    );
}
