//! A line that can be cut: passes bytes on to a service until told otherwise.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex};

/// What happens to what the service answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Line {
    /// It comes through.
    Whole,
    /// Each answer ends after so many bytes.
    Cut(usize),
    /// Nothing comes through, in either direction, until it is whole again.
    Dead,
}

/// See the module.
#[derive(Debug)]
pub(crate) struct Relay {
    pub(crate) port: u16,
    state: Arc<(Mutex<Line>, Condvar)>,
}

impl Relay {
    pub(crate) fn to(service: u16) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let state = Arc::new((Mutex::new(Line::Whole), Condvar::new()));
        let shared = Arc::clone(&state);
        // The threads end with the process.
        drop(std::thread::spawn(move || {
            for client in listener.incoming().map_while(Result::ok) {
                let Ok(server) = TcpStream::connect(("127.0.0.1", service)) else { continue };
                let ends = (client.try_clone().unwrap(), server.try_clone().unwrap());
                let (up, down) = (Arc::clone(&shared), Arc::clone(&shared));
                drop(std::thread::spawn(move || pass(client, server, &up, Direction::Up)));
                drop(std::thread::spawn(move || pass(ends.1, ends.0, &down, Direction::Down)));
            }
        }));
        Self { port, state }
    }

    pub(crate) fn set(&self, line: Line) {
        *self.state.0.lock().unwrap() = line;
        self.state.1.notify_all();
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Direction {
    Up,
    Down,
}

fn pass(mut from: TcpStream, mut to: TcpStream, state: &(Mutex<Line>, Condvar), direction: Direction) {
    let (mut piece, mut passed) = (vec![0; 1 << 16], 0);
    while let Ok(count @ 1..) = from.read(&mut piece) {
        let line = *state.1.wait_while(state.0.lock().unwrap(), |line| *line == Line::Dead).unwrap();
        let allowed = match (line, direction) {
            (Line::Cut(limit), Direction::Down) => count.min(limit.saturating_sub(passed)),
            (Line::Cut(_) | Line::Whole | Line::Dead, _) => count,
        };
        passed += allowed;
        if to.write_all(&piece[..allowed]).is_err() || allowed < count {
            break;
        }
    }
    drop(to.shutdown(Shutdown::Both));
    drop(from.shutdown(Shutdown::Both));
}
