//! A small bot on an unmodified serenity client, with one command for each thing to try.

use std::sync::Arc;
use std::time::Duration;

use discord_sim::{Guild, Permissions, Person, Sim};
use serenity::all::*;
use serenity::async_trait;
use serenity::http::HttpBuilder;
use tokio::sync::{Mutex, Notify, mpsc};
use tokio::task::JoinHandle;

/// What tests learn from the bot, and tell it.
pub struct Probe {
    pub errors: Mutex<mpsc::UnboundedReceiver<String>>,
    pub events: Mutex<mpsc::UnboundedReceiver<Event>>,
    pub go_on: Arc<Notify>,
}

impl Probe {
    /// The next error the bot met.
    pub async fn error(&self) -> String {
        let next = async { self.errors.lock().await.recv().await.unwrap() };
        tokio::time::timeout(Duration::from_secs(20), next)
            .await
            .expect("the bot met no error")
    }
}

pub struct Bot {
    pub probe: Probe,
    task: Option<JoinHandle<serenity::Result<()>>>,
}

impl Drop for Bot {
    fn drop(&mut self) {
        if let Some(task) = &self.task {
            task.abort();
        }
    }
}

impl Bot {
    /// How the client ended.
    pub async fn ended(&mut self) -> serenity::Result<()> {
        let task = self.task.take().unwrap();
        tokio::time::timeout(Duration::from_secs(20), task)
            .await
            .expect("the bot still runs")
            .unwrap()
    }
}

struct Handler {
    errors: mpsc::UnboundedSender<String>,
    go_on: Arc<Notify>,
}

struct Raw(mpsc::UnboundedSender<Event>);

#[async_trait]
impl RawEventHandler for Raw {
    async fn raw_event(&self, _: Context, event: Event) {
        let _ = self.0.send(event);
    }
}

pub fn http(sim: &Sim, token: &str) -> Http {
    HttpBuilder::new(token)
        .proxy(sim.api_url())
        .ratelimiter_disabled(true)
        .build()
}

pub async fn start_with(sim: &Sim, token: &str, intents: GatewayIntents) -> Bot {
    let (errors, errors_in) = mpsc::unbounded_channel();
    let (events, events_in) = mpsc::unbounded_channel();
    let go_on = Arc::new(Notify::new());
    let handler = Handler {
        errors,
        go_on: Arc::clone(&go_on),
    };
    let mut client = ClientBuilder::new_with_http(http(sim, token), intents)
        .event_handler(handler)
        .raw_event_handler(Raw(events))
        .await
        .unwrap();
    let task = tokio::spawn(async move { client.start().await });
    let probe = Probe {
        errors: Mutex::new(errors_in),
        events: Mutex::new(events_in),
        go_on,
    };
    Bot {
        probe,
        task: Some(task),
    }
}

/// A Discord with a server, Ada who manages it, and the bot ready.
pub async fn start() -> (Sim, Guild, Person, Bot) {
    let sim = Sim::start().await;
    sim.hold_clock();
    let guild = sim.guild("Aurora HQ");
    let ada = sim.user_with_display("ada", "Ada Park");
    guild.join(&ada, Permissions::MANAGE_GUILD);
    let bot = start_with(&sim, &sim.bot_token(), GatewayIntents::GUILDS).await;
    sim.wait_commands().await.unwrap();
    let person = sim.client(&ada, &guild, "general");
    (sim, guild, person, bot)
}

/// The error the bot meets while nobody answers the person, whose three seconds then pass at once.
pub async fn unanswered<T: std::fmt::Debug + PartialEq>(
    sim: &Sim,
    bot: &Bot,
    act: impl Future<Output = Result<T, discord_sim::Refused>>,
) -> String {
    let fails = async {
        let error = bot.probe.error().await;
        sim.advance(Duration::from_secs(4));
        error
    };
    let (outcome, error) = tokio::join!(act, fails);
    assert_eq!(outcome, Err(discord_sim::Refused::DidNotRespond));
    error
}

