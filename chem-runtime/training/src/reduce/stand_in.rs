//! Ranks that are threads of one test.

use std::sync::{Arc, Barrier, Mutex, PoisonError};

use super::{Exchange, Reduction};

struct Thread {
    rank: usize,
    messages: Arc<Vec<Mutex<Vec<f64>>>>,
    barrier: Arc<Barrier>,
}

impl Exchange for Thread {
    fn rank(&self) -> usize {
        self.rank
    }

    fn ranks(&self) -> usize {
        self.messages.len()
    }

    fn gather(&self, own: &[f64]) -> Vec<Vec<f64>> {
        let message = |rank: usize| self.messages[rank].lock().unwrap_or_else(PoisonError::into_inner);
        *message(self.rank) = own.to_vec();
        self.barrier.wait();
        let found = (0..self.ranks()).map(|rank| message(rank).clone()).collect();
        self.barrier.wait();
        found
    }
}

/// What every rank returns, in their order; each runs in a thread.
pub(crate) fn on_ranks<T: Send>(ranks: usize, run: impl Fn(Reduction) -> T + Sync) -> Vec<T> {
    let messages: Arc<Vec<_>> = Arc::new((0..ranks).map(|_| Mutex::default()).collect());
    let barrier = Arc::new(Barrier::new(ranks));
    std::thread::scope(|scope| {
        let begin = |rank| {
            let thread = Thread { rank, messages: messages.clone(), barrier: barrier.clone() };
            let run = &run;
            scope.spawn(move || run(Reduction::over(thread)))
        };
        let threads: Vec<_> = (0..ranks).map(begin).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    })
}
