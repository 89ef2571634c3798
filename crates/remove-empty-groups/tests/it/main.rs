//! `remove-empty-groups` black-box, against the sandbox.

#[cfg(test)]
mod cases;
