//! The sandbox as a program: answers until it is told to stop.

use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use clap::Parser;
use sandbox::{Company, Sandbox, Source, Start};
use serde_json::{Value, json};
use tokio::signal::unix::{SignalKind, signal};

/// TimeCamp and the HR services in memory, over HTTP on 127.0.0.1.
///
/// Prints its address, then answers until Ctrl-C or SIGTERM. Without a state file it invents a company.
#[derive(Debug, Parser)]
#[command(name = "sandbox", version)]
struct Arguments {
    /// The port; 0 takes a free one.
    #[arg(long, default_value_t = 0)]
    port: u16,
    /// The address to answer on: 0.0.0.0 in a container whose neighbours shall reach it.
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1")]
    listen: IpAddr,
    /// The world to start with: one key for each service.
    #[arg(long, value_name = "FILE.json", conflicts_with_all = ["company", "account", "source"])]
    state: Option<PathBuf>,
    /// Where the world is written at the end.
    #[arg(long, value_name = "FILE.json")]
    save: Option<PathBuf>,
    /// Invents a company of about this many people.
    #[arg(long, value_name = "PEOPLE", default_value_t = 150)]
    company: usize,
    /// What the invented company's TimeCamp account is like.
    #[arg(long, value_enum, default_value_t = Start::PartlyRight)]
    account: Start,
    /// The HR service that the invented company's TimeCamp account was filled from. All of them hold the company.
    #[arg(long, value_enum, default_value_t = Source::BambooHr)]
    source: Source,
    /// How long every request takes, such as 20ms.
    #[arg(long, value_name = "20ms", value_parser = milliseconds)]
    latency: Option<u64>,
    /// A file that gets the address, once requests are answered.
    #[arg(long, value_name = "FILE")]
    port_file: Option<PathBuf>,
    /// A file that gets the settings that lead the stages here, such as .env in their working folder.
    #[arg(long, value_name = "FILE")]
    env_file: Option<PathBuf>,
}

fn milliseconds(text: &str) -> Result<u64, String> {
    let number = text.strip_suffix("ms").unwrap_or(text).trim();
    number.parse().map_err(|error| format!("{error}; milliseconds are expected, such as 20ms"))
}

fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    let sandbox = Sandbox::open_on(world(&arguments)?, SocketAddr::new(arguments.listen, arguments.port))?;
    if let Some(path) = &arguments.env_file {
        store(path, &sandbox.env_file())?;
    }
    announce(&sandbox, arguments.port_file.as_deref())?;
    tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(told_to_stop())?;
    match &arguments.save {
        Some(path) => store(path, &format!("{:#}\n", sandbox.state())),
        None => Ok(()),
    }
}

fn world(arguments: &Arguments) -> anyhow::Result<Value> {
    let mut world = match &arguments.state {
        Some(path) => load(path)?,
        None => Company::new(arguments.company).filled_from(arguments.source).today().world(arguments.account),
    };
    for part in world.as_object_mut().into_iter().flat_map(|parts| parts.values_mut()) {
        let (Some(latency), Some(part)) = (arguments.latency, part.as_object_mut()) else { continue };
        let quirks = part.entry("quirks").or_insert_with(|| json!({}));
        if let Some(quirks) = quirks.as_object_mut() {
            quirks.insert("latency_ms".to_owned(), json!(latency));
        }
    }
    Ok(world)
}

#[expect(clippy::print_stdout, reason = "the address is this program's result")]
fn announce(sandbox: &Sandbox, port_file: Option<&Path>) -> anyhow::Result<()> {
    println!("{}", sandbox.url());
    port_file.map_or(Ok(()), |path| store(path, &format!("{}\n", sandbox.url())))
}

#[expect(clippy::disallowed_methods, reason = "the sandbox's own file, not one between stages")]
fn load(path: &Path) -> anyhow::Result<Value> {
    let text = std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    serde_json::from_str(&text).with_context(|| format!("{} is not JSON", path.display()))
}

/// Whole or not at all: who waits for the file may read it as soon as it is there.
#[expect(clippy::disallowed_methods, reason = "the sandbox's own file, not one between stages")]
fn store(path: &Path, text: &str) -> anyhow::Result<()> {
    let draft = path.with_extension("tmp");
    std::fs::write(&draft, text).with_context(|| format!("cannot write {}", draft.display()))?;
    std::fs::rename(&draft, path).with_context(|| format!("cannot write {}", path.display()))
}

async fn told_to_stop() -> std::io::Result<()> {
    let mut terminate = signal(SignalKind::terminate())?;
    tokio::select! {
        stopped = tokio::signal::ctrl_c() => stopped,
        _ = terminate.recv() => Ok(()),
    }
}
