//! The default transport on wasm32: the host's own `fetch`, in windows, workers, Node and workerd. It follows no
//! redirect, sends no cookie, caches nothing, and can't write and read a stream at once.

use super::{Body, BoxFuture, HttpRequest, HttpResponse, Transport, header, host};
use crate::failure::NetworkError;
use crate::time::Timestamp;
use bytes::Bytes;
use core::time::Duration;
use futures::StreamExt;
use js_sys::{Array, Function, Object, Promise, Reflect, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortController, ReadableStreamDefaultReader, Response};

/// Calls the global `fetch` as it is at that moment.
#[derive(Clone, Copy, Debug, Default)]
#[non_exhaustive]
pub struct FetchTransport;

impl FetchTransport {
    /// There is nothing to prepare.
    pub fn new() -> Self {
        Self
    }
}

impl Transport for FetchTransport {
    fn send(&self, request: HttpRequest) -> BoxFuture<'_, Result<HttpResponse, NetworkError>> {
        Box::pin(async move {
            let abort = Abort::new()?;
            let init = init(&request, &abort)?;
            let global = js_sys::global();
            let fetch: Function = member(&global, "fetch")
                .dyn_into()
                .map_err(|_| NetworkError::unsupported("this host has no fetch"))?;
            let asked =
                fetch.call2(&global, &request.url.as_str().into(), &init).map_err(|error| told(&error))?;
            let answer = JsFuture::from(Promise::resolve(&asked)).await.map_err(|error| told(&error))?;
            let answer: Response = answer.unchecked_into();
            let status = answer.status();
            // What a page gets to see of a redirect that it asked not to follow. Elsewhere it is an answer of 3xx.
            if status == 0 {
                return Err(NetworkError::redirected());
            }
            let mut headers = Vec::new();
            for entry in answer.headers().entries() {
                let entry = Array::from(&entry.map_err(|error| told(&error))?);
                if let (Some(name), Some(value)) = (entry.get(0).as_string(), entry.get(1).as_string()) {
                    headers.push((name, value));
                }
            }
            let promised = promised(&headers);
            Ok(HttpResponse { status, headers, body: body(&answer, abort, promised) })
        })
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        host::sleep(duration)
    }

    fn now(&self) -> Timestamp {
        host::now()
    }

    fn random(&self) -> Option<u64> {
        host::random()
    }
}

/// Aborts the request when dropped before its body has ended.
struct Abort {
    controller: AbortController,
    ended: bool,
}

impl Abort {
    fn new() -> Result<Self, NetworkError> {
        let controller = AbortController::new()
            .map_err(|_| NetworkError::unsupported("this host has no AbortController"))?;
        Ok(Self { controller, ended: false })
    }
}

impl Drop for Abort {
    fn drop(&mut self) {
        if !self.ended {
            self.controller.abort();
        }
    }
}

/// What `fetch` takes besides the URL.
fn init(request: &HttpRequest, abort: &Abort) -> Result<Object, NetworkError> {
    let headers = Array::new();
    for (name, value) in &request.headers {
        // Checked here, as the host's error would show the value.
        let plain = |b: u8| b == b'\t' || matches!(b, b' '..=b'~');
        if !value.bytes().all(plain) {
            return Err(NetworkError::unsupported("a header value can't be sent"));
        }
        headers.push(&Array::of2(&name.into(), &value.into()));
    }
    let init = Object::new();
    let mut members: Vec<(&str, JsValue)> = vec![
        ("method", request.method.into()),
        ("headers", headers.into()),
        ("redirect", "manual".into()),
        ("signal", abort.controller.signal().into()),
    ];
    if !request.body.is_empty() {
        members.push(("body", Uint8Array::from(&request.body[..]).into()));
    }
    // workerd's Request has neither, and refuses both.
    let known = member(&member(&js_sys::global(), "Request"), "prototype");
    for (name, value) in [("cache", "no-store"), ("credentials", "omit")] {
        if known.dyn_ref::<Object>().is_some_and(|known| Reflect::has(known, &name.into()) == Ok(true)) {
            members.push((name, value.into()));
        }
    }
    for (name, value) in members {
        // Only a frozen object refuses it.
        let _ = Reflect::set(&init, &name.into(), &value);
    }
    Ok(init)
}

/// How many bytes the body has, if the host tells; of a packed one the length is another.
fn promised(headers: &[(String, String)]) -> u64 {
    match (header(headers, "content-length"), header(headers, "content-encoding")) {
        (Some(length), None) => length.parse().unwrap_or(0),
        _ => 0,
    }
}

/// The answer's body; the abort lives as long as it does. Fewer bytes than promised are an error, as most hosts say
/// themselves: WebKitGTK takes the end of a connection for the end of the body.
fn body(answer: &Response, abort: Abort, promised: u64) -> Body {
    let Some(stream) = answer.body() else {
        let mut abort = abort;
        abort.ended = true;
        return futures::stream::empty().boxed_local();
    };
    let reader: ReadableStreamDefaultReader = stream.get_reader().unchecked_into();
    futures::stream::unfold(Some((reader, abort, promised)), |state| async move {
        let (reader, mut abort, left) = state?;
        let read = match JsFuture::from(reader.read()).await {
            Ok(read) => read,
            Err(error) => {
                abort.ended = true;
                return Some((Err(broken_off(&error)), None));
            }
        };
        if member(&read, "done").is_truthy() {
            abort.ended = true;
            let short = || NetworkError::new("the body broke off: it is shorter than its content-length");
            return (left > 0).then(|| (Err(short()), None));
        }
        let chunk = member(&read, "value").unchecked_into::<Uint8Array>().to_vec();
        let left = left.saturating_sub(chunk.len() as u64);
        Some((Ok(Bytes::from(chunk)), Some((reader, abort, left))))
    })
    .boxed_local()
}

fn member(of: &JsValue, name: &str) -> JsValue {
    Reflect::get(of, &name.into()).unwrap_or(JsValue::UNDEFINED)
}

fn told(error: &JsValue) -> NetworkError {
    NetworkError::new(format!("the request failed: {}", words(error)))
}

fn broken_off(error: &JsValue) -> NetworkError {
    NetworkError::new(format!("the body broke off: {}", words(error)))
}

/// The host's words and its code for the cause, such as `fetch failed: ECONNREFUSED`; nothing that could be a URL,
/// and no stack.
fn words(error: &JsValue) -> String {
    let text = |value: JsValue| value.as_string().filter(|text| !text.is_empty());
    let mut said = text(member(error, "message"))
        .or_else(|| error.as_string())
        .unwrap_or_else(|| "no reason given".to_owned());
    let cause = member(error, "cause");
    if let Some(cause) = text(member(&cause, "code")).or_else(|| text(member(&cause, "message"))) {
        said.push_str(": ");
        said.push_str(&cause);
    }
    let line = said.lines().next().unwrap_or_default();
    line.split(' ')
        .map(|word| if word.contains("://") { "(URL)" } else { word })
        .collect::<Vec<_>>()
        .join(" ")
}
