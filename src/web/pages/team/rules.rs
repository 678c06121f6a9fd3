//! `/teams/{id}/policy`: who may do what to whom, as tables; the same as a file.

use askama::Template;
use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use muster_core::error::Error;
use muster_core::locale::Locale;
use muster_core::policy::{Permission, Policy, Role, RoleKey};

use super::{Caller, Head, Tab, team_id};
use crate::discord::words::policy as spoken;
use crate::web::error::Problem;
use crate::web::pages::{Params, Part, part};
use crate::web::session::Visitor;
use crate::web::{Shell, Site, html};

#[derive(Template)]
#[template(path = "team/rules.html")]
struct Page {
    shell: Shell,
    head: Head,
    name: String,
    summary: String,
    roles: Vec<RoleRow>,
    /// What each role may do in Muster, and in the host product.
    tables: Vec<Table>,
    parts: Vec<(String, Vec<String>)>,
    /// What becomes of an address that was invited already.
    repeats: String,
    may_delete: bool,
}

/// A role, and whom it reaches.
struct RoleRow {
    name: String,
    description: String,
    top: bool,
    /// Each kind of reach with the roles that it covers.
    reach: Vec<(&'static str, String)>,
}

/// Roles by permissions.
struct Table {
    id: &'static str,
    title: &'static str,
    intro: &'static str,
    /// The name of each permission, and for each role whether it has it.
    rows: Vec<(String, Vec<bool>)>,
}

/// What a permission is called.
fn label(permission: Permission) -> &'static str {
    match permission {
        Permission::MembersView => "See the members",
        Permission::MembersInvite => "Invite people, see addresses",
        Permission::InvitationsManage => "Resend and revoke invitations",
        Permission::RolesChange => "Change roles",
        Permission::MembersRemove => "Remove members",
        Permission::MembersDeactivate => "Deactivate and reactivate members",
        Permission::TeamSettings => "Change settings and rules",
        Permission::OwnershipTransfer => "Hand over the top role",
        Permission::LinksManage => "Manage invite links",
        Permission::ActivityView => "Read the activity log",
        Permission::AnalyticsView => "See the insights",
        Permission::ApiKeysManage => "Manage API keys",
        Permission::TeamDelete => "Delete the team",
    }
}

impl RoleRow {
    fn new(policy: &Policy, role: &Role) -> Self {
        let whom = |keys: &[RoleKey]| spoken::whom(Locale::EnUs, policy, keys, &str::to_owned);
        let reaches = |permission, keys: &[RoleKey]| {
            if policy.allows(&role.key, permission) {
                whom(keys)
            } else {
                String::new()
            }
        };
        let offered: Vec<RoleKey> = policy
            .invitable_by(&role.key)
            .into_iter()
            .map(|one| one.key.clone())
            .collect();
        Self {
            name: role.name.clone(),
            description: role.description.clone(),
            top: policy.is_top(&role.key),
            reach: vec![
                ("Invites", whom(&offered)),
                (
                    "Changes the role of",
                    reaches(Permission::RolesChange, &role.changes),
                ),
                ("Gives the role", reaches(Permission::RolesChange, &role.assigns)),
                ("Removes", reaches(Permission::MembersRemove, &role.removes)),
                (
                    "Deactivates",
                    reaches(Permission::MembersDeactivate, &role.deactivates),
                ),
            ],
        }
    }
}

fn tables(policy: &Policy) -> Vec<Table> {
    let roles = policy.roles();
    let own = Permission::ALL.into_iter().map(|permission| {
        let cells = roles.iter().map(|role| policy.allows(&role.key, permission));
        (label(permission).to_owned(), cells.collect())
    });
    let mut product: Vec<&String> = Vec::new();
    for name in roles.iter().flat_map(|role| &role.product) {
        if !product.contains(&name) {
            product.push(name);
        }
    }
    let mut tables = vec![Table {
        id: "permissions",
        title: "What each role may do here",
        intro: "Counts from the next click on, in Discord and on these pages.",
        rows: own.collect(),
    }];
    if !product.is_empty() {
        let rows = product.into_iter().map(|name| {
            let cells = roles.iter().map(|role| policy.product_allows(&role.key, name));
            (name.replace('_', " "), cells.collect())
        });
        tables.push(Table {
            id: "product",
            title: "What each role may do in your product",
            intro: "Muster keeps these and answers your product’s questions about them.",
            rows: rows.collect(),
        });
    }
    tables
}

/// `GET /teams/{id}/policy`
pub async fn show(
    State(site): State<Site>,
    id: Part,
    params: Params,
    visitor: Visitor,
) -> Result<Response, Problem> {
    let id = team_id(&part(id)?)?;
    let mut tx = site.db.read().await?;
    let caller = Caller::enter(&mut tx, &visitor, id, &format!("/teams/{id}/policy")).await?;
    let grant = caller.actor.may(&mut tx, id, Permission::TeamSettings).await?;
    let policy: &Policy = &grant.team.policy;
    let page = Page {
        shell: visitor.shell(&site),
        head: Head::new(&mut tx, &caller, Tab::Rules, &params, site.env.now()).await?,
        name: policy.name().to_owned(),
        summary: policy.summary().to_owned(),
        roles: policy
            .roles()
            .iter()
            .map(|role| RoleRow::new(policy, role))
            .collect(),
        tables: tables(policy),
        parts: spoken::parts(Locale::EnUs, policy, &str::to_owned),
        repeats: spoken::repeats(Locale::EnUs, policy),
        may_delete: caller.may(Permission::TeamDelete),
    };
    html(StatusCode::OK, &page)
}

/// `GET /teams/{id}/policy.toml`: the rules as a file that `/team policy import` takes.
pub async fn file(State(site): State<Site>, id: Part, visitor: Visitor) -> Result<Response, Problem> {
    let id = team_id(&part(id)?)?;
    let mut tx = site.db.read().await?;
    let caller = Caller::enter(&mut tx, &visitor, id, &format!("/teams/{id}/policy")).await?;
    let grant = caller.actor.may(&mut tx, id, Permission::TeamSettings).await?;
    let (name, text) = spoken::as_file(Locale::EnUs, &grant.team, site.env.now());
    let disposition = format!("attachment; filename=\"{name}\"");
    let disposition = HeaderValue::from_str(&disposition).map_err(Error::internal)?;
    let kind = HeaderValue::from_static("application/toml; charset=utf-8");
    let headers = [
        (header::CONTENT_TYPE, kind),
        (header::CONTENT_DISPOSITION, disposition),
    ];
    Ok((headers, text).into_response())
}
