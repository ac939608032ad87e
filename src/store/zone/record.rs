//! What stands in a zone, and what can be said of a name.

/// The longest character-string of [RFC 1035 section 3.3](https://www.rfc-editor.org/rfc/rfc1035#section-3.3).
const CHARACTER_STRING: usize = 255;

/// The TXT records at one name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TxtSet {
    /// The records in the order they were given.
    pub records: Vec<TxtRecord>,
    /// How long a resolver may keep them, in seconds.
    pub ttl: u32,
}

/// One TXT record: character-strings of at most 255 octets, [RFC 1035 section 3.3.14](https://www.rfc-editor.org/rfc/rfc1035#section-3.3.14).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TxtRecord {
    strings: Vec<Vec<u8>>,
}

impl TxtRecord {
    /// The record that says `text`, in as few character-strings as hold it.
    pub fn of_text(text: &str) -> Self {
        Self::of_strings([text])
    }

    /// The record with these character-strings; one that is too long becomes several.
    pub fn of_strings<S: AsRef<[u8]>>(strings: impl IntoIterator<Item = S>) -> Self {
        let mut split = Vec::new();
        for string in strings {
            let string = string.as_ref();
            split.extend(string.chunks(CHARACTER_STRING).map(<[u8]>::to_vec));
            if string.is_empty() {
                split.push(Vec::new());
            }
        }
        if split.is_empty() {
            // A TXT record has one character-string at least.
            split.push(Vec::new());
        }
        Self { strings: split }
    }

    /// The character-strings.
    pub fn strings(&self) -> impl Iterator<Item = &[u8]> {
        self.strings.iter().map(Vec::as_slice)
    }

    /// The character-strings joined, as a reader of the record takes them.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.strings.concat()).into_owned()
    }
}

/// What is asked about a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RecordKind {
    /// TXT records.
    Txt,
    /// Anything the zone has.
    Any,
    /// Any other type: the zone has none.
    Other,
}

/// A response code of [RFC 1035 section 4.1.1](https://www.rfc-editor.org/rfc/rfc1035#section-4.1.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rcode {
    /// No error.
    NoError,
    /// The server cannot read the query.
    FormErr,
    /// The server has a problem of its own.
    ServFail,
    /// The name does not exist.
    NxDomain,
    /// The server does not do this kind of query.
    NotImp,
    /// The server will not say.
    Refused,
}

impl Rcode {
    const ALL: [Self; 6] = [
        Self::NoError,
        Self::FormErr,
        Self::ServFail,
        Self::NxDomain,
        Self::NotImp,
        Self::Refused,
    ];

    /// Reads a name as `dig` prints it, in any case.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|rcode| rcode.name().eq_ignore_ascii_case(name))
    }

    /// The name as `dig` prints it.
    pub fn name(self) -> &'static str {
        match self {
            Self::NoError => "NOERROR",
            Self::FormErr => "FORMERR",
            Self::ServFail => "SERVFAIL",
            Self::NxDomain => "NXDOMAIN",
            Self::NotImp => "NOTIMP",
            Self::Refused => "REFUSED",
        }
    }

    /// The number on the wire.
    pub fn code(self) -> u8 {
        match self {
            Self::NoError => 0,
            Self::FormErr => 1,
            Self::ServFail => 2,
            Self::NxDomain => 3,
            Self::NotImp => 4,
            Self::Refused => 5,
        }
    }
}
