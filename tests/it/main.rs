//! The whole program through its front doors: Discord, mail and the pages, on both databases.

mod account;
mod app;
mod browser;
mod bulk;
mod crash;
mod delivery;
mod exports;
mod gallery;
mod jobs_cli;
mod keyboard;
mod links;
mod matrix;
mod members;
mod metrics;
mod panel;
mod people;
mod refusals;
mod rules;
mod seeds;
mod story;
mod undelivered;
mod wire;