fn commands() -> Vec<CreateCommand> {
    let text = |name, about| CreateCommandOption::new(CommandOptionType::String, name, about);
    vec![
        CreateCommand::new("hello")
            .description("Says hello")
            .description_localized("de", "Sagt hallo")
            .add_option(text("name", "Whom").required(true).max_length(40))
            .add_option(text("note", "What else"))
            .add_option(
                text("tone", "How")
                    .add_string_choice("Warm", "warm")
                    .add_string_choice("Cold", "cold"),
            )
            .add_option(
                CreateCommandOption::new(CommandOptionType::Integer, "times", "How often")
                    .min_int_value(1)
                    .max_int_value(5),
            )
            .add_option(CreateCommandOption::new(CommandOptionType::User, "to", "Who")),
        CreateCommand::new("form").description("Opens a form"),
        CreateCommand::new("slow").description("Thinks first"),
        CreateCommand::new("pick")
            .description("Suggests")
            .add_option(text("fruit", "Which").set_autocomplete(true).required(true)),
        CreateCommand::new("twice").description("Answers twice"),
        CreateCommand::new("late").description("Answers when told"),
        CreateCommand::new("big").description("Answers too much"),
        CreateCommand::new("file").description("Reads a file").add_option(
            CreateCommandOption::new(CommandOptionType::Attachment, "file", "Which").required(true),
        ),
        CreateCommand::new("staff")
            .description("For staff")
            .default_member_permissions(serenity::all::Permissions::MANAGE_GUILD),
        CreateCommand::new("tree").description("A tree").add_option(
            CreateCommandOption::new(CommandOptionType::SubCommandGroup, "branch", "A branch")
                .add_sub_option(
                    CreateCommandOption::new(CommandOptionType::SubCommand, "leaf", "A leaf").add_sub_option(
                        CreateCommandOption::new(CommandOptionType::Boolean, "green", "Is it").required(true),
                    ),
                ),
        ),
        CreateCommand::new("Look at").kind(CommandType::User),
    ]
}

fn message(text: impl Into<String>) -> CreateInteractionResponse {
    let message = CreateInteractionResponseMessage::new()
        .content(text)
        .ephemeral(true);
    CreateInteractionResponse::Message(message)
}

fn form() -> CreateInteractionResponse {
    let emails = CreateInputText::new(InputTextStyle::Paragraph, "Email addresses", "emails").max_length(50);
    let note = CreateInputText::new(InputTextStyle::Short, "Note", "note")
        .required(false)
        .value("Welcome");
    let rows = vec![
        CreateActionRow::InputText(emails),
        CreateActionRow::InputText(note),
    ];
    CreateInteractionResponse::Modal(CreateModal::new("invite", "Invite to Aurora").components(rows))
}

fn card(title: &str) -> CreateInteractionResponseMessage {
    let embed = CreateEmbed::new()
        .author(CreateEmbedAuthor::new("Aurora · you are Owner"))
        .title(title)
        .description("It is **done**.")
        .colour(0x00_9E_73)
        .field("Role", "Member", true)
        .footer(CreateEmbedFooter::new("ref 7"));
    let buttons = vec![
        CreateButton::new("again").label("Again"),
        CreateButton::new("ack")
            .label("Later")
            .style(ButtonStyle::Secondary),
        CreateButton::new("open").label("Open form"),
        CreateButton::new("off").label("Off").disabled(true),
        CreateButton::new_link("https://example.com/i/1").label("Open"),
    ];
    let options = vec![
        CreateSelectMenuOption::new("Member", "member"),
        CreateSelectMenuOption::new("Guest", "guest").description("Looks only"),
    ];
    let select = CreateSelectMenu::new("role", CreateSelectMenuKind::String { options }).placeholder("Role");
    let people = CreateSelectMenu::new("who", CreateSelectMenuKind::User { default_users: None });
    CreateInteractionResponseMessage::new()
        .embed(embed)
        .ephemeral(true)
        .allowed_mentions(CreateAllowedMentions::new())
        .components(vec![
            CreateActionRow::Buttons(buttons),
            CreateActionRow::SelectMenu(select),
            CreateActionRow::SelectMenu(people),
        ])
}

#[async_trait]
impl EventHandler for Handler {
    async fn ready(&self, ctx: Context, _: Ready) {
        if let Err(error) = Command::set_global_commands(&ctx.http, commands()).await {
            let _ = self.errors.send(error.to_string());
        }
    }

