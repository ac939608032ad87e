//! An answer as it stood on the wire, with nothing tidied up.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use serde_json::Value;

use crate::support::Client;

/// An answer on a connection that stays open.
#[derive(Clone, Debug)]
pub struct Raw {
    pub status: u16,
    /// The words behind the status code.
    pub reason: String,
    /// The fields as they were written.
    pub fields: Vec<(String, String)>,
    /// The chunks of the body; one if it came by its length, none if there is none.
    pub chunks: Vec<Vec<u8>>,
}

impl Raw {
    /// Sends a request, a form if its body is text, and reads its answer.
    pub fn of(client: &Client, (method, path, body): (&str, &str, &Value)) -> Self {
        let (kind, body) = match body {
            Value::Null => ("", String::new()),
            Value::String(form) => ("application/x-www-form-urlencoded", form.clone()),
            body => ("application/scim+json", body.to_string()),
        };
        let client = match kind {
            "" => client.clone(),
            kind => client.clone().header("Content-Type", kind),
        };
        let request = client.request(method, path, body.as_bytes(), "keep-alive");
        let mut stream = TcpStream::connect(client.host()).unwrap();
        let limit = Some(Duration::from_secs(30));
        stream.set_read_timeout(limit).unwrap();
        stream.write_all(&request).unwrap();
        let head = until(&mut stream, b"\r\n\r\n");
        let head = String::from_utf8(head).unwrap();
        let mut lines = head.trim_end().split("\r\n");
        let mut status = lines.next().unwrap().splitn(3, ' ');
        assert_eq!(status.next(), Some("HTTP/1.1"));
        let mut raw = Self {
            status: status.next().unwrap().parse().unwrap(),
            reason: status.next().unwrap_or_default().to_owned(),
            fields: lines
                .map(|line| line.split_once(": ").unwrap())
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
                .collect(),
            chunks: Vec::new(),
        };
        raw.chunks = raw.body(&mut stream);
        raw
    }

    fn body(&self, stream: &mut TcpStream) -> Vec<Vec<u8>> {
        if let Some(length) = self.field("content-length") {
            let mut body = vec![0; length.parse().unwrap()];
            stream.read_exact(&mut body).unwrap();
            return vec![body];
        }
        let mut chunks = Vec::new();
        while self.field("transfer-encoding").is_some() {
            let size = String::from_utf8(until(stream, b"\r\n")).unwrap();
            let size = usize::from_str_radix(size.trim(), 16).unwrap();
            let mut chunk = vec![0; size + 2];
            stream.read_exact(&mut chunk).unwrap();
            assert!(chunk.ends_with(b"\r\n"));
            if size == 0 {
                break;
            }
            chunk.truncate(size);
            chunks.push(chunk);
        }
        chunks
    }

    /// The value of a field, whatever the case of its name.
    pub fn field(&self, name: &str) -> Option<&str> {
        let mut fields = self.fields.iter();
        let found = fields.find(|(known, _)| known.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    }

    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8(self.chunks.concat()).unwrap()
    }

    /// The body as JSON; null if there is none.
    pub fn json(&self) -> Value {
        match self.text().as_str() {
            "" => Value::Null,
            text => serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}")),
        }
    }
}

/// Reads to that end, and not a byte further.
fn until(stream: &mut TcpStream, end: &[u8]) -> Vec<u8> {
    let mut read = Vec::new();
    let mut byte = [0];
    while !read.ends_with(end) {
        stream.read_exact(&mut byte).unwrap();
        read.push(byte[0]);
    }
    read
}
