//! The manual: what is promised and what is not, and why things are as they are.

pub mod formats {
    #![doc = include_str!("formats.md")]
}

pub mod integration {
    #![doc = include_str!("integration.md")]
}

pub mod limits {
    #![doc = include_str!("limits.md")]
}

pub mod outcomes {
    #![doc = include_str!("outcomes.md")]
}

pub mod rationale {
    #![doc = include_str!("rationale.md")]
}

pub mod threat_model {
    #![doc = include_str!("threat_model.md")]
}

#[cfg(test)]
mod tests;
