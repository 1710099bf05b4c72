//! A page that asks a model and shows its words while they come. It has no key of its own: its server gives it temporary
//! credentials (`credentials.rs`), as often as they are needed; and it never shows half an answer as a whole one.

mod credentials;

use credentials::OwnServer;
use futures::StreamExt;
use futures::future::{AbortHandle, Abortable};
use gloo_events::EventListener;
use outcrop::Client;
use outcrop::types::{ConverseStreamInput, Message};
use std::error::Error;
use web_sys::HtmlTextAreaElement;
use yew::platform::spawn_local;
use yew::prelude::*;

const MODEL: &str = "anthropic.claude-3-haiku-20240307-v1:0";

/// What the page's own element says: `data-region`, and `data-endpoint` for one that is not AWS's.
#[derive(Clone, PartialEq, Properties)]
struct Settings {
    region: AttrValue,
    endpoint: Option<AttrValue>,
}

enum Told {
    Ask,
    Stop,
    Text(String),
    /// With the reason, if it ended badly.
    Ended(Option<String>),
}

/// A request on its way. Whoever drops it ends it: the future, in it the stream, and with that the HTTP request.
struct Running(AbortHandle);

impl Drop for Running {
    fn drop(&mut self) {
        self.0.abort();
    }
}

struct App {
    question: NodeRef,
    answer: String,
    trouble: Option<String>,
    running: Option<Running>,
    /// It keeps credentials, the clock's offset and the quota of retries for all questions.
    client: Result<Client, outcrop::Error>,
    _leaving: Option<EventListener>,
}

impl App {
    fn ask(&self, context: &Context<Self>, question: String) -> Option<Running> {
        let client = self.client.as_ref().ok()?.clone();
        let link = context.link().clone();
        let (handle, registration) = AbortHandle::new_pair();
        let asking = async move {
            let text = |text: &str| link.send_message(Told::Text(text.to_owned()));
            let ended = stream(&client, question, text).await;
            link.send_message(Told::Ended(ended.err().map(|error| error.to_string())));
        };
        spawn_local(async {
            // What was stopped has nothing more to say.
            let _ = Abortable::new(asking, registration).await;
        });
        Some(Running(handle))
    }
}

async fn stream(client: &Client, question: String, text: impl Fn(&str)) -> Result<(), Box<dyn Error>> {
    let input = ConverseStreamInput::builder().model_id(MODEL).messages([Message::user(question)]).build()?;
    let mut stream = client.converse_stream(input).await?.output.stream;
    while let Some(event) = stream.next().await {
        if let Some(piece) = event?.text() {
            text(piece);
        }
    }
    Ok(())
}

impl Component for App {
    type Message = Told;
    type Properties = Settings;

    fn create(context: &Context<Self>) -> Self {
        let Settings { region, endpoint } = context.props();
        let mut builder = Client::builder().region(region.to_string()).credentials(OwnServer);
        if let Some(endpoint) = endpoint {
            builder = builder.endpoint(endpoint.to_string());
        }
        let client = builder.build();
        let trouble = client.as_ref().err().map(ToString::to_string);
        // A page that is left is not gone: the browser keeps it for the way back, with what it is fetching.
        let link = context.link().clone();
        let leaving = web_sys::window()
            .map(|window| EventListener::new(&window, "pagehide", move |_| link.send_message(Told::Stop)));
        Self {
            question: NodeRef::default(),
            answer: String::new(),
            trouble,
            running: None,
            client,
            _leaving: leaving,
        }
    }

    fn update(&mut self, context: &Context<Self>, told: Told) -> bool {
        match told {
            Told::Ask => {
                let Some(field) = self.question.cast::<HtmlTextAreaElement>() else { return false };
                self.answer.clear();
                self.trouble = None;
                // One at a time: the one before is dropped, and so ended.
                self.running = self.ask(context, field.value());
            }
            Told::Stop => self.running = None,
            Told::Text(text) => self.answer.push_str(&text),
            Told::Ended(trouble) => {
                self.running = None;
                self.trouble = trouble;
            }
        }
        true
    }

    fn view(&self, context: &Context<Self>) -> Html {
        let link = context.link();
        let ask = link.callback(|event: SubmitEvent| {
            event.prevent_default();
            Told::Ask
        });
        html! {
            <>
                <form onsubmit={ask}>
                    <label for="question">{ "Your question" }</label>
                    <textarea id="question" ref={&self.question} required={true} />
                    <button id="ask" disabled={self.client.is_err()}>{ "Ask" }</button>
                    <button id="stop" type="button" disabled={self.running.is_none()}
                        onclick={link.callback(|_| Told::Stop)}>{ "Stop" }</button>
                </form>
                <output id="answer" for="question" aria-busy={self.running.is_some().to_string()}>
                    { &self.answer }
                </output>
                if let Some(trouble) = &self.trouble {
                    <p id="trouble" role="alert">{ trouble }</p>
                }
            </>
        }
    }
}

fn main() {
    let page = web_sys::window().and_then(|window| window.document());
    let root = page.and_then(|page| page.get_element_by_id("app")).expect("the page has an element #app");
    let settings = Settings {
        region: root.get_attribute("data-region").unwrap_or_default().into(),
        endpoint: root.get_attribute("data-endpoint").map(AttrValue::from),
    };
    yew::Renderer::<App>::with_root_and_props(root, settings).render();
}
