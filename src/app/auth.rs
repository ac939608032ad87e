//! From a bearer token to a caller; whether scope and organization role allow what it asks.
