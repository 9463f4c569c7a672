//! Applications from kiosks.

use utoipa_axum::router::OpenApiRouter;

use crate::Service;

pub(crate) fn router() -> OpenApiRouter<Service> {
    OpenApiRouter::new()
}
