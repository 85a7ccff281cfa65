//! Many estates in one run.

mod discover;
mod manifest;
mod run;

pub(crate) use discover::{Batch, Entry, Origin, discover};
pub(crate) use manifest::read as read_manifest;
pub(crate) use run::{Conditions, Done, judge_all};
