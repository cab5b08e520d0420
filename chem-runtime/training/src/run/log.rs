//! The log of a run: one line of JSON per iteration.

use std::fs::{File, OpenOptions};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use super::Report;
use super::ending::RunError;
use chem_report::training_log::Record;
use chem_solver::data::atomic_file::AtomicFile;

/// A log that grows.
#[derive(Debug)]
pub struct Log {
    path: PathBuf,
    writer: BufWriter<File>,
}

impl Log {
    /// A new log.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn create(path: &Path) -> Result<Self, RunError> {
        let writer =
            File::create(path).map_err(|source| RunError::File { path: path.to_path_buf(), source })?;
        Ok(Log { path: path.to_path_buf(), writer: BufWriter::new(writer) })
    }

    /// The log of a run that goes on after so many iterations: what a killed run wrote after its checkpoint is
    /// cut off, it will come again.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn resume(path: &Path, iterations: u64) -> Result<Self, RunError> {
        let at = |source| RunError::File { path: path.to_path_buf(), source };
        let mut kept = String::new();
        for line in std::fs::read_to_string(path).unwrap_or_default().lines() {
            // A line that was not finished is none.
            if serde_json::from_str::<Record>(line).is_ok_and(|record| record.n <= iterations) {
                kept.push_str(line);
                kept.push('\n');
            }
        }
        AtomicFile::write_text(path, &kept).map_err(at)?;
        let file = OpenOptions::new().append(true).open(path).map_err(at)?;
        Ok(Log { path: path.to_path_buf(), writer: BufWriter::new(file) })
    }

    pub(super) fn write(&mut self, report: &Report<'_>, judged: bool) -> Result<(), RunError> {
        let progress = report.progress;
        let record = Record {
            n: report.iterations,
            stage: progress.stage,
            iteration: progress.iteration,
            loss: progress.loss,
            residuals: progress.residuals.clone(),
            tau_max: progress.tau_max,
            whole_range: progress.whole_range,
            error: report.error.filter(|_| judged),
            quantiles: report.quantiles.filter(|q| q.iter().all(|q| q.is_finite())),
            cpu_s: (report.cpu_seconds * 1e3).round() / 1e3,
        };
        let line = serde_json::to_string(&record).map_err(std::io::Error::other);
        let written = line.and_then(|line| writeln!(self.writer, "{line}"));
        written.map_err(|source| RunError::File { path: self.path.clone(), source })
    }

    pub(super) fn flush(&mut self) -> Result<(), RunError> {
        self.writer.flush().map_err(|source| RunError::File { path: self.path.clone(), source })
    }
}
