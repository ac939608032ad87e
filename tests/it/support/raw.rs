//! Sockets without manners: what arrived, byte for byte, and how it ended.

use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use super::client::{Answer, Client, parse};

/// A connection that stays open between two requests.
#[derive(Debug)]
pub struct Line {
    client: Client,
    stream: TcpStream,
}

/// Everything a connection said, and how it ended.
#[derive(Debug)]
pub struct Heard {
    pub bytes: Vec<u8>,
    pub end: io::Result<()>,
}

impl Heard {
    /// What was heard, as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }

    /// The head with its blank line; empty if there was none.
    pub fn head(&self) -> String {
        let text = self.text();
        text.find("\r\n\r\n")
            .map_or_else(String::new, |end| text[..end + 4].to_owned())
    }

    /// What came after the head.
    pub fn body(&self) -> &[u8] {
        &self.bytes[self.head().len()..]
    }
}

impl Line {
    /// Opens a connection of its own for that client.
    #[track_caller]
    pub fn open(client: &Client) -> Self {
        let stream = TcpStream::connect(client.host()).unwrap();
        stream
            .set_read_timeout(Some(Duration::from_secs(30)))
            .unwrap();
        Self {
            client: client.clone(),
            stream,
        }
    }

    /// The client's end of it.
    pub fn local_address(&self) -> SocketAddr {
        self.stream.local_addr().unwrap()
    }

    /// Sends a request and waits for nothing.
    #[track_caller]
    pub fn say(&mut self, method: &str, path: &str, body: &[u8]) {
        let request = self.client.request(method, path, body, "keep-alive");
        self.stream.write_all(&request).unwrap();
    }

    /// Sends exactly these bytes.
    #[track_caller]
    pub fn send(&mut self, bytes: &[u8]) {
        self.stream.write_all(bytes).unwrap();
    }

    /// The bytes of a request by this client that leaves the connection open.
    pub fn request(&self, method: &str, path: &str, body: &[u8]) -> Vec<u8> {
        self.client.request(method, path, body, "keep-alive")
    }

    /// Reads the next head, with its blank line.
    #[track_caller]
    pub fn hear_head(&mut self) -> String {
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            head.extend(self.hear(1));
        }
        String::from_utf8(head).unwrap()
    }

    /// The socket itself.
    pub fn stream(&self) -> &TcpStream {
        &self.stream
    }

    /// Sends a request and reads its answer, which has a length; the connection stays open.
    #[track_caller]
    pub fn ask(&mut self, method: &str, path: &str, body: &[u8]) -> Answer {
        self.say(method, path, body);
        let mut raw = Vec::new();
        let mut byte = [0];
        loop {
            assert_eq!(
                self.stream.read(&mut byte).unwrap(),
                1,
                "the connection ended"
            );
            raw.push(byte[0]);
            if raw.ends_with(b"\r\n\r\n")
                && let Some(answer) = self.rest(&mut raw)
            {
                return answer;
            }
        }
    }

    fn rest(&mut self, raw: &mut Vec<u8>) -> Option<Answer> {
        let head = String::from_utf8_lossy(raw).to_lowercase();
        let length = head
            .split("content-length: ")
            .nth(1)
            .and_then(|rest| rest.lines().next()?.parse().ok());
        let mut body = vec![0; length.unwrap_or(0)];
        self.stream.read_exact(&mut body).unwrap();
        raw.extend(body);
        parse(raw, "").ok()
    }

    /// Reads so many bytes more.
    #[track_caller]
    pub fn hear(&mut self, bytes: usize) -> Vec<u8> {
        let mut heard = vec![0; bytes];
        self.stream.read_exact(&mut heard).unwrap();
        heard
    }

    /// Whether nothing has arrived that was not read.
    #[track_caller]
    pub fn is_silent(&self) -> bool {
        self.stream.set_nonblocking(true).unwrap();
        let peeked = self.stream.peek(&mut [0]);
        self.stream.set_nonblocking(false).unwrap();
        peeked.is_err_and(|error| error.kind() == io::ErrorKind::WouldBlock)
    }

    /// Reads everything until the connection ends, however it does.
    pub fn hear_out(mut self) -> Heard {
        let mut bytes = Vec::new();
        let mut part = [0; 4096];
        loop {
            match self.stream.read(&mut part) {
                Ok(0) => return Heard { bytes, end: Ok(()) },
                Ok(read) => bytes.extend_from_slice(&part[..read]),
                Err(error) => {
                    return Heard {
                        bytes,
                        end: Err(error),
                    };
                }
            }
        }
    }
}

/// Sends one request on a connection of its own and hears it out.
#[track_caller]
pub fn hear(client: &Client, method: &str, path: &str, body: &[u8]) -> Heard {
    let mut line = Line::open(client);
    line.say(method, path, body);
    line.hear_out()
}
