//! One request each: get, put, delete, list.

use super::client::{self, NoCredentials};
use super::fault::{Fault, FaultKind};
use super::settings::S3Settings;
use crate::http::HttpSettings;
use crate::pace;
use aws_sdk_s3::Client;
use aws_sdk_s3::config::http::HttpResponse;
use aws_sdk_s3::config::interceptors::BeforeDeserializationInterceptorContextRef;
use aws_sdk_s3::config::{Builder, ConfigBag, Intercept, RuntimeComponents};
use aws_sdk_s3::error::{BoxError, ProvideErrorMetadata, SdkError};
use aws_sdk_s3::primitives::{ByteStream, DateTime, SdkBody};
use jiff::Timestamp;
use std::error::Error;
use std::sync::{Arc, Mutex, PoisonError};

/// The name under which the digest stands in an object's metadata.
const SHA256: &str = "sha256";
/// Likewise when it was written.
const GENERATED_AT: &str = "generated-at";

/// The bucket as requests see it.
#[derive(Debug)]
pub(super) struct Wire {
    client: Client,
    credentials: NoCredentials,
    bucket: String,
    http: HttpSettings,
}

/// An object as it came.
#[derive(Debug)]
pub(super) struct Got {
    pub(super) bytes: Vec<u8>,
    pub(super) etag: Option<String>,
    pub(super) modified: Option<Timestamp>,
    /// The digest in its metadata.
    pub(super) sha256: Option<String>,
    /// What time it is by the service's clock.
    pub(super) now: Option<Timestamp>,
}

/// What an object must be before it is replaced.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Condition {
    /// Whatever it is.
    None,
    /// It must not be there.
    Absent,
    /// It must be the one with this tag.
    Unchanged(String),
}

/// What is to be written.
#[derive(Debug, Clone)]
pub(super) struct Put {
    pub(super) bytes: Vec<u8>,
    /// SHA-256 of the bytes in hex.
    pub(super) sha256: String,
    pub(super) condition: Condition,
}

/// What came of listing the place of an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Listed {
    There,
    NotThere,
}

impl Wire {
    pub(super) async fn open(settings: &S3Settings, http: &HttpSettings) -> Self {
        let (client, credentials) = client::make(settings, http).await;
        Self { client, credentials, bucket: settings.bucket.clone(), http: http.clone() }
    }

    pub(super) fn http(&self) -> &HttpSettings {
        &self.http
    }

    /// The object, whole.
    pub(super) async fn get(&self, key: &str) -> Result<Got, Fault> {
        let clock = Clock::default();
        let request = self.client.get_object().bucket(&self.bucket).key(key).customize().interceptor(clock.clone());
        let answer = Box::pin(request.send()).await.map_err(|error| self.fault(&error))?;
        let sha256 = answer.metadata().and_then(|about| about.get(SHA256)).map(|text| text.trim().to_owned());
        let (etag, modified) = (answer.e_tag().map(str::to_owned), answer.last_modified().and_then(time));
        let told = answer.content_length().and_then(|length| usize::try_from(length).ok());
        let cut = |said: String| Fault { kind: FaultKind::Cut, said };
        let body = answer.body.collect().await;
        let bytes: Vec<u8> = body.map_err(|error| cut(super::fault::causes(&error)))?.into_bytes().into();
        match told {
            Some(told) if told != bytes.len() => Err(cut(format!("{} of {told} bytes came", bytes.len()))),
            _ => Ok(Got { bytes, etag, modified, sha256, now: clock.read() }),
        }
    }

    /// Writes the object in one request; its tag. The condition that does not hold is [`FaultKind::Condition`].
    pub(super) async fn put(&self, key: &str, put: Put) -> Result<Option<String>, Fault> {
        let Put { bytes, sha256, condition } = put;
        let timeouts = client::timeouts(&self.http, bytes.len());
        let request = self
            .client
            .put_object()
            .bucket(&self.bucket)
            .key(key)
            .content_type("application/json")
            .metadata(SHA256, sha256)
            .metadata(GENERATED_AT, generated_at(pace::now()))
            .body(ByteStream::new(SdkBody::from(bytes)));
        let request = match condition {
            Condition::None => request,
            Condition::Absent => request.if_none_match("*"),
            Condition::Unchanged(etag) => request.if_match(etag),
        };
        let request = request.customize().config_override(Builder::new().timeout_config(timeouts));
        match Box::pin(request.send()).await {
            Ok(answer) => Ok(answer.e_tag().map(str::to_owned)),
            Err(error) => Err(self.fault(&error)),
        }
    }

    /// Removes the object; that it is not there is no error.
    pub(super) async fn delete(&self, key: &str) -> Result<(), Fault> {
        match Box::pin(self.client.delete_object().bucket(&self.bucket).key(key).send()).await {
            Ok(_) => Ok(()),
            Err(error) => match self.fault(&error) {
                Fault { kind: FaultKind::Missing, .. } => Ok(()),
                fault => Err(fault),
            },
        }
    }

    /// Whether a list of the bucket has the object.
    pub(super) async fn list(&self, key: &str) -> Result<Listed, Fault> {
        let request = self.client.list_objects_v2().bucket(&self.bucket).prefix(key).max_keys(1);
        let answer = Box::pin(request.send()).await.map_err(|error| self.fault(&error))?;
        // The key itself sorts before every longer one.
        let there = answer.contents().iter().any(|object| object.key() == Some(key));
        Ok(if there { Listed::There } else { Listed::NotThere })
    }

    fn fault<E>(&self, error: &SdkError<E, HttpResponse>) -> Fault
    where
        E: ProvideErrorMetadata + Error + 'static,
    {
        match self.credentials.why() {
            Some(why) if error.raw_response().is_none() => Fault { kind: FaultKind::NoCredentials, said: why },
            _ => Fault::of(error),
        }
    }
}

/// The service's clock, read from its answer.
#[derive(Debug, Clone, Default)]
struct Clock(Arc<Mutex<Option<Timestamp>>>);

impl Clock {
    fn read(&self) -> Option<Timestamp> {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Intercept for Clock {
    fn name(&self) -> &'static str {
        "Clock"
    }

    fn read_before_deserialization(
        &self,
        context: &BeforeDeserializationInterceptorContextRef<'_>,
        _components: &RuntimeComponents,
        _config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let date = context.response().headers().get("date").and_then(|text| httpdate::parse_http_date(text).ok());
        let date = date.and_then(|date| Timestamp::try_from(date).ok());
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = date;
        Ok(())
    }
}

fn time(time: &DateTime) -> Option<Timestamp> {
    Timestamp::from_millisecond(time.to_millis().ok()?).ok()
}

/// As Python's `datetime.isoformat` writes it: `2026-08-19T09:33:54.123456+00:00`.
fn generated_at(time: Timestamp) -> String {
    format!("{}+00:00", time.strftime("%Y-%m-%dT%H:%M:%S%.6f"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_written_as_the_original_does() {
        let time: Timestamp = "2026-08-19T09:33:54.123456789Z".parse().unwrap();
        assert_eq!(generated_at(time), "2026-08-19T09:33:54.123456+00:00");
        assert_eq!(generated_at(Timestamp::UNIX_EPOCH), "1970-01-01T00:00:00.000000+00:00");
    }
}
