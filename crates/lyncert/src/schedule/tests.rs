use super::*;

fn job(arguments: &[&str]) -> Job {
    Job {
        name: "lyncert-audit".to_owned(),
        kind: JobKind::Lyncert,
        program: "/usr/local/bin/lyncert".to_owned(),
        arguments: arguments.iter().map(ToString::to_string).collect(),
        time: (3, 5),
        user: None,
        random_delay: 30,
    }
}

fn given(arguments: &[&str]) -> Vec<String> {
    arguments.iter().map(ToString::to_string).collect()
}

const AUDIT: [&str; 6] = ["audit", "/srv/topology.tbxml", "--certs", "/srv/certs", "--out", "/srv/out"];

#[test]
fn an_unattended_run_shows_no_progress_and_prints_nothing() {
    let arguments = unattended(Scheduler::Cron, &given(&AUDIT)).unwrap();
    assert_eq!(arguments[6..], ["--no-progress", "--quiet", "--log-file", "/srv/out/lyncert.log"]);
    let mut quiet = AUDIT.to_vec();
    quiet.extend(["-q", "--log-file", "/var/log/lyncert.log"]);
    assert_eq!(
        unattended(Scheduler::Cron, &given(&quiet)).unwrap()[6..],
        ["-q", "--log-file", "/var/log/lyncert.log", "--no-progress"]
    );
}

#[test]
fn what_depends_on_place_or_people_is_refused() {
    let with = |index: usize, value: &'static str| {
        let mut arguments = AUDIT.to_vec();
        arguments[index] = value;
        unattended(Scheduler::Systemd, &given(&arguments)).unwrap_err().error.to_string()
    };
    for (error, message) in [
        (
            with(1, "topology.tbxml"),
            "`topology.tbxml` depends on where the run starts; expected an absolute path such as `/srv/lyncert/out`",
        ),
        (with(5, "out"), "`out` depends on where the run starts"),
        (with(1, "-"), "nobody is there to write to standard input; expected a file"),
        (
            with(0, "plan"),
            "the arguments after `--` are not those of lyncert: unexpected argument '--certs' found",
        ),
        (with(4, "--history"), "nobody reads what is printed; expected `--out` with a folder"),
        (with(3, "/srv/a\nb"), r"`/srv/a\nb` has a `\n` in it, which no path can have"),
    ] {
        assert!(error.starts_with(message), "{error}");
    }
    let topology = unattended(Scheduler::Cron, &given(&["topology", "/srv/t.xml"])).unwrap_err();
    assert!(
        topology.error.to_string().starts_with("expected `audit` or `batch` and its arguments after `--`")
    );
    let batch = unattended(Scheduler::Cron, &given(&["batch", "estates", "--out", "/srv/out"])).unwrap_err();
    assert!(batch.error.to_string().starts_with("`estates` depends on"));
}

#[test]
fn every_option_that_is_a_path_has_to_be_absolute() {
    use clap::CommandFactory;
    let commands = Args::command();
    for (command, base) in [
        ("audit", &AUDIT[..]),
        ("batch", &["batch", "/srv/estates", "--out", "/srv/out"]),
        ("batch", &["batch", "--from-reports", "/srv/shard", "--out", "/srv/out"]),
    ] {
        let takes_path =
            |option: &&clap::Arg| option.get_value_parser().type_id() == std::any::TypeId::of::<PathBuf>();
        let options = commands.find_subcommand(command).unwrap().get_arguments().filter(takes_path);
        let flags: Vec<String> =
            options.filter_map(|option| Some(format!("--{}", option.get_long()?))).collect();
        assert!(flags.len() >= 5, "{flags:?}");
        for flag in flags.iter().filter(|flag| !base.contains(&flag.as_str())) {
            // Without it the map is a mistake by itself.
            let redact: &[&str] = if flag == "--redact-map" { &["--redact"] } else { &[] };
            let line = [base, &[flag, "relative"], redact].concat();
            let error = unattended(Scheduler::Cron, &given(&line)).unwrap_err();
            let error = error.error.to_string();
            let is_told = error.starts_with("`relative` depends on where the run starts");
            assert!(is_told || error.contains("cannot be used with"), "{command} {flag}: {error}");
        }
    }
}

