//! How far long work has come: a bar on a terminal once it takes longer than a second, elsewhere one line in the log
//! every ten seconds.
//!
//! Counting is one atomic addition. A single background thread, alive while some work runs, looks at the counts and
//! shows them; it is the only clock here, so lines cannot come faster than its step.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Condvar, LazyLock, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use indicatif::{MultiProgress, ProgressBar, ProgressStyle};

use crate::logging;

/// How often the bars move.
const FRAME: Duration = Duration::from_millis(100);
/// Frames before a bar appears: one second.
const PATIENCE: u32 = 10;
/// How often a line is written where there is no terminal.
const LINE: Duration = Duration::from_secs(10);
/// A total that is not known.
const UNKNOWN: u64 = u64::MAX;

static BARS: LazyLock<MultiProgress> = LazyLock::new(MultiProgress::new);
static BARS_SHOWN: AtomicU64 = AtomicU64::new(0);
static LINES_WANTED: AtomicBool = AtomicBool::new(false);
static BOARD: LazyLock<Arc<Board>> = LazyLock::new(|| {
    let bars = terminal() && !LINES_WANTED.load(Ordering::Relaxed);
    let (step, show): (Duration, Show) = if bars { (FRAME, draw) } else { (LINE, log) };
    Arc::new(Board { step, show, running: Mutex::default(), ended: Condvar::new() })
});

/// A piece of work under way. It is finished when this is dropped.
#[derive(Debug)]
pub struct Progress {
    work: Arc<Work>,
    board: Arc<Board>,
}

impl Progress {
    /// Begins `what`, such as `Reading employees`; `total` is the number of its items, if it is known.
    pub fn new(what: impl Into<String>, total: Option<u64>) -> Self {
        Self::on(&BOARD, what.into(), total)
    }

    fn on(board: &Arc<Board>, what: String, total: Option<u64>) -> Self {
        let total = AtomicU64::new(total.unwrap_or(UNKNOWN));
        let work = Arc::new(Work { what, done: AtomicU64::new(0), total, note: Mutex::default() });
        board.begin(&work);
        Self { work, board: Arc::clone(board) }
    }

    /// `n` more items are done.
    pub fn add(&self, n: u64) {
        self.work.done.fetch_add(n, Ordering::Relaxed);
    }

    /// There are `n` items in all, as it now turns out.
    pub fn total(&self, n: u64) {
        self.work.total.store(n, Ordering::Relaxed);
    }

    /// What is being done just now, such as `page 3`.
    pub fn note(&self, text: impl Into<String>) {
        *held(&self.work.note) = text.into();
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.board.end(&self.work);
    }
}

/// What is known of a piece of work.
#[derive(Debug)]
struct Work {
    what: String,
    done: AtomicU64,
    total: AtomicU64,
    note: Mutex<String>,
}

impl Work {
    fn counts(&self) -> (u64, Option<u64>) {
        let total = self.total.load(Ordering::Relaxed);
        (self.done.load(Ordering::Relaxed), (total != UNKNOWN).then_some(total))
    }

    fn sentence(&self) -> String {
        let (what, note) = (&self.what, held(&self.note));
        let count = match self.counts() {
            (done, Some(total)) => format!("{what}: {done} of {total}"),
            (done, None) => format!("{what}: {done} so far"),
        };
        if note.is_empty() { count } else { format!("{count}, {note}") }
    }
}

/// Work that runs, and its bar once there is one.
#[derive(Debug)]
struct Entry {
    work: Arc<Work>,
    frames: u32,
    bar: Option<ProgressBar>,
}

impl Drop for Entry {
    fn drop(&mut self) {
        if let Some(bar) = self.bar.take() {
            bar.finish_and_clear();
            BARS.remove(&bar);
            BARS_SHOWN.fetch_sub(1, Ordering::Relaxed);
        }
    }
}

/// One look at the running work; what it returns is said once the board is free again.
type Show = fn(&mut [Entry]) -> Option<String>;

/// All work that runs, and how it is shown.
#[derive(Debug)]
struct Board {
    step: Duration,
    show: Show,
    running: Mutex<Running>,
    ended: Condvar,
}

#[derive(Debug, Default)]
struct Running {
    entries: Vec<Entry>,
    watch: Watch,
}

/// Whether the background thread is there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Watch {
    #[default]
    Off,
    On,
}

impl Board {
    fn begin(self: &Arc<Self>, work: &Arc<Work>) {
        let mut running = held(&self.running);
        running.entries.push(Entry { work: Arc::clone(work), frames: 0, bar: None });
        if running.watch == Watch::Off {
            let board = Arc::clone(self);
            let thread = std::thread::Builder::new().name("progress".to_owned());
            // Without a thread nothing is shown; the work goes on.
            if thread.spawn(move || board.watch()).is_ok() {
                running.watch = Watch::On;
            }
        }
    }

    fn end(&self, work: &Arc<Work>) {
        let mut running = held(&self.running);
        running.entries.retain(|entry| !Arc::ptr_eq(&entry.work, work));
        if running.entries.is_empty() {
            self.ended.notify_all();
        }
    }

    fn watch(&self) {
        loop {
            let waited =
                self.ended.wait_timeout_while(held(&self.running), self.step, |running| !running.entries.is_empty());
            let (mut running, _) = waited.unwrap_or_else(PoisonError::into_inner);
            if running.entries.is_empty() {
                running.watch = Watch::Off;
                return;
            }
            let line = (self.show)(&mut running.entries);
            drop(running);
            if let Some(line) = line {
                tracing::info!("{line}");
            }
        }
    }
}

