//! A task for the Task Scheduler, in the order of its schema's elements.

use std::fmt::Write;

use super::{Job, JobKind};

/// The task as XML, with the line that registers it as a comment in front. It declares no encoding: the shell that saves it decides,
/// and both UTF-8 and UTF-16 are recognized without.
pub(super) fn task_definition(job: &Job) -> String {
    let (hour, minute) = job.time;
    let mut arguments = String::new();
    for argument in &job.arguments {
        if !arguments.is_empty() {
            arguments.push(' ');
        }
        arguments.push_str(&quoted(argument));
    }
    let (user, logon, account) = account(job);
    let (what, level) = match job.kind {
        JobKind::Lyncert => (
            "audits Lync Server and Skype for Business Server certificates. Exit code 0: no open finding; 1: findings; others: see lyncert --help.",
            "LeastPrivilege",
        ),
        // Without it stores and keys of other accounts cannot be read.
        JobKind::Collector => (
            "collects what lyncert reads of a Lync Server or Skype for Business Server deployment. Exit code 0: everything asked for; 4: a part of it; 3: nothing.",
            "HighestAvailable",
        ),
    };
    let logon = logon.map(|logon| format!("\n      <LogonType>{logon}</LogonType>")).unwrap_or_default();
    // A comment of XML must not have double hyphens in it.
    let name = escaped(&job.name);
    let in_comment = job.name.replace("--", "- -");
    let mut text = String::new();
    let _ = write!(
        text,
        r#"<?xml version="1.0"?>
<!-- Save this as {in_comment}.xml and register it from an elevated prompt:
     schtasks /Create /TN "{in_comment}" /XML "{in_comment}.xml"
     or: Register-ScheduledTask -TaskName "{in_comment}" -Xml (Get-Content -Raw "{in_comment}.xml")
     {account} -->
<Task version="1.2" xmlns="http://schemas.microsoft.com/windows/2004/02/mit/task">
  <RegistrationInfo>
    <Description>{name}: {what}</Description>
    <URI>\{name}</URI>
  </RegistrationInfo>
  <Triggers>
    <CalendarTrigger>
      <StartBoundary>2026-01-01T{hour:02}:{minute:02}:00</StartBoundary>
      <Enabled>true</Enabled>
"#
    );
    if job.random_delay > 0 {
        let _ = writeln!(text, "      <RandomDelay>PT{}M</RandomDelay>", job.random_delay);
    }
    let _ = write!(
        text,
        r#"      <ScheduleByDay>
        <DaysInterval>1</DaysInterval>
      </ScheduleByDay>
    </CalendarTrigger>
  </Triggers>
  <Principals>
    <Principal id="Author">
      <UserId>{user}</UserId>{logon}
      <RunLevel>{level}</RunLevel>
    </Principal>
  </Principals>
  <Settings>
    <MultipleInstancesPolicy>IgnoreNew</MultipleInstancesPolicy>
    <DisallowStartIfOnBatteries>false</DisallowStartIfOnBatteries>
    <StopIfGoingOnBatteries>false</StopIfGoingOnBatteries>
    <AllowHardTerminate>true</AllowHardTerminate>
    <StartWhenAvailable>true</StartWhenAvailable>
    <RunOnlyIfNetworkAvailable>false</RunOnlyIfNetworkAvailable>
    <Enabled>true</Enabled>
    <Hidden>false</Hidden>
    <ExecutionTimeLimit>PT4H</ExecutionTimeLimit>
    <Priority>7</Priority>
  </Settings>
  <Actions Context="Author">
    <Exec>
      <Command>{}</Command>
      <Arguments>{}</Arguments>
    </Exec>
  </Actions>
</Task>
"#,
        escaped(&job.program),
        escaped(&arguments)
    );
    text
}

/// Whom a task runs as, how that account logs on, and what is said of it.
fn account(job: &Job) -> (String, Option<&'static str>, String) {
    let needs = match job.kind {
        JobKind::Lyncert => "The account needs to read the inputs and to write the output folder.",
        JobKind::Collector => {
            "The account needs to be a local administrator of each server, and RTCUniversalServerAdmins to read the central store."
        }
    };
    match &job.user {
        // A group managed service account has no password that anybody would have to store.
        Some(user) if user.ends_with('$') => (escaped(user), Some("Password"), needs.to_owned()),
        Some(user) => match job.kind {
            JobKind::Lyncert => {
                let without = "It runs without a stored password, and so without access to network shares.";
                (escaped(user), Some("S4U"), format!("{needs}\n     {without}"))
            }
            // Other servers ask who it is, which takes a password.
            JobKind::Collector => {
                let with =
                    format!("Its password has to be stored: add /RU \"{user}\" /RP * to the first line.");
                (escaped(user), Some("Password"), format!("{needs}\n     {with}"))
            }
        },
        // The local service account, which cannot read keys; the local system can, and has no need of a network.
        None => match job.kind {
            JobKind::Lyncert => ("S-1-5-19".to_owned(), None, needs.to_owned()),
            JobKind::Collector => (
                "S-1-5-18".to_owned(),
                None,
                "It runs as the local system, which may read all of this computer.".to_owned(),
            ),
        },
    }
}

/// An argument as programs on Windows take it apart (`CommandLineToArgvW`): a backslash counts before a quote only.
pub(super) fn quoted(argument: &str) -> String {
    if !argument.is_empty() && !argument.contains([' ', '\t', '"']) {
        return argument.to_owned();
    }
    let mut quoted = String::from("\"");
    let mut backslashes = 0;
    for c in argument.chars() {
        match c {
            '\\' => backslashes += 1,
            '"' => {
                quoted.push_str(&"\\".repeat(backslashes * 2 + 1));
                backslashes = 0;
                quoted.push('"');
                continue;
            }
            _ => {
                quoted.push_str(&"\\".repeat(backslashes));
                backslashes = 0;
            }
        }
        if c != '\\' {
            quoted.push(c);
        }
    }
    quoted.push_str(&"\\".repeat(backslashes * 2));
    quoted.push('"');
    quoted
}

/// Text of an element.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
