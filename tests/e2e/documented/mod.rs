//! The pages tell the truth: every command on them runs and prints what they show, every link leads somewhere, and their lists are whole.

#[cfg(unix)]
mod commands;
#[cfg(unix)]
mod desk;
mod links;
mod lists;
mod options;
mod page;
#[cfg(unix)]
mod reviewed;
