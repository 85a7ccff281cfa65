//! How much of the history is kept.

/// Which runs a history keeps. The default is all of them.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Retention {
    /// At most this many runs of an estate, counting the newest.
    pub(crate) runs: Option<usize>,
    /// None that is more than this many days older than the newest run on the estate before this one.
    pub(crate) days: Option<u16>,
}
