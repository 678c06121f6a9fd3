//! The rules of the domain, each on both databases.

mod invitations;
mod log;
mod races;
mod reminders;
mod roles;
mod suppression;