    async fn interaction_create(&self, ctx: Context, interaction: Interaction) {
        let result = match interaction {
            Interaction::Command(command) => self.command(&ctx, &command).await,
            Interaction::Autocomplete(command) => {
                let typed = command.data.autocomplete().map_or("", |o| o.value).to_owned();
                let choices = ["apple", "apricot", "banana"]
                    .into_iter()
                    .filter(|f| f.starts_with(&typed));
                let response = choices.fold(CreateAutocompleteResponse::new(), |r, f| {
                    r.add_string_choice(f.to_uppercase(), f)
                });
                command
                    .create_response(&ctx, CreateInteractionResponse::Autocomplete(response))
                    .await
            }
            Interaction::Component(component) => Self::component(&ctx, &component).await,
            Interaction::Modal(modal) => {
                let inputs = modal.data.components.iter().flat_map(|row| &row.components);
                let values: Vec<_> = inputs
                    .filter_map(|c| match c {
                        ActionRowComponent::InputText(input) => Some(format!(
                            "{}={}",
                            input.custom_id,
                            input.value.clone().unwrap_or_default()
                        )),
                        _ => None,
                    })
                    .collect();
                if values.iter().any(|v| v == "note=modal") {
                    modal.create_response(&ctx, form()).await
                } else {
                    modal.create_response(&ctx, message(values.join(" "))).await
                }
            }
            _ => Ok(()),
        };
        if let Err(error) = result {
            let code = match &error {
                serenity::Error::Http(HttpError::UnsuccessfulRequest(answer)) => answer.error.code,
                _ => 0,
            };
            let _ = self.errors.send(format!("{code} {error}"));
        }
    }
}

impl Handler {
    async fn command(&self, ctx: &Context, command: &CommandInteraction) -> serenity::Result<()> {
        let values = |name: &str| {
            command
                .data
                .options()
                .into_iter()
                .find(|o| o.name == name)
                .map(|o| match o.value {
                    ResolvedValue::String(text) => text.to_owned(),
                    ResolvedValue::User(user, member) => format!("{} {}", user.name, member.is_some()),
                    other => format!("{other:?}"),
                })
        };
        match command.data.name.as_str() {
            "hello" => {
                let card = card(&format!("Hello {}", values("name").unwrap_or_default()));
                let rest = ["note", "tone", "times", "to"].map(|n| values(n).unwrap_or_default());
                let card = card.content(rest.join("|"));
                command
                    .create_response(ctx, CreateInteractionResponse::Message(card))
                    .await
            }
            "form" => command.create_response(ctx, form()).await,
            "slow" => {
                command.defer_ephemeral(ctx).await?;
                let edit = EditInteractionResponse::new().content("Thought about it");
                command.edit_response(ctx, edit).await?;
                let more = CreateInteractionResponseFollowup::new()
                    .content("And more")
                    .ephemeral(true);
                command.create_followup(ctx, more).await.map(drop)
            }
            "twice" => {
                command.create_response(ctx, message("one")).await?;
                command.create_response(ctx, message("two")).await
            }
            "late" => {
                self.go_on.notified().await;
                command.create_response(ctx, message("late")).await
            }
            "big" => {
                let card = card(&"x".repeat(257));
                command
                    .create_response(ctx, CreateInteractionResponse::Message(card))
                    .await
            }
            "file" => {
                let file = command.data.resolved.attachments.values().next().unwrap();
                let content = file.download().await?;
                let content = String::from_utf8_lossy(&content).into_owned();
                let answer = CreateInteractionResponseMessage::new()
                    .content(content)
                    .add_file(CreateAttachment::bytes("a,b", "report.csv"));
                command
                    .create_response(ctx, CreateInteractionResponse::Message(answer))
                    .await
            }
            "Look at" => {
                let Some(ResolvedTarget::User(user, _)) = command.data.target() else {
                    return Ok(());
                };
                command
                    .create_response(ctx, message(format!("This is {}", user.name)))
                    .await
            }
            other => {
                command
                    .create_response(ctx, message(format!("{other} {:?}", command.data.options())))
                    .await
            }
        }
    }

    async fn component(ctx: &Context, component: &ComponentInteraction) -> serenity::Result<()> {
        let update = |text: &str| {
            CreateInteractionResponse::UpdateMessage(CreateInteractionResponseMessage::new().content(text))
        };
        match (component.data.custom_id.as_str(), &component.data.kind) {
            ("ack", _) => {
                component
                    .create_response(ctx, CreateInteractionResponse::Acknowledge)
                    .await?;
                let edit = EditInteractionResponse::new().content("Later it is");
                component.edit_response(ctx, edit).await.map(drop)
            }
            ("open", _) => component.create_response(ctx, form()).await,
            ("again", _) => component.create_response(ctx, update("Again!")).await,
            ("role", ComponentInteractionDataKind::StringSelect { values }) => {
                component.create_response(ctx, update(&values.join(","))).await
            }
            ("who", ComponentInteractionDataKind::UserSelect { values }) => {
                component
                    .create_response(ctx, update(&format!("{values:?}")))
                    .await
            }
            (other, _) => {
                component
                    .create_response(ctx, message(format!("unknown {other}")))
                    .await
            }
        }
    }
}
