"""The engine's version: raised whenever the same spec, data and seed would give another number."""

__all__ = ["ENGINE_VERSION"]

ENGINE_VERSION = "1"
