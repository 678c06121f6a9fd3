//! The engine, with real databases and a real SMTP server.
