//! Many estates in one run.

mod discover;
mod estate_folder;
mod manifest;
mod run;
#[cfg(test)]
pub(crate) mod testing;

pub(crate) use discover::{Batch, Entry, IS_LINK, MAX_DEPTH, Origin, discover, is_too_deep};
pub(crate) use estate_folder::{EstateFolder, Listing, folders_with_export, list_folder};
pub(crate) use manifest::read_manifest;
pub(crate) use run::{Conditions, Done, judge_all};
