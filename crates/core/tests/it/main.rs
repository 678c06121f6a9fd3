//! The rules of the domain, each on both databases.

mod bulk;
mod invitations;
mod life;
mod log;
mod members;
mod races;
mod reminders;
mod roles;
mod suppression;
