//! Chromium, driven through its DevTools protocol: messages of JSON that end with a zero byte, to and fro on a pipe.
//! <https://chromedevtools.github.io/devtools-protocol/>

use std::cell::{Cell, RefCell};
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

/// An answer that takes longer will not come. Generous, since other work may go on.
const PATIENCE: Duration = Duration::from_secs(120);
/// Names under which distributions have it.
const PROGRAMS: &[&str] = &["chromium", "chromium-browser", "google-chrome"];

/// A running browser without a window and with a profile of its own. It ends with this value.
pub(crate) struct Browser {
    process: Child,
    to: RefCell<Option<ChildStdin>>,
    from: Receiver<Value>,
    last_id: Cell<u64>,
    /// What was said by itself and nobody asked for yet.
    events: RefCell<Vec<Value>>,
    _profile: tempfile::TempDir,
}

/// How a page is opened.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Look {
    pub(crate) width: u32,
    pub(crate) is_dark: bool,
    /// Whether the page's own script runs.
    pub(crate) has_script: bool,
    /// Whether the page's content security policy holds.
    pub(crate) has_policy: bool,
}

impl Look {
    /// As most people see it.
    pub(crate) const USUAL: Self = Self { width: 1280, is_dark: false, has_script: true, has_policy: true };
    pub(crate) const HEIGHT: u32 = 900;
}

