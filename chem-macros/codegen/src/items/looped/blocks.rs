//! Formulas in blocks: functions of bounded length that return arrays, and what several blocks need.

use std::ops::Range;

use chem_grammar::expr::ExprId;
use rustc_hash::FxHashMap;

use super::super::Context;
use super::ARGUMENTS;
use crate::body::{Body, Comments, Names, Operations};
use crate::identifier::{Taken, camel_case};
use crate::source::{Source, markdown};

/// A block has at most this number of items ...
const ITEMS: usize = 64;
/// ... and of operations, unless one item alone has more.
const OPERATIONS: usize = 1200;
/// What blocks use less often is computed in each of them, unless it has a name ...
const ENOUGH_USES: usize = 4;
/// ... and so is what is used least of more than this number.
const SHARED: usize = 200;

/// What belongs together, such as a rate coefficient and its derivatives.
pub(super) struct Item {
    pub(super) name: String,
    pub(super) value: ExprId,
    pub(super) slopes: Vec<ExprId>,
}

/// Functions `name_1`, `name_2`, ... that together compute many items.
pub(super) struct Family<'a> {
    pub(super) name: &'a str,
    /// What they compute.
    pub(super) doc: &'a str,
    /// Whether the functions return the slopes beside the values.
    pub(super) slopes: bool,
    pub(super) comments: Comments,
    pub(super) given: Given,
}

/// What the functions are given beside the state.
#[derive(Default)]
pub(super) struct Given {
    /// Nodes that are known, and how they are written.
    pub(super) nodes: FxHashMap<ExprId, String>,
    /// Arguments by which, after a comma.
    pub(super) arguments: &'static str,
    /// The same in a call.
    pub(super) call: &'static str,
}

/// One of the functions, as its callers see it.
pub(super) struct Block {
    pub(super) call: String,
    /// Its part of all values.
    pub(super) values: Range<usize>,
    /// Number of the slopes of blocks before it.
    pub(super) first_slope: usize,
}

/// All of them.
pub(super) struct Blocks {
    /// The line that computes what they share.
    pub(super) preparation: Option<String>,
    pub(super) blocks: Vec<Block>,
}

impl Blocks {
    pub(super) fn write_preparation(&self, source: &mut Source) {
        if let Some(line) = &self.preparation {
            source.line(line);
        }
    }
}

impl Family<'_> {
    /// Writes the functions; no block reaches across `boundary`.
    pub(super) fn write(
        &self,
        source: &mut Source,
        context: &Context<'_>,
        items: &[Item],
        boundary: usize,
    ) -> Blocks {
        let division = Division::new(context, self, items, boundary);
        let given = self.write_shared(source, context, &division);
        let shared = if division.shared.is_empty() { "" } else { ", &shared" };
        let mut blocks = Vec::new();
        let mut first_slope = 0;
        for (number, range) in division.blocks.iter().enumerate() {
            let items = &items[range.clone()];
            let name = format!("{}_{}", self.name, number + 1);
            self.write_block(source, context, &name, items, (shared, &given));
            let call = format!("{name}(parameters, t, y{}{shared})", self.given.call);
            blocks.push(Block { call, values: range.clone(), first_slope });
            first_slope += items.iter().map(|item| item.slopes.len()).sum::<usize>();
        }
        let preparation = (!division.shared.is_empty())
            .then(|| format!("let shared = {}_shared(parameters, t, y{});", self.name, self.given.call));
        Blocks { preparation, blocks }
    }

    fn shared_type(&self) -> String {
        format!("{}Shared", camel_case(self.name))
    }

    /// Writes the structure of what blocks share and the function that fills it; returns how blocks refer to it.
    fn write_shared(
        &self,
        source: &mut Source,
        context: &Context<'_>,
        division: &Division,
    ) -> FxHashMap<ExprId, String> {
        let mut given = self.given.nodes.clone();
        if division.shared.is_empty() {
            return given;
        }
        let body = Body::with_given(&context.names, &division.shared, Comments::Short, given.clone());
        let mut taken = Taken::default();
        let fields: Vec<String> =
            division.shared.iter().map(|&id| body.result_name(id, &mut taken)).collect();
        let shared_type = self.shared_type();
        source.gap();
        source.doc(&format!("What several of the functions [`{0}_1`], `{0}_2` and so on need.", self.name));
        source.line("#[derive(Clone, Copy, Debug)]");
        source.open(format!("struct {shared_type}<V> {{"));
        for field in &fields {
            source.line(format!("{field}: V,"));
        }
        source.close("}");
        source.gap();
        source.line("#[allow(unused_variables)]");
        source.line("#[inline(never)]");
        let arguments = self.given.arguments;
        source.open(format!(
            "fn {}_shared<V: rt::Scalar>({ARGUMENTS}{arguments}) -> {shared_type}<V> {{",
            self.name
        ));
        body.write_arguments(source);
        body.write(source);
        source.open(format!("{shared_type} {{"));
        for (field, &id) in fields.iter().zip(&division.shared) {
            let result = body.result(id);
            source.line(if result == *field { format!("{field},") } else { format!("{field}: {result},") });
        }
        source.close("}");
        source.close("}");
        given.extend(
            division.shared.iter().copied().zip(fields.iter().map(|field| format!("shared.{field}"))),
        );
        given
    }

    fn write_block(
        &self,
        source: &mut Source,
        context: &Context<'_>,
        name: &str,
        items: &[Item],
        (shared, given): (&str, &FxHashMap<ExprId, String>),
    ) {
        let values: Vec<ExprId> = items.iter().map(|item| item.value).collect();
        let slopes: Vec<ExprId> = items.iter().flat_map(|item| item.slopes.iter().copied()).collect();
        let roots: Vec<ExprId> = values.iter().chain(&slopes).copied().collect();
        let body = Body::with_given(&context.names, &roots, self.comments, given.clone());
        let shared = match shared.is_empty() {
            true => String::new(),
            false => format!(", shared: &{}<V>", self.shared_type()),
        };
        let arguments = self.given.arguments;
        let result = match self.slopes {
            true => format!("([V; {}], [V; {}])", values.len(), slopes.len()),
            false => format!("[V; {}]", values.len()),
        };
        source.gap();
        source.doc(&format!("{}: {}.", self.doc, extent(items)));
        source.line("#[allow(unused_variables)]");
        source.line("#[inline(never)]");
        source.open(format!("fn {name}<V: rt::Scalar>({ARGUMENTS}{arguments}{shared}) -> {result} {{"));
        body.write_arguments(source);
        body.write(source);
        if self.slopes {
            source.open("(");
            write_array(source, &body, &values, ",");
            write_array(source, &body, &slopes, ",");
            source.close(")");
        } else {
            write_array(source, &body, &values, "");
        }
        source.close("}");
    }
}

