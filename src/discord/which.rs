//! What a command or button is about: named in words by whoever types, or known by its id to whatever was shown.
//!
//! Each screen takes both, so there is one function for the command and for its buttons.

use muster_core::Tx;
use muster_core::actor::Grant;
use muster_core::error::Error;
use muster_core::ids::{InvitationId, InviteLinkId, MemberId, TeamId};
use muster_core::invitation::{self, Invitation};
use muster_core::invite_link;
use muster_core::member::{self, Row};

/// The team that is meant.
#[derive(Debug, Clone, Copy)]
pub enum Which<'a> {
    /// As a command names it, or whichever is the default when it names none.
    Named(Option<&'a str>),
    /// As a button knows it.
    Id(TeamId),
}

impl From<TeamId> for Which<'_> {
    fn from(id: TeamId) -> Self {
        Self::Id(id)
    }
}

impl<'a> From<Option<&'a str>> for Which<'a> {
    fn from(named: Option<&'a str>) -> Self {
        Self::Named(named)
    }
}

/// What a list is cut down to.
#[derive(Debug, Clone, Copy)]
pub enum Only<Named, Known> {
    /// As a command names it.
    Named(Named),
    /// As a button knows it.
    Known(Known),
}

/// The one member, invitation or invite link of a team that is meant.
#[derive(Debug, Clone, Copy)]
pub enum One<'a, Id> {
    /// As a command names it.
    Named(&'a str),
    /// As a button knows it.
    Id(Id),
}

impl<'a, Id> From<&'a str> for One<'a, Id> {
    fn from(named: &'a str) -> Self {
        Self::Named(named)
    }
}

impl From<MemberId> for One<'_, MemberId> {
    fn from(id: MemberId) -> Self {
        Self::Id(id)
    }
}

impl From<InvitationId> for One<'_, InvitationId> {
    fn from(id: InvitationId) -> Self {
        Self::Id(id)
    }
}

impl From<InviteLinkId> for One<'_, InviteLinkId> {
    fn from(id: InviteLinkId) -> Self {
        Self::Id(id)
    }
}

impl One<'_, MemberId> {
    /// That member of the grant's team.
    pub(crate) async fn find(self, tx: &mut Tx, grant: &Grant) -> Result<Row, Error> {
        match self {
            Self::Named(text) => member::resolve(tx, grant, text).await,
            Self::Id(id) => member::get(tx, grant, id).await,
        }
    }
}

impl One<'_, InvitationId> {
    /// That invitation of the grant's team.
    pub(crate) async fn find(self, tx: &mut Tx, grant: &Grant) -> Result<Invitation, Error> {
        match self {
            Self::Named(text) => invitation::resolve(tx, grant, text).await,
            Self::Id(id) => invitation::get(tx, grant, id).await,
        }
    }
}

impl One<'_, InviteLinkId> {
    /// That invite link of the grant's team.
    pub(crate) async fn find(self, tx: &mut Tx, grant: &Grant) -> Result<invite_link::Row, Error> {
        match self {
            Self::Named(text) => invite_link::resolve(tx, grant, text).await,
            Self::Id(id) => invite_link::get(tx, grant, id).await,
        }
    }
}
