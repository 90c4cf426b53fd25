"""Python packages from an index: resolving with uv, the host's index settings, building the project's wheel."""
