//! Writes the page on draws, with the vectors that another program can be checked by.

use std::fmt::Write as _;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, Version};

use crate::entropy::Entropy;
use crate::exchange::{Connection, Request};
use crate::operation::Operation;
use crate::scenario::facts::Facts;
use crate::scenario::fault::Delay;

const PATH: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/draws.md");

const WORDS: &str = "\
# Draws

Chance in a scenario is no sequence that requests use up.
It is a function of seed, scenario, rule, key and occurrence, so neither the order in which requests come nor the number of connections nor any other rule decides who is struck.
This page fixes the function, precisely enough for another program to draw the same; its vectors come from the code, and a test draws them again by a second implementation.

## The name of a stream

The stream of a rule is the text `rule/<scenario>/<rule>/<key>` in UTF-8: the id of the scenario, the id of the rule, and the key of the request in the scope that `per` names.
The key is empty in the scope `sandbox`; user names, group names and domains are in lower case; a connection is a decimal number, counted from 1 in the order in which the rules met it; a token is its fingerprint.
With several scopes the keys stand in the order of the table of scopes, whatever their order in the file, with the character U+001F between them.
A wait that is drawn has a stream of its own: that of the rule with `/delay` or `/hold` behind it.

The key of a write is the first 16 bytes of a SHA-256 in lower-case hexadecimal.
What is hashed is the name of the operation; then, for each segment of the path that stands in place of one in braces, from the last one to the first, a `/` and the segment as it was sent; then a line feed; then the content.
The content is the body: if it is JSON, written without blanks and with the members of each object sorted by name, byte by byte; else as it was sent.

## The n-th draw of a stream

Occurrences are counted from 1 for each key, and the n-th occurrence takes the n-th draw.
A draw is the first 32 bytes of one block of ChaCha with 8 rounds.

1. The key of ChaCha is 32 bytes, made of the seed, an unsigned number of 64 bits called `s`. Eight times in turn: `s` becomes `s` times `6364136223846793005` plus `11634580027462260723`, modulo 2 to the 64; `x` is the low 32 bits of (`s` shifted right by 18, xor `s`) shifted right by 27; `x` is rotated right by the five highest bits of `s`, and its four bytes follow, the lowest first. This is PCG XSH RR 64/32.
2. The block counter, 64 bits in words 12 and 13 of the state, is n.
3. The nonce, 64 bits in words 14 and 15, is the first eight bytes of the SHA-256 of the stream's name, read as a number with the highest byte first.
4. Both go into their two words with the low half first. The block is written out as ChaCha does, each word with its lowest byte first.

The fraction of a draw is its first eight bytes, read as a number with the highest byte first, shifted right by 11 and divided by 2 to the 53.
A rule with `p` acts if the fraction is below `p`.

";

const WAITS: &str = "
## Drawn waits

A wait is cut to whole milliseconds.

- `{\"uniform\": [least, most]}` is `least` plus the fraction times their difference.
- `{\"lognormal\": [median, sigma, cap]}` is `median` times e to the power of `sigma` times z, and never more than `cap`. Here u is the number in the bytes 0 to 3 of the draw and v the one in the bytes 8 to 11, highest byte first, each divided by 2 to the 32 less 1; z is the square root of -2 ln(1 - u), times the cosine of 2 pi v; and 1 - u counts as 10 to the -12 where it is less.

";

fn page() -> String {
    let mut page = WORDS.to_owned();
    page.push_str("| Seed | Stream | n | Draw | Fraction |\n|---|---|---|---|---|\n");
    for (seed, stream, ns) in [
        (7, "rule/throttle/quota/", &[1, 2, 3][..]),
        (5, "rule/answer-lost/lost/ada@main.com", &[1, 2, 3]),
        (0, "rule/s/r/", &[1, 1_000_000]),
        (
            u64::MAX,
            "rule/s/r/users.create\u{1f}\u{e5}sa@main.com",
            &[1],
        ),
    ] {
        for n in ns {
            let draw = Entropy::from_seed(seed).draw(stream, *n);
            let bytes = draw.bytes().iter().fold(String::new(), |mut text, byte| {
                write!(text, "{byte:02x}").unwrap();
                text
            });
            let (stream, fraction) = (stream.replace('\u{1f}', "\\u001f"), draw.fraction());
            writeln!(
                page,
                "| {seed} | `{stream}` | {n} | `{bytes}` | {fraction:.12} |"
            )
            .unwrap();
        }
    }
    waits(&mut page);
    writes(&mut page);
    page
}

fn waits(page: &mut String) {
    page.push_str(WAITS);
    page.push_str("| Seed | Stream | n | Wait | Milliseconds |\n|---|---|---|---|---|\n");
    let milliseconds = Duration::from_millis;
    for (written, delay) in [
        (
            r#"{"uniform": ["10ms", "1s"]}"#,
            Delay::Uniform(milliseconds(10), milliseconds(1000)),
        ),
        (
            r#"{"lognormal": ["80ms", 0.4, "2s"]}"#,
            Delay::LogNormal {
                median: milliseconds(80),
                sigma: 0.4,
                cap: milliseconds(2000),
            },
        ),
    ] {
        for n in 1..=4 {
            let stream = "rule/s/slow/ada@main.com/delay";
            let wait = delay.length(|| Entropy::from_seed(7).draw(stream, n));
            let wait = wait.as_millis();
            writeln!(page, "| 7 | `{stream}` | {n} | `{written}` | {wait} |").unwrap();
        }
    }
}

fn writes(page: &mut String) {
    page.push_str("\n## Keys of writes\n\n| Operation | Path | Body | Key |\n|---|---|---|---|\n");
    for (operation, path, body) in [
        (
            Operation::CreateUser,
            "/scim/v2/Users",
            r#"{"userName": "ada@main.com", "active": true}"#,
        ),
        (
            Operation::CreateUser,
            "/scim/v2/Users",
            r#"{"active":true,"userName":"ada@main.com"}"#,
        ),
        (Operation::DeleteUser, "/scim/v2/Users/17", ""),
        (Operation::DeleteUser, "/t/other/scim/v2/Users/18", ""),
        (Operation::PatchGroup, "/scim/v2/Groups/17", "no JSON"),
    ] {
        let request = request(operation, path, body);
        let key = Facts::of_request(operation, &request).write().unwrap();
        let name = operation.name();
        writeln!(page, "| `{name}` | `{path}` | `{body}` | `{key}` |").unwrap();
    }
}

fn request(operation: Operation, path: &'static str, body: &'static str) -> Request {
    let peer = "127.0.0.1:4000".parse().unwrap();
    Request {
        method: operation.row().method.parse().unwrap(),
        uri: path.parse().unwrap(),
        version: Version::HTTP_11,
        headers: HeaderMap::new(),
        body: Bytes::from_static(body.as_bytes()),
        connection: Connection {
            number: 1,
            peer,
            local: peer,
        },
    }
}

#[test]
#[expect(
    clippy::disallowed_methods,
    reason = "BLESS is how a person asks for a new page"
)]
fn page_on_draws_in_the_docs_is_this_one() {
    if std::env::var("BLESS").is_ok() {
        std::fs::write(PATH, page()).unwrap();
    }
    let written = std::fs::read_to_string(PATH).unwrap_or_default();
    assert!(
        written == page(),
        "{PATH} is stale: BLESS=1 cargo test rewrites it"
    );
}
