//! All files of a network: the network file, the files it uses, the tables they name.

use std::collections::BTreeMap;
use std::path::{Component, Path, PathBuf};

use crate::ast::{File, FileKind, Item, ItemKind};
use crate::compile::Files;
use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::import::{self, ImportOptions, Imported};
use crate::sniff;
use crate::source::{FileId, SourceFile, SourceMap, Span, Spanned};

/// What was read, before names are resolved.
#[derive(Debug, Default)]
pub(crate) struct Program {
    /// All texts.
    pub(crate) sources: SourceMap,
    /// Syntax trees: the network file first, then used files in the order of their first use.
    pub(crate) files: Vec<File>,
    /// Text of each table that could be read, by the place of its path in the `table` statement.
    pub(crate) tables: BTreeMap<Span, FileId>,
    /// Places of paths that could not be read (reported already).
    pub(crate) unreadable: Vec<Span>,
    /// Order of the statements: those of a used file stand where it is first used. (file, item)
    order: Vec<(usize, usize)>,
}

impl Program {
    /// Reads a file of the expected kind and everything that it names.
    pub(crate) fn read(
        path: &Path,
        kind: FileKind,
        import: ImportOptions,
        files: &dyn Files,
    ) -> (Program, Vec<Diagnostic>) {
        let program = Program::default();
        let mut reader = Reader { files, kind, import, program, seen: Vec::new(), diagnostics: Vec::new() };
        reader.main(path);
        (reader.program, reader.diagnostics)
    }

    /// The network file, if it could be read.
    pub(crate) fn main(&self) -> Option<&File> {
        self.files.first()
    }

    /// All statements in order, with the file in which they stand.
    pub(crate) fn items(&self) -> impl Iterator<Item = (&File, &Item)> {
        self.order.iter().filter_map(|&(f, i)| {
            let file = self.files.get(f)?;
            Some((file, file.items.get(i)?))
        })
    }

    /// Whether a place is in a rate library.
    pub(crate) fn in_library(&self, span: Span) -> bool {
        self.files.iter().any(|f| f.id == span.file && f.kind == FileKind::Rates)
    }

    /// Whether a place is in the network file itself.
    pub(crate) fn in_main(&self, span: Span) -> bool {
        self.main().is_some_and(|f| f.id == span.file)
    }
}

struct Reader<'a> {
    files: &'a dyn Files,
    /// What the first file is expected to be.
    kind: FileKind,
    /// How a file of another program is read.
    import: ImportOptions,
    program: Program,
    /// Used files, by their cleaned paths: a file that is used again, also by itself, is read once.
    seen: Vec<PathBuf>,
    diagnostics: Vec<Diagnostic>,
}

impl Reader<'_> {
    fn main(&mut self, path: &Path) {
        match self.files.read(path) {
            Ok(text) => self.file(path, text, None),
            Err(error) => {
                let id = self.program.sources.add(SourceFile::new(path, ""));
                let span = Span { file: id, start: 0, end: 0 };
                let message = format!("cannot read `{}`: {error}", path.display());
                self.diagnostics.push(Diagnostic::new(Code::E004, span, message));
            }
        }
    }

    /// Takes a file in: the network itself, or what `use` names at a place.
    fn file(&mut self, path: &Path, text: String, used: Option<Span>) {
        self.seen.push(clean(path));
        let imported = match (self.kind, used) {
            (FileKind::Network, None) => {
                let format = self.import.format.or_else(|| sniff::recognise(&text));
                format.map(|format| import::import(path, &text, format, self.import))
            }
            _ => None,
        };
        let mut id = self.program.sources.add(SourceFile::new(path, text));
        if let Some(imported) = imported {
            let Some(made) = self.imported(path, id, imported) else { return };
            id = made;
        }
        let Some(source) = self.program.sources.get(id) else { return };
        let (file, diagnostics) = crate::parse::parse(id, source);
        self.diagnostics.extend(diagnostics);
        let Some(file) = file else { return };
        let expected = used.is_none() && file.kind == self.kind;
        if let Some(diagnostic) = sniff::wrong_kind(&file, used).filter(|_| !expected) {
            self.diagnostics.push(diagnostic);
            return;
        }
        let index = self.program.files.len();
        let references: Vec<(usize, Option<Reference>)> =
            file.items.iter().map(Reference::of).enumerate().collect();
        self.program.files.push(file);
        for (item, reference) in references {
            self.program.order.push((index, item));
            match reference {
                Some(Reference::Use(used)) => self.used(path, &used),
                Some(Reference::Table(table)) => self.table(path, &table),
                None => {}
            }
        }
    }

    /// Takes in the network that was made of a file of another program. `None` if something was refused: the network would
    /// be another one.
    fn imported(&mut self, path: &Path, original: FileId, imported: Imported) -> Option<FileId> {
        let refused = imported.report.count(Severity::Error) > 0;
        self.diagnostics.extend(imported.report.diagnostics);
        if refused {
            return None;
        }
        let made = SourceFile::new(path, imported.text).made_of(original, imported.origins);
        Some(self.program.sources.add(made))
    }

    fn used(&mut self, from: &Path, used: &Spanned<String>) {
        let path = beside(from, &used.value);
        if self.seen.contains(&clean(&path)) {
            return;
        }
        match self.files.read(&path) {
            Ok(text) => self.file(&path, text, Some(used.span)),
            Err(error) => self.unreadable(used, &path, &error),
        }
    }

    fn table(&mut self, from: &Path, table: &Spanned<String>) {
        let path = beside(from, &table.value);
        if let Some(id) = self.program.sources.find(&path) {
            self.program.tables.insert(table.span, id);
            return;
        }
        match self.files.read(&path) {
            Ok(text) => {
                let id = self.program.sources.add(SourceFile::new(path, text));
                self.program.tables.insert(table.span, id);
            }
            Err(error) => self.unreadable(table, &path, &error),
        }
    }

    fn unreadable(&mut self, name: &Spanned<String>, path: &Path, error: &std::io::Error) {
        self.program.unreadable.push(name.span);
        self.diagnostics.push(
            Diagnostic::new(Code::E004, name.span, format!("cannot read `{}`: {error}", name.value))
                .help(format!("tried `{}`; paths are relative to the file that names them", path.display())),
        );
    }
}

/// A statement's reference to another file.
enum Reference {
    Use(Spanned<String>),
    Table(Spanned<String>),
}

impl Reference {
    fn of(item: &Item) -> Option<Reference> {
        match &item.kind {
            ItemKind::Use(path) => Some(Reference::Use(path.clone())),
            ItemKind::Table(table) => Some(Reference::Table(table.path.clone())),
            _ => None,
        }
    }
}

/// A path that stands in a file, relative to that file.
fn beside(file: &Path, path: &str) -> PathBuf {
    match file.parent() {
        Some(parent) => parent.join(path),
        None => PathBuf::from(path),
    }
}

/// The path without `.` and `..`, so that two ways to write one path compare equal.
fn clean(path: &Path) -> PathBuf {
    let mut out = PathBuf::new();
    for component in path.components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir if matches!(out.components().next_back(), Some(Component::Normal(_))) => {
                out.pop();
            }
            other => out.push(other),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_cleaned() {
        assert_eq!(clean(Path::new("a/./b/../c.rates")), Path::new("a/c.rates"));
        assert_eq!(clean(Path::new("../a/c.rates")), Path::new("../a/c.rates"));
        assert_eq!(clean(Path::new("/x/y/../../z")), Path::new("/z"));
    }
}
