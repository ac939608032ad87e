//! How a token request is answered: check, sign, spend, keep.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use crate::clock::Timestamp;
use crate::oauth::client::Client;
use crate::oauth::grant_type::GrantType;
use crate::oauth::jwt::Claims;
use crate::oauth::scope::Scope;
use crate::oauth::token::{TokenAnswer, TokenRequest};
use crate::scenario::plan::Skew;
use crate::store::grants::check::{check_code, check_promise, check_refresh};
use crate::store::grants::grant::{Authorization, Code, Grant, Refresh};
use crate::store::grants::{Grants, Refusal, fingerprint};
use crate::store::organization::Account;

/// How tokens are given other than by the profile; the default changes nothing.
#[derive(Clone, Debug, Default)]
pub struct Terms {
    /// How long the access token lives.
    pub access_life: Option<Duration>,
    /// Whether a refresh brings a new refresh token and ends the old one, whatever the profile says.
    pub rotate: bool,
    /// The most that is granted.
    pub scope: Option<Scope>,
    /// How far the clock that dates the token is from that of the directory.
    pub skew: Option<Skew>,
    /// For whom the token speaks, whoever allowed it.
    pub account: Option<Arc<Account>>,
    /// How many characters an access token has that is not signed and says nothing.
    pub size: Option<usize>,
}

impl Terms {
    fn date(&self, now: Timestamp) -> Timestamp {
        match self.skew {
            None => now,
            Some(Skew::Ahead(by)) => now.plus(by),
            Some(Skew::Behind(by)) => now.minus(by),
        }
    }
}

/// An access token that is signed and not yet valid: whether it becomes so is decided after.
struct Signed {
    token: String,
    account: Arc<Account>,
    scope: Scope,
    begins: Timestamp,
    life: Duration,
}

/// What an access token is to say.
struct Promised {
    claims: Claims,
    account: Arc<Account>,
    scope: Scope,
    begins: Timestamp,
    life: Duration,
}

impl Promised {
    fn with(self, token: String) -> Signed {
        Signed {
            token,
            account: self.account,
            scope: self.scope,
            begins: self.begins,
            life: self.life,
        }
    }
}

impl Grants {
    /// Answers the token request of a client that has authenticated itself.
    ///
    /// # Errors
    ///
    /// What the client shows is not worth a token.
    pub fn answer(
        &self,
        client: &Arc<Client>,
        request: &TokenRequest,
        terms: &Terms,
        now: Timestamp,
    ) -> Result<TokenAnswer, Refusal> {
        if !client.may_use(request.grant_type()) {
            return Err(Refusal::OtherGrantType);
        }
        match request {
            TokenRequest::AuthorizationCode {
                code,
                redirect_uri,
                verifier,
            } => {
                let code = self.codes.find(code).ok_or(Refusal::UnknownCode)?;
                check_code(&code, client, now)?;
                check_promise(&code, redirect_uri.as_deref(), verifier.as_deref())?;
                self.trade_code(client, &code, terms, now)
            }
            TokenRequest::RefreshToken {
                refresh_token,
                scope,
            } => {
                let old = self
                    .refresh
                    .find(refresh_token)
                    .ok_or(Refusal::DeadRefresh)?;
                check_refresh(&old, client, now)?;
                self.trade_refresh(&old, scope.as_ref(), terms, now)
            }
            TokenRequest::ClientCredentials { scope } => {
                if !self.lives.client_credentials {
                    return Err(Refusal::NoClientCredentials);
                }
                self.in_its_own_name(client, scope.as_ref(), terms, now)
            }
            TokenRequest::PersonalAccessToken { pat, scope } => {
                let account = self.personal(pat).ok_or(Refusal::UnknownPersonal)?;
                self.without_refresh((client, &account), scope.as_ref(), terms, now)
            }
        }
    }

