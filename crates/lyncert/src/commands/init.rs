//! `lyncert init`: a policy file to start from.

use std::fs::OpenOptions;
use std::io::{ErrorKind, Write};
use std::path::Path;

use anyhow::anyhow;

use crate::args::InitArgs;
use crate::exit::{Failure, SUCCESS};
use crate::output;
use crate::policy_file::template;
use crate::read::POLICY_FILE;

pub(crate) fn run(args: &InitArgs) -> Result<u8, Failure> {
    if args.path == Path::new("-") {
        output::print(|sink| sink.write_all(template().as_bytes()))?;
        return Ok(SUCCESS);
    }
    let path = if args.path.is_dir() { args.path.join(POLICY_FILE) } else { args.path.clone() };
    // A file that exists already may hold work: it is never overwritten.
    let written = OpenOptions::new()
        .write(true)
        .create_new(true)
        .open(&path)
        .and_then(|mut file| file.write_all(template().as_bytes()));
    match written {
        Ok(()) => {
            output::print(|sink| writeln!(sink, "Wrote {}", path.display()))?;
            Ok(SUCCESS)
        }
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {
            let path = path.display();
            Err(Failure::usage(anyhow!("`{path}` is there already; expected a path where no file is")))
        }
        Err(error) => {
            let context = format!("cannot write `{}`", path.display());
            Err(Failure::usage(anyhow::Error::new(error).context(context)))
        }
    }
}
