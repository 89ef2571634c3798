//! `prepare` from outside: the library as a function, the binary as an administrator runs it.

mod golden;
