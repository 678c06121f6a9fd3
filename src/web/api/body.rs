//! What a request says: one strict reading of bodies and of what follows the question mark. A field that we do not know, one
//! that comes twice and one of another type are refused, so that nobody believes in something that we never saw.

use std::fmt;

use axum::http::{HeaderMap, header};
use serde::de::{self, DeserializeOwned, DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::error::Category;

use super::problem::Fault;
use crate::web::form::pairs;

/// A body that can be read.
pub trait Body: Sized {
    /// Reads it.
    fn read(headers: &HeaderMap, bytes: &[u8]) -> Result<Self, Fault>;
}

/// What follows the question mark.
pub trait Query: Sized {
    /// Reads it.
    fn read(text: &str) -> Result<Self, Fault>;
}

/// Nothing is said.
pub struct Nothing;

impl Body for Nothing {
    fn read(_: &HeaderMap, bytes: &[u8]) -> Result<Self, Fault> {
        match bytes.trim_ascii() {
            b"" | b"{}" => Ok(Self),
            _ => Err(Fault::Body("this request takes no body".to_owned())),
        }
    }
}

impl Query for Nothing {
    fn read(text: &str) -> Result<Self, Fault> {
        if text.is_empty() {
            Ok(Self)
        } else {
            Err(Fault::Query("this request takes no parameters".to_owned()))
        }
    }
}

/// A body of JSON.
pub struct Json<T>(pub T);

impl<T: DeserializeOwned> Body for Json<T> {
    fn read(headers: &HeaderMap, bytes: &[u8]) -> Result<Self, Fault> {
        let kind = headers.get(header::CONTENT_TYPE);
        let kind = kind.and_then(|value| value.to_str().ok()).unwrap_or_default();
        let essence = kind.split(';').next().unwrap_or_default().trim();
        if !essence.eq_ignore_ascii_case("application/json") {
            return Err(Fault::MediaType);
        }
        parse(bytes).map(Self)
    }
}

/// Reads JSON. What is no JSON is another fault than JSON that says something else than was asked for.
pub fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Fault> {
    let said = |error: &serde_json::Error| match error.classify() {
        Category::Syntax | Category::Eof | Category::Io => Fault::Syntax(error.to_string()),
        Category::Data => Fault::Body(error.to_string()),
    };
    serde_json::from_slice::<Once>(bytes).map_err(|error| said(&error))?;
    serde_json::from_slice(bytes).map_err(|error| said(&error))
}

/// Any JSON in which no object has a field twice.
struct Once;

impl<'de> de::Deserialize<'de> for Once {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self.deserialize(deserializer)
    }
}

impl<'de> DeserializeSeed<'de> for Once {
    type Value = Self;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Once {
    type Value = Self;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_bool<E>(self, _: bool) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_str<E>(self, _: &str) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_unit<E>(self) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Self, A::Error> {
        while items.next_element_seed(Self)?.is_some() {}
        Ok(self)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<Self, A::Error> {
        let mut seen = std::collections::HashSet::new();
        while let Some(name) = fields.next_key::<String>()? {
            fields.next_value_seed(Self)?;
            if let Some(twice) = seen.replace(name) {
                return Err(de::Error::custom(format!("duplicate field `{twice}`")));
            }
        }
        Ok(self)
    }
}

/// The parameters of a request, each a text.
pub struct Params<T>(pub T);

/// Parameters by name.
pub type Named = serde_json::Map<String, serde_json::Value>;

/// Reads parameters, each of which comes once.
pub fn named(text: &str) -> Result<Named, Fault> {
    let unreadable = |_| Fault::Query("the parameters are no text".to_owned());
    let mut fields = Named::new();
    for (name, value) in pairs(text.as_bytes()).map_err(unreadable)? {
        if let Some(_twice) = fields.insert(name.clone(), value.into()) {
            return Err(Fault::Query(format!("`{name}` comes twice")));
        }
    }
    Ok(fields)
}

/// What parameters say.
pub fn said<T: DeserializeOwned>(fields: Named) -> Result<T, Fault> {
    T::deserialize(serde_json::Value::Object(fields)).map_err(|error| Fault::Query(error.to_string()))
}

impl<T: DeserializeOwned> Query for Params<T> {
    fn read(text: &str) -> Result<Self, Fault> {
        said(named(text)?).map(Self)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Small {
        #[expect(dead_code, reason = "only read")]
        email: String,
        #[serde(default)]
        #[expect(dead_code, reason = "only read")]
        more: Option<serde_json::Value>,
    }

    fn status(body: &str) -> u16 {
        match parse::<Small>(body.as_bytes()) {
            Ok(_) => 200,
            Err(fault) => fault.status().as_u16(),
        }
    }

    #[test]
    fn what_is_no_json_and_what_is_other_json_are_told_apart() {
        for (body, wanted) in [
            ("{\"email\":\"a\"}", 200),
            ("{\"email\":\"a\",\"more\":{\"a\":[1,2.5,null,true]}}", 200),
            ("", 400),
            ("{", 400),
            ("{\"email\":\"a\"}x", 400),
            ("{'email':1}", 400),
            ("[]", 422),
            ("null", 422),
            ("{\"email\":[\"a\",\"b\"]}", 422),
            ("{\"email\":1}", 422),
            ("{\"email\":null}", 422),
            ("{}", 422),
            ("{\"email\":\"a\",\"role\":\"owner\"}", 422),
            ("{\"email\":\"a\",\"email\":\"b\"}", 422),
            ("{\"email\":\"a\",\"more\":{\"x\":1,\"x\":2}}", 422),
        ] {
            assert_eq!(status(body), wanted, "{body}");
        }
        assert_eq!(status(&("[".repeat(100_000) + &"]".repeat(100_000))), 400);
        assert!(parse::<Small>(b"{\"email\":\"\xff\"}").is_err());
    }

    proptest! {
        #[test]
        fn no_bytes_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200), text in any::<String>()) {
            let _ = parse::<Small>(&bytes);
            let _ = parse::<serde_json::Value>(text.as_bytes());
            let _ = Params::<Small>::read(&text);
        }
    }
}
