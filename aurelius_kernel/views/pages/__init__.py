"""The dashboards' pages, one file each: a few functions that a notebook's cells call."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
