//! `lyncert completions`: what a shell needs to complete the command line.

use clap::CommandFactory;

use crate::args::{Args, CompletionsArgs};
use crate::exit::{Failure, SUCCESS};
use crate::output;

pub(crate) fn run(args: &CompletionsArgs) -> Result<u8, Failure> {
    let mut script = Vec::new();
    let mut program = Args::command();
    let name = program.get_name().to_owned();
    clap_complete::generate(args.shell, &mut program, name, &mut script);
    output::print(|sink| sink.write_all(&script))?;
    Ok(SUCCESS)
}
