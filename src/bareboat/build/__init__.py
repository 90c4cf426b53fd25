"""A Plan prepared from what was read, and carried out."""
