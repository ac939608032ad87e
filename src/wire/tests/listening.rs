//! Connections: many, idle, slow, malformed, oversized, and the end of them.

use std::sync::Arc;
use std::time::Duration;

use http::StatusCode;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use super::{BODY, GET, GET_AND_CLOSE, MINUTE, Rig, body_of, read_all, read_until};
use crate::app::{Answering, Sent};
use crate::clock::{Clock, Timestamp};
use crate::exchange::{Delivered, Delivery, Ending, Reply, Spelling};
use crate::wire::{Connections, Limits, Stop, listen};

#[tokio::test]
async fn pipelined_requests_are_answered_in_order() {
    let rig = Rig::start(Delivery::Whole);
    let mut requests = String::new();
    for turn in 0..50 {
        let body = format!("<{turn}>");
        let length = body.len();
        let head = format!("POST / HTTP/1.1\r\nhost: a\r\ncontent-length: {length}\r\n\r\n");
        requests.push_str(&head);
        requests.push_str(&body);
    }
    requests.push_str(GET_AND_CLOSE);
    let answer = rig.ask(&requests).await.unwrap();
    let mut from = 0;
    for turn in 0..50 {
        let at = answer[from..].find(&format!("<{turn}>"));
        from += at.unwrap_or_else(|| panic!("no answer {turn}"));
    }
    assert!(answer.ends_with(BODY));
    for turn in 0..51 {
        assert_eq!(rig.delivered(turn).1, Ending::Complete, "{turn}");
    }
}

#[tokio::test]
async fn two_thousand_idle_connections_leave_room_for_one_more() {
    let rig = Rig::start(Delivery::Whole);
    let mut idle = Vec::new();
    for _ in 0..2000 {
        idle.push(rig.connect().await);
    }
    assert_eq!(body_of(&rig.ask(GET_AND_CLOSE).await.unwrap()), BODY);
    let last = idle.last_mut().unwrap();
    last.write_all(GET.as_bytes()).await.unwrap();
    read_until(last, BODY).await;
}

#[tokio::test]
async fn malformed_request_is_400_and_too_long_a_head_is_431() {
    let rig = Rig::start(Delivery::Whole);
    let answer = rig
        .ask("GET / HTTP/1.1\r\nbad header\r\n\r\n")
        .await
        .unwrap();
    assert!(answer.starts_with("HTTP/1.1 400 "), "{answer}");
    let many = "x: 1\r\n".repeat(200);
    let long = format!("x: {}\r\n", "y".repeat(100_000));
    for fields in [many, long] {
        let request = format!("GET / HTTP/1.1\r\nhost: a\r\n{fields}\r\n");
        let answer = rig.ask(&request).await.unwrap();
        assert!(answer.starts_with("HTTP/1.1 431 "), "{answer}");
    }
    assert!(rig.delivered.lock().unwrap().is_empty());
}

#[tokio::test]
async fn oversize_body_is_handed_up_as_such_and_its_sender_sees_the_answer() {
    let limits = Limits {
        body_bytes: 1000,
        ..Limits::default()
    };
    let rig = Rig::with_limits(Delivery::Whole, limits);
    let sizes = [
        (1000, StatusCode::OK),
        (1001, StatusCode::PAYLOAD_TOO_LARGE),
        (300_000, StatusCode::PAYLOAD_TOO_LARGE),
    ];
    for (size, status) in sizes {
        let body = "x".repeat(size);
        let by_length = format!(
            "POST / HTTP/1.1\r\nhost: a\r\nconnection: close\r\ncontent-length: {size}\r\n\r\n{body}"
        );
        let chunked = format!(
            "POST / HTTP/1.1\r\nhost: a\r\nconnection: close\r\ntransfer-encoding: chunked\r\n\r\n{size:x}\r\n{body}\r\n0\r\n\r\n"
        );
        for request in [by_length, chunked] {
            let answer = rig.ask(&request).await.unwrap();
            assert!(answer.contains(status.as_str()), "{answer}");
        }
    }
}

#[tokio::test]
async fn oversize_body_that_waits_for_leave_is_refused_without_it() {
    let limits = Limits {
        body_bytes: 1000,
        ..Limits::default()
    };
    let rig = Rig::with_limits(Delivery::Whole, limits);
    let head = |size: usize| {
        format!(
            "POST / HTTP/1.1\r\nhost: a\r\nexpect: 100-continue\r\ncontent-length: {size}\r\n\r\n"
        )
    };
    let answer = rig.ask(&head(1001)).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 413 "), "{answer}");

    let mut stream = rig.connect().await;
    stream.write_all(head(4).as_bytes()).await.unwrap();
    assert_eq!(
        read_until(&mut stream, "\r\n\r\n").await,
        "HTTP/1.1 100 Continue\r\n\r\n"
    );
    stream.write_all(b"echo").await.unwrap();
    let answer = read_until(&mut stream, "echo").await;
    assert_eq!(rig.delivered(1), (answer.len() as u64, Ending::Complete));
}

