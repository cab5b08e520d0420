//! Which of many lines are named: more than colours can tell apart, or names fit, would be a carpet.

use plotters::style::RGBColor;

use super::end_labels::capacity;
use super::palette::{self, FAINT};

/// Lines in colour, with a name; the others stay behind them in grey.
pub(super) struct Prominent {
    /// Rank of each line among those in colour.
    ranks: Vec<Option<usize>>,
}

impl Prominent {
    /// Colour of a line, and whether it is dashed.
    pub(super) fn style(&self, line: usize) -> (RGBColor, bool) {
        self.rank(line).map_or((FAINT, false), palette::series)
    }

    /// Whether a line has a name.
    pub(super) fn is_named(&self, line: usize) -> bool {
        self.rank(line).is_some()
    }

    /// Number of lines with a name.
    pub(super) fn count(&self) -> usize {
        self.ranks.iter().flatten().count()
    }

    /// The lines, those without a name first, so that the others lie above them.
    pub(super) fn order(&self) -> Vec<usize> {
        let (named, others): (Vec<_>, Vec<_>) = (0..self.ranks.len()).partition(|line| self.is_named(*line));
        others.into_iter().chain(named).collect()
    }

    fn rank(&self, line: usize) -> Option<usize> {
        self.ranks.get(line).copied().flatten()
    }
}

/// All lines if they can be told apart and their names fit between two heights; otherwise as many as that, those that
/// rise highest.
pub(super) fn prominent(lines: &[Vec<(f64, f64)>], heights: (f64, f64)) -> Prominent {
    let most = palette::STYLES.min(capacity(heights));
    let mut chosen: Vec<usize> = (0..lines.len()).collect();
    if lines.len() > most {
        let peak = |line: &usize| {
            let values = lines.get(*line).into_iter().flatten().map(|p| p.1).filter(|v| v.is_finite());
            values.fold(f64::NEG_INFINITY, f64::max)
        };
        chosen.sort_by(|a, b| peak(b).total_cmp(&peak(a)));
        chosen.truncate(most);
        chosen.sort_unstable();
    }
    let mut ranks = vec![None; lines.len()];
    for (rank, line) in chosen.into_iter().enumerate() {
        if let Some(slot) = ranks.get_mut(line) {
            *slot = Some(rank);
        }
    }
    Prominent { ranks }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_highest_of_many_lines_are_named() {
        let lines: Vec<Vec<(f64, f64)>> = (0..50).map(|k| vec![(0.0, f64::from((7 * k) % 50))]).collect();
        let few = prominent(&lines, (0.0, 1000.0));
        assert_eq!(few.count(), palette::STYLES);
        for (k, line) in lines.iter().enumerate() {
            assert_eq!(few.is_named(k), line[0].1 >= 50.0 - palette::STYLES as f64);
        }
        assert_eq!(few.order().len(), 50);
        assert!(few.is_named(few.order()[49]) && !few.is_named(few.order()[0]));
        assert_eq!(prominent(&lines, (0.0, 158.0)).count(), 11, "as many as fit");
    }

    #[test]
    fn few_lines_keep_their_colours() {
        let all = prominent(&vec![vec![(0.0, 1.0)]; 9], (0.0, 300.0));
        assert!((0..9).all(|k| all.style(k) == palette::series(k)));
    }
}
