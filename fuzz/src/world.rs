//! A small world that is asked without sockets and taken back to its start after every input.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use bytes::Bytes;
use goto_double::app::App;
use goto_double::clock::Timestamp;
use goto_double::exchange::{Connection, Reply, Request};
use goto_double::profile::Profile;
use goto_double::sandbox::{Outfit, Sandbox};
use goto_double::scenario::script::{ClockMode, ClockSetting};
use goto_double::scim::resource_type::{Kind, ResourceTypes};
use goto_double::store::directory::Contents;
use goto_double::{Control, MintRequest, SandboxSpec, fuzzing};
use http::header::{AUTHORIZATION, CONTENT_TYPE, HOST};
use http::{HeaderMap, HeaderValue, Method, Uri, Version};
use serde_json::{Map, Value};

use crate::sound;

const ACCOUNTS: &str = include_str!("../../fixtures/states/default.json");
const PEOPLE: &str = include_str!("world.json");

/// The world, and a tester's hold on it.
pub struct World {
    app: Arc<App>,
    control: Control,
    sandbox: Arc<Sandbox>,
    token: HeaderValue,
    start: Contents,
}

/// A stored resource as it was written down, byte for byte.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    kind: &'static str,
    id: String,
    version: String,
    bytes: Bytes,
}

impl World {
    /// The world of `world.json` under that profile; its clock stands still.
    pub fn of(profile: &str) -> Self {
        Self::from(SandboxSpec {
            profile: Some(profile.into()),
            ..SandboxSpec::default()
        })
    }

    /// One world a profile that has a name.
    pub fn of_every_profile() -> Vec<Self> {
        ["goto", "rfc", "entra-lenient"].map(Self::of).into()
    }

    /// The world of `world.json` with whatever else is wanted.
    pub fn from(spec: SandboxSpec) -> Self {
        Self::try_from(spec).expect("the world can be built")
    }

    /// The same, of what may contradict itself.
    pub fn try_from(mut spec: SandboxSpec) -> Result<Self, String> {
        let nowhere: Outfit = Arc::new(|_, _| Err(io::Error::other("there are no sockets here")));
        let origin = "http://127.0.0.1:1".to_owned();
        let types = Arc::clone(ResourceTypes::built_in());
        spec.seed = Some(7);
        spec.journal_limit = Some(8);
        spec.clock = Some(ClockSetting {
            mode: ClockMode::Manual,
            start: Timestamp::parse("2030-01-01T00:00:00Z"),
        });
        spec.state = Some(state());
        let setting = spec
            .into_setting(("default".into(), origin.clone()), types)
            .map_err(|error| error.to_string())?;
        let sandbox = Sandbox::build(setting, Arc::clone(&nowhere))?;
        let app = Arc::new(App::new(sandbox, origin, nowhere));
        let control = Control::new(Arc::clone(&app));
        let minted = control.mint_token(&MintRequest::default());
        let minted = minted.map_err(|error| error.to_string())?;
        let token = HeaderValue::from_str(&format!("Bearer {}", minted.access_token))
            .map_err(|error| error.to_string())?;
        let sandbox = control.sandbox().map_err(|error| error.to_string())?;
        let start = directory(&sandbox, |directory| directory.state());
        Ok(Self {
            app,
            control,
            sandbox,
            token,
            start,
        })
    }

    /// How it behaves where no RFC says.
    pub fn profile(&self) -> &Profile {
        &self.sandbox.profile
    }

    /// A tester's hold on it.
    pub fn control(&self) -> &Control {
        &self.control
    }

    /// Asks with the ready token; nothing comes of a target that no HTTP parser takes.
    pub fn ask(&self, method: &str, target: &str, body: impl Into<Bytes>) -> Option<Reply> {
        let mut headers = HeaderMap::new();
        headers.insert(HOST, HeaderValue::from_static("127.0.0.1:1"));
        headers.insert(AUTHORIZATION, self.token.clone());
        headers.insert(
            CONTENT_TYPE,
            HeaderValue::from_static("application/scim+json"),
        );
        self.ask_with((method, target), headers, body)
    }

    /// Asks with these header fields and no others.
    pub fn ask_with(
        &self,
        (method, target): (&str, &str),
        headers: HeaderMap,
        body: impl Into<Bytes>,
    ) -> Option<Reply> {
        let here = SocketAddr::from((Ipv4Addr::LOCALHOST, 1));
        let request = Request {
            method: Method::from_bytes(method.as_bytes()).ok()?,
            uri: target.parse::<Uri>().ok()?,
            version: Version::HTTP_11,
            headers,
            body: body.into(),
            connection: Connection {
                number: 1,
                peer: here,
                local: here,
            },
        };
        fuzzing::answer(&self.app, request).map(|sent| sent.reply)
    }

    /// The `Authorization` that [`ask`](Self::ask) sends.
    pub fn token(&self) -> &HeaderValue {
        &self.token
    }

    /// Reads the resource at a path below the base, which must be there.
    pub fn read(&self, path: &str) -> Value {
        let reply = self.ask("GET", &format!("/scim/v2{path}"), "");
        let reply = reply.expect("a path of our own");
        assert_eq!(reply.status, 200, "GET {path}: {reply:?}");
        crate::json(&reply)
    }

    /// Everything stored, byte for byte.
    pub fn rows(&self) -> Vec<Row> {
        directory(&self.sandbox, |directory| {
            let state = directory.state();
            let kinds = [(Kind::User, "Users"), (Kind::Group, "Groups")].into_iter();
            let rows = kinds.flat_map(|(kind, name)| {
                let snapshot = state.snapshot(kind);
                let rows = snapshot.iter().map(|stored| Row {
                    kind: name,
                    id: stored.id.to_string(),
                    version: stored.etag().to_owned(),
                    bytes: stored.json().clone(),
                });
                rows.collect::<Vec<_>>()
            });
            rows.collect()
        })
    }

    /// Every stored resource of a kind as JSON.
    pub fn resources(&self, kind: Kind) -> Vec<Value> {
        directory(&self.sandbox, |directory| {
            let snapshot = directory.snapshot(kind);
            let rows = snapshot.iter();
            rows.map(|stored| stored.resource().into_owned()).collect()
        })
    }

    /// Checks what must hold of the store at any moment.
    pub fn check_sound(&self) {
        sound::check(
            &self.resources(Kind::User),
            &self.resources(Kind::Group),
            self.profile(),
        );
    }

    /// Takes users and groups back to their start.
    pub fn rewind(&self) {
        directory(&self.sandbox, |directory| {
            directory.restore(self.start.clone());
        });
    }
}

fn directory<T>(
    sandbox: &Sandbox,
    look: impl FnOnce(&goto_double::store::directory::Directory) -> T,
) -> T {
    let organization = sandbox.organizations.default_organization();
    look(
        organization
            .expect("the state has an organization")
            .directory(),
    )
}

fn state() -> Value {
    let object = |text: &str| -> Map<String, Value> {
        serde_json::from_str(text).expect("the state is an object")
    };
    let mut state = object(ACCOUNTS);
    state.extend(object(PEOPLE));
    Value::Object(state)
}
