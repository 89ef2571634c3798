//! `cargo xtask docker-test`: builds the images and runs the pipeline by Docker Compose, as docs/docker.md tells users to.
//!
//! Where the base images cannot be pulled, stand-ins of the same names are made from Debian's packages; they stay in the
//! engine, as what was compiled does, so that the next test is quick. The Dockerfile is the one that users build.

mod engine;
mod image;
mod pipeline;

use crate::shell::say;
use engine::Engine;

/// Flags of `cargo xtask docker-test`.
#[derive(Debug, clap::Args)]
pub(crate) struct DockerArgs {
    /// What the images are compiled with: `image-test` takes a third of the time of `release`
    #[arg(long, default_value = "image-test")]
    profile: String,
    /// Succeed without a test when no engine answers
    #[arg(long)]
    if_there: bool,
}

/// The images that the test builds; it leaves them only when it fails, to be looked at.
const STAGES: &str = "timecamp-scim:test";
const SANDBOX: &str = "timecamp-scim-sandbox";

/// Builds, looks at the image, runs the pipeline.
pub(crate) fn run(args: &DockerArgs) -> anyhow::Result<()> {
    let engine = match Engine::find() {
        Err(error) if args.if_there => {
            say(&format!("No test of the image: {error:#}"));
            return Ok(());
        }
        found => found?,
    };
    image::bases(&engine)?;
    image::build(&engine, &args.profile)?;
    image::look(&engine)?;
    pipeline::run(&engine)?;
    image::remove(&engine)?;
    say(&format!("\nThe image and the pipeline in it passed after {}.", engine.took()));
    Ok(())
}
