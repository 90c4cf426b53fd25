"""Docker, Podman and user namespaces: found, loaded into, run."""
