//! A batch shared among nodes.

use super::evaluation::Loss;
use super::*;
use crate::nodes::{NodeError, Share, Task};
use chem_report::cpu_time::cpu_seconds;

impl GeneralTraining {
    /// What cannot be shared.
    pub(super) fn check_shared(&self) -> Result<(), TrainError> {
        let by_soap = |stage: &Stage| matches!(stage.optimiser, Optimiser::Soap(_));
        if self.config.stages.iter().all(by_soap) {
            return Ok(());
        }
        let message = "spring needs the rows of all points on one node";
        Err(TrainError::Config(InputError::new("--nodes", message, "write optimiser.soap = {}").into()))
    }

    /// The loss at new points of all nodes and its gradient, and the CPU time of the others `[s]`.
    pub(super) fn shared_loss(
        &mut self,
        settings: &SoapSettings,
        tau_max: f64,
    ) -> Result<(Loss, f64), TrainError> {
        let mut followers = std::mem::take(&mut self.followers);
        let begun = followers.begin(|| self.task());
        let own = self.batch_loss(settings, tau_max);
        let (outputs, parameters) = (self.ansatz.outputs(), self.parameters.len());
        let shares = begun.and_then(|()| followers.finish(outputs, parameters));
        self.followers = followers;
        Ok(mean(own?, self.count, &shares?))
    }

    fn task(&self) -> Task {
        let links_from_average = self.config.residual.averaging > 0.0;
        Task {
            parameters: self.parameters.clone(),
            average: if links_from_average { self.average.clone() } else { Vec::new() },
            schedule: self.schedule,
        }
    }

    /// Computes what the leader asks for, until it has ended; how many batches.
    pub(super) fn compute_shares(&mut self, mut leader: Leader<'_>) -> Result<u64, TrainError> {
        self.node = leader.node as u64;
        self.count = points_of(leader.node, leader.nodes, self.config.points.count);
        self.fill_pool()?;
        let mut batches = 0;
        while let Some(task) = leader.task(self.parameters.len())? {
            let begin = cpu_seconds();
            let share = self.share(task)?;
            leader.answer(Share { cpu_seconds: cpu_seconds() - begin, ..share })?;
            batches += 1;
        }
        Ok(batches)
    }

    fn share(&mut self, task: Task) -> Result<Share, TrainError> {
        let Task { parameters, average, schedule } = task;
        self.average = if average.is_empty() { parameters.clone() } else { average };
        (self.parameters, self.schedule) = (parameters, schedule);
        self.model = with_values(self.model.clone(), &self.parameters);
        let stage = self.config.stages.get(schedule.stage).cloned();
        let Some(Stage { optimiser: Optimiser::Soap(settings), .. }) = &stage else {
            let what = format!("stage {}, which the config does not have", schedule.stage + 1);
            return Err(NodeError::Unexpected { who: crate::nodes::Who::Leader, what }.into());
        };
        let range = stage.as_ref().map(|stage| schedule.range(stage, &self.config.time));
        let tau_max = range.map_or(self.config.time.tau_end(), |([_, tau_max], _)| tau_max);
        let Loss { value, squares, gradient, .. } = self.batch_loss(settings, tau_max)?;
        Ok(Share { value, squares, gradient, points: self.count, cpu_seconds: 0.0 })
    }
}

/// The mean of the losses by their points, and the CPU time of the shares.
fn mean(own: Loss, count: usize, shares: &[Share]) -> (Loss, f64) {
    if shares.is_empty() {
        return (own, 0.0);
    }
    let all = (count + shares.iter().map(|share| share.points).sum::<usize>()).max(1) as f64;
    let weight = count as f64 / all;
    let scaled = |values: &[f64]| values.iter().map(|value| weight * value).collect();
    let mut sum = Loss {
        value: weight * own.value,
        gradient: scaled(&own.gradient),
        squares: scaled(&own.squares),
        by_point: own.by_point,
    };
    for share in shares {
        let weight = share.points as f64 / all;
        sum.value += weight * share.value;
        sum.gradient.iter_mut().zip(&share.gradient).for_each(|(sum, part)| *sum += weight * part);
        sum.squares.iter_mut().zip(&share.squares).for_each(|(sum, part)| *sum += weight * part);
    }
    (sum, shares.iter().map(|share| share.cpu_seconds).sum())
}
