//! Lanes against single numbers. On machines without the instructions there is nothing to test.

#![cfg(target_arch = "x86_64")]
#![expect(unsafe_code, reason = "the instructions are looked for first")]

use chem_grammar::ast::{Interpolation, Outside};
use chem_grammar::interpolation::Grid;

use crate::scalar::InterpolationTable;

use super::*;

/// Distance in units in the last place of `b`.
fn distance(a: f64, b: f64) -> f64 {
    if a.to_bits() == b.to_bits() || (a.is_nan() && b.is_nan()) || a == b {
        return 0.0;
    }
    let unit = (b.abs().next_up() - b.abs()).max(f64::MIN_POSITIVE * f64::EPSILON);
    let distance = (a - b).abs() / unit;
    if distance.is_nan() { f64::INFINITY } else { distance }
}

/// Arguments of all magnitudes, and those that are special.
fn arguments() -> Vec<f64> {
    let special = [
        0.0,
        -0.0,
        f64::INFINITY,
        f64::NEG_INFINITY,
        f64::NAN,
        f64::MIN_POSITIVE,
        5e-324,
        1.0,
        -1.0,
        f64::MAX,
        f64::MIN,
        2e-310,
        -2e-310,
        709.782_712_893_384,
        709.79,
        -708.4,
        -745.13,
        -745.2,
        -746.0,
        1e4,
        -1e4,
        0.5,
        std::f64::consts::SQRT_2,
        std::f64::consts::FRAC_1_SQRT_2,
    ];
    let mut state = 1u64;
    let mut random = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        state
    };
    let mut all = special.to_vec();
    for _ in 0..40_000 {
        let bits = random();
        all.push(f64::from_bits(bits));
        let unit = (bits >> 11) as f64 / (1u64 << 53) as f64;
        all.extend([1500.0 * unit - 750.0, 2.0 * unit, 1.0 + 1e-3 * (unit - 0.5), unit * 1e-300]);
    }
    while !all.len().is_multiple_of(8) {
        all.push(1.0);
    }
    all
}

