//! Values: precedence, numbers with units, calls, piecewise values.

use chem_grammar::ast::*;

use crate::file;
use crate::shape::shape;

/// The value of `let x = ...`.
fn value(text: &str) -> Expr {
    let file = file(&format!("network v version 1\nlet x = {text}\n"));
    match &file.items[0].kind {
        ItemKind::Let(definition) => definition.value.clone(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn precedence() {
    for (text, expected) in [
        ("1 + 2 * 3", "(1+(2*3))"),
        ("1 - 2 - 3", "((1-2)-3)"),
        ("8 / 4 / 2", "((8/4)/2)"),
        ("8 / 4 * 2", "((8/4)*2)"),
        ("2^3^4", "(2^(3^4))"),
        ("2**3**4", "(2^(3^4))"),
        ("-T^2", "(-(T^2))"),
        ("T^-0.5", "(T^(-0.5))"),
        ("T^-a^2", "(T^(-(a^2)))"),
        ("a * -b", "(a*(-b))"),
        ("-a * b", "((-a)*b)"),
        ("- -a", "(-(-a))"),
        ("2^-a * b", "((2^(-a))*b)"),
        ("(1 + 2) * 3", "((1+2)*3)"),
        ("a-b", "(a-b)"),
        ("1-2", "(1-2)"),
        ("n[H]-n[H-]-n[e-]", "((n[H]-n[H-])-n[e-])"),
        ("exp(-1/T)^2", "(exp(((-1)/T))^2)"),
        ("nota + note / orbit", "(nota+(note/orbit))"),
    ] {
        assert_eq!(shape(&value(text)), expected, "{text}");
    }
}

#[test]
fn numbers_and_units() {
    for (text, expected) in [
        ("1", "1"),
        ("1.50", "1.50"),
        (".5e-3", ".5e-3"),
        ("3.e+05", "3.e+05"),
        ("1E9", "1E9"),
        ("1 [1]", "1[]"),
        ("2 [erg cm^3 s^-1]", "2[erg^1 cm^3 s^-1]"),
        ("2 [eV/K]", "2[eV^1 K^-1]"),
        ("2 [1/s]", "2[s^-1]"),
        ("2 [erg/cm^3/s]", "2[erg^1 cm^-3 s^-1]"),
        ("2 [erg/cm^3 s^-1]", "2[erg^1 cm^-3 s^-1]"),
        ("2 [erg * cm / s^-2]", "2[erg^1 cm^1 s^2]"),
        ("2[K]*3[K]", "(2[K^1]*3[K^1])"),
    ] {
        assert_eq!(shape(&value(text)), expected, "{text}");
    }
    match value("6.02214076e23").kind {
        ExprKind::Number { value, .. } => assert!((value - 6.02214076e23).abs() == 0.0),
        other => panic!("{other:?}"),
    }
}

#[test]
fn calls_and_indices() {
    for (text, expected) in [
        ("f()", "f()"),
        ("poly(ln(Te); -1, 2)", "poly(ln(Te);(-1),2)"),
        ("poly (x; 1)", "poly(x;1)"),
        ("max(a, b, c)", "max(a,b,c)"),
        ("n[He++] + n [ C(CH3)4 ]", "(n[He++]+n[C(CH3)4])"),
        ("k[h_ci] * flux[h_ci] * nuclei[H]", "((k[h_ci]*flux[h_ci])*nuclei[H])"),
    ] {
        assert_eq!(shape(&value(text)), expected, "{text}");
    }
}

#[test]
fn conditions_and_pieces() {
    for (text, expected) in [
        ("{ T < 1 : 2 }", "{T<1:2}"),
        ("{ T < 1 : 2 else : 3 }", "{T<1:2 else:3}"),
        ("{ T < 1 : 2, T < 3 : 4; else : 5, }", "{T<1:2 T<3:4 else:5}"),
        ("{ 1 <= T < 3 : a\n 3 <= T : b\n else : c\n}", "{1<=T<3:a 3<=T:b else:c}"),
        ("{ T < 1 or T > 2 and T != 3 : a }", "{(T<1 or (T>2 and T!=3)):a}"),
        ("{ (T < 1 or T > 2) and not T == 3 : a }", "{((T<1 or T>2) and (not T==3)):a}"),
        ("{ not (T < 1) : a }", "{(not T<1):a}"),
        ("{ T + 1 < 2 * a <= b^2 : -a }", "{(T+1)<(2*a)<=(b^2):(-a)}"),
        ("{ T < 1 : { T < 0.5 : a else : b } else : c }", "{T<1:{T<0.5:a else:b} else:c}"),
    ] {
        assert_eq!(shape(&value(text)), expected, "{text}");
    }
}
