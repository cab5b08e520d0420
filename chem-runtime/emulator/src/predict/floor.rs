//! The floor of the temperature, for predictions.

/// The temperature `[K]` that predictions do not fall below.
#[derive(Clone, Copy, Debug)]
pub(super) struct Floor(pub(super) f64);

impl Floor {
    /// Raises T, the last unknown, to the floor, or to where the cell began if that is below.
    pub(super) fn restore(self, initial: &[f64], state: &mut [f64]) {
        let (Some(began), Some(t_gas)) = (initial.last(), state.last_mut()) else { return };
        let least = began.min(self.0);
        if *t_gas < least {
            *t_gas = least;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn predictions_stay_above_the_floor_or_their_beginning() {
        for (began, predicted, is) in
            [(100.0, 1.0, 2.73), (100.0, 2.8, 2.8), (2.0, 1.0, 2.0), (2.0, 2.5, 2.5), (100.0, 200.0, 200.0)]
        {
            let mut state = [5.0, predicted];
            Floor(2.73).restore(&[5.0, began], &mut state);
            assert_eq!(state, [5.0, is]);
        }
    }
}
