//! What a line of the user's means: a question, or a command, which begins with a slash. It refuses commands that it does
//! not know, so that a slip is never sent to a model.

/// For `/help`.
pub const HELP: &str = "\
/model          the model that is asked
/model ID       another model
/system TEXT    what the model is told before the conversation; without TEXT nothing
/clear          begins the conversation anew
/cost           what the answers have cost
/quit           ends, as Ctrl-D does
Ctrl-C          stops an answer";

/// A line.
#[derive(Debug, PartialEq, Eq)]
pub enum Command<'a> {
    /// To the model.
    Ask(&'a str),
    /// Tell the model, or take another.
    Model(Option<&'a str>),
    /// Another system prompt, or none.
    System(Option<&'a str>),
    /// Begin anew.
    Clear,
    /// Tell the costs.
    Cost,
    /// Tell the commands.
    Help,
    /// End.
    Quit,
}

impl<'a> Command<'a> {
    /// Of a line that is not empty.
    pub fn of(line: &'a str) -> Result<Self, String> {
        let line = line.trim();
        if !line.starts_with('/') {
            return Ok(Self::Ask(line));
        }
        let (name, rest) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
        let rest = Some(rest.trim()).filter(|rest| !rest.is_empty());
        match (name, rest) {
            ("/model", model) => Ok(Self::Model(model)),
            ("/system", system) => Ok(Self::System(system)),
            ("/clear", None) => Ok(Self::Clear),
            ("/cost", None) => Ok(Self::Cost),
            ("/help", None) => Ok(Self::Help),
            ("/quit", None) => Ok(Self::Quit),
            ("/clear" | "/cost" | "/help" | "/quit", Some(_)) => {
                Err(format!("{name} takes nothing beside it."))
            }
            _ => Err(format!("There is no command {name}; /help names them.")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Command;

    #[test]
    fn lines() {
        for (line, command) in [
            ("Hello there ", Command::Ask("Hello there")),
            ("what is /help?", Command::Ask("what is /help?")),
            ("/model", Command::Model(None)),
            (" /model  amazon.nova-micro-v1:0 ", Command::Model(Some("amazon.nova-micro-v1:0"))),
            ("/system Answer in Latin.", Command::System(Some("Answer in Latin."))),
            ("/system", Command::System(None)),
            ("/clear", Command::Clear),
            ("/cost", Command::Cost),
            ("/help", Command::Help),
            ("/quit", Command::Quit),
        ] {
            assert_eq!(Command::of(line).as_ref(), Ok(&command), "{line}");
        }
        for line in ["/modle x", "/", "/clear all", "/QUIT"] {
            assert!(Command::of(line).is_err(), "{line}");
        }
    }
}
