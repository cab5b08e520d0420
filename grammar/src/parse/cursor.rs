//! Walks over the parts of a pair; punctuation is passed over.

use crate::ast::Name;
use crate::diagnostic::{Code, Diagnostic};
use crate::source::{Span, Spanned};

use super::{Pair, Parsed, Place, Rule};

/// The parts of one pair, in order, without punctuation.
pub(crate) struct Cursor<'t> {
    place: Place,
    whole: Span,
    pairs: pest::iterators::Pairs<'t, Rule>,
}

impl<'t> Cursor<'t> {
    /// Begins at the first part of `pair`.
    pub(crate) fn new(place: Place, pair: Pair<'t>) -> Self {
        Cursor { place, whole: place.span(&pair), pairs: pair.into_inner() }
    }

    fn skip_punctuation(&mut self) {
        while self.pairs.peek().is_some_and(|p| is_punctuation(p.as_rule())) {
            self.pairs.next();
        }
    }

    /// The next part, whatever it is.
    pub(crate) fn any(&mut self) -> Option<Pair<'t>> {
        self.skip_punctuation();
        self.pairs.next()
    }

    /// The next part if it is of this rule.
    pub(crate) fn maybe(&mut self, rule: Rule) -> Option<Pair<'t>> {
        self.skip_punctuation();
        if self.pairs.peek().is_some_and(|p| p.as_rule() == rule) { self.pairs.next() } else { None }
    }

    /// The next part, which the grammar says is of this rule.
    pub(crate) fn need(&mut self, rule: Rule) -> Parsed<Pair<'t>> {
        let whole = self.whole;
        self.maybe(rule).ok_or_else(|| lost(whole))
    }

    /// Passes over a part of this rule if it is next.
    pub(crate) fn pass(&mut self, rule: Rule) -> bool {
        self.maybe(rule).is_some()
    }

    /// The next part as a name.
    pub(crate) fn name(&mut self, rule: Rule) -> Parsed<Name> {
        let place = self.place;
        self.need(rule).map(|pair| place.name(&pair))
    }

    /// The documentation strings that are next.
    pub(crate) fn docs(&mut self) -> Parsed<Vec<Spanned<String>>> {
        let place = self.place;
        let mut docs = Vec::new();
        if let Some(pair) = self.maybe(Rule::docs) {
            docs.extend(pair.into_inner().map(|p| string(place, &p)));
        }
        while let Some(pair) = self.maybe(Rule::string) {
            docs.push(string(place, &pair));
        }
        Ok(docs)
    }
}

impl<'t> Iterator for Cursor<'t> {
    type Item = Pair<'t>;

    fn next(&mut self) -> Option<Pair<'t>> {
        self.any()
    }
}

/// Tokens that carry no meaning of their own in the tree.
fn is_punctuation(rule: Rule) -> bool {
    matches!(
        rule,
        Rule::comma
            | Rule::colon
            | Rule::equals
            | Rule::arrow
            | Rule::dots
            | Rule::plus
            | Rule::open_paren
            | Rule::close_paren
            | Rule::open_bracket
            | Rule::close_bracket
            | Rule::open_brace
            | Rule::close_brace
            | Rule::EOI
    )
}

/// The value of a string token: `\"` is a quotation mark, `\\` a backslash, any other backslash itself.
pub(crate) fn string(place: Place, pair: &Pair<'_>) -> Spanned<String> {
    let raw = pair.as_str();
    let inner = raw.strip_prefix('"').and_then(|s| s.strip_suffix('"')).unwrap_or(raw);
    let mut value = String::with_capacity(inner.len());
    let mut characters = inner.chars().peekable();
    while let Some(c) = characters.next() {
        match (c, characters.peek()) {
            ('\\', Some(&next @ ('"' | '\\'))) => {
                value.push(next);
                characters.next();
            }
            _ => value.push(c),
        }
    }
    Spanned::new(value, place.span(pair))
}

/// A whole number that must fit.
pub(crate) fn whole_number(place: Place, pair: &Pair<'_>, what: &str) -> Parsed<Spanned<u32>> {
    let span = place.span(pair);
    match pair.as_str().parse() {
        Ok(value) => Ok(Spanned::new(value, span)),
        Err(_) => Err(Box::new(Diagnostic::new(Code::E024, span, format!("this {what} is too large")))),
    }
}

/// The tree that pest made is not the one that was expected: a bug, but no reason to crash.
pub(crate) fn lost(span: Span) -> Box<Diagnostic> {
    Box::new(Diagnostic::new(Code::E001, span, "this statement could not be understood"))
}
