//! A bucket of an S3-compatible service: the same names below a prefix, each object written in one request.

mod client;
mod fault;
mod lease;
mod renewal;
mod settings;
mod wire;

pub(super) use renewal::Lease;
pub use settings::{Keys, S3Settings, Style};

use super::lock::{Holder, Lock};
use super::{Name, Object, StorageError, Written, sha256_hex};
use crate::Refusal;
use crate::http::HttpSettings;
use fault::{Fault, FaultKind};
use lease::Slot;
use renewal::Ending;
use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use wire::{Condition, Got, Listed, Put, Wire};

/// How often an object that was cut short on its way is asked for again, and after how long.
const AGAIN: (u32, Duration) = (3, Duration::from_secs(1));

/// Objects below a prefix of one bucket.
#[derive(Debug, Clone)]
pub(super) struct Bucket {
    wire: Arc<Wire>,
    prefix: String,
    place: String,
    state: Arc<Mutex<State>>,
}

#[derive(Debug, Default)]
struct State {
    /// Keys that could not be read, for want of the object or of the right to see that: written on the condition that
    /// there is nothing.
    unseen: BTreeSet<String>,
    /// Locks that were taken and may not have been given up yet.
    locks: Vec<Ending>,
}

impl Bucket {
    pub(super) async fn open(settings: &S3Settings, http: &HttpSettings) -> Self {
        let S3Settings { bucket, endpoint, prefix, region: _, style: _, keys: _ } = settings;
        let path = if prefix.is_empty() { String::new() } else { format!("/{prefix}") };
        let at = endpoint.as_ref().map(|endpoint| format!(" at {endpoint}")).unwrap_or_default();
        Self {
            wire: Arc::new(Wire::open(settings, http).await),
            prefix: prefix.clone(),
            place: format!("s3://{bucket}{path}{at}"),
            state: Arc::default(),
        }
    }

    pub(super) fn place(&self) -> &str {
        &self.place
    }

    pub(super) async fn read(&self, name: &Name) -> Result<Option<Object>, StorageError> {
        let failed = |source: anyhow::Error| self.read_error(name, source);
        let key = self.key(name).map_err(failed)?;
        match self.get(&key).await {
            Ok(got) => Ok(Some(whole(got).map_err(|refusal| failed(refusal.into()))?)),
            Err(Fault { kind: FaultKind::Missing, .. }) => Ok(None),
            Err(fault) if fault.kind == FaultKind::Denied => match self.there(&key, &fault).await {
                Ok(Listed::There) => Err(failed(fault.into())),
                Ok(Listed::NotThere) => Ok(None),
                Err(fault) => Err(failed(fault.into())),
            },
            Err(fault) if fault.kind == FaultKind::Cut => {
                let text = format!("only a part of it came, however often it was asked for: {}", fault.said);
                Err(failed(Refusal::Input(text).into()))
            }
            Err(fault) => Err(failed(fault.into())),
        }
    }

    async fn get(&self, key: &str) -> Result<Got, Fault> {
        let mut answer = self.wire.get(key).await;
        for _ in 0..AGAIN.0 {
            match &answer {
                Err(fault) if fault.kind == FaultKind::Cut => {
                    tracing::warn!("{key} was cut short on its way ({}); asking for it again", fault.said);
                }
                Ok(_) | Err(_) => break,
            }
            self.wire.http().pace.wait(AGAIN.1).await;
            answer = self.wire.get(key).await;
        }
        answer
    }

    /// Whether an object that may not be read is there at all. Without the right to list, AWS and others say 403 for
    /// what is missing too.
    async fn there(&self, key: &str, denied: &Fault) -> Result<Listed, Fault> {
        // AWS names the right that was wanting, and wants this one only when there is no object.
        if denied.said.contains("s3:ListBucket") {
            self.state().unseen.insert(key.to_owned());
            return Ok(Listed::NotThere);
        }
        match self.wire.list(key).await {
            Err(fault) if fault.kind == FaultKind::Denied => {
                let first = self.state().unseen.insert(key.to_owned());
                if first {
                    tracing::warn!(
                        "{key} is not there, or the credentials may not read it: {} answered that it is not for them, and \
                         does not let them list either ({}). Going on as if it were not there; give them s3:ListBucket \
                         to be sure",
                        self.place,
                        denied.said
                    );
                }
                Ok(Listed::NotThere)
            }
            answer => answer,
        }
    }

    pub(super) async fn write(&self, name: &Name, bytes: Vec<u8>, written: Written) -> Result<Written, StorageError> {
        let failed = |source: anyhow::Error| self.write_error(name, source);
        // What a run writes that lost its lock would replace what the next one has written.
        self.state().locks.iter().try_for_each(Ending::fence).map_err(failed)?;
        let key = self.key(name).map_err(failed)?;
        let unseen = self.state().unseen.contains(&key);
        let condition = if unseen { Condition::Absent } else { Condition::None };
        let put = Put { bytes, sha256: written.sha256.clone(), condition };
        match self.wire.put(&key, put).await {
            Ok(_) => {
                self.state().unseen.remove(&key);
                Ok(written)
            }
            Err(fault) if unseen && fault.kind == FaultKind::Condition => Err(failed(anyhow::anyhow!(
                "it is there, but the credentials may not read it, so what it holds could not be looked at before \
                 replacing it. Give them s3:GetObject and s3:ListBucket (docs/kubernetes/s3-storage.md has a policy)"
            ))),
            Err(fault) => Err(failed(fault.into())),
        }
    }

