//! display-tree as an administrator runs it.
