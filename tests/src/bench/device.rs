//! The residual on a graphics processor, beside the processor.

use std::path::Path;
use std::time::Instant;

use chem_grammar::network::Network;
use chem_grammar::system::System;
use chem_solver::log_form::{Cotangents, LogForm, LogScratch};
use chem_solver::network::TypedNetwork;
use chem_training::device::Place;
use chem_training::{DType, DeviceCost};

/// Points of one launch.
const POINTS: usize = 1 << 20;
/// Points on one thread of the processor.
const FEWER: usize = 1 << 14;

/// Prints one line for each precision, and one for one thread of the processor.
///
/// # Errors
/// A device that is not there or fails.
pub fn report<N: TypedNetwork>(place: Place) -> Result<String, Box<dyn std::error::Error>> {
    let network = N::default();
    let name = network.structure().name.to_string();
    let path = Path::new(chem_networks::DIRECTORY).join(&name).with_extension("net");
    let system = System::new(Network::load(path).map_err(|report| report.render())?);
    let mut text =
        format!("{name}, residual in logarithmic variables, ns per point: alone, with its gradient\n");
    for (precision, suffix) in [(DType::F64, "double"), (DType::F32, "single")] {
        let cost = DeviceCost::measure(&system, place, POINTS, precision);
        let cost = cost.map_err(|error| error.to_string())?;
        text += &format!("{place} {suffix}  {:9.2} {:9.2}\n", 1e9 * cost.residual, 1e9 * cost.gradient);
    }
    let [residual, gradient] = on_processor(&network);
    text += &format!("one thread     {:9.2} {:9.2}\n", 1e9 * residual, 1e9 * gradient);
    Ok(text)
}

fn on_processor<N: TypedNetwork>(network: &N) -> [f64; 2] {
    let structure = network.structure();
    let n = structure.unknown_count();
    let mut scratch = LogScratch::new(structure);
    let u = vec![1.0; n];
    let (mut r, mut by_u, mut by_slope, mut by_tau) = (vec![0.0; n], vec![0.0; n], vec![0.0; n], 0.0);
    [false, true].map(|with_gradient| {
        let start = Instant::now();
        for point in 0..FEWER {
            let tau = 5.0 + 8.0 * point as f64 / FEWER as f64;
            network.residual_log(tau, &u, &vec![0.0; n], &mut r, &mut scratch);
            if with_gradient {
                let out = Cotangents { u: &mut by_u, dudtau: &mut by_slope, tau: &mut by_tau };
                network.residual_log_vjp(tau, &u, &r, out, &mut scratch);
            }
        }
        std::hint::black_box((&r, &by_u));
        start.elapsed().as_secs_f64() / FEWER as f64
    })
}
