//! Four small macros that make a shape one readable definition: `structure!`, `parameters!`, `union!`
//! and `open_enum!`. They write no logic of their own: reading JSON is `wire.rs`.
//!
//! A member reads `field = "wireName": kind(type), flag;` with the kinds
//! `text()`, `time()`, `number(i32)` (also `bool`), `one(Shape)`, `list(Item, push_name)`, `map(Value)` and
//! `document()` (free JSON), and the flags
//! `required` (the model requires it: `build` does too), `bound` (goes to a header or the query, never
//! into the JSON body) and `label` (required, and goes to the path). Reading never requires anything.

/// Writes one member of a JSON body, when it is there and belongs there.
macro_rules! put {
    ($map:ident, $wire:literal, $member:expr, number, $($flag:ident)?) => {
        if let Some(value) = &$member {
            if !crate::types::wire::Finite::finite(value) {
                return Err(serde::ser::Error::custom(concat!($wire, " is not a finite number")));
            }
            $map.serialize_entry($wire, value)?;
        }
    };
    ($map:ident, $wire:literal, $member:expr, $kind:ident, label) => {};
    ($map:ident, $wire:literal, $member:expr, $kind:ident, bound) => {};
    ($map:ident, $wire:literal, $member:expr, $kind:ident, $($flag:ident)?) => {
        if let Some(value) = &$member {
            $map.serialize_entry($wire, value)?;
        }
    };
}

/// The members that travel outside the body, as the table of operations binds them.
macro_rules! members {
    ($shape:ident { $( $field:ident = $wire:literal $($flag:ident)? ; )* }) => {
        #[cfg(feature = "client")]
        impl crate::types::wire::Outside for $shape {
            fn members(&self) -> Vec<(&'static str, std::borrow::Cow<'_, str>)> {
                #[allow(unused_mut, reason = "most shapes have none")]
                let mut members = Vec::new();
                $( member!(members, $wire, self.$field, $($flag)?); )*
                members
            }
        }
    };
}

/// One member, if it is one of those.
#[cfg(feature = "client")]
macro_rules! member {
    ($members:ident, $wire:literal, $member:expr, label) => {
        if let Some(value) = &$member {
            $members.push(($wire, crate::types::wire::Outward::text(value)));
        }
    };
    ($members:ident, $wire:literal, $member:expr, bound) => {
        member!($members, $wire, $member, label);
    };
    ($members:ident, $wire:literal, $member:expr, $($flag:ident)?) => {};
}

/// A structure that is a JSON object. Members that it does not know are kept in `other`.
macro_rules! structure {
    (
        $(#[$meta:meta])*
        $name:ident => $builder:ident {
            $( $(#[$doc:meta])*
               $field:ident = $wire:literal : $kind:ident $spec:tt $(, $flag:ident)? ; )*
        }
    ) => {
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq, Default)]
        #[non_exhaustive]
        pub struct $name {
            $( $(#[$doc])*
               #[doc = concat!("`", $wire, "`.", flag_doc!($($flag)?))]
               pub $field: Option<member_type!($kind $spec)>, )*
            /// Members that this version does not know, as they came; written back unchanged.
            pub other: serde_json::Map<String, serde_json::Value>,
        }

        builder! { $name => $builder {
            $( $field = $wire : $kind $spec $(, $flag)? ; )*
        } }

        members! { $name { $( $field = $wire $($flag)? ; )* } }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                use serde::ser::SerializeMap;
                let mut map = serializer.serialize_map(None)?;
                $( put!(map, $wire, self.$field, $kind, $($flag)?); )*
                for (name, value) in &self.other {
                    map.serialize_entry(name, value)?;
                }
                map.end()
            }
        }

        reading! { $name { $( $field = $wire ; )* } other }
    };
}

/// Reads a structure from JSON. Where there is an `other`, members that are not known go there; otherwise they are
/// refused.
macro_rules! reading {
    ($name:ident { $( $field:ident = $wire:literal ; )* } $($other:ident)?) => {
        impl crate::types::wire::Structure for $name {
            const NAME: &'static str = stringify!($name);

            fn member<'de, A: serde::de::MapAccess<'de>>(
                &mut self,
                name: &str,
                map: &mut A,
            ) -> Result<bool, A::Error> {
                match name {
                    $( $wire => self.$field = map.next_value()?, )*
                    _ => {
                        let _ = map;
                        return Ok(false);
                    }
                }
                #[allow(unreachable_code, reason = "a structure without members knows no name")]
                Ok(true)
            }

            $( fn other(&mut self) -> Option<&mut serde_json::Map<String, serde_json::Value>> {
                Some(&mut self.$other)
            } )?
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                crate::types::wire::structure(deserializer)
            }
        }
    };
}

