//! `lyncert collector`: the script that fills the folder which an audit reads.

use std::fs;
use std::path::Path;

use anyhow::anyhow;

use crate::args::CollectorArgs;
use crate::exit::{Failure, SUCCESS};
use crate::location::{is_link, shown};
use crate::output;
use crate::ownership::Kind;
use crate::paths::check_text;
use crate::staged::write_file;
use crate::windows_paths::Use;

/// What the script is called: the collector's lines for administrators name it so.
const SCRIPT_NAME: &str = "Export-LyncertCollection.ps1";

/// The script as it lies in the repository, byte for byte: what it writes and what this program reads always fit.
const SCRIPT: &[u8] = include_bytes!("../../../../scripts/Export-LyncertCollection.ps1");

pub(crate) fn run(args: &CollectorArgs) -> Result<u8, Failure> {
    let Some(path) = args.path.as_deref().filter(|path| *path != Path::new("-")) else {
        output::print(|sink| sink.write_all(SCRIPT))?;
        return Ok(SUCCESS);
    };
    check_text("FILE", path, Use::Written)?;
    let path = if path.is_dir() { path.join(SCRIPT_NAME) } else { path.to_owned() };
    let overwrite = args.overwrite.overwrite;
    // What is there already may be signed or changed: only where the very same bytes are is nothing lost.
    let is_same = is_script(&path);
    if fs::symlink_metadata(&path).is_ok() && !is_same && (!overwrite || is_link(&path)) {
        let path = shown(&path);
        return Err(Failure::usage(anyhow!(
            "`{path}` is there already and is not this version of the script; move it away, or give --overwrite for a file"
        )));
    }
    output::check_has_folder(&path)?;
    let written = write_file(&path, Kind::ByName, overwrite || is_same, |sink| sink.write_all(SCRIPT))?;
    output::print(|sink| output::list_written(&[written], sink))?;
    Ok(SUCCESS)
}

/// Whether a path is a file with the bytes of the script.
fn is_script(path: &Path) -> bool {
    let is_like = |metadata: fs::Metadata| metadata.is_file() && metadata.len() == SCRIPT.len() as u64;
    fs::symlink_metadata(path).is_ok_and(is_like) && fs::read(path).is_ok_and(|found| found == SCRIPT)
}
