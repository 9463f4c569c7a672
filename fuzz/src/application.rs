//! Applications as an app or a kiosk sends them.

use tegata::application::Application;

/// A message. What is read and written again reads the same.
pub fn application(data: &[u8]) {
    let Ok(application) = Application::decode(data) else { return };
    let written = application.encode();
    let again = Application::decode(&written).expect("what was written can be read");
    assert_eq!(again.encode(), written);
}
