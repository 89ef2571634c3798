//! Reads people from Active Directory or another LDAP directory.

use std::process::ExitCode;

fn main() -> ExitCode {
    timecamp_scim_core::stage::main::<timecamp_scim_core::source::Fetch<fetch_ldap::Ldap>>()
}
