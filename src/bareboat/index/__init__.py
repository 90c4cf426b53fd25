"""Python packages from an index: uv resolves, host settings apply, the project itself is built."""
