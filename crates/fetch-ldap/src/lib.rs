//! Reads people from Active Directory and other LDAP directories.
