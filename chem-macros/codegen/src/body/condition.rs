//! What one comparison tells of another.

use chem_grammar::expr::{Compare, Dag, ExprId};

/// A comparison.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Condition {
    compare: Compare,
    left: ExprId,
    right: ExprId,
    /// The numbers on the left and right, if they are.
    numbers: [Option<f64>; 2],
}

impl Condition {
    pub(crate) fn new(dag: &Dag, compare: Compare, left: ExprId, right: ExprId) -> Self {
        Condition { compare, left, right, numbers: [dag.as_constant(left), dag.as_constant(right)] }
    }

    /// Whether this holds, if it follows from another condition that holds or does not. What would not follow
    /// for NaN is not said.
    pub(crate) fn given(&self, known: &Condition, holds: bool) -> Option<bool> {
        if self == known {
            return Some(holds);
        }
        let strict = self.compare == Compare::Less;
        match (self.bound()?, known.bound()?) {
            // x < known: also x < b for a larger b. Not x < known: nor x < b for a smaller b.
            ((x, Side::Below, bound), (y, Side::Below, limit))
            | ((x, Side::Above, limit), (y, Side::Above, bound))
                if x == y =>
            {
                let same = known.compare == self.compare || if holds { !strict } else { strict };
                let implied = match holds {
                    true => limit < bound || (limit == bound && same),
                    false => bound < limit || (limit == bound && same),
                };
                // The arms above exchange the names for bounds from above, where the sense is the same.
                implied.then_some(holds)
            }
            // x < limit excludes bound < x where limit <= bound.
            ((x, Side::Above, bound), (y, Side::Below, limit)) if x == y && holds => {
                (limit < bound).then_some(false)
            }
            ((x, Side::Below, bound), (y, Side::Above, limit)) if x == y && holds => {
                (bound < limit).then_some(false)
            }
            _ => None,
        }
    }

    /// `x < number` or `number < x`.
    fn bound(&self) -> Option<(ExprId, Side, f64)> {
        match (self.compare, self.numbers) {
            (Compare::Less | Compare::LessEqual, [None, Some(number)]) => {
                Some((self.left, Side::Below, number))
            }
            (Compare::Less | Compare::LessEqual, [Some(number), None]) => {
                Some((self.right, Side::Above, number))
            }
            _ => None,
        }
    }
}

#[derive(Clone, Copy, PartialEq)]
enum Side {
    Below,
    Above,
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every conclusion is checked against numbers.
    #[test]
    fn conclusions_hold_for_numbers() {
        let mut dag = Dag::new();
        let x = dag.temperature();
        let mut conditions = Vec::new();
        for compare in [Compare::Less, Compare::LessEqual, Compare::Equal] {
            for number in [1.0, 2.0, 3.0] {
                let id = dag.constant(number);
                conditions.push((Condition::new(&dag, compare, x, id), compare, None, Some(number)));
                conditions.push((Condition::new(&dag, compare, id, x), compare, Some(number), None));
            }
        }
        let mut conclusions = 0;
        for (known, known_compare, known_left, known_right) in &conditions {
            for (asked, compare, left, right) in &conditions {
                for holds in [true, false] {
                    let Some(answer) = asked.given(known, holds) else { continue };
                    conclusions += 1;
                    for value in [0.5, 1.0, 1.5, 2.0, 2.5, 3.0, 3.5, f64::NAN] {
                        let evaluate = |compare: &Compare, left: &Option<f64>, right: &Option<f64>| {
                            compare.evaluate(left.unwrap_or(value), right.unwrap_or(value))
                        };
                        if evaluate(known_compare, known_left, known_right) == holds {
                            assert_eq!(
                                evaluate(compare, left, right),
                                answer,
                                "{asked:?} from {known:?} {holds}"
                            );
                        }
                    }
                }
            }
        }
        assert!(conclusions > 60, "{conclusions}");
    }
}
