//! Files that an editor has open, in front of those on disk.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use chem_grammar::compile::{Disk, Files};

/// The texts of open files.
#[derive(Clone, Debug, Default)]
pub(crate) struct Documents {
    open: BTreeMap<PathBuf, Document>,
}

/// An open file.
#[derive(Clone, Debug)]
pub(crate) struct Document {
    /// Its address as the editor writes it.
    pub(crate) uri: String,
    /// The editor's count of its changes.
    pub(crate) version: i64,
    pub(crate) text: String,
}

/// Parts `.` and `..` resolved by name, so that one file has one path.
pub(crate) fn plain(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for part in path.components() {
        match part {
            std::path::Component::CurDir => {}
            std::path::Component::ParentDir => {
                plain.pop();
            }
            part => plain.push(part),
        }
    }
    plain
}

impl Documents {
    pub(crate) fn put(&mut self, path: PathBuf, document: Document) {
        self.open.insert(path, document);
    }

    pub(crate) fn close(&mut self, path: &Path) {
        self.open.remove(path);
    }

    pub(crate) fn get(&self, path: &Path) -> Option<&Document> {
        self.open.get(path)
    }

    pub(crate) fn paths(&self) -> impl Iterator<Item = &PathBuf> {
        self.open.keys()
    }

    /// The text of a file, open or on disk; empty if it cannot be read.
    pub(crate) fn text(&self, path: &Path) -> String {
        self.read(path).unwrap_or_default()
    }

    /// The address of a file.
    pub(crate) fn uri(&self, path: &Path) -> String {
        self.get(path).map_or_else(|| crate::uri::of_path(path), |document| document.uri.clone())
    }
}

impl Files for Documents {
    fn read(&self, path: &Path) -> io::Result<String> {
        match self.open.get(&plain(path)) {
            Some(document) => Ok(document.text.clone()),
            None => Disk.read(path),
        }
    }
}
