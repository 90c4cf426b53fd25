"""High and low water at a harbour."""

from tidetable.tide import Harbour, Turn, turns

__all__ = ["Harbour", "Turn", "turns"]
