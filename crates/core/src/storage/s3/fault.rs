//! What a service refuses a request with, in words that say what to do.

use aws_sdk_s3::config::http::HttpResponse;
use aws_sdk_s3::error::{ProvideErrorMetadata, SdkError};
use std::error::Error;
use std::fmt;

/// Why a request failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Fault {
    pub(super) kind: FaultKind,
    /// What the service or the network said, as far as it helps.
    pub(super) said: String,
}

/// The kinds that are told apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum FaultKind {
    /// No such object.
    Missing,
    /// Known, but without the right.
    Denied,
    /// The access key is unknown.
    UnknownKey,
    /// The signature does not fit: the secret key is another one.
    WrongSecret,
    /// Temporary credentials ran out.
    Expired,
    /// No credentials anywhere.
    NoCredentials,
    /// The bucket is not there.
    NoBucket,
    /// The bucket is elsewhere.
    WrongRegion,
    /// This machine's clock is off.
    Clock,
    /// A condition does not hold: 412, 409, or 304 with old `MinIO`.
    Condition,
    /// The service does not know this header or operation.
    NotImplemented,
    /// Nobody answers.
    Unreachable,
    /// No answer in time.
    Timeout,
    /// An answer that ended too soon.
    Cut,
    /// Too much asked, or trouble on the other side.
    Busy,
    /// Anything else.
    Other,
}

impl Fault {
    /// What went wrong with a request.
    pub(super) fn of<E>(error: &SdkError<E, HttpResponse>) -> Self
    where
        E: ProvideErrorMetadata + Error + 'static,
    {
        let Some(answer) = error.raw_response() else { return Self::of_line(error) };
        let status = answer.status().as_u16();
        if answer.status().is_success() {
            return Self { kind: FaultKind::Cut, said: causes(error) };
        }
        let (code, message) = (error.code().unwrap_or_default(), error.message().unwrap_or_default());
        let region = answer.headers().get("x-amz-bucket-region");
        Self::of_answer(status, code, message, region)
    }

    fn of_line<E: Error + 'static>(error: &SdkError<E, HttpResponse>) -> Self {
        let timeout = matches!(error, SdkError::TimeoutError(_))
            || matches!(error, SdkError::DispatchFailure(failure) if failure.is_timeout());
        let kind = if timeout { FaultKind::Timeout } else { FaultKind::Unreachable };
        Self { kind, said: causes(error) }
    }

    /// What an error answer means.
    pub(super) fn of_answer(status: u16, code: &str, message: &str, region: Option<&str>) -> Self {
        let kind = kind_of(status, code);
        let mut said = match (code, message) {
            ("", "") => format!("HTTP {status}"),
            (code, "") => format!("HTTP {status}, {code}"),
            ("", message) => format!("HTTP {status}: {message}"),
            (code, message) => format!("{code}: {message}"),
        };
        if let Some(region) = region.filter(|_| kind == FaultKind::WrongRegion) {
            said = format!("{said}; it is in {region}");
        }
        Self { kind, said }
    }

    /// What to do about it.
    fn advice(kind: FaultKind) -> &'static str {
        match kind {
            FaultKind::Missing => "there is no such object",
            FaultKind::Denied => {
                "the credentials have no right to do this. They need s3:GetObject, s3:PutObject and s3:ListBucket there \
                 (docs/kubernetes/s3-storage.md has a policy)"
            }
            FaultKind::UnknownKey => {
                "the service does not know the access key. Check S3_ACCESS_KEY_ID and that S3_ENDPOINT_URL is the service \
                 it belongs to"
            }
            FaultKind::WrongSecret => {
                "the secret key does not belong to the access key. Check S3_SECRET_ACCESS_KEY (and S3_REGION)"
            }
            FaultKind::Expired => "the temporary credentials have run out. Renew them and run again",
            FaultKind::NoCredentials => {
                "there are no usable credentials. Set S3_ACCESS_KEY_ID and S3_SECRET_ACCESS_KEY, or give the process AWS_ \
                 variables, a profile, a web identity or an instance role"
            }
            FaultKind::NoBucket => "there is no such bucket. Check S3_BUCKET_NAME, S3_ENDPOINT_URL and S3_REGION",
            FaultKind::WrongRegion => "the bucket is in another region. Set S3_REGION",
            FaultKind::Clock => "this machine's clock differs too much from the service's. Set it right",
            FaultKind::Condition => "another run wrote it in between",
            FaultKind::NotImplemented => "the service does not support this request",
            FaultKind::Unreachable => {
                "the service cannot be reached. Check S3_ENDPOINT_URL (and S3_FORCE_PATH_STYLE), the network and the proxy"
            }
            FaultKind::Timeout => "the service did not answer in time. Check the network; HTTP_TIMEOUT gives more time",
            FaultKind::Cut => "the answer ended too soon. Check the network and the proxy",
            FaultKind::Busy => "the service is overloaded or in trouble. Run again later",
            FaultKind::Other => "the service refused it. Check that S3_ENDPOINT_URL is an S3 service",
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", Self::advice(self.kind), self.said)
    }
}

