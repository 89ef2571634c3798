//! The client's end of a connection.

use std::io::ErrorKind;
use std::net::TcpStream;

/// A second handle on a connection, to look whether the client is still there.
#[derive(Debug)]
pub(crate) struct Peer(TcpStream);

impl Peer {
    pub(crate) fn new(stream: TcpStream) -> Self {
        Self(stream)
    }

    /// Whether the client has closed the connection: a killed process has.
    pub(crate) fn is_gone(&self) -> bool {
        match self.0.peek(&mut [0]) {
            Ok(read) => read == 0,
            Err(error) => error.kind() != ErrorKind::WouldBlock,
        }
    }
}
