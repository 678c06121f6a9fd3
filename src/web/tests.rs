//! The pages through their front door, on both databases.

mod deliveries;
mod forms;
mod insights;
mod invitations;
mod joining;
mod linking;
mod pages;
mod server;
mod sign_in;
mod stop;
mod support;
mod webhooks;
