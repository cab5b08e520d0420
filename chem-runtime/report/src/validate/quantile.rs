//! Sample quantiles.

/// Quantile `share` (from 0 to 1) of ascending values: definition 7 of Hyndman & Fan 1996 (The American
/// Statistician 50, 361), linear between the order statistics. NaN without values.
pub fn quantile(ascending: &[f64], share: f64) -> f64 {
    let Some(last) = ascending.len().checked_sub(1) else { return f64::NAN };
    let place = share.clamp(0.0, 1.0) * last as f64;
    let (below, fraction) = (place.floor() as usize, place.fract());
    let at = |index: usize| ascending.get(index.min(last)).copied().unwrap_or(f64::NAN);
    let (low, high) = (at(below), at(below + 1));
    // Infinite values stay infinite instead of becoming NaN.
    if fraction == 0.0 || low == high { low } else { low + fraction * (high - low) }
}

/// Values in ascending order, NaN last.
pub fn ascending(values: impl IntoIterator<Item = f64>) -> Vec<f64> {
    let mut sorted: Vec<f64> = values.into_iter().collect();
    sorted.sort_unstable_by(f64::total_cmp);
    sorted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn definition_7() {
        // R: quantile(c(1, 2, 4, 8, 16), c(0, 0.1, 0.5, 0.75, 0.9, 1), type = 7)
        let values = [1.0, 2.0, 4.0, 8.0, 16.0];
        for (share, expected) in [(0.0, 1.0), (0.1, 1.4), (0.5, 4.0), (0.75, 8.0), (0.9, 12.8), (1.0, 16.0)] {
            assert!((quantile(&values, share) - expected).abs() < 1e-14, "{share}");
        }
    }

    #[test]
    fn few_and_odd_values() {
        assert!(quantile(&[], 0.5).is_nan());
        assert_eq!(quantile(&[3.0], 0.9), 3.0);
        assert_eq!(quantile(&[1.0, f64::INFINITY], 0.9), f64::INFINITY);
        assert_eq!(quantile(&[1.0, f64::INFINITY, f64::INFINITY], 0.9), f64::INFINITY);
        assert_eq!(ascending([2.0, f64::INFINITY, 1.0]), [1.0, 2.0, f64::INFINITY]);
        assert!(ascending([f64::NAN, 1.0])[1].is_nan());
    }

    proptest::proptest! {
        #[test]
        fn quantiles_grow_with_the_share(values in proptest::collection::vec(-1e3..1e3f64, 1..40), a in 0.0..1.0f64, b in 0.0..1.0f64) {
            let sorted = ascending(values);
            let (low, high) = (quantile(&sorted, a.min(b)), quantile(&sorted, a.max(b)));
            proptest::prop_assert!(low <= high + 1e-9);
            proptest::prop_assert!(low >= sorted[0] && high <= sorted[sorted.len() - 1] + 1e-9);
        }
    }
}
