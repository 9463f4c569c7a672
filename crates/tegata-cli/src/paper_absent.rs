//! What `--pdf` says where this build makes no paper.

use core::convert::Infallible;

use tegata::Issued;

use crate::arguments::Print;
use crate::error::Error;
use crate::output::Output;

/// No press can be opened.
#[derive(Debug)]
pub(crate) struct Press(Infallible);

impl Press {
    /// `None` unless a paper is asked for.
    pub(crate) fn open(options: &Print, _: bool) -> Result<Option<Self>, Error> {
        let refused = || Err(Error::Usage("--pdf: paper is not supported by this build".into()));
        options.pdf.as_ref().map_or(Ok(None), |_| refused())
    }

    pub(crate) fn print(&self, _: &Issued, _: &Output) -> Result<serde_json::Value, Error> {
        match self.0 {}
    }
}
