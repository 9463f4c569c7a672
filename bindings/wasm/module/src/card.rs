//! Verifying the files of Individual Number Cards.

use tegata::card::{Answered, Application, CardFiles, CardVerifier, Challenge, FileError, SurfaceReport, TextReport};
use tegata::{Failure, Code};

use crate::buffers::{Instance, instance};
use crate::draft::write_failure;
use crate::json::Object;
use crate::provider::provider;
use crate::verifiers::{NO_SUCH, UNUSABLE};
