//! Each refusal as its card: title, sentence, code and button. The list of rules does not compile while one is missing.

use chrono::TimeDelta;
use muster::discord::error::{card, needs_manage_guild, needs_to_write_there, unknown_action};
use muster::discord::words::told;
use muster_core::env::Env;
use muster_core::error::{Error, Rule};
use muster_core::ids::TeamId;
use muster_core::invitation::Status;
use muster_core::invite_link::End;
use muster_core::locale::Locale;
use muster_core::message;
use muster_core::message::{Arg, Message};
use muster_core::policy::{Permission, Presets, Refusal};
use muster_phrases::pseudo;

use super::tour::Seen;

/// The rules with examples of each. Whoever adds a rule adds a line, and cannot forget it: `known` names them all.
macro_rules! rules {
    ($env:ident, $team:ident: $($pattern:pat => $examples:expr),* $(,)?) => {
        fn known(rule: &Rule) -> bool {
            match rule { $($pattern => true),* }
        }

        fn rules($env: &Env, $team: TeamId) -> Vec<Rule> {
            let mut all = Vec::new();
            $({
                let examples: Vec<Rule> = Vec::from($examples);
                let fits = examples.iter().all(|rule| matches!(rule, $pattern) && known(rule));
                assert!(fits && !examples.is_empty(), "no example of {}", stringify!($pattern));
                all.extend(examples);
            })*
            all
        }
    };
}

