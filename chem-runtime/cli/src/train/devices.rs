//! Prepares the devices of a training and reports what they cannot do.

use chem_training::{Device, Execution};

use super::TrainOptions;
use crate::Streams;
use crate::exit::Stop;
use chem_training::device::{Places, product_error};

/// Error of products in single precision above which a device shortens its numbers.
const SHORTENED: f64 = 1e-5;

/// Where a training is computed: devices do what they can.
#[cfg_attr(not(feature = "cuda"), expect(unused_variables, reason = "only devices of NVIDIA have options"))]
pub(super) fn execution(
    options: &TrainOptions,
    (places, devices): (&Places, &[Device]),
    streams: &mut Streams<'_>,
) -> Result<Execution, Stop> {
    let precision =
        devices.iter().map(product_error).try_fold(0.0, |worst: f64, error| error.map(|e| worst.max(e)))?;
    if precision > SHORTENED {
        let note = "training to small residuals will fail there; use --device cpu";
        writeln!(streams.err, "warning: products on {places} are only right to {precision:.0e}: {note}")?;
    }
    let execution = Execution::over(devices);
    #[cfg(feature = "cuda")]
    let execution = if options.nccl {
        chem_training::device::nccl::check(devices)?;
        execution.adding_up_by_nccl()
    } else {
        execution
    };
    #[cfg(feature = "device")]
    let execution = if places.are_the_processor() { execution } else { execution.with_residual_on_devices() };
    Ok(execution)
}
