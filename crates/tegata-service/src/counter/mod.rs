//! The counter (窓口): people of the staff, their sessions, and what they do.
//!
//! A request comes from a registered terminal, which its TLS certificate proves, and from a person who logged in on it:
//! `Authorization: Bearer MUNICIPALITY.TOKEN`. The token's municipality is the only one that the request reaches; none of
//! these requests names another. Which role an operation takes, the library asks in the operation's own transaction
//! ([`tegata_issuer::staff`]); what was done, by whom, where and why is in the audit log, refused or not.

mod account;
mod application;
mod attestation;
mod audit;
mod certificate;
mod login;
mod passport;
mod person;
mod session;
mod throttle;

use utoipa_axum::router::OpenApiRouter;

use crate::Service;

pub(crate) use throttle::Throttle;

pub(crate) fn router() -> OpenApiRouter<Service> {
    login::router()
        .merge(person::router())
        .merge(application::router())
        .merge(certificate::router())
        .merge(account::router())
        .merge(audit::router())
}
