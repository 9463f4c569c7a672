//! Applications from the dedicated app.

use utoipa_axum::router::OpenApiRouter;

use crate::Service;

pub(crate) fn router() -> OpenApiRouter<Service> {
    OpenApiRouter::new()
}
