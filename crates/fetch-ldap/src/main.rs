//! Reads people from LDAP.

fn main() {}