rules! { env, team:
    Rule::EmailBad { .. } => phrases("email-", "email-bad").map(|reason| Rule::EmailBad { reason }).collect::<Vec<_>>(),
    Rule::TextBad { .. } => texts(),
    Rule::CardFields => [Rule::CardFields],
    Rule::FieldMissing { .. } => [Rule::FieldMissing { what: "what-first-name" }],
    Rule::RoleUnknown { .. } => [Rule::RoleUnknown { role: "pirate".to_owned() }],
    Rule::AlreadyMember => [Rule::AlreadyMember],
    Rule::AlreadyInvited => [Rule::AlreadyInvited],
    Rule::ExistingAccount { .. } => presets(Refusal::ExistingAccount, |sentence| Rule::ExistingAccount { sentence }),
    Rule::Suppressed => [Rule::Suppressed],
    Rule::Cooldown { .. } => [Rule::Cooldown { until: env.now() + TimeDelta::minutes(1) }],
    Rule::HourlyLimit { .. } => [Rule::HourlyLimit { limit: 20, until: env.now() + TimeDelta::hours(1) }],
    Rule::LastOwner { .. } => {
        let mut all = presets(Refusal::LastTop, |sentence| Rule::LastOwner { sentence, team });
        // Those presets that change the top role by a change of role say it in their own words.
        all.push(Rule::LastOwner { sentence: message!("last-top-change", role = "Admin"), team });
        let teams = Arg::All(vec!["Aurora".to_owned(), "Borealis".to_owned()]);
        all.push(Rule::LastOwner { sentence: message!("erase-last-owner", teams = teams), team });
        all
    },
    Rule::SelfRemove { .. } => presets(Refusal::SelfRemoval, |sentence| {
        let leave = sentence.id == "self-remove-leave";
        Rule::SelfRemove { sentence, team, leave }
    }),
    Rule::SelfDeactivate { .. } => presets(Refusal::SelfDeactivation, |sentence| Rule::SelfDeactivate { sentence }),
    Rule::OwnerFixed { .. } => [Refusal::TopRole, Refusal::TopRemoval]
        .into_iter()
        .flat_map(|refusal| presets(refusal, |sentence| Rule::OwnerFixed { sentence }))
        .collect::<Vec<_>>(),
    Rule::NoLeave { .. } => presets(Refusal::Leave, |sentence| Rule::NoLeave { sentence }),
    Rule::NoTransfer { .. } => {
        let role = || "Owner".to_owned();
        let mut all = vec![
            message!("top-not-transferred", role = role()),
            message!("nothing-to-transfer", role = role()),
            message!("several-holders", role = role()),
            message!("no-other-role"),
        ];
        all.drain(..).map(|sentence| Rule::NoTransfer { sentence }).collect::<Vec<_>>()
    },
    Rule::Plan { .. } => presets(Refusal::Plan, |sentence| Rule::Plan { sentence, team }),
    Rule::SamePlan => [Rule::SamePlan],
    Rule::Unchanged => [Rule::Unchanged],
    Rule::RoleInUse { .. } => [1, 2].map(|n| Rule::RoleInUse {
        role: "Viewer".to_owned(), members: n, invitations: n, links: n,
    }),
    Rule::TopHolders { .. } => [0, 2].map(|holders| Rule::TopHolders { role: "Owner".to_owned(), holders }),
    Rule::Seats { .. } => presets(Refusal::Seats, |sentence| Rule::Seats { sentence, team }),
    Rule::NameMismatch { .. } => [Rule::NameMismatch { name: "Aurora".to_owned() }],
    Rule::OwnNameMismatch { .. } => [Rule::OwnNameMismatch { name: "Ada".to_owned() }],
    Rule::OnlyLogin => [Rule::OnlyLogin],
    Rule::OwnRole { .. } => presets(Refusal::OwnRole, |sentence| Rule::OwnRole { sentence }),
    Rule::SameRole { .. } => [Rule::SameRole { role: "Viewer".to_owned() }],
    Rule::NotActive => [Rule::NotActive],
    Rule::AlreadyActive => [Rule::AlreadyActive],
    Rule::Closed(_) => Status::ALL.iter().map(|status| Rule::Closed(*status)).collect::<Vec<_>>(),
    Rule::CardOver(_) => Status::ALL.iter().map(|status| Rule::CardOver(*status)).collect::<Vec<_>>(),
    Rule::OldLink => [Rule::OldLink],
    Rule::OfferLapsed => [Rule::OfferLapsed],
    Rule::WrongAccount { .. } => [Rule::WrongAccount { masked: "b…@e….org".to_owned() }],
    Rule::SignInFirst => [Rule::SignInFirst],
    Rule::AddressUnproven => [Rule::AddressUnproven],
    Rule::PasswordWeak { .. } => [
        message!("password-short", least = 10_u32),
        message!("password-long", most = 128_u32),
        message!("password-guessable"),
    ].map(|reason| Rule::PasswordWeak { reason }),
    Rule::SignInFailed => [Rule::SignInFailed],
    Rule::SignInLimit { .. } => [Rule::SignInLimit { until: env.now() + TimeDelta::minutes(15) }],
    Rule::NotLinked => [Rule::NotLinked],
    Rule::NoTeam => [Rule::NoTeam],
    Rule::WhichTeam => [Rule::WhichTeam],
    Rule::LinkTaken { .. } => [
        message!("discord-user-taken", username = "ada"),
        message!("discord-account-taken"),
    ].map(|sentence| Rule::LinkTaken { sentence }),
    Rule::LinkOther { .. } => [Rule::LinkOther { started: "ada".to_owned(), found: "bo".to_owned() }],
    Rule::LinkDead => [Rule::LinkDead],
    Rule::LinksOff { .. } => presets(Refusal::LinkOff, |sentence| Rule::LinksOff { sentence }),
    Rule::LinkLimit { .. } => [Rule::LinkLimit { most: 50 }],
    Rule::LinkEnded(_) => [End::Disabled, End::Expired, End::Full].map(Rule::LinkEnded),
    Rule::LinkDomain { .. } => [Rule::LinkDomain { domains: "example.org".to_owned() }],
    Rule::SignUpLimit { .. } => [Rule::SignUpLimit { until: env.now() + TimeDelta::hours(1) }],
    Rule::SignUpOver => [Rule::SignUpOver],
    Rule::Stale => [Rule::Stale],
    Rule::Repeated => [Rule::Repeated],
    Rule::NotConfigured { .. } => [message!("linking-off"), message!("linking-off-bot")]
        .map(|sentence| Rule::NotConfigured { sentence }),
}

