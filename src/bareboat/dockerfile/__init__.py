"""The Dockerfile language and its ignore file, as values. No I/O."""
