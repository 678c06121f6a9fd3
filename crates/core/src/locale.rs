//! The languages that Muster writes in, and which of them somebody reads.

use crate::column::words;

words! {
    /// A language.
    #[derive(Default)]
    Locale {
        /// English.
        #[default]
        EnUs = "en-US",
        /// German.
        De = "de",
    }
}

impl Locale {
    /// The language of a tag, whatever region or script the tag names: `de-AT` is German.
    pub fn of_tag(tag: &str) -> Option<Self> {
        let language = tag.trim().split(['-', '_']).next().unwrap_or_default();
        Self::ALL
            .iter()
            .copied()
            .find(|locale| language.eq_ignore_ascii_case(locale.language()))
    }

    /// The language for whoever or whatever Discord gives this locale; English where it gives another or none.
    pub fn of_discord(code: Option<&str>) -> Self {
        code.and_then(Self::of_tag).unwrap_or_default()
    }

    /// The language that a browser's `Accept-Language` asks for most; English where we know none of them.
    pub fn of_accept_language(header: &str) -> Self {
        // Browsers name fewer than ten; whoever names more is not read to the end.
        let asked = header.split(',').take(20).filter_map(|part| {
            let (tag, weight) = part.split_once(';').unwrap_or((part, "q=1"));
            let weight = weight.trim().strip_prefix("q=")?.parse::<f32>().ok()?;
            Some((Self::of_tag(tag)?, weight)).filter(|(_, weight)| *weight > 0.0)
        });
        // The first of those that are asked for alike.
        let most = asked.reduce(|best, next| if next.1 > best.1 { next } else { best });
        most.map(|(locale, _)| locale).unwrap_or_default()
    }

    /// The language without a region: what `<html lang>` says.
    pub fn language(self) -> &'static str {
        match self {
            Self::EnUs => "en",
            Self::De => "de",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn regions_make_no_difference() {
        assert_eq!(Locale::of_discord(Some("de")), Locale::De);
        assert_eq!(Locale::of_discord(Some("en-GB")), Locale::EnUs);
        assert_eq!(Locale::of_discord(Some("pt-BR")), Locale::EnUs);
        assert_eq!(Locale::of_discord(None), Locale::EnUs);
    }

    #[test]
    fn a_browser_gets_the_language_it_asks_for_most() {
        for (header, locale) in [
            ("", Locale::EnUs),
            ("de", Locale::De),
            ("de-AT,de;q=0.9,en;q=0.8", Locale::De),
            ("en-US,en;q=0.9,de;q=0.8", Locale::EnUs),
            ("fr-FR, fr;q=0.9, de;q=0.5, en;q=0.4", Locale::De),
            ("en;q=0.3, de ; q=0.7", Locale::De),
            ("de;q=0", Locale::EnUs),
            ("de;q=much, en;q=0.1", Locale::EnUs),
            ("*, ;;;, de;;q=1", Locale::EnUs),
        ] {
            assert_eq!(Locale::of_accept_language(header), locale, "{header}");
        }
    }
}
