//! The conversation: asks, prints the answer's words as they come, and keeps what was said. Half an answer is kept as what
//! it is, and said to be one; a question without an answer is forgotten.

use crate::account::Account;
use crate::{cure, stop};
use futures::StreamExt;
use futures::executor::block_on;
use futures::future::Abortable;
use outcrop::Client;
use outcrop::types::{
    BuildError, ConverseStreamInput, InferenceConfiguration, Message, StopReason, SystemContentBlock,
};
use std::error::Error;
use std::io::{Write, stdout};

/// With everything that it needs.
pub struct Conversation {
    client: Client,
    model: String,
    system: Option<String>,
    max_tokens: i32,
    messages: Vec<Message>,
    account: Account,
}

impl Conversation {
    /// An empty one.
    pub fn new(
        client: Client,
        model: String,
        system: Option<String>,
        max_tokens: i32,
        account: Account,
    ) -> Self {
        Self { client, model, system, max_tokens, messages: Vec::new(), account }
    }

    /// Who is asked.
    pub fn model(&self) -> &str {
        &self.model
    }

    /// What it has cost.
    pub fn account(&self) -> &Account {
        &self.account
    }

    /// Asks another one from now on; the conversation goes on.
    pub fn set_model(&mut self, model: &str) {
        self.model = model.to_owned();
    }

    /// What the model is told first from now on.
    pub fn set_system(&mut self, system: Option<&str>) {
        self.system = system.map(str::to_owned);
    }

    /// Begins anew, with the same model and system prompt.
    pub fn clear(&mut self) {
        self.messages.clear();
    }

    /// Asks and prints; whether the answer came whole. It fails only if nothing can be printed.
    pub fn ask(&mut self, question: &str) -> Result<bool, Box<dyn Error>> {
        let mut answer = String::new();
        let (handle, registration) = stop::handle();
        // Dropped when it is aborted, and with it the stream and the HTTP request.
        let asking = Abortable::new(self.stream(question, &mut answer), registration);
        let outcome = block_on(asking);
        drop(handle);
        if !answer.is_empty() {
            println!();
        }
        let whole = match outcome {
            Err(_) => {
                eprintln!("[stopped]");
                false
            }
            Ok(Ok(told)) => {
                eprintln!("[{told}]");
                true
            }
            Ok(Err(Failure::Answer(error))) => {
                let part = if answer.is_empty() { "" } else { "The answer is not whole. " };
                eprintln!("{part}{}: {error}. {}", error.name(), cure::of(&error));
                false
            }
            Ok(Err(Failure::Input(error))) => return Err(error.into()),
            Ok(Err(Failure::Output(error))) => return Err(error.into()),
        };
        if !answer.is_empty() {
            self.messages.push(Message::user(question));
            self.messages.push(Message::assistant(answer));
        }
        Ok(whole)
    }

    /// To the end of the stream; answers what it used and cost.
    async fn stream(&mut self, question: &str, answer: &mut String) -> Result<String, Failure> {
        let mut messages = self.messages.clone();
        messages.push(Message::user(question));
        let limit = InferenceConfiguration::builder().max_tokens(self.max_tokens).build();
        let mut input =
            ConverseStreamInput::builder().model_id(&self.model).messages(messages).inference_config(limit?);
        if let Some(system) = &self.system {
            input = input.system([SystemContentBlock::text(system)]);
        }
        let input = input.build()?;
        let mut stream = self.client.converse_stream(input).await?.output.stream;
        let mut told = Vec::new();
        while let Some(event) = stream.next().await {
            let event = event?;
            if let Some(text) = event.text() {
                let mut out = stdout().lock();
                out.write_all(text.as_bytes()).and_then(|()| out.flush()).map_err(Failure::Output)?;
                answer.push_str(text);
            }
            match event.stop_reason() {
                None | Some(StopReason::EndTurn) => {}
                Some(StopReason::MaxTokens) => told.push("cut at --max-tokens".to_owned()),
                Some(other) => told.push(other.to_string()),
            }
            if let Some(usage) = event.usage() {
                told.push(self.account.add(&self.model, usage));
            }
        }
        Ok(told.join("; "))
    }
}

/// Why an answer is not there.
enum Failure {
    Answer(outcrop::Error),
    /// The question lacks something: a bug of this program's.
    Input(BuildError),
    /// Whoever reads the output has gone.
    Output(std::io::Error),
}

impl From<BuildError> for Failure {
    fn from(error: BuildError) -> Self {
        Self::Input(error)
    }
}

impl From<outcrop::Error> for Failure {
    fn from(error: outcrop::Error) -> Self {
        Self::Answer(error)
    }
}
