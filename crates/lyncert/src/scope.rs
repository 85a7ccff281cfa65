//! What is judged: pools and sites, by the policy or the arguments.

use anyhow::anyhow;
use lyncert_ingest::name::NameError;
use lyncert_ingest::topology::Topology;
use lyncert_rules::policy::Scope;

use crate::args::ScopeArgs;
use crate::did_you_mean::hint;
use crate::exit::Failure;
use crate::log::{Event, Level};

/// The holders that are no pools, by the names that folders of certificates have too.
const OTHER_HOLDERS: [&str; 2] = ["reverse-proxy", "oauth"];

/// Adds a pool, or one of the holders that are none.
pub(crate) fn add_to_scope(scope: &mut Scope, text: &str) -> Result<(), String> {
    match text {
        "reverse-proxy" => scope.reverse_proxy = true,
        "oauth" => scope.oauth = true,
        name => scope.pools.push(name.parse().map_err(|error: NameError| error.to_string())?),
    }
    Ok(())
}

/// The scope that the arguments give, which takes the place of the policy's.
pub(crate) fn scope_of_args(args: &ScopeArgs) -> Result<Option<Scope>, Failure> {
    if args.pool.is_empty() && args.site.is_empty() {
        return Ok(None);
    }
    let mut scope = Scope { sites: args.site.clone(), ..Scope::default() };
    for pool in &args.pool {
        add_to_scope(&mut scope, pool).map_err(|error| Failure::usage(anyhow!("--pool: {error}")))?;
    }
    Ok(Some(scope))
}

/// Checks that each name of a scope is known to one of these topologies: a name that none has would leave everything out unseen.
pub(crate) fn check_scope(scope: &Scope, topologies: &[&Topology]) -> Result<(), Failure> {
    let pools = || topologies.iter().flat_map(|topology| topology.pools()).map(|pool| &pool.fqdn);
    for pool in &scope.pools {
        if !pools().any(|known| known == pool) {
            let known: Vec<&str> = pools().map(|known| known.as_str()).chain(OTHER_HOLDERS).collect();
            return Err(unknown_name(pool.as_str(), "pool", &known));
        }
    }
    let sites: Vec<&str> =
        topologies.iter().flat_map(|topology| &topology.sites).map(|site| site.name.as_str()).collect();
    for site in &scope.sites {
        if !sites.iter().any(|known| known.eq_ignore_ascii_case(site)) {
            return Err(unknown_name(site, "site", &sites));
        }
    }
    Ok(())
}

fn unknown_name(name: &str, kind: &str, known: &[&str]) -> Failure {
    let hinted = hint(name, known.iter().copied());
    Failure::usage(anyhow!("the scope has `{name}`, which is no {kind} of this topology; {hinted}"))
}

/// Says on standard error that an output is about more than the scope: otherwise it could be taken for narrowed.
pub(crate) fn tell_scope_is_not_applied(scope: &Scope, what: &str) {
    if scope.is_everything() {
        return;
    }
    let message = format!("note: the policy has a scope, which is about what is judged; {what}");
    Event::new(Level::Warning, "scope-not-applied", &message).say();
}
