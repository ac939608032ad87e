//! The faults of the wire on HTTP/2: streams of their own, windows, and GOAWAY.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use bytes::Bytes;
use goto_double::GotoDouble;
use goto_double::exchange::Ending;
use h2::Reason;
use h2::client::SendRequest;
use http::{Request, StatusCode};
use serde_json::json;

use super::super::{exchanges, fired, playing, stored, until_waiting};
use crate::support::{Client, create_user, user};

type Sender = SendRequest<Bytes>;

/// A connection of HTTP/2, driven in the background.
async fn open(client: &Client) -> Sender {
    let tcp = tokio::net::TcpStream::connect(client.host()).await.unwrap();
    let (sender, connection) = h2::client::handshake(tcp).await.unwrap();
    tokio::spawn(connection);
    sender
}

fn request(goto: &GotoDouble, method: &str) -> Request<()> {
    Request::builder()
        .method(method)
        .uri(format!("{}/Users", goto.scim_url()))
        .header("authorization", format!("Bearer {}", goto.token()))
        .header("content-type", "application/scim+json")
        .body(())
        .unwrap()
}

/// Lists users: the status, the whole body, and what the head says of its length.
async fn list(
    goto: &GotoDouble,
    sender: &Sender,
) -> Result<(StatusCode, Vec<u8>, Vec<usize>), h2::Error> {
    let mut sender = sender.clone().ready().await?;
    let (answer, _) = sender.send_request(request(goto, "GET"), true)?;
    let answer = answer.await?;
    let lengths = answer.headers().get_all("content-length").iter();
    let lengths = lengths.map(|value| value.to_str().unwrap().parse().unwrap());
    let (status, lengths) = (answer.status(), lengths.collect());
    let mut incoming = answer.into_body();
    let mut body = Vec::new();
    while let Some(data) = incoming.data().await {
        let data = data?;
        incoming.flow_control().release_capacity(data.len())?;
        body.extend_from_slice(&data);
    }
    Ok((status, body, lengths))
}

