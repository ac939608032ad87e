//! One plain request over a socket.

use std::io::{Read, Write};
use std::net::TcpStream;

use goto_double::GotoDouble;

use crate::Outcome;

/// The status line and the length of the answer to a GET.
pub(crate) fn get(goto: &GotoDouble, path: &str) -> Outcome<(String, usize)> {
    let mut socket = TcpStream::connect(goto.addresses().product)?;
    let token = goto.token();
    write!(
        socket,
        "GET {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\nConnection: close\r\n\r\n"
    )?;
    let mut answer = Vec::new();
    socket.read_to_end(&mut answer)?;
    let end = answer.iter().position(|byte| *byte == b'\r').unwrap_or(0);
    let status = String::from_utf8_lossy(answer.get(..end).unwrap_or_default());
    Ok((status.into_owned(), answer.len()))
}
