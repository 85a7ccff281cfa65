//! The schemas of documents that only the program writes, held against the published ones.

use std::path::Path;

use lyncert_report::schemas::DocumentSchema;

/// Compares a schema with its file, or writes it when `UPDATE_EXPECT` is set.
pub(crate) fn golden(schema: &DocumentSchema) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../schemas").join(schema.file_name());
    let text = schema.text();
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        std::fs::write(&path, text).unwrap();
        return;
    }
    let published = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(published == text, "{} is another one (`just update` rewrites it)", path.display());
}
