//! Folders of estates for tests.

/// A topology without anything in it.
pub(crate) const EXPORT: &[u8] =
    br#"<Topology xmlns="urn:schema:Microsoft.Rtc.Management.Deploy.Topology.2008" />"#;

/// A new folder with these files.
pub(crate) fn tree(files: &[(&str, &[u8])]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, bytes) in files {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
    }
    folder
}
