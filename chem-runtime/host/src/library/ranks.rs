//! Functions of the Fortran module that differ by rank and kind of an array alone.

use std::fmt::Write as _;

use super::Prefix;

/// (letter in the name, kind of the numbers, bytes, constant of the interface)
const KINDS: [(&str, &str, usize, &str); 2] =
    [("d", "c_double", 8, "float64"), ("s", "c_float", 4, "float32")];

/// All of them.
pub(super) fn functions(prefix: &Prefix) -> String {
    let mut text = String::new();
    for kind in KINDS {
        (1..=3).for_each(|rank| field(&mut text, prefix.lower(), kind, rank));
        (2..=4).for_each(|rank| densities(&mut text, prefix.lower(), kind, rank));
    }
    text
}

/// `:, :, :`
fn colons(rank: usize) -> String {
    vec![":"; rank].join(", ")
}

/// The first element but one along an axis: `1, 2, 1`; along axis 0 the first element.
fn element(rank: usize, axis: usize) -> String {
    let index = |number| if number == axis { "2" } else { "1" };
    (1..=rank).map(index).collect::<Vec<_>>().join(", ")
}

/// Lines that find the stride along each axis.
fn strides(text: &mut String, of: &str, into: &str, rank: usize, bytes: usize) {
    for axis in 1..=rank {
        let (first, second) = (element(rank, 0), element(rank, axis));
        let _ = writeln!(text, "    if (size({of}, {axis}) > 1) {into}({axis}) = &");
        let _ =
            writeln!(text, "        numbers_between(c_loc({of}({first})), c_loc({of}({second})), {bytes})");
    }
}

fn field(
    text: &mut String,
    prefix: &str,
    (letter, kind, bytes, constant): (&str, &str, usize, &str),
    rank: usize,
) {
    let _ = write!(
        text,
        "  function {prefix}_field_{rank}{letter}(values) result(array)
    real({kind}), intent(in), target :: values({colons})
    type({prefix}_array) :: array
    array%kind = {prefix}_kind_{constant}
    if (size(values) == 0) return
    array%data = c_loc(values({first}))
",
        colons = colons(rank),
        first = element(rank, 0),
    );
    strides(text, "values", "array%stride", rank, bytes);
    text.push_str("  end function\n\n");
}

fn densities(
    text: &mut String,
    prefix: &str,
    (letter, kind, bytes, constant): (&str, &str, usize, &str),
    rank: usize,
) {
    let _ = write!(
        text,
        "  subroutine {prefix}_densities_{rank}{letter}(block, n, species_axis)
    type({prefix}_block), intent(inout) :: block
    real({kind}), intent(in), target :: n({colons})
    integer, intent(in) :: species_axis
    type({prefix}_array) :: array
    integer(c_intptr_t) :: strides({rank})
    array%kind = {prefix}_kind_{constant}
    strides = 0
    if (size(n) > 0) then
      array%data = c_loc(n({first}))
    end if
",
        colons = colons(rank),
        first = element(rank, 0),
    );
    strides(text, "n", "strides", rank, bytes);
    let _ = write!(
        text,
        "    call set_strides(block, array, strides, species_axis, {rank}, size(n, merge(1, {rank}, species_axis == 1)))\n  \
         end subroutine\n\n"
    );
}
