//! An S3 service on this machine for tests: the folder-backed service of `s3s-fs` behind signatures, with rights per
//! key and, on request, the faults that other services have.

mod doors;
mod faulty;

use anyhow::Context as _;
use clap::Parser;
use doors::{Doors, Localhost, User};
use faulty::{Faulty, Quirks};
use hyper::server::conn::http1;
use hyper_util::rt::TokioIo;
use s3s::service::S3ServiceBuilder;
use s3s_fs::FileSystem;
use std::io::Write as _;
use std::path::PathBuf;
use tokio::net::TcpListener;

/// An S3 service over a folder, for tests
#[derive(Debug, Parser)]
#[command(version)]
struct Args {
    /// Where buckets are: each is a folder below this one
    root: PathBuf,
    /// Who may do what: `ID:SECRET:RIGHTS`, rights being any of `get`, `put`, `delete`, `list`, joined by `+`
    #[arg(long = "user", required = true)]
    users: Vec<User>,
    /// The port; 0 is any free one
    #[arg(long, default_value_t = 0)]
    port: u16,
    #[command(flatten)]
    quirks: Quirks,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let Args { root, users, port, quirks } = Args::parse();
    let files = FileSystem::new(&root).map_err(|error| anyhow::anyhow!("{error:?}")).context("the folder")?;
    let listener = TcpListener::bind(("127.0.0.1", port)).await?;
    let port = listener.local_addr()?.port();
    let mut service = S3ServiceBuilder::new(Faulty::new(files, quirks));
    let doors = Doors::new(users, root);
    service.set_auth(doors.clone());
    service.set_access(doors);
    service.set_host(Localhost);
    let service = service.build();
    // Whoever started this waits for the line.
    let mut out = std::io::stdout();
    writeln!(out, "listening on 127.0.0.1:{port}")?;
    out.flush()?;
    drop(tokio::task::spawn_blocking(until_alone));
    loop {
        let (socket, _) = listener.accept().await?;
        let service = service.clone();
        drop(tokio::spawn(async move {
            // A client that goes away is no matter.
            drop(http1::Builder::new().serve_connection(TokioIo::new(socket), service).await);
        }));
    }
}

/// Ends with whoever started this: its end of our stdin closes, however it ends.
#[expect(clippy::exit, reason = "there is nothing to be put in order")]
fn until_alone() {
    drop(std::io::copy(&mut std::io::stdin(), &mut std::io::sink()));
    std::process::exit(0);
}
