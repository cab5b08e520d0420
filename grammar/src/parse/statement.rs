//! Which statement it is, and its parts.

use crate::ast::{
    Definition, Domain, Expr, ExprKind, FileKind, Function, Initial, Item, ItemKind, Limits, Name, PerCell,
    SpeciesDeclaration, UnitExpr,
};
use crate::diagnostic::{Code, Diagnostic};
use crate::source::Spanned;
use crate::words::KEYWORDS;

use super::cursor::{Cursor, lost, string, whole_number};
use super::{Pair, Parsed, Place, Rule, expression, hint, radiation, reaction, settings, split, table};

/// The rule by which a statement is parsed, from its first words.
pub(crate) fn rule_of(place: Place, line: &str, kind: FileKind) -> Parsed<Rule> {
    let body = hint::after_allow(line);
    let (word, rest) = split::first_word(body);
    let named = hint::skip_blank(rest).starts_with(':') && (body.contains("->") || !KEYWORDS.contains(&word));
    let rule = match word {
        _ if named => Rule::reaction_statement,
        "everywhere" if body.len() < line.len() => Rule::allow_statement,
        "use" => Rule::use_statement,
        "species" => Rule::species_statement,
        "parameter" | "constant" | "let" | "rate" | "heating" | "cooling" => Rule::definition_statement,
        "switch" => Rule::switch_statement,
        "function" => Rule::function_statement,
        "table" => Rule::table_statement,
        "adiabatic_index" => Rule::adiabatic_statement,
        "conserve" => Rule::conserve_statement,
        "limits" => Rule::limits_statement,
        "seam_tolerance" => Rule::seam_statement,
        "initial" => Rule::initial_statement,
        "domain" => Rule::domain_statement,
        "radiation" => Rule::radiation_statement,
        "cross_section" => Rule::cross_section_statement,
        _ => return Err(Box::new(hint::unknown_statement(place, line, body))),
    };
    let library = matches!(
        word,
        "use"
            | "parameter"
            | "switch"
            | "constant"
            | "let"
            | "rate"
            | "function"
            | "table"
            | "cross_section"
            | "everywhere"
    );
    if kind == FileKind::Rates && (named || !library) {
        let what = if named { "a reaction" } else { word };
        let start = line.len() - body.len();
        return Err(Box::new(
            Diagnostic::new(
                Code::E001,
                place.bytes(start, start + word.len()),
                format!("{what} does not belong in a rate library"),
            )
            .help(
                "a rate library holds `use`, `parameter`, `switch`, `constant`, `let`, `rate`, `function`, `table` and `cross_section`",
            )
            .help("species, reactions, heating and cooling stand in the network file that says `use`"),
        ));
    }
    Ok(rule)
}

/// The item of a parsed statement that is `length` bytes long.
pub(crate) fn item(place: Place, pair: Pair<'_>, length: usize) -> Parsed<Item> {
    let rule = pair.as_rule();
    let mut cursor = Cursor::new(place, pair);
    let mut allow = Vec::new();
    while let Some(pair) = cursor.maybe(Rule::allow) {
        let codes = Cursor::new(place, pair).filter(|p| p.as_rule() == Rule::code);
        allow.extend(codes.map(|p| place.name(&p)));
    }
    let kind = kind(place, rule, &mut cursor, length)?;
    let doc = cursor.docs()?;
    Ok(Item { allow, kind, doc, span: place.bytes(0, length) })
}

fn kind(place: Place, rule: Rule, cursor: &mut Cursor<'_>, length: usize) -> Parsed<ItemKind> {
    Ok(match rule {
        Rule::allow_statement => {
            cursor.pass(Rule::kw_everywhere);
            ItemKind::AllowEverywhere
        }
        Rule::use_statement => {
            cursor.pass(Rule::kw_use);
            ItemKind::Use(string(place, &cursor.need(Rule::string)?))
        }
        Rule::species_statement => {
            cursor.pass(Rule::kw_species);
            let mut list = Vec::new();
            while let Some(pair) = cursor.maybe(Rule::declaration) {
                list.push(declaration(place, pair)?);
            }
            ItemKind::Species(list)
        }
        Rule::definition_statement => return definition(place, cursor, length),
        Rule::switch_statement => ItemKind::Switch(switch(place, cursor)?),
        Rule::function_statement => {
            cursor.pass(Rule::kw_function);
            let name = cursor.name(Rule::identifier)?;
            let formals = Cursor::new(place, cursor.need(Rule::formals)?);
            let parameters =
                formals.filter(|p| p.as_rule() == Rule::identifier).map(|p| place.name(&p)).collect();
            let body = expression::value(place, cursor.need(Rule::expression)?)?;
            ItemKind::Function(Function { name, parameters, body })
        }
        Rule::table_statement => ItemKind::Table(table::table(place, cursor)?),
        Rule::reaction_statement => ItemKind::Reaction(reaction::reaction(place, cursor)?),
        Rule::radiation_statement => ItemKind::Radiation(radiation::radiation(place, cursor)?),
        Rule::cross_section_statement => ItemKind::CrossSection(radiation::cross_section(place, cursor)?),
        Rule::adiabatic_statement => {
            cursor.pass(Rule::kw_adiabatic);
            ItemKind::AdiabaticIndex(expression::value(place, cursor.need(Rule::expression)?)?)
        }
        Rule::conserve_statement => {
            let word = place.span(&cursor.need(Rule::kw_conserve)?);
            ItemKind::ConserveEnergy(word.to(place.span(&cursor.need(Rule::kw_energy)?)))
        }
        Rule::limits_statement => {
            cursor.pass(Rule::kw_limits);
            cursor.pass(Rule::limited);
            let range = settings::range(place, cursor.need(Rule::range)?)?;
            let floor = cursor.maybe(Rule::kw_floor).map(|pair| place.span(&pair));
            ItemKind::Limits(Limits { range, floor })
        }
        Rule::seam_statement => {
            cursor.pass(Rule::kw_seam);
            let number = cursor.need(Rule::number)?;
            ItemKind::SeamTolerance(Spanned::new(expression::finite(place, &number)?, place.span(&number)))
        }
        Rule::initial_statement => {
            cursor.pass(Rule::kw_initial);
            let name = cursor.name(Rule::identifier)?;
            ItemKind::Initial(Initial { name, settings: settings::initial(place, cursor)? })
        }
        Rule::domain_statement => {
            cursor.pass(Rule::kw_domain);
            let name = cursor.name(Rule::identifier)?;
            ItemKind::Domain(Domain { name, settings: settings::domain(place, cursor)? })
        }
        _ => return Err(lost(place.bytes(0, length))),
    })
}

