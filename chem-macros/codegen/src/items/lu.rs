//! LU factors of I - c J without pivoting, in the generated order, as straight-line code.

use super::Context;
use crate::source::Source;

pub(crate) fn write(source: &mut Source, context: &Context<'_>) {
    write_factor(source, context);
    write_solve(source, context);
}

fn write_factor(source: &mut Source, context: &Context<'_>) {
    let lu = &context.system.lu;
    let pattern = &lu.pattern;
    source.gap();
    source.doc(
        "Factors of I - c J, in the order and pattern of [`STRUCTURE`]: the lower factor without its unit",
    );
    source.doc(
        "diagonal, the upper one with the reciprocals of its diagonal. Returns the growth: the sum of the",
    );
    source.doc("magnitudes of the factors over that of the matrix; infinite or NaN if a pivot vanished.");
    source.line("#[allow(unused_variables)]");
    source.line("#[inline(always)] // SIMD instructions are those of the caller");
    source.open(
        "pub fn factor<V: rt::Scalar>(c: V, jacobian: &[V; JACOBIAN_COUNT], lu: &mut [V; LU_COUNT]) -> V {",
    );
    source.line("let one = V::constant(1.0);");
    let mut entries = vec![String::from("V::constant(0.0)"); pattern.entry_count()];
    for (from, &to) in lu.from_jacobian.iter().enumerate() {
        entries[to as usize] = format!("-(c * jacobian[{from}])");
    }
    for &entry in &lu.diagonal {
        let text = &mut entries[entry as usize];
        *text = match text.strip_prefix('-') {
            Some(product) => format!("one - {}", product.trim_matches(['(', ')'])),
            None => "one".to_string(),
        };
    }
    source.line(format!("*lu = [{}];", entries.join(", ")));
    source.line("let before = rt::magnitude(lu);");
    for column in 0..pattern.order() {
        write_elimination(source, context, column);
    }
    source.line("rt::growth(before, lu, &STRUCTURE.lu.diagonal)");
    source.close("}");
}

/// Left-looking: what earlier columns do to this one, then its pivot.
fn write_elimination(source: &mut Source, context: &Context<'_>, column: usize) {
    let lu = &context.system.lu;
    let pattern = &lu.pattern;
    let diagonal = lu.diagonal[column] as usize;
    source.comment(&context.unknown(lu.order[column] as usize));
    for upper in pattern.column(column).start..diagonal {
        let pivot = pattern.rows[upper] as usize;
        for lower in lu.diagonal[pivot] as usize + 1..pattern.column(pivot).end {
            if let Some(target) = pattern.find(pattern.rows[lower] as usize, column) {
                source.line(format!("lu[{target}] = lu[{lower}].neg_mul_add(lu[{upper}], lu[{target}]);"));
            }
        }
    }
    source.line(format!("lu[{diagonal}] = one / lu[{diagonal}];"));
    for lower in diagonal + 1..pattern.column(column).end {
        source.line(format!("lu[{lower}] = lu[{lower}] * lu[{diagonal}];"));
    }
}

fn write_solve(source: &mut Source, context: &Context<'_>) {
    let lu = &context.system.lu;
    let pattern = &lu.pattern;
    let order = pattern.order();
    source.gap();
    source.doc("Solves (I - c J) x = b in place with the factors of [`factor`].");
    source.line("#[inline(always)] // SIMD instructions are those of the caller");
    source.open("pub fn solve<V: rt::Scalar>(lu: &[V; LU_COUNT], b: &mut [V; UNKNOWN_COUNT]) {");
    for position in 0..order {
        source.line(format!("let mut x{position} = b[{}];", lu.order[position]));
    }
    for column in 0..order {
        for lower in lu.diagonal[column] as usize + 1..pattern.column(column).end {
            let row = pattern.rows[lower];
            source.line(format!("x{row} = lu[{lower}].neg_mul_add(x{column}, x{row});"));
        }
    }
    for column in (0..order).rev() {
        let diagonal = lu.diagonal[column] as usize;
        source.line(format!("x{column} = x{column} * lu[{diagonal}];"));
        for upper in pattern.column(column).start..diagonal {
            let row = pattern.rows[upper];
            source.line(format!("x{row} = lu[{upper}].neg_mul_add(x{column}, x{row});"));
        }
    }
    for position in 0..order {
        source.line(format!("b[{}] = x{position};", lu.order[position]));
    }
    source.close("}");
}
