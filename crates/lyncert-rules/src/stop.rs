//! The word that a result is not waited for any more.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Shared by whoever waits for a result and by the work that makes it. Work that takes long asks now and then whether it goes on. What
/// it gives after the word was said is unfinished, and nobody looks at it.
#[derive(Clone, Debug, Default)]
pub struct Stop {
    /// `None` where nobody can say it.
    said: Option<Arc<AtomicBool>>,
}

impl Stop {
    /// Nobody will say it.
    pub fn never() -> Self {
        Self::default()
    }

    /// It can be said, on any copy and for all of them.
    pub fn new() -> Self {
        Self { said: Some(Arc::default()) }
    }

    /// Says it.
    pub fn say(&self) {
        if let Some(said) = &self.said {
            said.store(true, Ordering::Relaxed);
        }
    }

    /// Whether it was said.
    pub fn is_said(&self) -> bool {
        self.said.as_ref().is_some_and(|said| said.load(Ordering::Relaxed))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_said_on_one_copy_all_of_them_know() {
        let (stop, never) = (Stop::new(), Stop::never());
        let copy = stop.clone();
        assert!(!copy.is_said());
        stop.say();
        never.say();
        assert_eq!((copy.is_said(), never.is_said()), (true, false));
    }
}
