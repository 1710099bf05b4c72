//! Prompt templates of the models that take one text for a whole conversation. A turn's text goes in verbatim: it
//! neither escapes nor refuses the templates' own marks, so a stranger's text can pretend to be another turn.
//! Sources: AWS's Bedrock user guide, pages model-parameters-anthropic-claude-text-completion (2024),
//! model-parameters-meta, model-parameters-mistral-text-completion and model-parameters-deepseek; Meta's model card
//! for Llama 2's system prompt and turns.

use crate::error::Invalid;
use std::borrow::Cow;

/// Who speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// Instructions; only as the first turn.
    System,
    /// The user.
    User,
    /// The model.
    Assistant,
}

/// A turn of a conversation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Turn<'t> {
    /// Who speaks.
    pub role: Role,
    /// What is said.
    pub text: Cow<'t, str>,
}

impl<'t> Turn<'t> {
    /// Instructions.
    pub fn system(text: impl Into<Cow<'t, str>>) -> Self {
        Self { role: Role::System, text: text.into() }
    }

    /// A user's turn.
    pub fn user(text: impl Into<Cow<'t, str>>) -> Self {
        Self { role: Role::User, text: text.into() }
    }

    /// The model's turn. As the last turn it is a beginning that the model is to continue.
    pub fn assistant(text: impl Into<Cow<'t, str>>) -> Self {
        Self { role: Role::Assistant, text: text.into() }
    }
}

/// A conversation: turns, or a user's text alone.
#[derive(Debug, Clone)]
pub struct Conversation<'t>(Cow<'t, [Turn<'t>]>);

impl<'t> From<&'t str> for Conversation<'t> {
    fn from(text: &'t str) -> Self {
        Self(Cow::Owned(vec![Turn::user(text)]))
    }
}

impl<'t> From<&'t String> for Conversation<'t> {
    fn from(text: &'t String) -> Self {
        Self::from(text.as_str())
    }
}

impl<'t> From<&'t [Turn<'t>]> for Conversation<'t> {
    fn from(turns: &'t [Turn<'t>]) -> Self {
        Self(Cow::Borrowed(turns))
    }
}

impl<'t, const N: usize> From<&'t [Turn<'t>; N]> for Conversation<'t> {
    fn from(turns: &'t [Turn<'t>; N]) -> Self {
        Self(Cow::Borrowed(turns))
    }
}

impl<'t> From<&'t Vec<Turn<'t>>> for Conversation<'t> {
    fn from(turns: &'t Vec<Turn<'t>>) -> Self {
        Self(Cow::Borrowed(turns))
    }
}

/// A checked conversation: the system prompt, and then pairs.
struct Exchange<'c> {
    system: Option<&'c str>,
    /// A user's text and the answer to it. Only the last may have none.
    pairs: Vec<(&'c str, Option<&'c str>)>,
}

impl Conversation<'_> {
    fn exchange(&self) -> Result<Exchange<'_>, Invalid> {
        let refused = |message| Err(Invalid::new("InvalidConversation", message));
        let mut turns: &[Turn<'_>] = &self.0;
        let mut system = None;
        if let Some((first, rest)) = turns.split_first() {
            if first.role == Role::System {
                system = Some(&*first.text);
                turns = rest;
            }
        }
        let mut pairs: Vec<(&str, Option<&str>)> = Vec::new();
        for turn in turns {
            match (turn.role, pairs.last_mut()) {
                (Role::System, _) => return refused("the system's turn must be the first, and the only one"),
                (Role::User, None | Some((_, Some(_)))) => pairs.push((&turn.text, None)),
                (Role::User, Some((_, None))) | (Role::Assistant, Some((_, Some(_)))) => {
                    return refused("the user's and the assistant's turns must alternate");
                }
                (Role::Assistant, Some((_, answer @ None))) => *answer = Some(&turn.text),
                (Role::Assistant, None) => {
                    return refused("the first turn after the system's must be the user's");
                }
            }
        }
        if pairs.is_empty() {
            return refused("a conversation needs a turn of the user");
        }
        Ok(Exchange { system, pairs })
    }
}

/// Each pair with whether it is the last.
fn pairs<'c>(exchange: &Exchange<'c>) -> impl Iterator<Item = (&'c str, Option<&'c str>, bool)> {
    let count = exchange.pairs.len();
    let numbered = exchange.pairs.clone().into_iter().enumerate();
    numbered.map(move |(index, (user, answer))| (user, answer, index.saturating_add(1) == count))
}

