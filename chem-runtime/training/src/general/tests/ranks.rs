//! Trainings whose batches several ranks share.

use super::*;
use crate::reduce::stand_in::on_ranks;

/// More cells than one stripe, and several parts of a loss.
fn config(kind: ResidualKind) -> (Equations, Domain, Config) {
    let (equations, domain, mut config) = small(kind, soap());
    config.points.count = 70;
    if kind == ResidualKind::Derivative {
        config.closure = Closure::None;
    } else {
        config.model.experts = [2, 2];
        config.residual.averaging = 0.9;
        config.points.adaptive = 0.3;
    }
    if kind == ResidualKind::IntegratorInTheLoop {
        config.residual.pairs = 0.5;
    }
    (equations, domain, config)
}

/// The losses of some steps, bit by bit, and the state after them.
fn steps(training: &mut GeneralTraining, count: usize) -> (Vec<u64>, Snapshot) {
    let losses = (0..count).map(|_| training.step().unwrap().loss.to_bits()).collect();
    training.collect().unwrap();
    (losses, training.snapshot())
}

#[test]
fn curves_do_not_depend_on_the_number_of_ranks() {
    for kind in [ResidualKind::DiscreteTime, ResidualKind::IntegratorInTheLoop, ResidualKind::Derivative] {
        let (equations, domain, config) = config(kind);
        let begun = || GeneralTraining::new(equations.clone(), &domain, &config, &Device::flex()).unwrap();
        let alone = steps(&mut begun(), 4);
        let middle = steps(&mut begun(), 2).1;
        assert_ne!(middle, alone.1);
        for ranks in [1, 2, 3] {
            let found = on_ranks(ranks, |reduction| {
                let mut training = begun();
                training.share(&reduction).unwrap();
                let first = steps(&mut training, 2);
                // What was collected is all that another number of ranks needs.
                assert_eq!(first.1, middle);
                (first.0, steps(&mut training, 2))
            });
            for (first, (second, state)) in found {
                assert_eq!([first, second].concat(), alone.0, "{kind:?} on {ranks} ranks");
                assert_eq!(state, alone.1);
            }
            let resumed = on_ranks(4 - ranks, |reduction| {
                let device = Device::flex();
                let mut training =
                    GeneralTraining::restore(equations.clone(), &domain, &config, &device, &middle).unwrap();
                training.share(&reduction).unwrap();
                steps(&mut training, 2)
            });
            assert!(resumed.iter().all(|(losses, state)| losses[..] == alone.0[2..] && *state == alone.1));
        }
    }
}

/// What one rank meets ends the step of all, and says where it was.
#[test]
fn a_step_fails_on_all_ranks_or_on_none() {
    let (equations, domain, config) = config(ResidualKind::DiscreteTime);
    let errors = on_ranks(3, |reduction| {
        let mut training =
            GeneralTraining::new(equations.clone(), &domain, &config, &Device::flex()).unwrap();
        training.share(&reduction).unwrap();
        training.step().unwrap();
        if reduction.rank() == 1 {
            training.config.residual.tolerance = 0.5;
        }
        training.step().unwrap_err()
    });
    assert!(matches!(errors[1], TrainError::Cells(_)), "{}", errors[1]);
    for rank in [0, 2] {
        let text = errors[rank].to_string();
        assert!(text.contains("rank 1 failed: the cells of a batch cannot be advanced"), "{text}");
    }
    // Ranks that do not train the same are told, whatever they make of it.
    let errors = on_ranks(2, |reduction| {
        let mut config = config.clone();
        config.seed = reduction.rank() as u64;
        let mut training =
            GeneralTraining::new(equations.clone(), &domain, &config, &Device::flex()).unwrap();
        training.share(&reduction).unwrap();
        training.step().unwrap_err().to_string()
    });
    assert!(errors.iter().all(|error| error.contains("rank 1 is not where rank 0 is")), "{errors:?}");
}

#[test]
fn devices_that_add_up_do_so_on_each_rank() {
    let by_hand = |tensors: Vec<Tensor<1>>| tensors.into_iter().reduce(|a, b| a + b).unwrap();
    let (equations, domain, config) = config(ResidualKind::DiscreteTime);
    let begun = || GeneralTraining::new(equations.clone(), &domain, &config, &Device::flex()).unwrap();
    let alone = begun().step().unwrap().loss;
    for losses in on_ranks(2, |reduction| {
        let mut training = begun();
        training.spread = Spread::over(&[Device::flex(), Device::flex()]).reduced_by(by_hand);
        training.share(&reduction).unwrap();
        [(); 3].map(|()| training.step().unwrap().loss)
    }) {
        let mut one = begun();
        for loss in losses {
            let expected = one.step().unwrap().loss;
            assert!((loss / expected - 1.0).abs() < 1e-9, "{loss} {expected}");
        }
        assert_eq!(losses[0], alone);
    }
}

#[test]
fn what_cannot_be_shared_is_refused_with_a_remedy() {
    on_ranks(2, |reduction| {
        let mut spring = training(ResidualKind::DiscreteTime, Optimiser::Spring(Spring::default()));
        let error = spring.share(&reduction).unwrap_err();
        assert!(error.to_string().contains("spring needs the rows"), "{error}");
        assert!(error.help().unwrap().contains("optimiser.soap"), "{error:?}");
        spring.share(&Reduction::default()).unwrap();
    });
}
