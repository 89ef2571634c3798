//! What tracing writes to: every line is masked here, whole, before it goes anywhere.

use std::io::{self, Write};
use std::sync::Arc;

use tracing_subscriber::fmt::MakeWriter;

use super::mask::mask;
use crate::progress;

/// Takes finished lines. It cannot fail: a log that cannot be written must not stop the work it speaks of.
pub(super) trait Sink {
    /// One event, masked, with its line end.
    fn put(&self, line: &[u8]);
}

/// Stderr, beside the progress bars.
#[derive(Debug)]
pub(super) struct Stderr;

impl Sink for Stderr {
    fn put(&self, line: &[u8]) {
        // A closed stderr leaves nobody to tell.
        progress::beside_bars(|| io::stderr().write_all(line).unwrap_or_default());
    }
}

/// Masks what tracing writes and hands it on.
#[derive(Debug)]
pub(super) struct Masked<S>(Arc<S>);

impl<S> Masked<S> {
    pub(super) fn new(sink: S) -> Self {
        Self(Arc::new(sink))
    }
}

impl<S> Clone for Masked<S> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<S: Sink> Write for Masked<S> {
    /// tracing hands over a whole event at a time, so nothing that must be hidden is ever cut in two.
    fn write(&mut self, event: &[u8]) -> io::Result<usize> {
        self.0.put(mask(&String::from_utf8_lossy(event)).as_bytes());
        Ok(event.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<S> MakeWriter<'_> for Masked<S>
where
    S: Sink,
{
    type Writer = Self;

    fn make_writer(&self) -> Self {
        self.clone()
    }
}
