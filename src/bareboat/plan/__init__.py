"""The decisions, each with its reason, as one value. Pure."""
