//! Figures of Branca & Pallottini 2023 (MNRAS 518, 5718), to stand beside ours.

/// What the paper says of a model.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PaperModel {
    /// As the paper calls it.
    pub name: &'static str,
    /// The network.
    pub network: &'static str,
    /// Name of the initial state or domain.
    pub initial: &'static str,
    /// log10 of the 50, 75 and 90 % quantiles of Delta_r, stacked over species and T (Table 2).
    pub quantiles: Option<[f64; 3]>,
    /// Mean of Delta (sec. 2.3).
    pub mean_absolute_error: Option<f64>,
    /// Hours of GPU time of the training (Table 1), or of CPU time for the benchmarks (sec. 2.3).
    pub hours: f64,
    /// What kind of hours.
    pub processor: &'static str,
    /// Speed-up over KROME on one CPU (Table 1).
    pub speed_up: Option<f64>,
}

/// The models of the paper.
pub const MODELS: [PaperModel; 6] = [
    PaperModel {
        name: "benchmark 1",
        network: "benchmark_const",
        initial: "single",
        quantiles: None,
        mean_absolute_error: Some(1e-3),
        hours: 0.2,
        processor: "CPU",
        speed_up: None,
    },
    PaperModel {
        name: "benchmark 2",
        network: "benchmark_tdep",
        initial: "single",
        quantiles: None,
        mean_absolute_error: Some(2e-3),
        hours: 1.1,
        processor: "CPU",
        speed_up: None,
    },
    PaperModel {
        name: "single atomic",
        network: "atomic",
        initial: "single",
        quantiles: Some([-1.51, -1.05, -0.77]),
        mean_absolute_error: None,
        hours: 120.0,
        processor: "GPU",
        speed_up: Some(207.0),
    },
    PaperModel {
        name: "single molecular",
        network: "molecular",
        initial: "single",
        quantiles: Some([-2.91, -0.84, 0.16]),
        mean_absolute_error: None,
        hours: 820.0,
        processor: "GPU",
        speed_up: Some(116.0),
    },
    PaperModel {
        name: "general atomic",
        network: "atomic",
        initial: "general",
        quantiles: Some([-3.87, -0.89, -0.15]),
        mean_absolute_error: None,
        hours: 1224.0,
        processor: "GPU",
        speed_up: Some(108.0),
    },
    PaperModel {
        name: "general molecular",
        network: "molecular",
        initial: "general",
        quantiles: Some([-1.5, -0.15, 0.38]),
        mean_absolute_error: None,
        hours: 1920.0,
        processor: "GPU",
        speed_up: Some(91.0),
    },
];

/// The paper's model of a network and an initial state or domain.
pub fn model(network: &str, initial: &str) -> Option<&'static PaperModel> {
    MODELS.iter().find(|model| model.network == network && model.initial == initial)
}
