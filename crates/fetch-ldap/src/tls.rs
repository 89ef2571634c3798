//! How the server's certificate is checked.

use anyhow::Context as _;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{self, WebPkiSupportedAlgorithms};
use rustls::pki_types::pem::{self, PemObject as _};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{ClientConfig, DigitallySignedStruct, RootCertStore, SignatureScheme};
use std::path::Path;
use std::sync::Arc;

/// Whose certificates are trusted.
#[derive(Debug, Clone)]
pub enum Trust {
    /// Those of the CAs that this machine trusts.
    System,
    /// Those of the CAs in the file that `LDAP_CA_FILE` names.
    File(Arc<RootCertStore>),
    /// Any: `LDAP_SSL_VERIFY=false`.
    Anything,
}

/// Reads the CAs of a PEM file; the error continues a sentence that begins with the variable's name.
pub(crate) fn roots(path: &Path) -> Result<RootCertStore, String> {
    let unreadable = |error: pem::Error| format!("names a file that cannot be read: {} ({error})", path.display());
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_file_iter(path).map_err(unreadable)? {
        let added = roots.add(certificate.map_err(unreadable)?);
        added.map_err(|error| {
            format!("names a file with a certificate that cannot be used: {} ({error})", path.display())
        })?;
    }
    if roots.is_empty() {
        return Err(format!("names a file without any certificate in PEM: {}", path.display()));
    }
    Ok(roots)
}

/// The client's side of TLS. The provider is named, for there may be several in one process and then none is the
/// default.
pub(crate) fn config(trust: &Trust) -> anyhow::Result<Arc<ClientConfig>> {
    let provider = Arc::new(crypto::aws_lc_rs::default_provider());
    let algorithms = provider.signature_verification_algorithms;
    let builder = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions()?;
    let config = match trust {
        Trust::System => builder.with_root_certificates(system_roots()?).with_no_client_auth(),
        Trust::File(roots) => builder.with_root_certificates(Arc::clone(roots)).with_no_client_auth(),
        Trust::Anything => {
            builder.dangerous().with_custom_certificate_verifier(Arc::new(Anybody(algorithms))).with_no_client_auth()
        }
    };
    Ok(Arc::new(config))
}

/// What can be read of the machine's store. (Left to itself, the LDAP library drops all of it for one bad file.)
fn system_roots() -> anyhow::Result<RootCertStore> {
    let loaded = rustls_native_certs::load_native_certs();
    let mut roots = RootCertStore::empty();
    let (usable, _odd) = roots.add_parsable_certificates(loaded.certs);
    for error in &loaded.errors {
        tracing::debug!("a part of this machine's CA certificates cannot be read: {error}");
    }
    let reason = loaded.errors.into_iter().next();
    if usable == 0 {
        let text = "this machine has no CA certificates; install them (package ca-certificates) or set LDAP_CA_FILE";
        return Err(reason.map_or_else(|| anyhow::anyhow!(text), anyhow::Error::new)).context(text);
    }
    Ok(roots)
}

/// Takes every certificate, but still wants the server to hold its key.
#[derive(Debug)]
struct Anybody(WebPkiSupportedAlgorithms);

impl ServerCertVerifier for Anybody {
    fn verify_server_cert(
        &self,
        _certificate: &CertificateDer<'_>,
        _chain: &[CertificateDer<'_>],
        _name: &ServerName<'_>,
        _ocsp: &[u8],
        _now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        crypto::verify_tls12_signature(message, certificate, signed, &self.0)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        crypto::verify_tls13_signature(message, certificate, signed, &self.0)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.supported_schemes()
    }
}
