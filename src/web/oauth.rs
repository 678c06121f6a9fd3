//! Asking Discord who somebody is: OAuth2 with PKCE, scope `identify`, and one look at their user. Who also wants to be added
//! to a server is asked for `guilds.join`, too.
//!
//! Nothing of it is kept: the token is used and forgotten.

mod join;

use std::time::Duration;

use http_body_util::BodyExt;
use muster_core::discord_link::DiscordUser;
use muster_core::error::Error;
use muster_core::ids::DiscordUserId;
use oauth2::basic::BasicClient;
use oauth2::{
    AuthUrl, AuthorizationCode, ClientId, ClientSecret, CsrfToken, EndpointNotSet, EndpointSet, HttpRequest,
    HttpResponse, PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, RequestTokenError, Scope, TokenResponse,
    TokenUrl,
};
use serde::Deserialize;
use url::Url;

pub use join::Joined;

/// How long Discord may take for one answer.
const TIMEOUT: Duration = Duration::from_secs(10);
/// The largest answer that is read.
const ANSWER_LIMIT: usize = 64 * 1024;

/// Our application at Discord.
#[derive(Clone)]
pub struct DiscordOAuth {
    /// Where Discord is: `https://discord.com`.
    pub api_url: Url,
    /// The application's id.
    pub client_id: String,
    /// The application's secret.
    pub client_secret: String,
    /// The bot's token, if there is a bot.
    bot: Option<String>,
    http: reqwest::Client,
}

/// What somebody is asked for at Discord.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wanted {
    /// Who they are.
    Name,
    /// Who they are, and that we may add them to a server.
    NameAndServer,
}

/// The scope by which somebody can be added to servers.
const SERVERS: &str = "guilds.join";

/// Who signed in at Discord, and what they allowed.
pub struct Allowed {
    /// Who.
    pub user: DiscordUser,
    /// The token to add them to a server with, if they allowed that.
    pub server_token: Option<String>,
}

/// Why Discord did not say who somebody is.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// It did not answer, or not sensibly.
    #[error("Discord could not be asked: {0}")]
    Away(String),
    /// It does not accept what the browser brought, or us.
    #[error("Discord refused: {0}")]
    Refused(String),
}

