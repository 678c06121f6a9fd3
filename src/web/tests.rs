//! The pages through their front door, on both databases.

mod forms;
mod invitations;
mod linking;
mod pages;
mod server;
mod sign_in;
mod support;
