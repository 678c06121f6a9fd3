//! The rules of the domain, each on both databases.

mod invitations;
mod life;
mod links;
mod log;
mod members;
mod races;
mod reminders;
mod roles;
mod sign_ups;
mod suppression;
