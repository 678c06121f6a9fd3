//! A request of a program: read whole, then its key is judged and counted, and only then is looked at what it says.

use std::sync::{Arc, OnceLock};

use axum::extract::{FromRequest, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use axum::middleware::Next;
use axum::response::Response;
use muster_core::Tx;
use muster_core::actor::Grant;
use muster_core::api_key::{self, Answered, Bucket, Entered, Fresh, Once, Presented, Trouble};
use muster_core::error::{Error, Rule};
use muster_core::policy::Permission;
use serde::Serialize;

use super::answer::{as_json, json};
use super::body::{Body, Nothing, Query};
use super::limits::{Limiter, Rate};
use super::problem::Fault;
use crate::web::error::{Problem, seconds_until};
use crate::web::form;
use crate::web::{Site, Web};

const KEY: HeaderName = HeaderName::from_static("x-api-key");
const ONCE: HeaderName = HeaderName::from_static("idempotency-key");

/// A request of a program that was let in.
pub struct Call<B = Nothing, Q = Nothing> {
    /// Who sent it.
    pub caller: Caller,
    /// What it says.
    pub body: B,
    /// What follows the question mark.
    pub query: Q,
}

/// A program that was let in.
pub struct Caller {
    presented: Presented,
    /// The transaction in which the key was judged, for whoever only looks.
    seen: Option<(Tx, Entered)>,
    once: Option<Once>,
}

/// A change that a program may make.
pub struct Change {
    /// In this transaction.
    pub tx: Tx,
    /// With this permission.
    pub grant: Grant,
    once: Option<Once>,
}

impl<B: Body, Q: Query> FromRequest<Site> for Call<B, Q> {
    type Rejection = Problem;

    async fn from_request(request: Request, site: &Site) -> Result<Self, Problem> {
        let (parts, body) = request.into_parts();
        // Nothing is read from the network once a transaction is open.
        let bytes = form::read(body).await?;
        let caller = Caller::admit(&parts, &bytes, site).await?;
        Ok(Self {
            query: Q::read(parts.uri.query().unwrap_or_default())?,
            body: B::read(&parts.headers, &bytes)?,
            caller,
        })
    }
}

/// Where the handler leaves how its key stands, for the answer's head.
type Slot = Arc<OnceLock<Rate>>;

impl Caller {
    async fn admit(parts: &Parts, body: &[u8], site: &Web) -> Result<Self, Problem> {
        let presented = presented(&parts.headers).map_err(Fault::Key)?;
        let mut tx = site.db.read().await?;
        let entered = match presented.enter(&mut tx, &site.env).await {
            Ok(entered) => entered,
            Err(error) => {
                sound_alarm(site, tx, &presented, &error).await?;
                return Err(refused(error));
            }
        };
        let (key, fresh) = (entered.id(), entered.fresh(&site.env));
        let bucket = bucket(parts);
        let limiter = parts.extensions.get::<Arc<Limiter>>();
        let limiter = limiter.ok_or_else(|| Error::internal("a route of the API is not counted"))?;
        let (rate, seen) = if let Some(rate) = limiter.count(key, bucket, site.env.now()) {
            (rate, Some((tx, entered)))
        } else {
            drop((tx, entered));
            (limiter.count_anew(site, key, bucket).await?, None)
        };
        if let Some(slot) = parts.extensions.get::<Slot>() {
            let _ = slot.set(rate);
        }
        if rate.exceeded {
            let (limit, until) = (rate.limit, rate.until);
            return Err(Fault::Key(Trouble::Rate { limit, until }).into());
        }
        if fresh == Fresh::Due {
            note_use(site, key);
        }
        Ok(Self {
            presented,
            seen,
            once: once(parts, body)?,
        })
    }

    /// The key that it came with, for an answer that asks again while it lasts.
    pub fn key(&self) -> Presented {
        self.presented.clone()
    }

    /// Comes in to look, without asking for a permission yet.
    pub async fn enter(self, site: &Web) -> Result<(Tx, Entered), Problem> {
        if let Some(seen) = self.seen {
            return Ok(seen);
        }
        let mut tx = site.db.read().await?;
        let entered = self.presented.enter(&mut tx, &site.env).await.map_err(refused)?;
        Ok((tx, entered))
    }

    /// Comes in to look at something.
    pub async fn look(self, site: &Web, permission: Permission) -> Result<(Tx, Grant), Problem> {
        let (tx, entered) = self.enter(site).await?;
        let grant = entered.may(&tx, permission)?;
        Ok((tx, grant))
    }

    /// Comes in to change something; or what was answered when the same request came before.
    pub async fn change(
        self,
        site: &Web,
        permission: Permission,
    ) -> Result<Result<Change, Response>, Problem> {
        drop(self.seen);
        let mut tx = site.db.write().await?;
        let entered = self.presented.enter(&mut tx, &site.env).await.map_err(refused)?;
        let key = entered.id();
        let grant = entered.may(&tx, permission)?;
        if let Some(once) = &self.once
            && let Some(kept) = api_key::kept(&mut tx, &site.env, key, once).await?
        {
            // What had expired was taken away.
            tx.commit().await?;
            let status = StatusCode::from_u16(kept.status).map_err(Error::internal)?;
            return Ok(Err(again(as_json(status, kept.body))));
        }
        Ok(Ok(Change {
            tx,
            grant,
            once: self.once,
        }))
    }
}

impl Change {
    /// Makes it true, and answers.
    pub async fn done(
        mut self,
        site: &Web,
        status: StatusCode,
        answer: &impl Serialize,
    ) -> Result<Response, Problem> {
        let body = json(answer)?;
        if let (Some(once), Some(key)) = (&self.once, &self.grant.key) {
            let answered = Answered {
                status: status.as_u16(),
                body: body.clone(),
            };
            api_key::keep(&mut self.tx, &site.env, self.grant.team.id, key, once, &answered).await?;
        }
        self.tx.commit().await?;
        Ok(as_json(status, body))
    }
}

/// An answer that was given before.
fn again(mut response: Response) -> Response {
    let headers = response.headers_mut();
    headers.insert(
        HeaderName::from_static("idempotency-replayed"),
        HeaderValue::from_static("true"),
    );
    response
}

/// A key that opens nothing is no permission problem of somebody known.
fn refused(error: Error) -> Problem {
    match error {
        Error::Rule(Rule::ApiKey(trouble)) => Fault::Key(trouble).into(),
        error => error.into(),
    }
}

fn presented(headers: &HeaderMap) -> Result<Presented, Trouble> {
    let mut values = headers.get_all(KEY).into_iter();
    match (values.next(), values.next()) {
        (None, _) => Err(Trouble::Missing),
        (Some(value), None) => Presented::parse(value.to_str().map_err(|_| Trouble::Unknown)?),
        (Some(_), Some(_)) => Err(Trouble::Unknown),
    }
}

fn once(parts: &Parts, body: &[u8]) -> Result<Option<Once>, Problem> {
    let mut values = parts.headers.get_all(ONCE).into_iter();
    let Some(name) = values.next().filter(|_| parts.method == Method::POST) else {
        return Ok(None);
    };
    let name = name.to_str().ok().filter(|_| values.next().is_none());
    let target = parts.uri.path_and_query().map_or("", |target| target.as_str());
    let once = name.and_then(|name| Once::new(name, parts.method.as_str(), target, body));
    once.map(Some).ok_or_else(|| Fault::OnceName.into())
}

/// What a request counts as. Asking whether somebody may do something changes nothing, though it is posted.
fn bucket(parts: &Parts) -> Bucket {
    let reads = matches!(parts.method, Method::GET | Method::HEAD) || parts.uri.path() == super::check::PATH;
    if reads { Bucket::Reads } else { Bucket::Changes }
}

/// Writes to the team's log that a key was used which is over, unless that was done within the hour.
async fn sound_alarm(site: &Web, mut tx: Tx, presented: &Presented, error: &Error) -> Result<(), Error> {
    let over = matches!(error, Error::Rule(Rule::ApiKey(Trouble::Over(_))));
    if !over || !api_key::is_alarm_due(&mut tx, &site.env, presented).await? {
        return Ok(());
    }
    drop(tx);
    let mut tx = site.db.write().await?;
    if api_key::alarm(&mut tx, &site.env, presented).await? {
        tx.commit().await?;
    }
    Ok(())
}

/// Notes in the background that a key was used, so that reading does not wait for the one writer of SQLite.
fn note_use(site: &Web, key: muster_core::ids::ApiKeyId) {
    let (db, env) = (site.db.clone(), site.env.clone());
    tokio::spawn(async move {
        let noted = async {
            let mut tx = db.write().await?;
            api_key::note_use(&mut tx, &env, key).await?;
            tx.commit().await
        };
        if let Err(error) = noted.await {
            tracing::warn!("could not note that an API key is in use: {error}");
        }
    });
}

/// Tells in the head of every answer how the key stands: `RateLimit-Policy` and `RateLimit`.
pub async fn tell_rate(
    axum::extract::State(site): axum::extract::State<Site>,
    mut request: Request,
    next: Next,
) -> Response {
    let slot = Slot::default();
    request.extensions_mut().insert(slot.clone());
    let mut response = next.run(request).await;
    if let Some(rate) = slot.get() {
        let bucket = rate.bucket;
        let policy = format!("\"{bucket}\";q={};w=60", rate.limit);
        let now = format!(
            "\"{bucket}\";r={};t={}",
            rate.left,
            seconds_until(rate.until, &site.env)
        );
        for (name, value) in [("ratelimit-policy", policy), ("ratelimit", now)] {
            if let Ok(value) = HeaderValue::from_str(&value) {
                response
                    .headers_mut()
                    .insert(HeaderName::from_static(name), value);
            }
        }
    }
    response
}
