"""How what has no presenter of its own shows itself in a notebook: bars, strategies, and records of every kind."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
