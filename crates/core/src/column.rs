//! How our own types are stored: as text, on both databases alike.

/// A word in the database that this version does not know.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an unknown word where one of a fixed list should be")]
pub struct UnknownWord;

/// Stores a type that displays and parses as a text column on both databases.
macro_rules! text_column {
    ($name:ident) => {
        $crate::column::text_column!(@ $name, sqlx::Sqlite);
        $crate::column::text_column!(@ $name, sqlx::Postgres);
    };
    (@ $name:ident, $db:path) => {
        impl sqlx::Type<$db> for $name {
            fn type_info() -> <$db as sqlx::Database>::TypeInfo {
                <str as sqlx::Type<$db>>::type_info()
            }
            fn compatible(ty: &<$db as sqlx::Database>::TypeInfo) -> bool {
                <str as sqlx::Type<$db>>::compatible(ty)
            }
        }
        impl sqlx::Encode<'_, $db> for $name {
            fn encode_by_ref(
                &self,
                buf: &mut <$db as sqlx::Database>::ArgumentBuffer,
            ) -> Result<sqlx::encode::IsNull, sqlx::error::BoxDynError> {
                <String as sqlx::Encode<'_, $db>>::encode(self.to_string(), buf)
            }
        }
        impl<'r> sqlx::Decode<'r, $db> for $name {
            fn decode(value: <$db as sqlx::Database>::ValueRef<'r>) -> Result<Self, sqlx::error::BoxDynError> {
                Ok(<&str as sqlx::Decode<'r, $db>>::decode(value)?.parse()?)
            }
        }
    };
}

macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $word:literal),* $(,)? }) => {
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        $(#[$doc])*
        pub enum $name { $($(#[$vdoc])* $variant),* }

        impl $name {
            /// Every one of them.
            pub const ALL: &[Self] = &[$(Self::$variant),*];

            /// The word, as stored and shown to programs.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word),* }
            }
        }
        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }
        impl std::str::FromStr for $name {
            type Err = $crate::column::UnknownWord;
            fn from_str(text: &str) -> Result<Self, $crate::column::UnknownWord> {
                match text { $($word => Ok(Self::$variant),)* _ => Err($crate::column::UnknownWord) }
            }
        }
        $crate::column::text_column!($name);
    };
}

pub(crate) use {text_column, words};
