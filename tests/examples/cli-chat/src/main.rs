//! A chat with a model of Amazon Bedrock in the terminal: words as they come, a conversation, what each answer cost. Ctrl-C
//! stops an answer and not the program. Answers go to standard output, all else to standard error. It takes credentials from
//! the environment only, and writes nothing to a disk unless `--history` names a file.

mod account;
mod command;
mod conversation;
mod cure;
mod stop;

use account::Account;
use clap::Parser;
use command::{Command, HELP};
use conversation::Conversation;
use outcrop::Client;
use rustyline::DefaultEditor;
use rustyline::error::ReadlineError;
use std::error::Error;
use std::io::{IsTerminal, stdin};
use std::path::PathBuf;
use std::process::ExitCode;

/// A chat with a model of Amazon Bedrock.
///
/// Credentials: AWS_BEARER_TOKEN_BEDROCK (a Bedrock API key), or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, with
/// AWS_SESSION_TOKEN for temporary ones.
#[derive(Parser)]
#[command(name = "chat", version)]
pub struct Options {
    /// Ask this, print the answer, and end.
    question: Option<String>,
    /// A model's or an inference profile's id or ARN.
    #[arg(long, short, env = "MODEL_ID", default_value = "anthropic.claude-3-haiku-20240307-v1:0")]
    model: String,
    /// What the model is told before the conversation.
    #[arg(long, short)]
    system: Option<String>,
    /// Tokens of one answer at most.
    #[arg(long, default_value_t = 1000, value_parser = clap::value_parser!(i32).range(1..))]
    max_tokens: i32,
    /// A region of AWS's.
    #[arg(long, env = "AWS_REGION", default_value = "us-east-1")]
    region: String,
    /// An address that is not AWS's.
    #[arg(long, env = "AWS_ENDPOINT_URL_BEDROCK_RUNTIME")]
    endpoint: Option<String>,
    /// US dollars for 1,000 tokens of input, instead of the catalog's price.
    #[arg(long, value_parser = price)]
    input_price: Option<f64>,
    /// US dollars for 1,000 tokens of output, instead of the catalog's price.
    #[arg(long, value_parser = price)]
    output_price: Option<f64>,
    /// A file that keeps the lines you type, for the arrow keys.
    #[arg(long, env = "CHAT_HISTORY")]
    history: Option<PathBuf>,
}

fn price(text: &str) -> Result<f64, String> {
    let price: f64 = text.parse().map_err(|_| "not a number".to_owned())?;
    if price.is_finite() && price >= 0.0 { Ok(price) } else { Err("not a price".to_owned()) }
}

fn main() -> ExitCode {
    match run(Options::parse()) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn run(options: Options) -> Result<ExitCode, Box<dyn Error>> {
    stop::listen()?;
    let client = client(&options)?;
    let account = Account::new(options.input_price, options.output_price);
    let mut chat = Conversation::new(client, options.model, options.system, options.max_tokens, account);
    if let Some(question) = options.question {
        let whole = chat.ask(&question)?;
        return Ok(if whole { ExitCode::SUCCESS } else { ExitCode::FAILURE });
    }
    let mut lines = DefaultEditor::new()?;
    if let Some(file) = &options.history
        && file.exists()
    {
        lines.load_history(file).map_err(|error| format!("{}: {error}", file.display()))?;
    }
    let whole = converse(&mut chat, &mut lines)?;
    if let Some(file) = &options.history {
        lines.save_history(file).map_err(|error| format!("{}: {error}", file.display()))?;
    }
    // Whoever types has seen what failed; whoever pipes is told by the status.
    Ok(if whole || stdin().is_terminal() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Line after line to the end; whether every answer came whole.
fn converse(chat: &mut Conversation, lines: &mut DefaultEditor) -> Result<bool, Box<dyn Error>> {
    let prompt = if stdin().is_terminal() {
        eprintln!("{} — /help tells what else there is; Ctrl-D ends.", chat.model());
        "> "
    } else {
        ""
    };
    let mut whole = true;
    loop {
        let line = match lines.readline(prompt) {
            Ok(line) => line,
            Err(ReadlineError::Interrupted) => {
                eprintln!("Ctrl-D ends.");
                continue;
            }
            Err(ReadlineError::Eof) => return Ok(whole),
            Err(error) => return Err(error.into()),
        };
        if line.trim().is_empty() {
            continue;
        }
        lines.add_history_entry(line.as_str())?;
        match Command::of(&line) {
            Ok(Command::Ask(question)) => whole &= chat.ask(question)?,
            Ok(Command::Model(None)) => eprintln!("{}", chat.model()),
            Ok(Command::Model(Some(model))) => chat.set_model(model),
            Ok(Command::System(system)) => chat.set_system(system),
            Ok(Command::Clear) => chat.clear(),
            Ok(Command::Cost) => eprintln!("{}", chat.account()),
            Ok(Command::Help) => eprintln!("{HELP}"),
            Ok(Command::Quit) => return Ok(whole),
            Err(unknown) => eprintln!("{unknown}"),
        }
    }
}

/// A client by the environment's credentials; an API key comes first.
fn client(options: &Options) -> Result<Client, Box<dyn Error>> {
    use outcrop::credentials::{ApiKey, Environment};
    let given = |name: &str| std::env::var(name).is_ok_and(|value| !value.is_empty());
    let mut builder = Client::builder().region(&options.region);
    if let Some(endpoint) = &options.endpoint {
        builder = builder.endpoint(endpoint);
    }
    if given("AWS_BEARER_TOKEN_BEDROCK") {
        builder = builder.api_key(ApiKey::from_env()?);
    } else if given("AWS_ACCESS_KEY_ID") && given("AWS_SECRET_ACCESS_KEY") {
        builder = builder.credentials(Environment::of_process());
    } else {
        return Err(
            "The environment has no credentials: set AWS_BEARER_TOKEN_BEDROCK (a Bedrock API key), or \
                    AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY."
                .into(),
        );
    }
    Ok(builder.build()?)
}