    /// Gives an account's tokens for a client without asking anybody, with a refresh token beside.
    ///
    /// # Errors
    ///
    /// Nothing of the scope can be granted, or the token cannot be signed.
    pub fn mint(
        &self,
        account: &Arc<Account>,
        client: &Arc<Client>,
        scope: Option<Scope>,
        now: Timestamp,
    ) -> Result<TokenAnswer, Refusal> {
        self.mint_as_of((account, client), scope, (now, now), None)
    }

    /// Gives such tokens with a date of issue that may lie behind `now`, from which they live; `ready` is what signing
    /// came to before.
    pub(super) fn mint_as_of(
        &self,
        (account, client): (&Arc<Account>, &Arc<Client>),
        scope: Option<Scope>,
        (issued, now): (Timestamp, Timestamp),
        ready: Option<String>,
    ) -> Result<TokenAnswer, Refusal> {
        let login = self.draw("login session").uuid();
        let authorization = Arc::new(Authorization::new(account, client, login));
        let scope = scope.map_or_else(
            || client.scope.clone(),
            |scope| scope.narrowed_to(&client.scope),
        );
        let promised = self.promise(&authorization, &scope, &Terms::default(), issued)?;
        let signed = match ready {
            // It bears its date of issue, and lives from now on.
            Some(token) => promised.with(token),
            None => self.signed(promised)?,
        };
        let signed = Signed {
            begins: now,
            ..signed
        };
        let refresh = self.keep_refresh(&authorization, scope, now);
        Ok(self.keep(&authorization, signed, Some(refresh), now))
    }

    fn trade_code(
        &self,
        client: &Client,
        code: &Code,
        terms: &Terms,
        now: Timestamp,
    ) -> Result<TokenAnswer, Refusal> {
        let signed = self.sign(&code.authorization, &code.scope, terms, now)?;
        // Of two exchanges at once one wins here; the other is a reuse and ends what the first one gave.
        if code.spent.swap(true, Ordering::AcqRel) {
            code.authorization.end();
            return Err(Refusal::SpentCode);
        }
        let refresh = client
            .may_use(GrantType::RefreshToken)
            .then(|| self.keep_refresh(&code.authorization, code.scope.clone(), now));
        Ok(self.keep(&code.authorization, signed, refresh, now))
    }

    fn trade_refresh(
        &self,
        old: &Refresh,
        scope: Option<&Scope>,
        terms: &Terms,
        now: Timestamp,
    ) -> Result<TokenAnswer, Refusal> {
        let scope = scope.unwrap_or(&old.scope);
        if !old.scope.covers(scope) {
            return Err(Refusal::WiderScope);
        }
        let signed = self.sign(&old.authorization, scope, terms, now)?;
        let mut fresh = None;
        if self.lives.rotates || terms.rotate {
            if old.replaced.swap(true, Ordering::AcqRel) {
                old.authorization.end();
                return Err(Refusal::ReplacedRefresh);
            }
            // The new one keeps the whole scope: RFC 6749 section 6.
            fresh = Some(self.keep_refresh(&old.authorization, old.scope.clone(), now));
        }
        Ok(self.keep(&old.authorization, signed, fresh, now))
    }

    fn in_its_own_name(
        &self,
        client: &Arc<Client>,
        scope: Option<&Scope>,
        terms: &Terms,
        now: Timestamp,
    ) -> Result<TokenAnswer, Refusal> {
        let account = self.clients.acting(&client.id).ok_or(Refusal::NotItsOwn)?;
        if client.is_public() {
            return Err(Refusal::NotItsOwn);
        }
        self.without_refresh((client, &account), scope, terms, now)
    }

    /// No refresh token comes of what can be shown again at any time,
    /// [RFC 6749 section 4.4.3](https://www.rfc-editor.org/rfc/rfc6749#section-4.4.3).
    fn without_refresh(
        &self,
        (client, account): (&Arc<Client>, &Arc<Account>),
        scope: Option<&Scope>,
        terms: &Terms,
        now: Timestamp,
    ) -> Result<TokenAnswer, Refusal> {
        let scope = scope.map_or_else(
            || client.scope.clone(),
            |scope| scope.narrowed_to(&client.scope),
        );
        let login = self.draw("login session").uuid();
        let authorization = Arc::new(Authorization::new(account, client, login));
        let signed = self.sign(&authorization, &scope, terms, now)?;
        Ok(self.keep(&authorization, signed, None, now))
    }

