//! Pages of rate coefficients.

use chem_report::plot::{RateCoefficients, RateCurve, rate_coefficients};

use crate::boxes::{size, texts, texts_are_within};

fn temperatures() -> Vec<f64> {
    (0..60).map(|i| 10.0 * 1.2f64.powi(i)).collect()
}

fn curve(number: usize, equation: &str, particles: u32, k: impl Fn(f64) -> f64) -> RateCurve {
    RateCurve { number, equation: equation.into(), particles, k: temperatures().into_iter().map(k).collect() }
}

fn pages(curves: &[RateCurve], most: usize) -> (Vec<String>, usize) {
    let temperatures = temperatures();
    rate_coefficients(
        &RateCoefficients { title: "title", subtitle: "subtitle", temperatures: &temperatures, curves },
        most,
    )
}

#[test]
fn broken_values_give_a_page_too() {
    let broken = RateCurve { number: 1, equation: "A -> B".into(), particles: 1, k: vec![0.0, f64::NAN] };
    let (pages, _) = pages(&[broken], 9);
    assert!(pages[0].contains("A → B") && !pages[0].contains("NaN"));
    assert_eq!(self::pages(&[], 9).1, 1);
}

#[test]
fn hundreds_of_reactions_take_pages_that_can_be_opened() {
    let curves: Vec<RateCurve> =
        (1..=300).map(|i| curve(i, &format!("A{i} + B -> C{i}"), 2, |t| 1e-10 * t.powf(0.5))).collect();
    let (drawn, count) = pages(&curves, 3);
    assert_eq!((drawn.len(), count), (3, 8));
    for page in &drawn {
        assert!(size(page).1 < 2000.0 && page.len() < 1_000_000, "{:?}, {} bytes", size(page), page.len());
    }
    assert!(drawn[1].contains("page 2 of 8") && drawn[0].contains("A₁ + B") && !drawn[0].contains("A₄₁ + B"));
}

#[test]
fn constants_stand_in_a_table_with_their_units() {
    let mut curves = vec![curve(1, "H + H -> H2", 2, |t| 1e-17 * t)];
    for (number, particles) in [(2, 1), (3, 2), (4, 3)] {
        curves.push(curve(number, &format!("X{number} -> Y"), particles, |_| 1.43e-9));
    }
    let (drawn, count) = pages(&curves, 9);
    assert_eq!(count, 1);
    for text in
        ["k independent of T", "1.43×10⁻⁹  s⁻¹", "1.43×10⁻⁹  cm³ s⁻¹", "1.43×10⁻⁹  cm⁶ s⁻¹", "k [cm³ s⁻¹]"]
    {
        assert!(drawn[0].contains(text), "{text}");
    }
    assert_eq!(drawn[0].matches("T [K]").count(), 1, "one panel");
    let many: Vec<RateCurve> = (1..=2000).map(|i| curve(i, &format!("A{i} -> B"), 1, |_| 1e-9)).collect();
    let (drawn, count) = pages(&many, 99);
    assert!(count < 12, "{count} pages");
    assert!(drawn.last().unwrap().contains("A₂₀₀₀"), "all are there");
    drawn.iter().for_each(|page| texts_are_within(page));
}

#[test]
fn labels_stay_within_their_panel_and_off_one_another() {
    // Curves whose longest piece lies at the right end, at the top, and on one another.
    let shapes: [fn(f64) -> f64; 5] = [
        |t| if t > 3e5 { 1e-9 } else { 0.0 },
        |t| 1e-9 * (t / 10.0).powf(0.001),
        |t| 1e-9 * (t / 10.0).powf(0.002),
        |t| 1e-20 * t.powi(3),
        |t| if t < 15.0 { 1e-9 } else { 0.0 },
    ];
    let together: Vec<RateCurve> =
        shapes.iter().enumerate().map(|(i, f)| curve(10 + i, "A + B -> C", 2, f)).collect();
    let apart: Vec<RateCurve> =
        shapes.iter().enumerate().map(|(i, f)| curve(20 + i, &format!("A + B -> C{i}"), 2, f)).collect();
    let (together, _) = pages(&together, 1);
    let (apart, _) = pages(&apart, 1);
    // The first panel, as CELL and MARGIN say: 284 x 196 px from (40, 104).
    let frames: Vec<(f64, f64)> =
        (0..5).map(|c| (40.0 + 284.0 * f64::from(c) + 56.0, 40.0 + 284.0 * f64::from(c) + 274.0)).collect();
    for (page, panels) in [(&together[0], 1), (&apart[0], 5)] {
        texts_are_within(page);
        let labels: Vec<_> = texts(page)
            .into_iter()
            .filter(|t| t.text.starts_with("k1") || t.text.starts_with("k2"))
            .collect();
        assert_eq!(labels.len(), 5, "{labels:?}");
        for (index, label) in labels.iter().enumerate() {
            let fits = |(left, right): &(f64, f64)| label.left >= *left && label.right <= *right;
            assert!(frames[..panels].iter().any(fits), "{label:?} sticks out of its frame");
            assert!(label.top > 130.0 && label.bottom < 268.0, "{label:?} sticks out of its frame");
            assert!(labels[index + 1..].iter().all(|other| !label.overlaps(other)), "{labels:?}");
        }
    }
}
