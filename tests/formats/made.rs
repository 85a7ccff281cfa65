//! The files that the tests look at, made once by the program itself.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use lyncert_report::render::FORMATS;
use rcgen::string::Ia5String;
use rcgen::{CertificateParams, DnType, KeyPair, SanType};
use serde_json::Value;

use crate::support::{Audit, CommandLine, report, sample, text};

/// What hostile names try, each in the language of one of the formats.
const HOSTILE: [&str; 8] = [
    "<script>alert(1)</script>",
    "[click](http://evil.example)![x](y)",
    "@team/everybody #1 www.evil.example",
    "=HYPERLINK(\"http://evil.example\")",
    "]]>&lt;\"'{0}",
    "a\\\"\\n\\,;b}",
    "|*a*|_b_|`c`|",
    "BEGIN:VEVENT\\nEND:VCALENDAR",
];

/// The files of a report, by what it is of.
#[derive(Debug)]
pub(crate) struct Made {
    pub(crate) name: &'static str,
    folder: PathBuf,
    pub(crate) report: Value,
}

impl Made {
    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }
}

/// Reports of all kinds.
pub(crate) fn all() -> &'static [Made] {
    static ALL: OnceLock<Vec<Made>> = OnceLock::new();
    ALL.get_or_init(|| {
        let first = made("contoso", &Audit::of("contoso"));
        let baseline = first.file("report.json");
        let policy = place("policy").join("lyncert.toml");
        fs::write(&policy, "[[waiver]]\nrule = 'san-missing'\nname = 'fabrikam.com'\nreason = 'CHG-4711'\n")
            .unwrap();
        let later = Audit::of("contoso").at("2026-12-20").policy(&policy).set("--baseline", text(&baseline));
        vec![first, made("later", &later), made("fabrikam", &Audit::of("fabrikam")), hostile()]
    })
}

/// An empty folder of that name.
fn place(name: &str) -> PathBuf {
    let out = Path::new(env!("CARGO_TARGET_TMPDIR")).join("formats").join(name);
    if out.exists() {
        fs::remove_dir_all(&out).unwrap();
    }
    fs::create_dir_all(&out).unwrap();
    out
}

fn made(name: &'static str, command: &CommandLine) -> Made {
    let folder = place(name);
    let formats: Vec<&str> = FORMATS.iter().map(|format| format.id).collect();
    let run = command.clone().out(&folder).format(&formats.join(",")).quiet().run();
    assert!(run.code < 2, "{name}: {}", run.err);
    Made { name, report: report(&folder), folder }
}

/// The sample with certificates of hostile names, in the place of a server and beside it.
fn hostile() -> Made {
    let certs = place("hostile-certs");
    for (index, name) in HOSTILE.iter().enumerate() {
        let mut params = CertificateParams::default();
        params.distinguished_name.push(DnType::CommonName, *name);
        let names = HOSTILE.iter().filter_map(|name| Ia5String::try_from(*name).ok());
        params.subject_alt_names = names.map(SanType::DnsName).collect();
        let certificate = params.self_signed(&KeyPair::generate().unwrap()).unwrap();
        let folder = certs.join(if index % 2 == 0 { "pool01.contoso.net" } else { "beside" });
        fs::create_dir_all(&folder).unwrap();
        let file = format!("{index}+a b@c#d[e](f);g,h={{0}}.cer");
        fs::write(folder.join(file), certificate.der()).unwrap();
    }
    fs::write(certs.join("@all <b> [x](y).txt"), "nothing").unwrap();
    let audit = Audit::of("contoso")
        .certs(&certs)
        .set("--estate", "@ops/<b>|[x](y)")
        .topology(sample("contoso/topology.tbxml"));
    made("hostile", &audit)
}
