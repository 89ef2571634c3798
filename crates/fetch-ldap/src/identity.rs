//! Who an entry is: GUIDs and security identifiers.

use crate::entry::Entry;
use std::fmt;
use uuid::Uuid;

/// The number of bytes before a security identifier's parts: revision, count, authority.
const SID_HEAD: usize = 8;

/// The identity of an entry over renames and moves: `objectGUID` as a GUID string, else `entryUUID`.
pub(crate) fn external_id(entry: &Entry) -> Option<String> {
    // MS-DTYP 2.3.4.2: the first three fields of the 16 bytes are little-endian.
    let guid = entry.bytes("objectGUID").and_then(|bytes| <[u8; 16]>::try_from(bytes).ok());
    guid.map(|bytes| Uuid::from_bytes_le(bytes).to_string()).or_else(|| entry.text("entryUUID").map(str::to_owned))
}

/// A security identifier: `S-1-5-21-…-513` (MS-DTYP 2.4.2.2).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Sid {
    authority: u64,
    parts: Vec<u32>,
}

impl Sid {
    /// From its bytes in `objectSid`.
    pub(crate) fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (head, rest) = bytes.split_at_checked(SID_HEAD)?;
        let [1, count, authority @ ..] = head else { return None };
        if rest.len() != usize::from(*count) * 4 {
            return None;
        }
        let authority = authority.iter().fold(0, |sum, byte| (sum << 8) | u64::from(*byte));
        let parts = rest.chunks_exact(4).filter_map(|part| <[u8; 4]>::try_from(part).ok()).map(u32::from_le_bytes);
        Some(Self { authority, parts: parts.collect() })
    }

    /// The identifier of the account or group with the number `relative` in the same domain.
    fn sibling(&self, relative: u32) -> Option<Self> {
        let (_, domain) = self.parts.split_last()?;
        let parts = domain.iter().copied().chain(std::iter::once(relative)).collect();
        Some(Self { authority: self.authority, parts })
    }
}

impl fmt::Display for Sid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "S-1-{}", self.authority)?;
        self.parts.iter().try_for_each(|part| write!(f, "-{part}"))
    }
}

/// The entry's own identifier.
pub(crate) fn sid(entry: &Entry) -> Option<Sid> {
    entry.bytes("objectSid").and_then(Sid::from_bytes)
}

/// The identifier of the account's primary group, which neither `memberOf` nor the group's `member` tells of.
pub(crate) fn primary_group(entry: &Entry) -> Option<Sid> {
    sid(entry)?.sibling(entry.text("primaryGroupID")?.parse().ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// S-1-5-21-1-2-1104
    const ANN: &[u8] = &[1, 4, 0, 0, 0, 0, 0, 5, 21, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 0x50, 4, 0, 0];

    fn entry(attributes: &[(&str, &[u8])]) -> Entry {
        let attributes = attributes.iter().map(|(name, value)| ((*name).to_owned(), vec![value.to_vec()]));
        Entry::new("CN=Ann".to_owned(), attributes)
    }

    #[test]
    fn a_guid_is_little_endian_in_its_first_three_fields_whatever_its_bytes_look_like() {
        let text = entry(&[("objectGUID", b"0123456789abcdef"), ("entryUUID", b"no")]);
        assert_eq!(external_id(&text).unwrap(), "33323130-3534-3736-3839-616263646566");
        let bytes = [0xff, 0x01, 0x02, 0x80, 0x04, 0x05, 0x06, 0x07, 8, 9, 10, 11, 12, 13, 14, 15];
        assert_eq!(external_id(&entry(&[("objectGUID", &bytes)])).unwrap(), "800201ff-0504-0706-0809-0a0b0c0d0e0f");
        let uuid = entry(&[("entryUUID", b"0b5c2d9c-0000-103f-8000-6d1b1a3c1f11")]);
        assert_eq!(external_id(&uuid).unwrap(), "0b5c2d9c-0000-103f-8000-6d1b1a3c1f11");
        assert_eq!(external_id(&entry(&[("objectGUID", b"short")])), None);
    }

    #[test]
    fn the_primary_group_is_in_the_accounts_own_domain() {
        let ann = entry(&[("objectSid", ANN), ("primaryGroupID", b"513")]);
        assert_eq!(sid(&ann).unwrap().to_string(), "S-1-5-21-1-2-1104");
        assert_eq!(primary_group(&ann).unwrap().to_string(), "S-1-5-21-1-2-513");
        assert_eq!(primary_group(&entry(&[("primaryGroupID", b"513")])), None);
        assert_eq!(Sid::from_bytes(&ANN[..20]), None);
        assert_eq!(Sid::from_bytes(b""), None);
    }
}