    pub(super) async fn remove(&self, name: &Name) -> Result<(), StorageError> {
        let failed = |source: anyhow::Error| self.write_error(name, source);
        self.state().locks.iter().try_for_each(Ending::fence).map_err(failed)?;
        let key = self.key(name).map_err(failed)?;
        self.wire.delete(&key).await.map_err(|fault| failed(fault.into()))
    }

    pub(super) async fn lock(&self, holder: &Holder) -> anyhow::Result<Lock> {
        let key = self.key(&Name::SyncLock)?;
        let slot = Slot::new(Arc::clone(&self.wire), key, self.place.clone(), holder);
        let lease = Lease::take(slot).await?;
        self.state().locks.push(lease.ending());
        Ok(Lock::lease(lease))
    }

    /// Gives up every lock that is still held, and waits until that is done.
    pub(super) async fn close(&self) {
        let locks = std::mem::take(&mut self.state().locks);
        for lock in locks {
            lock.wait().await;
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn key(&self, name: &Name) -> anyhow::Result<String> {
        let text = name.to_string();
        let parts: Vec<&str> = text.split('/').filter(|part| !matches!(*part, "" | ".")).collect();
        if parts.is_empty() || parts.contains(&"..") {
            let text = format!("`{text}` is no name for a file in a bucket; give one below its prefix, without ..");
            return Err(Refusal::Usage(text).into());
        }
        let prefix = Some(self.prefix.as_str()).filter(|prefix| !prefix.is_empty());
        Ok(prefix.into_iter().chain(parts).collect::<Vec<_>>().join("/"))
    }

    fn read_error(&self, name: &Name, source: anyhow::Error) -> StorageError {
        StorageError::Read { name: name.to_string(), place: self.place.clone(), source }
    }

    fn write_error(&self, name: &Name, source: anyhow::Error) -> StorageError {
        StorageError::Write { name: name.to_string(), place: self.place.clone(), source }
    }
}

/// The object, when its bytes are those its metadata tells of. Objects put there by hand tell of none.
fn whole(got: Got) -> Result<Object, Refusal> {
    let Got { bytes, modified, sha256, etag: _, now: _ } = got;
    let actual = sha256_hex(&bytes);
    match sha256 {
        Some(told) if !told.eq_ignore_ascii_case(&actual) => Err(Refusal::Input(format!(
            "its {} bytes are not those that were written: SHA-256 {actual}, while its metadata `sha256` says {told}. It is \
             damaged, or was edited and kept the old metadata. Run the stage that writes it again, or upload it again \
             without that metadata",
            bytes.len()
        ))),
        _ => Ok(Object { bytes, modified }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn bucket(prefix: &str) -> Bucket {
        let settings = S3Settings {
            bucket: "b".to_owned(),
            endpoint: Some("http://127.0.0.1:1".to_owned()),
            region: "us-east-1".to_owned(),
            prefix: prefix.to_owned(),
            style: Style::Path,
            keys: Some(Keys { id: crate::Secret::new("AKIDOFTEST"), secret: crate::Secret::new("secret-of-test") }),
        };
        Bucket::open(&settings, &HttpSettings::default()).await
    }

    #[tokio::test]
    async fn keys_are_the_names_below_the_prefix() {
        let (none, some) = (bucket("").await, bucket("hr/tc").await);
        let given = |text: &str| Name::Given(text.to_owned());
        assert_eq!(none.key(&Name::Users).unwrap(), "var/users.json");
        assert_eq!(some.key(&Name::Users.manifest()).unwrap(), "hr/tc/var/users.json.manifest.json");
        assert_eq!(some.key(&given("./in//żółć.json")).unwrap(), "hr/tc/in/żółć.json");
        assert_eq!(none.key(&given("/abs.json")).unwrap(), "abs.json");
        for bad in ["../x.json", "", "."] {
            assert_eq!(crate::Code::of(&some.key(&given(bad)).unwrap_err()), crate::Code::Usage, "{bad}");
        }
        assert_eq!(some.place(), "s3://b/hr/tc at http://127.0.0.1:1");
    }

    #[test]
    fn a_damaged_object_is_refused_with_exit_6_through_all_layers() {
        let got =
            |sha256: Option<String>| Got { bytes: b"half".to_vec(), etag: None, modified: None, sha256, now: None };
        assert!(whole(got(None)).is_ok());
        assert!(whole(got(Some(sha256_hex(b"half").to_uppercase()))).is_ok());
        let refusal = whole(got(Some(sha256_hex(b"half and half")))).unwrap_err();
        let error = StorageError::Read { name: "n".to_owned(), place: "p".to_owned(), source: refusal.into() };
        let error = anyhow::Error::from(error).context("reading people");
        assert_eq!(crate::Code::of(&error), crate::Code::Refused);
        assert!(format!("{error:#}").contains("cannot read n in p: its 4 bytes"), "{error:#}");
    }
}
