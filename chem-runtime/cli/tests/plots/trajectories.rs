//! Trajectories of few and of many species.

use chem_report::plot::{MOST_NAMES, Trajectory, trajectory};
use chem_solver::structure::Text;

use crate::boxes::{no_texts_overlap, texts, texts_are_within};

fn data<'a>(species: &'a [Text], times: &'a [f64], unknowns: &'a [f64]) -> Trajectory<'a> {
    let (title, subtitle, label) = ("a < b", "subtitle", "n  [cm⁻³]");
    Trajectory { title, subtitle, species, times, unknowns, label, with_temperature: true }
}

#[test]
fn trajectory_names_every_species_and_axis() {
    let species = ["e-", "H2+", "He++"].map(Into::into);
    let times: Vec<f64> = (0..50).map(|i| 3.1536e5 * 1.5f64.powi(i)).collect();
    let unknowns: Vec<f64> =
        (0..50).flat_map(|i| [1.0, 1e-3 * 0.7f64.powi(i), 0.0, 100.0 + f64::from(i)]).collect();
    let svg = trajectory(&data(&species, &times, &unknowns));
    for text in ["e⁻", "H₂⁺", "T  [K]", "n  [cm⁻³]", "time  [yr]", "10⁻²", "a &lt; b"] {
        assert!(svg.contains(text), "{text} is missing");
    }
    assert!(!svg.contains("NaN") && !svg.contains("inf"));
    // An absent species has no line, hence no name.
    assert!(!svg.contains("He⁺⁺"));
}

#[test]
fn empty_and_broken_data_give_a_picture_too() {
    for (times, unknowns) in
        [(&[][..], &[][..]), (&[0.0][..], &[f64::NAN][..]), (&[0.0, 1.0][..], &[1.0][..])]
    {
        assert!(trajectory(&data(&[], times, unknowns)).ends_with("</svg>\n"));
    }
}

/// Many species: each at its own level, half of them decaying through the floor of the picture.
fn many(count: usize) -> (Vec<Text>, Vec<f64>, Vec<f64>) {
    let species = (0..count).map(|k| format!("C{k}H{}+", 2 * k).into()).collect();
    let times: Vec<f64> = (0..200).map(|i| 3.2e5 * 1.1f64.powi(i)).collect();
    let unknowns = (0..200)
        .flat_map(|i| {
            let n = move |k: usize| {
                let decay = if k.is_multiple_of(2) { 0.0 } else { f64::from(i) * 0.3 };
                10f64.powf(4.0 - 0.02 * k as f64 - decay)
            };
            (0..count).map(n).chain([30.0])
        })
        .collect();
    (species, times, unknowns)
}

#[test]
fn labels_of_many_species_lie_within_the_frame_and_not_on_one_another() {
    for count in [5, 12, 18, 37, 737] {
        let (species, times, unknowns) = many(count);
        let svg = trajectory(&data(&species, &times, &unknowns));
        texts_are_within(&svg);
        no_texts_overlap(&svg);
        let names = texts(&svg).iter().filter(|text| text.text.starts_with('C')).count();
        assert!(names <= MOST_NAMES && names >= count.min(MOST_NAMES) / 2, "{names} names of {count}");
        let says_so = svg.contains(&format!("named: the {MOST_NAMES} most abundant of {count} species"));
        assert_eq!(says_so, count > MOST_NAMES);
        assert!(svg.len() < 2_000_000, "{} bytes for {count} species", svg.len());
    }
}
