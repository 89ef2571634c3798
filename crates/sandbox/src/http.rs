//! HTTP on loopback: connections, bodies, answers that break off.

use std::convert::Infallible;
use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use http_body_util::BodyExt as _;
use hyper::body::{Body, Bytes, Frame, Incoming};
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};

use crate::call::{Answer, Call};
use crate::control;
use crate::machine::{Machine, Outcome};
use crate::peer::Peer;

/// Why a connection ends without (the rest of) an answer.
#[derive(Debug)]
pub(crate) struct CutOff;

impl fmt::Display for CutOff {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("the connection was to be cut off here")
    }
}

impl std::error::Error for CutOff {}

/// A body that is there at once, whole or cut off.
struct Reply {
    bytes: Option<Bytes>,
    cut: bool,
}

impl Body for Reply {
    type Data = Bytes;
    type Error = CutOff;

    fn poll_frame(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, CutOff>>> {
        if let Some(bytes) = self.bytes.take() {
            return Poll::Ready(Some(Ok(Frame::data(bytes))));
        }
        Poll::Ready(self.cut.then_some(Err(CutOff)))
    }

    fn is_end_stream(&self) -> bool {
        self.bytes.is_none() && !self.cut
    }
}

/// Answers connections for ever.
pub(crate) async fn serve(listener: TcpListener, machine: Arc<Machine>) -> Infallible {
    loop {
        // A connection that broke before it was taken up is its client's business.
        if let Ok((stream, _)) = listener.accept().await
            && let Ok((stream, peer)) = doubled(stream)
        {
            drop(tokio::spawn(connection(stream, Arc::new(peer), Arc::clone(&machine))));
        }
    }
}

fn doubled(stream: TcpStream) -> std::io::Result<(TcpStream, Peer)> {
    stream.set_nodelay(true)?;
    let stream = stream.into_std()?;
    let peer = Peer::new(stream.try_clone()?);
    Ok((TcpStream::from_std(stream)?, peer))
}

async fn connection(stream: TcpStream, peer: Arc<Peer>, machine: Arc<Machine>) {
    let service = service_fn(move |request| answer(request, Arc::clone(&peer), Arc::clone(&machine)));
    let served = hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
    // The only ends that are not the client's doing are those a test asked for.
    drop(served);
}

async fn answer(request: Request<Incoming>, peer: Arc<Peer>, machine: Arc<Machine>) -> Result<Response<Reply>, CutOff> {
    let (parts, body) = request.into_parts();
    let body = body.collect().await.map(http_body_util::Collected::to_bytes).unwrap_or_default();
    let call = Call::new(&parts, &body);
    let outcome = if let Some(route) = call.path.strip_prefix("/_sandbox/") {
        Outcome::Whole(control::answer(&machine, &call, route))
    } else {
        // A server works on when its client has gone: the task outlives the connection.
        let visit = tokio::spawn(async move { machine.handle(call, &peer).await });
        visit.await.unwrap_or(Outcome::Nothing)
    };
    match outcome {
        Outcome::Whole(answer) => Ok(response(answer, Cut::No)),
        Outcome::Half(answer) => Ok(response(answer, Cut::InTheMiddle)),
        Outcome::Nothing => Err(CutOff),
    }
}

#[derive(Clone, Copy, PartialEq)]
enum Cut {
    No,
    InTheMiddle,
}

fn response(answer: Answer, cut: Cut) -> Response<Reply> {
    let mut response = Response::builder().status(answer.status).header("content-length", answer.body.len());
    for (name, value) in &answer.headers {
        response = response.header(name, value);
    }
    let cut = cut == Cut::InTheMiddle;
    let sent = if cut { answer.body.slice(..answer.body.len() / 2) } else { answer.body };
    let reply = Reply { bytes: (!sent.is_empty()).then_some(sent), cut };
    response.body(reply).unwrap_or_else(|_| Response::new(Reply { bytes: None, cut: true }))
}
