//! What Helm says after an installation.

use super::checks::{at, of_kind, text};
use super::{Chart, lay_over};
use crate::shell::root;
use anyhow::{Context as _, ensure};
use serde_json::Value;
use std::fs;
use std::io::Write as _;

/// The chart with its notes as a manifest: `helm template` leaves them out.
const FOLDER: &str = "target/tools/chart-notes";

impl Chart {
    /// The notes name the `CronJob`s that there are, with a way to start those that do not start by themselves.
    pub(super) fn notes(&self, values: &Value) -> anyhow::Result<()> {
        let manifests = self.renderer.render_from(&with_notes()?, values)?;
        let notes = of_kind(&manifests, "Notes");
        let notes = text(notes.first().context("no notes")?, "/text").to_owned();
        ensure!(!notes.contains("no value") && !notes.contains("%!"), "a hole: {notes}");
        ensure!(notes.contains("BILLING"), "no word of seats: {notes}");
        let jobs = of_kind(&manifests, "CronJob");
        for job in &jobs {
            let name = text(job, "/metadata/name");
            let told = if at(job, "/spec/suspend") == true {
                format!(
                    "\n  {name}: suspended. By hand: kubectl --namespace people create job {name}-1 --from=cronjob/{name}"
                )
            } else {
                format!("\n  {name}: {}", text(job, "/spec/schedule"))
            };
            ensure!(notes.contains(&told), "not a word of {name}: {notes}");
        }
        for started in notes.split("--from=cronjob/").skip(1) {
            let name = started.split_whitespace().next().unwrap_or_default();
            ensure!(jobs.iter().any(|job| text(job, "/metadata/name") == name), "there is no CronJob {name}: {notes}");
        }
        Ok(())
    }

    /// A bucket that only the Secret names, and stages with schedules of their own.
    pub(super) fn rare_notes(&self) -> anyhow::Result<()> {
        for (set, over) in [
            (
                "07-s3-with-keys",
                serde_json::json!({
                    "settings": { "S3_BUCKET_NAME": null }, "secrets": { "variables": { "S3_BUCKET_NAME": "bucket" } }
                }),
            ),
            ("12-a-schedule-for-each-stage", serde_json::json!({ "jobs": { "sync": { "suspend": true } } })),
        ] {
            let mut values = self.renderer.values(&format!("{}/{set}.yaml", super::SETS))?;
            lay_over(&mut values, &over);
            self.check(&values).and_then(|_| self.notes(&values)).with_context(|| format!("{set} with {over}"))?;
        }
        Ok(())
    }
}

/// A copy of the chart in which the notes are a template like the others.
fn with_notes() -> anyhow::Result<String> {
    let copy = root().join(FOLDER);
    fs::create_dir_all(copy.join("templates")).context("cannot make a folder")?;
    for folder in ["", "templates"] {
        for file in fs::read_dir(root().join("helm/scim").join(folder)).context("cannot list the chart")? {
            let file = file?;
            if file.path().is_file() {
                fs::copy(file.path(), copy.join(folder).join(file.file_name())).context("cannot copy the chart")?;
            }
        }
    }
    let notes = fs::read(copy.join("templates/NOTES.txt")).context("the chart has no notes")?;
    let notes = String::from_utf8(notes).context("the notes are no text")?;
    let template = format!(
        "{{{{- define \"notes\" -}}}}\n{notes}{{{{- end -}}}}\nkind: Notes\napiVersion: none\nmetadata: {{name: notes}}\n\
         text: {{{{ include \"notes\" . | toJson }}}}\n"
    );
    fs::File::create(copy.join("templates/notes.yaml"))
        .and_then(|mut file| file.write_all(template.as_bytes()))
        .context("cannot write the notes")?;
    Ok(FOLDER.to_owned())
}
