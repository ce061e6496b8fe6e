//! Messages between the transport and the main loop, in no library's terms.

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The number or text by which a request is known.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(untagged)]
pub enum RequestId {
    /// A number.
    Number(i64),
    /// A text.
    Text(String),
}

/// Why a request has no result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResponseError {
    /// The number that the protocol gives to the reason.
    pub code: i64,
    /// The reason, for reading.
    pub message: String,
    /// More of it, for programs.
    pub data: Option<Value>,
}

impl ResponseError {
    /// The message is no request.
    pub const INVALID_REQUEST: i64 = -32600;
    /// There is no such method.
    pub const METHOD_NOT_FOUND: i64 = -32601;
    /// The parameters make no sense.
    pub const INVALID_PARAMS: i64 = -32602;
    /// The server is wrong.
    pub const INTERNAL_ERROR: i64 = -32603;
    /// `initialize` has not come yet.
    pub const NOT_INITIALIZED: i64 = -32002;
    /// The client cancelled the request.
    pub const REQUEST_CANCELLED: i64 = -32800;
    /// The text changed while the request was answered, so that the answer would speak of another text.
    pub const CONTENT_MODIFIED: i64 = -32801;
    /// The request cannot be done, and says why.
    pub const REQUEST_FAILED: i64 = -32803;

    /// A reason.
    pub fn new(code: i64, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), data: None }
    }

    /// The request cannot be done.
    pub fn failed(message: impl Into<String>) -> Self {
        Self::new(Self::REQUEST_FAILED, message)
    }
}

impl fmt::Display for ResponseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.message, self.code)
    }
}

/// What a request leads to.
pub type Response = Result<Value, ResponseError>;

/// Takes the answer to a request, once. Nobody may be waiting any more; that is not the main loop's business.
pub type Reply = Box<dyn FnOnce(Response) + Send>;

/// What a client sends.
pub enum Incoming {
    /// It wants an answer.
    Request {
        /// By which it may be cancelled.
        id: RequestId,
        /// What is asked.
        method: String,
        /// Of what.
        params: Value,
        /// Takes the answer.
        reply: Reply,
    },
    /// It wants no answer.
    Notification {
        /// What happened.
        method: String,
        /// To what.
        params: Value,
    },
    /// It answers a request of the server.
    Response {
        /// The request.
        id: RequestId,
        /// The answer.
        result: Response,
    },
    /// It is gone.
    Closed,
}

/// What the server sends on its own account.
#[derive(Debug, Clone, PartialEq)]
pub enum Outgoing {
    /// It wants an answer.
    Request {
        /// By which the answer is known.
        id: i64,
        /// What is asked.
        method: &'static str,
        /// Of what.
        params: Value,
    },
    /// It wants no answer.
    Notification {
        /// What happened.
        method: &'static str,
        /// To what.
        params: Value,
    },
}

/// Sends to the client; never blocks.
pub type Client = std::sync::Arc<dyn Fn(Outgoing) + Send + Sync>;
