//! A file with everything that it uses, as far as it can be read: the names that hold in it.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use chem_grammar::ast::ItemKind;
use chem_grammar::compile::Files;
use chem_grammar::parse;
use chem_grammar::source::{FileId, SourceFile};

use crate::definitions::{self, Definition, Kind};
use crate::documents::{Documents, plain};
use crate::scan::{Word, words};

/// A file that was read.
#[derive(Clone, Debug)]
pub(crate) struct Part {
    pub(crate) path: PathBuf,
    pub(crate) text: String,
    /// Paths in `use` statements, as written.
    uses: Vec<String>,
    pub(crate) definitions: Vec<Definition>,
}

/// Files as they were read last, so that a file is parsed again only if its text changed.
#[derive(Debug, Default)]
pub(crate) struct Parsed {
    parts: RefCell<BTreeMap<PathBuf, Arc<Part>>>,
}

impl Parsed {
    fn part(&self, path: &Path, text: String) -> Arc<Part> {
        let known = self.parts.borrow().get(path).filter(|part| part.text == text).cloned();
        known.unwrap_or_else(|| {
            let part = Arc::new(Part::new(path, text));
            self.parts.borrow_mut().insert(path.to_owned(), Arc::clone(&part));
            part
        })
    }
}

impl Part {
    fn new(path: &Path, text: String) -> Part {
        let source = SourceFile::new(path, text);
        let (file, _) = parse(FileId(0), &source);
        let items = file.iter().flat_map(|file| &file.items);
        let used = items.filter_map(|item| match &item.kind {
            ItemKind::Use(used) => Some(used.value.clone()),
            _ => None,
        });
        Part {
            path: path.to_owned(),
            uses: used.collect(),
            definitions: file.as_ref().map(definitions::of).unwrap_or_default(),
            text: source.text,
        }
    }
}

/// A file with everything that it uses, itself first.
#[derive(Clone, Debug, Default)]
pub(crate) struct Program {
    pub(crate) parts: Vec<Arc<Part>>,
}

impl Program {
    /// Reads a file and what it uses; what cannot be read is left out.
    pub(crate) fn read(path: &Path, documents: &Documents, parsed: &Parsed) -> Program {
        let mut program = Program::default();
        program.add(path, documents, parsed);
        program
    }

    fn add(&mut self, path: &Path, documents: &Documents, parsed: &Parsed) {
        let path = plain(path);
        if self.reads(&path) {
            return;
        }
        let Ok(text) = documents.read(&path) else { return };
        let part = parsed.part(&path, text);
        self.parts.push(Arc::clone(&part));
        let folder = path.parent().unwrap_or(Path::new(""));
        part.uses.iter().for_each(|used| self.add(&folder.join(used), documents, parsed));
    }

    pub(crate) fn reads(&self, path: &Path) -> bool {
        self.parts.iter().any(|part| part.path == path)
    }

    pub(crate) fn definitions(&self) -> impl Iterator<Item = (&Part, &Definition)> {
        self.parts.iter().flat_map(|part| part.definitions.iter().map(move |one| (part.as_ref(), one)))
    }

    /// What a word stands for: a species if one has this name with the charge, else any other name.
    pub(crate) fn meaning(&self, text: &str, word: &Word<'_>) -> Option<(&Part, &Definition)> {
        let before = text.get(..word.start).unwrap_or("").trim_end();
        let follows = |head: &str| before.ends_with(head);
        let thermal = follows("heating") || follows("cooling");
        let reaction =
            follows("k[") || follows("flux[") || text.get(word.base_end()..)?.trim_start().starts_with(':');
        let species = follows("n[");
        let find = |name: &str, wanted: &dyn Fn(Kind) -> bool| {
            self.definitions().find(|(_, one)| one.name == name && wanted(one.kind))
        };
        if thermal {
            return find(word.base(), &|kind| kind == Kind::Thermal);
        }
        let named = || reaction.then(|| find(word.base(), &|kind| kind == Kind::Reaction)).flatten();
        let charged = || find(word.text, &|kind| kind == Kind::Species);
        let neutral = || {
            let wanted = |kind| if species { kind == Kind::Species } else { kind != Kind::Thermal };
            find(word.base(), &wanted)
        };
        named().or_else(charged).or_else(neutral)
    }

    /// Every place in a part at which a definition's name stands for it.
    pub(crate) fn places<'p>(&self, part: &'p Part, sought: &Definition) -> Vec<Word<'p>> {
        let text = part.text.as_str();
        let same = |word: &Word<'_>| {
            (word.text == sought.name || word.base() == sought.name)
                && self
                    .meaning(text, word)
                    .is_some_and(|(_, one)| one.name == sought.name && one.kind == sought.kind)
        };
        let found = words(text).into_iter().filter(same);
        found
            .map(|word| if word.text == sought.name { word } else { Word { end: word.base_end(), ..word } })
            .collect()
    }
}
