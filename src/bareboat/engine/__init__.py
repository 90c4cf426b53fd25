"""Docker, Podman and their builders: found, loaded into, run."""
