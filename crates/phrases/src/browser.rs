//! Browsers, as people call them.

use muster_core::browser::Browser;
use muster_core::locale::Locale;

/// `Firefox on Linux`, as far as it is known.
pub fn browser(locale: Locale, browser: &Browser) -> String {
    let (name, system) = (browser.name.as_deref(), browser.system.as_deref());
    match (name, system) {
        (Some(name), Some(system)) => {
            crate::say!(locale, "browser-and-system", name = name, system = system)
        }
        (Some(name), None) => crate::say!(locale, "browser-alone", name = name),
        (None, Some(system)) => crate::say!(locale, "browser-system-alone", system = system),
        (None, None) => crate::say!(locale, "browser-unknown"),
    }
}
