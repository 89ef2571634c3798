//! The settings of a bucket.

use crate::env::Env;
use crate::secret::Secret;
use crate::vars;

/// Where the bucket is and how to get in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct S3Settings {
    /// `S3_BUCKET_NAME`.
    pub bucket: String,
    /// `S3_ENDPOINT_URL`; `None` is AWS.
    pub endpoint: Option<String>,
    /// `S3_REGION`.
    pub region: String,
    /// `S3_PATH_PREFIX` without the slashes around it; may be empty.
    pub prefix: String,
    /// `S3_FORCE_PATH_STYLE`.
    pub style: Style,
    /// `S3_ACCESS_KEY_ID` and `S3_SECRET_ACCESS_KEY`; `None`: the SDK's chain looks for credentials.
    pub keys: Option<Keys>,
}

/// Where the bucket's name stands in an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// `https://bucket.host/key`.
    Host,
    /// `https://host/bucket/key`.
    Path,
}

/// A pair of static keys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Keys {
    /// The access key.
    pub id: Secret,
    /// The secret key.
    pub secret: Secret,
}

impl S3Settings {
    /// Reads them; what is wrong is told to `env`, `None` only then.
    pub(in crate::storage) fn from_env(env: &mut Env) -> Option<Self> {
        let bucket = env.required(&vars::S3_BUCKET_NAME).filter(|name| {
            let alone = !name.contains(['/', ':']);
            if !alone {
                let text = format!("`{name}` is not accepted; give the bucket's name alone, without s3:// and path");
                env.complain(&vars::S3_BUCKET_NAME, &text);
            }
            alone
        });
        let endpoint = env.web_address(&vars::S3_ENDPOINT_URL);
        let region = env.text(&vars::S3_REGION).unwrap_or_else(|| vars::S3_REGION.default.to_owned());
        let prefix = env.parsed(&vars::S3_PATH_PREFIX, "a folder such as `hr/timecamp`, without . and ..", |text| {
            let prefix = text.trim_matches('/');
            prefix.split('/').all(|part| !matches!(part, "." | "..")).then(|| prefix.to_owned())
        });
        let style = if env.flag(&vars::S3_FORCE_PATH_STYLE) { Style::Path } else { Style::Host };
        let keys = keys(env);
        Some(Self {
            bucket: bucket?,
            endpoint,
            region: region.trim().to_owned(),
            prefix: prefix.unwrap_or_default(),
            style,
            keys,
        })
    }
}

fn keys(env: &mut Env) -> Option<Keys> {
    let before = env.check();
    let id = env.secret(&vars::S3_ACCESS_KEY_ID);
    let secret = env.secret(&vars::S3_SECRET_ACCESS_KEY);
    if env.check() != before {
        return None;
    }
    let missing = match (id, secret) {
        (Some(id), Some(secret)) => return Some(Keys { id, secret }),
        (None, None) => return None,
        (Some(_), None) => &vars::S3_SECRET_ACCESS_KEY,
        (None, Some(_)) => &vars::S3_ACCESS_KEY_ID,
    };
    env.complain(
        missing,
        "is not set, but its other half is. Set both S3_ACCESS_KEY_ID and S3_SECRET_ACCESS_KEY, or neither: then the \
         environment (AWS_...), profile, web identity or instance role is used",
    );
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(pairs: &[(&'static str, &'static str)]) -> Result<S3Settings, String> {
        let mut env: Env = pairs.iter().copied().chain([("S3_BUCKET_NAME", "b")]).collect();
        let settings = S3Settings::from_env(&mut env);
        env.check().map_err(|error| error.to_string())?;
        settings.ok_or_else(|| "no settings and no complaint".to_owned())
    }

    #[test]
    fn defaults_are_those_of_aws() {
        let settings = read(&[]).unwrap();
        let expected = S3Settings {
            bucket: "b".to_owned(),
            endpoint: None,
            region: "us-east-1".to_owned(),
            prefix: String::new(),
            style: Style::Host,
            keys: None,
        };
        assert_eq!(settings, expected);
    }

    #[test]
    fn slashes_around_the_prefix_are_ignored() {
        for text in ["hr/tc", "/hr/tc", "hr/tc/", "//hr/tc//"] {
            assert_eq!(read(&[("S3_PATH_PREFIX", text)]).unwrap().prefix, "hr/tc", "{text}");
        }
        assert_eq!(read(&[("S3_PATH_PREFIX", "/")]).unwrap().prefix, "");
        assert!(read(&[("S3_PATH_PREFIX", "a/../b")]).unwrap_err().contains("S3_PATH_PREFIX"));
    }

    #[test]
    fn half_a_pair_of_keys_is_an_error_that_names_both() {
        for half in ["S3_ACCESS_KEY_ID", "S3_SECRET_ACCESS_KEY"] {
            let text = read(&[(half, "half-of-the-pair")]).unwrap_err();
            assert!(text.contains("S3_ACCESS_KEY_ID") && text.contains("S3_SECRET_ACCESS_KEY"), "{text}");
            assert!(!text.contains("half-of-the-pair"), "{text}");
        }
        let keys =
            read(&[("S3_ACCESS_KEY_ID", "AKIDOFTEST"), ("S3_SECRET_ACCESS_KEY", "secret of test")]).unwrap().keys;
        assert_eq!(keys.unwrap().secret.expose(), "secret of test");
    }

    #[test]
    fn a_bucket_is_named_alone() {
        let mut env: Env = [("S3_BUCKET_NAME", "s3://b/x")].into_iter().collect();
        assert_eq!(S3Settings::from_env(&mut env), None);
        assert!(env.check().unwrap_err().to_string().contains("without s3://"));
        let mut env = Env::default();
        assert_eq!(S3Settings::from_env(&mut env), None);
        assert!(env.check().unwrap_err().to_string().contains("S3_BUCKET_NAME: is not set"));
    }
}
