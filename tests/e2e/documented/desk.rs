//! Where the commands of a page run: a folder with the samples, and with what a reader has.

use std::fs;
use std::path::PathBuf;

use super::reviewed::STANDS_FOR;
use crate::support::estates::tree;
use crate::support::{AT, Run, folder, lyncert, root};

/// A folder of its own for each page, whose commands follow one another.
pub(super) struct Desk(tempfile::TempDir);

/// What a command gave.
pub(super) struct Given {
    pub(super) run: Run,
    /// Whether it was about files of the reader, of which no page knows what is wrong with them.
    pub(super) is_of_reader: bool,
}

impl Desk {
    pub(super) fn new() -> Self {
        let desk = Self(folder(&[]));
        desk.lay("samples", "samples");
        for (estate, place) in [
            ("samples/contoso", "contoso"),
            ("samples/contoso", "estates/contoso"),
            ("samples/fabrikam", "estates/fabrikam"),
            ("samples/northwind", "estates/northwind"),
            ("samples/northwind/collection", "collection"),
        ] {
            desk.lay(estate, place);
        }
        let topology = fs::read_to_string(root().join("samples/contoso/topology.tbxml")).unwrap();
        let domain = "Name=\"fabrikam.com\"";
        let changed = topology.replace(domain, "Name=\"northwindtraders.com\"");
        assert!(changed != topology, "the changed topology has another domain");
        for (name, text) in [("topology.xml", &topology), ("old.tbxml", &topology), ("new.tbxml", &changed)] {
            fs::write(desk.path(name), text).unwrap();
        }
        fs::write(desk.path("event.txt"), "Log Name: Lync Server\nSource: LS Data MCU\nEvent ID: 41026\n")
            .unwrap();
        desk.zip_of_topology();
        desk
    }

    fn path(&self, below: &str) -> PathBuf {
        self.0.path().join(below)
    }

    /// Copies a folder of the project.
    fn lay(&self, from: &str, to: &str) {
        for (file, bytes) in tree(&root().join(from)) {
            self.write(&format!("{to}/{file}"), &bytes);
        }
    }

    fn write(&self, below: &str, bytes: &[u8]) {
        let path = self.path(below);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }

    /// What `Export-CsConfiguration` gives, in so far as a topology lies in it.
    fn zip_of_topology(&self) {
        use std::io::Write as _;
        let mut zip = zip::ZipWriter::new(fs::File::create(self.path("config.zip")).unwrap());
        zip.start_file("topology.xml", zip::write::SimpleFileOptions::default()).unwrap();
        zip.write_all(&fs::read(self.path("topology.xml")).unwrap()).unwrap();
        zip.finish().unwrap();
    }

    /// Runs the words behind `lyncert`.
    pub(super) fn run(&self, command: &str) -> Given {
        let (command, written_to) = match command.rsplit_once('>') {
            Some((command, file)) => (command.trim_end_matches('>'), Some(file.trim())),
            None => (command, None),
        };
        let mut is_of_reader = false;
        let mut words = words(command);
        if words[0] != "schedule" {
            for word in &mut words {
                if let Some((_, here)) = STANDS_FOR.iter().find(|(there, _)| there == word) {
                    *word = (*here).to_owned();
                    is_of_reader = true;
                }
                if let Some(below) = word.strip_prefix("~/") {
                    *word = format!("home/{below}");
                }
            }
        } else if words[1] == "windows"
            && !["--program", "collector"].iter().any(|word| command.contains(word))
        {
            // The page is read where lyncert runs; here it lies elsewhere.
            words.splice(2..2, ["--program".to_owned(), r"C:\lyncert\lyncert.exe".to_owned()]);
        }
        let is_about_a_time = match words[0].as_str() {
            "audit" | "batch" | "inspect" | "check" | "forecast" => true,
            "doctor" => words.contains(&"--topology".to_owned()),
            _ => false,
        };
        if is_about_a_time && !words.contains(&"--at".to_owned()) {
            let is_of_sample = words.iter().any(|word| word.starts_with("samples"));
            assert!(!is_of_sample, "`{command}`: what a sample gives depends on the day; expected `--at`");
            words.extend(["--at".to_owned(), AT.to_owned()]);
        }
        let arguments: Vec<&str> = words.iter().map(String::as_str).collect();
        let output = lyncert(&arguments).current_dir(self.0.path()).output().expect("the program starts");
        let run = Run::from(output);
        if let Some(file) = written_to {
            assert!(!run.out.is_empty(), "`{command}` has nothing to write to {file}: {}", run.err);
            if !file.starts_with(['~', '$']) {
                fs::write(self.path(file), &run.out).unwrap();
            }
        }
        Given { run, is_of_reader }
    }
}

/// The words of a command line; quotes hold words with blanks together.
fn words(line: &str) -> Vec<String> {
    let parts = line.split('"').enumerate();
    let words = parts.flat_map(|(index, part)| match index % 2 {
        0 => part.split_whitespace().map(str::to_owned).collect(),
        _ => vec![part.to_owned()],
    });
    words.collect()
}