impl Error for Fault {}

fn kind_of(status: u16, code: &str) -> FaultKind {
    match (status, code) {
        (_, "NoSuchBucket") => FaultKind::NoBucket,
        (_, "InvalidAccessKeyId" | "InvalidClientTokenId" | "NotSignedUp") => FaultKind::UnknownKey,
        (_, "SignatureDoesNotMatch") => FaultKind::WrongSecret,
        (_, "ExpiredToken" | "ExpiredTokenException" | "TokenRefreshRequired" | "InvalidToken") => FaultKind::Expired,
        (_, "RequestTimeTooSkewed" | "RequestExpired") => FaultKind::Clock,
        (_, "PermanentRedirect" | "AuthorizationHeaderMalformed" | "IllegalLocationConstraintException")
        | (301 | 307, _) => FaultKind::WrongRegion,
        (_, "NotImplemented") | (501, _) => FaultKind::NotImplemented,
        // Whatever the service calls it: there is nothing.
        (404, _) => FaultKind::Missing,
        (401 | 403, _) => FaultKind::Denied,
        (304 | 409 | 412, _) => FaultKind::Condition,
        (_, "SlowDown" | "RequestTimeout" | "Throttling") | (429 | 500..=599, _) => FaultKind::Busy,
        _ => FaultKind::Other,
    }
}

/// The innermost cause: the layers above it only name themselves.
pub(super) fn causes(error: &(dyn Error + 'static)) -> String {
    let mut last = error;
    while let Some(next) = last.source() {
        last = next;
    }
    last.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_told_apart() {
        for (status, code, kind) in [
            (404, "NoSuchKey", FaultKind::Missing),
            (404, "", FaultKind::Missing),
            (404, "NoSuchBucket", FaultKind::NoBucket),
            (403, "AccessDenied", FaultKind::Denied),
            (403, "InvalidAccessKeyId", FaultKind::UnknownKey),
            (403, "SignatureDoesNotMatch", FaultKind::WrongSecret),
            (400, "ExpiredToken", FaultKind::Expired),
            (403, "RequestTimeTooSkewed", FaultKind::Clock),
            (301, "PermanentRedirect", FaultKind::WrongRegion),
            (400, "AuthorizationHeaderMalformed", FaultKind::WrongRegion),
            (412, "PreconditionFailed", FaultKind::Condition),
            (409, "ConditionalRequestConflict", FaultKind::Condition),
            (304, "", FaultKind::Condition),
            (501, "", FaultKind::NotImplemented),
            (503, "SlowDown", FaultKind::Busy),
            (400, "MalformedXML", FaultKind::Other),
        ] {
            assert_eq!(Fault::of_answer(status, code, "", None).kind, kind, "{status} {code}");
        }
    }

    #[test]
    fn what_the_service_said_stays_readable() {
        let fault = Fault::of_answer(301, "PermanentRedirect", "Use the endpoint.", Some("eu-central-1"));
        assert_eq!(
            fault.to_string(),
            "the bucket is in another region. Set S3_REGION (PermanentRedirect: Use the endpoint.; it is in eu-central-1)"
        );
        assert!(Fault::of_answer(403, "", "", None).to_string().ends_with("(HTTP 403)"));
    }
}
