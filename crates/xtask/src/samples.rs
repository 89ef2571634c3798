//! Samples that the programs make of other samples.

use crate::shell::root;
use anyhow::{Context as _, ensure};
use std::path::Path;
use std::process::Command;

/// The people of `samples/users.json` as `prepare` writes them.
pub(crate) const PREPARED: &str = "samples/timecamp_users.json";
const PEOPLE: &str = "samples/users.json";

/// What `prepare` makes of the people; the sample transforms must be accepted too.
pub(crate) fn prepared(programs: &Path) -> anyhow::Result<String> {
    let folder = root().join("target/tools/samples");
    std::fs::create_dir_all(folder.join("var")).context("cannot make a folder")?;
    std::fs::copy(root().join(PEOPLE), folder.join("var/users.json"))
        .with_context(|| format!("cannot copy {PEOPLE}"))?;
    // A file that is empty keeps programs from looking for one further up.
    std::fs::File::create(folder.join(".env")).context("cannot make an empty .env")?;
    let transform = root().join("samples/transform.json");
    for config in [Some(transform), None] {
        let mut prepare = Command::new(programs.join("prepare"));
        prepare.current_dir(&folder).env_clear().env("DISABLE_FILE_LOGGING", "true");
        prepare.envs(config.map(|path| ("TIMECAMP_PREPARE_TRANSFORM_CONFIG", path)));
        let output = prepare.output().context("cannot run prepare")?;
        ensure!(output.status.success(), "prepare: {}", String::from_utf8_lossy(&output.stderr));
    }
    let bytes = std::fs::read(folder.join("var/timecamp_users.json")).context("prepare wrote nothing")?;
    String::from_utf8(bytes).context("prepare wrote no text")
}
