//! Listening, and ending well.
//!
//! One listener with TLS for everything that is asked for, another one without for health and metrics. There is no plain
//! HTTP for requests: a proxy that ends TLS would have to be believed who the client is.

use core::fmt;
use std::collections::HashMap;
use std::convert::Infallible;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::{Builder, Runtime};
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinHandle;
use tokio_rustls::TlsAcceptor;
use tower::ServiceExt as _;

use crate::limits::prefix;
use crate::settings::Limits;
use crate::{ClientCertificate, Credentials, Service, ServiceError, router, telemetry};

/// The other end of a connection: an extension of every request.
#[derive(Clone, Debug)]
pub(crate) struct Peer {
    pub(crate) address: SocketAddr,
    pub(crate) certificate: Option<ClientCertificate>,
}

/// A service that listens. It stops, well, when it is told to or dropped.
pub struct Running {
    runtime: Option<Runtime>,
    stop: watch::Sender<bool>,
    ended: Vec<JoinHandle<()>>,
    service: Service,
    address: SocketAddr,
    telemetry: Option<SocketAddr>,
}

/// Starts a service on threads of its own: it listens when this returns.
///
/// # Errors
/// [`ServiceError::Listen`].
pub fn serve(service: Service, credentials: &Credentials) -> Result<Running, ServiceError> {
    serve_beside(service, credentials, Router::new())
}

/// The same, with more that is served beside health and metrics.
pub(crate) fn serve_beside(service: Service, credentials: &Credentials, more: Router) -> Result<Running, ServiceError> {
    let listen = |field| move |reason| ServiceError::Listen { field, reason };
    let runtime =
        Builder::new_multi_thread().enable_all().thread_name(telemetry::THREAD).build().map_err(listen("runtime"))?;
    let settings = service.settings();
    let bind = |address: SocketAddr, field| {
        let listener = runtime.block_on(TcpListener::bind(address)).map_err(listen(field))?;
        let address = listener.local_addr().map_err(listen(field))?;
        Ok::<_, ServiceError>((listener, address))
    };
    let (listener, address) = bind(settings.listen, "listen")?;
    let beside = settings.telemetry.map(|address| bind(address, "telemetry")).transpose()?;
    let (stop, stopped) = watch::channel(false);
    let acceptor = TlsAcceptor::from(Arc::clone(&credentials.config));
    let front = Front {
        router: router::router(service.clone()),
        tls: Some(acceptor),
        service: service.clone(),
        connections: Arc::new(Semaphore::new(permits(settings.limits.connections))),
        addresses: Arc::default(),
        stopped: stopped.clone(),
    };
    let mut ended = vec![runtime.spawn(front.run(listener))];
    let telemetry = beside.map(|(listener, address)| {
        let front = Front {
            router: telemetry::router(service.clone()).merge(more),
            tls: None,
            service: service.clone(),
            connections: Arc::new(Semaphore::new(TELEMETRY_CONNECTIONS)),
            addresses: Arc::default(),
            stopped,
        };
        ended.push(runtime.spawn(front.run(listener)));
        address
    });
    tracing::info!(target: "tegata", "listening");
    Ok(Running { runtime: Some(runtime), stop, ended, service, address, telemetry })
}

impl Running {
    /// Where it listens.
    #[must_use]
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Where health and metrics are asked for.
    #[must_use]
    pub const fn telemetry_address(&self) -> Option<SocketAddr> {
        self.telemetry
    }

    /// What it serves.
    #[must_use]
    pub const fn service(&self) -> &Service {
        &self.service
    }

    /// Goes on until the process is told to end: by Ctrl-C or SIGTERM.
    ///
    /// # Errors
    /// [`ServiceError::Listen`] where signals cannot be waited for.
    pub fn until_signal(mut self) -> Result<(), ServiceError> {
        let waited = self.runtime.as_ref().map_or(Ok(()), |runtime| runtime.block_on(signal()));
        self.end();
        waited.map_err(|reason| ServiceError::Listen { field: "signals", reason })
    }

    /// Takes no more requests, lets those that are under way end, and returns when they have, or their time is up.
    pub fn stop(mut self) {
        self.end();
    }

    fn end(&mut self) {
        self.service.metrics().stopping();
        _ = self.stop.send(true);
        let Some(runtime) = self.runtime.take() else { return };
        for ended in self.ended.drain(..) {
            _ = runtime.block_on(ended);
        }
        // What a thread still does in the ledger is done whole.
        runtime.shutdown_timeout(self.service.settings().limits.shutdown);
        tracing::info!(target: "tegata", "stopped");
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.end();
    }
}

#[cfg(unix)]
async fn signal() -> std::io::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = signal(SignalKind::terminate())?;
    tokio::select! {
        interrupt = tokio::signal::ctrl_c() => interrupt,
        _ = terminate.recv() => Ok(()),
    }
}

#[cfg(not(unix))]
async fn signal() -> std::io::Result<()> {
    tokio::signal::ctrl_c().await
}

/// A listener's side of its connections.
#[derive(Clone)]
struct Front {
    router: Router,
    tls: Option<TlsAcceptor>,
    service: Service,
    connections: Arc<Semaphore>,
    addresses: Arc<Addresses>,
    stopped: watch::Receiver<bool>,
}

