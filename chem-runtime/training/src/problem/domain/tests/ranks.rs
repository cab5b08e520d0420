//! Trainings whose batches several ranks share.

use super::*;
use crate::reduce::stand_in::on_ranks;

/// More cells than one stripe, and several parts of a loss.
fn config(kind: ResidualKind) -> (Pair, Domain, Config) {
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
fn steps(training: &mut Training, count: usize) -> (Vec<u64>, Snapshot) {
    let losses = (0..count).map(|_| training.step().unwrap().loss.to_bits()).collect();
    training.collect().unwrap();
    (losses, training.snapshot())
}

fn among(reduction: &Reduction) -> Execution {
    Execution::on(&Device::flex()).among(reduction)
}

#[test]
fn curves_do_not_depend_on_the_number_of_ranks() {
    let lbfgs = || Optimiser::Lbfgs(chem_emulator::config::Lbfgs { micro_batch: 4, ..Default::default() });
    let adam = || Optimiser::Adam(chem_emulator::config::Adam { micro_batch: 16, ..Default::default() });
    for (kind, optimiser) in [
        (ResidualKind::DiscreteTime, soap()),
        (ResidualKind::IntegratorInTheLoop, soap()),
        (ResidualKind::Derivative, soap()),
        (ResidualKind::DiscreteTime, adam()),
        (ResidualKind::IntegratorInTheLoop, lbfgs()),
    ] {
        let (equations, domain, mut config) = config(kind);
        config.stages[0].optimiser = optimiser;
        let begun = |reduction: &Reduction| {
            Training::of_domain(equations.clone(), &domain, &config, &among(reduction)).unwrap()
        };
        let one = Reduction::default();
        let alone = steps(&mut begun(&one), 4);
        let middle = steps(&mut begun(&one), 2).1;
        assert_ne!(middle, alone.1);
        for ranks in [1, 2, 3] {
            let found = on_ranks(ranks, |reduction| {
                let mut training = begun(&reduction);
                let first = steps(&mut training, 2);
                // What was collected is all that another number of ranks needs.
                assert_eq!(first.1, middle);
                (first.0, steps(&mut training, 2))
            });
            for (first, (second, state)) in found {
                assert_eq!([first, second].concat(), alone.0, "{kind:?} on {ranks} ranks");
                assert_eq!(state, alone.1);
            }
            let resumed =
                on_ranks(4 - ranks, |reduction| steps(&mut begun(&reduction).restored(&middle).unwrap(), 2));
            assert!(resumed.iter().all(|(losses, state)| losses[..] == alone.0[2..] && *state == alone.1));
        }
    }
}

/// What one rank meets ends the step of all, and says where it was.
#[test]
fn a_step_fails_on_all_ranks_or_on_none() {
    let (equations, domain, config) = config(ResidualKind::DiscreteTime);
    let errors = on_ranks(3, |reduction| {
        let mut config = config.clone();
        if reduction.rank() == 1 {
            config.residual.tolerance = 0.5;
        }
        let training = Training::of_domain(equations.clone(), &domain, &config, &among(&reduction));
        training.unwrap().step().unwrap_err()
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
        let training = Training::of_domain(equations.clone(), &domain, &config, &among(&reduction));
        training.unwrap().step().unwrap_err().to_string()
    });
    assert!(errors.iter().all(|error| error.contains("rank 1 is not where rank 0 is")), "{errors:?}");
}

#[test]
fn devices_that_add_up_do_so_on_each_rank() {
    let by_hand = |tensors: Vec<Tensor<1>>| tensors.into_iter().reduce(|a, b| a + b).unwrap();
    let (equations, domain, config) = config(ResidualKind::DiscreteTime);
    let begun = || training(equations.clone(), &domain, &config);
    let alone = begun().step().unwrap().loss;
    for losses in on_ranks(2, |reduction| {
        let devices = Devices::over(&[Device::flex(), Device::flex()]).reduced_by(by_hand);
        let parallel = Parallel { devices, ranks: reduction.clone() };
        let problem =
            DomainStates::new(equations.clone(), &domain, &config, &Device::flex(), parallel).unwrap();
        let mut training = Training::of(Box::new(problem), &config, &among(&reduction)).unwrap();
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
