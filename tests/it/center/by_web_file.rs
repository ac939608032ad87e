//! Step 2, method 2: a plain-text file on the domain's web server.

use goto_double::GotoDouble;
use wiremock::matchers::{header, method, path};
use wiremock::{Mock, MockServer, ResponseTemplate};

use super::{add, assert_pending, assert_proven, empty, put_txt, text, verify};

const FILE: &str = "/goto-verification-code.txt";

/// Makes a file of the expected text.
type Around = fn(&str) -> Vec<u8>;

/// A web server that answers the file so, once, and everything else with 404.
async fn web(goto: &GotoDouble, answer: ResponseTemplate) -> MockServer {
    let server = MockServer::start().await;
    Mock::given(method("GET"))
        .and(path(FILE))
        .and(header("host", "main.com"))
        .respond_with(answer)
        .expect(1)
        .mount(&server)
        .await;
    let address = server.address().to_string();
    goto.control().put_web("main.com", &address).unwrap();
    server
}

fn plain(body: impl Into<Vec<u8>>) -> ResponseTemplate {
    ResponseTemplate::new(200).set_body_raw(body.into(), "text/plain; charset=utf-8")
}

/// Presses **Verify** where the web server gives this answer for the expected text.
async fn seen(answer: impl FnOnce(&str) -> ResponseTemplate) -> serde_json::Value {
    let goto = empty();
    let domain = add(&goto, "main.com");
    // With a record of its own the look-up by DNS says nothing of the file.
    put_txt(&goto, "main.com", &["v=spf1 -all"]);
    let server = web(&goto, answer(&text(&domain, "/file/content"))).await;
    let seen = verify(&goto, "main.com");
    server.verify().await;
    seen
}

#[tokio::test]
async fn file_with_the_text_and_nothing_else_proves_the_domain() {
    let goto = empty();
    let domain = add(&goto, "main.com");
    assert_eq!(text(&domain, "/file/url"), format!("http://main.com{FILE}"));
    let content = text(&domain, "/file/content");
    assert_eq!(
        content,
        format!("goto-verification-code={}", text(&domain, "/code"))
    );
    let server = web(&goto, plain(content)).await;
    let seen = verify(&goto, "main.com");
    assert_proven(&seen);
    server.verify().await;
    let asked: Vec<String> = (0..2)
        .map(|index| text(&seen, &format!("/look_ups/{index}/asked")))
        .collect();
    assert_eq!(
        asked,
        [
            "TXT main.com".to_owned(),
            format!("GET http://main.com{FILE}")
        ]
    );
}

#[tokio::test]
async fn record_that_proves_the_domain_spares_the_web_server() {
    let goto = empty();
    let domain = add(&goto, "main.com");
    let server = MockServer::start().await;
    Mock::given(method("GET"))
        .respond_with(plain("x"))
        .expect(0)
        .mount(&server)
        .await;
    goto.control()
        .put_web("main.com", &server.address().to_string())
        .unwrap();
    put_txt(&goto, "main.com", &[&text(&domain, "/record/value")]);
    assert_proven(&verify(&goto, "main.com"));
    server.verify().await;
}

#[tokio::test]
async fn one_line_end_is_forgiven() {
    for end in ["\n", "\r\n"] {
        assert_proven(&seen(|text| plain(format!("{text}{end}"))).await);
    }
}

// Microsoft's GoTo provisioning tutorial, step 2: "without any blank spaces or special characters outside of the string".
#[tokio::test]
async fn blanks_marks_quotes_and_html_around_the_text_are_refused() {
    let cases: [(Around, &str); 7] = [
        (
            |text| format!("\u{feff}{text}").into_bytes(),
            "byte order mark",
        ),
        (|text| format!(" {text}").into_bytes(), "blanks"),
        (|text| format!("{text} ").into_bytes(), "blanks"),
        (|text| format!("{text}\n\n").into_bytes(), "blanks"),
        (
            |text| format!("\u{201c}{text}\u{201d}").into_bytes(),
            "quotation marks",
        ),
        (
            |text| format!("<html><body>{text}</body></html>").into_bytes(),
            "HTML",
        ),
        (
            |text| text.encode_utf16().flat_map(u16::to_le_bytes).collect(),
            "mismatch",
        ),
    ];
    for (body, why) in cases {
        let seen = seen(|text| plain(body(text))).await;
        assert_eq!(seen["finding"], "mismatch", "{seen}");
        assert_pending(
            &seen,
            "mismatch",
            if why == "mismatch" { "must be" } else { why },
        );
    }
}

#[tokio::test]
async fn html_media_type_is_refused_whatever_the_body() {
    let seen = seen(|text| ResponseTemplate::new(200).set_body_raw(text, "text/html")).await;
    assert_pending(&seen, "mismatch", "HTML");
}

#[tokio::test]
async fn another_code_is_refused() {
    let other = "goto-verification-code=ffffffff-0000-4000-8000-000000000000";
    assert_pending(&seen(|_| plain(other)).await, "mismatch", "another code");
}

#[tokio::test]
async fn empty_file_and_404_are_missing_and_a_server_error_is_transient() {
    assert_pending(&seen(|_| plain("")).await, "missing", "empty");
    let gone = seen(|_| ResponseTemplate::new(404)).await;
    assert_pending(&gone, "missing", "no such file (404)");
    let forbidden = seen(|text| ResponseTemplate::new(403).set_body_string(text)).await;
    assert_pending(&forbidden, "missing", "403");
    let failing = seen(|text| ResponseTemplate::new(503).set_body_string(text)).await;
    assert_pending(&failing, "transient", "503");
}

#[tokio::test]
async fn redirect_to_another_host_is_not_followed() {
    let other = MockServer::start().await;
    Mock::given(method("GET"))
        .respond_with(plain("x"))
        .expect(0)
        .mount(&other)
        .await;
    let to = format!("{}{FILE}", other.uri());
    let seen = seen(|_| ResponseTemplate::new(302).insert_header("location", to)).await;
    assert_pending(&seen, "missing", "302");
    other.verify().await;
}

#[tokio::test]
async fn redirect_within_the_host_is_followed() {
    let goto = empty();
    let domain = add(&goto, "main.com");
    let to = ResponseTemplate::new(301).insert_header("location", "http://main.com/moved.txt");
    let server = web(&goto, to).await;
    Mock::given(path("/moved.txt"))
        .and(header("host", "main.com"))
        .respond_with(plain(text(&domain, "/file/content")))
        .expect(1)
        .mount(&server)
        .await;
    assert_proven(&verify(&goto, "main.com"));
    server.verify().await;
}

#[tokio::test]
async fn redirect_that_never_ends_is_given_up() {
    let goto = empty();
    add(&goto, "main.com");
    put_txt(&goto, "main.com", &["x"]);
    let server = MockServer::start().await;
    Mock::given(method("GET"))
        .respond_with(ResponseTemplate::new(302).insert_header("location", FILE))
        .expect(4)
        .mount(&server)
        .await;
    goto.control()
        .put_web("main.com", &server.address().to_string())
        .unwrap();
    assert_pending(&verify(&goto, "main.com"), "missing", "302");
    server.verify().await;
}

#[test]
fn server_nobody_named_and_one_that_is_down_are_transient_and_say_what_to_do() {
    let goto = empty();
    add(&goto, "main.com");
    assert_pending(
        &verify(&goto, "main.com"),
        "transient",
        "PUT /sandboxes/default/web/main.com",
    );
    let down = std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    goto.control()
        .put_web("main.com", &down.to_string())
        .unwrap();
    assert_pending(&verify(&goto, "main.com"), "transient", "refused");
}
