//! Work that is given up when it takes too long.

use std::io::{self, Write};
use std::panic::{self, AssertUnwindSafe};
use std::sync::Arc;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::{Duration, Instant};

use anyhow::anyhow;
use lyncert_rules::stop::Stop;
use rayon::{ThreadPool, ThreadPoolBuilder};

use crate::exit::Failure;

/// How long something may take, from a beginning on.
#[derive(Clone, Copy, Debug)]
pub(crate) struct TimeLimit {
    limit: Option<Duration>,
    started: Instant,
}

impl TimeLimit {
    /// From now on. `None` for as long as it takes.
    pub(crate) fn from_now(limit: Option<Duration>) -> Self {
        Self { limit, started: Instant::now() }
    }

    /// Does work that is told to stop when the time is over, and not waited for any longer. `what` goes on "… within the time limit".
    pub(crate) fn run<T: Send + 'static>(
        self,
        what: &str,
        work: impl FnOnce(&Stop) -> Result<T, Failure> + Send + 'static,
    ) -> Result<T, Failure> {
        match self.limit {
            Some(_) => Workers::new()?.run(self, what, work),
            None => work(&Stop::never()),
        }
    }

    /// What a file is made through: once the time is over it takes nothing more.
    pub(crate) fn sink(self, sink: &mut dyn Write) -> impl Write {
        LimitedSink { limit: self, sink, until_asked: 0 }
    }

    /// That the time was over before `what` was done; `None` while it is not over.
    pub(crate) fn lateness(self, what: &str) -> Option<Failure> {
        let is_over = self.left().is_some_and(|left| left.is_zero());
        is_over.then(|| self.failure(what))
    }

    fn failure(self, what: &str) -> Failure {
        let seconds = self.limit.unwrap_or_default().as_secs_f64();
        Failure::no_input(anyhow!("{what} within the time limit of {seconds} seconds"))
    }

    /// What is left of it.
    fn left(self) -> Option<Duration> {
        self.limit.map(|limit| limit.saturating_sub(self.started.elapsed()))
    }
}

/// A sink that asks for the time after every so many bytes.
struct LimitedSink<'a> {
    limit: TimeLimit,
    sink: &'a mut dyn Write,
    /// So many bytes are taken before the time is asked for again.
    until_asked: usize,
}

/// Made within milliseconds, and more than enough that asking costs nothing.
const BYTES_BETWEEN_ASKING: usize = 1 << 16;

impl Write for LimitedSink<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.until_asked == 0 {
            if self.limit.left().is_some_and(|left| left.is_zero()) {
                return Err(io::ErrorKind::TimedOut.into());
            }
            self.until_asked = BYTES_BETWEEN_ASKING;
        }
        let taken = self.sink.write(bytes)?;
        self.until_asked = self.until_asked.saturating_sub(taken);
        Ok(taken)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.sink.flush()
    }
}

/// Threads of their own for one piece of work after the other. What is given up keeps its threads until it notices, and takes none from
/// others: the next one gets new ones.
pub(crate) struct Workers {
    pool: Arc<ThreadPool>,
}

/// Documents nest; a thread of its own has less room by default than the first one.
const STACK_BYTES: usize = 16 * 1024 * 1024;

impl Workers {
    /// As many as work has elsewhere.
    pub(crate) fn new() -> Result<Self, Failure> {
        let threads = rayon::current_num_threads();
        let built = ThreadPoolBuilder::new().num_threads(threads).stack_size(STACK_BYTES).build();
        let pool = built
            .map_err(|error| Failure::internal(anyhow::Error::new(error).context("cannot start a thread")))?;
        Ok(Self { pool: Arc::new(pool) })
    }