/// The parameters of an operation whose body is not JSON: members and a builder. They can be read from JSON, by the
/// model's names, and are never written as such.
macro_rules! parameters {
    (
        $(#[$meta:meta])*
        $name:ident => $builder:ident {
            $( $(#[$doc:meta])*
               $field:ident = $wire:literal : $kind:ident $spec:tt $(, $flag:ident)? ; )*
        }
    ) => {
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq, Default)]
        #[non_exhaustive]
        pub struct $name {
            $( $(#[$doc])*
               #[doc = concat!("`", $wire, "`.", flag_doc!($($flag)?))]
               pub $field: Option<member_type!($kind $spec)>, )*
        }

        builder! { $name => $builder {
            $( $field = $wire : $kind $spec $(, $flag)? ; )*
        } }

        members! { $name { $( $field = $wire $($flag)? ; )* } }

        reading! { $name { $( $field = $wire ; )* } }
    };
}

/// A union: one known member of several, or `Unknown` with the whole JSON value.
macro_rules! union {
    (
        $(#[$meta:meta])*
        $name:ident {
            $( $(#[$doc:meta])*
               $variant:ident $get:ident = $wire:literal : $kind:ident $spec:tt $(, $from:ident)? ; )+
        }
    ) => {
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq)]
        #[non_exhaustive]
        #[allow(clippy::large_enum_variant, reason = "a box would be in every user's way")]
        pub enum $name {
            $( $(#[$doc])*
               #[doc = concat!("`", $wire, "`.")]
               $variant(member_type!($kind $spec)), )+
            /// No member, several, or one that this version does not know; written back unchanged.
            Unknown(serde_json::Value),
        }

        impl $name {
            $( #[doc = concat!("The `", $wire, "` member, if it is this one.")]
               pub fn $get(&self) -> Option<&member_type!($kind $spec)> {
                   match self {
                       Self::$variant(value) => Some(value),
                       _ => None,
                   }
               } )+
        }

        $( $( union_from!($from $name $variant $kind $spec); )? )+

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                use serde::ser::SerializeMap;
                match self {
                    $( Self::$variant(value) => {
                        let mut map = serializer.serialize_map(Some(1))?;
                        map.serialize_entry($wire, value)?;
                        map.end()
                    } )+
                    Self::Unknown(value) => value.serialize(serializer),
                }
            }
        }

        impl crate::types::wire::Union for $name {
            const NAME: &'static str = stringify!($name);

            fn member<'de, A: serde::de::MapAccess<'de>>(
                name: &str,
                map: &mut A,
            ) -> Result<crate::types::wire::Found<Self>, A::Error> {
                match name {
                    $( $wire => Ok(match map.next_value()? {
                        Some(value) => crate::types::wire::Found::Member(Self::$variant(value)),
                        None => crate::types::wire::Found::Null,
                    }), )+
                    _ => Ok(crate::types::wire::Found::Unknown),
                }
            }

            fn unknown(value: serde_json::Value) -> Self { Self::Unknown(value) }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                crate::types::wire::union(deserializer)
            }
        }
    };
}

/// `From` for a union's member whose type no other member has.
macro_rules! union_from {
    (from $name:ident $variant:ident text()) => {
        impl From<String> for $name {
            fn from(value: String) -> Self { Self::$variant(value) }
        }
        impl From<&str> for $name {
            fn from(value: &str) -> Self { Self::$variant(value.into()) }
        }
    };
    (from $name:ident $variant:ident $kind:ident $spec:tt) => {
        impl From<member_type!($kind $spec)> for $name {
            fn from(value: member_type!($kind $spec)) -> Self { Self::$variant(value) }
        }
    };
}

/// An enumeration that AWS may extend: known values, and `Unknown` with any other text.
macro_rules! open_enum {
    (
        $(#[$meta:meta])*
        $name:ident { $( $variant:ident = $wire:literal, )+ }
    ) => {
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum $name {
            $( #[doc = concat!("`", $wire, "`.")] $variant, )+
            /// A value that this version does not know.
            Unknown(String),
        }

        impl $name {
            /// Every known value, as on the wire.
            pub const VALUES: &'static [&'static str] = &[$( $wire ),+];

            /// The value as on the wire.
            pub fn as_str(&self) -> &str {
                match self {
                    $( Self::$variant => $wire, )+
                    Self::Unknown(value) => value,
                }
            }
        }

        impl From<&str> for $name {
            fn from(value: &str) -> Self {
                match value {
                    $( $wire => Self::$variant, )+
                    _ => Self::Unknown(value.to_owned()),
                }
            }
        }

        impl From<String> for $name {
            fn from(value: String) -> Self {
                match value.as_str() {
                    $( $wire => Self::$variant, )+
                    _ => Self::Unknown(value),
                }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        #[cfg(feature = "client")]
        impl crate::types::wire::Outward for $name {
            fn text(&self) -> std::borrow::Cow<'_, str> {
                self.as_str().into()
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                crate::types::wire::Text::deserialize(deserializer).map(|text| Self::from(&*text.0))
            }
        }
    };
}
