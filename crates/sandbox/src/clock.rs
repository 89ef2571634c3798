//! The sandbox's own time: it is the other side of the wire and shares no clock with the product.

use std::time::{Duration, Instant};

/// Milliseconds since the sandbox was started.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Clock(Instant);

impl Clock {
    #[expect(clippy::disallowed_methods, reason = "a server keeps its own time; nobody can hand it in")]
    pub(crate) fn start() -> Self {
        Self(Instant::now())
    }

    pub(crate) fn ms(self) -> u64 {
        u64::try_from(self.0.elapsed().as_millis()).unwrap_or(u64::MAX)
    }
}

/// Lets `ms` milliseconds pass.
pub(crate) async fn pass(ms: u64) {
    Due::after(ms).come().await;
}

/// A moment that something waits for, whatever it does meanwhile.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Due(Option<tokio::time::Instant>);

impl Due {
    /// `ms` milliseconds from now; 0 is no wait at all.
    pub(crate) fn after(ms: u64) -> Self {
        Self((ms > 0).then(|| tokio::time::Instant::now() + Duration::from_millis(ms)))
    }

    /// Waits for what is left until then.
    pub(crate) async fn come(self) {
        if let Some(moment) = self.0 {
            tokio::time::sleep_until(moment).await;
        }
    }
}
