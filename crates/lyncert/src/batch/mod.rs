//! Many estates in one run.

mod discover;
mod estate_folder;
mod manifest;
mod run;
#[cfg(test)]
mod testing;

pub(crate) use discover::{Batch, Entry, Origin, discover};
pub(crate) use manifest::read_manifest;
pub(crate) use run::{Conditions, Done, judge_all};
