//! Who is let in, and to what.

use s3s::access::{S3Access, S3AccessContext};
use s3s::auth::{S3Auth, SecretKey};
use s3s::host::{S3Host, VirtualHost};
use s3s::path::S3Path;
use s3s::{S3Result, s3_error};
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::str::FromStr;
use std::sync::Arc;

/// A key and what may be done with it.
#[derive(Debug, Clone)]
pub(crate) struct User {
    id: String,
    secret: String,
    rights: BTreeSet<String>,
}

impl FromStr for User {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut parts = text.splitn(3, ':').map(str::to_owned);
        let (Some(id), Some(secret), Some(rights)) = (parts.next(), parts.next(), parts.next()) else {
            return Err("not ID:SECRET:RIGHTS".to_owned());
        };
        let rights = rights.split('+').filter(|right| !right.is_empty()).map(str::to_owned).collect();
        Ok(Self { id, secret, rights })
    }
}

/// The users, and the folder in which objects are looked for.
#[derive(Debug, Clone)]
pub(crate) struct Doors {
    users: Arc<BTreeMap<String, User>>,
    root: PathBuf,
}

impl Doors {
    pub(crate) fn new(users: Vec<User>, root: PathBuf) -> Self {
        Self { users: Arc::new(users.into_iter().map(|user| (user.id.clone(), user)).collect()), root }
    }
}

#[async_trait::async_trait]
impl S3Auth for Doors {
    async fn get_secret_key(&self, access_key: &str) -> S3Result<SecretKey> {
        match self.users.get(access_key) {
            Some(user) => Ok(user.secret.clone().into()),
            None => {
                Err(s3_error!(InvalidAccessKeyId, "The AWS Access Key Id you provided does not exist in our records."))
            }
        }
    }
}

#[async_trait::async_trait]
impl S3Access for Doors {
    async fn check(&self, context: &mut S3AccessContext<'_>) -> S3Result<()> {
        let denied = || s3_error!(AccessDenied, "Access Denied");
        let user = context.credentials().and_then(|known| self.users.get(&known.access_key)).ok_or_else(denied)?;
        let right = match context.s3_op().name() {
            "GetObject" | "HeadObject" => "get",
            "PutObject" => "put",
            "DeleteObject" => "delete",
            "ListObjectsV2" | "HeadBucket" => "list",
            _ => return Err(denied()),
        };
        if !user.rights.contains(right) {
            return Err(denied());
        }
        if let Some(bucket) = context.s3_path().get_bucket_name()
            && !self.root.join(bucket).is_dir()
        {
            return Err(s3_error!(NoSuchBucket, "The specified bucket does not exist"));
        }
        // Without the right to list, nobody is told that an object is not there.
        if let (S3Path::Object { bucket, key }, "get", false) = (context.s3_path(), right, user.rights.contains("list"))
            && !self.root.join(bucket.as_ref()).join(key.as_ref()).exists()
        {
            return Err(denied());
        }
        Ok(())
    }
}

/// Buckets in host names: `BUCKET.localhost`, at whatever port a relay has; every other host has them in the path.
#[derive(Debug)]
pub(crate) struct Localhost;

impl S3Host for Localhost {
    fn parse_host_header<'a>(&'a self, host: &'a str) -> S3Result<VirtualHost<'a>> {
        let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
        let domain = VirtualHost::new("localhost");
        Ok(match name.strip_suffix(".localhost") {
            Some(bucket) => domain.with_bucket(bucket),
            None => domain,
        })
    }
}
