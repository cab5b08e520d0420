//! The processes of one training, as `mpirun` starts them.

use std::io;

use crate::Streams;
use crate::exit::Stop;
use chem_training::Reduction;

/// The processes of one training, of which this is one. MPI ends with it.
pub(super) struct Ranks {
    pub(super) reduction: Reduction,
    #[cfg(feature = "mpi")]
    _program: program::Program,
}

impl Ranks {
    /// This process among those that `mpirun` has started; alone without it.
    #[cfg(feature = "mpi")]
    pub(super) fn begin() -> Result<Self, Stop> {
        let program = program::Program::begin()?;
        Ok(Ranks { reduction: program.reduction(), _program: program })
    }

    /// This process alone.
    #[cfg(not(feature = "mpi"))]
    pub(super) fn begin() -> Result<Self, Stop> {
        let started = ["OMPI_COMM_WORLD_SIZE", "PMI_SIZE"].map(|name| std::env::var(name).ok());
        let ranks = started.iter().flatten().find_map(|size| size.parse::<usize>().ok());
        if ranks.is_some_and(|ranks| ranks > 1) {
            let remedy = "build it with --features mpi, or start it once, without mpirun";
            let message = "this program was built without MPI: each process would train for itself";
            return Err(chem_solver::data::input_error::InputError::new("mpirun", message, remedy).into());
        }
        Ok(Ranks { reduction: Reduction::default() })
    }

    /// What `train` gives on rank 0. The other ranks print nothing: rank 0 is told of their errors and prints them.
    pub(super) fn run<T>(
        &self,
        streams: &mut Streams<'_>,
        train: impl FnOnce(&Reduction, &mut Streams<'_>) -> Result<Option<T>, Stop>,
    ) -> Result<Option<T>, Stop> {
        let told = |stop: &Stop| self.reduction.fail(&stop.to_string());
        if self.reduction.rank() == 0 {
            return train(&self.reduction, streams).inspect_err(told);
        }
        let (mut out, mut err) = (io::sink(), io::sink());
        let silent = train(&self.reduction, &mut Streams { out: &mut out, err: &mut err });
        let _ = silent.inspect_err(told);
        Ok(None)
    }
}

#[cfg(feature = "mpi")]
mod program {
    use mpi::Threading;
    use mpi::environment::Universe;
    use mpi::traits::*;

    use crate::exit::Stop;
    use chem_solver::data::input_error::InputError;
    use chem_training::Reduction;
    use chem_training::reduce::mpi::{MpiExchange, gather};

    /// The MPI program that this process belongs to.
    pub(super) struct Program(Universe);

    impl Program {
        pub(super) fn begin() -> Result<Self, Stop> {
            let begun = mpi::initialize_with_threading(Threading::Serialized);
            let (universe, threading) = begun.ok_or_else(|| {
                InputError::new("mpirun", "MPI was initialised before", "call train once in a program")
            })?;
            let program = Program(universe);
            if threading < Threading::Funneled {
                let message = "this MPI knows no threads";
                return Err(
                    InputError::new("mpirun", message, "use an MPI that was built with threads").into()
                );
            }
            program.share_processors();
            Ok(program)
        }

        pub(super) fn reduction(&self) -> Reduction {
            Reduction::over(MpiExchange::new(&self.0))
        }

        /// Divides the processors of this host among the ranks on it. Without effect where RAYON_NUM_THREADS says how
        /// many threads a rank has.
        fn share_processors(&self) {
            let world = self.0.world();
            if world.size() == 1 || std::env::var_os("RAYON_NUM_THREADS").is_some() {
                return;
            }
            // A launcher may have bound ranks to processors of their own.
            let allowed = allowed_processors();
            let of_host = gather(&world.split_shared(world.rank()), allowed.as_bytes());
            let sharing = of_host.iter().filter(|other| other.as_slice() == allowed.as_bytes()).count();
            let processors = std::thread::available_parallelism().map_or(1, usize::from);
            let threads = (processors / sharing.max(1)).max(1);
            // Fails where the threads run already: those then stay.
            let _ = rayon::ThreadPoolBuilder::new().num_threads(threads).build_global();
        }
    }

    impl Drop for Program {
        fn drop(&mut self) {
            if std::thread::panicking() {
                // To end MPI in order would wait for the others, which wait for this rank.
                self.0.world().abort(1);
            }
        }
    }

    /// The processors that this process may use, as the system says; empty where it does not.
    fn allowed_processors() -> String {
        let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
        status.lines().find(|line| line.starts_with("Cpus_allowed_list")).unwrap_or_default().to_owned()
    }
}
