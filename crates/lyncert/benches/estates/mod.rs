//! Estates of any size, the same on every machine: for the benches of the program and for the check of how its cost grows.
//!
//! Such an estate is in order: the program itself is asked which certificates the topology needs, and one authority issues them.

mod authority;
mod topology;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use rayon::prelude::*;
use serde_json::Value;
use time::OffsetDateTime;
use time::macros::datetime;

use authority::{Authority, Leaf};

/// The time that estates are judged by.
pub(crate) const AT: &str = "2026-11-22T12:00:00Z";
/// Certificates of the estate are valid from here on.
const ISSUED: OffsetDateTime = datetime!(2026-06-01 08:00:00 UTC);
/// In estates that nothing happens to, certificates end here.
const END: OffsetDateTime = datetime!(2027-11-22 08:00:00 UTC);
/// Where certificates end one after the other, the first does so here.
const FIRST_END: OffsetDateTime = datetime!(2026-12-20 08:00:00 UTC);
/// Strangers are issued one an hour from here on, over and over, so that some have ended.
const STRANGERS_FROM: OffsetDateTime = datetime!(2024-06-01 08:00:00 UTC);
/// The hours of two years, after which the dates of strangers begin again.
const STRANGERS_SPAN: usize = 17_520;
/// Folders as large estates have them.
const FOLDERS: usize = 200;

/// Where the certificates of the estate lie.
#[derive(Clone, Copy)]
pub(crate) enum Placement {
    /// All in one folder, under names that say nothing: only their content tells where they belong.
    Flat,
    /// Each in a folder that is named after its server; what several servers share, in the folder of each.
    Placed,
}

/// When the certificates of the estate end.
#[derive(Clone, Copy)]
pub(crate) enum Ends {
    /// All on one day.
    Together,
    /// Each a day after the one before, so that a forecast has something to say of each.
    OneADay,
}

/// What an estate is like.
#[derive(Clone, Copy)]
pub(crate) struct Shape {
    pub(crate) pools: usize,
    pub(crate) servers: usize,
    pub(crate) strangers: usize,
    pub(crate) placement: Placement,
    pub(crate) ends: Ends,
}

/// An estate on the disk, deleted with this value.
pub(crate) struct Estate {
    folder: tempfile::TempDir,
}

impl Estate {
    /// Pools of Front Ends whose certificates are in order.
    pub(crate) fn new(shape: &Shape) -> Self {
        let estate = Self::with_topology(&topology::front_ends(shape.pools, shape.servers));
        let authority = Authority::new();
        estate.add(Path::new("root.cer"), authority.root());
        estate
            .orders()
            .par_iter()
            .enumerate()
            .for_each(|(index, order)| estate.fulfill(order, index, shape, &authority));
        estate.add_strangers(shape.strangers, &authority);
        estate
    }

    /// The sample topology beside certificates that have nothing to do with it.
    pub(crate) fn of_strangers(count: usize) -> Self {
        let estate = Self::with_topology(&topology::sample());
        let authority = Authority::new();
        estate.add(Path::new("root.cer"), authority.root());
        estate.add_strangers(count, &authority);
        estate
    }

    /// The export.
    pub(crate) fn topology(&self) -> PathBuf {
        self.folder.path().join("topology.tbxml")
    }

    /// The folder of certificates.
    pub(crate) fn certificates(&self) -> PathBuf {
        self.folder.path().join("certs")
    }

    /// Where reports may be written.
    pub(crate) fn report(&self) -> PathBuf {
        self.folder.path().join("report")
    }

    fn with_topology(text: &[u8]) -> Self {
        let estate = Self { folder: tempfile::tempdir().expect("there is a place for temporary folders") };
        fs::write(estate.topology(), text).expect("the folder can be written to");
        estate
    }

    fn add(&self, path: &Path, der: &[u8]) {
        let path = self.certificates().join(path);
        let folder = path.parent().expect("the path has a folder");
        fs::create_dir_all(folder)
            .and_then(|()| fs::write(&path, der))
            .expect("the folder can be written to");
    }

    /// What the program says that the topology needs.
    fn orders(&self) -> Vec<Value> {
        let mut command = Command::new(env!("CARGO_BIN_EXE_lyncert"));
        let output = command.arg("plan").arg(self.topology()).args(["--format", "json"]).output();
        let plan: Value = serde_json::from_slice(&output.expect("the program starts").stdout)
            .expect("the program prints its plan as JSON");
        plan["orders"].as_array().expect("a plan has orders").clone()
    }

    /// Issues what is ordered, and lays it where it belongs. Every server gets one certificate for all that it does.
    fn fulfill(&self, order: &Value, index: usize, shape: &Shape, authority: &Authority) {
        let not_after = match shape.ends {
            Ends::Together => END,
            Ends::OneADay => FIRST_END + time::Duration::days(whole(index)),
        };
        // The rules advise some names (such as those of automatic sign-in) that orders leave out.
        let dns_names: Vec<String> =
            texts(&order["request"]["dns_names"]).chain(texts(&order["also_accepted"])).collect();
        let der = authority.issue(&Leaf {
            common_name: order["subject"].as_str().expect("an order has a subject"),
            dns_names: &dns_names,
            client: texts(&order["eku"]).any(|purpose| purpose == "clientAuth"),
            not_before: ISSUED,
            not_after,
            number: index,
        });
        let file = format!("certificate-{index:05}.cer");
        match shape.placement {
            Placement::Flat => self.add(Path::new(&file), &der),
            Placement::Placed => {
                folders(order).iter().for_each(|folder| self.add(&Path::new(folder).join(&file), &der));
            }
        }
    }

    /// Certificates that serve nothing in the topology, in many folders.
    fn add_strangers(&self, count: usize, authority: &Authority) {
        (0..count).into_par_iter().for_each(|index| {
            let host = format!("app{index:05}.department{}.adatum.com", index % 40);
            let names = [host.clone(), format!("service{index}.adatum.com"), format!("app{index:05}")];
            let not_before = STRANGERS_FROM + time::Duration::hours(whole(index % STRANGERS_SPAN));
            let der = authority.issue(&Leaf {
                common_name: &host,
                dns_names: &names,
                client: index % 2 == 0,
                not_before,
                not_after: not_before + time::Duration::days(365),
                number: STRANGERS_NUMBER + index,
            });
            self.add(Path::new(&format!("others/folder{:03}/{host}.cer", index % FOLDERS)), &der);
        });
    }
}

/// Numbers of strangers begin here, far from those of the estate.
const STRANGERS_NUMBER: usize = 1 << 24;

/// The servers that an order is for; what is on no server of the topology has a folder too.
fn folders(order: &Value) -> Vec<String> {
    let servers: Vec<String> = texts(&order["install_on"]).collect();
    if servers.is_empty() { vec!["reverse-proxy".to_owned()] } else { servers }
}

fn texts(array: &Value) -> impl Iterator<Item = String> {
    array.as_array().into_iter().flatten().filter_map(text)
}

fn text(value: &Value) -> Option<String> {
    value.as_str().map(str::to_owned)
}

fn whole(number: usize) -> i64 {
    i64::try_from(number).expect("estates are not that large")
}
