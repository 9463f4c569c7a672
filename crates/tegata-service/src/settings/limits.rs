//! Limits of size, rate and time.

use std::time::Duration;

/// Limits of size, rate and time. Every endpoint has all of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limits {
    /// Bytes of a request's body.
    pub body_bytes: usize,
    /// From the request's head to the answer.
    pub request: Duration,
    /// From the connection to the end of the TLS handshake.
    pub handshake: Duration,
    /// From the first byte of a request's head to its last, and between two requests.
    pub head: Duration,
    /// The life of a connection.
    pub connection: Duration,
    /// How long requests that are under way may take when the service is told to stop.
    pub shutdown: Duration,
    /// Connections at one time.
    pub connections: usize,
    /// Connections at one time from one address.
    pub connections_per_address: usize,
    /// Requests a minute from one address.
    pub requests_per_address: u32,
    /// Requests a minute from one client that is known.
    pub requests_per_client: u32,
    /// Requests that are worked on at one time; others wait, and are turned away when their time is up.
    pub work: usize,
}

impl Limits {
    /// The defaults.
    pub const DEFAULT: Self = Self {
        // An application with the largest card files is some 20 kB of base64; a certificate centre's message adds little.
        body_bytes: 128 * 1024,
        // Card and signature take milliseconds; the ledger waits half a minute for its turn at the most.
        request: Duration::from_secs(40),
        handshake: Duration::from_secs(10),
        head: Duration::from_secs(15),
        connection: Duration::from_secs(600),
        shutdown: Duration::from_secs(45),
        connections: 2_048,
        // Many phones share one address behind a carrier's NAT.
        connections_per_address: 256,
        requests_per_address: 600,
        requests_per_client: 6_000,
        work: 64,
    };
}

impl Default for Limits {
    fn default() -> Self {
        Self::DEFAULT
    }
}
