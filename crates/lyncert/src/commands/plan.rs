//! `lyncert plan`: which certificates the topology needs.

use lyncert_report::{Estate, Plan, render};
use time::OffsetDateTime;

use crate::args::{PlanArgs, PrintFormat};
use crate::exit::{Failure, SUCCESS};
use crate::{input, output};

pub(crate) fn run(args: &PlanArgs) -> Result<u8, Failure> {
    let topology = input::topology(&args.topology)?;
    let policy = input::policy(&args.policy, &args.topology)?;
    let name = input::estate_name(&args.policy, &topology.deployment);
    let plan = Plan::new(&Estate {
        name: &name,
        deployment: &topology.deployment,
        facts: &policy.facts,
        policy_file: policy.file.as_ref().map(|file| file.name.as_str()),
        inputs: &[],
        // What is needed does not depend on the time.
        at: OffsetDateTime::UNIX_EPOCH,
    });
    output::print(|sink| match args.format {
        PrintFormat::Text => render::text::plan(&plan, sink),
        PrintFormat::Json => render::json::write(&plan, sink),
    })?;
    Ok(SUCCESS)
}
