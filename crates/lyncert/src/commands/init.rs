//! `lyncert init`: a policy file to start from.

use std::fs;
use std::path::Path;

use anyhow::anyhow;

use crate::args::InitArgs;
use crate::exit::{Failure, SUCCESS};
use crate::location::{is_link, shown};
use crate::output;
use crate::ownership::Kind;
use crate::paths::check_text;
use crate::policy_file::template;
use crate::read::POLICY_FILE;
use crate::staged::write_file;
use crate::windows_paths::Use;

pub(crate) fn run(args: &InitArgs) -> Result<u8, Failure> {
    if args.path == Path::new("-") {
        output::print(|sink| sink.write_all(template().as_bytes()))?;
        return Ok(SUCCESS);
    }
    check_text("FILE", &args.path, Use::Written)?;
    let path = if args.path.is_dir() { args.path.join(POLICY_FILE) } else { args.path.clone() };
    let is_there = fs::symlink_metadata(&path).is_ok();
    // A file that exists already may hold work: it is not overwritten by mistake.
    if is_there && (!args.overwrite.overwrite || is_link(&path)) {
        let path = shown(&path);
        return Err(Failure::usage(anyhow!(
            "`{path}` is there already; expected a path where no file is, or --overwrite for a file"
        )));
    }
    output::check_has_folder(&path)?;
    let written = write_file(&path, Kind::ByName, args.overwrite.overwrite, |sink| {
        sink.write_all(template().as_bytes())
    })?;
    output::print(|sink| output::list_written(&[written], sink))?;
    Ok(SUCCESS)
}
