//! The verifier's look-ups, against the real name server and a real web server.

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;

use bytes::Bytes;
use wiremock::matchers::{header, method, path};
use wiremock::{Mock, MockServer, ResponseTemplate};

use crate::domain::proof::{Evidence, Need, Outside};
use crate::store::zone::{Rcode, TxtRecord, Zone, ZoneAnswer};
use crate::wire::{Probe, Stop, dns};

const PATH: &str = "/goto-verification-code.txt";

fn start() -> (Arc<Zone>, Probe, Stop) {
    let zone = Arc::new(Zone::default());
    let (stop, shutdown) = Stop::pair();
    let sockets = dns::Sockets::bind(IpAddr::V4(Ipv4Addr::LOCALHOST)).unwrap();
    let address = sockets.address();
    sockets.serve(Arc::clone(&zone), shutdown).unwrap();
    let probe = Probe::new(Arc::clone(&zone), address, "default");
    (zone, probe, stop)
}

fn txt(name: &str) -> Need {
    Need::Txt {
        name: name.to_owned(),
    }
}

fn file() -> Need {
    Need::File {
        domain: "main.com".to_owned(),
        path: PATH.to_owned(),
    }
}

async fn web(zone: &Zone) -> MockServer {
    let server = MockServer::start().await;
    zone.set_web("main.com", &server.address().to_string());
    server
}

#[tokio::test]
async fn records_come_joined_and_short_or_long() {
    let (zone, probe, _stop) = start();
    let long = "0123456789".repeat(200);
    for text in ["code=1", &long] {
        let records = vec![TxtRecord::of_text("v=spf1 -all"), TxtRecord::of_text(text)];
        zone.set_txt("main.com", records, 60);
        assert_eq!(
            probe.look_up(&txt("main.com")).await,
            Evidence::Records(vec!["v=spf1 -all".to_owned(), text.to_owned()])
        );
    }
}

#[tokio::test]
async fn missing_names_and_failing_servers_are_told_apart() {
    let (zone, probe, _stop) = start();
    let none = |rcode: &str| Evidence::NoRecords {
        rcode: rcode.to_owned(),
    };
    assert_eq!(probe.look_up(&txt("main.com")).await, none("NXDOMAIN"));
    zone.set_web("main.com", "127.0.0.1:1");
    assert_eq!(probe.look_up(&txt("main.com")).await, none("NOERROR"));
    let answer = ZoneAnswer {
        rcode: Rcode::ServFail,
        records: Vec::new(),
        ttl: 0,
    };
    zone.bend("main.com", answer);
    let Evidence::Failed { why } = probe.look_up(&txt("main.com")).await else {
        panic!("a server failure is no answer");
    };
    assert!(why.contains("SERVFAIL"), "{why}");
    assert_eq!(probe.look_up(&txt("main.com")).await, none("NOERROR"));
    for name in ["a..b", &"x".repeat(300)] {
        let looked = probe.look_up(&txt(name)).await;
        assert!(matches!(looked, Evidence::Failed { .. }), "{looked:?}");
    }
}

#[tokio::test]
async fn file_is_asked_for_under_the_domains_own_name() {
    let (zone, probe, _stop) = start();
    let server = web(&zone).await;
    Mock::given(method("GET"))
        .and(path(PATH))
        .and(header("host", "main.com"))
        .respond_with(ResponseTemplate::new(200).set_body_raw("code=1", "text/plain"))
        .expect(1)
        .mount(&server)
        .await;
    let found = Evidence::File {
        status: 200,
        media_type: Some("text/plain".to_owned()),
        body: Bytes::from_static(b"code=1"),
    };
    assert_eq!(probe.look_up(&file()).await, found);
}

#[tokio::test]
async fn redirects_are_followed_on_the_same_host_only() {
    let (zone, probe, _stop) = start();
    let server = web(&zone).await;
    let to = |location: &str| ResponseTemplate::new(302).insert_header("location", location);
    for (from, template) in [
        (PATH, to("/a/b")),
        ("/a/b", to("c")),
        ("/a/c", to("https://MAIN.com/d")),
        ("/d", to("http://elsewhere.com/e")),
    ] {
        Mock::given(path(from))
            .respond_with(template)
            .expect(1)
            .mount(&server)
            .await;
    }
    let Evidence::File { status, .. } = probe.look_up(&file()).await else {
        panic!("a redirect is an answer");
    };
    assert_eq!(status, 302);
}

#[tokio::test]
async fn large_file_is_read_to_the_limit() {
    let (zone, probe, _stop) = start();
    let server = web(&zone).await;
    Mock::given(method("GET"))
        .respond_with(ResponseTemplate::new(200).set_body_bytes(vec![b'x'; 1 << 20]))
        .mount(&server)
        .await;
    let Evidence::File { body, .. } = probe.look_up(&file()).await else {
        panic!("a large file is a file");
    };
    assert_eq!(body.len(), 64 * 1024);
}

#[tokio::test]
async fn unknown_web_server_is_a_failure_that_says_what_to_do() {
    let (zone, probe, _stop) = start();
    let Evidence::Failed { why } = probe.look_up(&file()).await else {
        panic!("nothing can be found");
    };
    assert!(why.contains("PUT /sandboxes/default/web/main.com"), "{why}");
    zone.set_web("main.com", "127.0.0.1:1");
    let looked = probe.look_up(&file()).await;
    assert!(matches!(looked, Evidence::Failed { .. }), "{looked:?}");
}
