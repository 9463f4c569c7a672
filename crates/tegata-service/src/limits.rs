//! How often who may call, and how long anything may take.

use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicU32, Ordering};

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use governor::clock::{Clock as _, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use tegata::Code;

use crate::problem::Problem;
use crate::server::Peer;
use crate::settings::Limits;
use crate::{Service, ServiceError};

/// After so many requests, what was remembered of those who were not heard of for a while is forgotten.
const FORGET_EVERY: u32 = 4_096;

/// How often who may call: buckets that hold a tenth of a minute's requests and are filled evenly.
pub(crate) struct Rates {
    addresses: DefaultKeyedRateLimiter<IpAddr>,
    clients: DefaultKeyedRateLimiter<String>,
    clock: DefaultClock,
    asked: AtomicU32,
}

impl Rates {
    pub(crate) fn new(limits: &Limits) -> Result<Self, ServiceError> {
        let quota = |per_minute: u32, field: &str| {
            let zero = || ServiceError::Parts { field: format!("limits.{field}"), reason: "is zero" };
            let per_minute = NonZeroU32::new(per_minute).ok_or_else(zero)?;
            let burst = NonZeroU32::new(per_minute.get().div_ceil(10)).unwrap_or(per_minute);
            Ok::<_, ServiceError>(Quota::per_minute(per_minute).allow_burst(burst))
        };
        Ok(Self {
            addresses: RateLimiter::keyed(quota(limits.requests_per_address, "requests_per_address")?),
            clients: RateLimiter::keyed(quota(limits.requests_per_client, "requests_per_client")?),
            clock: DefaultClock::default(),
            asked: AtomicU32::new(0),
        })
    }

    /// Counts a request of an address.
    fn address(&self, address: IpAddr) -> Result<(), Problem> {
        if self.asked.fetch_add(1, Ordering::Relaxed) % FORGET_EVERY == FORGET_EVERY - 1 {
            self.addresses.retain_recent();
            self.clients.retain_recent();
        }
        self.wait(self.addresses.check_key(&prefix(address)))
    }

    /// Counts a request of a client that has proven who it is.
    ///
    /// # Errors
    /// [`Code::TooManyRequests`].
    pub(crate) fn client(&self, name: &str) -> Result<(), Problem> {
        self.wait(self.clients.check_key(&name.to_owned()))
    }

    fn wait<T>(
        &self,
        asked: Result<T, governor::NotUntil<<DefaultClock as governor::clock::Clock>::Instant>>,
    ) -> Result<(), Problem> {
        match asked {
            Ok(_) => Ok(()),
            Err(not_until) => {
                let seconds = not_until.wait_time_from(self.clock.now()).as_secs().saturating_add(1);
                Err(Problem::new(Code::TooManyRequests).retry_after(seconds))
            }
        }
    }
}

/// Whom an address belongs to: of IPv6, everybody has 64 bits of addresses at the least.
pub(crate) fn prefix(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            IpAddr::V6([a, b, c, d, 0, 0, 0, 0].into())
        }
        address => address,
    }
}

/// Whether a request is counted for the address that it comes from. Those of clients whose certificate is registered are
/// counted for the client, in its own routes: a hundred terminals of an office may share one address.
fn is_counted_by_address(service: &Service, request: &Request, peer: &Peer) -> bool {
    let path = request.uri().path();
    let is_of_clients = path.starts_with("/v1/") && !path.starts_with("/v1/public/");
    let known = peer.certificate.as_ref().and_then(|certificate| service.clients().of_certificate(certificate));
    known.is_none() || !is_of_clients
}

/// Layer: turns away who asks too often.
pub(crate) async fn of_rate(State(service): State<Service>, request: Request, next: Next) -> Response {
    let peer = request.extensions().get::<Peer>().filter(|peer| is_counted_by_address(&service, &request, peer));
    if let Some(Err(problem)) = peer.map(|peer| service.rates().address(peer.address.ip())) {
        return problem.into_response();
    }
    next.run(request).await
}

/// Layer: answers for what does not answer in time.
pub(crate) async fn of_time(State(service): State<Service>, request: Request, next: Next) -> Response {
    match tokio::time::timeout(service.settings().limits.request, next.run(request)).await {
        Ok(response) => response,
        Err(_) => Problem::new(Code::TookTooLong).retry_after(5).into_response(),
    }
}

impl core::fmt::Debug for Rates {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Rates").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_house_is_one_caller() {
        let of = |text: &str| prefix(text.parse().unwrap());
        assert_eq!(of("2001:db8:1:2:3::4"), of("2001:db8:1:2:ffff::1"));
        assert_ne!(of("2001:db8:1:2::1"), of("2001:db8:1:3::1"));
        assert_eq!(of("::ffff:192.0.2.1"), of("192.0.2.1"));
        assert_ne!(of("192.0.2.1"), of("192.0.2.2"));
    }

    #[test]
    fn who_asks_too_often_is_told_to_wait() {
        let rates = Rates::new(&Limits { requests_per_client: 20, ..Limits::DEFAULT }).unwrap();
        assert!(rates.client("a").is_ok() && rates.client("a").is_ok());
        assert_eq!(rates.client("a").unwrap_err().code(), Code::TooManyRequests);
        assert!(rates.client("b").is_ok());
    }
}
