//! Where paths lead, and files that are opened without being led elsewhere.

use std::borrow::Cow;
use std::fs::{self, OpenOptions};
use std::path::{Component, Path, PathBuf};

use crate::windows_paths;

/// Whether a path is a link itself: the links on the way to it are the operator's.
pub(crate) fn is_link(path: &Path) -> bool {
    // A slash at the end would ask for what the link leads to, and `missing/..` for nothing.
    let path: PathBuf = path.components().collect();
    let path = match path.file_name() {
        Some(name) => resolved(folder_of(&path)).join(name),
        None => path,
    };
    fs::symlink_metadata(path).is_ok_and(|metadata| metadata.file_type().is_symlink())
}

/// The folder that a file is in.
pub(crate) fn folder_of(file: &Path) -> &Path {
    file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or_else(|| Path::new("."))
}

/// The last part of a path; empty where it has none.
pub(crate) fn name_of(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

/// An absolute path without links and without `..`, whether something is there or not. What is missing is taken for a folder
/// that will be made, so that `missing/..` is the folder around it.
pub(crate) fn resolved(path: &Path) -> PathBuf {
    if let Ok(real) = fs::canonicalize(path) {
        return real;
    }
    let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let mut real = PathBuf::new();
    for component in path.components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir => {
                real.pop();
            }
            Component::Prefix(_) | Component::RootDir | Component::Normal(_) => {
                real.push(component);
                if let Ok(there) = fs::canonicalize(&real) {
                    real = there;
                }
            }
        }
    }
    real
}

/// Whether two paths lead to the same file or folder.
pub(crate) fn is_same(one: &Path, other: &Path) -> bool {
    comparable(&resolved(one)) == comparable(&resolved(other)) || has_same_number(one, other)
}

/// Whether a path lies below another one.
pub(crate) fn is_below(path: &Path, folder: &Path) -> bool {
    below(path, folder).is_some_and(|below| !below.as_os_str().is_empty())
}

/// What of a path lies below a folder, empty for that itself; `None` where it lies elsewhere.
pub(crate) fn below(path: &Path, folder: &Path) -> Option<PathBuf> {
    let (path, folder) = (resolved(path), resolved(folder));
    let is_within = comparable(&path).starts_with(comparable(&folder));
    is_within.then(|| path.components().skip(folder.components().count()).collect())
}

/// A resolved path as it is compared: what is not there yet has no spelling of its own on Windows.
fn comparable(resolved: &Path) -> Cow<'_, Path> {
    match resolved.to_str() {
        Some(path) if cfg!(windows) => Cow::Owned(windows_paths::comparable(path).into()),
        Some(_) | None => Cow::Borrowed(resolved),
    }
}

/// A path as people are shown it.
pub(crate) fn shown(path: &Path) -> String {
    let path = path.display().to_string();
    if cfg!(windows) { windows_paths::with_one_separator(&path).into_owned() } else { path }
}

/// A file has one number, whatever it is called.
#[cfg(unix)]
fn has_same_number(one: &Path, other: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    let (Ok(one), Ok(other)) = (fs::metadata(resolved(one)), fs::metadata(resolved(other))) else {
        return false;
    };
    (one.dev(), one.ino()) == (other.dev(), other.ino())
}

#[cfg(not(unix))]
fn has_same_number(_: &Path, _: &Path) -> bool {
    false
}

/// Opens no link, and waits for nobody at the other end of a pipe.
#[cfg(target_os = "linux")]
pub(crate) fn no_follow(options: &mut OpenOptions) {
    use rustix::fs::OFlags;
    use std::os::unix::fs::OpenOptionsExt;
    options.custom_flags((OFlags::NOFOLLOW | OFlags::NONBLOCK).bits().cast_signed());
}

/// Elsewhere what is at the path is looked at before it is opened.
#[cfg(not(target_os = "linux"))]
pub(crate) fn no_follow(_: &mut OpenOptions) {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_resolved_whether_something_is_there_or_not() {
        let folder = tempfile::tempdir().unwrap();
        let real = fs::canonicalize(folder.path()).unwrap();
        assert_eq!(resolved(&folder.path().join("a/b")), real.join("a/b"));
        assert_eq!(resolved(folder.path()), real);
        assert!(is_same(&folder.path().join("a/."), &folder.path().join("a")));
        assert_eq!(resolved(&folder.path().join("missing/../a")), real.join("a"));
        assert!(is_same(&folder.path().join("missing/more/../.."), folder.path()));
        assert!(is_below(&folder.path().join("a/b"), folder.path()) && !is_below(folder.path(), &real));
    }

    #[cfg(unix)]
    #[test]
    fn a_link_is_one_whatever_follows_its_name() {
        let folder = tempfile::tempdir().unwrap();
        let link = folder.path().join("link");
        std::os::unix::fs::symlink(folder.path(), &link).unwrap();
        for end in ["", "/", "/."] {
            let path = PathBuf::from(format!("{}{end}", link.display()));
            assert!(is_link(&path), "{}", path.display());
        }
        assert!(is_link(&folder.path().join("missing/../link")));
        assert!(!is_link(folder.path()));
        assert!(is_same(&link, folder.path()));
    }
}
