//! The pages that the tests look at, made once by the program itself.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use rcgen::string::Ia5String;
use rcgen::{CertificateParams, DnType, KeyPair, SanType};

use crate::estates::{self, Ends, Estate, Placement, Shape};
use crate::support::estates::{clean, write_estate};
use crate::support::{Audit, Batch, CommandLine, folder, run, sample, text};

/// What a hostile name tries to do; that it did not is seen by `window.ran`.
pub(crate) const HOSTILE: &str = "<script>window.ran=1</script>";
/// At this time some certificates of a spoiled estate have ended and some end soon.
const LATER: &str = "2026-12-28T12:00:00Z";

/// The time of a run before the one that is looked at.
const EARLIER: &str = "2026-11-15T12:00:00Z";

/// A page, by what it shows.
#[derive(Clone, Debug)]
pub(crate) struct Made {
    pub(crate) name: &'static str,
    pub(crate) file: PathBuf,
}

impl Made {
    /// Whether it is of one estate.
    pub(crate) fn is_report(&self) -> bool {
        self.file.ends_with("report.html")
    }
}

/// The pages of all kinds.
pub(crate) fn all() -> &'static [Made] {
    static ALL: OnceLock<Vec<Made>> = OnceLock::new();
    ALL.get_or_init(|| {
        vec![contoso(), made("fabrikam", &Audit::of("fabrikam")), index(), hostile(), twenty_pools()]
    })
}

/// The reports among them.
pub(crate) fn reports() -> impl Iterator<Item = &'static Made> {
    all().iter().filter(|made| made.is_report())
}

/// The page of the sample that has findings of many kinds.
pub(crate) fn sample_page() -> &'static Made {
    let sample = all().iter().find(|made| made.name == "contoso");
    sample.expect("the sample is among them")
}

/// The index.
pub(crate) fn index_page() -> &'static Made {
    let index = all().iter().find(|made| made.name == "index");
    index.expect("it is among them")
}

fn contoso() -> Made {
    let policy = sample("contoso").join("lyncert.toml");
    made("contoso", &Audit::of("contoso").policy(policy))
}

/// Runs the program, and keeps its page where it can be looked at after the tests.
pub(crate) fn made(name: &'static str, command: &CommandLine) -> Made {
    let out = place(name);
    let run = command.clone().out(&out).quiet().run();
    assert!(run.code < 2, "{name}: {}", run.err);
    Made { name, file: out.join("report.html") }
}

/// An empty folder of that name.
fn place(name: &str) -> PathBuf {
    let out = Path::new(env!("CARGO_TARGET_TMPDIR")).join("browser").join(name);
    if out.exists() {
        fs::remove_dir_all(&out).unwrap();
    }
    fs::create_dir_all(&out).unwrap();
    out
}

/// The index of a batch: one estate in order, one with findings, one whose topology was cut off. It is the second of its kind.
fn index() -> Made {
    let estates = folder(&[]);
    write_estate(estates.path(), "fabrikam", &clean());
    let unmet: Vec<_> = clean().into_iter().filter(|(path, _)| !path.contains("se01")).collect();
    write_estate(estates.path(), "northwind", &unmet);
    let mut cut = clean();
    let topology = cut.iter_mut().find(|(path, _)| path == "topology.xml").unwrap();
    topology.1.truncate(topology.1.len() / 2);
    write_estate(estates.path(), "tailspin", &cut);
    let out = place("index");
    let history = folder(&[]);
    for at in [EARLIER, AT] {
        let batch = Batch::of(&estates, &out).at(at).set("--history", text(history.path()));
        let run = batch.with(&["--overwrite"]).quiet().run();
        assert_eq!(run.code, 3, "{}", run.err);
    }
    Made { name: "index", file: out.join("index.html") }
}

