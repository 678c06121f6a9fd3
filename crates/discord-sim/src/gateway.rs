//! The gateway: hello, identify, heartbeats, events in order, resuming, and being closed.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use axum::extract::ws::{CloseFrame, Message, WebSocket, WebSocketUpgrade};
use axum::response::Response;
use serde_json::{Value, json};
use tokio::sync::mpsc;

use crate::faults::GatewayFault;
use crate::model::{id, own_user};
use crate::shared::{Shared, lock};
use crate::world::{World, secret_text};

/// The gateway's heartbeat interval when no test asks for another.
const HEARTBEAT: Duration = Duration::from_millis(41_250);
/// GUILD_MEMBERS, GUILD_PRESENCES, MESSAGE_CONTENT.
const PRIVILEGED: u64 = (1 << 1) | (1 << 8) | (1 << 15);
/// GUILDS.
const GUILDS: u64 = 1;
/// GUILD_MEMBERS.
pub(crate) const GUILD_MEMBERS: u64 = 1 << 1;
/// Events kept for a resume.
const REPLAYED: usize = 1000;
/// Sessions remembered after their connection went away.
const REMEMBERED: usize = 4;

/// What a connection is told to do.
#[derive(Debug)]
enum Order {
    Send(Value),
    Close(Option<u16>),
    Drop,
}

#[derive(Debug)]
struct Session {
    id: String,
    intents: u64,
    seq: u64,
    sent: VecDeque<(u64, Value)>,
    connection: Option<mpsc::UnboundedSender<Order>>,
}

/// Every session of the bot.
#[derive(Debug, Default)]
pub(crate) struct Sessions {
    list: Vec<Session>,
    pub identified: usize,
    pub resumed: usize,
}

impl Sessions {
    pub fn dispatch(&mut self, intents: u64, name: &str, data: &Value) {
        for session in &mut self.list {
            if intents == 0 || session.intents & intents != 0 {
                session.push(name, data);
            }
        }
    }

    /// Whether a bot is connected now.
    pub fn is_online(&self) -> bool {
        self.list
            .iter()
            .any(|s| s.connection.as_ref().is_some_and(|c| !c.is_closed()))
    }

    /// Does something to every connection there is; says how many there were.
    pub fn disturb(&self, fault: &GatewayFault) -> usize {
        let mut disturbed = 0;
        for connection in self.list.iter().filter_map(|s| s.connection.as_ref()) {
            let order = match fault {
                GatewayFault::Close(code) => Order::Close(*code),
                GatewayFault::Drop => Order::Drop,
                GatewayFault::Reconnect => Order::Send(json!({ "op": 7, "d": null })),
                GatewayFault::InvalidSession { resumable } => Order::Send(json!({ "op": 9, "d": resumable })),
            };
            disturbed += usize::from(connection.send(order).is_ok());
        }
        disturbed
    }

    /// Gives sessions ids nobody knows, so that a resume is answered with op 9. Connections stay.
    pub fn forget(&mut self) {
        for session in &mut self.list {
            session.id = secret_text();
        }
    }
}

impl Session {
    fn push(&mut self, name: &str, data: &Value) {
        self.seq += 1;
        let event = json!({ "op": 0, "t": name, "s": self.seq, "d": data });
        if let Some(connection) = &self.connection
            && connection.send(Order::Send(event.clone())).is_err()
        {
            self.connection = None;
        }
        self.sent.push_back((self.seq, event));
        if self.sent.len() > REPLAYED {
            self.sent.pop_front();
        }
    }
}

/// `GET /ws`: the bot connects.
pub(crate) async fn connect(State(shared): State<Arc<Shared>>, upgrade: WebSocketUpgrade) -> Response {
    upgrade.on_upgrade(async move |socket| {
        serve(&shared, socket).await;
        // Wakes whoever waits for the bot to be gone.
        shared.write(|_| ());
    })
}

async fn serve(shared: &Arc<Shared>, mut socket: WebSocket) {
    let (orders, mut inbox) = mpsc::unbounded_channel();
    let interval = lock(&shared.faults).heartbeat.unwrap_or(HEARTBEAT);
    let hello = json!({ "op": 10, "d": { "heartbeat_interval": interval.as_millis() } });
    if send(&mut socket, &hello).await.is_err() {
        return;
    }
    loop {
        let next = tokio::select! {
            order = inbox.recv() => match order {
                Some(order) => order,
                None => return,
            },
            frame = socket.recv() => match frame {
                Some(Ok(Message::Text(text))) => match receive(shared, &orders, &text) {
                    Some(order) => order,
                    None => continue,
                },
                Some(Ok(Message::Close(_)) | Err(_)) | None => return,
                Some(Ok(_)) => continue,
            },
        };
        match next {
            Order::Send(value) => {
                if send(&mut socket, &value).await.is_err() {
                    return;
                }
            }
            Order::Close(code) => {
                let frame = code.map(|code| CloseFrame {
                    code,
                    reason: close_reason(code).into(),
                });
                // The peer may be gone already, which closes just as well.
                let _ = socket.send(Message::Close(frame)).await;
                // The peer answers with its own close, or goes away.
                while let Some(Ok(_)) = socket.recv().await {}
                return;
            }
            Order::Drop => return,
        }
    }
}

async fn send(socket: &mut WebSocket, value: &Value) -> Result<(), axum::Error> {
    socket.send(Message::Text(value.to_string().into())).await
}