/// `r1` to `r64`
fn extent(items: &[Item]) -> String {
    match items {
        [] => "none".to_string(),
        [only] => markdown(&only.name),
        [first, .., last] => format!("{} to {}", markdown(&first.name), markdown(&last.name)),
    }
}

fn write_array(source: &mut Source, body: &Body<'_>, roots: &[ExprId], end: &str) {
    source.open("[");
    for &root in roots {
        source.line(format!("{},", body.result(root)));
    }
    source.close(format!("]{end}"));
}

/// Which block needs an operation.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Owner {
    Nobody,
    Block(usize),
    Several,
}

/// The items of each block, and what blocks share.
struct Division {
    blocks: Vec<Range<usize>>,
    shared: Vec<ExprId>,
}

impl Division {
    fn new(context: &Context<'_>, family: &Family<'_>, items: &[Item], boundary: usize) -> Self {
        let names = &context.names;
        let roots_of = |item: &Item| -> Vec<ExprId> {
            let slopes = if family.slopes { &item.slopes[..] } else { &[] };
            std::iter::once(item.value).chain(slopes.iter().copied()).collect()
        };
        let all: Vec<ExprId> = items.iter().flat_map(&roots_of).collect();
        let is_given = |id| names.total_density == Some(id) || family.given.nodes.contains_key(&id);
        let has_name = |id| names.node(id).is_some();
        let operations = Operations::new(&names.dag, &names.polynomials, &is_given, &has_name, &all);
        let mut owners = vec![Owner::Nobody; operations.len()];
        let mut blocks: Vec<Range<usize>> = Vec::new();
        let (mut start, mut size) = (0, 0);
        for (index, item) in items.iter().enumerate() {
            let roots: Vec<usize> = roots_of(item).iter().map(|&id| operations.place(id)).collect();
            let fresh = |block: usize, owners: &[Owner]| -> Vec<usize> {
                reach(&operations, &roots, &|place| owners[place] == Owner::Block(block))
            };
            let mut found = fresh(blocks.len(), &owners);
            let new = found.iter().filter(|&&place| owners[place] == Owner::Nobody).count();
            let is_full = index - start == ITEMS || size + new > OPERATIONS || index == boundary;
            if is_full && index > start {
                blocks.push(start..index);
                (start, size) = (index, 0);
                found = fresh(blocks.len(), &owners);
            }
            size += new;
            for place in found {
                owners[place] = match owners[place] {
                    Owner::Nobody => Owner::Block(blocks.len()),
                    _ => Owner::Several,
                };
            }
        }
        if start < items.len() {
            blocks.push(start..items.len());
        }
        let shared = shared(names, &operations, &owners, &all);
        Division { blocks, shared }
    }
}

/// Places that the roots need, except those `known` and what only they need.
fn reach(operations: &Operations, roots: &[usize], known: &dyn Fn(usize) -> bool) -> Vec<usize> {
    let mut seen = rustc_hash::FxHashSet::default();
    let mut stack = roots.to_vec();
    let mut found = Vec::new();
    while let Some(place) = stack.pop() {
        if !known(place) && seen.insert(place) {
            found.push(place);
            stack.extend(operations.operands(place));
        }
    }
    found
}

/// What several blocks need: what has a name, or is used often enough. Operands come first.
fn shared(names: &Names, operations: &Operations, owners: &[Owner], roots: &[ExprId]) -> Vec<ExprId> {
    let mut enough = ENOUGH_USES;
    loop {
        let shared = used_by_blocks(names, operations, owners, roots, enough);
        if shared.len() <= SHARED {
            return shared;
        }
        enough *= 2;
    }
}

/// What blocks use at least `enough` times. What is used less, or only to compute what is shared, is not.
fn used_by_blocks(
    names: &Names,
    operations: &Operations,
    owners: &[Owner],
    roots: &[ExprId],
    enough: usize,
) -> Vec<ExprId> {
    let mut uses = vec![0usize; owners.len()];
    for &root in roots {
        uses[operations.place(root)] += 1;
    }
    let mut shared = Vec::new();
    // Users before operands.
    for (place, &owner) in owners.iter().enumerate().rev() {
        let id = operations.ids[place];
        let is_total = names.total_density == Some(id);
        let is_computed = is_total || !operations.is_leaf(place);
        let is_worth_it =
            is_total || names.node(id).is_some() && enough == ENOUGH_USES || uses[place] >= enough;
        if owner == Owner::Several && is_computed && uses[place] > 0 && is_worth_it {
            shared.push(id);
        } else if uses[place] > 0 {
            operations.operands(place).for_each(|operand| uses[operand] += 1);
        }
    }
    shared.reverse();
    shared
}
