//! Look-ups by text over many records: a sorted list, which is small and quick to make.

/// The beginning of `text` as a number that sorts as the text does. The texts of a large file are far apart in memory;
/// comparing these first leaves most of them alone.
pub(crate) fn start(text: &str) -> u64 {
    let mut first = [0; 8];
    first.iter_mut().zip(text.bytes()).for_each(|(slot, byte)| *slot = byte);
    u64::from_be_bytes(first)
}

/// Positions by text.
#[derive(Debug, Clone, Default)]
pub(crate) struct Index<K> {
    entries: Vec<(K, usize)>,
}

impl<K: AsRef<str> + Ord> Index<K> {
    pub(crate) fn new(entries: impl Iterator<Item = (K, usize)>) -> Self {
        let mut entries: Vec<_> = entries.map(|(key, position)| (start(key.as_ref()), key, position)).collect();
        entries.sort_unstable();
        Self { entries: entries.into_iter().map(|(_, key, position)| (key, position)).collect() }
    }

    /// The last position of `key`.
    pub(crate) fn last(&self, key: &str) -> Option<usize> {
        let after = self.entries.partition_point(|(entry, _)| entry.as_ref() <= key);
        let (entry, position) = self.entries.get(after.checked_sub(1)?)?;
        (entry.as_ref() == key).then_some(*position)
    }

    pub(crate) fn contains(&self, key: &str) -> bool {
        self.last(key).is_some()
    }

    /// The positions of each key, in ascending order.
    pub(crate) fn groups(&self) -> impl Iterator<Item = &[(K, usize)]> {
        self.entries.chunk_by(|(one, _), (other, _)| one == other)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_of_equal_keys_is_found() {
        let index = Index::new(["b", "a", "b", "c"].into_iter().enumerate().map(|(position, key)| (key, position)));
        assert_eq!(
            (index.last("a"), index.last("b"), index.last("bb"), index.last("")),
            (Some(1), Some(2), None, None)
        );
        assert!(index.contains("c") && !index.contains("d"));
        assert_eq!(index.groups().map(<[_]>::len).collect::<Vec<_>>(), [1, 2, 1]);
    }
}