impl Front {
    async fn run(self, listener: TcpListener) {
        let mut stopped = self.stopped.clone();
        let limits = self.service.settings().limits;
        let all = self.connections.available_permits();
        loop {
            let accepted = tokio::select! {
                _ = stopped.changed() => break,
                accepted = listener.accept() => accepted,
            };
            let Ok((stream, address)) = accepted else {
                // Out of files, most of the time: others have to end first.
                tokio::time::sleep(Duration::from_millis(50)).await;
                continue;
            };
            let place = Arc::clone(&self.connections).try_acquire_owned();
            let seat = Addresses::enter(&self.addresses, address.ip(), limits.connections_per_address);
            let (Ok(place), Some(seat)) = (place, seat) else {
                self.service.metrics().turned_away();
                continue;
            };
            let front = self.clone();
            tokio::spawn(async move {
                let _held = (place, seat);
                front.service.metrics().connected();
                front.connection(stream, address, &limits).await;
                front.service.metrics().disconnected();
            });
        }
        drop(listener);
        // Every permit is back when every connection has ended.
        let every = u32::try_from(all).unwrap_or(u32::MAX);
        _ = tokio::time::timeout(limits.shutdown, self.connections.acquire_many(every)).await;
    }

    async fn connection(&self, stream: TcpStream, address: SocketAddr, limits: &Limits) {
        _ = stream.set_nodelay(true);
        let Some(acceptor) = &self.tls else {
            return self.requests(stream, Peer { address, certificate: None }, limits).await;
        };
        let mut stopped = self.stopped.clone();
        let shaken = tokio::select! {
            _ = stopped.wait_for(|stopped| *stopped) => return,
            shaken = tokio::time::timeout(limits.handshake, acceptor.accept(stream)) => shaken,
        };
        match shaken {
            Ok(Ok(stream)) => {
                let certificate = ClientCertificate::of_connection(stream.get_ref().1);
                self.requests(stream, Peer { address, certificate }, limits).await;
            }
            Ok(Err(_)) | Err(_) => self.service.metrics().handshake_failed(),
        }
    }

    async fn requests<S>(&self, stream: S, peer: Peer, limits: &Limits)
    where
        S: tokio::io::AsyncRead + tokio::io::AsyncWrite + Unpin + Send + 'static,
    {
        let router = self.router.clone();
        let service = service_fn(move |request: Request<Incoming>| {
            let mut request = request.map(Body::new);
            request.extensions_mut().insert(peer.clone());
            let router = router.clone();
            async move { Ok::<_, Infallible>(router.oneshot(request).await.unwrap_or_else(|never| match never {})) }
        });
        let mut server = http1::Builder::new();
        server.timer(TokioTimer::new()).header_read_timeout(limits.head).max_buf_size(HEAD_BYTES);
        let connection = server.serve_connection(TokioIo::new(stream), service);
        let mut connection = core::pin::pin!(connection);
        let mut stopped = self.stopped.clone();
        tokio::select! {
            _ = connection.as_mut() => return,
            _ = tokio::time::sleep(limits.connection) => {}
            _ = stopped.wait_for(|stopped| *stopped) => {}
        }
        // The request that is under way is answered, and no other one taken.
        connection.as_mut().graceful_shutdown();
        _ = tokio::time::timeout(limits.request + limits.head, connection).await;
    }
}

/// How many connections there are from each address, of IPv6 from each network of a house.
#[derive(Default)]
struct Addresses {
    open: Mutex<HashMap<IpAddr, usize>>,
}

impl Addresses {
    fn enter(this: &Arc<Self>, address: IpAddr, most: usize) -> Option<Seat> {
        let address = prefix(address);
        let mut open = this.open.lock().unwrap_or_else(PoisonError::into_inner);
        let count = open.entry(address).or_default();
        if *count >= most {
            return None;
        }
        *count += 1;
        Some(Seat { addresses: Arc::clone(this), address })
    }
}

/// One connection of an address.
struct Seat {
    addresses: Arc<Addresses>,
    address: IpAddr,
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut open = self.addresses.open.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = open.get_mut(&self.address) {
            *count -= 1;
            if *count == 0 {
                open.remove(&self.address);
            }
        }
    }
}

impl fmt::Debug for Running {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Running").field("address", &self.address).finish_non_exhaustive()
    }
}

fn permits(connections: usize) -> usize {
    connections.min(Semaphore::MAX_PERMITS)
}

/// Bytes of a request's head, and of what is read at one time: a token of a client takes one kilobyte.
const HEAD_BYTES: usize = 32 * 1024;
/// Connections for health and metrics.
const TELEMETRY_CONNECTIONS: usize = 16;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_house_has_its_connections_together() {
        let addresses = Arc::default();
        let enter = |text: &str| Addresses::enter(&addresses, text.parse().unwrap(), 2);
        let held = (enter("2001:db8:1:2::1"), enter("2001:db8:1:2:ffff::1"));
        assert!(held.0.is_some() && held.1.is_some());
        assert!(enter("2001:db8:1:2::2").is_none());
        assert!(enter("2001:db8:1:3::1").is_some());
        drop(held);
        assert!(addresses.open.lock().unwrap().is_empty());
    }
}