#[tokio::test]
async fn client_that_vanishes_while_sending_gets_no_answer() {
    let rig = Rig::start(Delivery::Whole);
    let mut stream = rig.connect().await;
    stream
        .write_all(b"POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 9\r\n\r\nhalf")
        .await
        .unwrap();
    stream.shutdown().await.unwrap();
    assert_eq!(read_all(&mut stream).await.unwrap(), "");
    assert!(rig.delivered.lock().unwrap().is_empty());
}

fn impatient() -> Limits {
    let soon = Duration::from_millis(30);
    Limits {
        head_time: soon,
        body_time: soon,
        idle_time: soon,
        ..Limits::default()
    }
}

#[tokio::test]
async fn silent_slow_and_idle_clients_are_hung_up_on() {
    let rig = Rig::with_limits(Delivery::Whole, impatient());
    for words in [
        "",
        "GET / HT",
        "POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 9\r\n\r\nhalf",
    ] {
        let answer = rig.ask(words).await.unwrap();
        assert!(
            answer.is_empty() || answer.starts_with("HTTP/1.1 4"),
            "{answer}"
        );
    }
    let answer = rig.ask(GET).await.unwrap();
    assert!(answer.ends_with(BODY), "{answer}");
}

#[tokio::test]
async fn own_silence_is_not_held_against_the_client() {
    let every = MINUTE;
    let rig = Rig::with_limits(Delivery::Dribble { bytes: 5, every }, impatient());
    let mut stream = rig.connect().await;
    stream.write_all(GET.as_bytes()).await.unwrap();
    read_until(&mut stream, "abcde").await;
    // Another connection is given up on meanwhile, so the limit has passed.
    rig.ask("").await.unwrap();
    rig.ask("").await.unwrap();
    rig.clock.advance(every);
    read_until(&mut stream, "fghij").await;
}

#[tokio::test]
async fn stop_hangs_up_on_idle_and_stalled_clients() {
    let hold = MINUTE;
    let rig = Rig::start(Delivery::Stall {
        body: Some(2),
        hold,
    });
    let mut idle = rig.connect().await;
    let mut stalled = rig.connect().await;
    stalled.write_all(GET.as_bytes()).await.unwrap();
    read_until(&mut stalled, "ab").await;
    rig.stop.stop();
    rig.served.await.unwrap().unwrap();
    let mut rest = Vec::new();
    assert_eq!(idle.read_to_end(&mut rest).await.unwrap(), 0);
    drop(stalled.read_to_end(&mut rest).await);
    assert!(rest.is_empty());
    let delivered = rig.delivered.lock().unwrap();
    assert_eq!(delivered[0].ending(), Ending::BrokenOff);
}

#[tokio::test]
async fn answer_once_begun_is_finished_without_its_client() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let address = listener.local_addr().unwrap();
    let clock = Clock::manual(Timestamp::from_millisecond(0));
    let delivered = Arc::new(Delivered::default());
    let begun = Arc::new(tokio::sync::Notify::new());
    let answer = {
        let (clock, delivered, begun) = (clock.clone(), Arc::clone(&delivered), Arc::clone(&begun));
        move |_| {
            let (clock, delivered, begun) =
                (clock.clone(), Arc::clone(&delivered), Arc::clone(&begun));
            Answering::Later(Box::pin(async move {
                begun.notify_one();
                clock.sleep(MINUTE).await;
                Sent {
                    reply: Reply::empty(StatusCode::OK),
                    delivery: Delivery::Whole,
                    spelling: Spelling::default(),
                    delivered,
                    answered: clock.now(),
                    clock,
                }
            }))
        }
    };
    let (_stop, shutdown) = Stop::pair();
    let connections = Connections::default();
    tokio::spawn(listen::serve(
        listener,
        answer,
        Limits::default(),
        connections,
        shutdown,
    ));
    let mut stream = tokio::net::TcpStream::connect(address).await.unwrap();
    stream.write_all(GET.as_bytes()).await.unwrap();
    begun.notified().await;
    stream.shutdown().await.unwrap();
    assert_eq!(read_all(&mut stream).await.unwrap(), "");
    assert_eq!(delivered.ending(), Ending::UnderWay);
    clock.advance(MINUTE);
    while delivered.ending() == Ending::UnderWay {
        tokio::task::yield_now().await;
    }
    assert_eq!(delivered.ending(), Ending::ClientGone);
    assert_eq!(delivered.ended_millisecond(), Some(60_000));
}
