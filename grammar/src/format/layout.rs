//! From the parts of a statement to its layout. Every token is laid out exactly once and in order.

use std::collections::BTreeMap;

use crate::parse::{Pair, Rule, is_token};

use super::doc::{Doc, INDENT, flat};

/// Widest factor before a piecewise value that hangs from its statement.
const WIDEST_FACTOR: usize = 40;

/// Lays out the parts of one statement, with the comments inside it.
pub(crate) struct Layout {
    /// Comments by the first byte of the token that they follow: text and whether on a line of their own.
    comments: BTreeMap<usize, Vec<(String, bool)>>,
}

impl Layout {
    /// `comments`: first byte, text, on a line of its own.
    pub(crate) fn new(statement: &Pair<'_>, comments: &[(usize, &str, bool)]) -> Self {
        let mut starts: Vec<usize> = Vec::new();
        if !comments.is_empty() {
            let parts = statement.clone().into_inner().flatten();
            starts.extend(parts.filter(is_token).map(|p| p.as_span().start()));
        }
        let mut map: BTreeMap<usize, Vec<(String, bool)>> = BTreeMap::new();
        for (at, text, own) in comments {
            let after = starts.partition_point(|start| start < at);
            let key = after.checked_sub(1).and_then(|i| starts.get(i)).copied().unwrap_or(0);
            map.entry(key).or_default().push(((*text).to_owned(), *own));
        }
        Layout { comments: map }
    }

    /// Whether there are comments inside the statement.
    pub(crate) fn commented(&self) -> bool {
        !self.comments.is_empty()
    }

    /// A token with the comments that follow it.
    pub(crate) fn token(&self, out: &mut Vec<Doc>, pair: &Pair<'_>) {
        let text = if pair.as_rule() == Rule::power { "^" } else { pair.as_str() };
        out.push(Doc::Text(text.to_owned()));
        for (text, own) in self.comments.get(&pair.as_span().start()).into_iter().flatten() {
            out.push(Doc::Comment(text.clone(), *own));
        }
    }

    /// The whole statement.
    pub(crate) fn statement(&self, pair: Pair<'_>) -> Vec<Doc> {
        let mut out = Vec::new();
        let magic = pair.as_rule() == Rule::magic_statement;
        let mut parts = pair.into_inner().peekable();
        while let Some(part) = parts.next() {
            let ends = parts.peek().is_none_or(|next| matches!(next.as_rule(), Rule::docs | Rule::EOI));
            match part.as_rule() {
                Rule::docs if magic => self.docs(&mut out, part, &Doc::Hard, 0),
                // No line can end after the comma that ends a list: nothing of the list follows.
                Rule::comma if ends => self.token(&mut out, &part),
                _ => self.statement_part(&mut out, part),
            }
        }
        out
    }

    /// One part of a statement, with the blanks before it.
    pub(crate) fn statement_part(&self, out: &mut Vec<Doc>, part: Pair<'_>) {
        match part.as_rule() {
            Rule::docs => {
                let several = part.clone().into_inner().count() > 1;
                let before = if several { Doc::Hard } else { Doc::Fill("  ") };
                self.docs(out, part, &before, INDENT);
            }
            Rule::allow => {
                self.walk(out, part);
                out.push(Doc::Text(" ".to_owned()));
            }
            Rule::expression => self.definition(out, part),
            Rule::law => {
                let mut inner = part.into_inner();
                let (word, equals, value) = (inner.next(), inner.next(), inner.next());
                let mut law = Vec::new();
                for token in [word, equals].into_iter().flatten() {
                    self.spaced(&mut law, &token);
                }
                let Some(value) = value else { return };
                if self.hangs(&value) {
                    out.push(Doc::Text("   ".to_owned()));
                    out.append(&mut law);
                    self.definition(out, value);
                } else {
                    self.definition(&mut law, value);
                    out.push(Doc::Indent(INDENT, vec![Doc::Group([vec![Doc::Line("   ")], law].concat())]));
                }
            }
            Rule::validity | Rule::interpolate | Rule::outside => {
                out.push(Doc::Indent(INDENT, vec![Doc::Fill(" ")]));
                let mut inner = Vec::new();
                self.walk(&mut inner, part);
                out.push(Doc::Indent(INDENT, inner));
            }
            Rule::kw_from => {
                out.push(Doc::Indent(INDENT, vec![Doc::Fill(" ")]));
                self.token(out, &part);
                out.push(Doc::Text(" ".to_owned()));
            }
            Rule::comma => {
                self.token(out, &part);
                out.push(Doc::Indent(INDENT, vec![Doc::Fill(" ")]));
            }
            _ => {
                let mut inner = Vec::new();
                self.walk(&mut inner, part);
                out.push(Doc::Indent(INDENT, inner));
            }
        }
    }

