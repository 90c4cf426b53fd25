"""Commands run in unprivileged namespaces: an image without an engine, a build that nobody trusts."""
