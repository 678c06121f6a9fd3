//! The pages through their front door, on both databases.

mod api;
mod deliveries;
mod forms;
mod invitations;
mod joining;
mod keys;
mod linking;
mod pages;
mod server;
mod sign_in;
mod stop;
mod support;
