//! The rules of the domain, each on both databases.

mod invitations;
mod log;
mod races;
mod roles;