/// The prompt of Claude's text completions: `\n\nHuman: …\n\nAssistant:`.
///
/// # Errors
/// When the turns do not alternate, or the system's is not the first.
pub fn claude_text<'c>(conversation: impl Into<Conversation<'c>>) -> Result<String, Invalid> {
    let conversation = conversation.into();
    let exchange = conversation.exchange()?;
    let mut prompt = exchange.system.unwrap_or_default().to_owned();
    for (user, answer, _) in pairs(&exchange) {
        prompt.push_str("\n\nHuman: ");
        prompt.push_str(user);
        prompt.push_str("\n\nAssistant:");
        if let Some(answer) = answer {
            prompt.push(' ');
            prompt.push_str(answer);
        }
    }
    Ok(prompt)
}

/// The prompt of Llama 2 Chat: `<s>[INST] … [/INST]`.
///
/// # Errors
/// When the turns do not alternate, or the system's is not the first.
pub fn llama2<'c>(conversation: impl Into<Conversation<'c>>) -> Result<String, Invalid> {
    let conversation = conversation.into();
    let exchange = conversation.exchange()?;
    let mut prompt = String::new();
    let mut system = exchange.system;
    for (user, answer, last) in pairs(&exchange) {
        prompt.push_str("<s>[INST] ");
        if let Some(system) = system.take() {
            prompt.push_str("<<SYS>>\n");
            prompt.push_str(system);
            prompt.push_str("\n<</SYS>>\n\n");
        }
        prompt.push_str(user);
        prompt.push_str(" [/INST]");
        if let Some(answer) = answer {
            prompt.push(' ');
            prompt.push_str(answer);
            if !last {
                prompt.push_str(" </s>");
            }
        }
    }
    Ok(prompt)
}

/// The prompt of Llama 3 and later: `<|begin_of_text|><|start_header_id|>user<|end_header_id|>…`.
///
/// # Errors
/// When the turns do not alternate, or the system's is not the first.
pub fn llama3<'c>(conversation: impl Into<Conversation<'c>>) -> Result<String, Invalid> {
    let conversation = conversation.into();
    let exchange = conversation.exchange()?;
    let mut prompt = "<|begin_of_text|>".to_owned();
    let mut turn = |role: &str, text: &str, ends: bool| {
        prompt.push_str("<|start_header_id|>");
        prompt.push_str(role);
        prompt.push_str("<|end_header_id|>\n\n");
        prompt.push_str(text);
        if ends {
            prompt.push_str("<|eot_id|>");
        }
    };
    if let Some(system) = exchange.system {
        turn("system", system, true);
    }
    for (user, answer, last) in pairs(&exchange) {
        turn("user", user, true);
        turn("assistant", answer.unwrap_or_default(), !last);
    }
    Ok(prompt)
}

/// The prompt of Mistral's instruction models: `<s>[INST] … [/INST]`. They know no system's turn: it is put before the
/// user's first text.
///
/// # Errors
/// When the turns do not alternate, or the system's is not the first.
pub fn mistral<'c>(conversation: impl Into<Conversation<'c>>) -> Result<String, Invalid> {
    let conversation = conversation.into();
    let exchange = conversation.exchange()?;
    let mut prompt = "<s>".to_owned();
    let mut system = exchange.system;
    for (user, answer, last) in pairs(&exchange) {
        prompt.push_str("[INST] ");
        if let Some(system) = system.take() {
            prompt.push_str(system);
            prompt.push_str("\n\n");
        }
        prompt.push_str(user);
        prompt.push_str(" [/INST]");
        if let Some(answer) = answer {
            prompt.push(' ');
            prompt.push_str(answer);
            if !last {
                prompt.push_str("</s>");
            }
        }
    }
    Ok(prompt)
}

/// The prompt of DeepSeek R1, which begins to think.
///
/// # Errors
/// When the turns do not alternate, or the system's is not the first.
pub fn deepseek<'c>(conversation: impl Into<Conversation<'c>>) -> Result<String, Invalid> {
    let conversation = conversation.into();
    let exchange = conversation.exchange()?;
    let mut prompt = "<｜begin▁of▁sentence｜>".to_owned();
    prompt.push_str(exchange.system.unwrap_or_default());
    for (user, answer, last) in pairs(&exchange) {
        prompt.push_str("<｜User｜>");
        prompt.push_str(user);
        prompt.push_str("<｜Assistant｜>");
        match answer {
            Some(answer) => {
                prompt.push_str(answer);
                if !last {
                    prompt.push_str("<｜end▁of▁sentence｜>");
                }
            }
            None => prompt.push_str("<think>\n"),
        }
    }
    Ok(prompt)
}
