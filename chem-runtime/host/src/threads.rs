//! Where the work of a handle is done: in the caller's own thread, or in threads of the handle.

use std::sync::atomic::{AtomicPtr, Ordering};

use rayon::{ThreadPool, ThreadPoolBuilder};

use crate::error::HostError;

/// The most threads of a handle: they are started one by one.
const MOST: usize = 1024;

/// Threads that belong to one process: a child that `fork` made has none of its parent's.
struct Pool {
    process: u32,
    threads: ThreadPool,
}

/// The threads of a handle.
pub(crate) struct Threads {
    count: usize,
    /// NULL for the caller's own thread.
    pool: AtomicPtr<Pool>,
}

impl Threads {
    /// So many threads, 0 for as many as the machine has; 1 is the caller's own.
    pub(crate) fn new(count: usize) -> Result<Self, HostError> {
        if count > MOST {
            return Err(HostError::Threads(format!(
                "{count} threads; give 0 for as many as the machine has, 1 for the thread of the caller, or at most {MOST}"
            )));
        }
        let available = || std::thread::available_parallelism().map_or(1, usize::from).min(MOST);
        let count = if count == 0 { available() } else { count };
        let threads = Threads { count, pool: AtomicPtr::default() };
        threads.pool()?;
        Ok(threads)
    }

    /// Whether the work is done by whoever calls.
    pub(crate) fn are_the_callers(&self) -> bool {
        self.count == 1
    }

    /// Their number.
    #[cfg(feature = "emulator")]
    pub(crate) fn count(&self) -> usize {
        self.count
    }

    /// Does work in the threads; rayon finds them there.
    pub(crate) fn install<T: Send>(&self, work: impl FnOnce() -> T + Send) -> Result<T, HostError> {
        Ok(match self.pool()? {
            Some(pool) => pool.install(work),
            None => work(),
        })
    }

    /// The pool of this process; made anew in a child of `fork`. No lock: another thread may have held it when the process was
    /// forked.
    #[expect(unsafe_code, reason = "a pool that lives as long as the handle")]
    fn pool(&self) -> Result<Option<&ThreadPool>, HostError> {
        if self.are_the_callers() {
            return Ok(None);
        }
        let process = std::process::id();
        loop {
            let known = self.pool.load(Ordering::Acquire);
            // SAFETY: NULL, or from `Box::into_raw` below; freed by `drop` alone.
            if let Some(pool) = unsafe { known.as_ref() }
                && pool.process == process
            {
                return Ok(Some(&pool.threads));
            }
            let threads = ThreadPoolBuilder::new().num_threads(self.count).build();
            let threads = threads.map_err(|error| {
                HostError::Threads(format!("{} threads could not be started: {error}", self.count))
            })?;
            let new = Box::into_raw(Box::new(Pool { process, threads }));
            // The parent's pool stays in memory: its threads are not here to be ended.
            if self.pool.compare_exchange(known, new, Ordering::AcqRel, Ordering::Acquire).is_err() {
                // SAFETY: nobody else has seen it.
                drop(unsafe { Box::from_raw(new) });
            }
        }
    }
}

impl Drop for Threads {
    #[expect(unsafe_code, reason = "a pool that lives as long as the handle")]
    fn drop(&mut self) {
        let pool = *self.pool.get_mut();
        if pool.is_null() {
            return;
        }
        // SAFETY: from `Box::into_raw`, and not used any more.
        let pool = unsafe { Box::from_raw(pool) };
        if pool.process != std::process::id() {
            std::mem::forget(pool);
        }
    }
}

impl std::fmt::Debug for Threads {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Threads({})", self.count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_thread_is_the_callers_and_too_many_are_refused() {
        let own = std::thread::current().id();
        let one = Threads::new(1).unwrap();
        assert_eq!(one.install(|| std::thread::current().id()).unwrap(), own);
        let two = Threads::new(2).unwrap();
        assert_ne!(two.install(|| std::thread::current().id()).unwrap(), own);
        assert_eq!(two.install(rayon::current_num_threads).unwrap(), 2);
        assert!(Threads::new(usize::MAX).is_err());
    }
}
