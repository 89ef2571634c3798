//! A line that can be cut: passes bytes on to a service until told otherwise.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex};
use std::time::{Duration, Instant};

/// What happens to what the service answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Line {
    /// It comes through.
    Whole,
    /// Each answer ends after so many bytes.
    Cut(usize),
    /// After so many bytes of one connection's requests nothing comes through any more.
    Stuck(usize),
    /// After so many bytes of one connection's answers nothing more of them comes through.
    Still(usize),
    /// Nothing comes through, in either direction, until it is whole again.
    Dead,
}

/// See the module.
#[derive(Debug)]
pub(crate) struct Relay {
    pub(crate) port: u16,
    state: Arc<State>,
}

#[derive(Debug)]
struct State {
    line: Mutex<Line>,
    /// Whether a connection is stuck.
    stuck: Mutex<bool>,
    changed: Condvar,
}

impl Relay {
    pub(crate) fn to(service: u16) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let state =
            Arc::new(State { line: Mutex::new(Line::Whole), stuck: Mutex::new(false), changed: Condvar::new() });
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
        *self.state.line.lock().unwrap() = line;
        self.state.changed.notify_all();
    }

    /// False: it was not within `limit`.
    pub(crate) fn wait_until_stuck(&self, limit: Duration) -> bool {
        let start = Instant::now();
        while !*self.state.stuck.lock().unwrap() {
            if start.elapsed() > limit {
                return false;
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        true
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Direction {
    Up,
    Down,
}

fn pass(mut from: TcpStream, mut to: TcpStream, state: &State, direction: Direction) {
    let (mut piece, mut passed) = (vec![0; 1 << 16], 0);
    while let Ok(count @ 1..) = from.read(&mut piece) {
        let stuck = |line: &Line| match (line, direction) {
            (Line::Stuck(limit), Direction::Up) | (Line::Still(limit), Direction::Down) => passed > *limit,
            (Line::Whole | Line::Cut(_) | Line::Stuck(_) | Line::Still(_) | Line::Dead, _) => false,
        };
        let line = state.line.lock().unwrap();
        *state.stuck.lock().unwrap() |= stuck(&line);
        let line = *state.changed.wait_while(line, |line| *line == Line::Dead || stuck(line)).unwrap();
        let allowed = match (line, direction) {
            (Line::Cut(limit), Direction::Down) => count.min(limit.saturating_sub(passed)),
            (Line::Cut(_) | Line::Stuck(_) | Line::Still(_) | Line::Whole | Line::Dead, _) => count,
        };
        passed += allowed;
        if to.write_all(&piece[..allowed]).is_err() || allowed < count {
            break;
        }
    }
    drop(to.shutdown(Shutdown::Both));
    drop(from.shutdown(Shutdown::Both));
}
