//! The macros below `structure!`: a member's type, its accessor, its builder methods. They read and write no JSON.

/// The Rust type of a member.
macro_rules! member_type {
    (text()) => { String };
    (time()) => { crate::time::Timestamp };
    (number($number:ty)) => { $number };
    (one($shape:ty)) => { $shape };
    (list($item:ty, $push:ident)) => { Vec<$item> };
    (map($value:ty)) => { std::collections::BTreeMap<String, $value> };
    (document()) => { serde_json::Value };
}

/// What a flag means, for the documentation.
macro_rules! flag_doc {
    () => {
        ""
    };
    (required) => {
        " Required."
    };
    (bound) => {
        " Not in the body."
    };
    (label) => {
        " Required; part of the path, not of the body."
    };
}

/// Reads a member without an `Option<Vec>` or an `&Option` in the way.
macro_rules! accessor {
    ($field:ident $wire:literal text()) => {
        #[doc = concat!("`", $wire, "`, if there is one.")]
        pub fn $field(&self) -> Option<&str> {
            self.$field.as_deref()
        }
    };
    ($field:ident $wire:literal time()) => {
        accessor!($field $wire number(crate::time::Timestamp));
    };
    ($field:ident $wire:literal number($number:ty)) => {
        #[doc = concat!("`", $wire, "`, if there is one.")]
        pub fn $field(&self) -> Option<$number> {
            self.$field
        }
    };
    ($field:ident $wire:literal list($item:ty, $push:ident)) => {
        #[doc = concat!("`", $wire, "`; empty when absent.")]
        pub fn $field(&self) -> &[$item] {
            self.$field.as_deref().unwrap_or_default()
        }
    };
    ($field:ident $wire:literal $kind:ident $spec:tt) => {
        #[doc = concat!("`", $wire, "`, if there is one.")]
pub fn $field(&self) -> Option<&member_type!($kind $spec)> {
            self.$field.as_ref()
        }
    };
}

/// A builder's methods for one member.
macro_rules! setter {
    ($field:ident $wire:literal text()) => {
        #[doc = concat!("Sets `", $wire, "`.")]
        pub fn $field(mut self, value: impl Into<String>) -> Self {
            self.shape.$field = Some(value.into());
            self
        }
    };
    ($field:ident $wire:literal time()) => {
        setter!($field $wire number(crate::time::Timestamp));
    };
    ($field:ident $wire:literal number($number:ty)) => {
        #[doc = concat!("Sets `", $wire, "`.")]
        pub fn $field(mut self, value: $number) -> Self {
            self.shape.$field = Some(value);
            self
        }
    };
    ($field:ident $wire:literal list($item:ty, $push:ident)) => {
        #[doc = concat!("Sets `", $wire, "` to these items.")]
        pub fn $field(mut self, items: impl IntoIterator<Item = impl Into<$item>>) -> Self {
            self.shape.$field = Some(items.into_iter().map(Into::into).collect());
            self
        }
        #[doc = concat!("Adds one item to `", $wire, "`.")]
        pub fn $push(mut self, item: impl Into<$item>) -> Self {
            self.shape.$field.get_or_insert_with(Vec::new).push(item.into());
            self
        }
    };
    ($field:ident $wire:literal map($value:ty)) => {
        #[doc = concat!("Sets `", $wire, "` to these entries.")]
        pub fn $field(
            mut self,
            entries: impl IntoIterator<Item = (impl Into<String>, impl Into<$value>)>,
        ) -> Self {
            self.shape.$field =
                Some(entries.into_iter().map(|(name, value)| (name.into(), value.into())).collect());
            self
        }
    };
    ($field:ident $wire:literal $kind:ident $spec:tt) => {
        #[doc = concat!("Sets `", $wire, "`.")]
pub fn $field(mut self, value: impl Into<member_type!($kind $spec)>) -> Self {
            self.shape.$field = Some(value.into());
            self
        }
    };
}

/// Refuses to build without a required member.
macro_rules! check {
    ($shape:ident, $wire:literal, $member:expr, required) => {
        if $member.is_none() {
            return Err(crate::types::BuildError::missing(stringify!($shape), $wire));
        }
    };
    ($shape:ident, $wire:literal, $member:expr, label) => {
        check!($shape, $wire, $member, required);
    };
    ($shape:ident, $wire:literal, $member:expr, bound) => {};
}

/// Accessors and the builder of a structure.
macro_rules! builder {
    ($name:ident => $builder:ident {
        $( $field:ident = $wire:literal : $kind:ident $spec:tt $(, $flag:ident)? ; )*
    }) => {
        impl $name {
            #[doc = concat!("Begins a `", stringify!($name), "`.")]
            pub fn builder() -> $builder { $builder::default() }
            $( accessor!($field $wire $kind $spec); )*
        }

        #[doc = concat!("Makes a [`", stringify!($name), "`].")]
        #[derive(Debug, Clone, Default)]
        #[must_use]
        pub struct $builder { shape: $name }

        impl $builder {
            $( setter!($field $wire $kind $spec); )*

            /// The finished shape, or the name of the required member that is missing.
            pub fn build(self) -> Result<$name, crate::types::BuildError> {
                $( $( check!($name, $wire, self.shape.$field, $flag); )? )*
                Ok(self.shape)
            }
        }
    };
}