fn close_reason(code: u16) -> &'static str {
    match code {
        4001 => "Unknown opcode.",
        4002 => "Error while decoding payload.",
        4003 => "Not authenticated.",
        4004 => "Authentication failed.",
        4005 => "Already authenticated.",
        4007 => "Invalid seq.",
        4008 => "You are being rate limited.",
        4009 => "Session timed out.",
        4013 => "Invalid intent(s).",
        4014 => "Disallowed intent(s).",
        _ => "",
    }
}

/// One payload from the bot; gives what the connection does at once.
fn receive(shared: &Arc<Shared>, orders: &mpsc::UnboundedSender<Order>, text: &str) -> Option<Order> {
    let Ok(payload) = serde_json::from_str::<Value>(text) else {
        shared.write(|world| world.complain("the gateway received something that is not JSON"));
        return Some(Order::Close(Some(4002)));
    };
    let data = &payload["d"];
    match payload["op"].as_u64() {
        Some(1) => {
            let acks = !lock(&shared.faults).deaf_to_heartbeats;
            acks.then(|| Order::Send(json!({ "op": 11 })))
        }
        Some(2) => shared.write(|world| identify(world, orders, data)).err(),
        Some(6) => shared.write(|world| resume(world, orders, data)),
        // Presence, voice state and member requests are accepted and have no effect here.
        Some(3 | 4 | 8) => None,
        other => {
            shared.write(|world| {
                world.complain(format!("the gateway received the unknown opcode {other:?}"));
            });
            Some(Order::Close(Some(4001)))
        }
    }
}

fn is_token(world: &World, given: &Value) -> bool {
    given
        .as_str()
        .is_some_and(|t| t.trim_start_matches("Bot ") == world.app.bot_token)
}

fn identify(world: &mut World, orders: &mpsc::UnboundedSender<Order>, data: &Value) -> Result<(), Order> {
    if !is_token(world, &data["token"]) {
        return Err(Order::Close(Some(4004)));
    }
    let Some(intents) = data["intents"].as_u64() else {
        return Err(Order::Close(Some(4013)));
    };
    if intents & PRIVILEGED & !world.app.privileged_intents != 0 {
        world.complain(format!(
            "the bot identified with intents {intents:#b}, of which some are privileged and not enabled"
        ));
        return Err(Order::Close(Some(4014)));
    }
    if world.sessions.list.iter().any(|s| same(s, orders)) {
        return Err(Order::Close(Some(4005)));
    }
    let sessions = &mut world.sessions.list;
    sessions.retain(|s| s.connection.as_ref().is_some_and(|c| !c.is_closed()));
    if sessions.len() >= REMEMBERED {
        sessions.remove(0);
    }
    let session_id = secret_text()[..32].to_owned();
    let guilds: Vec<u64> = world
        .guilds
        .values()
        .filter(|g| g.members.contains_key(&world.app.bot))
        .map(|g| g.id)
        .collect();
    let unavailable: Vec<_> = guilds
        .iter()
        .map(|g| json!({ "id": id(*g), "unavailable": true }))
        .collect();
    let shard = if data["shard"].is_array() {
        data["shard"].clone()
    } else {
        json!([0, 1])
    };
    let ready = json!({
        "v": 10,
        "user": world.users.get(&world.app.bot).map(own_user),
        "guilds": unavailable,
        "session_id": session_id,
        "session_type": "normal",
        "resume_gateway_url": gateway_url(world),
        "shard": shard,
        "application": { "id": id(world.app.id), "flags": 0 },
        "private_channels": [],
        "relationships": [],
        "presences": [],
        "geo_ordered_rtc_regions": [],
    });
    let mut session = Session {
        id: session_id,
        intents,
        seq: 0,
        sent: VecDeque::new(),
        connection: Some(orders.clone()),
    };
    session.push("READY", &ready);
    if intents & GUILDS != 0 {
        for guild in guilds.iter().filter_map(|g| world.guilds.get(g)) {
            let all_members = intents & GUILD_MEMBERS != 0;
            session.push("GUILD_CREATE", &world.guild_create_json(guild, all_members));
        }
    }
    world.sessions.list.push(session);
    world.sessions.identified += 1;
    Ok(())
}

fn same(session: &Session, orders: &mpsc::UnboundedSender<Order>) -> bool {
    session
        .connection
        .as_ref()
        .is_some_and(|c| c.same_channel(orders))
}

fn resume(world: &mut World, orders: &mpsc::UnboundedSender<Order>, data: &Value) -> Option<Order> {
    if !is_token(world, &data["token"]) {
        return Some(Order::Close(Some(4004)));
    }
    let seq = data["seq"].as_u64().unwrap_or(0);
    let wanted = data["session_id"].as_str().unwrap_or("");
    let sessions = &mut world.sessions;
    let Some(session) = sessions.list.iter_mut().find(|s| s.id == wanted) else {
        return Some(Order::Send(json!({ "op": 9, "d": false })));
    };
    if seq > session.seq {
        return Some(Order::Close(Some(4007)));
    }
    for (_, event) in session.sent.iter().filter(|(sent, _)| *sent > seq) {
        if orders.send(Order::Send(event.clone())).is_err() {
            return None;
        }
    }
    session.connection = Some(orders.clone());
    session.push("RESUMED", &json!({}));
    sessions.resumed += 1;
    None
}

/// Where bots connect.
pub(crate) fn gateway_url(world: &World) -> String {
    format!("{}/ws", world.url.replacen("http", "ws", 1))
}
