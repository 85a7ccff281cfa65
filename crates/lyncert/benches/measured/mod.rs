//! What is measured: runs of the program, and what they are compared with.

use std::fs;
use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use rayon::prelude::*;
use walkdir::WalkDir;
use x509_parser::prelude::{FromDer, X509Certificate};

use crate::estates::{AT, Estate};

/// Tasks are repeated until so much time is spent on them.
const ENOUGH: Duration = Duration::from_secs(10);
const MOST_ROUNDS: usize = 15;
/// How often the memory of a process is looked at. The largest so far is what is read, so nothing but the last moment is missed.
const LOOK: Duration = Duration::from_millis(2);

/// An audit that writes what it writes by default.
pub(crate) fn audit(estate: &Estate) -> Command {
    let mut command = program("audit");
    command.arg(estate.topology()).arg("--certs").arg(estate.certificates());
    command.args(["--no-policy", "--exit-zero", "-q", "--out"]).arg(estate.report());
    command
}

/// A forecast of two years.
pub(crate) fn forecast(estate: &Estate) -> Command {
    let mut command = program("forecast");
    command.arg(estate.topology()).arg("--certs").arg(estate.certificates()).arg("--no-policy");
    command
}

/// The certificates of the folder, as text.
pub(crate) fn inspect(estate: &Estate) -> Command {
    let mut command = program("inspect");
    command.arg(estate.certificates());
    command
}

fn program(name: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_lyncert"));
    command.arg(name).args(["--at", AT]).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command
}

pub(crate) fn run(command: &mut Command) {
    let status = command.status().expect("the program starts");
    assert!(status.success(), "{command:?} ends with {status}");
}

/// What the program is compared with: the files are read and parsed on all cores, and nothing is kept.
pub(crate) fn read_and_parse(folder: &Path) {
    let extensions: usize = files(folder)
        .par_iter()
        .map(|path| {
            let bytes = fs::read(path).expect("the file is there");
            X509Certificate::from_der(&bytes).expect("it is a certificate").1.extensions().len()
        })
        .sum();
    black_box(extensions);
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = WalkDir::new(folder).into_iter().map(|entry| entry.expect("the folder can be read"));
    entries.filter(|entry| entry.file_type().is_file()).map(walkdir::DirEntry::into_path).collect()
}

/// The fastest run of each task, which is the one that other work on the machine disturbed least. The tasks take turns, so that
/// what disturbs one for long disturbs all. The first round is not counted: after it the files are in the memory of the system.
/// Where that alone takes long, it is the answer.
pub(crate) fn seconds<const TASKS: usize>(mut tasks: [&mut dyn FnMut(); TASKS]) -> [f64; TASKS] {
    let mut round = || tasks.each_mut().map(timed);
    let mut fastest = round();
    if fastest.iter().sum::<Duration>() < ENOUGH {
        fastest = round();
        let start = Instant::now();
        for _ in 1..MOST_ROUNDS {
            let next = round();
            fastest.iter_mut().zip(next).for_each(|(best, own)| *best = own.min(*best));
            if start.elapsed() > ENOUGH {
                break;
            }
        }
    }
    fastest.map(|time| time.as_secs_f64())
}

fn timed(task: &mut impl FnMut()) -> Duration {
    let start = Instant::now();
    task();
    start.elapsed()
}

/// The largest memory that the program had, in bytes.
pub(crate) fn peak(command: &mut Command) -> u64 {
    let mut child = command.spawn().expect("the program starts");
    let mut largest = 0;
    loop {
        largest = resident(&child).unwrap_or(largest);
        if let Some(status) = child.try_wait().expect("the program can be waited for") {
            assert!(status.success(), "{command:?} ends with {status}");
            return largest;
        }
        sleep(LOOK);
    }
}

/// The largest memory so far; nothing once the process has ended.
fn resident(child: &Child) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{}/status", child.id())).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kilobytes: u64 = line.trim().trim_end_matches(" kB").parse().ok()?;
    Some(kilobytes * 1024)
}