    /// Does work on these threads; a panic is a failure of this work alone.
    pub(crate) fn run<T: Send + 'static>(
        &mut self,
        limit: TimeLimit,
        what: &str,
        work: impl FnOnce(&Stop) -> Result<T, Failure> + Send + 'static,
    ) -> Result<T, Failure> {
        let (sender, receiver) = mpsc::channel();
        let stop = Stop::new();
        let told = stop.clone();
        self.pool.spawn(move || {
            let done = panic::catch_unwind(AssertUnwindSafe(|| work(&told)));
            // When the time was over, the receiver is gone.
            let _ = sender.send(done);
        });
        let done = match limit.left() {
            Some(left) => receiver.recv_timeout(left),
            None => receiver.recv().map_err(|_| RecvTimeoutError::Disconnected),
        };
        match done {
            Ok(Ok(outcome)) => outcome,
            Ok(Err(_)) | Err(RecvTimeoutError::Disconnected) => {
                Err(Failure::internal(anyhow!("internal error; please report this as a bug")))
            }
            Err(RecvTimeoutError::Timeout) => {
                stop.say();
                *self = Self::new()?;
                Err(limit.failure(what))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::thread;

    use super::*;
    use crate::exit::{INTERNAL_ERROR, NO_INPUT};

    #[test]
    fn a_panic_is_an_internal_error_of_this_work_alone() {
        let mut workers = Workers::new().unwrap();
        let no_limit = TimeLimit::from_now(None);
        let outcome =
            workers.run(no_limit, "", |_| -> Result<(), Failure> { panic!("a defect of the program") });
        assert_eq!(outcome.unwrap_err().code, INTERNAL_ERROR);
        assert_eq!(workers.run(no_limit, "", |_| Ok(3)).unwrap(), 3);
    }

    #[test]
    fn work_that_takes_too_long_is_left_behind_and_told_to_stop() {
        let mut workers = Workers::new().unwrap();
        let (sender, receiver) = mpsc::channel();
        let limit = TimeLimit::from_now(Some(Duration::from_millis(10)));
        let outcome = workers.run(limit, "it was not judged", move |stop| {
            while !stop.is_said() {
                thread::yield_now();
            }
            sender.send(()).unwrap();
            Ok(())
        });
        let failure = outcome.unwrap_err();
        assert_eq!(
            (failure.code, failure.error.to_string().as_str()),
            (NO_INPUT, "it was not judged within the time limit of 0.01 seconds")
        );
        receiver.recv_timeout(Duration::from_secs(60)).unwrap();
    }

    #[test]
    fn a_sink_takes_nothing_once_the_time_is_over() {
        let piece = vec![b'a'; BYTES_BETWEEN_ASKING];
        for (limit, written) in [(None, 3), (Some(Duration::from_secs(3_600)), 3), (Some(Duration::ZERO), 0)]
        {
            let limit = TimeLimit::from_now(limit);
            let mut bytes = Vec::new();
            let mut sink = limit.sink(&mut bytes);
            let done = (0..3).try_for_each(|_| sink.write_all(&piece));
            drop(sink);
            assert_eq!((done.is_ok(), bytes.len()), (written == 3, written * piece.len()));
            assert_eq!(limit.lateness("it was not written").is_some(), written == 0);
        }
    }

    #[test]
    fn what_is_left_behind_takes_no_thread_from_what_comes_after() {
        let mut workers = Workers::new().unwrap();
        let (release, wait) = mpsc::channel::<()>();
        let limit = TimeLimit::from_now(Some(Duration::from_millis(10)));
        // It never asks whether somebody waits, and keeps every thread.
        let stuck = workers.run(limit, "it was not judged", move |_| {
            let wait = std::sync::Mutex::new(wait);
            rayon::broadcast(|_| {
                let _ = wait.lock().unwrap().recv_timeout(Duration::from_secs(60));
            });
            Ok(())
        });
        assert!(stuck.is_err());
        let sum = workers.run(TimeLimit::from_now(None), "", |_| {
            let (one, other) = rayon::join(|| 1, || 2);
            Ok(one + other)
        });
        assert_eq!(sum.unwrap(), 3);
        drop(release);
    }
}
