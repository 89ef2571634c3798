//! The floor of `prepare`: reads the file, parses the few fields that are needed, sorts by address, writes as many
//! bytes as the real output has, hashes what it read and what it writes, and makes the file durable. Nothing is decided
//! and nothing laid out anew.

use anyhow::Context as _;
use aws_lc_rs::digest::{Context as Digest, SHA256, digest};
use serde::Deserialize;
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::fs::File;
use std::io::{BufWriter, Write};

#[derive(Deserialize)]
struct Users<'a> {
    #[serde(borrow)]
    users: Vec<&'a RawValue>,
}

#[derive(Deserialize)]
struct User<'a> {
    #[serde(borrow)]
    external_id: Cow<'a, str>,
    #[serde(borrow)]
    name: Cow<'a, str>,
    #[serde(borrow)]
    email: Cow<'a, str>,
    #[serde(borrow)]
    department: Cow<'a, str>,
    #[serde(borrow)]
    status: Cow<'a, str>,
}

/// The output with its digest.
struct Hashed<W> {
    to: W,
    digest: Digest,
}

impl<W: Write> Hashed<W> {
    fn put(&mut self, bytes: &[u8]) -> std::io::Result<()> {
        self.digest.update(bytes);
        self.to.write_all(bytes)
    }
}

/// `bench-floor INPUT OUTPUT BYTES`
fn main() -> anyhow::Result<()> {
    let mut arguments = std::env::args().skip(1);
    let mut next = || arguments.next().context("bench-floor INPUT OUTPUT BYTES");
    let (input, output, bytes) = (next()?, next()?, next()?.parse::<usize>()?);
    let input = std::fs::read(input)?;
    let read = digest(&SHA256, &input);
    let text = std::str::from_utf8(&input)?;
    let Users { users } = serde_json::from_str(text)?;
    let padding = bytes.saturating_sub(text.len()).checked_div(users.len()).unwrap_or_default();
    let parsed = users.into_iter().map(|raw| Ok((serde_json::from_str::<User<'_>>(raw.get())?, raw.get())));
    let mut parsed: Vec<_> = parsed.collect::<serde_json::Result<_>>()?;
    parsed.sort_unstable_by(|one, other| one.0.email.cmp(&other.0.email));
    write(&parsed, &output, padding, read.as_ref())
}

fn write(users: &[(User<'_>, &str)], output: &str, padding: usize, read: &[u8]) -> anyhow::Result<()> {
    let file = BufWriter::with_capacity(1 << 16, File::create(output)?);
    let mut to = Hashed { to: file, digest: Digest::new(&SHA256) };
    to.put(read)?;
    let spaces = vec![b' '; padding];
    let mut buffer = Vec::new();
    for (user, raw) in users {
        let User { external_id, name, email, department, status } = user;
        let texts = [external_id, name, email, department, status];
        let fields: usize = texts.iter().map(|text| text.len()).sum();
        for text in texts {
            buffer.extend_from_slice(text.as_bytes());
        }
        buffer.extend_from_slice(spaces.get(fields.min(padding)..).unwrap_or_default());
        buffer.extend_from_slice(raw.as_bytes());
        if buffer.len() >= 1 << 16 {
            to.put(&buffer)?;
            buffer.clear();
        }
    }
    to.put(&buffer)?;
    let written = to.digest.finish();
    let file = to.to.into_inner()?;
    file.sync_all()?;
    File::create(format!("{output}.sha256"))?.write_all(written.as_ref())?;
    Ok(())
}