/// All work in one line.
fn log(entries: &mut [Entry]) -> Option<String> {
    let sentences: Vec<String> = entries.iter().map(|entry| entry.work.sentence()).collect();
    (!sentences.is_empty()).then(|| sentences.join("; "))
}

/// Every piece of work as a bar, if it has been running for long enough.
fn draw(entries: &mut [Entry]) -> Option<String> {
    for Entry { work, frames, bar } in entries {
        *frames = frames.saturating_add(1);
        if *frames < PATIENCE {
            continue;
        }
        let bar = bar.get_or_insert_with(|| {
            BARS_SHOWN.fetch_add(1, Ordering::Relaxed);
            BARS.add(ProgressBar::no_length().with_elapsed(FRAME * PATIENCE))
        });
        let (done, total) = work.counts();
        if bar.length() != total || bar.message().is_empty() {
            let text = match total {
                Some(_) => "{msg} [{bar:30}] {pos}/{len}{prefix} ({elapsed}, {eta} left)",
                None => "{spinner} {msg} {pos}{prefix} ({elapsed})",
            };
            bar.set_style(ProgressStyle::with_template(text).unwrap_or_else(|_| ProgressStyle::default_bar()));
            bar.set_message(logging::mask(&work.what).into_owned());
        }
        match total {
            Some(total) => bar.set_length(total),
            None => bar.unset_length(),
        }
        let note = held(&work.note).clone();
        bar.set_prefix(if note.is_empty() { note } else { format!(", {}", logging::mask(&note)) });
        bar.set_position(done);
        bar.tick();
    }
    None
}

/// Whether stderr is a terminal that can draw.
pub(crate) fn terminal() -> bool {
    !BARS.is_hidden()
}

/// Lines instead of bars also on a terminal, for a log that machines read.
pub(crate) fn use_lines() {
    LINES_WANTED.store(true, Ordering::Relaxed);
}

/// Writes to the terminal without tangling with the bars.
pub(crate) fn beside_bars<R>(write: impl FnOnce() -> R) -> R {
    if BARS_SHOWN.load(Ordering::Relaxed) == 0 { write() } else { BARS.suspend(write) }
}

/// Takes every bar off the terminal.
pub(crate) fn clear() {
    if BARS_SHOWN.load(Ordering::Relaxed) > 0 {
        // A terminal that is gone needs no clearing.
        BARS.clear().unwrap_or_default();
    }
}

fn held<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::*;

    fn board(step: Duration, show: Show) -> Arc<Board> {
        Arc::new(Board { step, show, running: Mutex::default(), ended: Condvar::new() })
    }

    /// What a line would say now.
    fn said(board: &Board) -> Option<String> {
        log(&mut held(&board.running).entries)
    }

    #[test]
    fn a_line_says_how_far_all_work_is() {
        let board = board(LINE, log);
        assert_eq!(said(&board), None);
        let employees = Progress::on(&board, "Reading employees".to_owned(), None);
        employees.add(100);
        assert_eq!(said(&board).unwrap(), "Reading employees: 100 so far");
        employees.total(250);
        employees.note("page 2");
        let groups = Progress::on(&board, "Reading groups".to_owned(), Some(7));
        std::thread::scope(|scope| {
            (0..4).for_each(|_| {
                scope.spawn(|| (0..25).for_each(|_| employees.add(1)));
            });
        });
        assert_eq!(said(&board).unwrap(), "Reading employees: 200 of 250, page 2; Reading groups: 0 of 7");
        drop(employees);
        assert_eq!(said(&board).unwrap(), "Reading groups: 0 of 7");
        drop(groups);
        assert_eq!(said(&board), None);
    }

    #[test]
    fn the_watch_looks_while_work_runs_and_ends_with_it() {
        static SEEN: Mutex<Option<mpsc::Sender<String>>> = Mutex::new(None);
        fn tell(entries: &mut [Entry]) -> Option<String> {
            let line = log(entries)?;
            held(&SEEN).as_ref()?.send(line).ok()?;
            None
        }
        let (sender, seen) = mpsc::channel();
        *held(&SEEN) = Some(sender);
        let board = board(Duration::from_millis(1), tell);
        for round in 1..=2 {
            let work = Progress::on(&board, format!("Round {round}"), Some(9));
            work.add(3);
            while seen.recv().unwrap() != format!("Round {round}: 3 of 9") {}
            drop(work);
        }
        // The thread holds the board until it ends.
        let ended = Arc::downgrade(&board);
        drop(board);
        while ended.strong_count() > 0 {
            std::thread::yield_now();
        }
    }

    #[test]
    fn a_bar_appears_after_a_second_and_not_before() {
        let board = board(LINE, draw);
        let work = Progress::on(&board, "Reading".to_owned(), Some(10));
        let has_bar = || held(&board.running).entries[0].bar.is_some();
        for _ in 1..PATIENCE {
            draw(&mut held(&board.running).entries);
            assert!(!has_bar());
        }
        work.add(4);
        draw(&mut held(&board.running).entries);
        let bar = held(&board.running).entries[0].bar.clone().unwrap();
        assert_eq!((bar.position(), bar.length(), bar.message()), (4, Some(10), "Reading".to_owned()));
        drop(work);
        assert!(bar.is_finished());
    }
}
