//! The whole program through its front doors: Discord, mail and the pages, on both databases.

mod app;
mod browser;
mod crash;
mod deliveries;
mod keyboard;
mod refusals;
mod replies;
mod story;
mod wire;
