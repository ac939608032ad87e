//! A kept connection, with no more HTTP than it takes to find the end of an answer.

use std::net::SocketAddr;

use bytes::BytesMut;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::Outcome;

/// A connection to the double.
pub(crate) struct Line {
    stream: TcpStream,
    host: String,
    buffer: BytesMut,
}

/// An answer, its head still as text.
pub(crate) struct Answer {
    head: String,
    body: Vec<u8>,
}

impl Line {
    pub(crate) async fn open(server: SocketAddr) -> Outcome<Self> {
        let stream = TcpStream::connect(server).await?;
        stream.set_nodelay(true)?;
        Ok(Self {
            stream,
            host: server.to_string(),
            buffer: BytesMut::with_capacity(64 << 10),
        })
    }

    /// Gets an address of the double.
    pub(crate) async fn get(&mut self, target: &str, cookie: &str) -> Outcome<Answer> {
        let cookie = cookie_field(cookie);
        let request = format!(
            "GET {target} HTTP/1.1\r\nhost: {}\r\n{cookie}\r\n",
            self.host
        );
        self.ask(&request).await
    }

    /// Posts a form.
    pub(crate) async fn post(
        &mut self,
        target: &str,
        cookie: &str,
        form: &[(&str, &str)],
    ) -> Outcome<Answer> {
        let body = form_urlencoded::Serializer::new(String::new())
            .extend_pairs(form)
            .finish();
        let cookie = cookie_field(cookie);
        let request = format!(
            "POST {target} HTTP/1.1\r\nhost: {}\r\n{cookie}content-type: application/x-www-form-urlencoded\r\n\
             content-length: {}\r\n\r\n{body}",
            self.host,
            body.len()
        );
        self.ask(&request).await
    }

    async fn ask(&mut self, request: &str) -> Outcome<Answer> {
        self.stream.write_all(request.as_bytes()).await?;
        loop {
            if let Some(answer) = self.whole()? {
                return Ok(answer);
            }
            if self.stream.read_buf(&mut self.buffer).await? == 0 {
                return Err("the server closed the connection".into());
            }
        }
    }

    /// The answer in the buffer, once all of it is there.
    fn whole(&mut self) -> Outcome<Option<Answer>> {
        let Some(end) = self.buffer.windows(4).position(|four| four == b"\r\n\r\n") else {
            return Ok(None);
        };
        let head = str::from_utf8(self.buffer.get(..end).unwrap_or_default())?.to_owned();
        let length = field(&head, "content-length").map_or(Ok(0), str::parse)?;
        if self.buffer.len() < end + 4 + length {
            return Ok(None);
        }
        let whole = self.buffer.split_to(end + 4 + length);
        let body = whole.get(end + 4..).unwrap_or_default().to_vec();
        Ok(Some(Answer { head, body }))
    }
}

impl Answer {
    /// Refuses any other status.
    pub(crate) fn expect(self, status: &str) -> Outcome<Self> {
        if self.head.split(' ').nth(1) == Some(status) {
            return Ok(self);
        }
        let text = String::from_utf8_lossy(&self.body);
        Err(format!("not {status}: {} {text}", self.head).into())
    }

    /// Where it leads.
    pub(crate) fn location(&self) -> Outcome<String> {
        let location = field(&self.head, "location").ok_or("no location")?;
        Ok(location.to_owned())
    }

    /// The cookie it sets, if it sets one.
    pub(crate) fn cookie(&self) -> Option<String> {
        let pair = field(&self.head, "set-cookie")?.split(';').next()?;
        Some(pair.to_owned())
    }

    /// What stands in a hidden field of its form.
    pub(crate) fn hidden(&self, name: &str) -> Outcome<String> {
        let text = String::from_utf8_lossy(&self.body);
        let start = format!("name=\"{name}\" value=\"");
        let (_, after) = text.split_once(&start).ok_or(format!("no field {name}"))?;
        let (value, _) = after.split_once('"').ok_or("no end of the value")?;
        Ok(value.replace("&amp;", "&"))
    }
}

fn field<'h>(head: &'h str, name: &str) -> Option<&'h str> {
    head.split("\r\n")
        .filter_map(|line| line.split_once(": "))
        .find(|(field, _)| field.eq_ignore_ascii_case(name))
        .map(|(_, value)| value)
}

fn cookie_field(cookie: &str) -> String {
    if cookie.is_empty() {
        String::new()
    } else {
        format!("cookie: {cookie}\r\n")
    }
}
