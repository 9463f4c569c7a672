//! Messages that a certificate centre cannot open.