impl Browser {
    /// A browser; none where none is installed, which says so, and fails in CI.
    pub(crate) fn start() -> Option<Self> {
        let is_there = |program: &&&'static str| {
            let version = Command::new(program).arg("--version").output();
            version.is_ok_and(|output| output.status.success())
        };
        match PROGRAMS.iter().find(is_there) {
            Some(program) => Some(Self::run(program)),
            None => {
                super::is_missing("Chromium", "the pages cannot be looked at");
                None
            }
        }
    }

    fn run(program: &str) -> Self {
        let profile = tempfile::tempdir().expect("a temporary folder");
        // The browser reads commands from descriptor 3 and answers on descriptor 4; when 3 is closed it ends by itself.
        let mut process = Command::new("sh")
            .args(["-c", r#"exec "$0" "$@" 3<&0 4>&1 0</dev/null 1>/dev/null 2>/dev/null"#, program])
            .args([
                "--headless",
                "--remote-debugging-pipe",
                "--no-sandbox",
                "--no-first-run",
                "--no-default-browser-check",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-dev-shm-usage",
                "--disable-extensions",
                "--disable-gpu",
                "--disable-sync",
                "--force-color-profile=srgb",
                "--lang=en",
                "--mute-audio",
            ])
            .arg(format!("--user-data-dir={}", profile.path().display()))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the browser starts");
        let answers = BufReader::new(process.stdout.take().expect("standard output is a pipe"));
        let (say, from) = channel();
        std::thread::spawn(move || {
            for message in answers.split(0) {
                let Ok(message) = message else { break };
                let message = serde_json::from_slice(&message).expect("the browser speaks JSON");
                if say.send(message).is_err() {
                    break;
                }
            }
        });
        let to = RefCell::new(process.stdin.take());
        let events = RefCell::new(Vec::new());
        Self { process, to, from, last_id: Cell::new(0), events, _profile: profile }
    }

    /// Opens a file and waits until it is loaded.
    pub(crate) fn open(&self, file: &Path, look: Look) -> Page<'_> {
        let target = self.call(None, "Target.createTarget", json!({ "url": "about:blank" }));
        let target = text(&target["targetId"]);
        let attached =
            self.call(None, "Target.attachToTarget", json!({ "targetId": target, "flatten": true }));
        let page = Page { browser: self, target, session: text(&attached["sessionId"]) };
        for domain in ["Page", "Runtime", "Network", "Log"] {
            page.call(&format!("{domain}.enable"), json!({}));
        }
        page.look(look);
        page.call("Emulation.setFocusEmulationEnabled", json!({ "enabled": true }));
        page.call("Emulation.setScriptExecutionDisabled", json!({ "value": !look.has_script }));
        page.call("Page.setBypassCSP", json!({ "enabled": !look.has_policy }));
        page.go(&address(file));
        // Only the page's own script is kept from running: what tests ask for runs.
        page.call("Emulation.setScriptExecutionDisabled", json!({ "value": false }));
        page
    }

    fn call(&self, session: Option<&str>, method: &str, params: Value) -> Value {
        let id = self.last_id.get() + 1;
        self.last_id.set(id);
        let mut message = json!({ "id": id, "method": method });
        message["params"] = params;
        if let Some(session) = session {
            message["sessionId"] = session.into();
        }
        let mut to = self.to.borrow_mut();
        let to = to.as_mut().expect("the browser listens");
        let bytes = [message.to_string().as_bytes(), &[0]].concat();
        to.write_all(&bytes).and_then(|()| to.flush()).expect("the browser listens");
        let mut answer = self.wait(method, |message| message["id"] == id);
        assert!(answer["error"].is_null(), "{method}: {}", answer["error"]);
        answer["result"].take()
    }

    /// The first message of a kind that comes from now on. All others are kept.
    fn wait(&self, what: &str, is_meant: impl Fn(&Value) -> bool) -> Value {
        let end = Instant::now() + PATIENCE;
        loop {
            let left = end.saturating_duration_since(Instant::now());
            let message = self.from.recv_timeout(left);
            let message = message.unwrap_or_else(|error| panic!("no answer to {what}: {error}"));
            if is_meant(&message) {
                return message;
            }
            if message["id"].is_null() {
                self.events.borrow_mut().push(message);
            }
        }
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        // It ends when nobody speaks to it any more, and gets some time to do so.
        drop(self.to.take());
        for _ in 0..100 {
            if matches!(self.process.try_wait(), Ok(Some(_))) {
                return;
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        // Nothing can be done about a browser that cannot be ended.
        let _ = self.process.kill().and_then(|()| self.process.wait());
    }
}

/// A page in a tab of its own, which is closed with this value.
pub(crate) struct Page<'a> {
    browser: &'a Browser,
    target: String,
    session: String,
}

impl Page<'_> {
    /// A command of the protocol, and what it gives.
    pub(crate) fn call(&self, method: &str, params: Value) -> Value {
        self.browser.call(Some(&self.session), method, params)
    }

    fn go(&self, address: &str) {
        let gone = self.call("Page.navigate", json!({ "url": address }));
        assert!(gone["errorText"].is_null(), "{address}: {gone}");
        let is_loaded = |message: &Value| {
            message["method"] == "Page.loadEventFired" && message["sessionId"] == *self.session
        };
        let known = self.browser.events.borrow().iter().any(is_loaded);
        if !known {
            let loaded = self.browser.wait("the load of a page", is_loaded);
            self.browser.events.borrow_mut().push(loaded);
        }
    }

    /// Width, and light or dark.
    pub(crate) fn look(&self, look: Look) {
        let size =
            json!({ "width": look.width, "height": Look::HEIGHT, "deviceScaleFactor": 1, "mobile": false });
        self.call("Emulation.setDeviceMetricsOverride", size);
        let scheme = if look.is_dark { "dark" } else { "light" };
        let features = json!([{ "name": "prefers-color-scheme", "value": scheme }]);
        self.call("Emulation.setEmulatedMedia", json!({ "media": "screen", "features": features }));
    }

    /// As it is laid out on paper of a width.
    pub(crate) fn look_as_on_paper(&self, width: u32) {
        self.look(Look { width, ..Look::USUAL });
        self.call("Emulation.setEmulatedMedia", json!({ "media": "print", "features": [] }));
    }

    /// The value of an expression, or of what it promises.
    pub(crate) fn value(&self, expression: &str) -> Value {
        let params = json!({
            "expression": expression, "returnByValue": true, "awaitPromise": true, "userGesture": true,
        });
        let mut answer = self.call("Runtime.evaluate", params);
        assert!(answer["exceptionDetails"].is_null(), "{expression:.200}: {}", answer["exceptionDetails"]);
        answer["result"]["value"].take()
    }

    /// The value of an expression that is a list of texts.
    pub(crate) fn texts(&self, expression: &str) -> Vec<String> {
        let value = self.value(expression);
        let list = value.as_array().unwrap_or_else(|| panic!("{expression:.200} gives {value}"));
        list.iter().map(text).collect()
    }

    /// The value of an expression that is a number of things.
    pub(crate) fn count(&self, expression: &str) -> u64 {
        let value = self.value(expression);
        value.as_u64().unwrap_or_else(|| panic!("{expression:.200} gives {value}"))
    }

    /// Whether an expression is true.
    pub(crate) fn is(&self, expression: &str) -> bool {
        let value = self.value(expression);
        value.as_bool().unwrap_or_else(|| panic!("{expression:.200} gives {value}"))
    }

    /// Whether an expression is true, or gets so soon: what follows from a key or a click takes a moment.
    pub(crate) fn becomes(&self, expression: &str) -> bool {
        self.is(&format!(
            "new Promise((done) => {{
                const end = Date.now() + 10000;
                const look = () => {{
                    const is = !!({expression});
                    if (is || Date.now() > end) done(is);
                    else setTimeout(look, 20);
                }};
                look();
            }})"
        ))
    }

    /// Presses a key and lets it go.
    pub(crate) fn press(&self, key: &Key) {
        let event = |kind: &str, text: &str| {
            json!({
                "type": kind, "key": key.name, "code": key.name, "windowsVirtualKeyCode": key.code,
                "text": text,
            })
        };
        let kind = if key.text.is_empty() { "rawKeyDown" } else { "keyDown" };
        self.call("Input.dispatchKeyEvent", event(kind, key.text));
        self.call("Input.dispatchKeyEvent", event("keyUp", ""));
    }

    /// Lets the page do what people are asked for.
    pub(crate) fn grant(&self, permissions: &[&str]) {
        self.browser.call(None, "Browser.grantPermissions", json!({ "permissions": permissions }));
    }

    /// Types into what has the focus.
    pub(crate) fn write(&self, text: &str) {
        self.call("Input.insertText", json!({ "text": text }));
    }

    /// What the browser said of the page by itself so far, of one kind.
    pub(crate) fn events(&self, method: &str) -> Vec<Value> {
        // An answer comes after all that was said before it.
        self.value("1");
        let events = self.browser.events.borrow();
        let own =
            events.iter().filter(|event| event["sessionId"] == *self.session && event["method"] == method);
        own.map(|event| event["params"].clone()).collect()
    }

    /// The page on paper, as PDF.
    pub(crate) fn pdf(&self, paper: Paper) -> Vec<u8> {
        // Paper is paper only where nothing says that the page is on a screen.
        self.call("Emulation.setEmulatedMedia", json!({ "media": "", "features": [] }));
        let printed = self.call(
            "Page.printToPDF",
            json!({
                "preferCSSPageSize": true, "printBackground": true,
                "paperWidth": paper.width, "paperHeight": paper.height,
            }),
        );
        data_encoding::BASE64.decode(text(&printed["data"]).as_bytes()).expect("the browser encodes well")
    }
}

