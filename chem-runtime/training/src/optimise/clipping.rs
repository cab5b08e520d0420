//! Gradient clipping and rollback: keeps a training with large learning rates from being thrown off by a single batch.
//!
//! ```text
//! every 500 steps                              the weights are put by, twice
//! a gradient longer than twice the usual       is shortened to that
//! a loss more than five times the usual        takes no step
//! twenty of these in a row                     weights from 500 steps ago or more, moments from nought, half the rate
//! ```

/// Share of themselves that the usual values keep per iteration: so much that a training that is going wrong in some
/// hundred iterations is still held against what was usual before.
const KEEP: f64 = 0.998;
/// Length of a gradient over the usual one from which on it is shortened.
const LONGEST: f64 = 2.0;
/// Loss over the usual one from which on no step is taken.
const LARGEST: f64 = 5.0;
/// Iterations without a step after which the weights count as lost.
const PATIENCE: u32 = 20;
/// Steps between copies of the weights.
const COPY_EVERY: u32 = 500;
/// Iterations after which values count as usual.
const WARM_UP: u32 = 200;

/// What is usual, and what was done about the rest.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Clipping {
    loss: f64,
    length: f64,
    seen: u32,
    skipped: u32,
    /// How often the weights were lost.
    rescues: u32,
}

/// What to do with an iteration.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Verdict {
    /// A step with the gradient times this.
    Step(f64),
    /// None.
    Skip,
    /// Older weights again.
    Rescue,
}

impl Clipping {
    /// Judges an iteration by its loss and gradient.
    pub(super) fn judge(&mut self, loss: f64, gradient: &[f64]) -> Verdict {
        let length = gradient.iter().map(|g| g * g).sum::<f64>().sqrt();
        let is_usual = loss.is_finite() && length.is_finite();
        let is_known = self.seen >= WARM_UP;
        if !is_usual || (is_known && loss > LARGEST * self.loss) {
            self.skipped += 1;
            if self.skipped < PATIENCE {
                return Verdict::Skip;
            }
            self.skipped = 0;
            self.rescues += 1;
            return Verdict::Rescue;
        }
        self.skipped = 0;
        let factor = if is_known { (LONGEST * self.length / length).min(1.0) } else { 1.0 };
        let keep = KEEP.min(f64::from(self.seen) / (f64::from(self.seen) + 1.0));
        self.loss = keep * self.loss + (1.0 - keep) * loss;
        self.length = keep * self.length + (1.0 - keep) * length * factor;
        self.seen = self.seen.saturating_add(1);
        Verdict::Step(factor)
    }

    /// Whether the weights are to be put by.
    pub(super) fn copies(&self) -> bool {
        self.seen.is_multiple_of(COPY_EVERY)
    }

    /// Factor of the learning rate.
    pub(super) fn rate(&self) -> f64 {
        0.5f64.powi(self.rescues.min(1000) as i32)
    }

    /// Its numbers, for a snapshot.
    pub(super) fn to_array(self) -> [f64; 5] {
        let Clipping { loss, length, seen, skipped, rescues } = self;
        [loss, length, seen.into(), skipped.into(), rescues.into()]
    }

    /// The reverse of [`Clipping::to_array`].
    pub(super) fn from_array(array: &[f64]) -> Self {
        let [loss, length, seen, skipped, rescues] = array else { return Clipping::default() };
        let [seen, skipped, rescues] = [seen, skipped, rescues].map(|count| *count as u32);
        Clipping { loss: *loss, length: *length, seen, skipped, rescues }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn single_batches_do_not_throw_it_off() {
        let mut clipping = Clipping::default();
        for _ in 0..300 {
            assert_eq!(clipping.judge(1.0, &[0.6, 0.8]), Verdict::Step(1.0));
        }
        assert_eq!(clipping.judge(2.0, &[0.0, 8.0]), Verdict::Step(0.25));
        assert_eq!(clipping.judge(50.0, &[1.0, 0.0]), Verdict::Skip);
        assert_eq!(clipping.judge(f64::NAN, &[1.0, 0.0]), Verdict::Skip);
        assert_eq!(clipping.judge(1.0, &[1.0, 0.0]), Verdict::Step(1.0));
        for _ in 1..PATIENCE {
            assert_eq!(clipping.judge(50.0, &[1.0, 0.0]), Verdict::Skip);
        }
        assert_eq!(clipping.judge(50.0, &[1.0, 0.0]), Verdict::Rescue);
        assert_eq!((clipping.rate(), clipping.rescues), (0.5, 1));
        assert_eq!(Clipping::from_array(&clipping.to_array()), clipping);
    }
}