    /// What follows `=`. A piecewise value hangs from the statement, anything else is indented.
    fn definition(&self, out: &mut Vec<Doc>, part: Pair<'_>) {
        if self.hangs(&part) {
            out.extend(self.expression(part, false));
        } else {
            out.push(Doc::Indent(INDENT, vec![Doc::Group(self.expression(part, true))]));
        }
    }

    /// Whether a value is piecewise but for a short factor or so before it.
    fn hangs(&self, pair: &Pair<'_>) -> bool {
        let mut parts: Vec<Pair<'_>> = pair.clone().into_inner().collect();
        if parts.pop().is_none_or(|last| last.as_rule() != Rule::piecewise) {
            return false;
        }
        let mut before = Vec::new();
        parts.into_iter().for_each(|part| self.walk(&mut before, part));
        !before.iter().any(Doc::forced) && flat(&before).chars().count() <= WIDEST_FACTOR
    }

    fn docs(&self, out: &mut Vec<Doc>, part: Pair<'_>, before: &Doc, indent: usize) {
        for string in part.into_inner() {
            let mut inner = vec![before.clone()];
            self.token(&mut inner, &string);
            out.push(Doc::Indent(indent, inner));
        }
    }

    /// A token with a blank on its side where one belongs there in any case.
    fn spaced(&self, out: &mut Vec<Doc>, pair: &Pair<'_>) {
        let (before, after) = match pair.as_rule() {
            Rule::equals | Rule::arrow | Rule::dots | Rule::plus => (" ", " "),
            Rule::kw_version => (" ", " "),
            Rule::colon => ("", " "),
            Rule::kw_log | Rule::kw_per | Rule::kw_cell | Rule::kw_signed => (" ", ""),
            Rule::not | Rule::count => ("", " "),
            rule if is_leading_word(rule) => ("", " "),
            _ => ("", ""),
        };
        out.push(Doc::Text(before.to_owned()));
        self.token(out, pair);
        out.push(Doc::Text(after.to_owned()));
    }

    /// Any part, by its rule.
    pub(crate) fn walk(&self, out: &mut Vec<Doc>, pair: Pair<'_>) {
        match pair.as_rule() {
            Rule::expression => out.push(Doc::Group(self.expression(pair, true))),
            Rule::piecewise => out.push(self.piecewise(pair)),
            Rule::unit => self.unit(out, pair),
            Rule::side => self.breakable(out, pair, &[Rule::plus]),
            Rule::fraction | Rule::abundance | Rule::edges => self.list(out, pair),
            Rule::arguments | Rule::formals => self.list(out, pair),
            Rule::composition => {
                out.push(Doc::Text(" ".to_owned()));
                let mut before: Option<Rule> = None;
                for part in pair.into_inner() {
                    let rule = part.as_rule();
                    let blank = rule == Rule::element && before != Some(Rule::open_paren);
                    out.push(Doc::Text(if blank { " " } else { "" }.to_owned()));
                    self.walk(out, part);
                    before = Some(rule);
                }
            }
            Rule::mass => {
                out.push(Doc::Text(" ".to_owned()));
                pair.into_inner().for_each(|part| self.walk(out, part));
            }
            _ if is_token(&pair) => self.spaced(out, &pair),
            _ => {
                for part in pair.into_inner() {
                    self.walk(out, part);
                }
            }
        }
    }

    /// Parts with possible line ends before some of them.
    fn breakable(&self, out: &mut Vec<Doc>, pair: Pair<'_>, before: &[Rule]) {
        for part in pair.into_inner() {
            if before.contains(&part.as_rule()) {
                out.push(Doc::Fill(" "));
                self.token(out, &part);
                out.push(Doc::Text(" ".to_owned()));
            } else {
                self.walk(out, part);
            }
        }
    }