fn definition(place: Place, cursor: &mut Cursor<'_>, length: usize) -> Parsed<ItemKind> {
    let word = cursor.need(Rule::kw_definition)?;
    let name = cursor.name(Rule::identifier)?;
    let value = expression::value(place, cursor.need(Rule::expression)?)?;
    let per_cell = cursor.maybe(Rule::per_cell);
    if let Some(pair) = per_cell.as_ref().filter(|_| word.as_str() != "parameter") {
        let message = format!("`{}` cannot be `per cell`", word.as_str());
        let help = "only a parameter has a value per cell; what is computed from one needs no mark";
        return Err(Box::new(Diagnostic::new(Code::E001, place.span(pair), message).help(help)));
    }
    let per_cell = per_cell.map(|pair| PerCell { signed: pair.as_str().ends_with("signed") });
    let definition = Definition { name, value, per_cell };
    Ok(match word.as_str() {
        "parameter" => ItemKind::Parameter(definition),
        "constant" => ItemKind::Constant(definition),
        "let" => ItemKind::Let(definition),
        "rate" => ItemKind::Rate(definition),
        "heating" => ItemKind::Heating(definition),
        "cooling" => ItemKind::Cooling(definition),
        _ => return Err(lost(place.bytes(0, length))),
    })
}

/// `NAME = on`, as the pure number 1 or 0.
fn switch(place: Place, cursor: &mut Cursor<'_>) -> Parsed<Definition> {
    cursor.pass(Rule::kw_switch);
    let name = cursor.name(Rule::identifier)?;
    let position = cursor.need(Rule::position)?;
    let span = place.span(&position);
    let (value, text) = if position.as_str() == "on" { (1.0, "1") } else { (0.0, "0") };
    let unit = Some(UnitExpr { factors: Vec::new(), span });
    let value = Expr { kind: ExprKind::Number { value, text: text.to_owned(), unit }, span };
    let per_cell = cursor.maybe(Rule::per_cell);
    if let Some(pair) = per_cell.as_ref().filter(|pair| pair.as_str().ends_with("signed")) {
        let diagnostic = Diagnostic::new(Code::E001, place.span(pair), "a switch has no sign");
        return Err(Box::new(diagnostic.help("it is on or off; write `per cell`")));
    }
    Ok(Definition { name, value, per_cell: per_cell.map(|_| PerCell { signed: false }) })
}

fn declaration(place: Place, pair: Pair<'_>) -> Parsed<SpeciesDeclaration> {
    let mut cursor = Cursor::new(place, pair);
    let name = cursor.name(Rule::species)?;
    let composition = cursor.maybe(Rule::composition).map(|pair| composition(place, pair)).transpose()?;
    let mass = match cursor.maybe(Rule::mass) {
        Some(pair) => {
            let mut inner = Cursor::new(place, pair);
            inner.pass(Rule::kw_mass);
            Some(expression::value(place, inner.need(Rule::expression)?)?)
        }
        None => None,
    };
    Ok(SpeciesDeclaration { name, composition, mass })
}

fn composition(place: Place, pair: Pair<'_>) -> Parsed<Vec<(Name, u32)>> {
    let mut elements = Vec::new();
    for pair in Cursor::new(place, pair) {
        let mut inner = Cursor::new(place, pair);
        let element = inner.name(Rule::element_name)?;
        let count = match inner.maybe(Rule::element_count) {
            Some(pair) => whole_number(place, &pair, "count")?.value,
            None => 1,
        };
        elements.push((element, count));
    }
    Ok(elements)
}
