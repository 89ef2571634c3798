//! Nothing that the demo prints or leaves holds a secret, at any level of the log.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use sandbox::Source;

use crate::play::{Played, play};

/// Every form in which a secret could be seen: as it is, in a URL, and in base64, wherever it begins in what is encoded.
fn forms(secret: &str) -> Vec<String> {
    let mut forms = vec![secret.to_owned(), secret.replace('~', "%7E")];
    for before in 0..3 {
        let text = ["\0".repeat(before), secret.to_owned()].concat();
        for encoded in [STANDARD_NO_PAD.encode(&text), URL_SAFE_NO_PAD.encode(&text)] {
            // The letters at the ends depend on the neighbours.
            let inner = encoded.get((before * 8).div_ceil(6)..text.len() * 8 / 6).unwrap();
            forms.push(inner.to_owned());
        }
    }
    forms
}

/// The secrets in a `.env`, by variable.
fn secrets(env: &str) -> BTreeMap<String, String> {
    let pairs = env.lines().filter_map(|line| line.split_once('='));
    let secret = |name: &&str| ["_KEY", "_SECRET", "_TOKEN"].iter().any(|end| name.ends_with(end));
    pairs.filter(|(name, _)| secret(name)).map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}

/// All files below a folder.
fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = folder.read_dir().unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}

#[test]
fn no_secret_is_shown_or_left_at_any_level() {
    for source in [Source::BambooHr, Source::AzureAd, Source::Okta, Source::HiBob, Source::Factorial] {
        let Played { run, done, .. } = play(source, &["--people", "30", "--debug"], &[("RUST_LOG", "trace")]);
        let secrets = secrets(&run.read("demo/.env"));
        assert_eq!(secrets.len(), 6, "{secrets:?}");
        assert!(done.stderr.contains("TRACE") && done.stderr.contains("DEBUG"), "{done}");
        let mut shown = vec![("stdout".to_owned(), done.stdout), ("stderr".to_owned(), done.stderr)];
        // The settings and the sandbox's own world hold the secrets by design.
        let left = files(&run.path("demo"))
            .into_iter()
            .filter(|path| !path.ends_with(".env") && !path.ends_with("world.json"));
        shown.extend(
            left.map(|path| (path.display().to_string(), String::from_utf8(std::fs::read(&path).unwrap()).unwrap())),
        );
        assert!(shown.iter().any(|(place, text)| place.ends_with("logs/sync.log") && text.contains("TRACE")));
        let given_out = ("the token of Entra ID".to_owned(), "sandbox-entra-token".to_owned());
        for (name, secret) in secrets.into_iter().chain([given_out]) {
            for (place, text) in &shown {
                for form in forms(&secret) {
                    assert!(!text.contains(&form), "{name} is in {place} of {}, as {form}", source.name());
                }
            }
        }
    }
}

#[test]
fn a_secret_is_found_in_whatever_form() {
    let env = "# x\nTIMECAMP_API_KEY=sandbox-timecamp-key\nHIBOB_API_URL=http://x\nAZURE_CLIENT_SECRET=a~b\n";
    assert_eq!(secrets(env).into_values().collect::<Vec<_>>(), ["a~b", "sandbox-timecamp-key"]);
    for user in ["", "u:", "us:", "SERVICE-1:"] {
        let header = STANDARD_NO_PAD.encode(format!("{user}sandbox-timecamp-key:x"));
        assert!(forms("sandbox-timecamp-key").iter().any(|form| header.contains(form)), "{user}");
    }
    assert!(forms("a~b").contains(&"a%7Eb".to_owned()));
}
