//! Collocation points in tau.

mod low_discrepancy;

use rand::RngExt;

use chem_emulator::config::{Points, Sampler};
use chem_solver::network::domain::random_stream;

/// The size of the residual along tau, for points that go where it is large.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Profile {
    /// Ascending.
    pub(crate) tau: Vec<f64>,
    /// Size of the residual there.
    pub(crate) size: Vec<f64>,
}

/// Draws the points of one iteration in `low..high`, ascending. The same iteration of the same seed has the same
/// points.
pub(crate) fn draw(
    points: &Points,
    [low, high]: [f64; 2],
    seed: u64,
    iteration: u64,
    profile: &Profile,
) -> Vec<f64> {
    let random = &mut random_stream(seed, iteration);
    let steps = Steps::new(profile, [low, high]);
    let adaptive = match &steps {
        Some(_) => (points.adaptive * points.count as f64).round() as usize,
        None => 0,
    };
    let even = points.count - adaptive.min(points.count);
    let mut shares: Vec<f64> = match points.sampler {
        Sampler::Grid => (0..even).map(|i| i as f64 / (even - 1).max(1) as f64).collect(),
        Sampler::Random => (0..even).map(|_| random.random()).collect(),
        Sampler::Sobol => low_discrepancy::sobol(even, random),
        Sampler::Halton => low_discrepancy::halton(even, 2, random),
        Sampler::Stratified => (0..even).map(|i| (i as f64 + random.random::<f64>()) / even as f64).collect(),
    };
    for share in &mut shares {
        *share = low + (high - low) * *share;
    }
    if let Some(steps) = steps {
        let share = |i| (i as f64 + random.random::<f64>()) / adaptive as f64;
        shares.extend((0..adaptive).map(share).map(|share| steps.quantile(share)));
    }
    shares.sort_unstable_by(f64::total_cmp);
    shares
}

/// A density that is constant between the middles of a profile's points.
struct Steps {
    edges: Vec<f64>,
    /// Probability below each edge.
    below: Vec<f64>,
}

impl Steps {
    /// The density of a profile in a range; `None` if it says nothing there.
    fn new(profile: &Profile, [low, high]: [f64; 2]) -> Option<Self> {
        let inside = |&(tau, size): &(&f64, &f64)| (low..=high).contains(tau) && size.is_finite();
        let (tau, size): (Vec<f64>, Vec<f64>) =
            profile.tau.iter().zip(&profile.size).filter(inside).map(|(tau, size)| (*tau, *size)).unzip();
        let mut edges = vec![low];
        edges.extend(tau.windows(2).map(|pair| 0.5 * (pair[0] + pair[1])));
        edges.push(high);
        let mut below = vec![0.0];
        let mut sum = 0.0;
        for (edge, size) in edges.windows(2).zip(&size) {
            sum += (edge[1] - edge[0]) * size;
            below.push(sum);
        }
        if !(sum > 0.0 && sum.is_finite()) || edges.len() != below.len() {
            return None;
        }
        below.iter_mut().for_each(|share| *share /= sum);
        Some(Steps { edges, below })
    }

    /// The tau below which a share of the points lies.
    fn quantile(&self, share: f64) -> f64 {
        let next = self.below.partition_point(|below| *below <= share).clamp(1, self.below.len() - 1);
        let (low, high) = (self.below[next - 1], self.below[next]);
        let within = if high > low { (share - low) / (high - low) } else { 0.5 };
        self.edges[next - 1] + within.clamp(0.0, 1.0) * (self.edges[next] - self.edges[next - 1])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawn(sampler: Sampler, adaptive: f64, round: u64, profile: &Profile) -> Vec<f64> {
        let points = Points { count: 256, sampler, adaptive, ..Points::default() };
        draw(&points, [-2.0, 6.0], 3, round, profile)
    }

    /// All but independent points have exactly one point in each of 256 equal parts; the grid has its ends.
    #[test]
    fn points_are_even_in_their_range_and_new_in_each_round() {
        for sampler in [Sampler::Stratified, Sampler::Sobol, Sampler::Halton] {
            let points = drawn(sampler, 0.0, 0, &Profile::default());
            for (i, tau) in points.iter().enumerate() {
                assert_eq!(((tau + 2.0) / 8.0 * 256.0) as usize, i, "{sampler:?} {tau}");
            }
            assert_eq!(points, drawn(sampler, 0.0, 0, &Profile::default()));
            assert_ne!(points, drawn(sampler, 0.0, 1, &Profile::default()));
        }
        let grid = drawn(Sampler::Grid, 0.0, 0, &Profile::default());
        assert_eq!((grid.first(), grid.last(), grid.len()), (Some(&-2.0), Some(&6.0), 256));
        let random = drawn(Sampler::Random, 0.0, 0, &Profile::default());
        assert!(random.iter().all(|tau| (-2.0..6.0).contains(tau)));
    }

    /// Half of the points follow the profile: nine tenths of them into the half where it is nine times as large.
    #[test]
    fn adaptive_points_go_where_the_residual_is_large() {
        let tau: Vec<f64> = (0..80).map(|i| -1.95 + 0.1 * f64::from(i)).collect();
        let size = tau.iter().map(|tau| if *tau < 2.0 { 1.0 } else { 9.0 }).collect();
        let points = drawn(Sampler::Stratified, 0.5, 0, &Profile { tau, size });
        assert_eq!(points.len(), 256);
        assert!(points.windows(2).all(|pair| pair[0] <= pair[1]));
        let beyond = points.iter().filter(|tau| **tau >= 2.0).count();
        assert!(beyond.abs_diff(64 + 115) <= 2, "{beyond}");
    }
}
