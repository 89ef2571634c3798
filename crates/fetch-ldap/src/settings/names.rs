//! The variables of this source.

use timecamp_scim_core::env::{Kind, Var};
use timecamp_scim_core::vars;

/// The default of `LDAP_PAGE_SIZE`, which is also Active Directory's largest page by default.
pub(super) const DEFAULT_PAGE_SIZE: i32 = 1000;

macro_rules! vars {
    ($($ident:ident = $name:literal, $kind:ident, $default:literal, $about:literal;)*) => {
        $(#[doc = concat!("`", $name, "`.")] pub(crate) const $ident: Var = Var::new($name, Kind::$kind, $default, $about);)*
        const OWN: &[&Var] = &[$(&$ident),*];
    };
}

vars! {
    HOST = "LDAP_HOST", Text, "", "The directory server: a host name or address, without a scheme.";
    PORT = "LDAP_PORT", Number, "389, or 636 with LDAP_USE_SSL", "The server's port; 636 alone means LDAP_USE_SSL.";
    DOMAIN = "LDAP_DOMAIN", Text, "", "The domain of login names and of addresses made from them, such as example.com.";
    DN = "LDAP_DN", Text, "", "Where people are: the entry at and below which they are looked for, such as OU=Staff,DC=example,DC=com.";
    USERNAME = "LDAP_USERNAME", Text, "", "The reading account: a login name (LDAP_DOMAIN is added), user@domain, or a distinguished name.";
    PASSWORD = "LDAP_PASSWORD", Secret, "", "The reading account's password.";
    FILTER = "LDAP_FILTER", Text, "enabled people", "Who counts as a person. By default, in Active Directory every enabled user account that is no computer, elsewhere (objectClass=person).";
    PAGE_SIZE = "LDAP_PAGE_SIZE", Number, "1000", "People to one page; 0 asks for everybody at once.";
    USE_SAMACCOUNTNAME = "LDAP_USE_SAMACCOUNTNAME", Flag, "false", "The address is the login name (sAMAccountName, else uid) at LDAP_DOMAIN; mail becomes the second address.";
    USE_SAMACCOUNTNAME_ONLY = "LDAP_USE_SAMACCOUNTNAME_ONLY", Flag, "false", "The address is the bare login name; mail becomes the second address.";
    USE_WINDOWS_LOGIN_EMAIL = "LDAP_USE_WINDOWS_LOGIN_EMAIL", Flag, "false", "The address is the login name at LDAP_EMAIL_DOMAIN; mail becomes the second address.";
    USE_REAL_EMAIL_AS_EMAIL = "LDAP_USE_REAL_EMAIL_AS_EMAIL", Flag, "false", "Where one of these rules leaves mail as the second address, it becomes the first one too.";
    EMAIL_DOMAIN = "LDAP_EMAIL_DOMAIN", Text, "LDAP_DOMAIN", "The domain for LDAP_USE_WINDOWS_LOGIN_EMAIL.";
    USE_OU_STRUCTURE = "LDAP_USE_OU_STRUCTURE", Flag, "false", "The department is the path of organisational units a person is in, not the attribute department.";
    USE_OU_DESCRIPTION = "LDAP_USE_OU_DESCRIPTION", Flag, "false", "With LDAP_USE_OU_STRUCTURE: each unit by its description, where it has one.";
    USE_SSL = "LDAP_USE_SSL", Flag, "false", "Speak LDAPS: TLS from the first byte, port 636. Not together with LDAP_USE_START_TLS.";
    USE_START_TLS = "LDAP_USE_START_TLS", Flag, "false", "Turn the plain connection into TLS before the password is sent.";
    SSL_VERIFY = "LDAP_SSL_VERIFY", Flag, "true", "Verify the server's certificate. Turning this off lets anybody between read the password.";
    CA_FILE = "LDAP_CA_FILE", Text, "this machine's CAs", "A PEM file with the CA certificates to trust instead of this machine's, for servers of a private CA.";
    SUPERVISOR_GROUP_NAME = "LDAP_SUPERVISOR_GROUP_NAME", Text, "", "The group whose members become supervisors.";
    GLOBAL_ADMIN_GROUP_NAME = "LDAP_GLOBAL_ADMIN_GROUP_NAME", Text, "", "The group whose members become administrators of TimeCamp.";
}

/// Every variable that is read here.
pub(crate) fn all() -> Vec<&'static Var> {
    [OWN, &[&vars::USE_SUPERVISOR_GROUPS, &vars::REPLACE_EMAIL_DOMAIN]].concat()
}
