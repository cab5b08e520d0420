//! Pictures hold what they should; whether they are beautiful is for eyes.

use chem_runtime::plot::{RateCurve, Trajectory, rate_coefficients, trajectory};

#[test]
fn trajectory_names_every_species_and_axis() {
    let species = ["e-", "H2+", "He++"].map(Into::into);
    let times: Vec<f64> = (0..50).map(|i| 3.1536e5 * 1.5f64.powi(i)).collect();
    let unknowns: Vec<f64> =
        (0..50).flat_map(|i| [1.0, 1e-3 * 0.7f64.powi(i), 0.0, 100.0 + f64::from(i)]).collect();
    let data = Trajectory {
        title: "a < b",
        subtitle: "",
        species: &species,
        times: &times,
        unknowns: &unknowns,
        with_temperature: true,
    };
    let svg = trajectory(&data);
    for text in ["e⁻", "H₂⁺", "T  [K]", "n  [cm⁻³]", "time  [yr]", "10⁻²", "a &lt; b"] {
        assert!(svg.contains(text), "{text} is missing");
    }
    assert!(!svg.contains("NaN") && !svg.contains("inf"));
    // An absent species has no line, hence no name.
    assert!(!svg.contains("He⁺⁺"));
}

#[test]
fn empty_and_broken_data_give_a_picture_too() {
    let data = |times, unknowns| Trajectory {
        title: "",
        subtitle: "",
        species: &[],
        times,
        unknowns,
        with_temperature: true,
    };
    for (times, unknowns) in
        [(&[][..], &[][..]), (&[0.0][..], &[f64::NAN][..]), (&[0.0, 1.0][..], &[1.0][..])]
    {
        assert!(trajectory(&data(times, unknowns)).ends_with("</svg>\n"));
    }
    let curve = RateCurve { number: 1, equation: "A -> B".into(), k: vec![0.0, f64::NAN] };
    assert!(rate_coefficients("", "", &[10.0, 100.0], &[curve]).contains("A → B"));
}
