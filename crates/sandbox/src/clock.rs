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
#[expect(clippy::disallowed_methods, reason = "a slow answer is what a test asked for, not a wait of the product")]
pub(crate) async fn pass(ms: u64) {
    if ms > 0 {
        tokio::time::sleep(Duration::from_millis(ms)).await;
    }
}
