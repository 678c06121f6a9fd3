//! The small Discord, used by a real serenity client and by people.

mod bot;
mod conversation;
mod gateway;
mod oauth;
mod rest;
mod trouble;
