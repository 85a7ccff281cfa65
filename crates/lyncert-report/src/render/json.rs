//! JSON, for programs.

use std::io::{self, Write};

use serde::Serialize;

/// Writes a view as indented JSON with a final line end. Values are raw: nothing is escaped beyond what JSON asks for.
///
/// # Errors
///
/// Those of the sink.
pub fn write<T: Serialize>(view: &T, sink: &mut dyn Write) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *sink, view)?;
    sink.write_all(b"\n")
}
