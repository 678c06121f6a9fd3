//! Sending to URLs that people chose: to nowhere inside the operator's network, with little time, and without believing the
//! answer.
//!
//! A name is looked up by [`Guarded`], which hands on only addresses that the [`Reach`] allows, so that what was checked is
//! what is connected to, however a name server changes its mind. No redirect is followed and no proxy of the environment
//! used, and no connection is kept for another message.

use std::collections::HashMap;
use std::error::Error as StdError;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use chrono::TimeDelta;
use futures::FutureExt;
use futures::future::BoxFuture;
use muster_core::ids::WebhookId;
use muster_core::webhook::Reach;
use muster_core::webhook::delivery::{Heard, Message};
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::header::CONTENT_TYPE;
use reqwest::redirect::Policy;
use reqwest::{Client, Response};

use crate::slow::Slow;

/// How long an answer may take, from the first packet to the last that is read.
const TIMEOUT: Duration = Duration::from_secs(15);
/// How much of an answer is read.
const ANSWER: usize = 4096;
/// How many messages may be on their way to one webhook: a slow one leaves the places to others.
const AT_ONCE: usize = 4;
const USER_AGENT: &str = concat!("Muster-Webhooks/", env!("CARGO_PKG_VERSION"));

/// Finds the addresses of a name.
pub(crate) trait Lookup: Send + Sync {
    /// Every address that the name has now.
    fn lookup(&self, name: String) -> BoxFuture<'static, std::io::Result<Vec<IpAddr>>>;
}

/// The system's name service.
struct System;

impl Lookup for System {
    fn lookup(&self, name: String) -> BoxFuture<'static, std::io::Result<Vec<IpAddr>>> {
        async move {
            let found = tokio::net::lookup_host((name, 0)).await?;
            Ok(found.map(|address| address.ip()).collect())
        }
        .boxed()
    }
}

/// The name leads nowhere that may be connected to.
#[derive(Debug, thiserror::Error)]
#[error("no address that messages may be sent to")]
struct NotAllowed;

/// Looks names up, and leaves out what may not be connected to.
struct Guarded {
    reach: Reach,
    lookup: Arc<dyn Lookup>,
}

impl Resolve for Guarded {
    fn resolve(&self, name: Name) -> Resolving {
        let (reach, host) = (self.reach.clone(), name.as_str().to_owned());
        let found = self.lookup.lookup(host.clone());
        async move {
            let allowed: Vec<SocketAddr> = found
                .await?
                .into_iter()
                .filter(|address| reach.allows(&host, *address))
                // The port is that of the URL.
                .map(|address| SocketAddr::new(address, 0))
                .collect();
            if allowed.is_empty() {
                return Err(NotAllowed.into());
            }
            Ok(Box::new(allowed.into_iter()) as Addrs)
        }
        .boxed()
    }
}

/// What all messages of an engine share. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Hooks {
    reach: Reach,
    /// Or why there is none.
    client: Result<Client, String>,
    timeout: Duration,
    under_way: Arc<Mutex<HashMap<WebhookId, usize>>>,
    /// Those that take long and have given up their places.
    pub(crate) slow: Slow,
}

impl Hooks {
    pub(crate) fn new(reach: &Reach) -> Self {
        Self::with(reach, Arc::new(System), TIMEOUT)
    }

    /// With another name service, and other patience.
    pub(crate) fn with(reach: &Reach, lookup: Arc<dyn Lookup>, timeout: Duration) -> Self {
        let guarded = Guarded {
            reach: reach.clone(),
            lookup,
        };
        let client = Client::builder()
            .dns_resolver(Arc::new(guarded))
            .redirect(Policy::none())
            .retry(reqwest::retry::never())
            .no_proxy()
            .referer(false)
            .timeout(timeout)
            .pool_max_idle_per_host(0)
            .user_agent(USER_AGENT)
            .build();
        Self {
            reach: reach.clone(),
            client: client.map_err(|error| error.to_string()),
            timeout,
            under_way: Arc::default(),
            slow: Slow::default(),
        }
    }

    /// A place among the messages to a webhook that are on their way, held until it is dropped.
    pub(crate) fn enter(&self, webhook: WebhookId) -> Option<UnderWay> {
        let mut under_way = self.under_way.lock().unwrap_or_else(PoisonError::into_inner);
        let count = under_way.entry(webhook).or_default();
        if *count >= AT_ONCE {
            return None;
        }
        *count += 1;
        Some(UnderWay {
            all: self.under_way.clone(),
            webhook,
        })
    }

    /// Sends a message.
    pub(crate) async fn send(&self, message: &Message) -> Heard {
        let began = Instant::now();
        let (code, text) = match self.post(message).await {
            Ok((code, text)) => (Some(code), text),
            Err(why) => (None, why),
        };
        Heard {
            code,
            text,
            took: TimeDelta::from_std(began.elapsed()).unwrap_or(TimeDelta::MAX),
        }
    }

    /// The status of the answer and the beginning of its body, or why there was no answer.
    async fn post(&self, message: &Message) -> Result<(u16, String), String> {
        let client = self
            .client
            .as_ref()
            .map_err(|_| "Nothing can be sent from this machine.".to_owned())?;
        let signature = message.signature.as_deref().ok_or_else(|| {
            "The secret cannot be read any more: the operator changed the secret key. Rotate it.".to_owned()
        })?;
        // Again, for what is no name and so is not looked up, and because settings change.
        let url = self
            .reach
            .check(&message.url)
            .map_err(|_| NOT_ALLOWED.to_owned())?;
        let sent = client
            .post(url)
            .header(CONTENT_TYPE, "application/json")
            .header("webhook-id", &message.id)
            .header("webhook-timestamp", message.timestamp)
            .header("webhook-signature", signature)
            .body(message.body.clone())
            .send()
            .await;
        match sent {
            Ok(answer) => Ok((answer.status().as_u16(), beginning(answer).await)),
            Err(error) => Err(self.why(&error)),
        }
    }

    /// Why there was no answer, in words that tell nothing of the network we are in.
    fn why(&self, error: &reqwest::Error) -> String {
        let mut cause: Option<&(dyn StdError + 'static)> = Some(error);
        while let Some(one) = cause {
            if one.is::<NotAllowed>() {
                return NOT_ALLOWED.to_owned();
            }
            cause = one.source();
        }
        if error.is_timeout() {
            format!("No answer within {} seconds.", self.timeout.as_secs())
        } else if error.is_connect() {
            "The host could not be connected to.".to_owned()
        } else {
            "The connection ended before there was an answer.".to_owned()
        }
    }
}

const NOT_ALLOWED: &str = "Messages may not be sent there: it is no address of the public internet.";

/// The beginning of what an answer says. How it goes on, or breaks off, makes no difference.
async fn beginning(mut answer: Response) -> String {
    let mut read = Vec::new();
    while let Ok(Some(chunk)) = answer.chunk().await {
        read.extend_from_slice(&chunk[..chunk.len().min(ANSWER - read.len())]);
        if read.len() >= ANSWER {
            break;
        }
    }
    String::from_utf8_lossy(&read).into_owned()
}

/// A message on its way, until it is dropped.
pub(crate) struct UnderWay {
    all: Arc<Mutex<HashMap<WebhookId, usize>>>,
    webhook: WebhookId,
}

impl Drop for UnderWay {
    fn drop(&mut self) {
        let mut all = self.all.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = all.get_mut(&self.webhook) {
            *count -= 1;
            if *count == 0 {
                all.remove(&self.webhook);
            }
        }
    }
}
