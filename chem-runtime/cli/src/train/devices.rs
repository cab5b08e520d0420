//! What is said and done about the devices of a training before it begins.

use chem_training::Device;

use super::TrainOptions;
use crate::Streams;
use crate::exit::Stop;
use chem_training::Iterate;
use chem_training::device::{Places, product_error};
use chem_training::session::Session;

/// Error of products in single precision above which a device shortens its numbers.
const SHORTENED: f64 = 1e-5;

/// Lets devices compute and add up what they can, and says what they cannot.
#[cfg_attr(not(feature = "device"), expect(unused_variables, reason = "the processor computes all"))]
pub(super) fn prepare(
    options: &TrainOptions,
    (places, devices): (&Places, &[Device]),
    session: &Session,
    training: &mut dyn Iterate,
    streams: &mut Streams<'_>,
) -> Result<(), Stop> {
    let precision =
        devices.iter().map(product_error).try_fold(0.0, |worst: f64, error| error.map(|e| worst.max(e)))?;
    if precision > SHORTENED {
        let note = "training to small residuals will fail there; use --device cpu";
        writeln!(streams.err, "warning: products on {places} are only right to {precision:.0e}: {note}")?;
    }
    #[cfg(feature = "cuda")]
    if options.nccl {
        chem_training::device::nccl::check(devices)?;
        training.add_up_by_nccl();
    }
    #[cfg(feature = "device")]
    if !places.are_the_processor()
        && let Some(device) = devices.first()
    {
        let kept = session.device_residual(device);
        if let Err(reason) = kept.and_then(|kept| Ok(training.keep_on_device(&kept, devices)?)) {
            writeln!(streams.err, "note: the residual is computed on the processor: {reason}")?;
        }
    }
    Ok(())
}
