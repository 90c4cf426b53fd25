"""The established forms of a multi-stage Dockerfile for Python, each written from a Blueprint."""
