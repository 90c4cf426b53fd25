"""bareboat turns a Python project into a container image and nothing else."""

__all__ = ["__version__"]

__version__ = "0.1.0"
