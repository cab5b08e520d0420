//! One training at a time in a folder.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Write};
use std::path::PathBuf;

use super::ending::RunError;
use super::folder::Folder;

/// The right to write into the folder of a run. The system takes it back when the process ends, however it ends.
#[derive(Debug)]
pub struct Lock {
    folder: Folder,
    /// `None` on file systems without locks.
    _file: Option<File>,
    /// Whether the folder was made for this run, which has not written anything yet.
    pub(super) is_fresh: bool,
}

impl Lock {
    /// The folder.
    pub fn folder(&self) -> &Folder {
        &self.folder
    }
}

impl Folder {
    /// Makes the folder if there is none, and takes the right to write into it.
    ///
    /// # Errors
    /// If another process has it, or the folder cannot be written.
    pub fn lock(&self) -> Result<Lock, RunError> {
        let is_fresh = !self.0.exists();
        let path = self.lock_file();
        let at = |source| RunError::File { path: path.clone(), source };
        std::fs::create_dir_all(&self.0).map_err(at)?;
        let mut file =
            OpenOptions::new().read(true).write(true).create(true).truncate(false).open(&path).map_err(at)?;
        let file = match file.try_lock() {
            Ok(()) => {
                // For whoever finds the folder taken.
                let _ = file.set_len(0);
                let _ = writeln!(file, "{}", std::process::id());
                Some(file)
            }
            Err(TryLockError::WouldBlock) => return Err(self.in_use(file)),
            Err(TryLockError::Error(error)) if error.kind() == std::io::ErrorKind::Unsupported => None,
            Err(TryLockError::Error(error)) => return Err(at(error)),
        };
        Ok(Lock { folder: self.clone(), _file: file, is_fresh })
    }

    /// Whether a run is writing into this folder now.
    pub fn is_in_use(&self) -> bool {
        let file = OpenOptions::new().read(true).write(true).open(self.lock_file());
        file.is_ok_and(|file| matches!(file.try_lock(), Err(TryLockError::WouldBlock)))
    }

    fn in_use(&self, mut file: File) -> RunError {
        let mut process = String::new();
        let _ = file.read_to_string(&mut process);
        RunError::InUse { folder: self.0.clone(), process: process.trim().to_owned() }
    }

    fn lock_file(&self) -> PathBuf {
        self.0.join(".lock")
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        if self.is_fresh {
            // A run that did not begin leaves no folder.
            let _ = std::fs::remove_file(self.folder.lock_file());
            let _ = std::fs::remove_dir(&self.folder.0);
        }
    }
}
