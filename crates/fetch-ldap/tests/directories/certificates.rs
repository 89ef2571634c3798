//! A CA and certificates of its making.

use crate::process::run;
use std::path::{Path, PathBuf};

/// A certification authority that nobody knows but the tests.
#[derive(Debug)]
pub(crate) struct Authority {
    folder: PathBuf,
}

/// A certificate and its key, as PEM files.
#[derive(Debug)]
pub(crate) struct Certificate {
    pub(crate) certificate: String,
    pub(crate) key: String,
}

impl Authority {
    pub(crate) fn new(folder: &Path) -> Self {
        let authority = Self { folder: folder.to_owned() };
        let (key, certificate) = (authority.path("ca.key"), authority.file());
        let subject = ["-subj", "/CN=Test CA", "-days", "2", "-addext", "basicConstraints=critical,CA:TRUE"];
        run("openssl", &[&["req", "-x509", "-keyout", &key, "-out", &certificate], NEW_KEY, &subject].concat());
        authority
    }

    /// The CA's certificate: what goes into `LDAP_CA_FILE`.
    pub(crate) fn file(&self) -> String {
        self.path("ca.pem")
    }

    /// A server's certificate for `name`, such as `DNS:localhost` or `IP:127.0.0.1`.
    pub(crate) fn issue(&self, name: &str) -> Certificate {
        let issued = Certificate { certificate: self.path("server.pem"), key: self.path("server.key") };
        let (request, extensions) = (self.path("server.csr"), self.path("server.ext"));
        std::fs::write(&extensions, format!("subjectAltName={name}\nextendedKeyUsage=serverAuth\n")).unwrap();
        run("openssl", &[&["req", "-keyout", &issued.key, "-out", &request, "-subj", "/CN=server"], NEW_KEY].concat());
        let (ca, ca_key) = (self.file(), self.path("ca.key"));
        let signed = ["-in", &request, "-CA", &ca, "-CAkey", &ca_key, "-CAcreateserial", "-out", &issued.certificate];
        run("openssl", &[&["x509", "-req", "-days", "2", "-extfile", &extensions], signed.as_slice()].concat());
        issued
    }

    fn path(&self, name: &str) -> String {
        self.folder.join(name).display().to_string()
    }
}

const NEW_KEY: &[&str] = &["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"];
