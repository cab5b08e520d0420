//! Trainings whose batches several ranks share.

use super::*;
use crate::reduce::Reduction;
use crate::reduce::stand_in::on_ranks;

/// Ranks that share a batch have the losses and states of one, bit for bit, with the soft initial condition and annealed
/// weights too; a line search that went too far comes back on all.
#[test]
fn curves_of_one_state_do_not_depend_on_the_number_of_ranks() {
    for stages in [
        "[[stages]]\niterations = 3\noptimiser.adam = { micro_batch = 7, warm_up = 1 }\n\
         [[stages]]\niterations = 4\noptimiser.lbfgs = { micro_batch = 6, learning_rate = 100.0 }\n",
        "[[stages]]\niterations = 4\noptimiser.soap = { micro_batch = 9, warm_up = 1 }\n",
    ] {
        let text = format!(
            "network = 'atomic'\ninitial_condition = 'soft'\nmodel.width = 6\npoints.count = 30\n\
             loss = {{ weights = 'annealed', refresh_every = 2 }}\n{stages}"
        );
        let config = Config::parse(&text, "ranks.toml").unwrap();
        let curve = |reduction: &Reduction| {
            let (network, initial) = interpreted("atomic");
            let execution = Execution::on(&Device::flex()).among(reduction);
            let mut training = Training::of_state(network, &initial, &config, &execution).unwrap();
            let mut losses = Vec::new();
            loop {
                let progress = training.step().unwrap();
                losses.push(progress.loss.to_bits());
                if progress.finished {
                    return (losses, training.weights());
                }
            }
        };
        let alone = curve(&Reduction::default());
        for ranks in [2, 3] {
            assert!(on_ranks(ranks, |reduction| curve(&reduction)).iter().all(|found| *found == alone));
        }
    }
}
