//! Sets of temperatures: unions of intervals with open or closed ends.

/// One interval. Ends may be infinite.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Piece {
    pub(crate) low: f64,
    pub(crate) low_closed: bool,
    pub(crate) high: f64,
    pub(crate) high_closed: bool,
}

impl Piece {
    fn is_empty(&self) -> bool {
        !(self.low < self.high || (self.low == self.high && self.low_closed && self.high_closed))
    }

    fn intersect(&self, other: &Piece) -> Piece {
        let (low, low_closed) = if self.low == other.low {
            (self.low, self.low_closed && other.low_closed)
        } else if self.low > other.low {
            (self.low, self.low_closed)
        } else {
            (other.low, other.low_closed)
        };
        let (high, high_closed) = if self.high == other.high {
            (self.high, self.high_closed && other.high_closed)
        } else if self.high < other.high {
            (self.high, self.high_closed)
        } else {
            (other.high, other.high_closed)
        };
        Piece { low, low_closed, high, high_closed }
    }
}

/// A union of disjoint intervals in ascending order. T is positive, so sets live on (0, inf).
#[derive(Clone, Debug, PartialEq, Default)]
pub(crate) struct TemperatureSet {
    pieces: Vec<Piece>,
}

impl TemperatureSet {
    /// Every temperature.
    pub(crate) fn all() -> Self {
        TemperatureSet::of(Piece { low: 0.0, low_closed: false, high: f64::INFINITY, high_closed: false })
    }

    /// No temperature.
    pub(crate) fn none() -> Self {
        TemperatureSet::default()
    }

    /// One interval, cut to positive temperatures.
    pub(crate) fn of(piece: Piece) -> Self {
        let positive = Piece { low: 0.0, low_closed: false, high: f64::INFINITY, high_closed: false };
        let piece = piece.intersect(&positive);
        TemperatureSet { pieces: if piece.is_empty() { Vec::new() } else { vec![piece] } }
    }

    /// `T < x` or `T <= x`.
    pub(crate) fn below(x: f64, closed: bool) -> Self {
        TemperatureSet::of(Piece { low: f64::NEG_INFINITY, low_closed: false, high: x, high_closed: closed })
    }

    /// `T > x` or `T >= x`.
    pub(crate) fn above(x: f64, closed: bool) -> Self {
        TemperatureSet::of(Piece { low: x, low_closed: closed, high: f64::INFINITY, high_closed: false })
    }

    /// The intervals, ascending.
    pub(crate) fn pieces(&self) -> &[Piece] {
        &self.pieces
    }

    /// Whether there is nothing in it.
    pub(crate) fn is_empty(&self) -> bool {
        self.pieces.is_empty()
    }

    /// Whether there is more in it than single points.
    pub(crate) fn has_width(&self) -> bool {
        self.pieces.iter().any(|p| p.low < p.high)
    }

    /// Temperatures in both.
    pub(crate) fn intersect(&self, other: &TemperatureSet) -> TemperatureSet {
        let mut pieces: Vec<Piece> = self
            .pieces
            .iter()
            .flat_map(|a| other.pieces.iter().map(move |b| a.intersect(b)))
            .filter(|p| !p.is_empty())
            .collect();
        pieces.sort_by(|a, b| a.low.total_cmp(&b.low).then(b.low_closed.cmp(&a.low_closed)));
        TemperatureSet { pieces }
    }

    /// Temperatures that are not in it.
    pub(crate) fn complement(&self) -> TemperatureSet {
        let mut rest = TemperatureSet::all();
        for piece in &self.pieces {
            let mut outside = TemperatureSet::below(piece.low, !piece.low_closed);
            outside.pieces.extend(TemperatureSet::above(piece.high, !piece.high_closed).pieces);
            rest = rest.intersect(&outside);
        }
        rest
    }

    /// Temperatures in either.
    pub(crate) fn union(&self, other: &TemperatureSet) -> TemperatureSet {
        self.complement().intersect(&other.complement()).complement()
    }

