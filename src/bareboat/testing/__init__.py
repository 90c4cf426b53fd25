"""Fakes for tests that speak the real protocols; they use oci, tree and the standard library alone."""
