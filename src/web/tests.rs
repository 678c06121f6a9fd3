//! The pages through their front door, on both databases.

mod accounts;
mod api;
mod attacks;
mod deliveries;
mod discord_login;
mod fake_discord;
mod forms;
mod insights;
mod invitations;
mod joining;
mod keys;
mod limits;
mod linking;
mod pages;
mod server;
mod sign_in;
mod stop;
mod support;
mod team;
mod webhooks;
