//! Probability density of samples by Gaussian kernels.

use super::quantile::{ascending, quantile};

/// Points at which a density is evaluated: at least two per bandwidth, but for the most scattered samples.
const POINTS: std::ops::RangeInclusive<usize> = 160..=2000;
/// Kernels beyond this many bandwidths are zero.
const REACH: f64 = 4.5;

/// Density of samples as points (x, p), of integral 1; x ascends over all samples and three bandwidths beyond.
/// The bandwidth is 0.9 min(s, IQR / 1.34) n^(-1/5) (Silverman 1986, eq. 3.31). Samples that are not finite do
/// not count. Empty without samples.
pub fn density(samples: impl IntoIterator<Item = f64>) -> Vec<(f64, f64)> {
    let sorted = ascending(samples.into_iter().filter(|x| x.is_finite()));
    let (Some(&first), Some(&last)) = (sorted.first(), sorted.last()) else { return Vec::new() };
    let width = bandwidth(&sorted);
    let (low, high) = (first - 3.0 * width, last + 3.0 * width);
    let scale = 1.0 / (sorted.len() as f64 * width * std::f64::consts::TAU.sqrt());
    let points = ((2.0 * (high - low) / width) as usize).clamp(*POINTS.start(), *POINTS.end());
    let point = |i: usize| {
        let x = low + (high - low) * i as f64 / (points - 1) as f64;
        let near = |limit: f64| sorted.partition_point(|s| *s < limit);
        let samples = sorted.get(near(x - REACH * width)..near(x + REACH * width)).unwrap_or(&[]);
        let kernel = |s: &f64| (-0.5 * ((x - s) / width).powi(2)).exp();
        (x, scale * samples.iter().map(kernel).sum::<f64>())
    };
    (0..points).map(point).collect()
}

fn bandwidth(sorted: &[f64]) -> f64 {
    let n = sorted.len() as f64;
    let mean = sorted.iter().sum::<f64>() / n;
    let deviation = (sorted.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / n).sqrt();
    let range = (quantile(sorted, 0.75) - quantile(sorted, 0.25)) / 1.34;
    let spread = [range, deviation].into_iter().filter(|s| *s > 0.0).fold(f64::INFINITY, f64::min);
    // Samples that are all the same: a peak that can be seen.
    let spread = if spread.is_finite() { spread } else { 1e-2 * mean.abs().max(1.0) };
    0.9 * spread * n.powf(-0.2)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn integral(density: &[(f64, f64)]) -> f64 {
        density.windows(2).map(|w| (w[1].0 - w[0].0) * (w[1].1 + w[0].1) / 2.0).sum()
    }

    #[test]
    fn normal_samples_give_the_normal_density() {
        // Quantiles of the normal distribution by bisection of its integral would be circular; sums of uniform
        // lattice points are normal enough.
        let uniform = |i: u64, stride: u64| ((i * stride) % 4096) as f64 / 4096.0 - 0.5;
        let strides = [1, 1597, 2557, 3041, 613, 877, 1201, 1999, 3571, 3923, 41, 271];
        let sum = |i: u64| strides.iter().map(|s| uniform(i, *s)).sum::<f64>();
        let density = density((0..4096).map(sum));
        assert!((integral(&density) - 1.0).abs() < 1e-3, "{}", integral(&density));
        for (x, p) in density {
            let normal = (-0.5 * x * x).exp() / std::f64::consts::TAU.sqrt();
            assert!((p - normal).abs() < 0.035, "p({x}) = {p}, not {normal}");
        }
    }

    #[test]
    fn one_far_sample_does_not_make_the_density_coarse() {
        let density = density((0..1000).map(|i| 1e-3 * f64::from(i)).chain([30.0]));
        let peak = density.iter().map(|p| p.1).fold(0.0, f64::max);
        assert!(density.iter().filter(|p| p.1 > 0.5 * peak).count() > 12, "points on the bulk");
    }

    #[test]
    fn equal_and_missing_samples() {
        let peak = density([2.0; 10]);
        assert!((integral(&peak) - 1.0).abs() < 1e-2);
        assert!(density([f64::NAN, f64::INFINITY]).is_empty());
    }
}
