//! Who uses a command, button or form, as Discord tells us, and who that is to us.

use muster_core::Tx;
use muster_core::account;
use muster_core::activity::Surface;
use muster_core::actor::Actor;
use muster_core::discord_link::DiscordUser;
use muster_core::error::{Error, Rule};
use muster_core::ids::{GuildId, InteractionId};
use muster_core::locale::Locale;
use serenity::all::{CommandInteraction, ComponentInteraction, Member, ModalInteraction, Permissions, User};

/// The person behind one interaction.
#[derive(Debug, Clone)]
pub struct Caller {
    /// Their Discord user.
    pub user: DiscordUser,
    /// The name that Discord shows.
    pub display_name: String,
    /// The server it happens in; none in a private conversation.
    pub guild: Option<GuildId>,
    /// Whether they may manage the server. It says nothing about teams.
    pub manages_guild: bool,
    /// Whether the bot may see the channel and write in it, as Discord says with each interaction in a server.
    pub bot_writes: Option<bool>,
    /// The language they use Discord in.
    pub locale: Locale,
    /// The language of the server.
    pub guild_locale: Locale,
    /// The interaction, which acts at most once.
    pub interaction: InteractionId,
}

impl Caller {
    fn new(
        interaction: u64,
        user: &User,
        guild: Option<serenity::all::GuildId>,
        member: Option<&Member>,
        (locale, guild_locale): (&str, Option<&str>),
        bot: Option<Permissions>,
    ) -> Self {
        let permissions = member
            .and_then(|member| member.permissions)
            .unwrap_or(Permissions::empty());
        Self {
            user: DiscordUser {
                id: user.id.get().into(),
                username: user.name.clone(),
                avatar: user.avatar.map(|avatar| avatar.to_string()),
            },
            display_name: user.global_name.clone().unwrap_or_else(|| user.name.clone()),
            guild: guild.map(|guild| guild.get().into()),
            manages_guild: permissions.manage_guild() || permissions.administrator(),
            bot_writes: bot
                .filter(|_| guild.is_some())
                .map(|bot| bot.contains(Permissions::VIEW_CHANNEL | Permissions::SEND_MESSAGES)),
            locale: Locale::of_discord(Some(locale)),
            guild_locale: Locale::of_discord(guild_locale),
            interaction: interaction.into(),
        }
    }

    /// The account that the person is linked to, or the refusal that offers linking.
    pub async fn actor(&self, tx: &mut Tx) -> Result<Actor, Error> {
        let account = account::by_discord_user(tx, self.user.id)
            .await?
            .ok_or(Rule::NotLinked)?;
        Ok(Actor {
            account: account.id,
            surface: Surface::Discord,
        })
    }
}

/// Each kind of interaction says who its caller is, in types of its own.
macro_rules! caller_of {
    ($interaction:ty, $member:ident) => {
        impl From<&$interaction> for Caller {
            fn from(it: &$interaction) -> Self {
                Self::new(
                    it.id.get(),
                    &it.user,
                    it.guild_id,
                    it.member.$member(),
                    (&it.locale, it.guild_locale.as_deref()),
                    it.app_permissions,
                )
            }
        }
    };
}
caller_of!(CommandInteraction, as_deref);
caller_of!(ComponentInteraction, as_ref);
caller_of!(ModalInteraction, as_ref);
