//! Sums that grow term by term.

/// A sum so far: nothing, or the place of its value.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Sum(Option<usize>);

impl Sum {
    pub(super) fn place(self) -> Option<usize> {
        self.0
    }
}

impl From<usize> for Sum {
    fn from(place: usize) -> Self {
        Sum(Some(place))
    }
}