/// The phrases for refusals whose ids begin so, but for one.
fn phrases(beginning: &'static str, but: &'static str) -> impl Iterator<Item = &'static str> {
    let of_refusals = pseudo::all()
        .into_iter()
        .filter(|(file, _)| *file == "refusals.ftl");
    of_refusals
        .map(|(_, id)| id)
        .filter(move |id| id.starts_with(beginning) && *id != but)
}

/// What each preset says to a refusal, each sentence once.
fn said_by_presets(refusal: Refusal) -> Vec<Message> {
    let mut all = Vec::new();
    for preset in Presets::shipped().iter() {
        let sentence = preset.policy.refusal(refusal);
        if !all.contains(&sentence) {
            all.push(sentence);
        }
    }
    all
}

fn presets(refusal: Refusal, rule: impl Fn(Message) -> Rule) -> Vec<Rule> {
    said_by_presets(refusal).into_iter().map(rule).collect()
}

/// Each text that is read, with each reason to refuse one.
fn texts() -> Vec<Rule> {
    let known = || Arg::All(vec!["pro".to_owned(), "business".to_owned()]);
    let reason = || message!("choose-offered");
    let reasons = vec![
        message!("text-control"),
        message!("text-empty"),
        message!("text-long", length = 65_u32, most = 64_u32),
        message!("choose-offered"),
        message!("name-unknown", name = "anarchy"),
        message!("since-bad"),
        message!("plan-not-needed"),
        message!("plan-unknown", name = "gold", known = known()),
        message!("number-range", least = 1_u32, most = 100_u32),
        message!("not-a-number"),
        message!("list-long", length = 21_u32, most = 20_u32),
        message!("domain-bad", why = message!("email-domain-incomplete")),
        message!("file-too-long", most = 64_u32),
        message!("file-not-utf8"),
        message!("file-away"),
        message!(
            "file-place",
            line = 3_u32,
            column = 16_u32,
            reason = "role boss is not defined"
        ),
        message!("file-line", line = 3_u32, reason = "missing field"),
        message!("file-no-csv"),
        message!("file-lines", most = 1000_u32),
        message!("file-nobody"),
        message!("line-surplus"),
        message!("file-columns", name = "E-Mail"),
        message!("file-no-headings", line = 1_u32),
        message!("card-bot"),
    ];
    let what = phrases("what-", "").map(|what| Rule::TextBad {
        what,
        reason: reason(),
    });
    let reasons = reasons.into_iter().map(|reason| Rule::TextBad {
        what: "what-name",
        reason,
    });
    what.chain(reasons).collect()
}

/// What somebody's role does not allow.
fn denials() -> Vec<Error> {
    let role = || "Member".to_owned();
    let mut all: Vec<Message> = Vec::new();
    for permission in Permission::ALL {
        let of_presets = said_by_presets(permission.into()).into_iter();
        all.extend(of_presets.map(|refusal| message!("need-role", refusal = refusal, role = role())));
        all.push(message!("only-nobody", act = Arg::word(act(permission))));
    }
    for refusal in [
        Refusal::InviteRole,
        Refusal::AssignRole,
        Refusal::RemoveRole,
        Refusal::DeactivateRole,
        Refusal::AlreadyInvited,
    ] {
        all.extend(said_by_presets(refusal));
    }
    for act in ["remove", "deactivate", "reactivate"] {
        all.push(message!(
            "beyond-reach",
            role = role(),
            act = Arg::word(act),
            whose = "Owner"
        ));
    }
    all.extend([
        message!("beyond-change", role = role(), from = "Viewer", to = "Owner"),
        message!("beyond-offer", role = role(), offered = "Owner"),
        message!("link-not-top", role = "Owner"),
        message!("card-not-yours"),
        message!("rules-beyond", top = "Owners", role = role()),
        message!("rules-of-the-operator", most = 100_u32),
        message!("super-admins-only"),
        message!("deactivated", team = "Aurora"),
        message!("not-a-member", team = "Aurora"),
        // What rules say in their own words is shown as it is.
        Message::own("Ask *Ada*."),
    ]);
    let mut errors: Vec<Error> = all.into_iter().map(Error::Denied).collect();
    errors.extend([needs_manage_guild(), needs_to_write_there()]);
    errors
}