/// A sheet, in inches.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Paper {
    pub(crate) name: &'static str,
    pub(crate) width: f64,
    pub(crate) height: f64,
}

impl Paper {
    pub(crate) const A4: Self = Self { name: "A4", width: 8.27, height: 11.69 };
    /// What people print on.
    pub(crate) const ALL: [Self; 4] = [
        Self::A4,
        Self { name: "A4 landscape", width: 11.69, height: 8.27 },
        Self { name: "Letter", width: 8.5, height: 11.0 },
        Self { name: "Letter landscape", width: 11.0, height: 8.5 },
    ];
}

impl Drop for Page<'_> {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            self.browser.call(None, "Target.closeTarget", json!({ "targetId": self.target }));
        }
    }
}

/// A key of the keyboard.
pub(crate) struct Key {
    name: &'static str,
    code: u32,
    text: &'static str,
}

impl Key {
    pub(crate) const TAB: Self = Self { name: "Tab", code: 9, text: "" };
    pub(crate) const ENTER: Self = Self { name: "Enter", code: 13, text: "\r" };
}

/// The address of a file. Everything but the plainest characters is written by number.
fn address(file: &Path) -> String {
    let file = file.canonicalize().expect("the page is there");
    let path = file.to_str().expect("test paths are UTF-8");
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"/-_.".contains(&byte);
    let bytes = path.bytes();
    let written =
        bytes.map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") });
    format!("file://{}", written.collect::<String>())
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("{value} is a text")).to_owned()
}
