//! The counter: people of the staff, their sessions, and what they do.

use utoipa_axum::router::OpenApiRouter;

use crate::Service;

pub(crate) fn router() -> OpenApiRouter<Service> {
    OpenApiRouter::new()
}