/// Name, what the lanes give, the function of single numbers, and the distance that is tolerated.
type Case<V> = (&'static str, V, fn(f64) -> f64, f64);

#[inline(always)]
fn check<V: Lane>() -> Result<(), String> {
    let all = arguments();
    for chunk in all.chunks_exact(V::COUNT) {
        let mut x = V::constant(0.0);
        x.lanes_mut().copy_from_slice(chunk);
        let functions: [Case<V>; 9] = [
            ("exp", x.exp(), f64::exp, 2.0),
            ("ln", x.ln(), f64::ln, 2.0),
            ("sqrt", x.sqrt(), f64::sqrt, 0.0),
            ("abs", x.abs(), f64::abs, 0.0),
            ("neg", -x, |x| -x, 0.0),
            ("sin", x.sin(), f64::sin, 0.0),
            ("powi", x.powi(3), |x| x * x * x, 1.0),
            ("powf", x.powf(V::constant(1.3)), |x| x.powf(1.3), 0.0),
            (
                "select",
                crate::__select!(V, x.less(V::constant(1.0)), x.ln(), x),
                |x| if x < 1.0 { x.ln() } else { x },
                2.0,
            ),
        ];
        for (name, found, exact, units) in functions {
            for (found, x) in found.lanes().iter().zip(chunk) {
                let exact = exact(*x);
                if distance(*found, exact) > units {
                    return Err(format!("{name}({x:e}) is {found:e} instead of {exact:e}"));
                }
            }
        }
        let masks = [(x.less(V::constant(0.5)), x.less_equal(V::constant(0.5)), x.equal(V::constant(0.5)))];
        for (less, less_equal, equal) in masks {
            for (lane, x) in chunk.iter().enumerate() {
                let found = [less, less_equal, equal].map(|mask| V::bits(mask) >> lane & 1 == 1);
                if found != [*x < 0.5, *x <= 0.5, *x == 0.5] {
                    return Err(format!("{x:e} is compared as {found:?}"));
                }
            }
        }
    }
    check_cubics::<V>()?;
    check_leading_bits::<V>()?;
    check_grid::<V>()
}

#[inline(always)]
fn check_leading_bits<V: Lane>() -> Result<(), String> {
    for x in [0.0, 1.0, 1.999, 2.0, 1e-300, 1e300, -1.0, f64::NAN, f64::INFINITY] {
        let found = V::constant(x).leading_bits().lanes()[0];
        let exact = x.leading_bits();
        if found != exact {
            return Err(format!("the leading bits of {x:e} are {found} instead of {exact}"));
        }
    }
    Ok(())
}

/// Against the same table, one number at a time.
#[inline(always)]
fn check_grid<V: Lane>() -> Result<(), String> {
    let nodes = |step: f64| (0..9).map(|i| f64::from(i) * step).collect::<Vec<f64>>();
    let table = InterpolationTable::new(Grid {
        axes: [nodes(0.5).into(), nodes(1.0).into()],
        values: (0..81).map(|i| f64::from(i).sin()).collect::<Vec<_>>().into(),
        interpolation: Interpolation::Cubic,
        outside: Outside::Clamp,
    });
    let places: Vec<f64> = (-6..50).map(|i| f64::from(i) * 0.1).chain([f64::NAN; 8]).collect();
    for chunk in places.chunks_exact(V::COUNT) {
        for y in [-1.0, 0.05, 0.7, 2.0, 1e3, f64::NAN] {
            let mut x = V::constant(0.0);
            x.lanes_mut().copy_from_slice(chunk);
            for orders in [[0, 0], [1, 0], [0, 1], [1, 1], [2, 0]] {
                let found = V::table(&table, [x, V::constant(y)], orders);
                for (found, x) in found.lanes().iter().zip(chunk) {
                    let exact = f64::table(&table, [*x, y], orders);
                    let is_same = (found - exact).abs() <= 1e-13 * exact.abs().max(1.0);
                    if !(is_same || found.is_nan() && exact.is_nan()) {
                        return Err(format!("{orders:?} at {x}, {y}: {found} instead of {exact}"));
                    }
                }
            }
        }
    }
    Ok(())
}

#[inline(always)]
fn check_cubics<V: Lane>() -> Result<(), String> {
    let coefficient =
        |lane: usize, block: usize, k: usize, i: usize| (1 + lane + 3 * block + 7 * k + 11 * i) as f64;
    let mut blocks = Vec::new();
    for (lane, block) in (0..V::COUNT).flat_map(|lane| (0..3).map(move |block| (lane, block))) {
        blocks.push(Block(std::array::from_fn(|k| std::array::from_fn(|i| coefficient(lane, block, k, i)))));
    }
    let (mut first, mut x) = (V::constant(0.0), V::constant(0.0));
    for (lane, (first, x)) in first.lanes_mut().iter_mut().zip(x.lanes_mut()).enumerate() {
        (*first, *x) = (3.0 * lane as f64, 0.125 * lane as f64);
    }
    let mut values = vec![V::constant(0.0); 3 * BLOCK];
    let mut slopes = values.clone();
    V::cubics(&blocks, first, x, &mut values);
    V::cubic_slopes(&blocks, first, x, &mut slopes);
    for (function, (value, slope)) in values.iter().zip(&slopes).enumerate() {
        for lane in 0..V::COUNT {
            let c = |k| coefficient(lane, function / BLOCK, k, function % BLOCK);
            let x = 0.125 * lane as f64;
            let exact = [((c(3) * x + c(2)) * x + c(1)) * x + c(0), (3.0 * c(3) * x + 2.0 * c(2)) * x + c(1)];
            let found = [value.lanes()[lane], slope.lanes()[lane]];
            if found != exact {
                return Err(format!("function {function} of lane {lane} is {found:?} instead of {exact:?}"));
            }
        }
    }
    Ok(())
}

#[target_feature(enable = "avx2,fma")]
fn check_four() -> Result<(), String> {
    check::<F64x4>()
}

#[target_feature(enable = "avx512f,avx512dq,avx2,fma")]
fn check_eight() -> Result<(), String> {
    check::<F64x8>()
}

#[test]
fn one() {
    check::<f64>().unwrap();
}

#[test]
fn four() {
    if is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma") {
        // SAFETY: the instructions are there.
        unsafe { check_four() }.unwrap();
    }
}

#[test]
fn eight() {
    if is_x86_feature_detected!("avx512f") && is_x86_feature_detected!("avx512dq") {
        // SAFETY: the instructions are there.
        unsafe { check_eight() }.unwrap();
    }
}
