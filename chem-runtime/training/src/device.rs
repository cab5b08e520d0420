//! Where a network is trained.

#[cfg(feature = "cuda")]
pub mod nccl;

use std::fmt;
use std::str::FromStr;

use burn::tensor::{DType, Device, Tensor, TensorData};

use chem_solver::data::input_error::InputError;

/// A device as asked for: `cpu`, `cuda` (the first one), `cuda:1`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Place {
    /// The processor, through burn's flex.
    #[default]
    Cpu,
    /// A graphics processor of NVIDIA, by its index.
    Cuda(usize),
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Place::Cpu => f.write_str("cpu"),
            Place::Cuda(index) => write!(f, "cuda:{index}"),
        }
    }
}

impl FromStr for Place {
    type Err = InputError;

    fn from_str(text: &str) -> Result<Self, InputError> {
        let unknown = || {
            let message = format!("there is no device `{text}`");
            InputError::new("--device", message, "write cpu, cuda, or cuda:0")
        };
        match text.split_once(':') {
            None if text == "cpu" => Ok(Place::Cpu),
            None if text == "cuda" => Ok(Place::Cuda(0)),
            Some(("cuda", index)) => index.parse().map(Place::Cuda).map_err(|_| unknown()),
            _ => Err(unknown()),
        }
    }
}

impl Place {
    /// The device. Never burn's default one, which would be a graphics processor even where there is none.
    ///
    /// # Errors
    /// If it is not there, or this build does not know it.
    pub fn device(self) -> Result<Device, InputError> {
        match self {
            Place::Cpu => Ok(Device::flex()),
            Place::Cuda(index) => cuda(index),
        }
    }
}

/// Devices that share each batch, as asked for: `cpu`, `cuda:0,cuda:1`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Places(Vec<Place>);

impl fmt::Display for Places {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<String> = self.0.iter().map(Place::to_string).collect();
        f.write_str(&names.join(","))
    }
}

impl FromStr for Places {
    type Err = InputError;

    fn from_str(text: &str) -> Result<Self, InputError> {
        let places: Vec<Place> =
            text.split(',').map(|place| place.trim().parse()).collect::<Result<_, _>>()?;
        for (index, place) in places.iter().enumerate() {
            if places[..index].contains(place) {
                let message = format!("{place} is named twice");
                return Err(InputError::new("--device", message, "name each device once"));
            }
        }
        if places.len() > 1 && places.contains(&Place::Cpu) {
            let message = "the processor cannot share a batch with others";
            return Err(InputError::new("--device", message, "name graphics processors only: cuda:0,cuda:1"));
        }
        Ok(Places(places))
    }
}

impl Places {
    /// Whether nothing but the processor is among them.
    pub fn are_the_processor(&self) -> bool {
        self.0.iter().all(|place| *place == Place::Cpu)
    }

    /// The devices, in order; at least one.
    ///
    /// # Errors
    /// As [`Place::device`].
    pub fn devices(&self) -> Result<Vec<Device>, InputError> {
        self.0.iter().map(|place| place.device()).collect()
    }
}

#[cfg(feature = "cuda")]
fn cuda(index: usize) -> Result<Device, InputError> {
    // The list is empty where there is no driver; opening a device without looking would panic.
    let devices = Device::enumerate(burn::tensor::DeviceType::Cuda);
    let count = devices.len();
    devices.into_iter().nth(index).ok_or_else(|| {
        let message = match count {
            0 => "there is no CUDA device here: no driver or no graphics processor was found".to_owned(),
            1 => format!("there is no device cuda:{index}; there is one, cuda:0"),
            _ => format!("there is no device cuda:{index}; there are {count}, from cuda:0"),
        };
        InputError::new("--device", message, "check with nvidia-smi, or use --device cpu")
    })
}

#[cfg(not(feature = "cuda"))]
fn cuda(_: usize) -> Result<Device, InputError> {
    Err(InputError::new(
        "--device",
        "this program was built without CUDA",
        "build it with --features cuda, or use --device cpu",
    ))
}

/// Largest error of a product of two matrices in single precision, relative to the largest entry. About 1e-7 on
/// a device that computes in single precision; about 1e-3 on one that shortens its factors (TF32), on which
/// training to small residuals fails.
///
/// Numbers of the device are not configured by this: it may be called at any time.
///
/// # Errors
/// If the device fails.
pub fn product_error(device: &Device) -> Result<f64, InputError> {
    const N: usize = 128;
    let entry = |i: usize, phase: f64| (1.7 * i as f64 + phase).sin() as f32;
    let left: Vec<f32> = (0..N * N).map(|i| entry(i, 0.1)).collect();
    let right: Vec<f32> = (0..N * N).map(|i| entry(i, 0.7)).collect();
    let tensor = |values: &[f32]| {
        Tensor::<2>::from_data(TensorData::new(values.to_vec(), [N, N]), (device, DType::F32))
    };
    let product = tensor(&left).matmul(tensor(&right)).try_into_data();
    let product = product.map_err(|e| InputError::new("--device", format!("it fails: {e}"), ""))?;
    let product = product.as_slice::<f32>().map_err(|e| {
        InputError::new("--device", format!("it does not return what it was given: {e:?}"), "")
    })?;
    let (mut worst, mut largest) = (0.0f64, 0.0f64);
    for (i, value) in product.iter().enumerate() {
        let (row, column) = (&left[i / N * N..][..N], i % N);
        let exact: f64 =
            row.iter().enumerate().map(|(k, a)| f64::from(*a) * f64::from(right[k * N + column])).sum();
        worst = worst.max((f64::from(*value) - exact).abs());
        largest = largest.max(exact.abs());
    }
    Ok(worst / largest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn devices_are_read_by_name() {
        for (text, place) in [
            ("cpu", Place::Cpu),
            ("cuda", Place::Cuda(0)),
            ("cuda:0", Place::Cuda(0)),
            ("cuda:3", Place::Cuda(3)),
        ] {
            assert_eq!(text.parse::<Place>(), Ok(place));
        }
        assert_eq!(Place::Cuda(3).to_string(), "cuda:3");
        for text in ["", "gpu", "cuda:", "cuda:x", "cuda:-1", "cpu:0", "CPU"] {
            let error = text.parse::<Place>().unwrap_err();
            assert!(error.to_string().contains("--device"), "{error}");
        }
    }

    #[test]
    fn several_devices_are_read_by_name() {
        let places: Places = "cuda:0, cuda:1".parse().unwrap();
        assert_eq!(places, Places(vec![Place::Cuda(0), Place::Cuda(1)]));
        assert_eq!(places.to_string(), "cuda:0,cuda:1");
        assert_eq!("cpu".parse::<Places>().unwrap().devices().unwrap().len(), 1);
        for text in ["cuda:0,cuda", "cuda:0,", "cpu,cuda:0", "cpu,cpu"] {
            let error = text.parse::<Places>().unwrap_err();
            assert!(error.to_string().contains("--device"), "{error}");
        }
    }

    #[test]
    fn a_missing_device_is_an_error_with_a_remedy() {
        let error = Place::Cuda(7).device().unwrap_err();
        assert!(error.message.contains("CUDA") || error.message.contains("cuda:7"), "{error}");
        assert!(error.remedy.contains("--device cpu"));
    }

    #[test]
    fn the_processor_multiplies_in_single_precision() {
        let error = product_error(&Place::Cpu.device().unwrap()).unwrap();
        assert!(error > 0.0 && error < 1e-5, "{error}");
    }
}
