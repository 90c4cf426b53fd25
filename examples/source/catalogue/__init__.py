"""A ship's library: which books are aboard."""
