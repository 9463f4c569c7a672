//! One test for each rule of an application, named by it.

mod again;
mod counter;
mod device;
pub(crate) mod office;

use super::*;
use crate::matching::Difference;
