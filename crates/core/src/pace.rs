//! The clock and waiting: the one place that asks what time it is and that sleeps.

use std::time::Duration;
use tokio::time::Instant;

/// Waits for a run. A test shortens every wait by a factor, so that a retry test takes no time.
#[derive(Debug, Clone, Copy)]
pub struct Pace {
    scale: f64,
}

impl Default for Pace {
    fn default() -> Self {
        Self { scale: 1.0 }
    }
}

impl Pace {
    /// Waits take `scale` times as long as asked for; 1 is real time.
    pub fn scaled(scale: f64) -> Self {
        Self { scale: scale.clamp(0.0, 1.0) }
    }

    /// Waits for `time`.
    #[expect(clippy::disallowed_methods, reason = "the one place that waits")]
    pub async fn wait(&self, time: Duration) {
        tokio::time::sleep(self.real(time)).await;
    }

    /// How long a wait of `time` takes in truth.
    pub fn real(&self, time: Duration) -> Duration {
        time.mul_f64(self.scale)
    }

    /// How much time passed since `start`, as this pace counts it: the opposite of [`Pace::real`].
    pub fn since(&self, start: Instant) -> Duration {
        let real = start.elapsed();
        if self.scale > 0.0 { real.div_f64(self.scale) } else { real }
    }
}

/// This moment, in UTC.
#[expect(clippy::disallowed_methods, reason = "the one place that reads the clock")]
pub fn now() -> jiff::Timestamp {
    jiff::Timestamp::try_from(std::time::SystemTime::now()).unwrap_or(jiff::Timestamp::UNIX_EPOCH)
}

/// A duration in the units the settings use, such as `2h 30m` or `45s`.
pub fn plain(time: Duration) -> String {
    let seconds = time.as_secs();
    let parts = [(seconds / 3600, "h"), (seconds / 60 % 60, "m"), (seconds % 60, "s")];
    let shown: Vec<String> =
        parts.iter().filter(|(count, _)| *count > 0).map(|(count, unit)| format!("{count}{unit}")).collect();
    if shown.is_empty() { "0s".to_owned() } else { shown.join(" ") }
}
