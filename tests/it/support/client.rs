//! A blocking HTTP/1.1 client of one request a connection, so that a test sees exactly what went over the wire.

use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use serde_json::Value;

/// Where requests go, and what they carry.
#[derive(Clone, Debug)]
pub struct Client {
    base: String,
    headers: Vec<(String, String)>,
}

/// What came back.
#[derive(Clone, Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Answer {
    /// The value of a header field, whatever the case of its name.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(known, _)| known.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
    }

    /// The body as JSON.
    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|error| panic!("{error}: {}", self.text()))
    }

    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}

impl Client {
    /// A client for the base URL, which is `http://host:port/path`.
    pub fn new(base: &str) -> Self {
        Self {
            base: base.to_owned(),
            headers: Vec::new(),
        }
    }

    /// The same with a bearer token.
    pub fn bearer(self, token: &str) -> Self {
        self.header("Authorization", &format!("Bearer {token}"))
    }

    /// The same with one more header field.
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers
            .retain(|(known, _)| !known.eq_ignore_ascii_case(name));
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    #[track_caller]
    pub fn get(&self, path: &str) -> Answer {
        self.send("GET", path, b"").unwrap()
    }

    #[track_caller]
    pub fn delete(&self, path: &str) -> Answer {
        self.send("DELETE", path, b"").unwrap()
    }

    #[track_caller]
    pub fn post(&self, path: &str, body: &Value) -> Answer {
        self.json("POST", path, body)
    }

    #[track_caller]
    pub fn put(&self, path: &str, body: &Value) -> Answer {
        self.json("PUT", path, body)
    }

    #[track_caller]
    pub fn patch(&self, path: &str, body: &Value) -> Answer {
        self.json("PATCH", path, body)
    }

    #[track_caller]
    pub fn json(&self, method: &str, path: &str, body: &Value) -> Answer {
        let is_type = |(name, _): &(String, String)| name.eq_ignore_ascii_case("content-type");
        let mut typed = self.clone();
        if !self.headers.iter().any(is_type) {
            typed = typed.header("Content-Type", "application/scim+json");
        }
        typed
            .send(method, path, body.to_string().as_bytes())
            .unwrap()
    }

    /// Posts a form.
    #[track_caller]
    pub fn form(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let body = form_urlencoded::Serializer::new(String::new())
            .extend_pairs(fields)
            .finish();
        self.clone()
            .header("Content-Type", "application/x-www-form-urlencoded")
            .send("POST", path, body.as_bytes())
            .unwrap()
    }

    /// Where it connects to, as `host:port`.
    pub fn host(&self) -> &str {
        split(&self.base).0
    }

    /// A whole request; `connection` says whether more will follow on the same connection.
    pub fn request(&self, method: &str, path: &str, body: &[u8], connection: &str) -> Vec<u8> {
        let (host, prefix) = split(&self.base);
        let named = |wanted: &str| {
            let mut names = self.headers.iter();
            names.any(|(name, _)| name.eq_ignore_ascii_case(wanted))
        };
        let mut head = format!("{method} {prefix}{path} HTTP/1.1\r\nConnection: {connection}\r\n");
        if !named("host") {
            head.push_str(&format!("Host: {host}\r\n"));
        }
        for (name, value) in &self.headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        if !body.is_empty() || method != "GET" {
            head.push_str(&format!("Content-Length: {}\r\n", body.len()));
        }
        head.push_str("\r\n");
        [head.as_bytes(), body].concat()
    }

    /// Sends one request and reads the answer until the connection closes.
    pub fn send(&self, method: &str, path: &str, body: &[u8]) -> io::Result<Answer> {
        let request = self.request(method, path, body, "close");
        // An answer to HEAD tells the length of what it leaves out.
        parse(&self.exchange(&request)?, method)
    }

    /// Sends exactly these bytes and reads the answer until the connection closes.
    pub fn raw(&self, request: &[u8]) -> io::Result<Answer> {
        parse(&self.exchange(request)?, "")
    }

    fn exchange(&self, request: &[u8]) -> io::Result<Vec<u8>> {
        let mut stream = TcpStream::connect(self.host())?;
        stream.set_read_timeout(Some(Duration::from_secs(30)))?;
        // A server that refuses early may close before it has read the body; its answer still counts.
        drop(stream.write_all(request));
        let mut raw = Vec::new();
        match stream.read_to_end(&mut raw) {
            Err(error) if raw.is_empty() => Err(error),
            _ => Ok(raw),
        }
    }
}

fn split(url: &str) -> (&str, &str) {
    let rest = url.strip_prefix("http://").unwrap_or(url);
    rest.find('/').map_or((rest, ""), |at| rest.split_at(at))
}

/// Reads a raw answer to that method; one that is cut short is an error.
pub fn parse(raw: &[u8], method: &str) -> io::Result<Answer> {
    let bad = |why: &str| io::Error::new(io::ErrorKind::InvalidData, why.to_owned());
    let end = raw
        .windows(4)
        .position(|window| window == b"\r\n\r\n")
        .ok_or_else(|| bad("no head"))?;
    let head = String::from_utf8_lossy(&raw[..end]).into_owned();
    let mut lines = head.lines();
    let status = lines
        .next()
        .and_then(|line| line.split(' ').nth(1))
        .and_then(|code| code.parse().ok())
        .ok_or_else(|| bad("no status"))?;
    let headers: Vec<(String, String)> = lines
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| (name.to_owned(), value.trim().to_owned()))
        .collect();
    let mut answer = Answer {
        status,
        headers,
        body: raw[end + 4..].to_vec(),
    };
    if answer.header("transfer-encoding").is_some() {
        answer.body = unchunk(&answer.body).ok_or_else(|| bad("a broken chunk"))?;
    } else if let Some(length) = answer
        .header("content-length")
        .and_then(|text| text.parse::<usize>().ok())
        && answer.body.len() < length
        && status != 304
        && method != "HEAD"
    {
        return Err(io::Error::new(
            io::ErrorKind::UnexpectedEof,
            format!("{} of {length} bytes", answer.body.len()),
        ));
    }
    Ok(answer)
}

fn unchunk(mut raw: &[u8]) -> Option<Vec<u8>> {
    let mut body = Vec::new();
    loop {
        let end = raw.windows(2).position(|window| window == b"\r\n")?;
        let size = usize::from_str_radix(std::str::from_utf8(&raw[..end]).ok()?.trim(), 16).ok()?;
        raw = &raw[end + 2..];
        if size == 0 {
            return Some(body);
        }
        body.extend_from_slice(raw.get(..size)?);
        raw = raw.get(size + 2..)?;
    }
}
