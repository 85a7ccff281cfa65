//! Which of the documents that lie in a folder is the export of its estate.
//!
//! A person who names files decides by their order ([`combine`]). In a folder nobody did, and a file that
//! happens to sort first must not decide: not a picture called `topology.png`, and not an old export or a certificate that holds a
//! topology.

use std::collections::BTreeSet;

use crate::deployment::{Deployment, combine};
use crate::document::Document;
use crate::error::ReadError;
use crate::place::Place;
use crate::problem::Problem;
use crate::topology::{PoolKind, Topology};

/// How surely a file was meant to be the export, the surest first.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
enum Rank {
    /// It is called `topology.*`.
    Named,
    /// It has the ending of an export.
    Export,
    /// It only holds one.
    Other,
}

impl Rank {
    fn of(name: &str) -> Self {
        let name = name.to_ascii_lowercase();
        let (stem, ending) = name.rsplit_once('.').unwrap_or((&name, ""));
        match (stem, ending) {
            ("topology", _) => Self::Named,
            (_, "tbxml" | "xml" | "zip") => Self::Export,
            _ => Self::Other,
        }
    }
}

/// Puts together what lies in one folder: the most surely meant export counts, others complete it where they agree about pools. What
/// was not used, or holds no topology, is a problem.
///
/// # Errors
///
/// None of the files holds a topology, or two of equal rank disagree about pools.
pub fn choose(files: Vec<(String, Result<Document, ReadError>)>) -> Result<Deployment, ReadError> {
    let mut passed_over: Vec<(String, ReadError)> = Vec::new();
    let mut documents: Vec<(Rank, Document)> = Vec::new();
    for (name, read) in files {
        match read {
            Ok(document) => documents.push((Rank::of(&name), document)),
            Err(error) => passed_over.push((name, error)),
        }
    }
    // The sort keeps the order of names within a rank.
    documents.sort_by_key(|(rank, document)| (document.topology.is_none(), *rank));
    let problems = drop_strangers(&mut documents)?;
    let is_empty = documents.first().is_none_or(|(_, document)| document.topology.is_none());
    if is_empty && !passed_over.is_empty() {
        return Err(passed_over.swap_remove(0).1);
    }
    let mut deployment = combine(documents.into_iter().map(|(_, document)| document).collect())?;
    deployment.problems.extend(problems);
    let told = passed_over.into_iter().map(|(name, error)| Problem {
        place: Place { document: name.into(), path: "".into(), line: 1, column: 1 },
        text: format!("the file was passed over: {error}"),
    });
    deployment.problems.extend(told);
    Ok(deployment)
}

/// Takes out exports that describe other pools than the one that counts, and says so.
fn drop_strangers(documents: &mut Vec<(Rank, Document)>) -> Result<Vec<Problem>, ReadError> {
    let mut problems = Vec::new();
    let Some((first_rank, first)) = documents.first() else { return Ok(problems) };
    let Some(topology) = &first.topology else { return Ok(problems) };
    let (rank, name, pools) = (*first_rank, first.name.clone(), pools_of(topology));
    let mut ambiguous = None;
    documents.retain(|(other_rank, other)| {
        let Some(difference) = other.topology.as_ref().and_then(|other| difference(&pools, &pools_of(other)))
        else {
            return true;
        };
        if *other_rank == rank {
            ambiguous.get_or_insert_with(|| ReadError::Ambiguous {
                first: name.to_string(),
                second: other.name.to_string(),
                difference: difference.clone(),
            });
        }
        problems.push(Problem {
            place: Place { document: other.name.clone(), path: "Topology".into(), line: 1, column: 1 },
            text: format!(
                "the file describes another topology than `{name}` ({difference}), and was not used"
            ),
        });
        false
    });
    ambiguous.map_or(Ok(problems), Err)
}

/// A pool and its servers, by which topologies are compared.
type PoolKey = (String, PoolKind, BTreeSet<String>);

