//! Files that appear whole or not at all.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

/// A file that is written beside its target and takes the target's place only on [`AtomicFile::commit`]. If it
/// is dropped before, the target stays as it was.
#[derive(Debug)]
pub struct AtomicFile {
    target: PathBuf,
    temporary: PathBuf,
    writer: Option<BufWriter<File>>,
}

static COUNTER: AtomicU64 = AtomicU64::new(0);

impl AtomicFile {
    /// Opens a new file beside `target`; makes the folder if there is none.
    ///
    /// # Errors
    /// If the target is a folder or its folder cannot be written.
    pub fn create(target: impl AsRef<Path>) -> io::Result<Self> {
        let target = target.as_ref().to_path_buf();
        if target.is_dir() {
            return Err(io::Error::new(io::ErrorKind::IsADirectory, "is a folder"));
        }
        let name = target.file_name().ok_or_else(|| io::Error::other("is not the name of a file"))?;
        let folder = target.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
        std::fs::create_dir_all(folder)?;
        let count = COUNTER.fetch_add(1, Ordering::Relaxed);
        let temporary = folder.join(format!(".{}.{}-{count}.part", name.display(), std::process::id()));
        let writer = Some(BufWriter::new(File::create(&temporary)?));
        Ok(AtomicFile { target, temporary, writer })
    }

    /// Moves what was written to the target.
    ///
    /// # Errors
    /// As the file system says; the target is then untouched.
    pub fn commit(mut self) -> io::Result<()> {
        let writer = self.writer.take().ok_or_else(|| io::Error::other("already closed"))?;
        let file = writer.into_inner().map_err(io::IntoInnerError::into_error)?;
        file.sync_all()?;
        drop(file);
        std::fs::rename(&self.temporary, &self.target)
    }

    /// Removes what processes that were killed while they wrote `target` have left beside it. Nobody else may be writing
    /// it now.
    pub fn sweep(target: &Path) {
        let Some(name) = target.file_name().and_then(|name| name.to_str()) else { return };
        let folder = target.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
            let found = entry.file_name();
            let parts = found
                .to_str()
                .and_then(|found| found.strip_prefix('.')?.strip_prefix(name)?.strip_prefix('.'))
                .and_then(|found| found.strip_suffix(".part")?.split_once('-'));
            if parts.is_some_and(|(process, count)| is_number(process) && is_number(count)) {
                let _ = std::fs::remove_file(entry.path());
            }
        }
    }

    /// Writes a whole text to `target`, or nothing.
    ///
    /// # Errors
    /// As the file system says; the target is then untouched.
    pub fn write_text(target: impl AsRef<Path>, text: &str) -> io::Result<()> {
        let mut file = AtomicFile::create(target)?;
        file.write_all(text.as_bytes())?;
        file.commit()
    }
}

impl Write for AtomicFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.writer.as_mut().map_or(Err(io::ErrorKind::BrokenPipe.into()), |w| w.write(bytes))
    }

    fn flush(&mut self) -> io::Result<()> {
        self.writer.as_mut().map_or(Ok(()), Write::flush)
    }
}

impl Drop for AtomicFile {
    fn drop(&mut self) {
        // After a commit the temporary file is gone and this does nothing.
        self.writer = None;
        let _ = std::fs::remove_file(&self.temporary);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn target_changes_only_on_commit() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("deep/er.csv");
        AtomicFile::write_text(&path, "old").unwrap();
        let mut file = AtomicFile::create(&path).unwrap();
        file.write_all(b"new").unwrap();
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "old");
        drop(file);
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "old");
        let mut file = AtomicFile::create(&path).unwrap();
        file.write_all(b"new").unwrap();
        file.commit().unwrap();
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "new");
        assert_eq!(
            std::fs::read_dir(path.parent().unwrap()).unwrap().count(),
            1,
            "no temporary file is left"
        );
    }

    #[test]
    fn what_killed_processes_left_is_swept() {
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("a.csv");
        let left = [".a.csv.123-0.part", ".a.csv.9-17.part"];
        let kept = ["a.csv", ".b.csv.123-0.part", ".a.csv.x-0.part", "a.csv.1-0.part", ".a.csv.part"];
        for name in left.iter().chain(&kept) {
            std::fs::write(folder.path().join(name), "").unwrap();
        }
        AtomicFile::sweep(&target);
        assert!(left.iter().all(|name| !folder.path().join(name).exists()));
        assert!(kept.iter().all(|name| folder.path().join(name).exists()));
    }

    #[test]
    fn a_folder_is_no_target() {
        let folder = tempfile::tempdir().unwrap();
        assert!(AtomicFile::create(folder.path()).is_err());
    }
}
