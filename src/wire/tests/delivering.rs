//! Every delivery, proven from the client's side.

use std::io::{ErrorKind, Read, Write};
use std::time::Duration;

use bytes::Bytes;
use http::{Request, StatusCode};
use http_body_util::{BodyExt, Empty};
use hyper::client::conn::http2;
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use super::{BODY, GET, GET_AND_CLOSE, MINUTE, Rig, body_of, read_all, read_until};
use crate::exchange::{Delivery, End, Ending};

#[tokio::test]
async fn whole_answer_is_noted_complete_by_the_time_it_is_read() {
    let rig = Rig::start(Delivery::Whole);
    let mut stream = rig.connect().await;
    for turn in 0..3 {
        stream.write_all(GET.as_bytes()).await.unwrap();
        let answer = read_until(&mut stream, BODY).await;
        assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
        assert_eq!(rig.delivered(turn), (answer.len() as u64, Ending::Complete));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn reader_on_another_thread_never_sees_an_answer_before_its_note() {
    let rig = Rig::start(Delivery::Whole);
    tokio::task::block_in_place(|| {
        let mut stream = std::net::TcpStream::connect(rig.address).unwrap();
        for turn in 0..2000 {
            stream.write_all(GET.as_bytes()).unwrap();
            let mut answer = Vec::new();
            while !answer.ends_with(BODY.as_bytes()) {
                let mut part = [0; 1024];
                let read = stream.read(&mut part).unwrap();
                answer.extend_from_slice(&part[..read]);
            }
            let expected = (answer.len() as u64, Ending::Complete);
            assert_eq!(rig.delivered(turn), expected);
        }
    });
}

#[tokio::test]
async fn date_follows_the_sandbox_clock() {
    let rig = Rig::start(Delivery::Whole);
    rig.clock.advance(MINUTE);
    let answer = rig.ask(GET_AND_CLOSE).await.unwrap();
    assert!(
        answer.contains("\r\ndate: Tue, 01 Jan 2030 00:01:00 GMT\r\n"),
        "{answer}"
    );
}

#[tokio::test]
async fn head_announces_the_length_without_the_body() {
    let rig = Rig::start(Delivery::Whole);
    let head = GET_AND_CLOSE.replace("GET", "HEAD");
    let answer = rig.ask(&head).await.unwrap();
    assert!(answer.contains("\r\ncontent-length: 10\r\n"), "{answer}");
    assert_eq!(body_of(&answer), "");
    assert_eq!(rig.delivered(0), (answer.len() as u64, Ending::Complete));
}

#[tokio::test]
async fn answer_without_content_has_no_length() {
    let rig = Rig::start(Delivery::Whole);
    let answer = rig
        .ask(&GET_AND_CLOSE.replace("/ ", "/none "))
        .await
        .unwrap();
    assert!(
        answer.starts_with("HTTP/1.1 204 No Content\r\n"),
        "{answer}"
    );
    assert!(!answer.contains("content-length"), "{answer}");
}

#[tokio::test]
async fn close_is_an_end_without_a_byte() {
    let rig = Rig::start(Delivery::Close);
    for turn in 0..100 {
        assert_eq!(rig.ask(GET).await.unwrap(), "");
        assert_eq!(rig.delivered(turn), (0, Ending::BrokenOff));
    }
}

#[tokio::test]
async fn close_with_more_requests_behind_it_is_still_no_reset() {
    let rig = Rig::start(Delivery::Close);
    for _ in 0..100 {
        assert_eq!(rig.ask(&GET.repeat(20)).await.unwrap(), "");
    }
}

#[tokio::test]
async fn reset_is_a_reset_every_time() {
    let rig = Rig::start(Delivery::Reset);
    for turn in 0..1000 {
        let error = rig.ask(GET).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::ConnectionReset, "try {turn}");
        assert_eq!(rig.delivered(turn), (0, Ending::BrokenOff));
    }
}

#[tokio::test]
async fn cut_sends_the_head_and_exactly_so_many_bytes() {
    for (body, expected) in [(0, ""), (4, "abcd"), (10, BODY), (99, BODY)] {
        let rig = Rig::start(Delivery::Cut {
            body,
            end: End::Close,
        });
        let answer = rig.ask(GET).await.unwrap();
        assert!(answer.contains("\r\ncontent-length: 10\r\n"), "{answer}");
        assert!(answer.contains("\r\ndate: Tue, 01 Jan 2030"), "{answer}");
        assert_eq!(body_of(&answer), expected);
        assert_eq!(rig.delivered(0), (answer.len() as u64, Ending::BrokenOff));
    }
}

#[tokio::test]
async fn stall_is_silent_until_the_sandbox_clock_has_moved_on() {
    for (body, expected) in [(None, ""), (Some(0), "\r\n\r\n"), (Some(4), "abcd")] {
        let hold = MINUTE;
        let rig = Rig::start(Delivery::Stall { body, hold });
        let mut stream = rig.connect().await;
        stream.write_all(GET.as_bytes()).await.unwrap();
        while rig.delivered.lock().unwrap().is_empty() {
            tokio::task::yield_now().await;
        }
        read_until(&mut stream, expected).await;
        rig.clock.advance(Duration::from_secs(59));
        // A whole exchange on another connection: whoever is ready to speak has had its turn.
        let other = Rig::start(Delivery::Whole);
        other.ask(GET_AND_CLOSE).await.unwrap();
        let mut byte = [0];
        assert_eq!(
            stream.try_read(&mut byte).unwrap_err().kind(),
            ErrorKind::WouldBlock
        );
        assert_eq!(rig.delivered(0).1, Ending::UnderWay);
        rig.clock.advance(Duration::from_secs(1));
        assert_eq!(read_all(&mut stream).await.unwrap(), "");
        assert_eq!(rig.delivered(0).1, Ending::BrokenOff);
    }
}

#[tokio::test]
async fn stall_ends_when_its_client_leaves() {
    let hold = MINUTE;
    let rig = Rig::start(Delivery::Stall {
        body: Some(2),
        hold,
    });
    let mut stream = rig.connect().await;
    stream.write_all(GET.repeat(3).as_bytes()).await.unwrap();
    read_until(&mut stream, "ab").await;
    drop(stream);
    while rig.delivered(0).1 == Ending::UnderWay {
        tokio::task::yield_now().await;
    }
    assert_eq!(rig.delivered(0).1, Ending::ClientGone);
}

#[tokio::test]
async fn stall_jumps_when_only_the_sharing_client_waits() {
    let hold = Duration::from_secs(90);
    let rig = Rig::start(Delivery::Stall { body: None, hold });
    let me = rig.clock.join();
    let mut stream = rig.connect().await;
    let local = stream.local_addr().unwrap();
    let started = rig.clock.now();
    stream.write_all(GET.as_bytes()).await.unwrap();
    let answer = me.answer(local, MINUTE, read_all(&mut stream)).await;
    assert!(answer.is_none());
    assert_eq!(rig.clock.now().since(started), MINUTE);
}

#[tokio::test]
async fn dribble_sends_a_piece_for_each_pause() {
    let every = Duration::from_secs(2);
    let rig = Rig::start(Delivery::Dribble { bytes: 4, every });
    let mut stream = rig.connect().await;
    stream.write_all(GET.as_bytes()).await.unwrap();
    for (end, is_last) in [("abcd", false), ("efgh", false), ("ij", true)] {
        read_until(&mut stream, end).await;
        let mut byte = [0];
        assert!(stream.try_read(&mut byte).is_err());
        let ending = rig.delivered(0).1;
        assert_eq!(ending == Ending::Complete, is_last, "{ending:?}");
        rig.clock.advance(every);
    }
    stream.write_all(GET.as_bytes()).await.unwrap();
    read_until(&mut stream, "abcd").await;
}

#[tokio::test]
async fn garbage_is_no_http_and_then_the_end() {
    let rig = Rig::start(Delivery::Garbage);
    let answer = rig.ask(GET).await.unwrap();
    assert!(
        !answer.is_empty() && !answer.starts_with("HTTP/"),
        "{answer}"
    );
    assert_eq!(rig.delivered(0).1, Ending::BrokenOff);
}

#[tokio::test]
async fn bad_chunk_is_a_sound_chunk_and_a_broken_one() {
    let rig = Rig::start(Delivery::BadChunk);
    let answer = rig.ask(GET).await.unwrap();
    assert!(
        answer.contains("\r\ntransfer-encoding: chunked\r\n"),
        "{answer}"
    );
    assert!(!answer.contains("content-length"), "{answer}");
    assert_eq!(body_of(&answer), "5\r\nabcde\r\nnot-a-size\r\n");
}

#[tokio::test]
async fn answers_before_a_fault_on_the_same_connection_arrive_whole() {
    let rig = Rig::start(Delivery::Cut {
        body: 3,
        end: End::Close,
    });
    let mut stream = rig.connect().await;
    let mut pipelined = "POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 0\r\n\r\n".to_owned();
    pipelined.push_str(GET);
    stream.write_all(pipelined.as_bytes()).await.unwrap();
    let answer = read_all(&mut stream).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
}

#[tokio::test]
async fn client_that_leaves_in_the_middle_of_an_answer_is_noted() {
    let every = Duration::from_secs(2);
    let rig = Rig::start(Delivery::Dribble { bytes: 4, every });
    let mut stream = rig.connect().await;
    stream.write_all(GET.as_bytes()).await.unwrap();
    read_until(&mut stream, "abcd").await;
    drop(stream);
    while rig.delivered(0).1 == Ending::UnderWay {
        tokio::task::yield_now().await;
    }
    assert_eq!(rig.delivered(0).1, Ending::ClientGone);
}

async fn talk_http2(rig: &Rig) -> http2::SendRequest<Empty<Bytes>> {
    let io = TokioIo::new(rig.connect().await);
    let (sender, connection) = http2::handshake(TokioExecutor::new(), io).await.unwrap();
    tokio::spawn(connection);
    sender
}

fn get_http2(rig: &Rig, method: &str) -> Request<Empty<Bytes>> {
    Request::builder()
        .method(method)
        .uri(format!("http://{}/", rig.address))
        .body(Empty::new())
        .unwrap()
}

#[tokio::test]
async fn http2_by_prior_knowledge() {
    let rig = Rig::start(Delivery::Whole);
    let mut sender = talk_http2(&rig).await;
    let response = sender.send_request(get_http2(&rig, "GET")).await.unwrap();
    assert_eq!(response.status(), StatusCode::OK);
    assert_eq!(response.headers()["date"], "Tue, 01 Jan 2030 00:00:00 GMT");
    let body = response.into_body().collect().await.unwrap().to_bytes();
    assert_eq!(body, BODY);
    assert_eq!(rig.delivered(0), (10, Ending::Complete));

    let response = sender.send_request(get_http2(&rig, "HEAD")).await.unwrap();
    assert_eq!(response.headers()["content-length"], "10");
    assert_eq!(rig.delivered(1), (0, Ending::Complete));
}

#[tokio::test]
async fn http2_fault_breaks_its_stream_and_spares_the_connection() {
    let faults = [
        Delivery::Close,
        Delivery::Reset,
        Delivery::Garbage,
        Delivery::BadChunk,
        Delivery::Cut {
            body: 4,
            end: End::Close,
        },
    ];
    for fault in faults {
        let rig = Rig::start(fault.clone());
        let mut sender = talk_http2(&rig).await;
        for turn in 0..2 {
            let broken = match sender.send_request(get_http2(&rig, "GET")).await {
                Ok(response) => response.into_body().collect().await.is_err(),
                Err(_) => true,
            };
            assert!(broken, "{fault:?}");
            assert_eq!(rig.delivered(turn).1, Ending::BrokenOff, "{fault:?}");
        }
    }
}

#[tokio::test]
async fn http2_stall_waits_for_the_sandbox_clock() {
    let hold = MINUTE;
    let rig = Rig::start(Delivery::Stall {
        body: Some(4),
        hold,
    });
    let mut sender = talk_http2(&rig).await;
    let response = sender.send_request(get_http2(&rig, "GET")).await.unwrap();
    let mut body = response.into_body();
    let piece = body.frame().await.unwrap().unwrap().into_data().unwrap();
    assert_eq!(piece, "abcd");
    assert_eq!(rig.delivered(0), (4, Ending::UnderWay));
    rig.clock.advance(hold);
    assert!(body.frame().await.unwrap().is_err());
    assert_eq!(rig.delivered(0), (4, Ending::BrokenOff));
}

#[tokio::test]
async fn answer_of_many_buffers_is_whole_for_a_slow_reader() {
    let rig = Rig::start(Delivery::Whole);
    let mut stream = rig.connect().await;
    let size = 1 << 20;
    let head = format!(
        "POST / HTTP/1.1\r\nhost: a\r\nconnection: close\r\ncontent-length: {size}\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    stream.write_all(&vec![b'x'; size]).await.unwrap();
    let mut answer = vec![0; 8192];
    let mut read = 0;
    loop {
        match stream.read(&mut answer).await.unwrap() {
            0 => break,
            more => read += more as u64,
        }
    }
    assert_eq!(rig.delivered(0), (read, Ending::Complete));
    assert!(read > size as u64);
}