fn pools_of(topology: &Topology) -> BTreeSet<PoolKey> {
    let key = |pool: &crate::topology::Pool| {
        let servers = pool.machines.iter().map(|machine| machine.fqdn.key().to_owned()).collect();
        (pool.fqdn.key().to_owned(), pool.kind, servers)
    };
    topology.pools().map(key).collect()
}

/// The first pool that only one of two topologies has, or has otherwise.
fn difference(one: &BTreeSet<PoolKey>, other: &BTreeSet<PoolKey>) -> Option<String> {
    let (fqdn, kind, _) = one.symmetric_difference(other).next()?;
    Some(format!("they differ in the {} `{fqdn}`", kind.title()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn export(pool: &str) -> String {
        format!(
            r#"<Topology xmlns="urn:schema:Microsoft.Rtc.Management.Deploy.Topology.2008">
<InternalDomains DefaultDomain="contoso.com"><InternalDomain Name="contoso.com" /></InternalDomains>
<Sites><CentralSite SiteId="1"><Name>Main</Name></CentralSite></Sites>
<Clusters><Cluster Fqdn="{pool}" RequiresSetup="true"><ClusterId SiteId="1" Number="1" /><Machine Fqdn="{pool}" /></Cluster></Clusters>
<Services><Service ServiceVersion="7"><ServiceId SiteId="1" RoleName="MediationServer" Instance="1" />
<InstalledOn><ClusterId SiteId="1" Number="1" /></InstalledOn></Service></Services></Topology>"#
        )
    }

    fn chosen(files: &[(&str, &str)]) -> Result<(String, Vec<String>), String> {
        let read =
            |(name, text): &(&str, &str)| ((*name).to_owned(), crate::format::read(name, text.as_bytes()));
        let deployment = choose(files.iter().map(read).collect()).map_err(|error| error.to_string())?;
        let pool = deployment.topology.pools().next().map(|pool| pool.fqdn.to_string());
        let problems = deployment.problems.into_iter().map(|problem| problem.text).collect();
        Ok((pool.unwrap_or_default(), problems))
    }

    #[test]
    fn what_is_called_topology_counts_wherever_it_sorts() {
        let (own, other) = (export("med1.contoso.com"), export("med9.contoso.com"));
        for stranger in ["000.cer", "old-config.xml", "a.tbxml", "zzz.txt"] {
            let (pool, problems) = chosen(&[(stranger, &other), ("topology.xml", &own)]).unwrap();
            assert_eq!(pool, "med1.contoso.com", "{stranger}");
            assert_eq!(problems.len(), 1, "{problems:?}");
            assert!(problems[0].contains("another topology than `topology.xml`"), "{}", problems[0]);
        }
    }

    #[test]
    fn an_export_counts_before_a_file_that_only_holds_one() {
        let (own, empty) = (export("med1.contoso.com"), export("med9.contoso.com"));
        let (pool, problems) = chosen(&[("000.cer", &empty), ("export.tbxml", &own)]).unwrap();
        assert_eq!((pool.as_str(), problems.len()), ("med1.contoso.com", 1));
    }

    #[test]
    fn two_of_equal_rank_that_disagree_cannot_be_judged() {
        let (one, other) = (export("med1.contoso.com"), export("med9.contoso.com"));
        let error = chosen(&[("a.xml", &one), ("b.xml", &other)]).unwrap_err();
        assert!(error.contains("`a.xml` and `b.xml`") && error.contains("med1.contoso.com"), "{error}");
        let (pool, problems) = chosen(&[("a.xml", &one), ("b.xml", &one)]).unwrap();
        assert_eq!((pool.as_str(), problems.len()), ("med1.contoso.com", 0));
    }

    #[test]
    fn a_file_without_a_topology_is_passed_over_and_told() {
        let own = export("med1.contoso.com");
        let (pool, problems) = chosen(&[("topology.png", "\u{89}PNG"), ("x.xml", &own)]).unwrap();
        assert_eq!(pool, "med1.contoso.com");
        assert!(problems[0].starts_with("the file was passed over: "), "{problems:?}");
        assert!(chosen(&[("topology.png", "\u{89}PNG")]).is_err());
        assert!(chosen(&[]).is_err());
    }
}