/// A double that does so at the second list.
fn second_list(wire: &str) -> (GotoDouble, Client) {
    playing(
        json!([{ "id": "second", "on": "users.list", "when": { "nth": 2 },
        "do": { "commit": true, "wire": wire } }]),
    )
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn stream_is_reset_with_the_code_that_was_chosen_and_its_neighbours_live() {
    for (wire, reason) in [
        ("rst_stream:refused_stream", Reason::REFUSED_STREAM),
        ("rst_stream:cancel", Reason::CANCEL),
        ("rst_stream:11", Reason::ENHANCE_YOUR_CALM),
        ("reset", Reason::INTERNAL_ERROR),
    ] {
        let (goto, client) = second_list(wire);
        let sender = open(&client).await;
        assert_eq!(list(&goto, &sender).await.unwrap().0, StatusCode::OK);
        let error = list(&goto, &sender).await.unwrap_err();
        assert!(error.is_reset() && error.is_remote(), "{wire}: {error}");
        assert_eq!(error.reason(), Some(reason), "{wire}");
        assert_eq!(list(&goto, &sender).await.unwrap().0, StatusCode::OK);
        assert_eq!(
            exchanges(&goto, "users.list")[1].delivered.ending(),
            Ending::BrokenOff
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_the_version_has_not_is_told_as_not_done() {
    for (wire, is_done) in [("interim:103", false), ("slice:7", true)] {
        let (goto, client) = second_list(wire);
        let sender = open(&client).await;
        list(&goto, &sender).await.unwrap();
        assert_eq!(list(&goto, &sender).await.unwrap().0, StatusCode::OK);
        let told = exchanges(&goto, "users.list")[1].fired[0].told();
        assert_eq!(!told.contains("not done"), is_done, "{told}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn leave_is_taken_after_an_answer_that_arrives_whole() {
    for wire in ["goaway", "unsaid_close"] {
        let (goto, client) = second_list(wire);
        let sender = open(&client).await;
        list(&goto, &sender).await.unwrap();
        let (status, body, _) = list(&goto, &sender).await.unwrap();
        assert_eq!(status, StatusCode::OK);
        assert_eq!(body, exchanges(&goto, "users.list")[1].reply.body, "{wire}");
        // The connection takes no more, as soon as the client knows.
        while list(&goto, &sender).await.is_ok() {}
        list(&goto, &open(&client).await).await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn stale_connection_ends_at_its_next_request() {
    for wire in ["stale:close", "stale:reset"] {
        let (goto, client) = second_list(wire);
        let sender = open(&client).await;
        list(&goto, &sender).await.unwrap();
        list(&goto, &sender).await.unwrap();
        assert!(list(&goto, &sender).await.is_err(), "{wire}");
        assert_eq!(exchanges(&goto, "users.list").len(), 2, "nobody handled it");
        list(&goto, &open(&client).await).await.unwrap();
    }
}

/// What came of the second list before its stream ended, and how that ended.
async fn heard(goto: &GotoDouble, sender: &Sender) -> (Option<StatusCode>, usize, Option<Reason>) {
    let mut sender = sender.clone().ready().await.unwrap();
    let (answer, _) = sender.send_request(request(goto, "GET"), true).unwrap();
    let answer = match answer.await {
        Ok(answer) => answer,
        Err(error) => return (None, 0, error.reason()),
    };
    let status = answer.status();
    let (mut incoming, mut bytes) = (answer.into_body(), 0);
    while let Some(data) = incoming.data().await {
        match data {
            Ok(data) => bytes += data.len(),
            Err(error) => return (Some(status), bytes, error.reason()),
        }
        let _ = incoming.flow_control().release_capacity(1);
    }
    (Some(status), bytes, None)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn cut_leaves_the_head_and_exactly_so_many_bytes_and_then_resets_the_stream() {
    for (wire, bytes) in [
        ("cut:head", 0),
        ("cut:body:1", 1),
        ("cut:body:40", 40),
        ("reset:body:40", 40),
    ] {
        let (goto, client) = second_list(wire);
        let sender = open(&client).await;
        for round in 0..25 {
            list(&goto, &sender).await.unwrap();
            let came = heard(&goto, &sender).await;
            let fault = (Some(StatusCode::OK), bytes, Some(Reason::INTERNAL_ERROR));
            assert_eq!(came, fault, "{wire} {round}");
            let noted = exchanges(&goto, "users.list");
            assert_eq!(noted[1].delivered.bytes(), bytes as u64, "{wire}");
            goto.control().reset().unwrap();
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn client_that_leaves_a_silent_stream_is_noted_as_gone() {
    let (goto, client) = second_list("stall:90s");
    let sender = open(&client).await;
    list(&goto, &sender).await.unwrap();
    let mut ready = sender.clone().ready().await.unwrap();
    let (answer, mut upload) = ready.send_request(request(&goto, "GET"), false).unwrap();
    upload.send_data(Bytes::new(), true).unwrap();
    until_waiting(&goto);
    upload.send_reset(Reason::CANCEL);
    drop(answer);
    while exchanges(&goto, "users.list")[1].delivered.ending() == Ending::UnderWay {
        tokio::task::yield_now().await;
    }
    let noted = exchanges(&goto, "users.list");
    assert_eq!(noted[1].delivered.ending(), Ending::ClientGone);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn leave_is_taken_after_the_last_byte_of_an_answer_larger_than_the_window() {
    for wire in ["goaway", "unsaid_close"] {
        let (goto, client) = second_list(wire);
        let mut large = user("large@main.com");
        large["displayName"] = "x".repeat(300_000).into();
        assert_eq!(client.post("/Users", &large).status, 201);
        let sender = open(&client).await;
        list(&goto, &sender).await.unwrap();
        let (status, body, _) = list(&goto, &sender).await.unwrap();
        assert_eq!(status, StatusCode::OK);
        assert!(body.len() > 300_000, "{wire}");
    }
}

/// A request of HTTP/2 by hand, so that the frames of the answer can be looked at.
fn frames(goto: &GotoDouble, client: &Client, requests: u32) -> Vec<(u8, u32, Vec<u8>)> {
    let mut stream = TcpStream::connect(client.host()).unwrap();
    stream
        .set_read_timeout(Some(Duration::from_secs(30)))
        .unwrap();
    stream
        .write_all(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")
        .unwrap();
    let frame = |kind: u8, flags: u8, stream: u32, payload: &[u8]| {
        let length = u32::try_from(payload.len()).unwrap().to_be_bytes();
        [&length[1..], &[kind, flags], &stream.to_be_bytes(), payload].concat()
    };
    stream.write_all(&frame(4, 0, 0, b"")).unwrap();
    // RFC 7541: GET and http by their indexes; the path, the host and the token as they are.
    let mut fields = vec![0x82, 0x86];
    for (index, value) in [(0x04, "/scim/v2/Users"), (0x01, client.host())] {
        fields.extend([index, u8::try_from(value.len()).unwrap()]);
        fields.extend(value.as_bytes());
    }
    let token = format!("Bearer {}", goto.token());
    // 23 is authorization, beyond 15 by 8; a length from 127 on goes on in the next bytes.
    fields.extend([0x0f, 8]);
    let mut length = token.len();
    if length < 127 {
        fields.push(u8::try_from(length).unwrap());
    } else {
        fields.push(127);
        length -= 127;
        while length >= 128 {
            fields.push(u8::try_from(length % 128 + 128).unwrap());
            length /= 128;
        }
        fields.push(u8::try_from(length).unwrap());
    }
    fields.extend(token.as_bytes());
    for request in 0..requests {
        stream
            .write_all(&frame(1, 5, 1 + 2 * request, &fields))
            .unwrap();
    }
    let mut frames = Vec::new();
    let mut head = [0; 9];
    while stream.read_exact(&mut head).is_ok() {
        let length = u32::from_be_bytes([0, head[0], head[1], head[2]]) as usize;
        let mut payload = vec![0; length];
        stream.read_exact(&mut payload).unwrap();
        let number = u32::from_be_bytes([head[5], head[6], head[7], head[8]]);
        frames.push((head[3], number, payload));
        if head[3] == 7 {
            break;
        }
    }
    frames
}

#[test]
fn goaway_in_place_of_an_answer_says_whether_the_request_may_have_been_processed() {
    for (wire, last) in [("goaway:refused", 1), ("goaway:lost", 3)] {
        let (goto, client) = second_list(wire);
        let heard = frames(&goto, &client, 2);
        let goaway = heard.iter().rfind(|(kind, ..)| *kind == 7).unwrap();
        assert_eq!(goaway.2[..4], u32::to_be_bytes(last), "{wire}: {heard:?}");
        assert_eq!(goaway.2[4..8], [0; 4], "{wire}");
        assert!(
            !heard
                .iter()
                .any(|(kind, stream, _)| *kind == 1 && *stream == 3)
        );
        assert_eq!(
            exchanges(&goto, "users.list")[1].delivered.ending(),
            Ending::BrokenOff
        );
        assert_eq!(client.get("/Users").status, 200);
    }
}

#[test]
fn goaway_never_says_of_what_was_begun_that_it_was_not() {
    for (wire, refused) in [("goaway:refused", true), ("goaway:lost", false)] {
        let (goto, client) = playing(
            json!([{ "id": "first", "on": "users.list", "when": { "nth": 1 },
            "do": { "delay": "10s", "wire": wire } }]),
        );
        let heard = std::thread::scope(|scope| {
            let heard = scope.spawn(|| frames(&goto, &client, 2));
            while exchanges(&goto, "users.list").is_empty() {
                std::thread::yield_now();
            }
            until_waiting(&goto);
            goto.control().advance(Duration::from_secs(10)).unwrap();
            heard.join().unwrap()
        });
        let goaway = heard.iter().rfind(|(kind, ..)| *kind == 7).unwrap();
        assert_eq!(goaway.2[..4], u32::to_be_bytes(3), "{wire}: {heard:?}");
        // RFC 9113 section 8.7: REFUSED_STREAM is 7.
        let reset = heard.iter().any(|(kind, stream, payload)| {
            (*kind, *stream) == (3, 1) && payload[..] == u32::to_be_bytes(7)
        });
        assert_eq!(reset, refused, "{wire}: {heard:?}");
    }
}

#[test]
fn goaway_comes_behind_the_answer() {
    let (goto, client) = second_list("goaway");
    let heard = frames(&goto, &client, 2);
    let at = |kind: u8| heard.iter().position(|frame| frame.0 == kind).unwrap();
    let last = heard.iter().rposition(|frame| frame.0 == 0).unwrap();
    assert!(last < at(7), "{heard:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn window_is_not_granted_while_the_body_is_not_read() {
    let (goto, client) = playing(json!([{ "id": "stuck", "on": "users.create",
        "when": { "nth": 1 }, "do": { "wire": "stall_read:0:90s" } }]));
    let mut large = user("large@main.com");
    large["displayName"] = "x".repeat(200_000).into();
    let body = Bytes::from(large.to_string());
    let sender = open(&client).await;
    let mut ready = sender.clone().ready().await.unwrap();
    let (answer, mut upload) = ready.send_request(request(&goto, "POST"), false).unwrap();
    upload.send_data(body.clone(), true).unwrap();
    while fired(&goto, "stuck") == 0 {
        tokio::task::yield_now().await;
    }
    let mut neighbour = 0;
    while neighbour < 20 {
        assert_eq!(list(&goto, &sender).await.unwrap().0, StatusCode::OK);
        neighbour += 1;
    }
    assert_eq!(exchanges(&goto, "users.create").len(), 0);
    assert_eq!(stored(&goto), [""; 0]);
    goto.control().advance(Duration::from_secs(90)).unwrap();
    answer.await.unwrap();
    let noted = exchanges(&goto, "users.create");
    assert_eq!(noted[0].request.body, body);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn early_answer_ends_its_stream_and_spares_the_connection() {
    for wire in ["early", "early:close"] {
        let (goto, client) = playing(json!([{ "id": "full", "on": "users.create",
            "do": { "reply": { "status": 413 }, "wire": wire } }]));
        let sender = open(&client).await;
        let mut ready = sender.clone().ready().await.unwrap();
        let (answer, mut upload) = ready.send_request(request(&goto, "POST"), false).unwrap();
        upload.send_data(Bytes::from_static(b"{"), false).unwrap();
        assert_eq!(
            answer.await.unwrap().status(),
            StatusCode::PAYLOAD_TOO_LARGE
        );
        assert_eq!(list(&goto, &sender).await.unwrap().0, StatusCode::OK);
        assert_eq!(stored(&goto), [""; 0]);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn false_lengths_lie_in_the_field_alone() {
    for (wire, by) in [("length:long", 7), ("length:short", -7)] {
        let (goto, client) = second_list(wire);
        let sender = open(&client).await;
        list(&goto, &sender).await.unwrap();
        let error = list(&goto, &sender).await.unwrap_err();
        assert_eq!(error.reason(), Some(Reason::PROTOCOL_ERROR), "{wire} {by}");
        list(&goto, &sender).await.unwrap();
    }
    for wire in ["length:none", "length:both"] {
        let (goto, client) = second_list(wire);
        let sender = open(&client).await;
        assert_eq!(list(&goto, &sender).await.unwrap().2.len(), 1);
        let (_, body, lengths) = list(&goto, &sender).await.unwrap();
        assert_eq!(body, exchanges(&goto, "users.list")[1].reply.body);
        assert_eq!(lengths, [0; 0], "{wire}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_http_2_has_no_form_for_leaves_as_ever() {
    for wire in [
        "interim:103",
        "slice:7",
        "slice:crlf",
        "slice:utf8",
        "unmeant_close",
    ] {
        let (goto, client) = second_list(wire);
        create_user(&client, "zoë@main.com");
        let sender = open(&client).await;
        let first = list(&goto, &sender).await.unwrap();
        assert_eq!(list(&goto, &sender).await.unwrap(), first, "{wire}");
        assert_eq!(list(&goto, &sender).await.unwrap(), first, "{wire}");
    }
}
