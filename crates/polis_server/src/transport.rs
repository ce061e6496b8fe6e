//! The only file that names tower-lsp: framing and JSON-RPC over a pair of streams.
//!
//! Of the library only the transport is used. Its router and `LanguageServer` trait are left aside, since they poll
//! handlers in an order of their own; [`Service::call`] is called in the order of the wire, and sends one event to the
//! main loop before anything is awaited. What the library does not do well, and what is done about it:
//!
//! | pitfall | guard |
//! |---|---|
//! | notifications change places at the first `.await` | they are sent in `call`, before there is a future |
//! | four slots: slow requests keep edits and cancellations waiting | the limit is [`SLOTS`], and nothing is computed in a slot |
//! | the server does not end while the client keeps its input open | [`serve`] ends with the main loop, whatever the streams do |
//! | a cancelled future panics the client's channel | the channel is ours, and nobody awaits it in a request |
//! | a broken pipe panics | the transport is a task of its own; its panic is an end like any other |
//! | a cancelled request drops its future | a reply that nobody takes is dropped |
//! | messages before `initialize` are dropped silently | the main loop answers them |
//! | requests and notifications that the library does not know | methods are plain texts here |
//! | the client's channel holds one message | it holds any number |
//! | its reader ends at the first frame that is no message | [`frames`] are looked at before, and such a one is answered |

mod frames;

use std::convert::Infallible;
use std::future::{Future, ready};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::mpsc::Sender;
use std::task::{Context, Poll};

use futures_util::{Sink, Stream};
use serde_json::Value;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::sync::{mpsc, oneshot};
use tower_lsp::jsonrpc::{Error, ErrorCode, Id, Request, Response};
use tower_lsp::{Loopback, Server};
use tower_service::Service;

use crate::message::{Client, Incoming, Outgoing, Reply, RequestId, ResponseError};
use crate::server::Event;

/// How many requests may wait for their answers at once before the next is read.
const SLOTS: usize = 1024;

/// How many bytes may wait between the frames' reader and the library's.
const PIPE: usize = 64 * 1024;

/// The method of what stands in the place of a frame that cannot be read.
const UNREADABLE: &str = "$/unreadable";

/// A client's channel, and where to take from it what is for the wire.
pub(crate) fn client() -> (Client, Outbox) {
    let (sender, receiver) = mpsc::unbounded_channel();
    // Once the transport is gone nobody listens, which is no error.
    let client: Client = Arc::new(move |message| drop(sender.send(message)));
    (client, Outbox(receiver))
}

/// What the main loop sends, on its way to the wire.
pub(crate) struct Outbox(mpsc::UnboundedReceiver<Outgoing>);

/// Carries messages between the streams and the main loop until the loop is `done`, or the client is gone.
///
/// `done` resolves when the main loop has ended. When the streams end first, the loop is told so and awaited.
pub(crate) async fn serve<I, O>(input: I, output: O, outbox: Outbox, events: Sender<Event>, done: oneshot::Receiver<()>)
where
    I: AsyncRead + Unpin + Send + 'static,
    O: AsyncWrite + Send + 'static,
{
    let socket = Socket { outbox, events: events.clone() };
    let service = Adapter { events: events.clone() };
    let (writer, reader) = tokio::io::duplex(PIPE);
    let passing = tokio::spawn(frames::pass(input, writer, judge));
    let server = Server::new(reader, output, socket).concurrency_level(SLOTS).serve(service);
    let mut server = tokio::spawn(server);
    let mut done = done;
    tokio::select! {
        // A panic in the transport, as on a broken pipe, comes back as an error of the task: the client is gone either way.
        _ = &mut server => {
            // The loop may have ended at the same time.
            let _ = events.send(Event::Incoming(Incoming::Closed));
            let _ = done.await;
        }
        _ = &mut done => {
            // What was answered last is still on its way; it is given a moment, since the client may never close its end.
            let _ = tokio::time::timeout(std::time::Duration::from_millis(200), &mut server).await;
            server.abort();
        }
    }
    passing.abort();
}