#[test]
fn absolute_is_what_the_scheduler_s_system_says() {
    for (path, is_absolute) in [
        (r"C:\lyncert\out", true),
        ("c:/lyncert/out", true),
        (r"\\server\share\out", true),
        (r"\out", false),
        ("C:out", false),
        ("/srv/out", false),
        ("", false),
        ("é:\\", false),
    ] {
        assert_eq!(windows_paths::is_absolute(path), is_absolute, "{path}");
    }
    assert!(check_path(Scheduler::Windows, Path::new(r#"C:\a"b"#)).is_err());
}

/// The elements of the task schema whose order counts, each with its children in that order, as the Task Scheduler itself
/// exports tasks.
const SCHEMA: [(&str, &[&str]); 8] = [
    ("Task", &["RegistrationInfo", "Triggers", "Principals", "Settings", "Data", "Actions"]),
    ("RegistrationInfo", &["Date", "Author", "Version", "Description", "URI", "Source", "Documentation"]),
    ("Triggers", &["CalendarTrigger"]),
    (
        "CalendarTrigger",
        &[
            "Repetition",
            "StartBoundary",
            "EndBoundary",
            "ExecutionTimeLimit",
            "Enabled",
            "RandomDelay",
            "ScheduleByDay",
        ],
    ),
    ("Principals", &["Principal"]),
    ("Principal", &["UserId", "LogonType", "GroupId", "DisplayName", "RunLevel"]),
    (
        "Settings",
        &[
            "MultipleInstancesPolicy",
            "DisallowStartIfOnBatteries",
            "StopIfGoingOnBatteries",
            "AllowHardTerminate",
            "StartWhenAvailable",
            "RunOnlyIfNetworkAvailable",
            "IdleSettings",
            "AllowStartOnDemand",
            "Enabled",
            "Hidden",
            "RunOnlyIfIdle",
            "WakeToRun",
            "ExecutionTimeLimit",
            "Priority",
            "RestartOnFailure",
        ],
    ),
    ("Exec", &["Command", "Arguments", "WorkingDirectory"]),
];

/// The elements of an XML text, each with its parent; the texts have no other markup.
fn elements(xml: &str) -> Vec<(String, String)> {
    let without_comment = xml.split("-->").last().unwrap();
    let mut open: Vec<String> = Vec::new();
    let mut found = Vec::new();
    for part in without_comment.split('<').skip(1) {
        let tag = part.split('>').next().unwrap();
        if let Some(name) = tag.strip_prefix('/') {
            assert_eq!(open.pop().as_deref(), Some(name), "tags are paired");
            continue;
        }
        let name = tag.split(' ').next().unwrap().to_owned();
        found.push((open.last().cloned().unwrap_or_default(), name.clone()));
        open.push(name);
    }
    assert!(open.is_empty());
    found
}

#[test]
fn the_task_has_its_elements_in_the_order_of_the_schema() {
    for (delay, user) in [(0, None), (30, Some("svc-lyncert")), (30, Some("svc-lyncert$"))] {
        let user = user.map(ToOwned::to_owned);
        let xml = windows::task_definition(&Job { random_delay: delay, user, ..job(&[r"C:\a b\c", "<&>"]) });
        let found = elements(&xml);
        for (parent, order) in SCHEMA {
            let children: Vec<&str> =
                found.iter().filter(|(own, _)| own == parent).map(|(_, name)| name.as_str()).collect();
            let places: Vec<Option<usize>> =
                children.iter().map(|child| order.iter().position(|known| known == child)).collect();
            assert!(places.iter().all(Option::is_some), "{parent}: {children:?}");
            assert!(places.is_sorted(), "{parent}: {children:?}");
            assert!(!children.is_empty(), "{parent}");
        }
        assert!(xml.contains("&lt;&amp;&gt;") && !xml.contains("<&>"));
    }
}

#[test]
fn arguments_survive_every_shell() {
    for (argument, quoted) in [
        ("plain", "plain"),
        ("", r#""""#),
        (r"C:\a b\", r#""C:\a b\\""#),
        (r#"say "hi""#, r#""say \"hi\"""#),
        (r"C:\a\b", r"C:\a\b"),
        (r#"a\"b c"#, r#""a\\\"b c""#),
    ] {
        assert_eq!(windows::quoted(argument), quoted);
    }
    for (argument, quoted) in [
        ("/srv/out", "/srv/out"),
        ("a b", "\"a b\""),
        ("100%", "100%%"),
        ("$HOME", "$$HOME"),
        ("a\"b\\", "\"a\\\"b\\\\\""),
    ] {
        assert_eq!(systemd::quoted(argument), quoted);
    }
    for (argument, quoted) in [
        ("/srv/out", "/srv/out"),
        ("a b", "'a b'"),
        ("it's", "'it'\\''s'"),
        ("100%", "'100'\\%''"),
        ("$(x)", "'$(x)'"),
        ("", "''"),
    ] {
        assert_eq!(cron::quoted(argument), quoted);
    }
}

#[test]
fn the_line_has_five_fields_and_a_command() {
    let text = cron::crontab_line(&job(&["audit", "/srv/a b"]));
    let line = text.lines().nth(1).unwrap();
    assert_eq!(
        line,
        r"5 3 * * * sleep $(($$ \% 1800)) && nice -n 19 /usr/local/bin/lyncert audit '/srv/a b'"
    );
    let of_user =
        cron::crontab_line(&Job { user: Some("lyncert".to_owned()), random_delay: 0, ..job(&["audit"]) });
    assert!(of_user.ends_with("\n5 3 * * * lyncert nice -n 19 /usr/local/bin/lyncert audit\n"));
}

#[test]
fn no_argument_ends_a_line_or_acts_on_a_terminal() {
    for scheduler in [Scheduler::Windows, Scheduler::Systemd, Scheduler::Cron] {
        let audit: Vec<String> = match scheduler {
            Scheduler::Windows => AUDIT.iter().map(|argument| argument.replace("/srv", "C:")).collect(),
            Scheduler::Systemd | Scheduler::Cron => given(&AUDIT),
        };
        for option in ["--estate", "--site", "--pool"] {
            for acting in
                ["\n", "\r", "\u{1}", "\u{1b}[31m", "\u{7f}", "\u{85}", "\u{9b}", "\u{202E}", "\u{2028}"]
            {
                let mut arguments = audit.clone();
                arguments.extend([option.to_owned(), format!("x{acting}y")]);
                let refused = unattended(scheduler, &arguments).unwrap_err();
                assert_eq!(refused.code, crate::exit::USAGE);
                let message = refused.error.to_string();
                assert!(
                    !message.contains(acting) && message.contains("expected a text without"),
                    "{message}"
                );
            }
        }
        assert!(unattended(scheduler, &[audit, given(&["--estate", "Zürich 100% $x"])].concat()).is_ok());
    }
}

#[test]
fn the_program_of_a_unit_has_its_own_rule() {
    assert_eq!(systemd::quoted_program("/opt/100%/$x/lyncert"), "/opt/100%%/$x/lyncert");
    assert_eq!(systemd::quoted_program("/opt/a b/lyncert"), "\"/opt/a b/lyncert\"");
    assert_eq!(systemd::quoted(";"), "\";\"", "systemd would start another command");
    assert_eq!(systemd::quoted("${HOME}"), "\"$${HOME}\"");
}
