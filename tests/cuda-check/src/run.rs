//! Runs kernels where there is no graphics processor and compares their numbers with those of the processor.

use std::error::Error;
use std::path::Path;

use chem_networks::{atomic::Atomic, molecular::Molecular};
use chem_kernels::ResidualKernel;
use chem_solver::network::TypedNetwork;

use crate::host;
use crate::networks::kernel;
use crate::points::{Compared, Points};
use crate::vulkan::Vulkan;

/// Cells of each network.
const POINTS: usize = 2000;
/// Largest errors allowed, relative to the sizes of the terms. The fit of Savin et al. 2004 for H2 + H+ adds terms of 1e5 up
/// to 10 in the exponent of 10, which leaves 2.3e5 units in the last place, 5e-11, to the generated functions themselves.
const DOUBLE: f64 = 2e-10;
/// 2.3e3 units in the last place: exponents of 80, powers of T.
const SINGLE: f64 = 3e-4;

/// The emitted sources of a folder, on the processor.
pub fn on_host(folder: &Path) -> Result<(), Box<dyn Error>> {
    of_sources(folder, "atomic", &Atomic::default())?;
    of_sources(folder, "molecular", &Molecular::default())
}

fn of_sources<N: TypedNetwork>(folder: &Path, name: &str, network: &N) -> Result<(), Box<dyn Error>> {
    let (kernel, points) = (kernel(name)?, Points::draw(network, POINTS));
    for (suffix, limit) in [("f64", DOUBLE), ("f32", SINGLE)] {
        of_precision(folder, (name, suffix), &kernel, &points, limit)?;
    }
    Ok(())
}

fn of_precision(
    folder: &Path,
    (name, suffix): (&str, &str),
    kernel: &ResidualKernel,
    points: &Points,
    limit: f64,
) -> Result<(), Box<dyn Error>> {
    let single = suffix == "f32";
    let read = [&points.tau, &points.u, &points.direction, &kernel.parameters, &kernel.tables];
    let read = read.map(|buffer| &buffer[..]);
    let count = points.tau.len();
    let file = |what: &str| folder.join(format!("{name}_{what}.{suffix}.cu"));
    let found = host::run(&file("residual"), single, count, &read, &[points.u.len()])?;
    check(&format!("{name} residual {suffix} on the processor"), &points.residual, &found[0], limit)?;
    let found = host::run(&file("product"), single, count, &read, &[points.u.len(), count])?;
    check(&format!("{name} product by u {suffix} on the processor"), &points.by_u, &found[0], limit)?;
    check(&format!("{name} product by tau {suffix} on the processor"), &points.by_tau, &found[1], limit)?;
    Ok(())
}

/// The kernels in single precision, on a Vulkan device.
pub fn on_vulkan() -> Result<(), Box<dyn Error>> {
    let vulkan = Vulkan::new();
    of_network(&vulkan, "atomic", &Atomic::default())?;
    of_network(&vulkan, "molecular", &Molecular::default())?;
    of_logistic(&vulkan)
}

fn of_network<N: TypedNetwork>(vulkan: &Vulkan, name: &str, network: &N) -> Result<(), Box<dyn Error>> {
    let (kernel, points) = (kernel(name)?, Points::draw(network, POINTS));
    let on = vulkan.name();
    check(
        &format!("{name} residual f32 on {on}"),
        &points.residual,
        &vulkan.residual(&kernel, &points),
        SINGLE,
    )?;
    let [by_u, by_tau] = vulkan.product(&kernel, &points);
    check(&format!("{name} product by u f32 on {on}"), &points.by_u, &by_u, SINGLE)?;
    check(&format!("{name} product by tau f32 on {on}"), &points.by_tau, &by_tau, SINGLE)
}

fn of_logistic(vulkan: &Vulkan) -> Result<(), Box<dyn Error>> {
    let list = |phase: f64, size: f64| -> Vec<f64> {
        (0..5000).map(|i| f64::from((size * (f64::from(i) + phase).sin()) as f32)).collect()
    };
    let (x, tangent, g) = (list(0.1, 20.0), list(0.7, 3.0), list(1.9, 2.0));
    let mut expected: [Compared; 3] = Default::default();
    for ((x, tangent), g) in x.iter().zip(&tangent).zip(&g) {
        let s = 1.0 / (1.0 + (-x).exp());
        expected[0].add(s, 1.0);
        expected[1].add(s * (1.0 - s) * tangent, tangent.abs());
        expected[2].add((1.0 - 2.0 * s) * tangent * g, (tangent * g).abs());
    }
    let found = vulkan.logistic(&x, &tangent, &g);
    for ((name, expected), found) in ["logistic", "bell", "bell slope"].iter().zip(&expected).zip(&found) {
        check(&format!("{name} f32 on {}", vulkan.name()), expected, found, 1e-6)?;
    }
    Ok(())
}

fn check(what: &str, expected: &Compared, found: &[f64], limit: f64) -> Result<(), Box<dyn Error>> {
    let [median, largest] = expected.errors(found);
    println!("{what}: {} numbers, median error {median:.1e}, largest {largest:.1e}", expected.len());
    if largest > limit {
        return Err(format!("{what}: the largest error is {largest:e}, allowed is {limit:e}").into());
    }
    Ok(())
}