    fn sign(
        &self,
        authorization: &Authorization,
        scope: &Scope,
        terms: &Terms,
        now: Timestamp,
    ) -> Result<Signed, Refusal> {
        let promised = self.promise(authorization, scope, terms, now)?;
        match terms.size {
            None => self.signed(promised),
            Some(size) => {
                let token = self.opaque(&authorization.client_id, size);
                Ok(promised.with(token))
            }
        }
    }

    /// A token of every character there may be in one, [RFC 6750 section
    /// 2.1](https://www.rfc-editor.org/rfc/rfc6750#section-2.1), and with its signs of filling at the end.
    fn opaque(&self, client: &str, size: usize) -> String {
        const SIGNS: &str = "-._~+/";
        const FILLING: &str = "==";
        let stream = format!("opaque token/{client}");
        let mut token = String::with_capacity(size);
        while token.len() + FILLING.len() < size {
            token.push_str(&self.draw(&stream).token());
            token.push_str(SIGNS);
        }
        token.truncate(size - FILLING.len());
        token + FILLING
    }

    fn signed(&self, promised: Promised) -> Result<Signed, Refusal> {
        let token = self
            .signing_key()?
            .sign(&promised.claims)
            .map_err(|error| Refusal::Signing(error.description))?;
        Ok(promised.with(token))
    }

    fn promise(
        &self,
        authorization: &Authorization,
        scope: &Scope,
        terms: &Terms,
        now: Timestamp,
    ) -> Result<Promised, Refusal> {
        let scope = match &terms.scope {
            Some(most) => scope.narrowed_to(most),
            None => scope.clone(),
        };
        if scope.is_empty() {
            return Err(Refusal::EmptyScope);
        }
        let life = terms.access_life.unwrap_or(self.lives.access);
        let account = terms.account.as_ref().unwrap_or(&authorization.account);
        let begins = terms.date(now);
        let stream = format!("access token/{}", authorization.client_id);
        let claims = Claims {
            sc: scope.to_string(),
            sub: account.key.clone(),
            aud: authorization.client_id.to_string(),
            ogn: "pwd".into(),
            ls: authorization.login.clone(),
            typ: "a".into(),
            exp: begins.plus(life).as_second(),
            iat: begins.as_second(),
            jti: self.draw(&stream).uuid(),
        };
        Ok(Promised {
            claims,
            account: Arc::clone(account),
            scope,
            begins,
            life,
        })
    }

    fn keep(
        &self,
        authorization: &Arc<Authorization>,
        signed: Signed,
        refresh_token: Option<String>,
        now: Timestamp,
    ) -> TokenAnswer {
        let Signed {
            token,
            account,
            scope,
            begins,
            life,
        } = signed;
        let grant = Grant {
            account: Arc::clone(&account),
            client_id: Arc::clone(&authorization.client_id),
            scope: scope.clone(),
            not_before: (now < begins).then_some(begins),
            expires: begins.plus(life),
            fingerprint: fingerprint(&token),
            authorization: Arc::clone(authorization),
            ended: AtomicBool::new(false),
            ordinal: self.next(),
        };
        self.access.put(token.clone(), grant, now);
        TokenAnswer {
            access_token: token,
            token_type: "Bearer",
            refresh_token,
            expires_in: life.as_secs(),
            scope,
            principal: account.user_name.clone(),
        }
    }

    fn keep_refresh(
        &self,
        authorization: &Arc<Authorization>,
        scope: Scope,
        now: Timestamp,
    ) -> String {
        let stream = format!("refresh token/{}", authorization.client_id);
        let token = self.draw(&stream).token();
        let refresh = Refresh {
            authorization: Arc::clone(authorization),
            scope,
            expires: now.plus(self.lives.refresh),
            replaced: AtomicBool::new(false),
            ordinal: self.next(),
        };
        self.refresh.put(token.clone(), refresh, now);
        token
    }
}
