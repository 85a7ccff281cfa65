//! How far a long scan is, for a person at a terminal.

use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// A line on standard error. Only on a terminal, and only for work that lasts.
pub(crate) struct ShownProgress {
    bar: ProgressBar,
    started: Instant,
}

/// Work that is done sooner shows nothing: a line that flashes up says less than none.
const PROGRESS_DELAY: Duration = Duration::from_secs(1);

impl ShownProgress {
    /// For files that are read.
    pub(crate) fn new(is_hidden: bool) -> Self {
        Self::of("files read", is_hidden)
    }

    /// The same for other things than files: what is done with them, such as `estates judged`.
    pub(crate) fn of(what: &str, is_hidden: bool) -> Self {
        // The library writes nothing where standard error is not a terminal.
        let target =
            if is_hidden { ProgressDrawTarget::hidden() } else { ProgressDrawTarget::stderr_with_hz(5) };
        let bar = ProgressBar::with_draw_target(None, target);
        if let Ok(style) = ProgressStyle::with_template(&format!("{{pos}} of {{len}} {what}, {{eta}} left")) {
            bar.set_style(style);
        }
        Self { bar, started: Instant::now() }
    }

    /// Wipes the line.
    pub(crate) fn finish(&self) {
        self.bar.finish_and_clear();
    }
}

impl lyncert_report::scan::Progress for ShownProgress {
    fn files(&self, done: usize, total: usize) {
        if self.started.elapsed() >= PROGRESS_DELAY {
            self.bar.set_length(total as u64);
            self.bar.set_position(done as u64);
        }
    }
}
