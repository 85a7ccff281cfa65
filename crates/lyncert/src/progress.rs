//! How far a long scan is, for a person at a terminal.

use std::io;
use std::time::{Duration, Instant};

use console::Term;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle, TermLike};

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
        let target = if is_hidden { ProgressDrawTarget::hidden() } else { on_stderr() };
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

/// Standard error, where it is a terminal.
fn on_stderr() -> ProgressDrawTarget {
    const REDRAWS_A_SECOND: u8 = 5;
    if !cfg!(windows) {
        // The library writes nothing where standard error is not a terminal.
        return ProgressDrawTarget::stderr_with_hz(REDRAWS_A_SECOND);
    }
    let terminal = Term::buffered_stderr();
    if terminal.is_term() {
        ProgressDrawTarget::term_like_with_hz(Box::new(Narrower(terminal)), REDRAWS_A_SECOND)
    } else {
        ProgressDrawTarget::hidden()
    }
}

/// A terminal whose last column stays free. The library fills lines to their end, and a console of Windows goes on to the next row
/// when its last column is written: every redraw would leave a line behind.
#[derive(Debug)]
struct Narrower<T>(T);

impl<T: TermLike> TermLike for Narrower<T> {
    fn width(&self) -> u16 {
        self.0.width().saturating_sub(1).max(1)
    }

    fn height(&self) -> u16 {
        self.0.height()
    }

    fn move_cursor_up(&self, n: usize) -> io::Result<()> {
        self.0.move_cursor_up(n)
    }

    fn move_cursor_down(&self, n: usize) -> io::Result<()> {
        self.0.move_cursor_down(n)
    }

    fn move_cursor_right(&self, n: usize) -> io::Result<()> {
        self.0.move_cursor_right(n)
    }

    fn move_cursor_left(&self, n: usize) -> io::Result<()> {
        self.0.move_cursor_left(n)
    }

    fn write_line(&self, text: &str) -> io::Result<()> {
        self.0.write_line(text)
    }

    fn write_str(&self, text: &str) -> io::Result<()> {
        self.0.write_str(text)
    }

    fn clear_line(&self) -> io::Result<()> {
        self.0.clear_line()
    }

    fn flush(&self) -> io::Result<()> {
        self.0.flush()
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

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use super::*;

    /// A console that goes on to the next row when its last column is written, and counts how often.
    #[derive(Clone, Debug, Default)]
    struct OldConsole(Arc<Mutex<Rows>>);

    #[derive(Debug, Default)]
    struct Rows {
        column: usize,
        row: usize,
        texts: usize,
    }

    const COLUMNS: usize = 80;

    impl TermLike for OldConsole {
        fn width(&self) -> u16 {
            COLUMNS as u16
        }

        fn move_cursor_up(&self, n: usize) -> io::Result<()> {
            let mut rows = self.0.lock().unwrap();
            rows.row = rows.row.saturating_sub(n);
            Ok(())
        }

        fn move_cursor_down(&self, n: usize) -> io::Result<()> {
            self.0.lock().unwrap().row += n;
            Ok(())
        }

        fn move_cursor_right(&self, n: usize) -> io::Result<()> {
            self.0.lock().unwrap().column += n;
            Ok(())
        }

        fn move_cursor_left(&self, n: usize) -> io::Result<()> {
            let mut rows = self.0.lock().unwrap();
            rows.column = rows.column.saturating_sub(n);
            Ok(())
        }

        fn write_line(&self, text: &str) -> io::Result<()> {
            self.write_str(text)?;
            let mut rows = self.0.lock().unwrap();
            rows.row += 1;
            rows.column = 0;
            Ok(())
        }

        fn write_str(&self, text: &str) -> io::Result<()> {
            let mut rows = self.0.lock().unwrap();
            rows.column += text.chars().count();
            rows.row += rows.column / COLUMNS;
            rows.column %= COLUMNS;
            rows.texts += 1;
            Ok(())
        }

        fn clear_line(&self) -> io::Result<()> {
            self.0.lock().unwrap().column = 0;
            Ok(())
        }

        fn flush(&self) -> io::Result<()> {
            Ok(())
        }
    }

    /// In which row the console is after some redraws.
    fn row_after(console: &OldConsole, target: Box<dyn TermLike>) -> usize {
        let bar = ProgressBar::with_draw_target(Some(10), ProgressDrawTarget::term_like(target));
        bar.set_style(ProgressStyle::with_template("{pos} of {len}").unwrap());
        for _ in 0..10 {
            bar.inc(1);
            bar.tick();
        }
        let rows = console.0.lock().unwrap();
        assert!(rows.texts >= 10, "it was drawn: {rows:?}");
        rows.row
    }

    #[test]
    fn progress_stays_on_its_line_where_the_last_column_ends_it() {
        let console = OldConsole::default();
        assert!(row_after(&console.clone(), Box::new(console)) > 0, "the library fills lines to their end");
        let console = OldConsole::default();
        assert_eq!(row_after(&console.clone(), Box::new(Narrower(console))), 0);
    }
}
