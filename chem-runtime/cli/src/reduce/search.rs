//! Which reactions are needed.
//!
//! ```text
//! 1  by halving: the least number of the most important reactions that is within the tolerance
//! 2  from the least important up, blocks of a quarter of what is left, then half as many, to single ones: what can go goes
//! ```

use super::candidate::{Candidate, Judge};
use crate::exit::Stop;

/// Most networks that are solved.
const MOST_SOLVED: usize = 400;

/// What was found.
pub(super) struct Found {
    pub(super) text: String,
    pub(super) left: (usize, usize),
    pub(super) deviations: Vec<f64>,
    /// Networks that were solved.
    pub(super) solved: usize,
    /// Whether the search ended before single reactions had been tried.
    pub(super) is_stopped: bool,
}

/// The smallest network that was found, for the importance of each reaction.
pub(super) fn smallest(judge: &Judge<'_>, ranks: &[f64]) -> Result<Found, Stop> {
    let tolerance = judge.options.tolerance;
    let mut order: Vec<usize> = (0..ranks.len()).collect();
    order.sort_by(|a, b| ranks[*b].total_cmp(&ranks[*a]));
    let mut solved = 0;
    let mut attempt = |kept: &[usize]| -> Result<Option<Candidate>, Stop> {
        solved += 1;
        let mut keep = vec![false; ranks.len()];
        kept.iter().for_each(|reaction| keep[*reaction] = true);
        let candidate = judge.candidate(&|reaction| keep.get(reaction).copied().unwrap_or(false))?;
        Ok((candidate.worst() <= tolerance).then_some(candidate))
    };
    // All reactions give what the whole network gives.
    let mut best = attempt(&order)?;
    let (mut too_few, mut enough) = (0, order.len());
    while enough - too_few > 1 {
        let middle = (too_few + enough) / 2;
        match attempt(&order[..middle])? {
            Some(candidate) => (best, enough) = (Some(candidate), middle),
            None => too_few = middle,
        }
    }
    let mut kept = order[..enough].to_vec();
    let mut block = (kept.len() / 4).max(1);
    let mut count = 0;
    let mut is_stopped = false;
    'blocks: loop {
        let mut end = kept.len();
        while end > 0 {
            if count >= MOST_SOLVED {
                is_stopped = true;
                break 'blocks;
            }
            let begin = end.saturating_sub(block);
            let without: Vec<usize> = [&kept[..begin], &kept[end..]].concat();
            count += 1;
            if let Some(candidate) = attempt(&without)? {
                best = Some(candidate);
                kept = without;
            }
            end = begin;
        }
        if block == 1 {
            break;
        }
        block = (block / 2).max(1);
    }
    let best = match best {
        Some(best) => best,
        None => judge.candidate(&|_| true)?,
    };
    Ok(Found { text: best.text, left: best.left, deviations: best.deviations, solved, is_stopped })
}
