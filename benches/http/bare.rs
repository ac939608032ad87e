//! The measure of things: hyper with nothing behind it but a map of ready-made answers.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use std::thread::JoinHandle;

use bytes::Bytes;
use dashmap::DashMap;
use http::{Method, Request, Response, StatusCode};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::sync::oneshot;

use crate::Outcome;

type Answers = Arc<DashMap<String, Bytes>>;

/// A bare server on a thread of its own, like the double's; dropping it stops it.
pub(crate) struct Bare {
    address: SocketAddr,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Bare {
    pub(crate) fn start(answers: impl Iterator<Item = (String, Bytes)>) -> Outcome<Self> {
        let answers: Answers = Arc::new(answers.collect());
        let listener = std::net::TcpListener::bind("127.0.0.1:0")?;
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        let (stop, stopped) = oneshot::channel();
        let serving = move || {
            runtime.block_on(async {
                tokio::select! {
                    _ = serve(listener, answers) => {}
                    _ = stopped => {}
                }
            });
        };
        let thread = std::thread::Builder::new()
            .name("bare".into())
            .spawn(serving)?;
        Ok(Self {
            address,
            stop: Some(stop),
            thread: Some(thread),
        })
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }
}

impl Drop for Bare {
    fn drop(&mut self) {
        if let Some(stop) = self.stop.take() {
            // A server that is gone already needs no stopping.
            stop.send(()).ok();
        }
        if let Some(thread) = self.thread.take() {
            thread.join().ok();
        }
    }
}

async fn serve(listener: std::net::TcpListener, answers: Answers) -> std::io::Result<()> {
    let listener = TcpListener::from_std(listener)?;
    loop {
        let (stream, _) = listener.accept().await?;
        stream.set_nodelay(true)?;
        let answers = Arc::clone(&answers);
        let service = service_fn(move |request| answer(request, Arc::clone(&answers)));
        tokio::spawn(http1::Builder::new().serve_connection(TokioIo::new(stream), service));
    }
}

async fn answer(
    request: Request<Incoming>,
    answers: Answers,
) -> Result<Response<Full<Bytes>>, Infallible> {
    let (status, body) = if request.method() == Method::POST {
        echo(request).await
    } else {
        let path = request
            .uri()
            .path_and_query()
            .map_or("", |path| path.as_str());
        match answers.get(path) {
            Some(body) => (StatusCode::OK, body.clone()),
            None => (StatusCode::NOT_FOUND, Bytes::new()),
        }
    };
    let mut response = Response::new(Full::new(body));
    *response.status_mut() = status;
    Ok(response)
}

/// Reads JSON and writes it again: the least that a server does that takes a resource.
async fn echo(request: Request<Incoming>) -> (StatusCode, Bytes) {
    let Ok(body) = request.into_body().collect().await else {
        return (StatusCode::BAD_REQUEST, Bytes::new());
    };
    match serde_json::from_slice::<Value>(&body.to_bytes()) {
        Ok(value) => (StatusCode::CREATED, Bytes::from(value.to_string())),
        Err(_) => (StatusCode::BAD_REQUEST, Bytes::new()),
    }
}
