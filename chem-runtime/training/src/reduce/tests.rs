//! What ranks hear of each other.

use super::stand_in::on_ranks;
use super::*;

#[test]
fn pieces_come_in_order_whoever_computes_them() {
    let costs = [3, 1, 1, 5, 2, 2, 1];
    let piece = |number: usize| vec![number as f64; number];
    let expected: Vec<Vec<f64>> = (0..costs.len()).map(piece).collect();
    for ranks in 1..=9 {
        let computed = on_ranks(ranks, |reduction| {
            let mut own = Vec::new();
            let compute = |numbers: &[usize]| -> Result<_, RankError> {
                own = numbers.to_vec();
                Ok(numbers.iter().map(|number| piece(*number)).collect())
            };
            assert_eq!(reduction.share(&costs, compute).unwrap(), expected);
            own
        });
        let mut all = computed.concat();
        all.sort_unstable();
        assert_eq!(all, (0..costs.len()).collect::<Vec<_>>(), "each piece once");
    }
    let load = |rank| (0..7).filter(|piece| deal(&costs, 2)[*piece] == rank).map(|p| costs[p]).sum::<usize>();
    assert_eq!((load(0), load(1)), (8, 7));
}

#[test]
fn all_hear_of_a_rank_that_fails_or_ends() {
    let heard = on_ranks(3, |reduction| {
        let compute = |_: &[usize]| match reduction.rank() {
            2 => Err(RankError::Failed { rank: 2, message: "no memory".to_owned() }),
            rank => Ok(vec![vec![rank as f64]]),
        };
        let error = reduction.share(&[1, 1, 1], compute).unwrap_err();
        // Nothing waits for anybody after that.
        assert_eq!(reduction.all(&[]), Err(RankError::Ended));
        reduction.fail("again");
        error
    });
    for (rank, error) in heard.iter().enumerate() {
        assert!(error.to_string().contains("rank 2 failed: "), "{rank}: {error}");
        assert!(error.to_string().contains("no memory"), "{rank}: {error}");
    }
    let heard = on_ranks(2, |reduction| match reduction.rank() {
        0 => {
            reduction.end();
            Ok(())
        }
        _ => reduction.all(&[1.0]).map(drop),
    });
    assert_eq!(heard, [Ok(()), Err(RankError::Ended)]);
}

#[test]
fn ranks_that_drifted_apart_are_noticed() {
    let heard = on_ranks(3, |reduction| {
        let values = [0.25, if reduction.rank() == 1 { 0.1 + 0.2 } else { 0.3 }];
        assert_eq!(reduction.told(&format!("é {}", reduction.rank())).unwrap(), "é 0");
        reduction.same(&[0.1, -0.0]).unwrap();
        reduction.same(&values)
    });
    assert!(heard.iter().all(|heard| *heard == Err(RankError::Apart { rank: 1 })), "{heard:?}");
    assert_eq!(Reduction::default().all(&[2.0]).unwrap(), [[2.0]]);
}