#[derive(Debug, thiserror::Error)]
enum AskError {
    #[error("{0}")]
    Http(#[from] reqwest::Error),
    #[error("the answer is too long")]
    TooLong,
    #[error("{0}")]
    Answer(#[from] http::Error),
}

type Client = BasicClient<EndpointSet, EndpointNotSet, EndpointNotSet, EndpointNotSet, EndpointSet>;

impl DiscordOAuth {
    /// Our application, with a client of its own to ask through: it follows no redirects and gives up in time.
    pub fn new(api_url: Url, client_id: String, client_secret: String) -> reqwest::Result<Self> {
        let http = reqwest::Client::builder()
            .timeout(TIMEOUT)
            .redirect(reqwest::redirect::Policy::none())
            .build()?;
        Ok(Self {
            api_url,
            client_id,
            client_secret,
            bot: None,
            http,
        })
    }

    /// Where the browser goes to sign in at Discord.
    pub fn authorize_url(
        &self,
        public_url: &Url,
        state: &str,
        verifier: String,
        wanted: Wanted,
    ) -> Result<Url, Error> {
        let challenge = PkceCodeChallenge::from_code_verifier_sha256(&PkceCodeVerifier::new(verifier));
        let scopes = match wanted {
            Wanted::Name => &["identify"][..],
            Wanted::NameAndServer => &["identify", SERVERS],
        };
        let (url, _) = self
            .client(public_url)?
            .authorize_url(|| CsrfToken::new(state.to_owned()))
            .add_scopes(scopes.iter().map(|scope| Scope::new((*scope).to_owned())))
            .set_pkce_challenge(challenge)
            .url();
        Ok(url)
    }

    /// Who signed in at Discord, by the code that their browser brought back.
    pub async fn who(&self, public_url: &Url, code: String, verifier: String) -> Result<Allowed, Fault> {
        let client = self
            .client(public_url)
            .map_err(|error| Fault::Away(error.to_string()))?;
        let http = self.http.clone();
        let through = move |request| ask(http.clone(), request);
        let token = client
            .exchange_code(AuthorizationCode::new(code))
            .set_pkce_verifier(PkceCodeVerifier::new(verifier))
            .request_async(&through)
            .await
            .map_err(|error| match error {
                RequestTokenError::ServerResponse(refusal) => Fault::Refused(refusal.error().to_string()),
                RequestTokenError::Request(error) => Fault::Away(error.to_string()),
                // What was answered may hold a token, so it is not repeated.
                RequestTokenError::Parse(..) | RequestTokenError::Other(_) => {
                    Fault::Away("its answer has no token".to_owned())
                }
            })?;
        let request = http::Request::get(
            self.url("/api/v10/users/@me")
                .map_err(|error| Fault::Away(error.to_string()))?
                .as_str(),
        )
        .header(
            http::header::AUTHORIZATION,
            format!("Bearer {}", token.access_token().secret()),
        )
        .body(Vec::new())
        .map_err(|error| Fault::Away(error.to_string()))?;
        let answer = ask(self.http.clone(), request)
            .await
            .map_err(|error| Fault::Away(error.to_string()))?;
        if !answer.status().is_success() {
            return Err(Fault::Away(format!(
                "it answered {} to who this is",
                answer.status()
            )));
        }
        let user: User =
            serde_json::from_slice(answer.body()).map_err(|error| Fault::Away(error.to_string()))?;
        let user = user
            .check()
            .ok_or_else(|| Fault::Away("the user it describes is none".to_owned()))?;
        let scopes = token.scopes().map(Vec::as_slice).unwrap_or_default();
        let allows = scopes.iter().any(|scope| scope.as_str() == SERVERS);
        Ok(Allowed {
            user,
            server_token: allows.then(|| token.access_token().secret().clone()),
        })
    }

    fn client(&self, public_url: &Url) -> Result<Client, Error> {
        let back = public_url
            .join("/oauth/discord/callback")
            .map_err(Error::internal)?;
        Ok(BasicClient::new(ClientId::new(self.client_id.clone()))
            .set_client_secret(ClientSecret::new(self.client_secret.clone()))
            .set_auth_uri(AuthUrl::from_url(self.url("/oauth2/authorize")?))
            .set_token_uri(TokenUrl::from_url(self.url("/api/oauth2/token")?))
            .set_redirect_uri(RedirectUrl::from_url(back)))
    }

    fn url(&self, path: &str) -> Result<Url, Error> {
        let base = self.api_url.as_str().trim_end_matches('/');
        Url::parse(&format!("{base}{path}")).map_err(Error::internal)
    }
}

/// Sends one request and reads the answer, as far as it is not too long.
async fn ask(http: reqwest::Client, request: HttpRequest) -> Result<HttpResponse, AskError> {
    let response = http.execute(request.try_into()?).await?;
    let mut answer = http::Response::builder().status(response.status());
    for (name, value) in response.headers() {
        answer = answer.header(name, value);
    }
    let body = http_body_util::Limited::new(reqwest::Body::from(response), ANSWER_LIMIT);
    let body = body
        .collect()
        .await
        .map_err(|error| match error.downcast::<reqwest::Error>() {
            Ok(error) => AskError::Http(*error),
            Err(_) => AskError::TooLong,
        })?;
    Ok(answer.body(body.to_bytes().into())?)
}

/// Discord's user object, as far as it matters here.
#[derive(Deserialize)]
struct User {
    id: String,
    username: String,
    avatar: Option<String>,
}

impl User {
    /// The user, if this can be one. The picture's name becomes part of an address, so nothing odd may be in it.
    fn check(self) -> Option<DiscordUser> {
        let id = self.id.parse::<u64>().ok().filter(|id| *id > 0)?;
        let username = muster_core::text::name("what-name", &self.username).ok()?;
        let plain = |hash: &String| {
            hash.len() <= 64
                && hash
                    .bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
        };
        Some(DiscordUser {
            id: DiscordUserId::from(id),
            username,
            avatar: self.avatar.filter(plain),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn user(id: &str, username: &str, avatar: &str) -> Option<DiscordUser> {
        User {
            id: id.to_owned(),
            username: username.to_owned(),
            avatar: Some(avatar.to_owned()),
        }
        .check()
    }

    #[test]
    fn a_user_is_believed_only_as_far_as_it_makes_sense() {
        assert_eq!(
            user("80351110224678912", "ada", "a_12ab")
                .unwrap()
                .avatar
                .as_deref(),
            Some("a_12ab")
        );
        assert_eq!(user("80351110224678912", "ada", "../../x?").unwrap().avatar, None);
        assert!(user("0", "ada", "").is_none());
        assert!(user("ada", "ada", "").is_none());
        assert!(user("1", "a\nb", "").is_none());
    }

    #[test]
    fn the_address_at_discord_carries_state_and_challenge() {
        let oauth = DiscordOAuth::new(
            Url::parse("https://discord.com").unwrap(),
            "42".to_owned(),
            "secret".to_owned(),
        )
        .unwrap();
        let verifier = "v".repeat(43);
        let url = oauth
            .authorize_url(
                &Url::parse("https://muster.example").unwrap(),
                "the-state",
                verifier.clone(),
                Wanted::Name,
            )
            .unwrap();
        assert!(url.as_str().starts_with("https://discord.com/oauth2/authorize?"));
        let query: std::collections::HashMap<_, _> = url.query_pairs().collect();
        assert_eq!(query["state"], "the-state");
        assert_eq!(query["scope"], "identify");
        assert_eq!(query["code_challenge_method"], "S256");
        assert_eq!(
            query["redirect_uri"],
            "https://muster.example/oauth/discord/callback"
        );
        assert!(!url.as_str().contains("secret"));
        let home = Url::parse("https://muster.example").unwrap();
        let url = oauth
            .authorize_url(&home, "s", verifier, Wanted::NameAndServer)
            .unwrap();
        assert!(url.as_str().contains("scope=identify+guilds.join"), "{url}");
    }
}
