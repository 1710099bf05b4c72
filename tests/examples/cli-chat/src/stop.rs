//! Ctrl-C: stops the answer that is on its way; where there is none, the program ends. (While a line is typed the terminal
//! hands Ctrl-C to the line editor instead.)

use futures::future::{AbortHandle, AbortRegistration};
use std::process::exit;
use std::sync::{Mutex, PoisonError};

/// What a shell expects of a program that SIGINT ended: 128 and its number, 2.
const INTERRUPTED: i32 = 130;

static RUNNING: Mutex<Option<AbortHandle>> = Mutex::new(None);

fn running() -> std::sync::MutexGuard<'static, Option<AbortHandle>> {
    RUNNING.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Listens from now on.
pub fn listen() -> Result<(), ctrlc::Error> {
    ctrlc::set_handler(|| match running().take() {
        Some(answer) => answer.abort(),
        None => exit(INTERRUPTED),
    })
}

/// Says that an answer is on its way, until it is dropped.
pub struct Answering(());

impl Drop for Answering {
    fn drop(&mut self) {
        running().take();
    }
}

/// For an answer that Ctrl-C is to stop.
pub fn handle() -> (Answering, AbortRegistration) {
    let (handle, registration) = AbortHandle::new_pair();
    *running() = Some(handle);
    (Answering(()), registration)
}
