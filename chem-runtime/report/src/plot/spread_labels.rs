//! Labels beside lines, moved apart where they would overlap.

/// Moves positions apart to at least `gap`, as little as possible, and keeps them between `low` and `high` if
/// they fit. Returns the new positions in the order given.
pub(super) fn spread(positions: &[f64], gap: f64, low: f64, high: f64) -> Vec<f64> {
    let mut order: Vec<usize> = (0..positions.len()).collect();
    let at = |i: &usize| positions.get(*i).copied().unwrap_or(low);
    order.sort_by(|a, b| at(a).total_cmp(&at(b)));

    // Groups that touch are merged and centred on the mean of their wishes.
    let mut groups: Vec<(f64, Vec<usize>)> = Vec::new();
    for index in order {
        let mut group = (at(&index), vec![index]);
        while let Some(previous) = groups.last() {
            let reach = |g: &(f64, Vec<usize>)| gap * (g.1.len() as f64 - 1.0) / 2.0;
            if previous.0 + reach(previous) + gap <= group.0 - reach(&group) {
                break;
            }
            let (centre, mut members) = groups.pop().unwrap_or_default();
            let weight = members.len() as f64;
            let total = weight + group.1.len() as f64;
            let mean = (centre * weight + group.0 * group.1.len() as f64) / total;
            members.append(&mut group.1);
            group = (inside(mean, gap * (total - 1.0) / 2.0, low, high), members);
        }
        let reach = gap * (group.1.len() as f64 - 1.0) / 2.0;
        group.0 = inside(group.0, reach, low, high);
        groups.push(group);
    }

    let mut placed = vec![0.0; positions.len()];
    for (centre, members) in groups {
        let first = centre - gap * (members.len() as f64 - 1.0) / 2.0;
        for (rank, index) in members.into_iter().enumerate() {
            if let Some(slot) = placed.get_mut(index) {
                *slot = first + gap * rank as f64;
            }
        }
    }
    placed
}

fn inside(centre: f64, reach: f64, low: f64, high: f64) -> f64 {
    centre.min(high - reach).max(low + reach)
}

#[cfg(test)]
mod tests {
    use super::spread;

    #[test]
    fn distant_labels_stay_where_they_are() {
        assert_eq!(spread(&[50.0, 10.0, 30.0], 10.0, 0.0, 100.0), [50.0, 10.0, 30.0]);
    }

    #[test]
    fn close_labels_move_apart_symmetrically() {
        assert_eq!(spread(&[50.0, 50.0, 50.0], 10.0, 0.0, 100.0), [40.0, 50.0, 60.0]);
        assert_eq!(spread(&[99.0, 98.0], 10.0, 0.0, 100.0), [100.0, 90.0]);
    }

    proptest::proptest! {
        #[test]
        fn labels_never_overlap(wishes in proptest::collection::vec(0.0..100.0f64, 0..9)) {
            let mut placed = spread(&wishes, 10.0, 0.0, 100.0);
            placed.sort_by(f64::total_cmp);
            for pair in placed.windows(2) {
                proptest::prop_assert!(pair[1] - pair[0] >= 10.0 - 1e-9);
            }
            for place in placed {
                proptest::prop_assert!((-1e-9..=100.0 + 1e-9).contains(&place));
            }
        }
    }
}
