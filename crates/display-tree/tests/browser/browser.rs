//! A headless Chromium with one page in it.

use serde_json::{Value, json};
use std::io::{BufRead as _, BufReader};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use thirtyfour::prelude::*;
use thirtyfour::{ChromeCapabilities, LoggingPrefsLogLevel};

/// Chromium showing a page.
pub(crate) struct Browser {
    driver: WebDriver,
}

/// Opens the page, runs the test, and looks that nothing was wrong with the page: no error or warning on its console,
/// no request but for the page itself.
pub(crate) fn with_page(page: &Path, test: impl AsyncFnOnce(&Browser)) {
    let service = Service::start();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let driver = WebDriver::new(service.url(), capabilities()).await.unwrap();
        // Ended with the service: a test that fails shall not wait for the browser to say goodbye.
        driver.clone().leak().unwrap();
        let browser = Browser { driver };
        browser.open(page).await;
        test(&browser).await;
        assert_eq!(browser.complaints().await, Vec::<String>::new());
        assert_eq!(browser.requests_beside(page).await, Vec::<String>::new());
    });
}

fn capabilities() -> ChromeCapabilities {
    let mut wanted = DesiredCapabilities::chrome();
    wanted.set_binary("/usr/bin/chromium").unwrap();
    for argument in [
        "--headless=new",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-dev-shm-usage",
        "--hide-scrollbars",
        "--window-size=1280,1000",
    ] {
        wanted.add_arg(argument).unwrap();
    }
    wanted.set_logging_prefs("browser", LoggingPrefsLogLevel::All).unwrap();
    wanted.set_logging_prefs("performance", LoggingPrefsLogLevel::All).unwrap();
    wanted
}

impl Browser {
    /// Opens a page and waits until it can be used.
    pub(crate) async fn open(&self, page: &Path) {
        self.driver.goto(format!("file://{}", page.display())).await.unwrap();
        self.driver.query(By::Css("html[data-ready=yes]")).first().await.unwrap();
    }

    /// What a script in the page gives back.
    pub(crate) async fn ask(&self, script: &str) -> Value {
        self.driver.execute(script, Vec::new()).await.unwrap().json().clone()
    }

    /// The number that this expression gives.
    pub(crate) async fn number(&self, expression: &str) -> f64 {
        self.ask(&format!("return {expression}")).await.as_f64().unwrap_or_else(|| panic!("no number: {expression}"))
    }

    /// The text that this expression gives.
    pub(crate) async fn text(&self, expression: &str) -> String {
        let found = self.ask(&format!("return {expression}")).await;
        found.as_str().unwrap_or_else(|| panic!("no text but {found}: {expression}")).to_owned()
    }

    /// The texts of all elements that match.
    pub(crate) async fn texts(&self, selector: &str) -> Vec<String> {
        let script = format!("return [...document.querySelectorAll({})].map((e) => e.textContent)", json!(selector));
        serde_json::from_value(self.ask(&script).await).unwrap()
    }

    /// How many elements match.
    pub(crate) async fn count(&self, selector: &str) -> usize {
        self.texts(selector).await.len()
    }

    /// Presses keys, wherever the focus is.
    pub(crate) async fn press(&self, keys: impl Into<TypingData>) {
        self.driver.action_chain().send_keys(keys).perform().await.unwrap();
    }

    /// Clicks the first element that matches.
    pub(crate) async fn click(&self, selector: &str) {
        self.driver.find(By::Css(selector)).await.unwrap().click().await.unwrap();
    }

    /// Moves the pointer to the corner and lets what moves come to rest.
    pub(crate) async fn point_nowhere(&self) {
        self.driver.action_chain().move_to(0, 0).perform().await.unwrap();
        self.ask("return Promise.all(document.getAnimations().map((one) => one.finished)).then(() => 0)").await;
    }

    /// Waits until there is such an element.
    pub(crate) async fn wait_for(&self, by: By) {
        self.driver.query(by).first().await.unwrap();
    }

    /// Makes the system prefer `light` or `dark`, or the medium `print`.
    pub(crate) async fn emulate(&self, medium: &str, scheme: &str) {
        let media = json!({ "media": medium, "features": [{ "name": "prefers-color-scheme", "value": scheme }] });
        self.driver.cdp().send_raw("Emulation.setEmulatedMedia", media).await.unwrap();
    }

    /// Gives the window another size, in CSS pixels.
    pub(crate) async fn size(&self, width: u32, height: u32) {
        let size = json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false });
        self.driver.cdp().send_raw("Emulation.setDeviceMetricsOverride", size).await.unwrap();
    }

    /// Keeps a picture of the window.
    pub(crate) async fn picture(&self, name: &str) {
        let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("display-tree");
        std::fs::create_dir_all(&folder).unwrap();
        self.driver.screenshot(&folder.join(format!("{name}.png"))).await.unwrap();
    }

    /// Forgets what the console has said so far.
    pub(crate) async fn forget_complaints(&self) {
        drop(self.complaints().await);
    }

    /// Errors and warnings on the page's console.
    async fn complaints(&self) -> Vec<String> {
        self.driver.browser_log().await.unwrap().into_iter().map(|entry| entry.message).collect()
    }

    /// What the page asked for besides itself and what it holds inside.
    async fn requests_beside(&self, page: &Path) -> Vec<String> {
        let own = format!("file://{}", page.display());
        let entries = self.driver.get_log("performance").await.unwrap();
        let requests = entries.iter().filter_map(|entry| {
            let event: Value = serde_json::from_str(&entry.message).unwrap();
            let sent = event["message"]["method"] == "Network.requestWillBeSent";
            sent.then(|| event["message"]["params"]["request"]["url"].as_str().unwrap_or_default().to_owned())
        });
        let mut requests: Vec<String> = requests.collect();
        // An empty log would prove nothing.
        assert!(requests.contains(&own), "{requests:?}");
        requests.retain(|url| *url != own && !url.starts_with("data:"));
        requests
    }
}

/// A chromedriver on a free port, ended with everything it started.
struct Service {
    child: Child,
    port: u16,
}

impl Service {
    fn start() -> Self {
        let started = Command::new("chromedriver")
            .arg("--port=0")
            .process_group(0)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn();
        let mut child = started.unwrap_or_else(|error| {
            panic!("chromedriver does not start ({error}); run crates/display-tree/tests/install-chromium.sh as root")
        });
        let out = BufReader::new(child.stdout.take().unwrap());
        let port = out.lines().map_while(Result::ok).find_map(|line| {
            let (_, port) = line.split_once("started successfully on port ")?;
            port.trim_end_matches('.').parse().ok()
        });
        Self { child, port: port.expect("chromedriver says its port") }
    }

    fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        // The whole group: a test that failed has left its browser open.
        let group = format!("-{}", self.child.id());
        drop(Command::new("kill").args(["-KILL", "--", &group]).stderr(Stdio::null()).status());
        drop(self.child.wait());
    }
}