    /// Temperatures in this one but not in the other.
    pub(crate) fn without(&self, other: &TemperatureSet) -> TemperatureSet {
        self.intersect(&other.complement())
    }

    /// The smallest interval that holds all of it.
    pub(crate) fn hull(&self) -> TemperatureSet {
        match (self.pieces.first(), self.pieces.last()) {
            (Some(first), Some(last)) => TemperatureSet::of(Piece {
                low: first.low,
                low_closed: first.low_closed,
                high: last.high,
                high_closed: last.high_closed,
            }),
            _ => TemperatureSet::none(),
        }
    }
}

/// As one would write the condition: `100 <= T < 5500`.
impl std::fmt::Display for TemperatureSet {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (i, piece) in self.pieces.iter().enumerate() {
            if i > 0 {
                f.write_str(" or ")?;
            }
            let (low_sign, high_sign) =
                (if piece.low_closed { "<=" } else { "<" }, if piece.high_closed { "<=" } else { "<" });
            match (piece.low > 0.0, piece.high.is_finite()) {
                _ if piece.low == piece.high => write!(f, "T = {} K", kelvin(piece.low))?,
                (true, true) => {
                    write!(f, "{} K {low_sign} T {high_sign} {} K", kelvin(piece.low), kelvin(piece.high))?;
                }
                (true, false) => {
                    let sign = if piece.low_closed { ">=" } else { ">" };
                    write!(f, "T {sign} {} K", kelvin(piece.low))?;
                }
                (false, true) => write!(f, "T {high_sign} {} K", kelvin(piece.high))?,
                (false, false) => f.write_str("all T")?,
            }
        }
        Ok(())
    }
}

/// A temperature as a chemist would write it: `5500`, `1e6`, `2.73`.
pub(crate) fn kelvin(value: f64) -> String {
    let plain = format!("{value}");
    let exponent = format!("{value:e}");
    let magnitude = value.abs();
    if (1e-3..1e5).contains(&magnitude) && plain.len() <= 9 || plain.len() <= exponent.len() {
        plain
    } else {
        exponent
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn between(low: f64, high: f64) -> TemperatureSet {
        TemperatureSet::above(low, true).intersect(&TemperatureSet::below(high, false))
    }

    #[test]
    fn complement_and_union() {
        let set = between(10.0, 100.0);
        assert_eq!(set.to_string(), "10 K <= T < 100 K");
        assert_eq!(set.complement().to_string(), "T < 10 K or T >= 100 K");
        assert_eq!(set.complement().complement(), set);
        assert_eq!(set.union(&set.complement()), TemperatureSet::all());
        assert_eq!(between(10.0, 100.0).union(&between(100.0, 1e3)), between(10.0, 1e3));
        assert_eq!(between(10.0, 100.0).union(&between(200.0, 300.0)).hull(), between(10.0, 300.0));
    }

    #[test]
    fn a_missing_point_is_a_gap() {
        let both = TemperatureSet::below(5500.0, false).union(&TemperatureSet::above(5500.0, false));
        let gap = both.complement();
        assert!(!gap.is_empty() && !gap.has_width());
        assert_eq!(gap.to_string(), "T = 5500 K");
    }

    #[test]
    fn overlap() {
        let set = TemperatureSet::below(100.0, true);
        assert!(!set.intersect(&TemperatureSet::above(100.0, true)).has_width());
        assert!(set.intersect(&TemperatureSet::above(100.0, false)).is_empty());
        assert_eq!(set.without(&TemperatureSet::below(50.0, false)).to_string(), "50 K <= T <= 100 K");
    }

    #[test]
    fn numbers() {
        assert_eq!(kelvin(5500.0), "5500");
        assert_eq!(kelvin(1e6), "1e6");
        assert_eq!(kelvin(2.73), "2.73");
        assert_eq!(kelvin(1_160.452_5), "1160.4525");
    }
}