/// How the phrases know a permission.
fn act(permission: Permission) -> String {
    permission.as_str().replace(['.', '_'], "-")
}

/// Everything that is looked for and not found, as our sources name it.
fn things() -> Vec<&'static str> {
    let mut things: Vec<&'static str> = super::whole::sources()
        .split("NotFound(\"")
        .skip(1)
        .filter_map(|rest| rest.split_once('"'))
        .map(|(thing, _)| &*thing.to_owned().leak())
        .collect();
    things.sort_unstable();
    things.dedup();
    assert!(
        things.contains(&"team"),
        "the sources are not read as they should be: {things:?}"
    );
    things
}

/// Each refusal, in one language.
pub fn seen(env: &Env, locale: Locale) -> Seen {
    let mut seen = Seen::default();
    seen.about("refusals");
    let team: TeamId = env.new_id();
    for rule in rules(env, team) {
        let name = format!("{rule:?}");
        let name = name.split([' ', '(']).next().unwrap_or_default();
        seen.own(name, &card(env, locale, &Error::Rule(rule.clone())));
    }
    let found = things().into_iter().map(Error::NotFound);
    let away = Error::from(sqlx::Error::PoolTimedOut);
    let others = denials()
        .into_iter()
        .chain(found)
        .chain([away, Error::internal("a secret")]);
    for error in others {
        let name = format!("{error:?}");
        let name = name.split(['(', ' ']).next().unwrap_or_default();
        seen.own(name, &card(env, locale, &error));
    }
    seen.own(
        "a button that this version does not know",
        &unknown_action(locale),
    );
    seen
}

/// Each word of a choice has words of its own, none of them those for words that nobody knows.
#[track_caller]
fn each_has_its_own(id: &'static str, name: &'static str, words: &[String], more: &[(&'static str, Arg)]) {
    for locale in Locale::ALL {
        let said = |word: &str| {
            let mut args = more.to_vec();
            args.push((name, Arg::word(word)));
            told(*locale, &Message { id, args })
        };
        let mut all: Vec<String> = words.iter().map(|word| said(word)).collect();
        let other = said("something-that-nobody-knows");
        assert!(
            !all.contains(&other),
            "{id} in {locale}: one of {words:?} is just `{other}`"
        );
        all.sort_unstable();
        all.dedup();
        assert_eq!(
            all.len(),
            words.len(),
            "{id} in {locale}: two of {words:?} say the same"
        );
    }
}

#[test]
fn every_permission_has_words_of_its_own() {
    let words: Vec<String> = Permission::ALL.into_iter().map(act).collect();
    let roles = Arg::All(vec!["Owners".to_owned()]);
    each_has_its_own("only-roles", "act", &words, &[("roles", roles)]);
    each_has_its_own("only-nobody", "act", &words, &[]);
}

#[test]
fn everything_that_is_not_found_has_words_of_its_own() {
    let words: Vec<String> = things().iter().map(|thing| thing.replace(' ', "-")).collect();
    each_has_its_own("not-found", "what", &words, &[]);
}

#[test]
fn every_way_in_which_an_invitation_is_over_has_words_of_its_own() {
    // What is still open is said by the words for everything else.
    let over = Status::ALL.iter().filter(|status| **status != Status::Pending);
    let words: Vec<String> = over.map(ToString::to_string).collect();
    each_has_its_own("closed", "status", &words, &[]);
    each_has_its_own("card-over", "status", &words, &[]);
}
