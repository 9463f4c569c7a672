//! The certificate centre: hands on what kiosks send, and keeps nothing.

use utoipa_axum::router::OpenApiRouter;

use crate::Service;

pub(crate) fn router() -> OpenApiRouter<Service> {
    OpenApiRouter::new()
}
