//! Reads the API's JSON objects into shapes: a member that is null counts as absent, a name that is not
//! known is kept, nothing is required. It refuses a known member whose value is of another JSON type.

use serde::de::{Deserialize, Deserializer, Error, MapAccess, Visitor};
use serde_json::{Map, Value};
use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

/// A structure as the reader sees it.
pub trait Structure: Default {
    /// Its name, for messages.
    const NAME: &'static str;

    /// Reads the value of a member that it knows; `false`, and nothing read, for any other name.
    fn member<'de, A: MapAccess<'de>>(&mut self, name: &str, map: &mut A) -> Result<bool, A::Error>;

    /// Where members that it does not know go; nothing where they are refused.
    fn other(&mut self) -> Option<&mut Map<String, Value>> {
        None
    }
}

/// A union as the reader sees it.
pub trait Union: serde::Serialize + Sized {
    /// Its name, for messages.
    const NAME: &'static str;

    /// Reads the value of a member that it knows.
    fn member<'de, A: MapAccess<'de>>(name: &str, map: &mut A) -> Result<Found<Self>, A::Error>;

    /// The unknown case.
    fn unknown(value: Value) -> Self;
}

/// What a union says of one name.
pub enum Found<T> {
    /// A member it knows, with its value.
    Member(T),
    /// A member it knows, with null.
    Null,
    /// A name it does not know; the value has not been read.
    Unknown,
}

/// Text that is borrowed from the input where that is possible.
pub struct Text<'de>(pub Cow<'de, str>);

impl<'de> Deserialize<'de> for Text<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct TextVisitor;
        impl<'de> Visitor<'de> for TextVisitor {
            type Value = Text<'de>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a string")
            }
            fn visit_borrowed_str<E: Error>(self, text: &'de str) -> Result<Text<'de>, E> {
                Ok(Text(Cow::Borrowed(text)))
            }
            fn visit_str<E: Error>(self, text: &str) -> Result<Text<'de>, E> {
                Ok(Text(Cow::Owned(text.to_owned())))
            }
            fn visit_string<E: Error>(self, text: String) -> Result<Text<'de>, E> {
                Ok(Text(Cow::Owned(text)))
            }
        }
        deserializer.deserialize_str(TextVisitor)
    }
}

/// Reads a structure.
pub fn structure<'de, T: Structure, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    struct StructureVisitor<T>(PhantomData<T>);
    impl<'de, T: Structure> Visitor<'de> for StructureVisitor<T> {
        type Value = T;
        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            write!(f, "an object ({})", T::NAME)
        }
        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<T, A::Error> {
            let mut shape = T::default();
            while let Some(Text(name)) = map.next_key::<Text<'de>>()? {
                if shape.member(&name, &mut map)? {
                    continue;
                }
                match shape.other() {
                    Some(other) => drop(other.insert(name.into_owned(), map.next_value()?)),
                    // It could not be sent, and is not lost in silence.
                    None => return Err(A::Error::custom("a member that the operation does not have")),
                }
            }
            Ok(shape)
        }
    }
    deserializer.deserialize_map(StructureVisitor(PhantomData))
}

/// Reads a union: the one known member that is not null, else everything as it is.
pub fn union<'de, T: Union, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    struct UnionVisitor<T>(PhantomData<T>);
    impl<'de, T: Union> Visitor<'de> for UnionVisitor<T> {
        type Value = T;
        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            write!(f, "an object with one member ({})", T::NAME)
        }
        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<T, A::Error> {
            let mut known: Option<T> = None;
            let mut rest = Map::new();
            let mut several = false;
            while let Some(Text(name)) = map.next_key::<Text<'de>>()? {
                let value = match T::member(&name, &mut map)? {
                    Found::Member(member) if known.is_none() => {
                        known = Some(member);
                        continue;
                    }
                    Found::Member(member) => {
                        several = true;
                        rest.append(&mut object(&member).map_err(A::Error::custom)?);
                        continue;
                    }
                    Found::Null => Value::Null,
                    Found::Unknown => map.next_value()?,
                };
                several |= !value.is_null();
                rest.insert(name.into_owned(), value);
            }
            match known {
                Some(member) if !several => Ok(member),
                Some(member) => {
                    rest.append(&mut object(&member).map_err(A::Error::custom)?);
                    Ok(T::unknown(Value::Object(rest)))
                }
                None => Ok(T::unknown(Value::Object(rest))),
            }
        }
    }
    deserializer.deserialize_map(UnionVisitor(PhantomData))
}

/// A member that was read already, as the JSON object it came from.
fn object<T: serde::Serialize>(member: &T) -> Result<Map<String, Value>, serde_json::Error> {
    match serde_json::to_value(member)? {
        Value::Object(object) => Ok(object),
        _ => Ok(Map::new()),
    }
}

/// Numbers that JSON can write: serde_json would write NaN as null, which is to say nothing.
pub trait Finite {
    /// Whether JSON has this number.
    fn finite(&self) -> bool;
}

impl Finite for f64 {
    fn finite(&self) -> bool {
        self.is_finite()
    }
}

impl Finite for i32 {
    fn finite(&self) -> bool {
        true
    }
}

impl Finite for i64 {
    fn finite(&self) -> bool {
        true
    }
}

impl Finite for bool {
    fn finite(&self) -> bool {
        true
    }
}

/// A shape some of whose members may travel outside the body.
#[cfg(feature = "client")]
pub trait Outside {
    /// Those that are there: (the model's name, value as text).
    fn members(&self) -> Vec<(&'static str, Cow<'_, str>)>;
}

/// What can travel in a path, a query or a header.
#[cfg(feature = "client")]
pub trait Outward {
    /// As it is said there.
    fn text(&self) -> Cow<'_, str>;
}

#[cfg(feature = "client")]
impl Outward for String {
    fn text(&self) -> Cow<'_, str> {
        self.as_str().into()
    }
}

#[cfg(feature = "client")]
impl Outward for i32 {
    fn text(&self) -> Cow<'_, str> {
        self.to_string().into()
    }
}

#[cfg(feature = "client")]
impl Outward for crate::time::Timestamp {
    fn text(&self) -> Cow<'_, str> {
        self.iso_8601().into()
    }
}
