//! Whether a workbook is still as lyncert wrote it.

use std::io::{Read, Seek};

use zip::ZipArchive;

use super::AUTHOR;

/// Where a workbook says who made it and who saved it last.
const PROPERTIES: &str = "docProps/core.xml";
/// So much of it is looked at.
const MAX_BYTES: u64 = 64 * 1024;

/// Whether lyncert made a workbook, and nobody has saved it since: what people write into it is theirs. Whatever saves a workbook
/// writes its own properties, with whoever it was.
pub fn is_as_written(workbook: impl Read + Seek) -> bool {
    let Ok(mut archive) = ZipArchive::new(workbook) else { return false };
    let Ok(part) = archive.by_name(PROPERTIES) else { return false };
    let mut text = String::new();
    let is_read = part.take(MAX_BYTES).read_to_string(&mut text).is_ok();
    let made = format!("<dc:creator>{AUTHOR}</dc:creator>");
    let saved = format!("<cp:lastModifiedBy>{AUTHOR}</cp:lastModifiedBy>");
    is_read && text.contains(&format!("{made}{saved}"))
}