/// A report in which all that others can name is named to do harm.
fn hostile() -> Made {
    let topology = fs::read_to_string(sample("contoso/topology.tbxml")).unwrap();
    let escaped = HOSTILE.replace('<', "&lt;").replace('>', "&gt;");
    let topology = topology
        .replace(">Redmond<", &format!(">{escaped}<"))
        .replace("dir01.contoso.net", &format!("{escaped}.contoso.net"))
        .replace("https://dialin.contoso.com", &format!("https://{escaped}"));
    let mut certificate = CertificateParams::default();
    certificate.distinguished_name.push(DnType::CommonName, HOSTILE);
    certificate.subject_alt_names = [HOSTILE, "\"><img/src=x/onerror=window.ran=1>"]
        .map(|name| SanType::DnsName(Ia5String::try_from(name).unwrap()))
        .to_vec();
    let certificate = certificate.self_signed(&KeyPair::generate().unwrap()).unwrap();
    let policy = format!(
        "[[waiver]]\nrule = \"san-missing\"\npool = \"pool01.contoso.net\"\nreason = \"{HOSTILE}\"\n"
    );
    let estate = folder(&[
        ("topology.tbxml", topology.as_bytes()),
        ("lyncert.toml", policy.as_bytes()),
        ("certs/pool01.contoso.net/<img src=x onerror=window.ran=1>.cer", certificate.der()),
        ("certs/<svg onload=window.ran=1>.pem", b"-----BEGIN CERTIFICATE-----\n<b>\n"),
    ]);
    let audit = Audit::of("contoso")
        .topology(estate.path().join("topology.tbxml"))
        .certs(estate.path().join("certs"))
        .policy(estate.path().join("lyncert.toml"));
    made("hostile", &audit)
}

fn twenty_pools() -> Made {
    spoiled("twenty pools", &Shape { pools: 20, servers: 3, strangers: 20, ..SPOILED })
}

/// An estate without pools whose certificates lie by server and end one after the other.
pub(crate) const SPOILED: Shape =
    Shape { pools: 0, servers: 0, strangers: 0, placement: Placement::Placed, ends: Ends::OneADay };

/// The page of an estate in which much is wrong: certificates have ended or end soon, some servers have none, and some the one of
/// another pool.
pub(crate) fn spoiled(name: &'static str, shape: &Shape) -> Made {
    let estate = Estate::new(shape);
    for pool in (0..shape.pools).filter(|pool| pool % 6 == 1) {
        let own = servers(&estate, pool);
        let others = servers(&estate, (pool + 1) % shape.pools);
        fs::remove_dir_all(own.first().unwrap()).unwrap();
        if let ([_, server, ..], [other, ..]) = (own.as_slice(), others.as_slice()) {
            fs::remove_dir_all(server).unwrap();
            fs::create_dir(server).unwrap();
            let file = fs::read_dir(other).unwrap().next().unwrap().unwrap();
            fs::copy(file.path(), server.join(file.file_name())).unwrap();
        }
    }
    judged(name, &estate, LATER)
}

/// The page of an estate as it is.
pub(crate) fn judged(name: &'static str, estate: &Estate, at: &str) -> Made {
    let out = place(name);
    let (topology, certificates) = (estate.topology(), estate.certificates());
    let arguments = ["audit", text(&topology), "--certs", text(&certificates), "--no-policy"];
    let run = run(&[&arguments[..], &["--at", at, "--out", text(&out), "-q"]].concat());
    assert!(run.code < 2, "{name}: {}", run.err);
    Made { name, file: out.join("report.html") }
}

/// The folders of the servers of a pool.
fn servers(estate: &Estate, pool: usize) -> Vec<PathBuf> {
    let pool = format!(".pool{pool:03}.");
    let folders = fs::read_dir(estate.certificates()).unwrap().map(|entry| entry.unwrap().path());
    let mut folders: Vec<PathBuf> = folders.filter(|path| text(path).contains(&pool)).collect();
    folders.sort();
    folders
}

/// The time at which estates that are in order are judged.
pub(crate) const AT: &str = estates::AT;