    /// Parts with possible line ends after `,` and `;`.
    fn list(&self, out: &mut Vec<Doc>, pair: Pair<'_>) {
        let mut inner = Vec::new();
        let several = pair.clone().into_inner().count() > 1;
        let mut parts = pair.into_inner().peekable();
        while let Some(part) = parts.next() {
            let separates = matches!(part.as_rule(), Rule::comma | Rule::semicolon);
            self.walk(&mut inner, part);
            if separates && parts.peek().is_some() {
                inner.push(Doc::Fill(" "));
            }
        }
        // the only argument of a function hangs from its name
        out.push(Doc::Group(vec![Doc::Indent(if several { INDENT } else { 0 }, inner)]));
    }

    fn unit(&self, out: &mut Vec<Doc>, pair: Pair<'_>) {
        out.push(Doc::Text(" ".to_owned()));
        let mut before: Option<Rule> = None;
        for part in pair.into_inner() {
            let rule = part.as_rule();
            let blank =
                rule == Rule::unit_factor && matches!(before, Some(Rule::unit_factor | Rule::unit_one));
            out.push(Doc::Text(if blank { " " } else { "" }.to_owned()));
            self.walk(out, part);
            before = Some(rule);
        }
    }

    /// Operands and operators. Lines end before the operators that bind least, if it is `breakable` at all.
    fn expression(&self, pair: Pair<'_>, breakable: bool) -> Vec<Doc> {
        let parts: Vec<Pair<'_>> = pair.into_inner().collect();
        let mut weakest = u8::MAX;
        let mut operators = 0;
        for part in &parts {
            if let Some(strength) = strength(part.as_rule()) {
                weakest = weakest.min(strength);
                operators += 1;
            }
        }
        let tight = operators == 1 && is_fraction(&parts);
        let mut out = Vec::new();
        for part in parts {
            match strength(part.as_rule()) {
                Some(_) if part.as_rule() == Rule::power || tight => self.token(&mut out, &part),
                Some(own) => {
                    let blank = if breakable && own == weakest && own != COMPARISON {
                        Doc::Fill(" ")
                    } else {
                        Doc::Text(" ".to_owned())
                    };
                    out.push(blank);
                    self.token(&mut out, &part);
                    out.push(Doc::Text(" ".to_owned()));
                }
                None => self.walk(&mut out, part),
            }
        }
        out
    }
}

/// Words that are followed by a blank.
fn is_leading_word(rule: Rule) -> bool {
    matches!(
        rule,
        Rule::kw_use
            | Rule::kw_species
            | Rule::kw_function
            | Rule::kw_table
            | Rule::kw_interpolate
            | Rule::kw_outside
            | Rule::kw_log10
            | Rule::kw_for
            | Rule::kw_initial
            | Rule::kw_domain
            | Rule::kw_fraction
            | Rule::kw_abundance
            | Rule::kw_nuclei
            | Rule::kw_parameter
            | Rule::kw_conserve
            | Rule::kw_switch
            | Rule::kw_limits
            | Rule::kw_radiation
            | Rule::kw_section
            | Rule::kw_kind
            | Rule::kw_definition
    )
}

/// Strength of comparisons: lines do not end at them.
const COMPARISON: u8 = 2;

/// How strongly an operator binds.
fn strength(rule: Rule) -> Option<u8> {
    Some(match rule {
        Rule::or => 0,
        Rule::and => 1,
        Rule::less
        | Rule::less_equal
        | Rule::greater
        | Rule::greater_equal
        | Rule::equal
        | Rule::not_equal => COMPARISON,
        Rule::add | Rule::subtract => 3,
        Rule::multiply | Rule::divide => 4,
        Rule::power => 5,
        _ => return None,
    })
}

/// `5/3`, `-118348/T`: written without blanks.
fn is_fraction(parts: &[Pair<'_>]) -> bool {
    let plain = |p: &Pair<'_>| match p.as_rule() {
        Rule::quantity => p.clone().into_inner().count() == 1,
        Rule::name | Rule::indexed | Rule::divide | Rule::negate => true,
        _ => false,
    };
    parts.iter().any(|p| p.as_rule() == Rule::divide) && parts.iter().all(plain)
}
