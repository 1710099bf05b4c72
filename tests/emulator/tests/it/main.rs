//! The emulator's own behaviour, from outside: requests signed by aws-sigv4, streams decoded by AWS's decoder.

mod answers;
mod case_files;
mod cases;
mod converse;
mod cors;
mod families;
mod media;
mod plain;
mod replay;
mod scripts;
mod seen;
mod signatures;
mod support;