/// What stands in the place of a frame that carries no message: a request that is answered with the error.
fn judge(body: Option<&[u8]>) -> Option<Vec<u8>> {
    let (code, message) = match body.map(|it| (serde_json::from_slice::<Request>(it), it)) {
        Some((Ok(_), _)) => return None,
        Some((Err(_), body)) if serde_json::from_slice::<Response>(body).is_ok() => return None,
        Some((Err(error), _)) if error.is_data() => {
            (ErrorCode::InvalidRequest, format!("the frame is no message of JSON-RPC 2.0: {error}"))
        }
        Some((Err(error), _)) => (ErrorCode::ParseError, format!("the frame is no JSON: {error}")),
        None => {
            (ErrorCode::ParseError, "a frame needs the header `Content-Length` with its length in bytes".to_owned())
        }
    };
    let params = serde_json::json!({"code": code.code(), "message": message});
    let request = serde_json::json!({"jsonrpc": "2.0", "id": null, "method": UNREADABLE, "params": params});
    Some(request.to_string().into_bytes())
}

/// Gives each message of the client to the main loop.
struct Adapter {
    events: Sender<Event>,
}

impl Service<Request> for Adapter {
    type Response = Option<Response>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Option<Response>, Infallible>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request) -> Self::Future {
        let (method, id, params) = request.into_parts();
        let method = method.into_owned();
        let params = params.unwrap_or(Value::Null);
        let Some(id) = id else {
            // The loop is gone only when the server ends.
            let _ = self.events.send(Event::Incoming(Incoming::Notification { method, params }));
            return Box::pin(ready(Ok(None)));
        };
        let (sender, receiver) = oneshot::channel();
        let reply: Reply = Box::new(move |response| drop(sender.send(response)));
        let key = match &id {
            Id::Number(number) => RequestId::Number(*number),
            Id::String(text) => RequestId::Text(text.clone()),
            Id::Null => {
                let mut error =
                    Error { code: ErrorCode::InvalidRequest, message: "a request needs an id".into(), data: None };
                if method == UNREADABLE {
                    let code = params.get("code").and_then(Value::as_i64);
                    error.code = code.map_or(ErrorCode::ParseError, ErrorCode::from);
                    let message = params.get("message").and_then(Value::as_str);
                    error.message = message.unwrap_or_default().to_owned().into();
                }
                return Box::pin(ready(Ok(Some(Response::from_error(id, error)))));
            }
        };
        let _ = self.events.send(Event::Incoming(Incoming::Request { id: key, method, params, reply }));
        Box::pin(async move {
            let body = match receiver.await {
                Ok(Ok(value)) => Ok(value),
                Ok(Err(error)) => Err(from_error(error)),
                // The loop ended without an answer.
                Err(_) => Err(Error { code: ErrorCode::InternalError, message: "the server ends".into(), data: None }),
            };
            Ok(Some(Response::from_parts(id, body)))
        })
    }
}

fn from_error(error: ResponseError) -> Error {
    Error { code: ErrorCode::from(error.code), message: error.message.into(), data: error.data }
}

/// The way back: what the server asks of the client, and the client's answers.
struct Socket {
    outbox: Outbox,
    events: Sender<Event>,
}

impl Loopback for Socket {
    type RequestStream = Requests;
    type ResponseSink = Responses;

    fn split(self) -> (Requests, Responses) {
        (Requests(self.outbox), Responses(self.events))
    }
}

/// What the server sends on its own account.
struct Requests(Outbox);

impl Stream for Requests {
    type Item = Request;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Request>> {
        self.0.0.poll_recv(cx).map(|it| {
            it.map(|message| match message {
                Outgoing::Request { id, method, params } => Request::build(method).id(id).params(params).finish(),
                Outgoing::Notification { method, params } => Request::build(method).params(params).finish(),
            })
        })
    }
}

/// The client's answers.
struct Responses(Sender<Event>);

impl Sink<Response> for Responses {
    type Error = Infallible;

    fn poll_ready(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn start_send(self: Pin<&mut Self>, response: Response) -> Result<(), Infallible> {
        let (id, result) = response.into_parts();
        let id = match id {
            Id::Number(number) => RequestId::Number(number),
            Id::String(text) => RequestId::Text(text),
            Id::Null => return Ok(()),
        };
        let result =
            result.map_err(|it| ResponseError { code: it.code.code(), message: it.message.into(), data: it.data });
        let _ = self.0.send(Event::Incoming(Incoming::Response { id, result }));
        Ok(())
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn poll_close(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }
}
