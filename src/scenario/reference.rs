//! Placeholder until the generator is in place.
pub fn reference() -> String {
    String::new()
}
