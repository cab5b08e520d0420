//! How a training looks while it runs.

use std::time::{Duration, Instant};

use chem_runtime::YEAR;
use chem_runtime::emulator::Config;
use chem_runtime::training::run::{Observer, Report};
use chem_runtime::training::session::Session;
use indicatif::{ProgressBar, ProgressStyle};

/// A bar on a terminal, a line every few seconds elsewhere.
pub struct TrainingBar {
    bar: ProgressBar,
    config: Config,
    unknowns: Vec<String>,
    told: Instant,
}

/// Between two lines where there is no terminal.
const LINE_EVERY: Duration = Duration::from_secs(5);
/// Between two drawings of the bar.
const DRAW_EVERY: Duration = Duration::from_millis(100);

impl TrainingBar {
    /// A bar for a training.
    pub fn new(session: &Session) -> Self {
        let bar = ProgressBar::new(session.config.most_iterations());
        let style = ProgressStyle::with_template("{elapsed_precise} {bar:24} {pos}/{len}  {msg}");
        bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
        TrainingBar {
            bar,
            config: session.config.clone(),
            unknowns: session.unknowns(),
            told: Instant::now(),
        }
    }

    /// Stage, trained times, loss, worst unknown, error.
    fn message(&self, report: &Report<'_>) -> String {
        let progress = report.progress;
        let stages = self.config.stages.len();
        let method = self.config.stages.get(progress.stage).map_or("", |stage| stage.optimiser.name());
        let mut text = format!("{}/{stages} {method}", progress.stage + 1);
        if !progress.whole_range {
            let time = self.config.time.seconds(progress.tau_max);
            text.push_str(&match time {
                time if time >= 0.1 * YEAR => format!(", to {:.1e} yr", time / YEAR),
                time => format!(", to {time:.1e} s"),
            });
        }
        text.push_str(&format!("  loss {:.1e}", progress.loss));
        let worst = progress.residuals.iter().zip(&self.unknowns).max_by(|(a, _), (b, _)| a.total_cmp(b));
        if let Some((residual, name)) = worst {
            text.push_str(&format!("  worst {name} {residual:.1e}"));
        }
        if let Some(error) = report.error {
            text.push_str(&format!("  error vs BDF {error:.1e}"));
        }
        text
    }
}

impl Observer for TrainingBar {
    fn iteration(&mut self, report: &Report<'_>) {
        let every = if self.bar.is_hidden() { LINE_EVERY } else { DRAW_EVERY };
        if self.told.elapsed() < every && !report.progress.finished {
            return;
        }
        self.told = Instant::now();
        let message = self.message(report);
        if self.bar.is_hidden() {
            eprintln!("{:7} {:8.1} CPU s  {message}", report.iterations, report.cpu_seconds);
        } else {
            self.bar.set_position(report.iterations);
            self.bar.set_message(message);
        }
    }
}

impl Drop for TrainingBar {
    fn drop(&mut self) {
        // The last line stays on the screen.
        self.bar.abandon();
    }
}
